import type { TextEdit } from './edit.ts';

/** An argument, property or entry of a list separated by commas; `comma` is the offset of the comma behind it, where one stands. */
export interface ListItem {
  readonly start: number;
  readonly end: number;
  readonly comma?: number;
}

interface Range {
  start: number;
  end: number;
}

/**
 * The edits that take items out of a list together with their commas, whether the list is on one line or on many. Comments stay, a line left
 * empty goes, and no comma is left behind the last item that had none.
 */
export function removeItems(text: string, items: readonly ListItem[], isGone: (item: ListItem) => boolean): TextEdit[] {
  const lastKept = items.findLastIndex((item) => !isGone(item));
  const kept = items[lastKept];
  const tail = items.slice(lastKept + 1);
  const dangling = kept?.comma !== undefined && tail.length > 0 && tail.at(-1)?.comma === undefined ? kept.comma : undefined;

  const ranges: Range[] = [];
  for (const item of items.slice(0, lastKept + 1).filter(isGone)) ranges.push(...withComma(text, item));
  if (kept && dangling !== undefined && onlySeparators(text, kept.end, tail)) {
    ranges.push({ start: kept.end, end: tail.at(-1)!.end });
  } else {
    if (dangling !== undefined) ranges.push({ start: dangling, end: dangling + 1 });
    for (const item of tail) ranges.push(...withComma(text, item));
    if (!kept) closeEmptyList(text, ranges);
  }
  return merged(ranges).map((range) => ({ ...wholeLines(text, range), text: '' }));
}

function withComma(text: string, { start, end, comma }: ListItem): Range[] {
  if (comma === undefined) return [{ start: isLineEnd(text, spacesAfter(text, end)) ? spacesBefore(text, start) : start, end }];
  const behind = spacesAfter(text, comma + 1);
  const stop = isLineEnd(text, behind) ? comma + 1 : behind;
  const begin = isLineEnd(text, behind) ? spacesBefore(text, start) : start;
  if (text.slice(end, comma).trim() === '') return [{ start: begin, end: stop }];
  return [
    { start, end },
    { start: comma, end: comma + 1 },
  ];
}

/** Whether nothing but white space and commas stands between the items from an offset on, and no comment behind them on their line. */
function onlySeparators(text: string, from: number, items: readonly ListItem[]): boolean {
  let at = from;
  for (const item of items) {
    if (text.slice(at, item.start).replace(',', '').trim() !== '') return false;
    at = item.end;
  }
  const next = spacesAfter(text, at);
  return isLineEnd(text, next) || /[)}\]]/.test(text[next] ?? '');
}

/** `{ a: 1 }` without its only item reads `{}`. */
function closeEmptyList(text: string, ranges: Range[]): void {
  const first = ranges[0];
  const last = ranges.at(-1);
  if (!first || !last || isLineEnd(text, spacesAfter(text, last.end))) return;
  const before = spacesBefore(text, first.start);
  if (before > 0 && !isLineEnd(text, before - 1)) first.start = before;
  last.end = spacesAfter(text, last.end);
}

function merged(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const before = out.at(-1);
    if (before && range.start <= before.end) before.end = Math.max(before.end, range.end);
    else out.push({ ...range });
  }
  return out;
}

/** The range widened to whole lines where it leaves nothing else on them. */
function wholeLines(text: string, range: Range): Range {
  const start = spacesBefore(text, range.start);
  const end = spacesAfter(text, range.end);
  const alone = (start === 0 || text[start - 1] === '\n') && isLineEnd(text, end);
  return alone ? { start, end: afterLineEnd(text, end) } : range;
}

const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\t';

const isLineEnd = (text: string, at: number): boolean => at >= text.length || text[at] === '\n' || text[at] === '\r';

function spacesBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && isSpace(text[start - 1])) start--;
  return start;
}

function spacesAfter(text: string, at: number): number {
  let end = at;
  while (isSpace(text[end])) end++;
  return end;
}

function afterLineEnd(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : Math.min(at + 1, text.length);
}
