// How credentials stand in files: where a word begins, and how a value is cut over lines and strings.

import { kindOfUnit } from './engine/run-places.ts';
import { unitAt } from './unit-at.ts';

/** Is this UTF-16 unit one of `A-Za-z0-9+/`? */
export const isBase64 = (unit: number): boolean => kindOfUnit[unit] === 1;

/** Is this UTF-16 unit one of `A-Za-z0-9`? */
export const isAlphanumeric = (unit: number): boolean => isBase64(unit) && unit !== 43 && unit !== 47;

/** Does a word begin at `at`? An escape before it counts as a boundary. */
export function beginsWord(text: string, at: number): boolean {
  const before = unitAt(text, at - 1);
  return (!isAlphanumeric(before) && before !== 95) || isBehindEscape(text, at);
}

/** So many units before a place tell whether an escape ends there. */
export const longestEscape = 14;
const escape = /(?:\\(?:[nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})|%[0-9A-Fa-f]{2}|=3D|\[[0-9;]{0,12}m)$/;

/** Does an escape end before `at`: `\n`, `\x3d`, `\u003d`, `%3D`, the `=3D` of quoted-printable mail, or a colour of a terminal, `[31m`? */
export function isBehindEscape(text: string, at: number): boolean {
  const mayBe =
    text[at - 2] === '\\' ||
    text[at - 3] === '%' ||
    text[at - 3] === '=' ||
    text[at - 4] === '\\' ||
    text[at - 6] === '\\' ||
    text[at - 1] === 'm';
  return mayBe && escape.test(text.slice(Math.max(0, at - longestEscape), at));
}

/** Does a word end before `at`? */
export function endsWord(text: string, at: number): boolean {
  const after = unitAt(text, at);
  return !isAlphanumeric(after) && after !== 95;
}

const lineBreak = /(?:\\{1,4}[rn]|\\?[\r\n]|[ \t]){1,80}(?:[#*>|]{1,2}[ \t]{0,8}|\/\/[/!]?[ \t]{1,8})?/y;
/** What stands between the quotes of two pieces of a string, in one language or another. */
export const betweenPieces = ' \t\r\n+.,;&()[]_<>|^~';
const longestBetweenPieces = 120;
const quotes = /\\{0,3}["'`](?:[ \t\r\n+.,;&()[\]_<>|^~]|\\[\r\n]){0,120}\\{0,3}["'`]/y;

/** By unit below 128: what a line break may begin with, and what a quote may. */
const begins = new Uint8Array(128);
const [aLineBreak, aQuote] = [1, 2];
for (const sign of '\\ \t\r\n') begins[sign.charCodeAt(0)]! |= aLineBreak;
for (const sign of '\\"\'`') begins[sign.charCodeAt(0)]! |= aQuote;

/** May what stands between the pieces of a value begin with this UTF-16 unit? */
export const mayBeGlue = (unit: number): boolean => unit < 128 && begins[unit] !== 0;

/** Where the next piece of a value begins: after line breaks (real or written `\n`) if `lines`, and after `" + "` in any language's way. */
export function skipGlue(text: string, at: number, lines: boolean): number {
  for (let turn = 0; turn < 6 && mayBeGlue(unitAt(text, at)); turn++) {
    const before = at;
    if (lines) at = skip(text, at, lineBreak, aLineBreak);
    at = skip(text, at, quotes, aQuote);
    if (at === before) break;
  }
  return at;
}

function skip(text: string, at: number, glue: RegExp, beginning: number): number {
  const unit = unitAt(text, at);
  if (!(unit < 128 && begins[unit]! & beginning)) return at;
  glue.lastIndex = at;
  return glue.test(text) ? glue.lastIndex : at;
}

export interface Joined {
  /** The pieces put together. */
  readonly content: string;
  /** The end of the last piece. */
  readonly end: number;
  readonly pieces: number;
  /** What follows the last piece and its glue. */
  readonly next: number;
}

/** Does the quote at `at` begin the first piece of a string: does no other piece end before it? */
export function beginsPieces(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && at - before <= longestBetweenPieces && (betweenPieces.includes(text[before]!) || text[before] === '\\')) before--;
  return before < 0 || !isQuote(text.charCodeAt(before));
}

/** Is this UTF-16 unit a quote of a string: `"`, `'` or a backquote? */
export const isQuote = (unit: number): boolean => unit < 128 && (begins[unit]! & aQuote) !== 0 && unit !== 92;

// How far the pieces of a value that is on one line, or on a few, may reach.
const farthestPiece = 1024;

/** Reads base64 from `at` on, over string concatenation and, if `lines`, over line breaks and comment signs; at most some `limit` units. */
export function readJoined(text: string, at: number, limit: number, lines: boolean): Joined {
  const pieces: string[] = [];
  let length = 0;
  let end = at;
  let next = lines ? skipGlue(text, at, true) : at;
  while (length <= limit && (lines || next - at <= farthestPiece)) {
    let stop = next;
    while (isBase64(unitAt(text, stop)) && stop - next <= limit) stop++;
    if (stop === next) break;
    while (stop - next <= limit && text[stop] === '=') stop++;
    pieces.push(text.slice(next, stop));
    length += stop - next;
    end = stop;
    next = skipGlue(text, stop, lines);
    if (next === stop) break;
  }
  return { content: pieces.join(''), end, pieces: pieces.length, next };
}

/** Where the line ends that goes on at `from`: at its line feed, or with the text. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
