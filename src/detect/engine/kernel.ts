import { kernelCode } from './kernel-code.ts';
import { classesAt, hitsAt, inputAt, margin, pieceSize, placesCountAt, textAt, textsAt } from './kernel-layout.ts';
import { longestOf, type PackedLiterals, placesOf, setCountOf } from './kernel-literals.ts';
import { type Inlet, load } from './load.ts';
import { type Matcher, mostTexts, type Numbers, type Places, type TextWithin } from './matcher.ts';
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

  const found: Found = { count: 0, literals: new Int32Array(0), ends: new Int32Array(0), runs: [] };
  const clear = (): void => {
    found.count = 0;
    found.runs = [];
  };

  /** Adds the places of a part that lies at `begin` and is at `base` of the text, of which what begins before `size` is its own. */
  const collect = (part: number, begin: number, base: number, size: number): void => {
    for (let hit = 0; hit < words[part]!; ) {
      hit = kernel.places(part, begin, size, hit);
      add(found, words, words[placesCountAt >> 2]!, base);
    }
  };

  /** Adds what is found in a piece that lies at `begin` and is at `base` of the text. */
  const lookAt = (begin: number, base: number, length: number): void => {
    if (length < shortest) {
      kernel.scanShort(begin, length);
      collect(0, begin, base, length);
    } else {
      const size = Math.ceil(length / 8);
      kernel.scan(begin, size, overlap);
      for (let part = 0; part < 8; part++) collect(part, begin + part * size, base + part * size, size);
    }
    findRuns(begin, base, length);
  };

  /** Adds the places of runs in such a piece: those of the text, not of the piece. */
  const findRuns = (begin: number, base: number, length: number): void => {
    const count = kernel.runs(begin, (step - (base % step)) % step, length);
    for (let run = 0; run < count; run++) found.runs.push(base + words[(hitsAt >> 2) + run]!);
  };

  return {
    look(text, isUtf8 = false): Places {
      clear();
      for (let from = 0; from < text.length; from += pieceSize) {
        const length = Math.min(pieceSize, text.length - from);
        const { begin, end } = load(text, from, from + length, inlet);
        tellText(0, end, isUtf8);
        words[textAt >> 2] = textsAt;
        lookAt(begin, from, length);
      }
      return { literals: partOf(found.literals, 0, found.count), ends: partOf(found.ends, 0, found.count), runs: found.runs };
    },

    runs(text): readonly number[] {
      clear();
      for (let from = 0; from < text.length; from += pieceSize) {
        const length = Math.min(pieceSize, text.length - from);
        findRuns(load(text, from, from + length, inlet).begin, from, length);
      }
      return found.runs;
    },

    room(size): Buffer {
      const needed = roomAt + size + readBehind;
      if (inlet.memory.length < needed) ({ words, inlet } = reserve(kernel, needed));
      return inlet.memory.subarray(roomAt, inlet.memory.length - readBehind);
    },

    lookWithin(texts): (Places | undefined)[] {
      if (texts.length > mostTexts) throw new Error(`${texts.length} texts at a time`);
      clear();
      const { memory } = inlet;
      for (let index = 0; index < texts.length; index++) {
        const { end, isUtf8 } = texts[index]!;
        tellText(index, roomAt + end, isUtf8);
        const next = texts[index + 1]?.begin ?? end + readBehind;
        for (let at = end; at < next; at++) memory[roomAt + at] = 0;
      }
      words[textAt >> 2] = textsAt;
      const last = texts.at(-1)?.end ?? 0;
      for (let from = 0; from < last; from += pieceSize) lookAt(roomAt + from, from, Math.min(pieceSize, last - from));
      return byText(texts, found);
    },
  };
}

/** Makes a kernel's memory at least as large as this. Returns it as words, and as what texts are brought into. */
function reserve({ memory, narrow }: Kernel, size: number): { words: Int32Array; inlet: Inlet } {
  const missing = size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  const bytes = Buffer.from(memory.buffer);
  return {
    words: new Int32Array(memory.buffer),
    inlet: { memory: bytes, inputAt, margin, zeros: readBehind, wideAt: hitsAt, narrow, isWrittenBefore: true },
  };
}

/** What is found: of the hits the first `count`. They are kept from text to text, as lists that grow one by one take thrice as long: a hostile text has hundreds of thousands. */
interface Found {
  count: number;
  literals: Int32Array;
  ends: Int32Array;
  runs: number[];
}

// To make a typed array takes as long as to fill a list of so many.
const longestList = 64;

/** A part of some numbers, each less `base`. */
function partOf(numbers: Int32Array, from: number, to: number, base = 0): Numbers {
  if (to - from > longestList) {
    const part = numbers.slice(from, to);
    return base === 0 ? part : part.map((one) => one - base);
  }
  const list: number[] = [];
  for (let at = from; at < to; at++) list.push(numbers[at]! - base);
  return list;
}

/** What was found in all texts, as places of each. */
function byText(texts: readonly TextWithin[], { count, literals, ends, runs }: Found): (Places | undefined)[] {
  let [place, run] = [0, 0];
  return texts.map(({ begin, end }) => {
    const [firstPlace, firstRun] = [place, run];
    while (place < count && ends[place]! <= end) place++;
    while (runs[run]! < end) run++;
    if (place === firstPlace && run === firstRun) return undefined;
    return {
      literals: partOf(literals, firstPlace, place),
      ends: partOf(ends, firstPlace, place, begin),
      runs: runs.slice(firstRun, run).map((one) => one - begin),
    };
  });
}

/** Adds what the kernel says of so many hits. What ends at the seam of two parts may come out of its order. */
function add(found: Found, words: Int32Array, more: number, base: number): void {
  if (found.count + more > found.ends.length) {
    found.literals = withRoom(found.literals, found.count + more);
    found.ends = withRoom(found.ends, found.count + more);
  }
  const { literals, ends } = found;
  for (let place = classesAt >> 2; more > 0; place += 2, more--) {
    const end = base + words[place + 1]!;
    let at = found.count++;
    for (; at > 0 && ends[at - 1]! > end; at--) {
      literals[at] = literals[at - 1]!;
      ends[at] = ends[at - 1]!;
    }
    literals[at] = words[place]!;
    ends[at] = end;
  }
}

/** A longer one that holds the same. */
function withRoom(numbers: Int32Array, least: number): Int32Array {
  const longer = new Int32Array(Math.max(least, 2 * numbers.length));
  longer.set(numbers);
  return longer;
}
