import { message } from '../../message.ts';
import type { Refused } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import { escapedString, instead, type Lexicon, lexicalEdit, rawString, type Surrounded, signAt, slashComment } from './lexical.ts';

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

/** What makes a `String` of a string, whatever it is, and is one too where it takes a `String`. */
const isOwned = ({ start, end, next }: Surrounded, text: string): boolean =>
  /^\s*\.\s*(?:to_string|to_owned)\s*\(\)/.test(text.slice(end, end + 100)) ||
  (/\bString\s*::\s*from\s*\(\s*$/.test(text.slice(Math.max(0, start - 100), start)) && next.startsWith(')'));

/** Of `[&str; 2]` the semicolon ends nothing. */
const constant = /\b(?:const|static)\s+(?:mut\s+)?\w{1,100}\s*:(?:[^;={}]|;\s*\w{1,100}\s*\]){1,100}=[^;]*$/;
/** `const fn f() -> A {`, `const {` and `enum A {` */
const constantBlock = /\bconst\s+(?:(?:async|unsafe|extern|"\w{0,20}")\s+)*fn\b[^;{}]{0,500}$|\bconst\s*$|\benum\s+\w{1,100}[^;{}]{0,200}$/;

function obstacle(string: Surrounded, text: string): Refused | undefined {
  const { line, start, brackets } = string;
  const before = (at: number): string => text.slice(Math.max(0, at - 600), at);
  const inAttribute = brackets.some((bracket) => bracket.sign === '[' && ['#', '!'].includes(bracket.previous));
  const inMacro = brackets.some((bracket) => bracket.previous === '!');
  const inConstant = [start, ...brackets.map(({ at }) => at)].some((at) => constant.test(before(at)));
  const inConstantBlock = brackets.some(({ sign, at, previous }) => sign === '{' && (previous === '<' || constantBlock.test(before(at))));
  const inLength = brackets.some(({ sign, at }, i) => sign === '[' && text.slice(at, brackets[i + 1]?.at ?? start).includes(';'));
  if (!inAttribute && !inMacro && !inConstant && !inConstantBlock && !inLength && !isPattern(string, text)) return undefined;
  return otherShape('The secret on line {line} stands where its value must be known before the program runs.', line);
}

/** Is it what a value is compared with in `match` or `let`, by itself or in brackets? Told by what stands behind. */
function isPattern({ end, brackets }: Surrounded, text: string): boolean {
  const behind: Readonly<Record<string, RegExp>> = { '(': /^(?:=>|if\b|\|(?!\|)|=(?!=))/, '[': /^(?:=>|if\b|\|(?!\|))/, '{': /^=>/ };
  if (behind['(']!.test(signAt(text, end, lexicon))) return true;
  let at: number | undefined = end;
  for (const { sign } of brackets.toReversed()) {
    at = endOfBracket(text, at);
    if (at === undefined) return false;
    if (behind[sign]!.test(signAt(text, at, lexicon))) return true;
  }
  return false;
}

/** Where the bracket ends that `at` is in; undefined where a statement ends before. */
function endOfBracket(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const skipped = lexicon.comment(text, at) ?? lexicon.string(text, at, '')?.end;
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const sign = text[at++]!;
    if (')]}'.includes(sign) && depth-- === 0) return at;
    if ('([{'.includes(sign)) depth++;
    if (sign === ';' && depth === 0) return undefined;
  }
  return undefined;
}

/** A string lives as long as the program, and so has to live what is read in its place: only then does each program compile that took the string. */
export const rust = lexicalEdit({
  lexicon,
  obstacle,
  replace(string, variable, text) {
    if (isOwned(string, text)) return [instead(string, expect(variable))];
    const leaked = `&*${expect(variable)}.leak()`;
    return [instead(string, /^[.?[]/.test(string.next) ? `(${leaked})` : leaked)];
  },
  note(string, text) {
    if (isOwned(string, text)) return undefined;
    return message('What line {line} reads stays in memory until the program ends, once for each time that it is read.', {
      line: string.line,
    });
  },
});
