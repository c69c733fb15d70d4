import { behindAll } from '../text.ts';
import { unitAt } from '../unit-at.ts';

/**
 * Where a here-document ends whose first line is behind the line feed at or behind `from`: behind its word on a line of its own, with no more than some signs before it, and nothing behind it that may
 * go on as its word; behind all if it does not end.
 */
export function endOfHereDocument(
  text: string,
  from: number,
  word: string,
  isIndent: Uint8Array,
  mayEnd: (text: string, at: number) => boolean,
): number {
  const first = word.charCodeAt(0);
  for (let at = text.indexOf('\n', from); at !== -1; at = text.indexOf('\n', at)) {
    let begin = at + 1;
    while (isIndent[unitAt(text, begin)] === 1) begin++;
    const end = begin + word.length;
    if (unitAt(text, begin) === first && text.startsWith(word, begin) && mayEnd(text, end)) return end;
    at = begin;
  }
  return behindAll;
}
