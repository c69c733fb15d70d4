/** Where a kernel takes in a text, piece by piece. */
export interface Inlet {
  /** All of the kernel's memory. */
  readonly memory: Buffer;
  /** Where what is brought in lies. */
  readonly inputAt: number;
  /** How much of what stands before and after a piece is brought in with it, where there is so much. */
  readonly margin: number;
  /** How many zeros are put where a text begins and where it ends. */
  readonly zeros: number;
  /** Room for the UTF-16 units of all that, of which the kernel's `narrow` makes bytes. */
  readonly wideAt: number;
  readonly narrow: (to: number, length: number) => void;
  /** May anything but zeros stand before where a text begins? */
  isWrittenBefore: boolean;
}

/** Below this, to read the units of a text one by one takes less time than to have them copied. */
const short = 64;

// that of `Buffer` takes twice as long to begin
const { fill: clear } = Uint8Array.prototype;

/** Brings in the piece of a text from `from` to `to`. Returns where it begins in memory, and where what was brought in with it ends. */
export function load(text: string | Uint8Array, from: number, to: number, inlet: Inlet): { readonly begin: number; readonly end: number } {
  const { memory, inputAt, margin, zeros, wideAt, narrow } = inlet;
  const [first, last] = [Math.max(0, from - margin), Math.min(text.length, to + margin)];
  const begin = inputAt + margin;
  const place = begin + first - from;
  const end = place + last - first;
  if (inlet.isWrittenBefore || first < from) clear.call(memory, 0, Math.max(inputAt, place - zeros), place);
  inlet.isWrittenBefore = first < from;
  if (typeof text === 'string' && end - place < short) {
    for (let at = first; at < last; at++) memory[place + at - first] = Math.min(text.charCodeAt(at), 255);
  } else if (typeof text === 'string') {
    memory.write(text.slice(first, last), wideAt, 'utf16le');
    narrow(place, last - first);
  } else {
    memory.set(text.subarray(first, last), place);
  }
  clear.call(memory, 0, end, end + zeros);
  return { begin, end };
}
