// Secrets of AWS in the columns of a table in CSV, which its header names.
import { tableBelow, valuesAt } from '../columns.ts';
import { markAfter, setOf } from '../engine/matcher.ts';
import { Names } from '../evidence.ts';
import { looksRandom40 } from '../randomness.ts';
import { remembered } from '../remembered.ts';
import { base62, base64, type Checked, type State } from './rule.ts';
import { endOfRun, tableOf } from './shape.ts';

export const secretLength = 40;

const restOfColumn = /[\w .()-]{0,40}"?(?:[,;]"?[A-Za-z]|\r?\n)/y;
/** What is no header is not read again so far, up to a sign that stands in none or the end of its line. */
const noHeader = /[\w .()",;-]{0,48}/y;
/** A value may begin so far behind the name of its column that the first pass leads to. */
const firstRow = 400;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const valueBelow = { set: setOf(base64), length: secretLength, most: secretLength, within: firstRow };
const ofColumn = `${base62}_ .()-"`;
/** Such a one, behind what `restOfColumn` lets stand there: a program is full of the word. */
export const valuesBelow = [
  markAfter(',;', ofColumn, 42, markAfter(`${letters}"`, '', 1, valueBelow)),
  markAfter('\n', `${ofColumn}\r`, 43, valueBelow),
];

/** The secrets below a header of a table, in which the word `secret` ends at `end`. */
export function secretsBelow(text: string, end: number): Checked | undefined {
  restOfColumn.lastIndex = end;
  if (!restOfColumn.test(text)) return undefined;
  const table = tableBelow(text, end, isOfSecrets);
  if (table !== undefined) return secretsInRow(text, table.begin, table.state);
  noHeader.lastIndex = end;
  noHeader.test(text);
  return { next: noHeader.lastIndex };
}

const isOfSecrets = remembered((name) => new Names(name, 0, name.length, name.length).evidence === 'named');

/** The secrets in a line of a table. */
export function secretsInRow(text: string, at: number, state: State): Checked {
  const values = valuesAt(text, at, state, (start, end) => end - start === secretLength && isSecret(text, start, end));
  if (values === undefined) return { next: at };
  const { next } = values;
  const [match, ...more] = values.places;
  return { match, more, next, state: next < text.length ? state : undefined };
}

const isSecret = (text: string, start: number, end: number): boolean =>
  endOfRun(text, start, end, ofBase64) === end && looksRandom40(text, start, end);

const ofBase64 = tableOf(base64);
