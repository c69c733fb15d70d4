import { margin, pieceSize, rowSize, tableAt } from './kernel-layout.ts';
import { type AsciiSet, farthestOf, type Gate, type Literal, madeSets } from './matcher.ts';

const setSize = 16;
// The bytes of seven words.
const recordSize = 28;
const longestLiteral = 64;
const mostLiterals = 4096;
// An entry of the kernel's table tells a state in 15 bits.
const statesInTable = 32_768;
// A UTF-16 unit takes three bytes of UTF-8 at most.
const widest = 3;

/** Some literals in as little as can be: what a build knows of the rules without the rules themselves. */
export interface PackedLiterals {
  /** All texts, one behind the other. */
  readonly texts: string;
  readonly lengths: Uint8Array;
  /** By literal, added up: 1 where either case matches, 2 where it has to begin a name, 4 where it has to begin a word, 8 where a token follows it. */
  readonly marks: Uint8Array;
  /** By literal: where its gates begin among all, counted from 1; 0 where it has none. */
  readonly lists: Uint16Array;
  /** The lists of gates, as the kernel has them, but each set as its place counted from 1. */
  readonly gates: Uint16Array;
  /** The sets, 16 bytes each: by the low half of a character a byte, in it by the high half a bit. */
  readonly sets: Uint8Array;
}

/** Throws for literals that are too long or too many for the kernel, and gates that it cannot test, which is a bug. */
export function packLiterals(literals: readonly Literal[]): PackedLiterals {
  const farthest = farthestOf(literals, widest);
  if (farthest + longestLiteral > margin) throw new Error(`gates that look ${farthest} bytes far`);
  const words: number[] = [];
  const placeOf = (set: AsciiSet | undefined): number => {
    // the kernel has zeros between texts, and for what is no ASCII
    if (set?.bytes[0] === 1) throw new Error('a gate with a zero in a set');
    return set === undefined ? 0 : set.index + 1;
  };
  const wordsOf = (gate: Gate): readonly number[] => {
    if (!('length' in gate))
      return [
        placeOf(gate.mark),
        placeOf(gate.stops),
        0,
        gate.followedBy ? 1 : 0,
        gate.within,
        0,
        ...(gate.followedBy ? wordsOf(gate.followedBy) : []),
      ];
    const { set, begins, notAfter, length, most = 0, within } = gate;
    return [placeOf(set), placeOf(begins?.set ?? notAfter), length, most, within, begins?.length ?? 0];
  };
  const lists = new Map<string, number>();
  const listOf = ({ gates }: Literal): number => {
    if (gates === undefined) return 0;
    const list = [...gates.flatMap(wordsOf), 0];
    const known = lists.get(list.join());
    if (known !== undefined) return known;
    lists.set(list.join(), words.length + 1);
    words.push(...list);
    return words.length - list.length + 1;
  };
  const placesOfLists = Uint16Array.from(literals, listOf);
  const sets = new Uint8Array(setSize * madeSets.length);
  for (const { index, bytes } of madeSets) {
    for (let code = 0; code < 128; code++) sets[setSize * index + (code & 15)]! |= bytes[code]! << (code >> 4);
  }
  return checked({
    texts: literals.map(({ text }) => text).join(''),
    lengths: Uint8Array.from(literals, lengthOf),
    marks: Uint8Array.from(literals, marksOf),
    lists: placesOfLists,
    gates: Uint16Array.from(words),
    sets,
  });
}

const lengthOf = ({ text }: Literal): number => text.length;
const marksOf = (literal: Literal): number =>
  (literal.anyCase ? 1 : 0) | (literal.beginsName ? 2 : 0) | (literal.beginsWord ? 4 : 0) | (isBeforeToken(literal) ? 8 : 0);

// Behind such a literal the kernel looks at 16 bytes before all else.
const lookedAt = 16;
const inTokens = /[\w+\-./:=~]/;

/** Do all gates of a literal open only for a run that begins behind it, of what tokens are made of? */
const isBeforeToken = ({ gates }: Literal): boolean =>
  gates?.every((gate) => 'length' in gate && gate.within === 0 && gate.length >= lookedAt && isOfTokens(gate.set)) === true;

const isOfTokens = ({ bytes }: AsciiSet): boolean => bytes.every((isIn, byte) => !isIn || inTokens.test(String.fromCharCode(byte)));

/** These, and literals without gates behind them. Throws as `packLiterals` does, and for gates. */
export function withLiterals(packed: PackedLiterals, more: readonly Literal[]): PackedLiterals {
  if (more.some(({ gates }) => gates !== undefined)) throw new Error('gates of literals that are packed later');
  const { texts, lengths, marks, lists } = packed;
  return checked({
    ...packed,
    texts: texts + more.map(({ text }) => text).join(''),
    lengths: Uint8Array.from([...lengths, ...more.map(lengthOf)]),
    marks: Uint8Array.from([...marks, ...more.map(marksOf)]),
    lists: Uint16Array.from([...lists, ...more.map(() => 0)]),
  });
}

/** The same, if the kernel can take them. */
function checked(packed: PackedLiterals): PackedLiterals {
  const { texts, lengths, gates, sets } = packed;
  const longest = longestOf(packed);
  const mayBeTooMany = texts.length >= statesInTable; // a state for each character, where no two begin alike
  if (longest > longestLiteral || lengths.length > mostLiterals || (mayBeTooMany && statesOf(packed) > statesInTable))
    throw new Error(`${lengths.length} literals of up to ${longest} characters, ${texts.length} in all`);
  // a list of gates is told by a number of 16 bits
  if (gates.length >= 65_536 || 2 * gates.length + 4 * lengths.length + sets.length > pieceSize)
    throw new Error(`${gates.length} words of gates`);
  return packed;
}

/** How many states some literals come to at most: one for each of their beginnings, and the first. */
function statesOf({ texts, lengths }: PackedLiterals): number {
  const beginnings = new Set<string>();
  let start = 0;
  for (const length of lengths) {
    const text = texts.slice(start, start + length).toLowerCase();
    for (let end = 1; end <= length; end++) beginnings.add(text.slice(0, end));
    start += length;
  }
  return beginnings.size + 1;
}

/** Where in the kernel's memory lies what it is told of some literals. */
export interface LiteralPlaces {
  readonly texts: number;
  readonly sets: number;
  readonly gates: number;
  /** Of each literal a record. */
  readonly records: number;
  /** How far the kernel's memory has to reach. */
  readonly end: number;
}

/**
 * It all lies behind the largest table that the literals may come to; memory of that which no state comes to is never touched, and costs nothing.
 */
export function placesOf({ texts: { length }, lengths, gates, sets }: PackedLiterals): LiteralPlaces {
  const mostStates = length + 1;
  const texts = tableAt + rowSize * mostStates;
  const setsAt = texts + ((length + 3) & ~3);
  const gatesAt = setsAt + sets.length;
  const records = gatesAt + 4 * gates.length;
  return { texts, sets: setsAt, gates: gatesAt, records, end: records + recordSize * lengths.length + 4 * mostStates };
}

export const setCountOf = ({ sets }: PackedLiterals): number => sets.length / setSize;

export const longestOf = ({ lengths }: PackedLiterals): number => Math.max(0, ...lengths);
