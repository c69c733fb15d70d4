// What a credential looks like: fixed texts and runs of characters. The pattern, the words and the samples all come from it.
import { type AsciiSet, setOf } from '../engine/matcher.ts';
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
