import { kernelCode } from './kernel-code.ts';
import { literalBytes } from './kernel-literals.ts';
import { farthestOf, type Literal, type Matcher, type Places } from './matcher.ts';

// Where things lie in the kernel's memory: assembly/kernel.ts has the same figures and says why.
const placesCountAt = 32;
const inputAt = 64;
const pieceSize = 256 * 1024;
const margin = 4096;
const partRoom = 32 * 1024 + 192;
const classesAt = inputAt + pieceSize + 2 * margin;
const hitsAt = classesAt + 8 * partRoom;
const hitsRoom = partRoom * 8;
const tableAt = hitsAt + 8 * hitsRoom;
const textAt = inputAt + margin;

// Eight parts cost the reading of their overlaps; below this, one is as fast.
const shortest = 512;
const longestLiteral = 64;
const mostLiterals = 4096;
// A UTF-16 unit takes three bytes of UTF-8 at most.
const widest = 3;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  build(literals: number, count: number): void;
  narrow(to: number, length: number): void;
  scan(size: number, overlap: number): void;
  scanShort(length: number): void;
  places(part: number, size: number, first: number, width: number): number;
  runs(first: number, length: number): number;
}

let compiled: object | undefined;

/** The first pass in WebAssembly. Throws where there is none, or none with SIMD; and for literals that are too long or too many for it, which is a bug. */
export function kernelMatcher(literals: readonly Literal[]): Matcher {
  const longest = literals.reduce((most, { text }) => Math.max(most, text.length), 0);
  const farthest = farthestOf(literals, widest);
  if (longest > longestLiteral || literals.length > mostLiterals || farthest + longestLiteral > margin) {
    throw new Error(`${literals.length} literals of up to ${longest} characters, with gates that look ${farthest} bytes far`);
  }
  compiled ??= new WebAssembly.Module(kernelCode('kernel'));
  const kernel = new WebAssembly.Instance(compiled).exports as unknown as Kernel;
  const { address, bytes, records, end } = literalBytes(literals, tableAt);
  const missing = end - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65536));
  const memory = Buffer.from(kernel.memory.buffer);
  const words = new Int32Array(kernel.memory.buffer);
  memory.set(bytes, address);
  kernel.build(records, literals.length);
  const overlap = (longest + 15) & ~15;

  /** Brings the text from `from` to `to` in, with what stands before and after it. */
  const load = (text: string | Uint8Array, from: number, to: number): void => {
    const [first, last] = [Math.max(0, from - margin), Math.min(text.length, to + margin)];
    const place = textAt + first - from;
    memory.fill(0, inputAt, place);
    if (typeof text === 'string') {
      memory.write(text.slice(first, last), hitsAt, 'utf16le');
      kernel.narrow(place, last - first);
    } else {
      memory.set(text.subarray(first, last), place);
    }
    const end = place + last - first;
    memory.fill(0, end, end + margin);
  };

  return {
    look(text, width = 1): Places {
      const found = { literals: [] as number[], ends: [] as number[], runs: [] as number[] };

      /** The places of a part that begins at `base` of the text, and of which what begins before `size` is its own. */
      const collect = (part: number, base: number, size: number): void => {
        for (let hit = 0; hit < words[part]!; ) {
          hit = kernel.places(part, size, hit, width);
          const first = classesAt >> 2;
          const last = first + 2 * words[placesCountAt >> 2]!;
          for (let place = first; place < last; place += 2) add(found, words[place]!, base + words[place + 1]!);
        }
      };

      for (let from = 0; from < text.length; from += pieceSize) {
        const length = Math.min(pieceSize, text.length - from);
        load(text, from, from + length);
        if (length < shortest) {
          kernel.scanShort(length);
          collect(0, from, length);
        } else {
          const size = Math.ceil(length / 8);
          kernel.scan(size, overlap);
          for (let part = 0; part < 8; part++) collect(part, from + part * size, size);
        }
        // the 25th places are those of the text, not of the piece
        const count = kernel.runs((25 - (from % 25)) % 25, length);
        for (let run = 0; run < count; run++) found.runs.push(from + words[(hitsAt >> 2) + run]!);
      }
      return found;
    },
  };
}

/** Adds a place. What ends at the seam of two parts may come out of its order. */
function add({ literals, ends }: { literals: number[]; ends: number[] }, literal: number, end: number): void {
  let at = ends.length;
  literals.push(literal);
  ends.push(end);
  for (; at > 0 && ends[at - 1]! > end; at--) {
    literals[at] = literals[at - 1]!;
    ends[at] = ends[at - 1]!;
  }
  literals[at] = literal;
  ends[at] = end;
}
