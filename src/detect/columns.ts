// Names that stand not before a value but above it, and the lines of the tables that they head.
import { remembered, rememberedPlace, whenForgetting } from './remembered.ts';
import type { State } from './rules/rule.ts';
import { unitAt } from './unit-at.ts';
import { endOfLast } from './words-of-names.ts';

/** So far before a value the header of its column stands at most. */
const headerReach = 400;
const [lineFeed, carriageReturn, space, quote, apostrophe, parenthesis, comma, semicolon] = [10, 13, 32, 34, 39, 40, 44, 59];
const headerOf = (separator: string): RegExp =>
  new RegExp(`^"?[A-Za-z][\\w .-]{0,40}"?(?:${separator}"?[A-Za-z][\\w .()-]{0,40}"?){1,30}\\r?$`);
const [header, headerWithSemicolons] = [headerOf(','), headerOf(';')];

/** A line of CSV, and what heads its columns. Where a comma is that of decimals, spreadsheets separate the fields by semicolons. */
interface Headed {
  readonly text: string;
  readonly separator: number;
  readonly begin: number;
  readonly header: number;
  readonly columns: readonly string[];
  /** Has each line between the two as many fields as the header? */
  readonly isOfTable: boolean;
}

/** The one that was asked about last. */
let row: Headed | undefined;

/** By unit below 128: may a field begin behind it, or the string of an `INSERT`? */
const beforeField = new Uint8Array(128);
for (const unit of [comma, semicolon, lineFeed, quote, apostrophe]) beforeField[unit] = 1;

/** May the value at `start` stand in a column that has a name? */
export function mayBeField(text: string, start: number): boolean {
  const before = unitAt(text, start - 1);
  return before < 128 && beforeField[before] === 1;
}

/** What the column is called that the value at `start` stands in, of a table in CSV or of an `INSERT` of SQL; undefined where it stands in none. */
export const nameOfColumn = (text: string, start: number): string | undefined => columnOfTable(text, start) ?? columnOfInsert(text, start);

/** The same where the value begins a line of a table that goes on from its header to there, so that what stands before it is another line. */
export function nameOfFirstColumn(text: string, start: number): string | undefined {
  const column = unitAt(text, beginOfField(text, start) - 1) === lineFeed ? columnOfTable(text, start) : undefined;
  return column !== undefined && row!.isOfTable ? column : undefined;
}

const forgetRow = () => {
  row = undefined;
};

/** The header of the column that the value at `start` stands in, where it is a field of a line of CSV; undefined where it is none, or the header begins too far before it. */
function columnOfTable(text: string, start: number): string | undefined {
  const begin = beginOfField(text, start);
  const separator = separatorOf(text, begin);
  if (separator === 0) return undefined;
  const first = Math.max(0, begin - headerReach);
  let ofRow = begin;
  while (ofRow > first && text.charCodeAt(ofRow - 1) !== lineFeed) ofRow--;
  if (ofRow === first) return undefined;
  if (row === undefined) whenForgetting(forgetRow);
  if (row?.begin !== ofRow || row.text !== text || row.separator !== separator) {
    row = rowAt(text, ofRow, separator, row?.text === text && row.separator === separator ? row : undefined);
  }
  return row.header < first ? undefined : row.columns[columnAt(text, ofRow, begin, separator)];
}

/** What separates the field that begins at `begin` from others; 0 where it is no field. */
function separatorOf(text: string, begin: number): number {
  const before = unitAt(text, begin - 1);
  if (before === comma || before === semicolon) return before;
  return before === lineFeed ? separatorBehind(text, begin) : 0;
}

/** What stands behind the first field of a line that begins at `begin`, where others follow it; else 0. */
function separatorBehind(text: string, begin: number): number {
  const stop = Math.min(text.length, begin + longestFirst);
  const isQuoted = text.charCodeAt(begin) === quote;
  let at = isQuoted ? endOfQuoted(text, begin + 1, stop) + 1 : begin;
  if (isQuoted && at === 0) return 0;
  for (; at < stop; at++) {
    const unit = text.charCodeAt(at);
    if (unit === comma || unit === semicolon) return unit;
    if (isQuoted || unit === lineFeed || unit === carriageReturn) return 0;
  }
  return 0;
}

/** A value that begins its line is a field of it up to so many units, where a separator follows. */
const longestFirst = 200;

/** Where the field begins whose value begins at `start`. */
const beginOfField = (text: string, start: number): number => (unitAt(text, start - 1) === quote ? start - 1 : start);

/** In which column, from 0 on, the field stands that begins at `start`, in the line of CSV that begins at `begin`; -1 where it is a part of another. */
function columnAt(text: string, begin: number, start: number, separator: number): number {
  let [column, inQuotes] = [0, false];
  for (let at = begin; at < start; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) inQuotes = !inQuotes;
    else if (unit === separator && !inQuotes) column++;
  }
  return inQuotes ? -1 : column;
}

/** The line of CSV that begins at `begin`, with the nearest header above it; its place is -1 where there is none. What is nearest above another line, no line is looked at for again. */
function rowAt(text: string, begin: number, separator: number, above: Headed | undefined): Headed {
  const first = Math.max(0, begin - headerReach);
  const fields: number[] = [];
  const below = (header: number, columns: readonly string[], isOfTable = true): Headed => ({
    text,
    separator,
    begin,
    header,
    columns,
    isOfTable: isOfTable && fields.every((count) => count === columns.length),
  });
  for (let end = begin - 1; end > first; ) {
    const line = Math.max(text.lastIndexOf('\n', end - 1) + 1, 0);
    if (line < first) break;
    const columns = columnsOf(text.slice(line, end), separator);
    if (columns !== undefined) return below(line, columns);
    fields.push(columnAt(text, line, end, separator) + 1);
    if (line === above?.begin) return below(above.header, above.columns, above.isOfTable);
    end = line - 1;
  }
  return below(-1, [], false);
}

/** A line of CSV: where its fields begin and end, one after the other, of how many it is, and where the next line begins. */
export interface Row {
  /** Of no more fields than a table has that is read. */
  readonly bounds: readonly number[];
  readonly fields: number;
  readonly next: number;
}

/** So many columns a header has at most. */
const mostColumns = 31;

/**
 * The line of CSV that begins at `at`. Of no fields where it is no such line, or longer than `longest`: where its quote is closed by none, the next line is the one below. So a quote hides no more
 * than its line, and the time is linear: what stands between a quote and the one that closes it has none that is read again.
 */
export function readRow(text: string, at: number, longest: number, separator: number = comma): Row {
  const last = at + longest;
  const bounds: number[] = [];
  for (let [fields, from] = [1, at]; ; fields++) {
    const isQuoted = text.charCodeAt(from) === quote;
    const first = isQuoted ? from + 1 : from;
    const stop = isQuoted ? endOfQuoted(text, first, last) : endOfField(text, first, last, separator);
    if (stop === -1) return noRow(text, first, last);
    if (fields <= mostColumns) bounds.push(first, stop);
    from = isQuoted ? stop + 1 : stop;
    if (from < text.length && text.charCodeAt(from) === carriageReturn) from++;
    if (from >= text.length) return { bounds, fields, next: text.length };
    const sign = text.charCodeAt(from++);
    if (sign === lineFeed) return { bounds, fields, next: from };
    if (sign !== separator) return noRow(text, first, last);
  }
}

const noRow = (text: string, at: number, last: number): Row => ({ bounds: [], fields: 0, next: lineAfter(text, at, last) });

/** Where the line after the one at `at` begins, or `last` if that comes before it. */
function lineAfter(text: string, at: number, last: number): number {
  const stop = Math.min(last, text.length);
  for (; at < stop; at++) if (text.charCodeAt(at) === lineFeed) return at + 1;
  return stop;
}

/** Where a field ends that begins at `at`. */
function endOfField(text: string, at: number, last: number, separator: number): number {
  const stop = Math.min(last, text.length);
  for (; at < stop; at++) {
    const unit = text.charCodeAt(at);
    if (unit === separator || unit === lineFeed || unit === carriageReturn) return at;
  }
  return at === text.length ? at : -1;
}

/** Where the quote stands that ends the field which begins at `at`. One that is doubled is part of it. */
function endOfQuoted(text: string, at: number, last: number): number {
  const stop = Math.min(last, text.length);
  for (; at < stop; at++) {
    if (text.charCodeAt(at) !== quote) continue;
    if (at + 1 === text.length || text.charCodeAt(at + 1) !== quote) return at;
    at++;
  }
  return -1;
}

/** A rule reads one of these, or so much of lines that are none and one behind them, beyond where it has read to. */
const longestRow = 500;
/** Read once, however many rules read the table, and of however many columns each. */
const rowWithCommas = rememberedPlace((text, at) => readRow(text, at, longestRow));
const rowWithSemicolons = rememberedPlace((text, at) => readRow(text, at, longestRow, semicolon));
const rowOfTable = (text: string, at: number, separator: number): Row =>
  separator === comma ? rowWithCommas(text, at) : rowWithSemicolons(text, at);

/** Where a line of a table in CSV begins, and what tells of each of its lines which fields hold values. */
export interface Table {
  readonly begin: number;
  readonly state: State;
}

/**
 * The table that a value is in, from `start` to `end`: of its fields, those of the value's column and of others whose name is wanted, which may stand behind it. Undefined where the value is not the
 * whole of a field, or its column has no name.
 */
export function tableInCsv(
  text: string,
  start: number,
  end: number,
  isWanted: (name: string, isBehind: boolean) => boolean,
): Table | undefined {
  if (columnOfTable(text, start) === undefined) return undefined;
  const { begin, columns, separator } = row!;
  const own = columnAt(text, begin, beginOfField(text, start), separator);
  const { bounds, fields } = rowOfTable(text, begin, separator);
  if (fields !== columns.length || bounds[2 * own + 1] !== end) return undefined;
  const wanted = columns.flatMap((name, column) => (column === own || isWanted(name, column > own) ? [column] : []));
  return { begin, state: [separator, columns.length, ...wanted] };
}

/** The lines below a header of a table in CSV, in which a name ends at `at`, and of their fields those of columns that are wanted. Undefined where it stands in no header, or nothing stands below it. */
export function tableBelow(text: string, at: number, isWanted: (name: string) => boolean): Table | undefined {
  const line = text.slice(Math.max(0, at - headerReach), at).lastIndexOf('\n');
  const rest = text.slice(at, at + headerReach).indexOf('\n');
  if (rest === -1 || (line === -1 && at > headerReach)) return undefined;
  const head = text.slice(line === -1 ? 0 : Math.max(0, at - headerReach) + line + 1, at + rest);
  const separator = head.includes(',') ? comma : semicolon;
  const columns = columnsOf(head, separator);
  const wanted = columns?.flatMap((name, column) => (isWanted(name) ? [column] : [])) ?? [];
  return wanted.length === 0 ? undefined : { begin: at + rest + 1, state: [separator, columns!.length, ...wanted] };
}

/** The names of the columns that a line heads; undefined where it is no header. */
function columnsOf(line: string, separator: number): readonly string[] | undefined {
  const isHeader = separator === comma ? header.test(line) : headerWithSemicolons.test(line);
  return isHeader ? line.trim().replaceAll('"', '').split(String.fromCharCode(separator)) : undefined;
}

/** Values in the fields of a line of a table in CSV, and where the next of its lines begins. */
export interface Values {
  readonly places: readonly { readonly start: number; readonly end: number }[];
  readonly next: number;
}

/** The values in the line of a table that begins at a place. Where that is none, but lines with values follow soon, none and the first of those. Undefined where the table ends. */
export function valuesAt(text: string, at: number, state: State, isValue: (start: number, end: number) => boolean): Values | undefined {
  const values = valuesIn(text, at, state, isValue);
  if (values !== undefined) return values;
  // a separator too many does not end it
  let { next } = rowOfTable(text, at, state[0]!);
  while (next < text.length && next < at + longestRow) {
    const behind = valuesIn(text, next, state, isValue);
    if (behind !== undefined && behind.places.length > 0) return { places: [], next };
    next = rowOfTable(text, next, state[0]!).next;
  }
  return undefined;
}

/** The same of one line; undefined where it has another number of fields. */
function valuesIn(text: string, at: number, state: State, isValue: (start: number, end: number) => boolean): Values | undefined {
  const { bounds, fields, next } = rowOfTable(text, at, state[0]!);
  if (fields !== state[1]) return undefined;
  const places: { readonly start: number; readonly end: number }[] = [];
  for (let index = 2; index < state.length; index++) {
    const start = bounds[2 * state[index]!]!;
    const end = bounds[2 * state[index]! + 1]!;
    if (end > start && isValue(start, end)) places.push({ start, end });
  }
  return { places, next };
}

const insert = /\(([\w\s,"`.]{3,400})\)\s{0,8}values\s{0,8}\(((?:[^()';]|'[^'\n]{0,200}'){0,200})$/i;

/** The column of the value at `start` where it is a string among the first values of an `INSERT` of SQL; undefined where it is none. */
function columnOfInsert(text: string, start: number): string | undefined {
  if (unitAt(text, start - 1) !== apostrophe) return undefined;
  const before = unitAt(text, start - 2) === space ? start - 3 : start - 2;
  const sign = unitAt(text, before);
  if (sign !== comma && sign !== parenthesis) return undefined;
  // as the first argument of any call stands
  if (sign === parenthesis && !endsInValues.test(text.slice(Math.max(0, before - longestValues), before))) return undefined;
  if (!mayHoldInsert(text)) return undefined;
  const first = Math.max(0, start - 1 - insertReach);
  const values = endOfValues(text, first, start) - first;
  if (values === 0) return undefined;
  const around = text.slice(first, start - 1);
  // mostly it begins with the parenthesis before the word that stands nearest
  const nearest = insert.exec(around.slice(Math.max(0, around.lastIndexOf('(', values))));
  const [, columns, inFront] = nearest ?? insert.exec(around) ?? [];
  if (columns === undefined) return undefined;
  return namesOfInsert(columns)[commasIn(inFront!)];
}

const namesOfInsert = remembered((columns) => columns.split(',').map((name) => name.replace(/[\s"`]/g, '')));

/** How many commas stand in a text that are in no string. */
function commasIn(text: string): number {
  let [commas, inString] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === apostrophe) inString = !inString;
    else if (unit === comma && !inString) commas++;
  }
  return commas;
}

const insertReach = 600;
const endsInValues = /values\s{0,8}$/i;
const longestValues = 'values'.length + 8;
const endOfValues = endOfLast(['values']);

/** Hardly a text has the word, and to look for it in all of one at once takes a third of what it takes from value to value. */
const mayHoldInsert = remembered((text) => /values/i.test(text));
