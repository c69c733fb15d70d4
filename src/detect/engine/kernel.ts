import { kernelCode } from './kernel-code.ts';
import { classesAt, hitsAt, inputAt, margin, pieceSize, placesCountAt, textAt, textsAt } from './kernel-layout.ts';
import { longestOf, type PackedLiterals, placesOf, setCountOf } from './kernel-literals.ts';
import { type Inlet, load } from './load.ts';
import { type Matcher, mostTexts, type Places, type TextWithin } from './matcher.ts';
import { step } from './run-places.ts';

// What is read of memory behind the end of all texts, at most.
const readBehind = 128;
const page = 64 * 1024;

// Eight parts cost the reading of their overlaps; below this, one is as fast.
const shortest = 512;
interface Kernel {
  readonly memory: WebAssembly.Memory;
  unpack(texts: number, setCount: number, sets: number, gateWords: number, gates: number, count: number, literals: number): void;
  build(literals: number, count: number): void;
  narrow(to: number, length: number): void;
  scan(begin: number, size: number, overlap: number): void;
  scanShort(begin: number, length: number): void;
  places(part: number, begin: number, size: number, first: number): number;
  runs(begin: number, first: number, length: number): number;
}

let compiled: object | undefined;

/** The first pass in WebAssembly. Throws where there is none, or none with SIMD. */
export function kernelMatcher(packed: PackedLiterals): Matcher {
  const { texts, sets, gates, records, end } = placesOf(packed);
  const count = packed.lengths.length;
  compiled ??= new WebAssembly.Module(kernelCode('kernel'));
  const kernel = new WebAssembly.Instance(compiled).exports as unknown as Kernel;
  // before the room there is a zero, as before the first of all texts
  const roomAt = end + 64;
  let { words, inlet } = reserve(kernel, roomAt);
  inlet.memory.write(packed.texts, texts, 'latin1');
  let packedAt = inputAt;
  for (const { buffer, byteOffset, byteLength } of [packed.gates, packed.lists, packed.sets, packed.lengths, packed.marks]) {
    inlet.memory.set(new Uint8Array(buffer, byteOffset, byteLength), packedAt);
    packedAt += byteLength;
  }
  kernel.unpack(texts, setCountOf(packed), sets, packed.gates.length, gates, count, records);
  kernel.build(records, count);
  const overlap = (longestOf(packed) + 15) & ~15;

  /** Tells the kernel where a text ends that it will look at, and whether it is UTF-8. */
  const tellText = (index: number, end: number, isUtf8: boolean): void => {
    words[(textsAt >> 2) + 2 * index] = end;
    words[(textsAt >> 2) + 2 * index + 1] = isUtf8 ? 1 : 0;
  };

  /** Adds the places of a part that lies at `begin` and is at `base` of the text, of which what begins before `size` is its own. */
  const collect = (found: Found, part: number, begin: number, base: number, size: number): void => {
    for (let hit = 0; hit < words[part]!; ) {
      hit = kernel.places(part, begin, size, hit);
      const first = classesAt >> 2;
      const last = first + 2 * words[placesCountAt >> 2]!;
      for (let place = first; place < last; place += 2) add(found, words[place]!, base + words[place + 1]!);
    }
  };

  /** Adds what is found in a piece that lies at `begin` and is at `base` of the text. */
  const lookAt = (found: Found, begin: number, base: number, length: number): void => {
    if (length < shortest) {
      kernel.scanShort(begin, length);
      collect(found, 0, begin, base, length);
    } else {
      const size = Math.ceil(length / 8);
      kernel.scan(begin, size, overlap);
      for (let part = 0; part < 8; part++) collect(found, part, begin + part * size, base + part * size, size);
    }
    // the places of runs are those of the text, not of the piece
    const count = kernel.runs(begin, (step - (base % step)) % step, length);
    for (let run = 0; run < count; run++) found.runs.push(base + words[(hitsAt >> 2) + run]!);
  };

  return {
    look(text, isUtf8 = false): Places {
      const found: Found = { literals: [], ends: [], runs: [] };
      for (let from = 0; from < text.length; from += pieceSize) {
        const length = Math.min(pieceSize, text.length - from);
        const { begin, end } = load(text, from, from + length, inlet);
        tellText(0, end, isUtf8);
        words[textAt >> 2] = textsAt;
        lookAt(found, begin, from, length);
      }
      return found;
    },

    room(size): Buffer {
      const needed = roomAt + size + readBehind;
      if (inlet.memory.length < needed) ({ words, inlet } = reserve(kernel, needed));
      return inlet.memory.subarray(roomAt, inlet.memory.length - readBehind);
    },

    lookWithin(texts): (Places | undefined)[] {
      if (texts.length > mostTexts) throw new Error(`${texts.length} texts at a time`);
      const found: Found = { literals: [], ends: [], runs: [] };
      const { memory } = inlet;
      for (let index = 0; index < texts.length; index++) {
        const { end, isUtf8 } = texts[index]!;
        tellText(index, roomAt + end, isUtf8);
        const next = texts[index + 1]?.begin ?? end + readBehind;
        for (let at = end; at < next; at++) memory[roomAt + at] = 0;
      }
      words[textAt >> 2] = textsAt;
      const last = texts.at(-1)?.end ?? 0;
      for (let from = 0; from < last; from += pieceSize) lookAt(found, roomAt + from, from, Math.min(pieceSize, last - from));
      return byText(texts, found);
    },
  };
}

/** Makes a kernel's memory at least as large as this. Returns it as words, and as what texts are brought into. */
function reserve({ memory, narrow }: Kernel, size: number): { words: Int32Array; inlet: Inlet } {
  const missing = size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  const bytes = Buffer.from(memory.buffer);
  return { words: new Int32Array(memory.buffer), inlet: { memory: bytes, inputAt, margin, zeros: readBehind, wideAt: hitsAt, narrow } };
}

type Found = { readonly literals: number[]; readonly ends: number[]; readonly runs: number[] };

/** What was found in all texts, as places of each. */
function byText(texts: readonly TextWithin[], { literals, ends, runs }: Found): (Places | undefined)[] {
  let [place, run] = [0, 0];
  return texts.map(({ begin, end }) => {
    const [firstPlace, firstRun] = [place, run];
    while (ends[place]! <= end) place++;
    while (runs[run]! < end) run++;
    if (place === firstPlace && run === firstRun) return undefined;
    const within = (one: number): number => one - begin;
    return {
      literals: literals.slice(firstPlace, place),
      ends: ends.slice(firstPlace, place).map(within),
      runs: runs.slice(firstRun, run).map(within),
    };
  });
}

/** Adds a place. What ends at the seam of two parts may come out of its order. */
function add({ literals, ends }: Found, literal: number, end: number): void {
  literals.push(literal);
  ends.push(end);
  for (let at = ends.length - 1; at > 0 && ends[at - 1]! > end; at--) {
    literals[at] = literals[at - 1]!;
    ends[at] = ends[at - 1]!;
    literals[at - 1] = literal;
    ends[at - 1] = end;
  }
}
