// What begins and ends a string is looked for unit by unit: an expression that is called at each sign takes ten times as long where a text is full of them.

import { behindAll } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endsNotBefore, type Others, unendedFrom } from './reading.ts';

/** By unit below 128, whether it is one of some signs; all others are as 128. */
export function signsIn(signs: string): Uint8Array {
  const isSign = new Uint8Array(129);
  for (const sign of signs) isSign[sign.charCodeAt(0)] = 1;
  return isSign;
}

/** The same of all but some signs. */
export const signsBut = (signs: string): Uint8Array => signsIn(signs).map((is) => 1 - is);

/** The first place of a sign, from `from` on and before `to`; behind all where there is none. */
export function findSign(text: string, from: number, isSign: Uint8Array, to = text.length): number {
  const end = Math.min(to, text.length);
  for (let at = from; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 128 && isSign[unit] === 1) return at;
  }
  return behindAll;
}

/** By unit below 128: white space, as `\s` has it. */
const isBlank = signsIn(' \t\n\v\f\r');

/** Is one of some signs at a place, or white space? */
export function isSignOrBlank(text: string, at: number, isSign: Uint8Array): boolean {
  const unit = text.charCodeAt(at);
  return unit < 128 ? isSign[unit] === 1 || isBlank[unit] === 1 : /\s/.test(text[at]!);
}

const [backslash, lineFeed, doubleQuote, singleQuote] = [92, 10, 34, 39];
const longestGap = 20;
const [smallA, smallZ] = [97, 122];

/** The place of what stands before another, behind which there is nothing but some blanks. */
export function lastBefore(text: string, at: number): number {
  let before = at - 1;
  for (const least = before - longestGap; before > least; before--) {
    const unit = unitAt(text, before);
    if (unit === lineFeed || unit >= 128 || isBlank[unit] === 0) break;
  }
  return before;
}

/** Does nothing stand before a place, or one of some signs, or a word whose end a sticky pattern matches? Some blanks may stand between. */
export function isBehind(text: string, at: number, isSign: Uint8Array, word: RegExp): boolean {
  const before = lastBefore(text, at);
  if (before < 0) return true;
  const unit = text.charCodeAt(before);
  if (unit < 128 && isSign[unit] === 1) return true;
  if (unit < smallA || unit > smallZ) return false;
  word.lastIndex = before + 1;
  return word.test(text);
}

/**
 * Where a string ends that goes on at `from`, behind no backslash: behind the first `quote` that none escapes, behind all where there is none. What escapes what is the same for one that begins in
 * another, as no backslash stands between.
 */
export function endOfString(text: string, from: number, quote: string, others?: Others): number {
  const start = others === undefined ? from : unendedFrom(from, quote, others);
  let next = start;
  for (let at = text.indexOf(quote, next); at !== -1; at = text.indexOf(quote, next)) {
    let before = at;
    while (before > next && text.charCodeAt(before - 1) === backslash) before--;
    if ((at - before) % 2 === 0) return at + quote.length;
    next = at + 1;
  }
  if (others !== undefined && next > start) endsNotBefore(from, next, quote, others);
  return behindAll;
}

/** The same of one that a line's end ends too, if no backslash stands before it: then there was no string, and the place behind the line is given as less than zero. */
export function endOfStringOnLine(text: string, from: number, quote: string): number {
  const end = quote.charCodeAt(0);
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === backslash) at++;
    else if (unit === end) return at + 1;
    else if (unit === lineFeed) return -(at + 1);
  }
  return -text.length;
}

/** Where a sign ends that stands in no string; behind all where there is none, or a string does not end, unless a quote `mayBeLone`. */
export function endOutsideStrings(text: string, from: number, sign: string, mayBeLone: boolean): number {
  const first = sign.charCodeAt(0);
  for (let at = text.includes(sign, from) ? from : text.length; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === doubleQuote || unit === singleQuote) {
      let end = at + 1;
      while (end < text.length && text.charCodeAt(end) !== unit) end++;
      if (end < text.length) at = end;
      else if (!mayBeLone) return behindAll;
    } else if (unit === first && text.startsWith(sign, at)) return at + sign.length;
  }
  return behindAll;
}
