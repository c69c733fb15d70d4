// Languages that are read by no more than what begins and ends their strings and comments.

import { behindAll } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { Mode, type Nest, nested } from './nested.ts';
import { around, type Others, type Place, type Reader, valueAt } from './reading.ts';
import { endOfString, endOfStringOnLine, signsIn } from './signs.ts';

/** What may begin at a place of a text. */
export interface Token {
  /** Where what begins at a place ends: behind all if it does not, undefined if nothing begins there, and less than zero if up to there, counted so, nothing of the kind ends. */
  readonly end: (text: string, at: number, others: Others) => number | undefined;
  /** Of a `sure` value every place is surely in it, where it ends at all; what is `passed` is no more than read over, and a comment may stand in it. */
  readonly is: 'value' | 'sure' | 'page' | 'passed';
}

/** Reads a language of which no more is known than its tokens, by the signs that they begin with. */
export function tokens(bySign: Readonly<Record<string, readonly Token[]>>): Reader {
  const code = new Mode();
  for (const [sign, all] of Object.entries(bySign)) code.on(sign, (nest, at) => takeFirst(all, nest, at));
  return nested(code);
}

/** Takes the first of some tokens that begins at a place. */
function takeFirst(all: readonly Token[], nest: Nest, at: number): void {
  for (const token of all) {
    if (!nest.mayEnd(token, at)) continue;
    const end = token.end(nest.text, at, nest.others);
    if (end === undefined) continue;
    if (end < 0) {
      nest.endsNot(token, -end);
      continue;
    }
    if (token.is === 'passed') nest.next = Math.max(end, at + 1);
    else nest.string(Math.max(end, at + 1), placeIn(token, at, end));
    return;
  }
}

function placeIn({ is }: Token, start: number, end: number): Place {
  if (is === 'page') return around;
  return is === 'sure' && end < behindAll ? { ...valueAt(start), isSure: true } : valueAt(start);
}

/** The end of the first match, from `from` on, that is more than an escape: one with a group. Behind all where there is none; less than zero, as of a token, where a line ends before. */
export function endOfMatch(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[0] === '\n') return -pattern.lastIndex;
    if (found[1] !== undefined) return pattern.lastIndex;
  }
  return behindAll;
}

/** What ends a value: a text, what a pattern has a group for, or what is found from a place on. */
type Close = string | RegExp | ((text: string, from: number, others: Others) => number);

function endOf(text: string, from: number, close: Close, others: Others): number {
  if (typeof close === 'function') return close(text, from, others);
  return typeof close === 'string' ? endOfText(text, from, close) : endOfMatch(text, from, close);
}

/** Behind the first place of a text, from `from` on; behind all where there is none. */
export function endOfText(text: string, from: number, close: string): number {
  const end = text.indexOf(close, from);
  return end === -1 ? behindAll : end + close.length;
}

/** What is over with its opening, which is sticky as that of all tokens. */
export const passed = (open: RegExp): Token => over(open, (_, from) => from, 'passed');

/** A value from its opening on. */
export const over = (open: RegExp, close: Close, is: Token['is'] = 'value'): Token => ({
  end(text, at, others) {
    open.lastIndex = at;
    return open.test(text) ? endOf(text, open.lastIndex, close, others) : undefined;
  },
  is,
});

/** One whose end depends on its beginning. */
export const overTo = (open: RegExp, close: (opened: RegExpExecArray) => Close, is: Token['is'] = 'value'): Token => ({
  end(text, at, others) {
    open.lastIndex = at;
    const opened = open.exec(text);
    return opened === null ? undefined : endOf(text, open.lastIndex, close(opened), others);
  },
  is,
});

/** These where one of some signs stands behind theirs: that is told before each of them is asked. */
export function ifBefore(signs: string, all: readonly Token[]): readonly Token[] {
  const isSign = signsIn(signs);
  return all.map(({ end, is }) => ({
    end: (text, at, others) => (isSign[unitAt(text, at + 1)] === 1 ? end(text, at, others) : undefined),
    is,
  }));
}

export const comment = (open: RegExp, close: string | RegExp): Token => over(open, close, 'passed');

/** A string that goes on over lines up to its quote, unless a backslash escapes that. */
export const string = (quote: string): Token =>
  over(new RegExp(quote, 'y'), (text, from, others) => endOfString(text, from, quote, others));
/** One that ends on its line, unless the line's end is escaped; a quote without another one is none. */
export const stringOnLine = (quote: string, open = new RegExp(quote, 'y')): Token =>
  over(open, (text, from) => endOfStringOnLine(text, from, quote));
/** The same where something else than a backslash escapes, or nothing does. */
export const onLine = (open: RegExp, close: RegExp): Token =>
  over(open, (text, from) => {
    const end = endOfMatch(text, from, close);
    return end === behindAll ? -text.length : end;
  });
/** A string between the sign, or the two of a pair, that the pattern has last, and the next one. */
export const delimited = (open: RegExp): Token =>
  overTo(open, (opened) => {
    const quote = closing(opened.at(-1)!);
    return (text, from, others) => endOfString(text, from, quote, others);
  });
export const closing = (opening: string): string => ({ '(': ')', '[': ']', '{': '}', '<': '>' })[opening] ?? opening;
