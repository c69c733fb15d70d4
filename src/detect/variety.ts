/** How many different characters an ASCII text has, from a place on. */
export function variety(text: string, from = 0): number {
  for (let i = from; i < text.length; i++) seen[text.charCodeAt(i) & 127] = 1;
  let sums = 0;
  for (let i = 0; i < seenByFour.length; i++) {
    sums += seenByFour[i]!;
    seenByFour[i] = 0;
  }
  return Math.imul(sums, 0x01010101) >>> 24; // its four bytes added up
}

/** By unit, 1 while a text is looked at that holds it. */
const seen = new Uint8Array(128);
const seenByFour = new Uint32Array(seen.buffer);
