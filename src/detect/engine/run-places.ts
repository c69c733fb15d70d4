import { base64 } from '../base64.ts';
import { unitAt } from '../unit-at.ts';

// The values of 40 characters are looked for by their length: a run of 40 holds 16 that begin at a 25th place of the text, so only these are looked at.

/** By UTF-16 unit: 1 for `A-Za-z0-9+/`, 2 for the signs with which escapes begin. A read outside the table would cost as much as all others together. */
export const kindOfUnit = new Uint8Array(65536);
for (const unit of Buffer.from(base64)) kindOfUnit[unit] = 1;
for (const unit of Buffer.from('%\\')) kindOfUnit[unit] = 2;

const runLength = 40;
const farthestBefore = 32;
/** At every so manieth place a run is looked for. */
export const step = 25;
// So many characters the kernel tests at once.
const block = 16;

/** So many different characters a secret of 40 has: of those that are drawn at random, one in millions has less. */
export const leastVariety = 21;

/** Every 25th place of a text that may lie in a run: the kernel's `runs` in plain JavaScript. */
export function* runPlaces(text: string): Generator<number> {
  const kind = (at: number): number => kindOfUnit[unitAt(text, at)]!;
  const inRun = (from: number): boolean => {
    for (let at = from; at < from + block; at++) if (kind(at) === 0) return false;
    return true;
  };
  for (let at = 0; at < text.length; at += step) {
    if (!inRun(at)) continue;
    let end = at;
    while (end - at <= runLength && kind(end) === 1) end++;
    if (end - at > runLength) continue;
    let start = at;
    while (at - start < farthestBefore && kind(start - 1) === 1) start--;
    const sign = kind(start - 1) === 2 ? text[start - 1] : undefined;
    if (meansSlashOrPlus(text, end) || (sign !== undefined && endOfSlashOrPlus[sign]!.test(text.slice(start, start + longestEnd)))) {
      yield at;
      continue;
    }
    if (sign !== undefined) start += endOfOther[sign]!.exec(text.slice(start, start + longestEnd))![0].length;
    if (end - start === runLength && !isJoinedBefore(text, start) && !isJoined(text[end]) && isVaried(text.slice(start, end))) yield at;
  }
}

const longestEnd = 'u002F'.length;

/** Does an escape that stands for `/` or `+` begin here? It may have three backslashes. */
const meansSlashOrPlus = (text: string, at: number): boolean =>
  kindOfUnit[unitAt(text, at)] === 2 && /^(?:%2[FBfb]|\\{1,3}(?:\/|u002[FBfb]))/.test(text.slice(at, at + 3 + longestEnd));

/** What makes such an escape together with its sign. */
const endOfSlashOrPlus: Readonly<Record<string, RegExp>> = { '%': /^2[FB]/i, '\\': /^(?:\/|u002[FBfb])/ };

/** What of an escape of something else stands behind its sign. */
const endOfOther: Readonly<Record<string, RegExp>> = { '%': /^(?:[0-9A-Fa-f]{2})?/, '\\': /^(?:[nrt]|u[0-9A-Fa-f]{4})?/ };

/** Does this character make a run part of something longer? */
const isJoined = (character: string | undefined): boolean => character === '-' || character === '_';

const isJoinedBefore = (text: string, at: number): boolean => isJoined(text[at - 1]) && !beginsDefault(text, at);

const longestVariable = 64;

/** Does what a shell takes where a variable is not set begin at `at`: behind `${NAME-`, `${NAME:-`, `${NAME=` or `${NAME:=`? */
export function beginsDefault(text: string, at: number): boolean {
  const sign = unitAt(text, at - 1);
  if (sign !== dash && sign !== equals) return false;
  const end = unitAt(text, at - 2) === colon ? at - 2 : at - 1;
  let start = end;
  while (end - start < longestVariable && isOfVariable(unitAt(text, start - 1))) start--;
  return start < end && text.startsWith('${', start - 2);
}

const [plus, dash, slash, colon, equals, underscore] = [43, 45, 47, 58, 61, 95];
const isOfVariable = (unit: number): boolean => unit === underscore || (kindOfUnit[unit] === 1 && unit !== plus && unit !== slash);

const isVaried = (value: string): boolean => /[a-z]/.test(value) && /[A-Z]/.test(value) && new Set(value).size >= leastVariety;
