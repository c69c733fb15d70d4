// Languages that are read by no more than what begins and ends their strings and comments.

import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { Mode, type Nest, nested, type Take } from './nested.ts';
import { around, type Others, type Reader } from './reading.ts';
import { endOfString, endOfStringOnLine, signsBut, signsIn } from './signs.ts';

/** What may begin at a place of a text. */
export interface Token {
  /** Where what begins at a place ends: behind all if it does not, undefined if nothing begins there, and less than zero if up to there, counted so, nothing of the kind ends. */
  readonly end: (text: string, at: number, others: Others) => number | undefined;
  /** Of a `sure` value every place is surely in it, where it ends at all; what is `passed` is no more than read over, and a comment may stand in it. */
  readonly is: 'value' | 'sure' | 'page' | 'passed';
  /** By unit below 128, and for all others together, whether it may stand behind the token's first sign: any may if absent. */
  readonly second?: Uint8Array;
}

/** Reads a language of which no more is known than its tokens, by the signs that they begin with. */
export function tokens(bySign: Readonly<Record<string, readonly Token[]>>): Reader {
  const code = new Mode();
  for (const [sign, all] of Object.entries(bySign)) {
    const bySecond: (readonly Token[] | undefined)[] = new Array(129).fill(undefined);
    const take: Take = (nest, at) => {
      const unit = Math.min(unitAt(nest.text, at + 1), 128);
      bySecond[unit] ??= all.filter(({ second }) => second === undefined || second[unit] === 1);
      takeFirst(bySecond[unit], nest, at);
    };
    code.on(sign, take, anyOf(all));
  }
  return nested(code);
}

/** What may stand behind the first sign of some tokens. */
function anyOf(all: readonly Token[]): Uint8Array | undefined {
  const any = signsIn('');
  for (const { second } of all) {
    if (second === undefined) return undefined;
    second.forEach((is, unit) => {
      if (is === 1) any[unit] = 1;
    });
  }
  return any;
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
    const next = Math.max(end, at + 1);
    if (token.is === 'passed') nest.next = next;
    else if (token.is === 'page') nest.string(next, around);
    else nest.value(next, at, token.is === 'sure' && end < behindAll);
    return;
  }
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

/** What begins a token: a text, or what a sticky pattern matches. Whoever asks has seen its first sign, and its second one if it is a text. */
type Open = string | RegExp;

/** Says where the opening of a token ends that stands at a place; -1 if none does there. */
function openingAt(open: Open): (text: string, at: number) => number {
  if (typeof open !== 'string') {
    return (text, at) => {
      open.lastIndex = at;
      return open.test(text) ? open.lastIndex : -1;
    };
  }
  const { length } = open;
  return length <= 2 ? (_, at) => at + length : (text, at) => (text.startsWith(open, at) ? at + length : -1);
}

/** What the second sign of a token is, where that begins with a text. */
const secondOf = (open: Open): Pick<Token, 'second'> => (typeof open === 'string' && open.length > 1 ? { second: signsIn(open[1]!) } : {});

/** What is over with its opening. */
export const passed = (open: Open): Token => over(open, (_, from) => from, 'passed');

/** What goes on to the end of its line. */
export const toLineEnd = (open: Open): Token => over(open, endOfLine, 'passed');

/** A value from its opening on. */
export function over(open: Open, close: Close, is: Token['is'] = 'value'): Token {
  const openingEnd = openingAt(open);
  return {
    end(text, at, others) {
      const from = openingEnd(text, at);
      return from === -1 ? undefined : endOf(text, from, close, others);
    },
    is,
    ...secondOf(open),
  };
}

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
export const ifBefore = (signs: string, all: readonly Token[]): readonly Token[] =>
  all.map((token) => ({ second: signsIn(signs), ...token }));

/** One where none of some signs stands behind its own. */
export const ifNotBefore = (signs: string, token: Token): Token => ({ ...token, second: signsBut(signs) });

export const comment = (open: Open, close: string | RegExp): Token => over(open, close, 'passed');

/** A string that goes on over lines up to its quote, unless a backslash escapes that. */
export const string = (quote: string): Token => over(quote, (text, from, others) => endOfString(text, from, quote, others));
/** One that ends on its line, unless the line's end is escaped; a quote without another one is none. */
export const stringOnLine = (quote: string, open: Open = quote): Token => over(open, (text, from) => endOfStringOnLine(text, from, quote));
/** The same where something else than a backslash escapes, or nothing does. */
export const onLine = (open: Open, close: RegExp): Token =>
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
