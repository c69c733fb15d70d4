import { behindAll } from '../text.ts';

/**
 * Where a here-document ends whose first line is behind the line feed at or behind `from`: behind its word on a line of its own, with no more than some signs before it, and `behind` it what
 * the sticky pattern says; behind all if it does not end.
 */
export function endOfHereDocument(text: string, from: number, word: string, indent: string, behind: RegExp): number {
  for (let at = text.indexOf(word, from); at !== -1; at = text.indexOf(word, at + 1)) {
    let line = at - 1;
    while (line > from && indent.includes(text[line]!)) line--;
    behind.lastIndex = at + word.length;
    if (line >= from && text[line] === '\n' && behind.test(text)) return at + word.length;
  }
  return behindAll;
}
