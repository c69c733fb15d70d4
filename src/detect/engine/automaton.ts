import { beginsName, beginsWord } from '../text.ts';
import type { AsciiSet, Gate, Literal, Matcher, Places } from './matcher.ts';
import { runPlaces } from './run-places.ts';

/** The states of an Aho-Corasick automaton over 64 classes of characters, as one table. */
export interface Automaton {
  /** A row of 64 entries a state; an entry is where the next state's row begins, in bytes, and negative where a literal may end. */
  readonly table: Int32Array;
  /** By state, the literals that may end there: the longest first. */
  readonly outputs: readonly (readonly number[] | undefined)[];
  readonly literals: readonly Literal[];
}

const classes = 64;

/** The bytes of a row. */
const rowSize = classes * 4;

/** What an entry is without its sign. */
const entryMask = 0x7fffffff;

/** One of 64 classes of a UTF-16 unit. Both cases of a letter share one, and so do some unlike characters: a hit must be checked exactly. */
const classOf = (unit: number): number => (unit & 31) | ((unit >> 1) & 32);

/**
 * Builds the table, as the kernel builds its own. States are numbered by the length of what they stand for, and the row of a state begins as a copy of that of its
 * fallback.
 */
export function buildAutomaton(literals: readonly Literal[]): Automaton {
  const most = literals.reduce((sum, { text }) => sum + text.length, 1);
  const table = new Int32Array(most * classes);
  const fallback = new Int32Array(most);
  const outputs: (number[] | undefined)[] = [undefined];
  const reached = new Int32Array(literals.length);
  const byLength = literals.map((_, index) => index).sort((a, b) => literals[b]!.text.length - literals[a]!.text.length);
  let count = 1;
  let first = 0;
  for (let depth = 0; first < count; depth++) {
    const end = count;
    for (let state = Math.max(first, 1); state < end; state++) {
      const from = fallback[state]! * classes;
      table.copyWithin(state * classes, from, from + classes);
    }
    for (const index of byLength) {
      const { text } = literals[index]!;
      if (depth >= text.length) break;
      const place = reached[index]! * classes + classOf(text.charCodeAt(depth));
      let state = (table[place]! & entryMask) / rowSize;
      if (state < end) {
        const shorter = outputs[state];
        outputs.push(shorter && [...shorter]);
        fallback[count] = state;
        table[place] = (count * rowSize) | (shorter ? ~entryMask : 0);
        state = count++;
      }
      if (depth === text.length - 1) {
        const ending = outputs[state] ?? [];
        outputs[state] = ending;
        const own = ending.findIndex((other) => literals[other]!.text.length < text.length);
        ending.splice(own === -1 ? ending.length : own, 0, index);
        table[place]! |= ~entryMask;
      }
      reached[index] = state;
    }
    first = end;
  }
  return { table: table.subarray(0, count * classes), outputs, literals };
}

/** The automaton in plain JavaScript, for where there is no WebAssembly with SIMD, and as the other way to the same places in tests. */
export function plainMatcher({ table, outputs, literals }: Automaton): Matcher {
  const look = (given: string | Uint8Array, isUtf8 = false): Places => {
    const text = typeof given === 'string' ? given : Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('latin1');
    const found: { literals: number[]; ends: number[] } = { literals: [], ends: [] };
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = table[(state >> 2) + classOf(text.charCodeAt(i))]!;
      if (state >= 0) continue;
      state &= entryMask;
      for (const literal of outputs[state / rowSize]!) {
        if (!standsBefore(text, i + 1, literals[literal]!) || !isOpen(text, i + 1, isUtf8, literals[literal]!)) continue;
        found.literals.push(literal);
        found.ends.push(i + 1);
      }
    }
    return { ...found, runs: [...runPlaces(text)] };
  };
  let memory = Buffer.alloc(0);
  return {
    look,
    runs: (text) => [...runPlaces(text)],
    room(size) {
      if (memory.length < size) memory = Buffer.concat([memory], size);
      return memory;
    },
    lookWithin: (texts) =>
      texts.map(({ begin, end, isUtf8 }) => {
        const places = look(memory.subarray(begin, end), isUtf8);
        return places.ends.length === 0 && places.runs.length === 0 ? undefined : places;
      }),
  };
}

function standsBefore(text: string, end: number, { text: wanted, anyCase }: Literal): boolean {
  const start = end - wanted.length;
  return anyCase ? text.slice(start, end).toLowerCase() === wanted : text.startsWith(wanted, start);
}

/** Does a literal that ends at `end` count there? */
function isOpen(
  text: string,
  end: number,
  isUtf8: boolean,
  { text: { length }, beginsName: isName, beginsWord: isWord, gates }: Literal,
): boolean {
  if (isName && !beginsName(text, end - length)) return false;
  if (isWord && !beginsWord(text, end - length)) return false;
  return gates === undefined || gates.some((gate) => passes(text, end, isUtf8, gate));
}

function passes(text: string, end: number, isUtf8: boolean, gate: Gate): boolean {
  const holds = ({ bytes }: AsciiSet, at: number): boolean => bytes[text.charCodeAt(at)] === 1;
  const units = gate.within + ('length' in gate ? gate.length : 0);
  const to = isUtf8 ? unitsOn(text, end, units) : end + units;
  if ('length' in gate) {
    const { set, begins, length, most = length } = gate;
    for (let at = end; begins !== undefined && at < end + begins.length; at++) if (!holds(begins.set, at)) return false;
    const enough = gate.most === undefined ? length : most + 1;
    for (let at = end; at + length <= to; at++) {
      const begin = at;
      while (at < begin + enough && holds(set, at)) at++;
      const isApart = begin === end || gate.notAfter === undefined || !holds(gate.notAfter, begin - 1);
      if (at - begin >= length && at - begin <= most && isApart) return true;
      while (at < to && holds(set, at)) at++;
    }
    return false;
  }
  for (let at = end; at < to && !holds(gate.stops, at); at++)
    if (holds(gate.mark, at)) return gate.followedBy === undefined || passes(text, at + 1, isUtf8, gate.followedBy);
  return false;
}

/** So many UTF-16 units on in a text of the bytes of UTF-8. */
function unitsOn(bytes: string, at: number, units: number): number {
  for (let left = units; at < bytes.length; at++) {
    const byte = bytes.charCodeAt(at);
    if ((byte & 0xc0) === 0x80) continue;
    left -= byte >= 0xf0 ? 2 : 1;
    if (left < 0) break;
  }
  return at;
}
