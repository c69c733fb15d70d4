// How a value that has a name stands in code, configuration, markup and commands.
import { setOf } from '../engine/matcher.ts';
import { whenForgetting } from '../remembered.ts';
import { base62 } from '../rules/rule.ts';
import { tableOf } from '../rules/shape.ts';
import { unitAt } from '../unit-at.ts';

/** A name and the value that it is given. */
export interface Assignment {
  /** The name as it is written: `config.db_password`. */
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Whether the value stands in quotes. */
  readonly quoted: boolean;
}

const longestName = 64;
const longestValue = 300;
const ofName = setOf(`${base62}_.$-`).bytes;
/** May a name hold this UTF-16 unit? */
const isInName = (unit: number): boolean => ofName[unit] === 1;

const quote = '\\\\{0,3}["\'`]';
const gap = '[ \\t]{0,20}';
const operator = '(?:===?|!==?|:=|=>|\\?\\?=|\\|\\|=|\\+=|\\.=|->|=|:)';
// `: String`, ` string`: what a language calls a text between a name and its value
const type =
  '(?:(?:[ \\t]{0,2}:[ \\t]{0,2}|[ \\t]{1,4})&?(?:[Ss]tring|str|String\\?|char ?\\*|text|Optional\\[str\\]|[Ss]tring ?\\| ?\\w{4,9}))?';

/** What may stand between a name and its value, the value's own quote not included. */
const links: readonly RegExp[] = [
  `(?:${quote})?[)\\]]{0,2}${type}${gap}${operator}${gap}(?:\\(${gap}(?=${quote}))?`,
  `\\(${gap}(?=${quote})`, // .password("…")
  `${quote}${gap},${gap}(?=${quote})`, // ("api_token", "…")
  `${quote}[ \\t]{1,8}value${gap}=${gap}`, // <add key="password" value="…"/>
  `${quote}?${gap}\\r?\\n[ \\t]{1,20}(?:${quote})?value(?:${quote})?${gap}[:=]${gap}`, // - name: PASSWORD, and its value on the next line
].map((link) => new RegExp(link, 'y'));
const prose = new RegExp(`(?: for [^\\n"'\`]{1,40})?(?:${quote})? is (?:set to )?(?=${quote})`, 'y');
const element = /\s{0,8}>\s{0,40}(?=[^<>\s])/y;
const argument = /[ \t=]{1,4}/y;

const openingQuote = /(?:[rbuLf@$]{1,2})?(\\{0,3})(["'`])/y;
const scheme = /(?:bearer|basic|token|api-?key|api-?token|apitoken|oauth|digest)[ \t]{1,4}/iy;

// What stands before a part of an ARN, and before the name of a template that Helm's users give the checksum of.
const noName = /:[\w*-]{0,20}:$|\bchecksum\/$/;

const mayBelong = tableOf(':/');

/** The end of the name in which `at` stands; at most some 64 units on. */
export function nameEnd(text: string, at: number): number {
  let end = at;
  while (end - at < longestName && isInName(unitAt(text, end))) end++;
  while (end > at && '.$-'.includes(text[end - 1]!)) end--;
  return end;
}

/** The name around a word from `start` to `end`, and the value that it is given there; undefined where it is given none. */
export function assignmentAt(text: string, start: number, end: number): Assignment | undefined {
  let first = start;
  while (first > 0 && start - first < longestName && isInName(text.charCodeAt(first - 1))) first--;
  const name = text.slice(first, end);
  if (mayBelong[unitAt(text, first - 1)] === 1 && noName.test(text.slice(Math.max(0, first - 24), first))) return undefined;
  const at = valueStart(text, first, end);
  if (at === undefined) return undefined;
  const found = valueAt(text, at);
  if (found === undefined) return undefined;
  const { value, start: from, end: to, quoted } = found;
  return { name: isBeforeName(name.charCodeAt(0)) ? name.replace(/^[.$-]+/, '') : name, value, start: from, end: to, quoted };
}

const [inElement, inCommand, elsewhere] = [
  [element, ...links],
  [...links, prose, argument],
  [...links, prose],
];
const [lessThan, slash, dash, space] = [60, 47, 45, 32];
const instruction = /(?:^|[\n ])(?:ENV|ARG) $/;

/** What may follow a name, by what stands before it. */
function formsOf(text: string, first: number): readonly RegExp[] {
  const before = unitAt(text, first - 1);
  if (before === lessThan || (before === slash && unitAt(text, first - 2) === lessThan)) return inElement;
  if (unitAt(text, first) === dash) return /^--?\w/.test(text.slice(first, first + 3)) ? inCommand : elsewhere;
  return before === space && instruction.test(text.slice(Math.max(0, first - 8), first)) ? inCommand : elsewhere;
}

function valueStart(text: string, first: number, end: number): number | undefined {
  for (const form of formsOf(text, first)) {
    form.lastIndex = end;
    if (form.test(text)) return form.lastIndex;
  }
  return undefined;
}

function valueAt(text: string, at: number): Omit<Assignment, 'name'> | undefined {
  openingQuote.lastIndex = at;
  const opening = mayOpen[unitAt(text, at)] === 1 ? openingQuote.exec(text) : null;
  if (opening !== null) {
    // `'"…"'`: what a build script puts into a program has quotes of its own
    const [whole, escape, sign] = opening as unknown as [string, string, string];
    const start = afterScheme(text, at + whole.length);
    const closing = `${escape}${sign}`;
    const close = text.slice(start, start + longestValue + closing.length).indexOf(closing);
    if (close <= 0)
      return close === 0 && /["']/.test(text[start + closing.length] ?? '') ? valueAt(text, start + closing.length) : undefined;
    const value = text.slice(start, start + close);
    const inner = /^(["'])(.+)\1$/.exec(value);
    if (inner !== null) return { value: inner[2]!, start: start + 1, end: start + close - 1, quoted: true };
    return /[\r\n]/.test(value) ? undefined : { value, start, end: start + close, quoted: true };
  }
  const start = afterScheme(text, at);
  const end = endOfBare(text, start);
  if (end === start || end - start === longestValue || /[([{]/.test(text[end] ?? '')) return undefined;
  return { value: text.slice(start, end), start, end, quoted: false };
}

/** May a quote begin with this UTF-16 unit, or what stands before one? */
const mayOpen = tableOf('rbuLf@$\\"\'`');
/** The same of the word before a value in a header, and of what may stand before a name that is no part of it. */
const mayBeScheme = tableOf('bBtTaAoOdD');
const beforeName = tableOf('.$-');
const isBeforeName = (unit: number): boolean => beforeName[unit] === 1;

/** By unit below 128: does it end a value without quotes? */
const endsBare = tableOf(` \t\n\v\f\r"'\`,;<>(){}[]&|\\`);
const isBare = (unit: number): boolean => (unit < 128 ? endsBare[unit] === 0 : !/\s/.test(String.fromCharCode(unit)));

/** What is known to be of values without quotes, so that of many names in it each does not have it read again. */
let known: string | undefined;
let [knownFrom, knownTo] = [0, 0];
const forgetKnown = () => {
  known = undefined;
};

/** Where a value without quotes ends that begins at `start`: no farther than the longest. */
function endOfBare(text: string, start: number): number {
  if (text !== known || start < knownFrom || start > knownTo) {
    if (known === undefined) whenForgetting(forgetKnown);
    known = text;
    knownFrom = knownTo = start;
  }
  const last = Math.min(start + longestValue, text.length);
  while (knownTo < last && isBare(text.charCodeAt(knownTo))) knownTo++;
  return Math.min(knownTo, last);
}

/** After `Bearer ` and the like, which tell how a header's value is to be read. */
function afterScheme(text: string, at: number): number {
  if (mayBeScheme[unitAt(text, at)] !== 1) return at;
  scheme.lastIndex = at;
  return scheme.test(text) ? scheme.lastIndex : at;
}
