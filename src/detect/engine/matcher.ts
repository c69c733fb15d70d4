import { longestEscape } from '../text.ts';
import { step } from './run-places.ts';

/** A fixed text that the first pass looks for, in ASCII. `anyCase`: its letters match in either case; `text` is then in lower case. */
export interface Literal {
  readonly text: string;
  readonly anyCase?: true;
  /** Only places count where a word of a name begins: after what is no letter, in camel case, or after an escape (`\n`, `\u003d`). */
  readonly beginsName?: true;
  /** Only places count where a word begins: after what is neither a letter nor a digit nor `_`, or after an escape (`\n`, `%3D`). */
  readonly beginsWord?: true;
  /** A place where none of these is true is left out: for literals that many texts hold. */
  readonly gates?: readonly Gate[];
}

/** What surely stands behind a literal of a credential. */
export type Gate = RunBehind | MarkBehind;

/** `length` characters of a set together, one at least, with at most so many units before them. */
export interface RunBehind {
  readonly set: AsciiSet;
  readonly length: number;
  /** No more than so many of them are together. */
  readonly most?: number;
  /** Where there is no most, and nothing may stand before them: what the first of them are. */
  readonly begins?: { readonly set: AsciiSet; readonly length: number };
  /** Where there is a most: what stands directly before the first of them, if that is behind the literal, is none of these. */
  readonly notAfter?: AsciiSet;
  readonly within: number;
}

/** A character of a set within so many units, with none of `stops` before it; and behind the first such character, what `followedBy` says. */
export interface MarkBehind {
  readonly mark: AsciiSet;
  readonly stops: AsciiSet;
  readonly within: number;
  readonly followedBy?: Gate;
}

/** A set of ASCII characters. There is one object for those of the same characters. */
export interface AsciiSet {
  /** Its place among {@link madeSets}. */
  readonly index: number;
  /** By byte, 1 for the characters of the set. */
  readonly bytes: Uint8Array;
}

const made: AsciiSet[] = [];

/** All sets that were made. */
export const madeSets: readonly AsciiSet[] = made;

// Hundreds of sets are asked for while rules are made: that they are the same is told by what costs least.
const ofCharacters = new Map<string, AsciiSet>();
const ofBytes = new Map<string, AsciiSet>();

/** The set of these characters; the same object for the same characters, in whatever order. */
export function setOf(characters: string): AsciiSet {
  let set = ofCharacters.get(characters);
  if (set === undefined) {
    set = setOfBytes(marked(new Uint8Array(256), characters, 1));
    ofCharacters.set(characters, set);
  }
  return set;
}

/** The set of all characters but these. */
export const allBut = (characters: string): AsciiSet => setOfBytes(marked(new Uint8Array(256).fill(1, 1, 128), characters, 0));

function setOfBytes(bytes: Uint8Array): AsciiSet {
  const key = Buffer.from(bytes.buffer, 0, 128).toString('latin1');
  let set = ofBytes.get(key);
  if (set === undefined) {
    set = { index: made.length, bytes };
    made.push(set);
    ofBytes.set(key, set);
  }
  return set;
}

function marked(bytes: Uint8Array, characters: string, mark: 0 | 1): Uint8Array {
  for (let i = 0; i < characters.length; i++) bytes[characters.charCodeAt(i)] = mark;
  return bytes;
}

/** The gate that is open where one of `mark` stands within so many units, and only characters of `between`, or any that are not ASCII, before it. */
export const markAfter = (mark: string, between: string, within: number, followedBy?: Gate): MarkBehind => ({
  mark: setOf(mark),
  stops: allBut(mark + between),
  within,
  ...(followedBy && { followedBy }),
});

/** How many units before a literal say whether a name or a word begins there. */
export const beforeLiteral = longestEscape;

/** How far behind a literal the gates look at most, in bytes. `width`: how many of them a unit takes at most. */
export function farthestOf(literals: readonly Literal[], width = 1): number {
  let farthest = 0;
  for (const { gates } of literals) {
    if (gates === undefined) continue;
    for (const gate of gates) farthest = Math.max(farthest, bytesOf(gate, width));
  }
  return farthest;
}

function bytesOf(gate: Gate, width: number): number {
  const behind = 'length' in gate ? (gate.most ?? gate.length) + 1 : gate.followedBy === undefined ? 0 : bytesOf(gate.followedBy, width);
  return gate.within * width + behind;
}

/** The places of literals: which ones, as indexes, and where each ends. In the order of the ends, of those that end together the longest first. */
export interface Hits {
  readonly literals: Numbers;
  readonly ends: Numbers;
}

export type Numbers = readonly number[] | Int32Array;

/** What the first pass over a text gives. */
export interface Places extends Hits {
  /** Every 25th place, where it lies in a varied run of exactly 40 characters of base 64 that stands for itself, or in one that meets the sign of an escape: see run-places.ts. */
  readonly runs: readonly number[];
}

/** A text in the room of a {@link Matcher}, from `begin` to `end`. */
export interface TextWithin {
  readonly begin: number;
  readonly end: number;
  /** Else a unit is a byte. */
  readonly isUtf8: boolean;
}

/** So many texts are looked at together at most. */
export const mostTexts = 1024;

/** Where the text behind one that ends at `end` begins: after a zero, and where its places of runs are those of the room. */
export const beginAfter = (end: number): number => end + step - (end % step);

/**
 * Finds many literals in one pass, in a text or in its bytes. Of bytes, what is not ASCII is part of nothing that it finds; where they are UTF-8, a gate looks as
 * far as it does in the text.
 */
export interface Matcher {
  look(text: string | Uint8Array, isUtf8?: boolean): Places;
  /** The same without literals. */
  runs(text: string): Places['runs'];
  /** Memory of at least `size` bytes, for texts that are looked at where they lie. What was written to it before is in it. */
  room(size: number): Buffer;
  /**
   * The places of each of some texts that lie in the room, or undefined where there are none: as `look` gives them, and in less time where the texts are short. The first begins
   * at 0, the next where `beginAfter` says; what lies between them is overwritten.
   */
  lookWithin(texts: readonly TextWithin[]): (Places | undefined)[];
}
