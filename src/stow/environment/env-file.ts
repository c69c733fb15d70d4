import { type DotenvEntry, parseDotenv, withValue } from '../dotenv.ts';
import { inOrder, type TextEdit } from '../edit.ts';

/** A variable that `.env` is to hold: the reference, and what the reference stands for. */
export interface Referring {
  readonly variable: string;
  readonly reference: string;
  readonly value: string;
}

/** Edits of `.env`: what only adds to it, and what takes a secret out that lay there too. */
export interface EnvFileEdits {
  readonly added: readonly TextEdit[];
  readonly removed: readonly TextEdit[];
}

/** The variable itself, or one like it, where the file has it already with another value. */
export function freeVariable(text: string, wanted: string, { reference, value }: Pick<Referring, 'reference' | 'value'>): string {
  const entries = parseDotenv(text);
  const isFree = (name: string) => entries.every((entry) => entry.name !== name || [reference, value].includes(entry.value));
  let name = wanted;
  for (let i = 2; !isFree(name); i++) name = `${wanted}_${i}`;
  return name;
}

/** The edits that let `.env` hold the references, each in a line of its own at its end, unless it has them already. */
export function editEnvFile(text: string, referring: readonly Referring[]): EnvFileEdits {
  const entries = parseDotenv(text);
  const entryOf = ({ variable }: Referring): DotenvEntry | undefined => entries.findLast(({ name }) => name === variable);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const missing = referring.filter((one) => entryOf(one) === undefined);
  const lines = missing.map(({ variable, reference }) => `${variable}=${reference}${newline}`).join('');
  const open = text === '' || text.endsWith('\n') ? '' : newline;
  const removed = referring.flatMap((one) => {
    const entry = entryOf(one);
    return entry === undefined || entry.value === one.reference ? [] : [withValue(entry, one.reference)];
  });
  return { added: lines === '' ? [] : [{ start: text.length, end: text.length, text: `${open}${lines}` }], removed: inOrder(removed) };
}
