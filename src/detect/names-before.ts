import type { Sliceable } from './chunked-text.ts';
import { mayBeField, nameOfColumn, nameOfFirstColumn } from './columns.ts';
import { beginsDefault } from './engine/run-places.ts';
import { holder, Names, plainWords } from './evidence.ts';
import { isSame, remembered, rememberedPlace, whenForgetting } from './remembered.ts';
import { unitAt } from './unit-at.ts';

// Where the names of a value stand, and how they are read.

/** So far before a value its names stand. */
export const namesReach = 200;
/** By UTF-16 unit: what it may be. A blank may be both. */
const kinds = new Uint8Array(65536);
const [separator, inName, inValue, ofStatement] = [1, 2, 4, 8];
for (const character of '\t\r\n"\'`=:><,()[]{}|~?+\\!;@&* ') kinds[character.charCodeAt(0)]! |= separator;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/ ') kinds[character.charCodeAt(0)]! |= inName;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/=') kinds[character.charCodeAt(0)]! |= inValue;
for (const character of '\r\n;{}=:') kinds[character.charCodeAt(0)]! |= ofStatement;
/** More of a name is not read. */
export const longestName = 64;
const longestFiller = 8;
const filler = /^(?:android|value|val|string|str|default|text|data|literal|constant|optional|option|is|are|to|the|set|key|[a-z]{1,2})$/i;

/**
 * The names before a value, a line each, the nearest first: what stands between separators, with words that only say "a value follows" (`value`,
 * `string`, …) passed over, and the variable that a value is the default of (`${NAME:-`). At most three, from the 200 units before.
 */
export const namesBefore = (text: string, start: number): string => readNames(text, start).names.lines;

/** Names that were read before the value at `value`, and from where on the text tells that they are these; 0 where that is not enough. */
interface Read {
  readonly names: Names;
  readonly value: number;
  readonly from: number;
  /** Where the farthest name begins. */
  readonly start: number;
  /** Where the name ends that begins at `start`. */
  readonly end: number;
}

/** The names before a value; those of one of the others where they are the same. */
function readNames(text: string, start: number, others: readonly Read[] = []): Read {
  let lines = '';
  let nearest = 0;
  let isTelling = true;
  let [from, nameStart, nameEnd] = [0, 0, 0];
  const first = Math.max(0, start - namesReach);
  // where it stands behind `=`, that separates them anyway
  let at = unitAt(text, start - 1) === dash && beginsDefault(text, start) ? start - 1 : start;
  for (let turn = 0; turn < 3; turn++) {
    at = separatorStart(text, at, first);
    let end = at;
    const lowest = Math.max(first, end - longestName);
    nameEnd = end;
    at = beginOfName(text, lowest, end);
    let begin = at;
    while (begin < end && isAround(text.charCodeAt(begin))) begin++;
    while (begin < end && isAround(text.charCodeAt(end - 1))) end--;
    if (begin === end) break;
    const written = begin;
    if (turn === 0) begin = behindCommand(text, begin, end);
    const goesOn = turn === 0 && unitAt(text, at - 1) === brace && text.startsWith('${', at - 2) && beginsDefault(text, start);
    if (goesOn) at -= 2;
    const isClosing = turn > 0 && text.startsWith('</', begin - 2); // `<name>…</name><value>`
    const isLast = !goesOn && !isClosing && (end - begin > longestFiller || !filler.test(text.slice(begin, end)));
    if (turn === 0) {
      if (isLast) {
        const names = sameNames(others, text, begin, end, end - begin) ?? new Names(text, begin, end, end - begin);
        return { names, value: start, from: tellsFrom(text, at, nameEnd, lowest), start: at, end: nameEnd };
      }
      nearest = end - begin;
      lines = text.slice(begin, end) + nameOfVariable(text, first, begin, end);
      isTelling = begin === written && !isDefault(text, begin, end);
    } else lines += `\n${text.slice(begin, end)}`;
    if (isLast) {
      if (isTelling) from = tellsFrom(text, at, nameEnd, lowest);
      nameStart = at;
      break;
    }
    // what ends there and may be a value may begin anywhere
    isTelling &&= unitAt(text, at - 1) !== space;
  }
  const names = sameNames(others, lines, 0, lines.length, nearest) ?? new Names(lines, 0, lines.length, nearest);
  return { names, value: start, from, start: nameStart, end: nameEnd };
}

// with a blank behind `config`, most tools are told their own token
const command = /\b(?:(?:secrets?|env|variables?)(?:[ :]|[ \t]--)|config:)(?:set|put|add)[ \t]/;
const optionOfCommand = /[ \t]--(?:auth|token|api-key)[ =]["']?$/;

const shortestCommand = 'env set '.length;

/** Where a name begins that is given to a command which sets it, as in `fly secrets set NAME=…`: the command's own words say nothing of the value. */
function behindCommand(text: string, begin: number, end: number): number {
  if (!mayHoldCommand(text, begin + shortestCommand, end)) return begin;
  const found = command.exec(text.slice(begin, end));
  return found === null ? begin : begin + found.index + found[0].length;
}

/** Does a blank stand between two places behind what may be the last letter of `set`, `put` or `add`? */
function mayHoldCommand(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at - 1) !== space) continue;
    const before = text.charCodeAt(at - 2);
    if (before === smallD || before === smallT) return true;
  }
  return false;
}

/** Does a command that sets a name stand between two places, and is what follows not what it signs in with itself, as behind `--token`? */
export const holdsCommand = (between: string): boolean => command.test(between) && !optionOfCommand.test(between);

/** Those of some names that are what stands between two places of a text. */
function sameNames(reads: readonly Read[], text: string, start: number, end: number, nearest: number): Names | undefined {
  for (const { names } of reads)
    if (names.nearest === nearest && isSame(names.text, names.start, names.end, text, start, end)) return names;
  return undefined;
}

/** On a line of its own, the name of the variable of Terraform whose default follows behind the name from `begin` to `end`; empty where there is none. */
function nameOfVariable(text: string, first: number, begin: number, end: number): string {
  if (!isDefault(text, begin, end)) return '';
  const [, name] = headOfVariable.exec(text.slice(first, begin)) ?? [];
  return name === undefined ? '' : `\n${name}`;
}

const isDefault = (text: string, begin: number, end: number): boolean =>
  end - begin === 'default'.length && text.startsWith('default', begin);

const headOfVariable = /\bvariable[ \t]{1,4}"([\w-]{1,64})"[ \t]{1,4}\{[^{}]{0,200}$/;

// What separates a name from its value is told by so many units before it at most.
const mostTelling = 6;

/**
 * From where on the name that was read last and the unit before it tell what the name is; 0 where they do not, as a dash alone may be that of a shell's default, and a quote the end of what Android says.
 * Where a blank stands in it, what ends there and may be a value must not begin before the name.
 */
function tellsFrom(text: string, start: number, end: number, lowest: number): number {
  const from = Math.min(start, end - mostTelling) - 1;
  if (from < lowest || end - start === 1 || text.charCodeAt(end - mostTelling) === quote) return 0;
  const before = text.charCodeAt(start - 1);
  return before !== brace && ((kinds[before]! & inValue) === 0 || !text.slice(start, end).includes(' ')) ? from : 0;
}

/** Do the names that were read stand before the value at `start` too? */
function standBefore(text: string, start: number, read: Read): boolean {
  if (read.from === 0) return false;
  const by = start - read.value;
  if (read.from + by < 0 || !isSame(text, read.from, read.value, text, read.from + by, start)) return false;
  const before = read.start - 1 + by;
  return text.charCodeAt(before) !== space || endsValue(text, Math.max(0, start - namesReach, read.end + by - longestName), before);
}

/**
 * Where what separates a name from a value begins that ends before `at`: signs, arrows (`->`, R's `<-`) and block marks of YAML (`>-`), escapes of quotes and of `=` and `:`, and what
 * Android's resources say of a text that is not translated.
 */
function separatorStart(text: string, at: number, first: number): number {
  for (;;) {
    const before = at;
    while (at > first && kinds[text.charCodeAt(at - 1)]! & separator) at--;
    if (unitAt(text, at - 1) === dash && (text[at] === '>' || '<>|'.includes(text[at - 2]!))) at--;
    else if (unitAt(text, at) === semicolon || unitAt(text, at - 3) === percent) at -= escapeLength(text, at);
    else if (unitAt(text, at - 6) === quote && text.startsWith(untranslated, at - untranslated.length)) at -= untranslated.length;
    if (at === before || at < first) return Math.max(at, first);
  }
}

const [quote, percent, dash, semicolon, brace] = [34, 37, 45, 59, 123];
const untranslated = 'translatable="false';
const entity = /&(?:quot|apos|#34|#39)$/;

/** How long the escape is that ends before `at`: `%3D`, or `&quot` before its semicolon; 0 where there is none. */
function escapeLength(text: string, at: number): number {
  if (text[at] === ';') return entity.exec(text.slice(Math.max(0, at - 5), at))?.[0].length ?? 0;
  return /^%(?:3[AaDd]|22|27)$/.test(text.slice(at - 3, at)) ? 3 : 0;
}

/** Where the name begins that ends at `end`, but not before `first`: what a value says by chance that stands before a blank is no name of the next. */
function beginOfName(text: string, first: number, end: number): number {
  for (let at = end; at > first; at--) {
    const unit = text.charCodeAt(at - 1);
    if ((kinds[unit]! & inName) === 0 || (unit === space && endsValue(text, first, at - 1))) return at;
  }
  return first;
}

/** Does something end at `end` that is as long as a value, and holds digits as hardly any name does? */
function endsValue(text: string, first: number, end: number): boolean {
  let digits = 0;
  for (let at = end - 1; at >= first; at--) {
    const unit = text.charCodeAt(at);
    if ((kinds[unit]! & inValue) === 0) return false;
    if (unit >= digit0 && unit <= digit9) digits++;
    if (digits >= 2 && end - at >= 20) return true;
  }
  return false;
}

const mostPlaces = 64;
let asked = '';
/** What was read of it last: a few values may stand there in turn. */
let reads: Read[] = [];
let oldest = 0;
const mostReads = 4;
/**
 * By the fourth of a place, as far as so many go: the place that was asked about last, and its names. Values hardly begin nearer to each other, so those keep theirs that a rule reads ahead, of which it
 * asks a second time when it comes to them.
 */
const starts = new Float64Array(mostPlaces);
const namesAtPlaces: (Names | undefined)[] = new Array(mostPlaces).fill(undefined);
let inColumn: { readonly names: Names; readonly name: string; readonly all: Names } | undefined;
const forgetNames = () => {
  asked = '';
  reads = [];
  oldest = 0;
  inColumn = undefined;
  namesAtPlaces.fill(undefined);
};

/** Where the nearest of the names before the value at `start` begins. A dozen rules may ask about the same value. */
export const beginOfNearest = rememberedPlace((text, start) => {
  if (mayBeField(text, start) && nameOfFirstColumn(text, start) !== undefined) return start;
  const { nearest } = namesAt(text, start);
  const first = Math.max(0, start - namesReach);
  let end = separatorStart(text, start, first);
  while (end > first && isAround(text.charCodeAt(end - 1))) end--;
  return end - nearest;
});

/** What is known of the names before a value, which several rules ask about in turn. Those of a value and of the one before it are mostly the same. */
export function namesAt(text: string, start: number): Names {
  if (text !== asked) {
    if (asked === '') whenForgetting(forgetNames);
    forgetNames();
    asked = text;
  }
  const place = (start >> 2) % mostPlaces;
  const known = namesAtPlaces[place];
  if (known !== undefined && starts[place] === start) return known;
  const names = readAt(text, start);
  starts[place] = start;
  namesAtPlaces[place] = names;
  return names;
}

function readAt(text: string, start: number): Names {
  if (!mayBeField(text, start)) return readBefore(text, start);
  const first = nameOfFirstColumn(text, start);
  if (first !== undefined) return namesOfColumn(first);
  const own = readBefore(text, start);
  const column = nameOfColumn(text, start);
  return column === undefined || holder.test(column) ? own : withAnother(own, column);
}

const namesOfColumn = remembered((name) => new Names(name, 0, name.length, name.length));

/** Those that stand before a value where it stands: of what was read last, if they are the same. */
function readBefore(text: string, start: number): Names {
  for (const read of reads) if (standBefore(text, start, read)) return read.names;
  const read = readNames(text, start, reads);
  for (let index = 0; index < reads.length; index++) {
    if (reads[index]!.names !== read.names) continue;
    reads[index] = read;
    return read.names;
  }
  reads[oldest] = read;
  oldest = (oldest + 1) % mostReads;
  return read.names;
}

/** The names, and one more that is farther from the value than they are: those of the value before it where they are the same. */
function withAnother(names: Names, name: string): Names {
  if (inColumn?.names !== names || inColumn.name !== name) {
    const all = `${names.lines}\n${name}`;
    inColumn = { names, name, all: new Names(all, 0, all.length, names.nearest) };
  }
  return inColumn.all;
}

const [space, slash, digit0, digit9, smallD, smallT] = [32, 47, 48, 57, 100, 116];

/** Is this unit one that stands around a name, and is no part of it? */
const isAround = (unit: number): boolean => unit === space || unit === slash;

/** What the value of the line is given to in which a value stands: `secretAccessKey` in `secretAccessKey: process.env.KEY ?? "…"`. Empty where that is another part of it. */
export function nameOfStatement(text: string, start: number): string {
  const first = Math.max(0, start - namesReach);
  for (let at = start - 1; at > first; at--) {
    const unit = text.charCodeAt(at);
    if ((kinds[unit]! & ofStatement) === 0) continue;
    if (unit !== equals && unit !== colon) return '';
    const next = withoutSign(text, at, first);
    if (next === at) return nameOfSign(text.slice(Math.max(first, at - longestGivenTo), at));
    at = next;
  }
  return '';
}

const [equals, colon] = [61, 58];
const longestTernary = 80;
const longestGivenTo = 80;

/** Where a sign at `at` begins that gives a value to nothing (`==`, `!=`, `::`, `default=`, the `? … :` of a condition); `at` where it gives one. */
function withoutSign(text: string, at: number, first: number): number {
  const before = text[at - 1];
  if (text[at] === '=') return before === '=' || before === '!' ? at - 1 : text.startsWith('default', at - 7) ? at - 7 : at;
  if (before === ':') return at - 1;
  for (let place = at - 1; place > first && at - place < longestTernary && text[place] !== ':'; place--) {
    if (text[place] === '?') return place;
  }
  return at;
}

/** The name that a sign behind it gives a value to: the last word of what stands before that, with quotes, brackets and the sign's first half. */
function nameOfSign(before: string): string {
  let end = before.length;
  while (end > 0 && ' \t"\'])`:'.includes(before[end - 1]!)) end--;
  let start = end;
  while (start > 0 && (kinds[before.charCodeAt(start - 1)]! & inName) !== 0 && !isAround(before.charCodeAt(start - 1))) start--;
  return before.slice(start, end);
}

/** What the names before a half of a key say beside what it is: `BILLING_AWS_SECRET_ACCESS_KEY` is the `billing` one. They begin behind `from`. */
export function wordsBefore(text: Sliceable, start: number, from = 0): string[] {
  const before = text.slice(Math.max(from, start - namesReach), start);
  const words = namesBefore(before, before.length).split(/(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+/);
  return words.map((word) => word.toLowerCase()).filter((word) => word !== '' && !plainWords.has(word) && !keyWords.test(word));
}

const keyWords =
  /^(?:aws|amazon|s3|iam|boto|sdk|access|accesskey|accesskeyid|keyid|secretkey|secretaccesskey|secret|secrets|keys|credentials?|creds|id)$/;
