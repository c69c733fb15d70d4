// Credentials in a text that is in base 64: a file in a variable of the environment, a value in the data of a Kubernetes Secret. All rules look at what the text says.
import { type Literal, markAfter, setOf } from '../engine/matcher.ts';
import { skipGlue } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { type AnyRule, base62, base64, type Checked, type Encoded, type Rule, type State } from './rule.ts';
import { base64Characters, charactersOf, endOfRun, tableOf } from './shape.ts';

/** How many characters of a group of four stand before those that a word has to itself in base 64, by how many bytes of the group of three do. */
const charactersBefore = [0, 2, 3];

/** The characters that a word has to itself in base 64, with 0, 1 and 2 bytes before it in its group of three. */
const formsOf = (word: string): readonly string[] =>
  charactersBefore.map((first, before) =>
    Buffer.from(`${'\0'.repeat(before)}${word}\0\0`)
      .toString('base64')
      .slice(first, Math.floor(((before + word.length) * 8) / 6)),
  );

/** No credential is shorter. */
const goesOn = [{ set: setOf(`${base64}-_`), length: 16, within: 0 }];

/** What is looked for of the words that rules look for in base 64 too: three forms of each, one after another. */
export const formsFor = (rules: readonly AnyRule[]): readonly Literal[] =>
  [...new Set(rules.flatMap(({ inBase64 = [] }) => inBase64))].flatMap((word) =>
    formsOf(word).map((text): Literal => ({ text, gates: goesOn })),
  );

/** The rule, whose credentials are looked for also in texts in base 64 that hold one of these words. */
export const alsoInBase64 = (rule: Rule, ...words: readonly string[]): Rule => ({
  ...rule,
  format: `${rule.format}; also in a text that is in base64`,
  inBase64: words,
  cases(draw) {
    const { ok, ng } = rule.cases(draw);
    const [first] = ok as readonly [string];
    const encoded = (content: string) => `CONTENT=${Buffer.from(content).toString('base64')}\n`;
    return { ok: [...ok, ...['', '#', '#\n'].map((before) => encoded(`${before}${first}\n`))], ng: [...ng, ...ng.map(encoded)] };
  },
});

const mostBefore = 720;
const longest = 24_000;

/** Base 64 has two alphabets. */
const ofEither = tableOf(charactersOf(`${base64Characters}_-`));
const mayBeIn = (unit: number): boolean => unit < 128 && ofEither[unit] === 1;
const [dash, underscore] = [45, 95];

/** The base 64 around a form of a word, which begins at `at`: the one at a place of their order. Undefined where what stands before it is not in base 64, so that it is no such form. */
export function readAround(text: string, at: number, form: number): Encoded | undefined {
  const group = at - charactersBefore[form % charactersBefore.length]!;
  if (group < 0) return undefined;
  let start = group;
  let end = endOfRun(text, group, group + longest, ofEither);
  if (end < at) return undefined;
  while (group - start < mostBefore && mayBeIn(unitAt(text, start - 1))) start--;
  end = Math.min(end, start + longest);
  start = behindName(text, start, group);
  start += (group - start) % 4;
  const lines = wrappedAt(text, start, end);
  if (lines !== undefined) return { start, end: lines.end, said: decode(lines.value, 0, lines.value.length) };
  while (end - start < longest && text[end] === '=') end++;
  return { start, end };
}

const word = '(?:[a-z]+|[A-Z]+|[A-Z][a-z]+|[0-9]+)';
const nameBefore = new RegExp(`^[-_]*${word}(?:[-_]+${word})*[-_]+$`);

/** Where a value begins that may stand behind a name: one alphabet of base 64 has the dash and the underscore too. What is no whole number of groups before another is none of the value. */
function behindName(text: string, start: number, group: number): number {
  if (start === group) return start;
  const before = text.slice(start, group);
  const end = Math.max(before.lastIndexOf('-'), before.lastIndexOf('_')) + 1;
  const isPart = end === 0 || (before.length % 4 === 0 && !nameBefore.test(before.slice(0, end)));
  return isPart ? start : start + end;
}

/** As PEM and `base64` break lines. */
const lengthsOfLines: readonly number[] = [64, 76];
const shortestEnd = 8;
const sameBeginning = 8;
/** Is each of two pieces a value of its own: does a comma stand between them, or the sign of a comment that does not stand before the first too? */
const divides = (between: string, head: string): boolean =>
  Array.from(between).some((sign) => sign === ',' || ('#/*>;%'.includes(sign) && !head.includes(sign)));

/** The value whose first line stands between two places, and where it ends: other lines follow that are as long, and one that may be shorter, farther in than `indent`; undefined if none does. */
function wrappedAt(text: string, start: number, end: number, indent = -1): { readonly value: string; readonly end: number } | undefined {
  const length = end - start;
  if (!lengthsOfLines.includes(length)) return undefined;
  let value = text.slice(start, end);
  let at = end;
  const head = text.slice(Math.max(0, start - 8), start);
  for (let isLast = false; !isLast && value.length < longest; ) {
    const next = skipGlue(text, at, true);
    const stop = endOfRun(text, next, next + length + 1, ofBase64);
    const last = endOfRun(text, stop, stop + 2, ofPadding);
    // each is a value of its own where two begin so
    if (at === end && text.startsWith(text.slice(start, start + sameBeginning), next)) return undefined;
    if (next === at || stop === next || last - next > length || (last - next) % 4 !== 0 || !endsPiece(text, last)) break;
    const between = text.slice(at, next);
    if (divides(between, head) || between.length - 1 - between.lastIndexOf('\n') <= indent) break;
    isLast = last - next < length || last > stop;
    if (isLast && last === stop && last - next < shortestEnd) break; // may as well be a word
    value += text.slice(next, last);
    at = last;
  }
  return at === end ? undefined : { value, end: at };
}

/** Does a line or a piece of a string end at `at`? */
const endsPiece = (text: string, at: number): boolean => at >= text.length || '\r\n"\'`\\<'.includes(text[at]!);

const sixBits = new Uint8Array(128);
for (let bits = 0; bits < base64.length; bits++) sixBits[base64.charCodeAt(bits)] = bits;
[sixBits[dash], sixBits[underscore]] = [62, 63];

const sixBitsAt = (text: string, at: number): number => sixBits[text.charCodeAt(at)]!;

const longestName = 253;
const [colon, space] = [58, 32];

/** What was decoded last. */
const bytes = Buffer.alloc(longestName + 2 + longest);

/** Puts a name and a colon before what is decoded next. Returns how long they are. */
function putName(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) bytes[at - start] = text.charCodeAt(at);
  bytes[end - start] = colon;
  bytes[end - start + 1] = space;
  return end - start + 2;
}

/** What the base 64 between two places of a text says, behind so much of what `bytes` holds. Of a short one, to hand it to `Buffer` takes twice as long. */
export function decode(text: string, start: number, end: number, behind = 0): string {
  while (text[end - 1] === '=') end--;
  let length = behind;
  let all = 0;
  for (let at = start; at < end; at += 4) {
    let bits = 0;
    if (at + 4 > end) for (let place = at; place < at + 4; place++) bits = (bits << 6) | (place < end ? sixBitsAt(text, place) : 0);
    else bits = (sixBitsAt(text, at) << 18) | (sixBitsAt(text, at + 1) << 12) | (sixBitsAt(text, at + 2) << 6) | sixBitsAt(text, at + 3);
    bytes[length] = bits >> 16;
    bytes[length + 1] = bits >> 8;
    bytes[length + 2] = bits;
    length += 3;
    all |= bits;
  }
  length = behind + Math.floor(((end - start) * 3) / 4);
  return bytes.toString((all & 0x808080) === 0 ? 'latin1' : 'utf8', 0, length);
}

const nothing = { name: '', risk: '', format: '', severity: 'information' } as const;

/** What has read of a text what is in base 64, whichever rule came upon it: a rule of nothing. */
export const inBase64: AnyRule = { ...nothing, id: 'in-base64', literals: [], check: () => undefined };

/** The key of the block in which a Kubernetes Secret has its values. */
const dataBlock: Literal = { text: 'data:', beginsWord: true, gates: [markAfter('\n#', ' \t\r', 8)] };

/** The same in JSON, with a name and a value behind it. */
const dataObject: Literal = {
  text: '"data":',
  gates: [markAfter('{', ' \t', 8, markAfter('"', ' \t\r\n', 80, markAfter('"', `${base62}_.-`, 80, markAfter(':', '', 1))))],
};

/**
 * What leads to the values of a Kubernetes Secret: a rule of nothing too. As it goes on line by line, it is not asked about what else stands there, and one that finds something would lose that, as the tokens
 * in a ConfigMap, whose values are as they are.
 */
export const valuesOfSecrets: AnyRule = {
  ...nothing,
  id: 'values-of-secrets',
  literals: [dataBlock, dataObject],
  check: (text, start, end) => (text[start] === '"' ? readPair(text, end, '{') : readDataBlock(text, start, end)),
  goOn: (text, at, state) => (state.length === 0 ? readPair(text, at, ',') : readLine(text, at, state)),
};

const [ofBlank, ofName, ofBase64, ofPadding, ofSpace] = [' \t', 'A-Za-z0-9_.-', base64Characters, '=', ' \t\r\n'].map((of) =>
  tableOf(charactersOf(of)),
) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const [deepestIndentation, longestGap] = [80, 80];
const [shortestValue, longestComment] = [12, 1000];

/** By unit below 128: may a text hold it, and is no control character but a tab or the end of a line? */
const inText = new Uint8Array(128).fill(1, 32, 127).fill(1, 9, 11).fill(1, 13, 14);
const replacement = 0xfffd;

function isText(said: string): boolean {
  for (let at = 0; at < said.length; at++) {
    const unit = said.charCodeAt(at);
    if (unit < 128 ? inText[unit] === 0 : unit === replacement) return false;
  }
  return true;
}

/** Where a block goes on, by how far its key is indented, and an object, by nothing. */
const ofObject: State = [];

/** Reads the first line of a block `data:`, whose key begins at `start` and ends at `end`. */
function readDataBlock(text: string, start: number, end: number): Checked | undefined {
  let line = start;
  while (start - line < deepestIndentation && isBlank(unitAt(text, line - 1))) line--;
  const indent = start - line;
  if (indent < deepestIndentation && line > 0 && text[line - 1] !== '\n') return undefined;
  const comment = endOfRun(text, end, end + longestGap, ofBlank);
  const next = endsLine(text, comment) ? text.indexOf('\n', comment) + 1 : 0;
  return next > 0 && isInside(text, next, indent) ? readLine(text, next, [indent]) : { next: end };
}

/** Reads a line of a block: its value, if it has one that is a text in base 64. */
function readLine(text: string, at: number, state: State): Checked {
  const entry = readEntry(text, at);
  const encoded = entry?.said !== undefined && isText(entry.said) ? entry : undefined;
  const next = text.indexOf('\n', entry?.end ?? at) + 1;
  if (next === 0) return { encoded, next: text.length };
  return isInside(text, next, state[0]!) ? { encoded, next, state } : { encoded, next };
}

/** Reads a name and a value of an object that a sign comes before; what is no string ends it. It goes on only where another string follows: hardly any object named `data` is a Secret's. */
function readPair(text: string, end: number, sign: string): Checked {
  const pair = pairAt(text, end, sign);
  if (pair === undefined) return { next: end };
  const { nameStart, nameEnd, start } = pair;
  const stop = endOfRun(text, start, start + longest, ofBase64);
  const last = endOfRun(text, stop, stop + 2, ofPadding);
  if (text[last] !== '"') return { next: Math.max(end, last) };
  const next = last + 1;
  const state = pairAt(text, next, ',') === undefined ? undefined : ofObject;
  if (stop - start < shortestValue) return { next, state };
  const from = putName(text, nameStart, nameEnd);
  const said = decode(text, start, last, from);
  return { encoded: isText(said) ? { start, end: last, said, from } : undefined, next, state };
}

interface Pair {
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Of the value, behind its quote. */
  readonly start: number;
}

/** Where a name and the beginning of a string stand behind a sign, if they do. */
function pairAt(text: string, end: number, sign: string): Pair | undefined {
  const at = endOfRun(text, end, end + longestGap, ofSpace);
  if (text[at] !== sign) return undefined;
  const nameStart = endOfRun(text, at + 1, at + longestGap, ofSpace) + 1;
  const nameEnd = endOfRun(text, nameStart, nameStart + longestName, ofName);
  if (text[nameStart - 1] !== '"' || !text.startsWith('":', nameEnd)) return undefined;
  const start = endOfRun(text, nameEnd + 2, nameEnd + longestGap, ofSpace) + 1;
  return text[start - 1] === '"' ? { nameStart, nameEnd, start } : undefined;
}

/** The value of the line that begins at `at`, if that is a key, a value in base 64 and no more but a comment. */
function readEntry(text: string, at: number): Encoded | undefined {
  const first = endOfRun(text, at, at + deepestIndentation, ofBlank);
  const nameStart = behindQuote(text, first);
  const nameEnd = endOfRun(text, nameStart, nameStart + longestName, ofName);
  const sign = behindQuote(text, nameEnd);
  const gap = endOfRun(text, sign + 1, sign + 9, ofBlank);
  if (first === at || nameEnd === nameStart || text[sign] !== ':' || gap === sign + 1) return undefined;
  const start = startOfBlock(text, gap, first - at) ?? behindQuote(text, gap);
  const line = endOfRun(text, start, start + longest, ofBase64);
  if (line - start < shortestValue) return undefined;
  const from = putName(text, nameStart, nameEnd);
  const lines = wrappedAt(text, start, line, first - at);
  if (lines !== undefined) return { start, end: lines.end, said: decode(lines.value, 0, lines.value.length, from), from };
  const end = endOfRun(text, line, line + 2, ofPadding);
  const last = behindQuote(text, end);
  if (!endsLine(text, endOfRun(text, last, last + deepestIndentation, ofBlank))) return undefined;
  return { start, end, said: decode(text, start, end, from), from };
}

/** Where the text of a block begins whose mark (`|`, `>-`) stands at `at`, farther in than its key; undefined where there is none. */
function startOfBlock(text: string, at: number, indent: number): number | undefined {
  if (text[at] !== '|' && text[at] !== '>') return undefined;
  const mark = endOfRun(text, at + 1, at + 3, ofBlockMark);
  const end = endOfRun(text, mark, mark + deepestIndentation, ofBlank);
  const line = text.startsWith('\r\n', end) ? end + 2 : end + 1;
  const start = endOfRun(text, line, line + deepestIndentation, ofBlank);
  return endsLine(text, end) && start - line > indent ? start : undefined;
}

const ofBlockMark = tableOf(charactersOf('0-9+-'));

const isBlank = (unit: number): boolean => unit < 128 && ofBlank[unit] === 1;
const behindQuote = (text: string, at: number): number => (text[at] === '"' || text[at] === "'" ? at + 1 : at);

/** Does a line end at `at`, or a comment begin that ends it? */
function endsLine(text: string, at: number): boolean {
  if (text[at] === '#') for (const last = at + longestComment; at <= last && !isBreak(unitAt(text, at)) && at < text.length; ) at++;
  return at === text.length || text[at] === '\n' || text.startsWith('\r\n', at);
}

const isBreak = (unit: number): boolean => unit === 10 || unit === 13;

/** Is the line that begins at `at` one of a block whose key is indented so far: farther in, empty, or one of a template? */
function isInside(text: string, at: number, indent: number): boolean {
  const first = endOfRun(text, at, at + deepestIndentation, ofBlank);
  return first - at > indent || (first < text.length && '\r\n{#'.includes(text[first]!));
}
