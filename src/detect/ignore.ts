import type { Sliceable } from './chunked-text.ts';
import type { Others, Reader, Reading, Unended } from './comment-places/reading.ts';
import { readersOf } from './comment-syntax.ts';
import type { Literal } from './engine/matcher.ts';
import { areNamesOf, namesBehind } from './secretlint-names.ts';
import { behindAll } from './text.ts';

// Which findings an ignore comment leaves out.

const [disableLine, disableNextLine] = ['secretlint-disable-line', 'secretlint-disable-next-line'];
const here =
  /keystow:ignore(?!-?\w)|gitleaks:allow|betterleaks:allow|trufflehog:ignore|kingfisher:(?:ignore|allow)|pragma: ?(?:allowlist|whitelist) secret|secretlint-disable-line|ggignore/;
const beginsHere = new RegExp(`^(?:${here.source})`);
const longestHere = 32;
const onNextLine = /pragma: ?(?:allowlist|whitelist) nextline secret|secretlint-disable-next-line/;
// Ours counts for the next line only where it is all that stands on its own line; after code it speaks of that code.
const ownLine = /^[\s/*#;<>!'"%{-]{0,80}(?:REM[ \t]+)?keystow:ignore(?!-?\w)/;
/** Behind the sign of a block of YAML no other code may stand, so there it speaks of the block. */
const behindHeader = /(?:[:-]|[!&]\S{1,60})[ \t]+[|>][-+\d]{0,2}[ \t]+#[ \t]*keystow:ignore(?!-?\w)/;

// In a longer line, no comment farther from the finding is looked for: that keeps a file of one line linear.
export const reach = 2000;

/** The words of the comments that turn secretlint off and on again. */
export const blockMarks = ['secretlint-disable', 'secretlint-enable'] as const;

/** What the first pass looks for, so that only a text with one of these is searched for comments: each way to write one begins so. */
export const ignoreMarks: readonly Literal[] = [
  ...blockMarks,
  'keystow:ignore',
  'gitleaks:allow',
  'betterleaks:allow',
  'trufflehog:ignore',
  'kingfisher:',
  'pragma:',
  'ggignore',
].map((text) => ({ text }));

/** The places of these words in a text, in its order: of each which it is, and where it ends. */
export interface Marks {
  readonly literals: readonly number[];
  readonly ends: readonly number[];
}

export const noMarks: Marks = { literals: [], ends: [] };

const anyMark = new RegExp(ignoreMarks.map(({ text }) => text).join('|'), 'g');

function marksOf(text: string): Marks {
  const found = [...text.matchAll(anyMark)];
  return {
    literals: found.map(([mark]) => ignoreMarks.findIndex((one) => one.text === mark)),
    ends: found.map(({ 0: mark, index }) => index + mark.length),
  };
}

/** The same of one finding, in a text of which nothing is known: does a comment that speaks of all rules leave it out? */
export const isIgnored = (text: string, start: number, end: number, file?: string): boolean =>
  ignoringIn(text, marksOf(text), file)(start, end, '');

/** Of which rules of secretlint's a comment speaks whose words end at `end`; all, and all others, if there are none. */
const namesIn = (text: Sliceable, end: number): readonly string[] => namesBehind(text, end) ?? [];

const speaksOf = (names: readonly string[], rule: string): boolean => names.length === 0 || areNamesOf(names, rule);

/**
 * Says of findings, in the order of the text and by the ids of their rules, whether a comment leaves them out: ours or another scanner's, on the finding's lines, the line before, or the line that ends its
 * string of several lines; or ours before that string, as the language of the `file` has them, or before its block of code in Markdown.
 */
export function ignoringIn(text: Sliceable, marks: Marks, file?: string): (start: number, end: number, rule: string) => boolean {
  const { literals, ends } = marks;
  const isInFence = fencesIn(text, marks);
  const endsIgnoring = stringEndsIn(text);
  const isInIgnoredValue = ignoredValuesIn(text, marks, file === undefined ? [] : readersOf(file));
  let next = 0; // the first that ends near a finding, or behind it
  let onLine = 0; // the first that ends on its line, or behind that
  const hereEnds = new Int32Array(ends.length); // where the comment ends that begins so and speaks of its own line, -1 if it is none, 0 if nobody asked
  const names = new Map<number, readonly string[]>(); // of which rules those speak, where not of all
  const standsHere = (from: number, to: number, rule: string): boolean => {
    for (let index = onLine; index < ends.length; index++) {
      const start = ends[index]! - ignoreMarks[literals[index]!]!.text.length;
      if (start >= to) break;
      if (hereEnds[index] === 0) {
        const found = beginsHere.exec(text.slice(start, start + longestHere));
        hereEnds[index] = found === null ? -1 : start + found[0].length;
        const of = found?.[0] === disableLine ? namesIn(text, hereEnds[index]!) : [];
        if (of.length > 0) names.set(index, of);
      }
      if (start >= from && hereEnds[index] !== -1 && hereEnds[index]! <= to && speaksOf(names.get(index) ?? [], rule)) return true;
    }
    return false;
  };
  return (start, end, rule) => {
    while (next < ends.length && ends[next]! <= start - reach) next++;
    if (next === ends.length || ends[next]! > end + reach) return false;
    const before = text.slice(Math.max(0, start - reach), start);
    const line = before.lastIndexOf('\n');
    const lineStart = start - before.length + line + 1;
    onLine = Math.max(onLine, next);
    while (onLine < ends.length && ends[onLine]! <= lineStart) onLine++;
    const lineEnd = endOfLine(text, start);
    const isOnLine = end <= lineEnd && lineEnd < start + reach;
    if (standsHere(lineStart, lineEnd, rule) || (!isOnLine && standsHere(end, endOfLine(text, end), rule))) return true;
    if (line === -1 && before.length === reach) return false;
    const previous = before.slice(before.lastIndexOf('\n', line - 1) + 1, Math.max(0, line)); // empty on the first line of a text
    if (ownLine.test(previous) || speaksOfNext(previous, rule) || isInFence(start, lineStart)) return true;
    const quotes = endsIgnoring(end, rule);
    // a long string may begin farther before, if nothing on the line is a string of its own
    const mayBeginBefore = () => before.length === reach && !/["'`]/.test(before.slice(line + 1) + text.slice(end, endOfLine(text, end)));
    if (quotes !== undefined && (before.includes(quotes) || mayBeginBefore())) return true;
    return isInIgnoredValue(start, end);
  };
}

/** Does a comment on a line speak of what a rule finds on the next? */
function speaksOfNext(line: string, rule: string): boolean {
  const found = onNextLine.exec(line);
  return found !== null && (found[0] !== disableNextLine || speaksOf(namesIn(line, found.index + found[0].length), rule));
}

/** Says of places, in the order of the text, which quotes end a string of several lines that may begin before: the first that follow, if they begin their line, with an ignore comment behind them. */
function stringEndsIn(text: Sliceable): (place: number, rule: string) => string | undefined {
  let [from, to] = [0, 0]; // what was searched; the quotes stand at its end, if there are any
  let quotes: string | undefined;
  let [line, commentEnd] = [0, 0];
  let names: readonly string[] = [];
  const search = (last: number): void => {
    const searched = text.slice(to, last);
    const found = /"""|'''|`/.exec(searched);
    quotes = found?.[0];
    if (found === null) {
      to = Math.max(to, last - 2);
      return;
    }
    const begin = Math.max(from, to + found.index - reach);
    const before = text.slice(begin, to + found.index);
    to += found.index;
    const start = before.lastIndexOf('\n') + 1;
    line = start === 0 || before.slice(start).trim() !== '' ? -1 : begin + start;
    if (line === -1) return;
    const behind = text.slice(to + found[0].length, to + reach);
    const [comment = '', said = ''] = /^[\])},;\s]*(?:#|\/\/|\/\*|--)([^\n]*)/.exec(behind) ?? [];
    const ignoring = here.exec(said);
    commentEnd = ignoring === null ? behindAll : to + found[0].length + comment.length - said.length + ignoring.index + ignoring[0].length;
    names = ignoring?.[0] === disableLine ? namesIn(text, commentEnd) : [];
  };
  return (place, rule) => {
    if (place < from || place > to) {
      from = to = place;
      quotes = undefined;
    }
    if (quotes === undefined) search(place + reach);
    return line > place && commentEnd <= place + reach && speaksOf(names, rule) ? quotes : undefined;
  };
}

/**
 * Says of findings, in the order of the text, whether they are in a value of several lines that begins on the line behind our last comment before them that has its
 * line to itself, or on the line of one behind the header of a block of YAML. The value has to end not far behind: what seems to be one and does not end is none, and hides nothing.
 */
function ignoredValuesIn(text: Sliceable, { literals, ends }: Marks, readers: readonly Reader[]): (start: number, end: number) => boolean {
  if (readers.length === 0) return () => false;
  let next = 0; // the first that ends behind the finding's start
  let last = Number.NEGATIVE_INFINITY; // where that comment ends
  let most = behindAll; // up to where that may go on
  let isInHeader = false; // does the value begin on the comment's line?
  let read = 0; // up to where what stands behind it is read, 0 if it is not
  const lines = new Int32Array(ends.length); // where the line behind each begins, 0 if nobody asked
  const isJoint = apart(ends);
  const jointBehind = (part: string, start: number, place: number): number => {
    const most = Math.min(next + mostWithin, ends.length - 1);
    let index = next;
    while (index <= most && (isJoint[index] === 0 || ends[index]! <= start + place)) index++;
    if (index > most) return behindAll;
    if (lines[index] === 0) {
      const line = lineBehind(part, ends[index]! - start);
      if (line === behindAll) return behindAll;
      lines[index] = start + line;
    }
    return lines[index]! - start;
  };
  const whole = typeof text === 'string' ? text : undefined;
  const languages = readers.map((one) => new Language(one, jointBehind, whole));
  const lineUpTo = (end: number): string => {
    const first = Math.max(0, end - reach);
    const before = text.slice(first, end + 2); // what would make it another word too
    return before.slice(before.lastIndexOf('\n', end - first - 1) + 1);
  };
  return (start, end) => {
    for (; next < ends.length && ends[next]! <= start; next++) {
      if (ignoreMarks[literals[next]!]!.text !== ours) continue;
      const line = lineUpTo(ends[next]!);
      const isBehindHeader = behindHeader.test(line);
      if (!isBehindHeader && !ownLine.test(line)) continue;
      isInHeader = isBehindHeader;
      last = ends[next]!;
      most = ends[next + mostWithin] ?? behindAll;
      read = 0;
    }
    if (last - ours.length <= Math.max(0, start - reach) || start >= most) return false;
    const stop = Math.min(end + reach, most);
    // it is read anew only for what ends far behind the comment
    if (read < stop) {
      read = Math.min(Math.max(last + 2 * reach, stop), most);
      const first = Math.max(0, last - around);
      const part = text.slice(first, read + around);
      const from = isInHeader ? part.lastIndexOf('\n', last - first - 1) + 1 : lineBehind(part, last - first);
      const line = lineBehind(part, from);
      for (const language of languages) language.readFrom(part, first, from, line);
    }
    return languages.some((language) => language.isInValue(start, stop));
  };
}

/** Of places in their order, those of which each is not near the last one: there readings meet, and between two that stand close together it is less work to read. */
function apart(places: readonly number[]): Uint8Array {
  const isApart = new Uint8Array(places.length);
  let last = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < places.length; index++) {
    if (places[index]! < last + leastApart) continue;
    last = places[index]!;
    isApart[index] = 1;
  }
  return isApart;
}

const leastApart = 64;

/** So many comments may stand in a value: a text that is full of them is not read more often. */
const mostWithin = 8;

/** So much around a place may tell what begins there. */
const around = 200;

const lineBehind = (text: string, place: number): number => text.indexOf('\n', place) + 1 || behindAll;

/** One that a file may be in: what stands behind a comment as it has that, and what it found behind others. */
class Language implements Others {
  start = 0;
  readonly steps = new Map<number, unknown>();
  readonly unended = new Map<string, Unended>();
  readonly whole: string | undefined;
  private readonly read: Reader;
  private readonly joints: (part: string, start: number, place: number) => number;
  private part = '';
  private reading: Reading | undefined;
  /** The value that goes on over the line behind the comment, if one does. */
  private value: number | undefined;

  constructor(read: Reader, joints: (part: string, start: number, place: number) => number, whole: string | undefined) {
    this.read = read;
    this.joints = joints;
    this.whole = whole;
  }

  jointBehind(place: number): number {
    return this.joints(this.part, this.start, place);
  }

  /** Reads a part of the text, from the beginning of a line on, up to the next line. */
  readFrom(part: string, start: number, from: number, line: number): void {
    this.part = part;
    this.start = start;
    this.value = undefined;
    if (line === behindAll) return;
    if (this.reading?.restart === undefined) this.reading = this.read(part, from, this);
    else this.reading.restart(part, from);
    this.value = this.reading.placeAt(line).value;
  }

  /** Is a place of the whole in the value, and not in code within that, and does the value end before another place, if it has to? They are asked in their order. */
  isInValue(place: number, stop: number): boolean {
    if (this.value === undefined) return false;
    const { value } = this.reading!.placeAt(place - this.start);
    if (value === this.value) return this.reading!.isOver(stop - this.start);
    if (value !== undefined || this.reading!.isOver(place - this.start)) this.value = undefined;
    return false;
  }
}

/** How a line begins that stands in block quotes of Markdown, or in none. */
export const quoted = '(?:[ \\t]*>){0,8}[ \\t]*';
const ownLineOfMarkdown = new RegExp(`^${quoted}<!-- $`);
const beginsFence = new RegExp(`^${quoted}(?:\`{3}|~{3})`);
const restOfOwnLine = /^ -->[ \t]*\r?\n/;

/** Says of places, in the order of the text, whether they are in a block of code in Markdown that our comment stands before: told the place and where its line begins. */
function fencesIn(text: Sliceable, { literals, ends }: Marks): (place: number, line: number) => boolean {
  let next = 0; // the first that ends behind the place
  let last: Block | undefined; // the block that the last such comment before it stands before
  const blockBehind = (end: number): Block | undefined => {
    const start = end - ours.length;
    const before = text.slice(Math.max(0, start - reach), start);
    const rest = restOfOwnLine.exec(text.slice(end, end + longestRest));
    if (rest === null || !ownLineOfMarkdown.test(before.slice(before.lastIndexOf('\n') + 1))) return undefined;
    const behind = end + rest[0].length;
    const block = text.slice(behind, behind + reach);
    return { start: behind, holds: beginsFence.test(block) ? firstFence(block) : () => false };
  };
  return (place, line) => {
    for (; next < ends.length && ends[next]! <= place; next++) {
      if (ignoreMarks[literals[next]!]!.text === ours) last = blockBehind(ends[next]!) ?? last;
    }
    return last !== undefined && last.start > place - reach && line > last.start && last.holds(line - last.start);
  };
}

interface Block {
  readonly start: number;
  /** Is a line in it, which begins so far behind? They are asked in their order. */
  readonly holds: (line: number) => boolean;
}

const ours = 'keystow:ignore';
const longestRest = 200;

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
const fenceOrUnquoted = new RegExp(`(?<![^\\n])(?:(${quoted})(\`{3,}|~{3,})([^\`\\r\\n]*)\\r?(?=\\n|$)|(?![ \\t]*>)[^\\n]*\\n)`, 'g');

const nextFence = new RegExp(fenceOrUnquoted);

/** Says of lines, in their order, whether they are in the block of code with which a text begins: up to the line that ends it, or that comes behind its block quote. No more is read than that takes. */
function firstFence(block: string): (line: number) => boolean {
  let text = block;
  let at = 0;
  const readNext = (): RegExpExecArray | null => {
    nextFence.lastIndex = at;
    const found = nextFence.exec(text);
    if (found === null && text === block) {
      text += '\n'; // so that the last line ends, in which hardly any place is
      return readNext();
    }
    at = nextFence.lastIndex;
    return found;
  };
  let next = readNext();
  let first: { readonly mark: string; readonly isQuoted: boolean } | undefined;
  let isOver = false;
  return (line) => {
    for (; !isOver && next !== null && next.index <= line; next = readNext()) {
      const { 0: found, 1: indent = '', 2: mark, 3: info = '', index } = next;
      if (first !== undefined) {
        const ends = mark !== undefined && info.trim() === '' && mark.startsWith(first.mark);
        isOver = ends || (first.isQuoted && !isQuoted(found));
      } else if (index > 0 || mark === undefined) isOver = true;
      else first = { mark, isQuoted: isQuoted(indent) };
    }
    return !isOver && first !== undefined;
  };
}

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

/** Where the line ends in which `from` stands, but no farther than an ignore comment may stand. */
function endOfLine(text: Sliceable, from: number): number {
  const window = text.slice(from, from + reach);
  const end = window.indexOf('\n');
  return from + (end === -1 ? window.length : end);
}
