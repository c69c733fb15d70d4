import { type Automaton, entryMask, rowSize } from './automaton.ts';
import { kernelCode } from './kernel-code.ts';
import type { Matcher, Places } from './matcher.ts';

// Where things lie in the kernel's memory: assembly/kernel.ts has the same figures and says why.
const inputAt = 64;
const pieceSize = 256 * 1024;
const margin = 128;
const partRoom = 32 * 1024 + 192;
const classesAt = inputAt + pieceSize + 2 * margin;
const hitsAt = classesAt + 8 * partRoom;
const hitsRoom = partRoom * 8;
const tableAt = hitsAt + 8 * hitsRoom;
const textAt = inputAt + margin;

// Eight parts cost the reading of their overlaps; below this, one is as fast.
const shortest = 2048;
const longestLiteral = 64;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  narrow(to: number, length: number): void;
  scan(size: number, overlap: number): void;
  scanShort(length: number): void;
  runs(first: number, length: number): number;
}

/** The first pass in WebAssembly. Throws where there is none, or none with SIMD; and for a literal that is too long for it, which is a bug. */
export function kernelMatcher({ table, outputs, literals, longest }: Automaton): Matcher {
  if (longest > longestLiteral) throw new Error(`a literal of ${longest} characters`);
  const kernel = new WebAssembly.Instance(new WebAssembly.Module(kernelCode('kernel'))).exports as unknown as Kernel;
  const missing = tableAt + table.byteLength - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65536));
  const memory = Buffer.from(kernel.memory.buffer);
  memory.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), tableAt);
  const words = new Int32Array(kernel.memory.buffer);

  const codes = literals.map(({ text }) => Uint8Array.from(Buffer.from(text, 'latin1')));
  const caseBits = literals.map(({ anyCase }, literal) => codes[literal]!.map((code) => (anyCase && code >= 97 && code <= 122 ? 32 : 0)));
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

  /** Does the literal stand there exactly, case included? */
  const stands = (literal: number, place: number): boolean => {
    const wanted = codes[literal]!;
    const folded = caseBits[literal]!;
    for (let i = 0; i < wanted.length; i++) if ((memory[place + i]! | folded[i]!) !== wanted[i]) return false;
    return true;
  };

  return {
    look(text): Places {
      const found = { literals: [] as number[], ends: [] as number[], runs: [] as number[] };

      /** The hits of a part that begins at `base` of the piece, and of which what begins before `size` is its own. */
      const collect = (part: number, base: number, size: number, from: number): void => {
        const first = (hitsAt + part * hitsRoom) >> 2;
        const last = first + 2 * words[part]!;
        for (let hit = first; hit < last; hit += 2) {
          const end = words[hit]!;
          for (const literal of outputs[(words[hit + 1]! & entryMask) / rowSize]!) {
            const start = end - codes[literal]!.length;
            if (start < size && stands(literal, textAt + base + start)) add(found, literal, from + base + end);
          }
        }
      };

      for (let from = 0; from < text.length; from += pieceSize) {
        const length = Math.min(pieceSize, text.length - from);
        load(text, from, from + length);
        if (length < shortest) {
          kernel.scanShort(length);
          collect(0, 0, length, from);
        } else {
          const size = Math.ceil(length / 8);
          kernel.scan(size, overlap);
          for (let part = 0; part < 8; part++) collect(part, part * size, size, from);
        }
        const count = kernel.runs(39 - (from % 40), length);
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
