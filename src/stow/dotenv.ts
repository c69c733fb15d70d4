import { basename } from 'node:path';
import { message } from '../message.ts';
import {
  type Edited,
  inOrder,
  type KeyPairPlace,
  lineAt,
  profileNote,
  type Refused,
  refuse,
  type SecretPlace,
  standsAt,
  type TextEdit,
} from './edit.ts';

/** Whether a file is one of environment variables, by its name. */
export function isDotenv(path: string): boolean {
  return /^\.env(\..+)?$|\.env$/i.test(basename(path));
}

/** One assignment of a `.env` file. `start` to `end` is the whole of its lines with the last line's end; `value*` leaves the quotes out. */
export interface DotenvEntry {
  readonly name: string;
  /** What a program gets: without quotes, with the escapes of double quotes resolved. */
  readonly value: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly quote: '' | "'" | '"' | '`';
  readonly start: number;
  readonly end: number;
}

type Quote = DotenvEntry['quote'];

const isSpace = (char: string | undefined): boolean => char !== undefined && /\s/.test(char);
const isBreak = (char: string | undefined): boolean => char === undefined || char === '\n' || char === '\r';
const isNameChar = (char: string | undefined): boolean => char !== undefined && /[\w.-]/.test(char);
const isQuote = (char: string | undefined): char is Exclude<Quote, ''> => char === "'" || char === '"' || char === '`';

function skip(text: string, at: number, goesOn: (char: string | undefined) => boolean): number {
  let end = at;
  while (end < text.length && goesOn(text[end])) end++;
  return end;
}

const lineEnd = (text: string, at: number): number => skip(text, at, (char) => !isBreak(char));

const afterSpace = (text: string, at: number): number => (text.startsWith('\r\n', at) ? at + 2 : at + 1);

const afterLine = (text: string, at: number): number => {
  const end = lineEnd(text, at);
  return text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length);
};

/**
 * The assignments of a `.env` file in their order, read by the rules of the package `dotenv`: `export`, `NAME: value`, three kinds of quotes,
 * values over many lines, and comments. Linear in the text's length. A name that stands twice gives two entries; programs see the last.
 */
export function parseDotenv(text: string): DotenvEntry[] {
  const entries: DotenvEntry[] = [];
  for (let at = skip(text, 0, isSpace); at < text.length; at = skip(text, at, isSpace)) {
    const entry = readEntry(text, at);
    if (entry) entries.push(entry);
    at = entry ? entry.end : afterLine(text, at);
  }
  return entries;
}

function readEntry(text: string, at: number): DotenvEntry | undefined {
  const exported = text.startsWith('export', at) && isSpace(text[at + 6]) ? skip(text, at + 6, isSpace) : at;
  return (exported > at ? readAssignment(text, at, exported) : undefined) ?? readAssignment(text, at, at);
}

function readAssignment(text: string, at: number, nameStart: number): DotenvEntry | undefined {
  const nameEnd = skip(text, nameStart, isNameChar);
  if (nameEnd === nameStart) return undefined;
  const equals = skip(text, nameEnd, isSpace);
  const behind =
    text[equals] === '=' ? equals + 1 : isSpace(text[nameEnd + 1]) && text[nameEnd] === ':' ? afterSpace(text, nameEnd + 1) : undefined;
  if (behind === undefined) return undefined;
  const start = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  return { name: text.slice(nameStart, nameEnd), nameStart, nameEnd, start: at === 0 ? 0 : start, ...readValue(text, behind) };
}

function readValue(text: string, at: number): Pick<DotenvEntry, 'value' | 'valueStart' | 'valueEnd' | 'quote' | 'end'> {
  const open = skip(text, at, isSpace);
  const quote = text[open];
  if (isQuote(quote)) {
    const close = closingQuote(text, open, quote);
    if (close !== undefined) return found(text, open + 1, close, quote, close + 1);
  }
  const stop = skip(text, at, (char) => !isBreak(char) && char !== '#');
  const valueStart = Math.min(
    skip(text, at, (char) => isSpace(char) && !isBreak(char)),
    stop,
  );
  const valueEnd = valueStart + text.slice(valueStart, stop).trimEnd().length;
  const first = text[valueStart];
  if (valueEnd - valueStart > 1 && isQuote(first) && text[valueEnd - 1] === first) {
    return found(text, valueStart + 1, valueEnd - 1, first, stop);
  }
  const value = first === '"' ? unescaped(text.slice(valueStart, valueEnd)) : text.slice(valueStart, valueEnd);
  return { value, valueStart, valueEnd, quote: '', end: afterLine(text, stop) };
}

function found(text: string, valueStart: number, valueEnd: number, quote: Quote, from: number) {
  const raw = text.slice(valueStart, valueEnd).replace(/\r\n?/g, '\n');
  return { value: quote === '"' ? unescaped(raw) : raw, valueStart, valueEnd, quote, end: afterLine(text, from) };
}

const unescaped = (value: string): string => value.replace(/\\n/g, '\n').replace(/\\r/g, '\r');

/** The last quote that ends the value: only a comment may follow it on its line, and only one behind a backslash may be passed over. */
function closingQuote(text: string, open: number, quote: string): number | undefined {
  let close: number | undefined;
  for (let at = text.indexOf(quote, open + 1); at !== -1; at = text.indexOf(quote, at + 1)) {
    const next = text[skip(text, at + 1, (char) => isSpace(char) && !isBreak(char))];
    if (isBreak(next) || next === '#') close = at;
    if (text[at - 1] !== '\\') break;
  }
  return close;
}

const accessKeyIdName = 'AWS_ACCESS_KEY_ID';
const secretAccessKeyName = 'AWS_SECRET_ACCESS_KEY';
const sessionTokenName = 'AWS_SESSION_TOKEN';
const profileNames: readonly string[] = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
const regionNames: readonly string[] = ['AWS_REGION', 'AWS_DEFAULT_REGION'];

/** The two variables of a key pair. `standard`: they are the names that every AWS SDK reads by itself. */
export interface DotenvPair {
  readonly accessKeyId: DotenvEntry;
  readonly secretAccessKey: DotenvEntry;
  readonly standard: boolean;
}

function entryAt(text: string, entries: readonly DotenvEntry[], place: SecretPlace): DotenvEntry | Refused {
  const line = lineAt(text, place.start);
  if (!standsAt(text, place)) return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
  const entry = entries.find(({ valueStart, valueEnd }) => valueStart === place.start && valueEnd === place.end);
  return (
    entry ??
    refuse('The secret on line {line} is not the whole value of a variable. Give it a variable of its own, then stow it.', { line })
  );
}

function onlyOnce(text: string, entries: readonly DotenvEntry[], { name }: DotenvEntry): Refused | undefined {
  const [first, second] = entries.filter((entry) => entry.name === name);
  if (!first || !second) return undefined;
  return refuse('{name} stands on line {first} and again on line {second}. Keep the one that you use, then stow it.', {
    name,
    first: lineAt(text, first.nameStart),
    second: lineAt(text, second.nameStart),
  });
}

function pairIn(text: string, entries: readonly DotenvEntry[], pair: KeyPairPlace): DotenvPair | Refused {
  const accessKeyId = entryAt(text, entries, pair.accessKeyId);
  if ('refused' in accessKeyId) return accessKeyId;
  const secretAccessKey = entryAt(text, entries, pair.secretAccessKey);
  if ('refused' in secretAccessKey) return secretAccessKey;
  const doubled = onlyOnce(text, entries, accessKeyId) ?? onlyOnce(text, entries, secretAccessKey);
  if (doubled) return doubled;
  return {
    accessKeyId,
    secretAccessKey,
    standard: accessKeyId.name === accessKeyIdName && secretAccessKey.name === secretAccessKeyName,
  };
}

/** The variables that hold the pair, whose names decide which shape of reference works; refused where a value holds more than the key. */
export function findDotenvPair(text: string, pair: KeyPairPlace): DotenvPair | Refused {
  return pairIn(text, parseDotenv(text), pair);
}

/** A command that starts a program with the references of a `.env` file resolved. */
export function execWith(fileName: string): string {
  const argument = /^[\w./-]+$/.test(fileName) ? fileName : `"${fileName}"`;
  return `keystow exec --env-file ${argument} -- …`;
}

/** The command before which the variables of `.env` are set, with their references resolved. */
export const execBefore = (command: string): string => `keystow exec --env-file .env -- ${command}`;

/** What a person must know of references in a `.env` file. */
export const execNote = () =>
  message('Start the program with the command shown: without it, the program gets the reference in place of the secret.');

/**
 * The edits that take an AWS key pair out of a `.env` file.
 *
 * - `profile`: the first of the key lines becomes `AWS_PROFILE=p` (or the profile line that is there is changed), the others and the session
 *   token go, the region stays. For standard names that no file of the workspace reads.
 * - `references`: each value becomes `keystow://p/…`, which `keystow exec` resolves.
 */
export function editDotenvPair(
  text: string,
  pair: KeyPairPlace,
  options: { profile: string; shape: 'profile' | 'references'; fileName: string },
): Edited | Refused {
  const entries = parseDotenv(text);
  const place = pairIn(text, entries, pair);
  if ('refused' in place) return place;
  const tokens = entries.filter(({ name }) => name === sessionTokenName);
  return options.shape === 'profile'
    ? leaveProfile(entries, place, tokens, options.profile)
    : leaveReferences(place, tokens, options.profile, options.fileName);
}

function leaveProfile(
  entries: readonly DotenvEntry[],
  { accessKeyId, secretAccessKey, standard }: DotenvPair,
  tokens: readonly DotenvEntry[],
  profile: string,
): Edited | Refused {
  if (!standard) {
    return refuse('{id} and {secret} are not the names that AWS SDKs read, so a profile cannot take their place. Use references instead.', {
      id: accessKeyId.name,
      secret: secretAccessKey.name,
    });
  }
  const profiles = entries.filter(({ name }) => profileNames.includes(name));
  const [first, second] = inFileOrder([accessKeyId, secretAccessKey]);
  const edits: TextEdit[] = [...[second, ...tokens].map(withoutLine), ...profiles.map((entry) => withValue(entry, profile))];
  if (profiles.length > 0) edits.push(withoutLine(first));
  else edits.push({ start: first.nameStart, end: first.nameEnd, text: 'AWS_PROFILE' }, withValue(first, profile));
  return {
    edits: inOrder(edits),
    notes: [
      profileNote(profile),
      message('A profile or keys that the environment already holds when the program starts win over this file.'),
    ],
    ...(entries.some(({ name }) => regionNames.includes(name)) ? {} : { takesRegionFromProfile: true }),
  };
}

function leaveReferences(
  { accessKeyId, secretAccessKey }: DotenvPair,
  tokens: readonly DotenvEntry[],
  profile: string,
  fileName: string,
): Edited {
  return {
    edits: inOrder([
      withValue(accessKeyId, `keystow://${profile}/access-key-id`),
      withValue(secretAccessKey, `keystow://${profile}/secret-access-key`),
      ...tokens.map(withoutLine),
    ]),
    notes: [profileNote(profile), execNote()],
    runAfterwards: execWith(fileName),
  };
}

/** The edit that puts a reference (`keystow://<group>/<name>`) in the place of a secret that is the whole value of a variable. */
export function editDotenvSecret(text: string, place: SecretPlace, reference: string, options: { fileName: string }): Edited | Refused {
  const entry = entryAt(text, parseDotenv(text), place);
  if ('refused' in entry) return entry;
  return { edits: [withValue(entry, reference)], notes: [execNote()], runAfterwards: execWith(options.fileName) };
}

function inFileOrder([a, b]: [DotenvEntry, DotenvEntry]): [DotenvEntry, DotenvEntry] {
  return a.start < b.start ? [a, b] : [b, a];
}

const withoutLine = ({ start, end }: DotenvEntry): TextEdit => ({ start, end, text: '' });

/** The entry's value replaced in the quotes that it has; quotes are added or changed only where the value needs it. */
export function withValue({ quote, valueStart, valueEnd }: DotenvEntry, value: string): TextEdit {
  const outer = quote.length;
  const fitting = fits(value, quote) ? quote : (["'", '"', '`'] as const).find((other) => fits(value, other));
  if (fitting === undefined) throw new Error('No quotes of a .env file can hold the value.');
  if (fitting === quote) return { start: valueStart, end: valueEnd, text: value };

  return { start: valueStart - outer, end: valueEnd + outer, text: `${fitting}${value}${fitting}` };
}

function fits(value: string, quote: Quote): boolean {
  if (quote === '') return /^[\w.@+:/-]+$/.test(value);
  return !value.includes(quote) && !/[\r\n]/.test(value) && !(quote === '"' && value.includes('\\')) && !value.endsWith('\\');
}
