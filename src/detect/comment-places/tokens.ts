// Languages that are read by no more than what begins and ends their strings and comments.

import { around, type Place, type Reader, valueAt } from './span.ts';

/** What may begin at a place of a text. */
export interface Token {
  /** Sticky. What has no `end` is over with it. */
  readonly open: RegExp;
  /** Where it ends; infinite if it does not, undefined if it was none, and less than zero if up to there, counted so, nothing of the kind ends. */
  readonly end?: (text: string, opened: RegExpExecArray) => number | undefined;
  /** A comment may stand in it. */
  readonly isComment?: true;
  /** It is not of the program but of a page around it. */
  readonly isPage?: true;
  /** As of a place in it, where it ends at all. */
  readonly isSure?: true;
}

/** Reads a language of which no more is known than its tokens. `signs`, global, finds where one may begin. */
export function tokens(signs: RegExp, all: readonly Token[]): Reader {
  return function* (text, from, to) {
    const unended = new Map<Token, number>();
    for (let next = from; ; ) {
      signs.lastIndex = next;
      const start = signs.exec(text)?.index;
      if (start === undefined || start >= to) return;
      next = start + 1;
      for (const token of all) {
        const { open, end, isComment } = token;
        if (start < (unended.get(token) ?? 0)) continue;
        open.lastIndex = start;
        const opened = open.exec(text);
        if (opened === null) continue;
        const ended = end === undefined ? open.lastIndex : end(text, opened);
        if (ended === undefined) continue;
        if (ended < 0) {
          unended.set(token, -ended);
          continue;
        }
        if (end !== undefined && !isComment) yield { start, end: ended, place: placeIn(token, start, ended) };
        next = Math.max(next, ended);
        break;
      }
    }
  };
}

function placeIn({ isPage, isSure }: Token, start: number, end: number): Place {
  if (isPage) return around;
  return isSure && end < Number.POSITIVE_INFINITY ? { ...valueAt(start), isSure } : valueAt(start);
}

/** The end of the first match, from `from` on, that is more than an escape: one with a group. `otherwise` where there is none, or a line ends before. */
export function endOf<T>(pattern: RegExp, text: string, from: number, otherwise: T): number | T {
  pattern.lastIndex = from;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[0] === '\n') return otherwise;
    if (found[1] !== undefined) return pattern.lastIndex;
  }
  return otherwise;
}

export const escaped = (text: string): string => text.replace(/[^\w\s]/g, '\\$&');

/** A value that ends with what the pattern has a group for. */
export const over = (open: RegExp, close: RegExp): Token => ({
  open,
  end: (text, opened) => endOf(close, text, opened.index + opened[0].length, Number.POSITIVE_INFINITY),
});
/** One whose end depends on its beginning. */
export const overTo = (open: RegExp, close: (opened: RegExpExecArray) => RegExp): Token => ({
  open,
  end: (text, opened) => endOf(close(opened), text, opened.index + opened[0].length, Number.POSITIVE_INFINITY),
});
/** A string that ends on its line, unless the line's end is escaped; a quote without another one is none. */
export const onLine = (open: RegExp, close: RegExp): Token => ({
  open,
  end: (text, opened) => endOf(close, text, opened.index + opened[0].length, undefined) ?? -(close.lastIndex || text.length),
});
export const comment = (open: RegExp, close: RegExp): Token => ({ ...over(open, close), isComment: true });
