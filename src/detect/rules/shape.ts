// What a credential looks like: fixed texts and runs of characters. The pattern, the words and the samples all come from it.
import { type AsciiSet, setOf } from '../engine/matcher.ts';
import { unitAt } from '../unit-at.ts';
import type { Draw } from './rule.ts';

/** So many characters of an alphabet. */
export interface Run {
  readonly of: string;
  readonly least: number;
  readonly most: number;
}

/** The parts of a credential, in their order. */
export type Shape = readonly (string | Run)[];

/** `least` to `most` characters, in any order, of an alphabet written as a class of a regular expression: `A-Za-z0-9_-`. */
export const some = (of: string, least: number, most = least): Run => ({ of, least, most });

export const lowerHex = '0-9a-f';
export const anyHex = '0-9a-fA-F';
export const digits = '0-9';
export const lowerAlphanumeric = 'a-z0-9';
export const alphanumeric = 'A-Za-z0-9';
export const wordCharacters = 'A-Za-z0-9_';
export const base64Characters = 'A-Za-z0-9+/';
export const base64Url = 'A-Za-z0-9_-';

/** A UUID in lower case. */
export const uuid: Shape = [
  some(lowerHex, 8),
  '-',
  some(lowerHex, 4),
  '-',
  some(lowerHex, 4),
  '-',
  some(lowerHex, 4),
  '-',
  some(lowerHex, 12),
];

/** A UUID of random digits, in lower case. */
export const uuidOfVersion4: Shape = [
  some(lowerHex, 8),
  '-',
  some(lowerHex, 4),
  '-4',
  some(lowerHex, 3),
  '-',
  some('89ab', 1),
  some(lowerHex, 3),
  '-',
  some(lowerHex, 12),
];

const times = ({ least, most }: Run): string => (least === most ? `{${least}}` : `{${least},${most}}`);

/** A regular expression for the shape, without flags or anchors. */
export const patternOf = (shape: Shape): string =>
  shape.map((part) => (typeof part === 'string' ? part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : `[${part.of}]${times(part)}`)).join('');

/** The shape in words that every language shares: `glpat-[A-Za-z0-9_-]{20}`. */
export const shapeInWords = (shape: Shape): string =>
  shape.map((part) => (typeof part === 'string' ? part : `[${part.of}]${times(part)}`)).join('');

/** A credential of this shape that opens nothing; runs of a free length as long as they may be, but no longer than they need be for a test. */
export const sampleOf = (shape: Shape, draw: Draw): string =>
  shape.map((part) => (typeof part === 'string' ? part : draw(charactersOf(part.of), Math.min(part.most, part.least + 40)))).join('');

/** How many characters at most. */
export const longest = (shape: Shape): number => shape.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : part.most), 0);

/** The run that text of this shape surely is, from one of its parts on: of which characters, and how many at least. */
export function runOf(shape: Shape, first = 0): { readonly set: AsciiSet; readonly length: number } {
  let characters = '';
  let length = 0;
  for (let index = first; index < shape.length; index++) {
    const part = shape[index]!;
    characters += typeof part === 'string' ? part : charactersOf(part.of);
    length += typeof part === 'string' ? part.length : part.least;
  }
  return { set: setOf(characters), length };
}

/** The longest fixed text of three characters and more that has a fixed number of characters before it: what the first pass looks for. */
export function anchorOf(shape: Shape): { readonly text: string; readonly before: number } {
  let anchor = { text: '', before: 0 };
  let before = 0;
  for (const part of shape) {
    if (typeof part === 'string') {
      if (part.length > anchor.text.length) anchor = { text: part, before };
      before += part.length;
    } else {
      if (part.least !== part.most) break;
      before += part.least;
    }
  }
  if (anchor.text.length < 3) throw new Error(`no text to look for in ${shapeInWords(shape)}`);
  return anchor;
}

const spelled = new Map<string, string>();

/** Each character of a class: `a-c_` is `abc_`. Hundreds of rules share a few classes. */
export function charactersOf(of: string): string {
  let characters = spelled.get(of);
  if (characters === undefined) {
    characters = of.replace(/(.)-(.)/g, (_, first: string, last: string) =>
      String.fromCharCode(...Array.from({ length: last.charCodeAt(0) - first.charCodeAt(0) + 1 }, (_, i) => first.charCodeAt(0) + i)),
    );
    spelled.set(of, characters);
  }
  return characters;
}

/**
 * How many different characters random text of this shape surely has: less is a template. Alphabets are often documented wider than they
 * are (hexadecimal digits called letters and digits), so no more than 11 is ever asked for.
 */
export function leastVariety(shape: Shape): number {
  let total = 0;
  let size = 0;
  for (const part of shape) {
    if (typeof part === 'string') continue;
    total += part.least;
    size = Math.max(size, charactersOf(part.of).length);
  }
  return Math.floor(Math.min(11, 0.5 * size * (1 - (1 - 1 / size) ** total)));
}

const tables = new Map<string, Uint8Array>();

/** By unit below 128, 1 for these characters. There is one table for the same characters. */
export function tableOf(characters: string): Uint8Array {
  let table = tables.get(characters);
  if (table === undefined) {
    table = new Uint8Array(128);
    for (const character of characters) table[character.charCodeAt(0)] = 1;
    tables.set(characters, table);
  }
  return table;
}

/** The first place from `at` on where the text holds no character of a table, or `last`. */
export function endOfRun(text: string, at: number, last: number, table: Uint8Array): number {
  for (const stop = Math.min(last, text.length); at < stop; at++) {
    const unit = text.charCodeAt(at);
    if (!(unit < 128) || table[unit] === 0) break;
  }
  return at;
}

/** Says whether a text, or a part of it, holds so many characters of each of these as it has to at least. */
export function holding(...runs: readonly Run[]): (text: string, start?: number, end?: number) => boolean {
  const once = runs.filter(({ least }) => least === 1);
  const kinds = new Uint8Array(128);
  for (const [index, { of }] of once.entries()) for (const character of charactersOf(of)) kinds[character.charCodeAt(0)]! |= 1 << index;
  const more = runs.filter(({ least }) => least > 1).map(({ of, least }) => ({ table: tableOf(charactersOf(of)), least }));
  return (text, start = 0, end = text.length) => {
    let missing = 2 ** once.length - 1;
    for (let at = start; at < end && missing !== 0; at++) {
      const unit = text.charCodeAt(at);
      if (unit < 128) missing &= ~kinds[unit]!;
    }
    if (missing !== 0) return false;
    for (const { table, least } of more) if (countTo(least, text, start, end, table) < least) return false;
    return true;
  };
}

function countTo(most: number, text: string, start: number, end: number, table: Uint8Array): number {
  let count = 0;
  for (let at = start; at < end && count < most; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 128 && table[unit] === 1) count++;
  }
  return count;
}

/** A part of a shape as it is read: `fixed`, or if that is empty a run. */
interface Part {
  readonly fixed: string;
  readonly table: Uint8Array;
  readonly least: number;
  readonly most: number;
  /** May what is behind the run begin with a character of it? */
  readonly mayGiveBack: boolean;
}

/**
 * Where text of a shape ends that begins at `at`, -1 where there is none. `readTo`: up to where all of it is known to be of the characters of the shape, if that is one
 * run; no farther than a text of the shape may reach.
 */
export type Reader = (text: string, at: number, readTo?: number) => number;

/**
 * Says where text of a shape ends: the same as the expression of `patternOf`, in a third of the time. `goesOn` is a table of characters that may not stand behind it, nor
 * may an ellipsis then.
 */
export function readerOf(shape: Shape, goesOn?: Uint8Array): Reader {
  const parts = shape.map((part, index): Part => {
    if (typeof part === 'string') return { fixed: part, table: nothing, least: 0, most: 0, mayGiveBack: false };
    const behind = followersOf(shape.slice(index + 1), goesOn);
    const mayGiveBack = part.least < part.most && Array.from(charactersOf(part.of)).some(behind);
    return { fixed: '', table: tableOf(charactersOf(part.of)), least: part.least, most: part.most, mayGiveBack };
  });
  const [{ fixed, table, least, most, mayGiveBack }] = parts as [Part];
  if (parts.length > 1 || fixed !== '' || mayGiveBack) return (text, at) => readParts(parts, 0, text, at, goesOn);
  return (text, at, readTo = at) => {
    const end = endOfRun(text, readTo, at + most, table);
    return end - at >= least && (goesOn === undefined || mayEndBefore(unitAt(text, end), goesOn)) ? end : -1;
  };
}

const nothing = new Uint8Array(128);

/** Says whether a character may follow: these parts begin with it, or it may stand behind them, where `goesOn` is a table of those that may not. */
export function followersOf(parts: Shape, goesOn: Uint8Array | undefined): (character: string) => boolean {
  let characters = '';
  for (const part of parts) {
    if (typeof part === 'string') return (character) => character === part[0] || characters.includes(character);
    characters += charactersOf(part.of);
    if (part.least > 0) return (character) => characters.includes(character);
  }
  return (character) => characters.includes(character) || (goesOn !== undefined && goesOn[character.charCodeAt(0)] === 0);
}

function readParts(parts: readonly Part[], first: number, text: string, from: number, goesOn: Uint8Array | undefined): number {
  let at = from;
  for (let index = first; index < parts.length; index++) {
    const { fixed, table, least, most, mayGiveBack } = parts[index]!;
    if (fixed !== '') {
      if (!standsAt(text, fixed, at)) return -1;
      at += fixed.length;
      continue;
    }
    const end = endOfRun(text, at, at + most, table);
    if (end - at < least) return -1;
    if (mayGiveBack) {
      for (let stop = end; stop >= at + least; stop--) {
        const found = readParts(parts, index + 1, text, stop, goesOn);
        if (found !== -1) return found;
      }
      return -1;
    }
    at = end;
  }
  return goesOn === undefined || mayEndBefore(unitAt(text, at), goesOn) ? at : -1;
}

/** Does this stand at `at`? Of short texts that takes half as long as `startsWith`. */
export function standsAt(text: string, wanted: string, at: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (unitAt(text, at + i) !== wanted.charCodeAt(i)) return false;
  return true;
}

const ellipsis = 0x2026;
const mayEndBefore = (unit: number, goesOn: Uint8Array): boolean => (unit < 128 ? goesOn[unit] === 0 : unit !== ellipsis);
