// Credentials in a text that is in base 64: a file in a variable of the environment, a value in the data of a Kubernetes Secret. All rules look at what the text says.
import { type Literal, markAfter, setOf } from '../engine/matcher.ts';
import { isBase64 } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { type AnyRule, base64, type Checked, type Encoded, type Rule } from './rule.ts';

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
  const skipped = new Map(words.flatMap((word) => formsOf(word).map((form, before) => [form, charactersBefore[before]!] as const)));
  return {
    ...rule,
    format: `${rule.format}; also in a text that is in base64`,
    literals: [...rule.literals, ...Array.from(skipped.keys(), (text): Literal => ({ text, gates: goesOn }))],
    check(text, start, end) {
      const skip = skipped.get(text.slice(start, end));
      return skip === undefined ? rule.check(text, start, end) : readAround(text, start - skip, end);
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

/** The base 64 around what begins with the group of four characters at `group` and reaches to `behind` at least. */
function readAround(text: string, group: number, behind: number): Checked | undefined {
  let start = group;
  while (group - start < mostBefore && isBase64(unitAt(text, start - 1))) start--;
  start += (group - start) % 4;
  let end = group;
  while (end - start < longest && isBase64(unitAt(text, end))) end++;
  if (end < behind) return undefined;
  while (end - start < longest && text[end] === '=') end++;
  return { encoded: [{ start, end, said: () => ({ text: decode(text.slice(start, end)), from: 0 }) }], next: end };
}

const decode = (value: string): string => Buffer.from(value, 'base64').toString('utf8');

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

const indentation = /[ \t]{0,80}/y;
const entry =
  /([ \t]{1,80}["']?([\w.-]{1,253})["']?:[ \t]{1,8}["']?)([A-Za-z0-9+/]{12,24000}={0,2})["']?[ \t]{0,80}(?:#[^\r\n]{0,200})?(?=\r?\n|$)/y;
const isText = /^[^\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]*$/;

/** The values of a block `data:` that are texts in base 64, whose key begins at `start` and ends at `end`. */
export function readDataBlock(text: string, start: number, end: number): Checked | undefined {
  const before = text.slice(Math.max(0, start - 80), start);
  const [indent] = /[ \t]*$/.exec(before)!;
  if (!/(?:^|\n)$/.test(before.slice(0, before.length - indent.length))) return undefined;
  const encoded: Encoded[] = [];
  let at = text.indexOf('\n', end) + 1;
  while (at > 0 && at < text.length && isInside(text, at, indent.length)) {
    entry.lastIndex = at;
    const [, beginning, name, value] = entry.exec(text) ?? [];
    if (value !== undefined) {
      const first = at + beginning!.length;
      const said = decode(value);
      if (isText.test(said)) {
        encoded.push({ start: first, end: first + value.length, said: () => ({ text: `${name}: ${said}`, from: name!.length + 2 }) });
      }
    }
    at = text.indexOf('\n', at) + 1;
  }
  return { encoded, next: at > 0 ? at : text.length };
}

/** Is the line that begins at `at` one of a block whose key is indented so far: farther in, empty, or one of a template? */
function isInside(text: string, at: number, indent: number): boolean {
  indentation.lastIndex = at;
  indentation.test(text);
  const first = indentation.lastIndex;
  return first - at > indent || /[\r\n{#]/.test(text[first] ?? '');
}
