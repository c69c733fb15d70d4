// The values of 40 characters are looked for by their length: a run of 40 holds 16 that begin at a 25th place of the text, so only these are looked at.

/** By UTF-16 unit: 1 for `A-Za-z0-9+/`, 2 for the signs with which escapes begin. A read outside the table, or at NaN, would cost as much as all others together. */
export const kindOfUnit = new Uint8Array(65536);
for (const unit of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) kindOfUnit[unit] = 1;
for (const unit of Buffer.from('%\\')) kindOfUnit[unit] = 2;

const runLength = 40;
const farthestBefore = 32;
const step = 25;
// So many characters the kernel tests at once.
const block = 16;

/** Every 25th place of a text that may lie in a run: the kernel's `runs` in plain JavaScript. */
export function* runPlaces(text: string): Generator<number> {
  const kind = (at: number): number => kindOfUnit[text.charCodeAt(at) & 0xffff]!;
  const inRun = (from: number): boolean => {
    for (let at = from; at < from + block; at++) if (kind(at) === 0) return false;
    return true;
  };
  for (let at = 0; at < text.length; at += step) {
    if (!inRun(at)) continue;
    let end = at;
    while (end - at <= runLength && kind(end) === 1) end++;
    if (end - at > runLength) continue;
    let start = at;
    while (at - start < farthestBefore && kind(start - 1) === 1) start--;
    if (kind(end) === 2 || kind(start - 1) === 2 || end - start === runLength) yield at;
  }
}
