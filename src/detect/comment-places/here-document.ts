import { behindAll } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endsNotBefore, type Others, unendedFrom } from './reading.ts';

const [tab, space] = [9, 32];
/** So many units behind its word tell whether that ends there. */
const lookedBehind = 2;

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
  others: Others,
): number {
  const kind = `${isIndent[tab]}${isIndent[space]}${word}`;
  const first = word.charCodeAt(0);
  let read = unendedFrom(from, kind, others);
  for (let at = text.indexOf('\n', read); at !== -1; at = text.indexOf('\n', at)) {
    let begin = at + 1;
    while (isIndent[unitAt(text, begin)] === 1) begin++;
    const end = begin + word.length;
    if (unitAt(text, begin) === first && text.startsWith(word, begin) && mayEnd(text, end)) return end;
    // of what stands at the end of this part, another may see more
    if (end + lookedBehind <= text.length) read = begin;
    at = begin;
  }
  endsNotBefore(from, read, kind, others);
  return behindAll;
}
