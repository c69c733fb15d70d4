import { markup, syntaxIn, syntaxOf } from './comment-syntax.ts';
import { isIgnored, openFence, quoted, reach } from './ignore.ts';
import { endOfLine } from './text.ts';

// How an ignore comment is written in a file's own language, where it is one and counts.

/** What to insert so that a finding is ignored, and what else is then: all of its line, of the value of several lines that it stands in, or of its block of code. */
export interface IgnoreComment {
  readonly offset: number;
  readonly insert: string;
  readonly covers: 'line' | 'value' | 'block';
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const isMarkdown = (name: string): boolean => /(?:^|\.)(?:md|markdown)$/i.test(name);

/**
 * The comment that has a finding ignored; `undefined` where none can be written (JSON, CSV, plain text), where it would be a part of what the file says, and
 * where it would not count. In a page a script, a style and PHP have comments of their own, and so has a block of code in Markdown; where its language has
 * none, the comment stands before the block.
 */
export function ignoreComment(
  { path, languageId }: { readonly path: string; readonly languageId: string },
  text: string,
  finding: Span,
): IgnoreComment | undefined {
  const name = [path, languageId].find((one) => syntaxOf(one) !== undefined);
  if (name === undefined) return undefined;
  const comments = isMarkdown(name) ? commentsInMarkdown(text, finding.start) : commentsIn(name, text, finding.start, /^[ \t]*/);
  return comments.find((comment) => counts(comment, text, finding, path));
}

/** Is the finding ignored once the comment is there? */
function counts({ offset, insert }: IgnoreComment, text: string, { start, end }: Span, file: string): boolean {
  const from = Math.max(0, Math.min(start, offset) - reach);
  const edited = text.slice(from, offset) + insert + text.slice(offset, end + 2 * reach);
  const moved = offset <= start ? insert.length - from : -from;
  return isIgnored(edited, start + moved, end + moved, file);
}

/** What counts only as the first line of a file. */
const mustBeFirst = /^(?:#!|<\?xml\b|%YAML\b)/;

/** The comments that change nothing of what the text says: behind its line, before it, or before the value of several lines that it is in, or behind that. */
function commentsIn(name: string, text: string, place: number, indent: RegExp): IgnoreComment[] {
  const start = lineStart(text, place);
  const line = lineFrom(text, start);
  const found = syntaxIn(name, text, start, line);
  if (found === undefined) return [];
  const { syntax, from } = found;
  const { goesOn = /[\\^]\s*$/ } = syntax;
  const mayBegin = (at: number): boolean => at >= from && syntax.read(text, from).placeAt(at).isCode;
  const comments: IgnoreComment[] = [];
  const addBehind = (begin: number, covers: IgnoreComment['covers']): void => {
    const behind = lineFrom(text, begin);
    const offset = begin + behind.length;
    if (syntax.before || goesOn.test(behind) || !mayBegin(offset)) return;
    comments.push({ offset, insert: `${syntax.close ? '' : ' '}${syntax.insert}`, covers });
  };
  addBehind(start, 'line');
  if (syntax.close) return comments;
  const addBefore = (offset: number, covers: IgnoreComment['covers']): void => {
    const isInStatement = offset > 0 && goesOn.test(text.slice(lineStart(text, offset - 1), offset));
    const line = lineFrom(text, offset);
    if (!mayBegin(offset) || (isInStatement && !syntax.within) || mustBeFirst.test(line)) return;
    comments.push({ offset, insert: ownLine(text, indent.exec(line)![0] + syntax.insert), covers });
  };
  addBefore(start, 'line');
  const { value } = start > from ? syntax.read(text, from).placeAt(start) : {};
  if (value === undefined) return comments;
  addBefore(lineStart(text, value), 'value');
  const end = /\n[ \t]*(?:"""|'''|`)/.exec(text.slice(place, place + reach));
  if (end !== null) addBehind(place + end.index + 1, 'value');
  return comments;
}

function commentsInMarkdown(text: string, place: number): IgnoreComment[] {
  const start = lineStart(text, place);
  const line = lineFrom(text, start);
  const matter = text.slice(0, endOfFrontMatter(text));
  if (start > 0 && start < matter.length) {
    const head = matter.indexOf('\n') + 1;
    return commentsIn('yaml', matter.slice(head), place - head, /^[ \t]*/).map((one) => ({ ...one, offset: one.offset + head }));
  }
  const indent = new RegExp(`^${quoted}`);
  const fence = openFence(text.slice(0, start), line);
  if (fence === undefined) {
    // a line between them would end the table, or begin another list
    if (listItem.test(line) || isRow(text, start)) return [{ offset: start + line.length, insert: ` ${markup}`, covers: 'line' }];
    return isShownAsCode(text, start) ? [] : commentsIn('markdown', text, place, indent);
  }
  const own = commentsIn(fence.language, text.slice(fence.end), place - fence.end, indent);
  return [
    ...own.map((comment) => ({ ...comment, offset: comment.offset + fence.end })),
    { offset: fence.start, insert: ownLine(text, fence.indent + markup), covers: 'block' },
  ];
}

/** Where the lines of YAML end that a text in Markdown may begin with. */
function endOfFrontMatter(text: string): number {
  if (!/^---[ \t]*\r?\n/.test(text)) return 0;
  const end = /\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(text);
  return end === null ? 0 : end.index + 1;
}

/** How an item of a list begins in Markdown. */
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+/;

/** Is a line a row of a table in Markdown? Above it stands the one that tells the columns. */
function isRow(text: string, start: number): boolean {
  if (!lineFrom(text, start).includes('|')) return false;
  for (let at = start; at > 0; ) {
    at = lineStart(text, at - 1);
    const line = lineFrom(text, at);
    if (line.trim() === '') return false;
    if (/^[ \t|:-]*-[ \t|:-]*$/.test(line) && line.includes('|')) return true;
  }
  return false;
}

/** Is a line of Markdown code by its indent? In an item of a list it is text. */
function isShownAsCode(text: string, start: number): boolean {
  const indented = /^(?: {4}|\t)/;
  if (!indented.test(lineFrom(text, start))) return false;
  let isApart = false;
  for (let at = start; at > 0; ) {
    at = lineStart(text, at - 1);
    const line = lineFrom(text, at);
    const isEmpty = line.trim() === '';
    isApart ||= isEmpty;
    if (isEmpty || indented.test(line)) continue;
    const item = listItem.exec(line)?.[0].length;
    const depth = lineFrom(text, start).search(/\S/);
    return isApart && (item === undefined ? !/^ {2,3}\S/.test(line) : depth >= item + 4);
  }
  return true;
}

const lineStart = (text: string, place: number): number => (place === 0 ? 0 : text.lastIndexOf('\n', place - 1) + 1);
const lineFrom = (text: string, start: number): string => /[^\r\n]*/y.exec(text.slice(start, endOfLine(text, start)))![0];
const ownLine = (text: string, comment: string): string => `${comment}${text.includes('\r\n') ? '\r\n' : '\n'}`;
