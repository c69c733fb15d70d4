// How credentials stand in files: where a word begins, and how a value is cut over lines and strings.

import { kindOfUnit } from './engine/run-places.ts';
import { unitAt } from './unit-at.ts';

/**
 * A place behind the end of any text. An infinite one is no whole number to V8: where one place is that, all that are kept under the same name become objects, and
 * each finding takes longer.
 */
export const behindAll = 2 ** 30 - 1;

/** Is this UTF-16 unit one of `A-Za-z0-9+/`? */
export const isBase64 = (unit: number): boolean => kindOfUnit[unit] === 1;

/** Is this UTF-16 unit one of `A-Za-z0-9`? */
export const isAlphanumeric = (unit: number): boolean => isBase64(unit) && unit !== 43 && unit !== 47;

const smallA = 97;
const isLetter = (unit: number): boolean => isAlphanumeric(unit) && unit > 57;

/** Does a word begin at `at`? An escape before it counts as a boundary. */
export function beginsWord(text: string, at: number): boolean {
  const before = unitAt(text, at - 1);
  return (!isAlphanumeric(before) && before !== 95) || isBehindEscape(text, at);
}

/** Does a word of a name begin at `at`: after what is no letter, in camel case, or after an escape? */
export function beginsName(text: string, at: number): boolean {
  const before = unitAt(text, at - 1);
  const first = unitAt(text, at);
  if (!isLetter(before) || !isLetter(first)) return true;
  return (before >= smallA && first < smallA) || isBehindEscape(text, at);
}

/** So many units before a place tell whether an escape ends there. */
export const longestEscape = 14;
const [backslash, percent, equals, bracket, digit3, capitalD, smallM, smallU, smallX] = [92, 37, 61, 91, 51, 68, 109, 117, 120];

/** By unit below 128: of what in an escape it may be the last. */
const endsEscape = new Uint8Array(128);
const [aLetter, aHexDigit, ofColour] = [1, 2, 4];
for (const [characters, kind] of [
  ['nrt', aLetter],
  ['0123456789ABCDEFabcdef', aHexDigit],
  ['0123456789;', ofColour],
] as const) {
  for (const character of characters) endsEscape[character.charCodeAt(0)]! |= kind;
}
const isIn = (text: string, at: number, kind: number): boolean => {
  const unit = unitAt(text, at);
  return unit >= 0 && unit < 128 && (endsEscape[unit]! & kind) !== 0;
};

/** Does an escape end before `at`: `\n`, `\x3d`, `\u003d`, `%3D`, the `=3D` of quoted-printable mail, or a colour of a terminal, `[31m`? */
export function isBehindEscape(text: string, at: number): boolean {
  if (unitAt(text, at - 1) === smallM) return isBehindColour(text, at - 1);
  if (unitAt(text, at - 2) === backslash) return isIn(text, at - 1, aLetter);
  if (!isIn(text, at - 1, aHexDigit) || !isIn(text, at - 2, aHexDigit)) return false;
  const before = unitAt(text, at - 3);
  if (before === percent) return true;
  if (before === equals) return unitAt(text, at - 2) === digit3 && unitAt(text, at - 1) === capitalD;
  if (before === smallX) return unitAt(text, at - 4) === backslash;
  const isLong = isIn(text, at - 3, aHexDigit) && isIn(text, at - 4, aHexDigit);
  return isLong && unitAt(text, at - 5) === smallU && unitAt(text, at - 6) === backslash;
}

/** Do a bracket and the numbers of a colour end before `at`? */
function isBehindColour(text: string, at: number): boolean {
  const first = at + 2 - longestEscape;
  while (at > first && isIn(text, at - 1, ofColour)) at--;
  return unitAt(text, at - 1) === bracket;
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

/** By unit below 128: what a line break may begin with, and what a quote with its escape; a quote, and what may stand between two. */
const begins = new Uint8Array(128);
const [aLineBreak, aQuote, quote, between] = [1, 2, 4, 8];
for (const [signs, kind] of [
  ['\\ \t\r\n', aLineBreak],
  ['\\"\'`', aQuote],
  ['"\'`', quote],
  [`${betweenPieces}\\`, between],
] as const) {
  for (const sign of signs) begins[sign.charCodeAt(0)]! |= kind;
}

const isOf = (unit: number, kind: number): boolean => unit < 128 && (begins[unit]! & kind) !== 0;

/** May what stands between the pieces of a value begin with this UTF-16 unit? */
export const mayBeGlue = (unit: number): boolean => isOf(unit, aLineBreak | aQuote);

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
  /** What follows the last piece and its glue. */
  readonly next: number;
}

/** Does the quote at `at` begin the first piece of a string: does no other piece end before it? */
export function beginsPieces(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && at - before <= longestBetweenPieces && isOf(text.charCodeAt(before), between)) before--;
  return before < 0 || !isQuote(text.charCodeAt(before));
}

/** Is this UTF-16 unit a quote of a string: `"`, `'` or a backquote? */
export const isQuote = (unit: number): boolean => isOf(unit, quote);

/** Reads base64 from `at` on, over string concatenation, line breaks and comment signs; at most some `limit` units. */
export function readJoined(text: string, at: number, limit: number): Joined {
  const pieces: string[] = [];
  let length = 0;
  let end = at;
  let next = skipGlue(text, at, true);
  while (length <= limit) {
    let stop = next;
    while (isBase64(unitAt(text, stop)) && stop - next <= limit) stop++;
    if (stop === next) break;
    while (stop - next <= limit && text[stop] === '=') stop++;
    pieces.push(text.slice(next, stop));
    length += stop - next;
    end = stop;
    next = skipGlue(text, stop, true);
    if (next === stop) break;
  }
  return { content: pieces.join(''), end, next };
}

/** The lines from a place on, as far as they end before another. */
export function wholeLines(text: string, from: number, to: number): string {
  const part = text.slice(from, to);
  return to < text.length ? part.slice(0, part.lastIndexOf('\n') + 1) : part;
}

/** Where the line ends that goes on at `from`: at its line feed, or with the text. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

const escapedSign = /\\(?:u([0-9A-Fa-f]{4})|(["'`\\/$]))/g;

/** What a string means in JSON, or a program, whose signs are escaped. */
export const unescaped = (written: string): string =>
  written.includes('\\')
    ? written.replace(escapedSign, (_, code: string | undefined, sign: string) =>
        code === undefined ? sign : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : written;

const entity = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));/g;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What a text of XML means, whose signs are written as entities. */
export const withoutEntities = (written: string): string =>
  written.includes('&')
    ? written.replace(entity, (all, name: string | undefined, decimal: string | undefined, hexadecimal: string | undefined) => {
        if (name !== undefined) return named[name]!;
        const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
        return code <= lastCodePoint ? String.fromCodePoint(code) : all;
      })
    : written;

const lastCodePoint = 0x10ffff;
