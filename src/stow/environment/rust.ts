import type { Refused } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import { escapedString, instead, type Lexicon, lexicalEdit, rawString, type Surrounded, slashComment } from './lexical.ts';

const lexicon: Lexicon = {
  comment: (text, at) => slashComment(text, at, true),
  string(text, at) {
    const [prefix = '', letters = '', hashes = ''] = /^([bc]?r?)(#{0,50})"/.exec(text.slice(at, at + 60)) ?? [];
    if (prefix !== '' && !/[\p{L}\p{N}_]/u.test(text[at - 1] ?? ' ')) {
      const from = at + prefix.length;
      const read = letters.endsWith('r') ? rawString(text, from, `"${hashes}`) : escapedString(text, from, '"', undefined);
      return read && { ...read, isPlain: read.isPlain && !/^[bc]/.test(letters) };
    }
    // 'a' is a character, and 'a without another quote the name of a lifetime
    const char = /^b?'(?:\\[^\n]{1,12}?|[^\\'\n]{1,2})'/.exec(text.slice(at, at + 20));
    if (!char) return undefined;
    return { contentStart: at + 1, contentEnd: at + char[0].length - 1, end: at + char[0].length, isPlain: false };
  },
};

const expect = (variable: string): string => `std::env::var("${variable}").expect("${variable} is not set")`;

/** What makes a `String` of a string, and takes one as well. */
const toOwned = /^\s*\.\s*(?:to_string|to_owned|into|clone)\s*\(\)/;

/** `let name = ` and `let name: &str = ` keep what they borrow from. */
const binding = /\blet\s+(?:mut\s+)?\w{1,100}\s*(?::\s*&\s*(?:'static\s+)?str\s*)?=\s*$/;

function obstacle({ line, start, end, previous, next, brackets }: Surrounded, text: string): Refused | undefined {
  const before = text.slice(Math.max(0, start - 300), start);
  const inAttribute = brackets.some((bracket) => bracket.sign === '[' && ['#', '!'].includes(bracket.previous));
  const inMacro = brackets.some((bracket) => bracket.previous === '!');
  const isPattern = next.startsWith('=>') || next.startsWith('|');
  const isConstant = /\b(?:const|static)\s+(?:mut\s+)?\w{1,100}\s*:[^;={}]{1,100}=[^;]*$/.test(before);
  if (inAttribute || isPattern || isConstant || inMacro) {
    return otherShape('The secret on line {line} stands where its value must be known before the program runs.', line);
  }
  const inner = brackets.at(-1);
  const isArgument = inner?.sign === '(' && ['(', ','].includes(previous) && [')', ','].includes(next[0] ?? '');
  if (toOwned.test(text.slice(end, end + 100)) || isArgument || (binding.test(before) && next.startsWith(';'))) return undefined;
  return otherShape(
    'The secret on line {line} is borrowed for as long as the program runs, and a variable’s value is not there as long.',
    line,
  );
}

export const rust = lexicalEdit({
  lexicon,
  obstacle,
  replace(string, variable, text) {
    const isOwned = toOwned.test(text.slice(string.end, string.end + 100));
    return [instead(string, `${isOwned ? '' : '&'}${expect(variable)}`)];
  },
});
