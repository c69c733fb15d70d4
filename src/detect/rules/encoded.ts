// Credentials in a text that is in base 64: a file in a variable of the environment, a value in the data of a Kubernetes Secret. All rules look at what the text says.
import { type Literal, markAfter, setOf } from '../engine/matcher.ts';
import { whenForgetting } from '../remembered.ts';
import { isBase64 } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { type AnyRule, base64, type Checked, type Encoded, type Rule } from './rule.ts';
import { base64Characters, charactersOf, endOfRun, standsAt, tableOf } from './shape.ts';

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
const goesOn = [{ set: setOf(base64), length: 16, within: 0 }];

/** The rule, which sees also where a text in base 64 holds one of these words. */
export function alsoInBase64(rule: Rule, ...words: readonly string[]): Rule {
  const forms = words.flatMap((word) => formsOf(word).map((form, before) => ({ form, skipped: charactersBefore[before]! })));
  return {
    ...rule,
    format: `${rule.format}; also in a text that is in base64`,
    literals: [...rule.literals, ...forms.map(({ form }): Literal => ({ text: form, gates: goesOn }))],
    check(text, start, end) {
      for (const { form, skipped } of forms) {
        if (form.length === end - start && standsAt(text, form, start)) return readAround(text, start - skipped, end);
      }
      return rule.check(text, start, end);
    },
    cases(draw) {
      const { ok, ng } = rule.cases(draw);
      const [first] = ok as readonly [string];
      const encoded = (content: string) => `CONTENT=${Buffer.from(content).toString('base64')}\n`;
      return { ok: [...ok, ...['', '#', '#\n'].map((before) => encoded(`${before}${first}\n`))], ng: [...ng, ...ng.map(encoded)] };
    },
  };
}

const mostBefore = 720;
const longest = 24_000;

/** What is known to be base 64, so that of many words in it, of many rules, each does not have it read again. */
let known: string | undefined;
let [knownFrom, knownTo] = [0, 0];
const forgetKnown = () => {
  known = undefined;
};

/** The base 64 around what begins with the group of four characters at `group` and reaches to `behind` at least. */
function readAround(text: string, group: number, behind: number): Checked | undefined {
  const isInKnown = text === known && group >= knownFrom && group <= knownTo;
  if (!isInKnown) {
    if (known === undefined) whenForgetting(forgetKnown);
    known = text;
    knownFrom = knownTo = group;
  }
  let start = Math.max(knownFrom, group - mostBefore);
  while (group - start < mostBefore && isBase64(unitAt(text, start - 1))) start--;
  knownFrom = Math.min(knownFrom, start);
  start += (group - start) % 4;
  let end = Math.min(knownTo, start + longest);
  while (end - start < longest && isBase64(unitAt(text, end))) end++;
  knownTo = Math.max(knownTo, end);
  if (end < behind) return undefined;
  while (end - start < longest && text[end] === '=') end++;
  return { encoded: [{ start, end }], next: end };
}

const sixBits = new Uint8Array(128);
for (let bits = 0; bits < base64.length; bits++) sixBits[base64.charCodeAt(bits)] = bits;

const longestName = 253;

/** What was decoded last. */
const bytes = Buffer.alloc(longestName + longest);

/** What the base 64 between two places of a text says, behind what is in ASCII. Of a short one, to hand it to `Buffer` takes twice as long. */
export function decode(text: string, start: number, end: number, before = ''): string {
  while (text[end - 1] === '=') end--;
  let length = 0;
  for (; length < before.length; length++) bytes[length] = before.charCodeAt(length);
  let all = 0;
  for (let at = start; at < end; at += 4) {
    let bits = 0;
    for (let place = at; place < at + 4; place++) bits = (bits << 6) | (place < end ? sixBits[text.charCodeAt(place)]! : 0);
    bytes[length] = bits >> 16;
    bytes[length + 1] = bits >> 8;
    bytes[length + 2] = bits;
    length += 3;
    all |= bits;
  }
  length = before.length + Math.floor(((end - start) * 3) / 4);
  return bytes.toString((all & 0x808080) === 0 ? 'latin1' : 'utf8', 0, length);
}

/** What has read of a text what is in base 64, whichever rule came upon it: a rule of nothing. */
export const inBase64: AnyRule = {
  id: 'in-base64',
  name: '',
  risk: '',
  format: '',
  severity: 'information',
  literals: [],
  check: () => undefined,
};

/** The key of the block in which a Kubernetes Secret has its values. */
export const dataBlock: Literal = { text: 'data:', beginsWord: true, gates: [markAfter('\n', ' \t\r', 8)] };

const [ofBlank, ofName, ofBase64] = [' \t', 'A-Za-z0-9_.-', base64Characters].map((of) => tableOf(charactersOf(of))) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const deepestIndentation = 80;
const [shortestValue, longestComment] = [12, 200];
const isText = /^[^\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]*$/;

/** The values of a block `data:` that are texts in base 64, whose key begins at `start` and ends at `end`. */
export function readDataBlock(text: string, start: number, end: number): Checked | undefined {
  let line = start;
  while (start - line < deepestIndentation && isBlank(unitAt(text, line - 1))) line--;
  const indent = start - line;
  if (indent < deepestIndentation && line > 0 && text[line - 1] !== '\n') return undefined;
  const encoded: Encoded[] = [];
  let at = text.indexOf('\n', end) + 1;
  while (at > 0 && at < text.length && isInside(text, at, indent)) {
    const entry = readEntry(text, at);
    if (entry?.said !== undefined && isText.test(entry.said)) encoded.push(entry);
    at = text.indexOf('\n', at) + 1;
  }
  return { encoded, next: at > 0 ? at : text.length };
}

/** The value of the line that begins at `at`, if that is a key, a value in base 64 and no more but a comment. */
function readEntry(text: string, at: number): Encoded | undefined {
  const first = endOfRun(text, at, at + deepestIndentation, ofBlank);
  const nameStart = behindQuote(text, first);
  const nameEnd = endOfRun(text, nameStart, nameStart + longestName, ofName);
  const colon = behindQuote(text, nameEnd);
  const gap = endOfRun(text, colon + 1, colon + 9, ofBlank);
  if (first === at || nameEnd === nameStart || text[colon] !== ':' || gap === colon + 1) return undefined;
  const start = behindQuote(text, gap);
  let end = endOfRun(text, start, start + longest, ofBase64);
  if (end - start < shortestValue) return undefined;
  for (let padding = 0; padding < 2 && text[end] === '='; padding++) end++;
  const last = behindQuote(text, end);
  if (!endsLine(text, endOfRun(text, last, last + deepestIndentation, ofBlank))) return undefined;
  const name = `${text.slice(nameStart, nameEnd)}: `;
  return { start, end, said: decode(text, start, end, name), from: name.length };
}

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
