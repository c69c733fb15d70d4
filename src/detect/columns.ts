// Names that stand not before a value but above it.
import { whenForgetting } from './remembered.ts';

/** So far before a value the header of its column stands at most. */
const headerReach = 400;
const [lineFeed, quote, apostrophe, comma] = [10, 34, 39, 44];
const header = /^"?[A-Za-z][\w .-]{0,40}"?(?:,"?[A-Za-z][\w .()-]{0,40}"?){1,30}\r?$/;

/** The line of CSV that was asked about last, and what heads its columns. */
let row: { readonly text: string; readonly begin: number; readonly header: number; readonly columns: readonly string[] } | undefined;

/** What the column is called that the value at `start` stands in, of a table in CSV or of an `INSERT` of SQL; undefined where it stands in none. */
export const nameOfColumn = (text: string, start: number): string | undefined => columnOfTable(text, start) ?? columnOfInsert(text, start);

const forgetRow = () => {
  row = undefined;
};

/** The header of the column that the value at `start` stands in, where it is a field of a line of CSV, and not its first; undefined where it is none, or the header begins too far before it. */
function columnOfTable(text: string, start: number): string | undefined {
  const begin = text.charCodeAt(start - 1) === quote ? start - 1 : start;
  if (begin === 0 || text.charCodeAt(begin - 1) !== comma) return undefined;
  const first = Math.max(0, begin - headerReach);
  let ofRow = begin - 1;
  while (ofRow > first && text.charCodeAt(ofRow - 1) !== lineFeed) ofRow--;
  if (ofRow === first) return undefined;
  if (row === undefined) whenForgetting(forgetRow);
  if (row?.begin !== ofRow || row.text !== text) row = rowAt(text, ofRow);
  if (row.header < first) return undefined;
  let [column, inQuotes] = [0, false];
  for (let at = ofRow; at < begin; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) inQuotes = !inQuotes;
    else if (unit === comma && !inQuotes) column++;
  }
  return inQuotes ? undefined : row.columns[column];
}

/** The line of CSV that begins at `begin`, with the nearest header above it; its place is -1 where there is none. */
function rowAt(text: string, begin: number): NonNullable<typeof row> {
  const first = Math.max(0, begin - headerReach);
  for (let end = begin - 1; end > first; ) {
    const line = Math.max(text.lastIndexOf('\n', end - 1) + 1, 0);
    if (line < first) break;
    const columns = text.slice(line, end);
    if (header.test(columns)) return { text, begin, header: line, columns: columns.trim().replaceAll('"', '').split(',') };
    end = line - 1;
  }
  return { text, begin, header: -1, columns: [] };
}

const insert = /\(([\w\s,"`.]{3,400})\)\s{0,8}values\s{0,8}\(((?:[^()';]|'[^'\n]{0,200}'){0,200})$/i;

/** The column of the value at `start` where it is a string among the first values of an `INSERT` of SQL; undefined where it is none. */
function columnOfInsert(text: string, start: number): string | undefined {
  if (text.charCodeAt(start - 1) !== apostrophe || !/[,(]/.test(text[start - 2] === ' ' ? text[start - 3]! : (text[start - 2] ?? '')))
    return undefined;
  const [, columns, before] = insert.exec(text.slice(Math.max(0, start - 1 - insertReach), start - 1)) ?? [];
  if (columns === undefined) return undefined;
  const index = before!.replace(/'[^']*'/g, '').split(',').length - 1;
  return columns.split(',')[index]?.replace(/[\s"`]/g, '');
}

const insertReach = 600;
