import type { Sliceable } from './chunked-text.ts';
import { readersOf } from './comment-syntax.ts';
import type { Literal } from './engine/matcher.ts';

// Which findings an ignore comment leaves out.

const here =
  /keystow:ignore|gitleaks:allow|betterleaks:allow|trufflehog:ignore|kingfisher:ignore|pragma: ?(?:allowlist|whitelist) secret|secretlint-disable-line|ggignore/;
const onNextLine = /pragma: ?(?:allowlist|whitelist) nextline secret|secretlint-disable-next-line/;
// Ours counts for the next line only where it is all that stands on its own line; after code it speaks of that code.
const ownLine = /^[\s/*#;<>!'"%{-]{0,80}(?:REM[ \t]+)?keystow:ignore/;

// In a longer line, no comment farther from the finding is looked for: that keeps a file of one line linear.
export const reach = 2000;

const turnsOff = 'secretlint-disable';

/** What the first pass looks for, so that only a text with one of these is searched for comments: each way to write one begins so. */
export const ignoreMarks: readonly Literal[] = [
  turnsOff,
  'secretlint-enable',
  'keystow:ignore',
  'gitleaks:allow',
  'betterleaks:allow',
  'trufflehog:ignore',
  'kingfisher:ignore',
  'pragma:',
  'ggignore',
].map((text) => ({ text }));

/** A part of a text in which nothing is found. */
export interface IgnoredBlock {
  readonly start: number;
  readonly end: number;
}

const [disabling, enabling] = [0, 1];
const beginsComment = /(?:#|\/\/|\/\*+|<!--|--|;|%|^[ \t]*\*)[ \t]{0,8}$/m;
// A comment that names rules of secretlint speaks of these alone, and a sentence that names the comment of nothing.
const endsComment = /^[ \t]{0,8}(?:\r?\n|$|\*\/|--)/;

/** Is this a comment that turns all rules of secretlint off? `end`: where its word ends. */
function isTurnedOff(text: Sliceable, end: number): boolean {
  const start = end - turnsOff.length;
  return endsComment.test(text.slice(end, end + 16)) && beginsComment.test(text.slice(Math.max(0, start - 32), start));
}

/**
 * What stands between comments that turn secretlint off and on again, or behind one that turns it off, by the places of `ignoreMarks` in the text
 * (https://www.npmjs.com/package/@secretlint/secretlint-rule-filter-comments).
 */
export function ignoredBlocks(
  text: Sliceable,
  { literals, ends }: { readonly literals: ArrayLike<number>; readonly ends: ArrayLike<number> },
): IgnoredBlock[] {
  const blocks: IgnoredBlock[] = [];
  let start: number | undefined;
  for (let index = 0; index < literals.length; index++) {
    const literal = literals[index]!;
    if (literal > enabling) continue;
    const end = ends[index]!;
    if (start !== undefined && literal !== disabling) {
      blocks.push({ start, end });
      start = undefined;
    } else if (start === undefined && literal === disabling && isTurnedOff(text, end)) start = end;
  }
  return start === undefined ? blocks : [...blocks, { start, end: Number.POSITIVE_INFINITY }];
}

/**
 * Is the finding from `start` to `end` left out by a comment: ours or another scanner's, on its lines, the line before, or the line that ends its string of several
 * lines; or ours before that string, as the language of the `file` has them, or before its block of code in Markdown?
 */
export function isIgnored(text: Sliceable, start: number, end: number, file?: string): boolean {
  const before = text.slice(Math.max(0, start - reach), start);
  const line = before.lastIndexOf('\n');
  if (here.test(before.slice(line + 1)) || here.test(firstLine(text, end)) || here.test(firstLine(text, start))) return true;
  if (line === -1) return false;
  const previous = before.slice(line === 0 ? 0 : before.lastIndexOf('\n', line - 1) + 1, line);
  if (ownLine.test(previous) || onNextLine.test(previous) || isInIgnoredFence(before)) return true;
  const around = before.slice(line + 1) + firstLine(text, end);
  if (isBeforeIgnoringEnd(before, around, () => text.slice(end, end + reach))) return true;
  return file !== undefined && isInIgnoredValue(before, () => text.slice(start, end + reach), file);
}

/** Does the first end of a string of several lines that follows begin its line, with a comment behind it? `around`: what stands beside the finding on its line. */
function isBeforeIgnoringEnd(before: string, around: string, after: () => string): boolean {
  // a long string may begin farther before, if nothing on the line is a string of its own
  const mayBeginBefore = before.length === reach && !/["'`]/.test(around);
  const open = ['"""', "'''", '`'].filter((quotes) => mayBeginBefore || before.includes(quotes));
  if (open.length === 0) return false;
  const text = after();
  const end = /"""|'''|`/.exec(text);
  if (end === null || !open.includes(end[0])) return false;
  const start = text.lastIndexOf('\n', end.index) + 1;
  if (start === 0 || text.slice(start, end.index).trim() !== '') return false;
  const [, comment = ''] = /^[\])},;\s]*(?:#|\/\/|\/\*|--)([^\n]*)/.exec(text.slice(end.index + end[0].length)) ?? [];
  return here.test(comment);
}

/** Does a value begin on the line behind our comment, go on up to here, and end? What seems to be one and does not end is none, and hides nothing. */
function isInIgnoredValue(before: string, rest: () => string, file: string): boolean {
  const from = behindOwnLine(before);
  const line = before.indexOf('\n', from) + 1;
  if (from === 0 || line === 0) return false;
  const text = `${before}${rest()}\n`;
  const beginsBehind = (value: number | undefined): boolean => value !== undefined && value < line;
  return readersOf(file).some((read) => {
    const isIn = (at: number): boolean => beginsBehind(read(text, from, at).value);
    return isIn(line) && isIn(before.length) && !isIn(text.length);
  });
}

/** Where the line behind our last comment that stands on a line of its own begins; 0 if there is none. */
function behindOwnLine(before: string): number {
  for (let at = before.lastIndexOf('keystow:ignore'); at > 0; at = before.lastIndexOf('keystow:ignore', at - 1)) {
    const start = before.lastIndexOf('\n', at) + 1;
    if (ownLine.test(before.slice(start, at + 'keystow:ignore'.length))) return before.indexOf('\n', at) + 1;
  }
  return 0;
}

/** How a line begins that stands in block quotes of Markdown, or in none. */
export const quoted = '(?:[ \\t]*>){0,8}[ \\t]*';
const ownLineOfMarkdown = new RegExp(`^${quoted}<!-- keystow:ignore -->[ \\t]*\\r?\\n`, 'gm');

/** Does the text end within a block of code that our comment stands before? */
function isInIgnoredFence(before: string): boolean {
  const last = [...before.matchAll(ownLineOfMarkdown)].at(-1);
  if (last === undefined) return false;
  const line = before.lastIndexOf('\n') + 1;
  return openFence(before.slice(last.index + last[0].length), before.slice(line))?.start === 0;
}

/** The beginning of a block of code in Markdown. */
export interface Fence {
  readonly start: number;
  /** Where the code begins. */
  readonly end: number;
  /** What stands before its mark: blanks, and the signs of the block quotes that it is in. */
  readonly indent: string;
  readonly mark: string;
  readonly language: string;
}

const isQuoted = (line: string): boolean => /^[ \t]*>/.test(line);
/** A line that begins or ends a block of code, or one behind a block quote. */
const fenceOrUnquoted = new RegExp(`^(${quoted})(\`{3,}|~{3,})([^\`\\r\\n]*)\\r?$|^(?![ \\t]*>)[^\\n]*\\n`, 'gm');

/** The block of code that `line`, which goes on behind a text in Markdown, is in. One in a block quote ends with it. */
export function openFence(text: string, line: string): Fence | undefined {
  let open: Fence | undefined;
  const endsAt = (unquoted: boolean): boolean => unquoted && open !== undefined && isQuoted(open.indent);
  for (const { 0: found, 1: indent = '', 2: mark, 3: info = '', index } of text.matchAll(fenceOrUnquoted)) {
    if (endsAt(!isQuoted(found))) open = undefined;
    if (mark === undefined) continue;
    if (open === undefined) {
      const language = /[\w#+-]+/.exec(info)?.[0] ?? '';
      open = { start: index, end: index + found.length + 1, indent, mark, language };
    } else if (info.trim() === '' && mark.startsWith(open.mark)) open = undefined;
  }
  return endsAt(!isQuoted(line)) ? undefined : open;
}

const firstLine = (text: Sliceable, from: number): string => {
  const window = text.slice(from, from + reach);
  const end = window.indexOf('\n');
  return end === -1 ? window : window.slice(0, end);
};
