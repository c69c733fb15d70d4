import type { Refused } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import { endOfLine, escapedString, instead, type Lexicon, lexicalEdit, type ReadString, type Surrounded } from './lexical.ts';

const hole = /#\{/y;
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

const lexicon: Lexicon = {
  comment(text, at) {
    const atLineStart = at === 0 || text[at - 1] === '\n';
    if (atLineStart && /^=begin(?:\s|$)/.test(text.slice(at, at + 7))) {
      const end = /^=end\b.*$/m.exec(text.slice(at));
      return end ? at + end.index + end[0].length : text.length;
    }
    if (atLineStart && /^__END__\r?(?:\n|$)/.test(text.slice(at, at + 9))) return text.length;
    return text[at] === '#' ? endOfLine(text, at) : undefined;
  },
  string(text, at, previous) {
    const sign = text[at]!;
    if (sign === '"' || sign === '`') return other(escapedString(text, at + 1, sign, hole), sign === '"' && !isSymbol(text, at));
    if (sign === "'") return other(escapedString(text, at + 1, "'", undefined), !isSymbol(text, at));
    if (sign === '<') return heredoc(text, at);
    const begins = beginsValue(text, at, previous);
    if (sign === '/' && begins) return other(escapedString(text, at + 1, '/', hole), false);
    const percent = begins ? /^%[qQwWiIrsx]?([^\w\s])/.exec(text.slice(at, at + 3)) : null;
    if (percent) return percentLiteral(text, at + percent[0].length, percent[1]!);
    // ?a is a character
    const char = begins ? /^\?(?:\\.|\S)(?!\w)/.exec(text.slice(at, at + 4)) : null;
    return char ? { contentStart: at + 1, contentEnd: at + char[0].length, end: at + char[0].length, isPlain: false } : undefined;
  },
};

/** `:"a"`, and not the value behind a name as in `a:"b"`. */
const isSymbol = (text: string, at: number): boolean => text[at - 1] === ':' && !/[\w?!"']/.test(text[at - 2] ?? '');

const other = (string: ReadString | null, mayBePlain: boolean): ReadString | null =>
  string && { ...string, isPlain: string.isPlain && mayBePlain };

/** Whether a sign begins a value and is no operator between two. */
function beginsValue(text: string, at: number, previous: string): boolean {
  if (/^(?:if|unless|while|until|when|and|or|not|return|in|then|else|elsif|puts|do)?$/.test(previous)) return true;
  if (!/^[\p{L}\p{N}_)\]}"?!]/u.test(previous)) return true;
  // `match /x/` and `p %w[a]`: a space before it and none behind
  return /^[\p{L}_]/u.test(previous) && /\s/.test(text[at - 1] ?? ' ') && !/[\s=]/.test(text[at + 1] ?? ' ');
}

/** The text below a line with `<<~NAME`, read together with the rest of that line. */
function heredoc(text: string, at: number): ReadString | undefined | null {
  const found = /^<<([~-]?)(["'`]?)([A-Z_a-z]\w{0,60})\2/.exec(text.slice(at, at + 70));
  if (!found || (found[1] === '' && !/^[A-Z]/.test(found[3]!))) return undefined;
  if (text.slice(at + found[0].length, endOfLine(text, at)).includes('<<')) return null;
  const start = endOfLine(text, at) + 1;
  const end = new RegExp(`^${found[1] === '' ? '' : '[ \\t]*'}${found[3]}\\r?$`, 'm').exec(text.slice(start));
  return end ? { contentStart: start, contentEnd: start + end.index, end: start + end.index + end[0].length, isPlain: false } : null;
}

function percentLiteral(text: string, contentStart: number, open: string): ReadString | null {
  const close = closing[open] ?? open;
  let depth = 1;
  for (let at = contentStart; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === close && --depth === 0) return { contentStart, contentEnd: at, end: at + 1, isPlain: false };
    else if (text[at] === open && open !== close) depth++;
  }
  return null;
}

function obstacle(string: Surrounded, text: string): Refused | undefined {
  const { line, end, previous, next } = string;
  const isName = text[end] === ':' && text[end + 1] !== ':';
  const isJoined = previous === '"' || /^["']/.test(next);
  if (!isName && !isJoined && !isPattern(string, text)) return undefined;
  return otherShape('The secret on line {line} stands where its value must be known before the program runs.', line);
}

/** Behind `in`, up to `then`, a condition or the end of the line; not of `for a in`. */
const inPattern = /(?:^|[\s;])in\s+(?:(?!(?<!\.)\b(?:then|if|unless|do)\b)[^;])*$/;
/** `a => "…"`, which compares and is no pair of a hash. */
const rightward = /^\s*[\w.@]+\s*=>\s*$/;

/** Is it what a value is compared with in `case … in`, by itself or in brackets? */
function isPattern({ start, brackets }: Surrounded, text: string): boolean {
  if ([start, brackets[0]?.at ?? start].some((at) => brackets.length < 2 && rightward.test(lineBefore(text, at)))) return true;
  return [start, ...brackets.map(({ at }) => at)].some((at) => {
    const before = lineBefore(text, at).replace(/(["'])(?:\\.|(?!\1).)*\1/g, '""');
    return inPattern.test(before) && !/\bfor\s/.test(before);
  });
}

/** What stands before a place in its line, and in those that go on to it. */
function lineBefore(text: string, at: number): string {
  let from = text.lastIndexOf('\n', at - 1) + 1;
  while (from > 1 && /[,|([{]\s*$/.test(text.slice(Math.max(0, from - 50), from))) from = text.lastIndexOf('\n', from - 2) + 1;
  return text.slice(Math.max(from, at - 1000), at);
}

/** A string can be changed unless its file says that it cannot; what is read is frozen. */
function isChanged({ start, end }: Surrounded, text: string): boolean {
  if (/^#.*frozen_string_literal:\s*true/m.test(text)) return false;
  const change = '(?:<<|\\.(?:concat|prepend|insert|replace|force_encoding|clear|\\w+!))';
  const name = /(@{0,2}\w+)\s*=\s*$/.exec(text.slice(Math.max(0, start - 200), start))?.[1];
  return (
    new RegExp(`^\\s*${change}`).test(text.slice(end, end + 100)) ||
    (name !== undefined && new RegExp(`(?<![\\w@])${name}\\s*${change}`).test(text))
  );
}

export const ruby = lexicalEdit({
  lexicon,
  obstacle,
  replace(string, variable, text) {
    const quote = text[string.start]!;
    // a class may have an ENV of its own, or none
    const root = /\bENV\s*=(?!=)|<\s*BasicObject\b/.test(text) ? '::' : '';
    return [instead(string, `${root}ENV.fetch(${quote}${variable}${quote})${isChanged(string, text) ? '.dup' : ''}`)];
  },
});
