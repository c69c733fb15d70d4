import { beginsDefault, kindOfUnit } from './engine/run-places.ts';
import { looksRandom40 } from './randomness.ts';
import { remembered } from './remembered.ts';
import { unitAt } from './unit-at.ts';

/** Exactly 40 characters of `A-Za-z0-9/+` in a text. */
export interface Run {
  readonly start: number;
  readonly end: number;
  /** The 40 characters with `%2F`, `%2B`, `\/`, `\u002F` and `\u002B` undone, where there are such. */
  readonly value?: string;
}

/** Of a run, where its escapes are undone. */
export const runLength = 40;
const [character, escapeSign] = [1, 2];

/**
 * The runs of exactly 40 characters of base 64, in the order of the text. `places`: what the first pass gave, at least one place inside each run.
 * Whether a run is one depends on what stands within 400 units of it.
 */
export function runsOf40(text: string, places: readonly number[]): Run[] {
  // inside the text
  const kind = (at: number): number => kindOfUnit[text.charCodeAt(at)]!;
  const runs: Run[] = [];
  let done = 0;
  for (const at of places) {
    if (at < done) continue;
    let end = at;
    while (end < text.length && kind(end) === character) end++;
    let start = at;
    while (start > done && kind(start - 1) === character) start--;
    if ((start > 0 && kind(start - 1) === escapeSign) || (end < text.length && kind(end) === escapeSign)) {
      while (start > done && kind(start - 1) !== 0) start--;
      end = addRunsWithEscapes(runs, text, start);
    } else if (end - start === runLength && isFree(text, start, end)) {
      runs.push({ start, end });
    }
    done = Math.max(done, end);
  }
  return runs;
}

/** May the bytes around a place of the first pass hold a run? Only what meets an escape has to be made a text to tell. */
export function mayHoldRun(bytes: Buffer, at: number): boolean {
  const kind = (place: number): number => kindOfUnit[bytes[place] ?? 0]!;
  let [start, end] = [at, at];
  while (kind(end) === character) end++;
  while (kind(start - 1) === character) start--;
  return kind(end) === escapeSign || kind(start - 1) === escapeSign || looksRandom40(bytes.toString('latin1', start, end), 0, end - start);
}

/** Part of nothing longer: padded base64, base64url, an identifier. */
function isFree(text: string, start: number, end: number): boolean {
  const after = text[end];
  if (after === '=' || after === '-' || after === '_') return false;
  if (after === '%' && /^%(?:3D|2F|2B)/i.test(text.slice(end, end + 3))) return false;
  if (after === '\\' && /^\\{1,3}(?:\/|u002[FBfb])/.test(text.slice(end, end + 9))) return false;
  const before = text[start - 1];
  if ((before === '-' || before === '_') && !beginsDefault(text, start)) return false;
  const mayEndEscape = kindOfUnit[unitAt(text, start - 1)] === character;
  if (mayEndEscape && /(?:%(?:2F|2B)|\\{1,3}\/)$/i.test(text.slice(Math.max(0, start - 4), start))) return false;
  return !(before === '.' && after === '.');
}

const escape = /%[0-9A-Fa-f]{2}|\\{1,3}(?:u[0-9A-Fa-f]{4}|[nrt/])|[\\%]/y;

/** Adds the runs from `from` on, as far as all is base 64 or an escape, and tells how far that is: escapes that stand for a character of a key are part of a run, others end it. */
function addRunsWithEscapes(runs: Run[], text: string, from: number): number {
  let start = from;
  let length = 0;
  let [value, undoneTo] = ['', from]; // of the run, where its escapes are undone
  const end = (at: number, next: number) => {
    if (length === runLength && isFree(text, start, at)) {
      runs.push(undoneTo === start ? { start, end: at } : { start, end: at, value: value + text.slice(undoneTo, at) });
    }
    start = undoneTo = next;
    length = 0;
    value = '';
  };
  let at = from;
  while (at < text.length) {
    const kind = kindOfUnit[text.charCodeAt(at)];
    if (kind === 0) break;
    if (kind === character) {
      length++;
      at++;
      continue;
    }
    escape.lastIndex = at;
    escape.test(text);
    const next = escape.lastIndex;
    const sign = meaning(text.slice(at, next));
    if (sign === '') end(at, next);
    else {
      if (++length <= runLength) value += text.slice(undoneTo, at) + sign;
      undoneTo = next;
    }
    at = next;
  }
  end(at, at);
  return at;
}

/** The character that an escape stands for; empty if a key cannot hold it. */
const meaning = remembered((part) => {
  if (/^(?:%2f|\\+(?:\/|u002f))$/i.test(part)) return '/';
  return /^(?:%2b|\\+u002b)$/i.test(part) ? '+' : '';
});
