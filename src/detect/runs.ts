import { isBase64 } from './text.ts';

/** Exactly 40 characters of `A-Za-z0-9/+` in a text. */
export interface Run {
  readonly start: number;
  readonly end: number;
  /** The 40 characters, with `%2F`, `%2B`, `\/`, `\u002F` and `\u002B` undone. */
  readonly value: string;
}

const length = 40;
// `\\u002B` for each of 40 characters would be 320; real values hold a handful of escapes.
const longestEncoded = 160;

const isEscape = (unit: number): boolean => unit === 37 || unit === 92;

/**
 * The runs of exactly 40 characters of base 64, in the order of the text. A run covers every 40th place of the text, so only these are looked
 * at; what is longer than a run is left after 41 characters.
 */
export function runsOf40(text: string): Run[] {
  const runs: Run[] = [];
  let done = 0;
  for (let at = length - 1; at < text.length; at += length) {
    const unit = text.charCodeAt(at);
    if (at < done || !(isBase64(unit) || isEscape(unit))) continue;
    let end = at;
    while (isBase64(text.charCodeAt(end)) && end - at <= length) end++;
    if (end - at > length) continue;
    let start = at;
    while (start > done && isBase64(text.charCodeAt(start - 1)) && end - start < length + 3) start--;
    if (isEscape(text.charCodeAt(start - 1)) || isEscape(text.charCodeAt(end))) {
      const encoded = encodedAround(text, start, end, done);
      runs.push(...encodedRuns(text, encoded.start, encoded.end));
      done = encoded.end;
    } else if (end - start === length) {
      if (isFree(text, start, end)) runs.push({ start, end, value: text.slice(start, end) });
      done = end;
    }
  }
  return runs;
}

/** Part of nothing longer: padded base64, base64url, an identifier. */
function isFree(text: string, start: number, end: number): boolean {
  const after = text[end];
  if (after === '=' || after === '-' || after === '_' || /^%(?:3D|2F|2B)/i.test(text.slice(end, end + 3))) return false;
  if (/^\\{1,3}(?:\/|u002[FBfb])/.test(text.slice(end, end + 9))) return false;
  const before = text[start - 1];
  if (before === '-' || before === '_') return false;
  if (/(?:%(?:2F|2B)|\\{1,3}\/)$/i.test(text.slice(Math.max(0, start - 4), start))) return false;
  return !(before === '.' && after === '.');
}

function encodedAround(text: string, start: number, end: number, from: number): { start: number; end: number } {
  const belongs = (at: number): boolean => isBase64(text.charCodeAt(at)) || isEscape(text.charCodeAt(at));
  const first = Math.max(from, start - longestEncoded);
  while (start > first && belongs(start - 1)) start--;
  const last = end + longestEncoded;
  while (end < last && belongs(end)) end++;
  return { start, end };
}

const worthReading = /%2[FfBb]|\\{1,3}(?:\/|u002[FfBb])|[A-Za-z0-9/+]{40}/;
const anEscape = /%[0-9A-Fa-f]{2}|\\{1,3}(?:u[0-9A-Fa-f]{4}|[nrt/])|[\\%]/y;

/** The runs between `from` and `to`, where escapes stand: those that a key can hold are part of a run, others end it. */
function encodedRuns(text: string, from: number, to: number): Run[] {
  const runs: Run[] = [];
  if (to - from < length || !worthReading.test(text.slice(from, to))) return runs;
  let start = from;
  let value = '';
  const end = (at: number, next: number) => {
    // At an edge of what was read the run may go on.
    const whole = (start > from || !isBase64(text.charCodeAt(from - 1))) && !isBase64(text.charCodeAt(at));
    if (value.length === length && whole && isFree(text, start, at)) runs.push({ start, end: at, value });
    start = next;
    value = '';
  };
  for (let at = from; at < to; ) {
    if (isBase64(text.charCodeAt(at))) {
      value += text[at++];
      continue;
    }
    anEscape.lastIndex = at;
    const part = anEscape.exec(text)![0];
    const unit = plain(part);
    if (unit === undefined) end(at, at + part.length);
    else value += unit;
    at += part.length;
  }
  end(to, to);
  return runs;
}

/** The character that an escape stands for, if a key can hold it. */
function plain(part: string): string | undefined {
  if (part.length > 1 && (part.endsWith('/') || /2f$/i.test(part))) return '/';
  return /2b$/i.test(part) ? '+' : undefined;
}
