import type { Literal, RunBehind } from '../engine/matcher.ts';
import { beginsDefault } from '../engine/run-places.ts';
import type { Severity } from '../finding.ts';
import { groupBy } from '../group.ts';
import { consistsOfWords, isPlaceholder, isSeries, isVaried } from '../randomness.ts';
import { remembered } from '../remembered.ts';
import { beginsWord, endsWord } from '../text.ts';
import type { Cases, Checked, Draw, Fact, Rule } from './rule.ts';
import {
  anchorOf,
  base64Characters,
  charactersOf,
  endOfRun,
  leastVariety,
  longest,
  patternOf,
  type Run,
  readerOf,
  runOf,
  type Shape,
  sampleOf,
  shapeInWords,
  some,
  standsAt,
  tableOf,
} from './shape.ts';

/** What every rule tells a person. */
export interface Told {
  readonly id: string;
  readonly name: string;
  readonly risk: string;
  /** Where the shape does not say all of it. */
  readonly format?: string;
  readonly source: string;
  readonly severity: Severity;
  readonly revocation: string;
  readonly temporary?: true;
  readonly commonInTests?: true;
  readonly partners?: readonly string[];
  readonly facts?: (credential: string) => readonly Fact[];
}

export interface TokenOptions extends Told {
  /** Each form begins with a text that nothing else does, or holds one after a fixed number of characters. */
  readonly shapes: readonly Shape[];
  /** A word that may stand right before it: `bot` in the address of an API. */
  readonly behind?: string;
  /** Does the credential hold what its format promises: a checksum, a decoded content? */
  readonly verify?: (credential: string) => boolean;
  /** A sample that passes `verify`. */
  readonly sample?: (draw: Draw) => string;
  /** When it ends by itself, in milliseconds since 1970. */
  readonly expires?: (credential: string) => number | undefined;
  /** Cases beside those that the shapes give. */
  readonly cases?: (draw: Draw) => Cases;
}

/** A credential that its own beginning, or a mark inside it, gives away. */
export function token({ shapes, behind, verify, sample, expires, cases, ...told }: TokenOptions): Rule {
  // hundreds of rules are made before any is asked
  let forms: readonly (readonly [anchor: string, ofAnchor: readonly Form[]])[] | undefined;
  let prefix: RegExp | undefined;
  return {
    ...told,
    get format() {
      return told.format ?? shapes.map(shapeInWords).join(' · ');
    },
    get publicPrefix() {
      prefix ??= prefixOf(shapes);
      return prefix;
    },
    literals: literalsOf(shapes),
    check(text, start, end) {
      let next: number | undefined;
      forms ??= [
        ...groupBy(
          shapes.map((shape) => formOf(shape, verify, behind)),
          ({ anchor }) => anchor,
        ),
      ];
      for (const [anchor, ofAnchor] of forms) {
        // The place of a longer one is passed over once the shorter one was looked at.
        if (anchor.length < end - start || !standsAt(text, anchor, start)) continue;
        for (const form of ofAnchor) {
          const checked = checkForm(text, start, form);
          if (checked?.match) {
            const ends = expires?.(text.slice(checked.match.start, checked.match.end));
            return ends === undefined ? checked : { ...checked, match: { ...checked.match, expires: ends } };
          }
          if (checked) next = Math.max(next ?? 0, checked.next);
        }
      }
      return next === undefined ? undefined : { next };
    },
    cases(draw) {
      const drawn = shapes.map((shape) => casesOf(shape, shapes, draw, sample));
      const own = cases?.(draw);
      return { ok: [...drawn.flatMap(({ ok }) => ok), ...(own?.ok ?? [])], ng: [...drawn.flatMap(({ ng }) => ng), ...(own?.ng ?? [])] };
    },
  };
}

/** What every credential of these shapes begins with. */
function prefixOf(shapes: readonly Shape[]): RegExp | undefined {
  const starts = [...new Set(shapes.map(([first]) => (typeof first === 'string' ? first : '')))];
  return starts.includes('') ? undefined : new RegExp(`^(?:${starts.map((start) => patternOf([start])).join('|')})`);
}

/** The anchors, where what follows in a shape may follow. */
function literalsOf(shapes: readonly Shape[]): Literal[] {
  const gates = new Map<string, RunBehind[]>();
  for (const shape of shapes) {
    const { text } = anchorOf(shape);
    const next = shape.indexOf(text) + 1;
    const { set, length } = runOf(shape, next);
    const first = shape[next];
    const begins = typeof first === 'object' && first.least < length ? runOf([first]) : undefined;
    const gate = { set, length, within: 0, ...(begins && { begins }) };
    const others = gates.get(text);
    if (others) others.push(gate);
    else gates.set(text, [gate]);
  }
  return [...gates].map(([text, ofAnchor]) => ({
    text,
    ...(shapes.every((shape) => anchorOf(shape).text !== text || anchorOf(shape).before === 0) ? { beginsWord: true } : {}),
    ...(ofAnchor.every(({ length }) => length > 0) ? { gates: ofAnchor } : {}),
  }));
}

interface Form {
  readonly anchor: string;
  /** How many characters stand before the anchor. */
  readonly before: number;
  /** Where a credential of the form ends that begins at a place. */
  readonly read: (text: string, at: number) => number;
  /** The characters of the run after the anchor, and how long it may be. */
  readonly run: Uint8Array;
  readonly most: number;
  /** What the first part is made of: it may not stand before the credential. */
  readonly beginsWith: string;
  /** The word that may stand right before the credential. */
  readonly behind: string | undefined;
  /** What the credential may not be followed by. */
  readonly goesOn: string;
  /** How many characters at most. */
  readonly longest: number;
  /** May what has the form, and stands between two places of a text, be a credential, and no template? */
  readonly mayBe: (text: string, start: number, end: number) => boolean;
}

function formOf(shape: Shape, verify?: (credential: string) => boolean, behind?: string): Form {
  const { text: anchor, before } = anchorOf(shape);
  const run = shape[shape.indexOf(anchor) + 1];
  const least = leastVariety(shape);
  // of both small and capital letters: then random text hardly ever looks like words
  const isMixed = shape.some((part) => typeof part !== 'string' && part.least >= 12 && /A-Z.*a-z.*0-9/.test(part.of));
  const isVerified = verify && remembered(verify);
  return {
    anchor,
    before,
    read: readerOf(shape),
    run: tableOf(typeof run === 'object' ? charactersOf(run.of) : ''),
    most: typeof run === 'object' ? run.most : 0,
    behind,
    beginsWith: typeof shape[0] === 'object' ? charactersOf(shape[0].of) : '',
    goesOn: goesOnWith(shape),
    longest: longest(shape),
    mayBe(text, start, end) {
      // mostly the anchor comes first, and what is behind it is looked at where it stands
      const isFirst = before === 0;
      const random = isFirst ? text : text.slice(start, start + before) + text.slice(start + before + anchor.length, end);
      const [from, to] = isFirst ? [start + anchor.length, end] : [0, random.length];
      if (!isVaried(random, least, from, to) || isPlaceholder(random, from, to)) return false;
      return !(isMixed && isWords(random, from, to)) && !isSeries(random, from, to) && isVerified?.(text.slice(start, end)) !== false;
    },
  };
}

/** Is it words, with a capital each or in small letters alone? Of 16 random letters and digits one in a million has neither capital nor digit. */
const isWords = (text: string, start: number, end: number): boolean =>
  consistsOfWords(text, start, end) || (end - start >= 16 && endOfRun(text, start, end, ofSmallWords) === end);

const ofSmallWords = tableOf(charactersOf('a-z_-'));

/** The characters that would make the last part longer; where it is padding, also those of the part before. */
export function goesOnWith(shape: Shape): string {
  const last = shape.at(-1)!;
  const characters = typeof last === 'string' ? last.slice(-1) : charactersOf(last.of);
  return (characters === '=' || (typeof last !== 'string' && last.least === 0)) && shape.length > 1
    ? characters + goesOnWith(shape.slice(0, -1))
    : characters;
}

function checkForm(text: string, at: number, form: Form): Checked | undefined {
  const start = at - form.before;
  if (start < 0 || !beginsWord(text, wordStart(text, start, form))) return undefined;
  if (form.beginsWith !== '' && isSign(text, start - 1) && form.beginsWith.includes(text[start - 1]!) && !beginsDefault(text, start)) {
    return undefined;
  }
  let end = form.read(text, start);
  if (end === -1) return { next: readRun(text, at, form) };
  // A full stop behind a credential of any length ends a sentence.
  if (end - start < form.longest) while (text[end - 1] === '.') end--;
  if (!ends(text, end, form.goesOn) || isInBase64(text, start, end)) return { next: Math.max(end, readRun(text, at, form)) };
  return form.mayBe(text, start, end) ? { match: { start, end }, next: end } : { next: end };
}

/** Where the word begins that ends with a credential at `start`: there, or with what may stand before it. */
const wordStart = (text: string, start: number, { behind }: Form): number =>
  behind !== undefined && text.startsWith(behind, start - behind.length) ? start - behind.length : start;

/** Is there something at `at`, and no part of a word? */
const isSign = (text: string, at: number): boolean => at >= 0 && endsWord(text, at);

/** The end of the run after the anchor, and of one character more, so that no text makes a rule read the same run again and again. */
function readRun(text: string, start: number, { run, most, anchor }: Form): number {
  const from = start + anchor.length;
  return endOfRun(text, from, from + most + 1, run);
}

/** Does a value end at `at`? A full stop ends it even where its alphabet has one, if no word follows. */
export function ends(text: string, at: number, goesOn: string): boolean {
  if (!endsWord(text, at)) return false;
  const after = text[at];
  if (after === undefined || !goesOn.includes(after)) return true;
  return after === '.' && endsWord(text, at + 1);
}

/** Does what may be base64 itself stand in some, and not in a path? */
function isInBase64(text: string, start: number, end: number): boolean {
  const [before, after] = [text[start - 1], text[end]];
  if (after !== '+' && after !== '/' && after !== '=') return false;
  const isBehindSome = (before === '+' || before === '/') && !text.startsWith('//', start - 2);
  return (isBehindSome || isPaddedFrom(text, end)) && endOfRun(text, start, end, ofBase64) === end;
}

const farthestPadding = 64;

/** Does base64 go on that ends with padding? */
function isPaddedFrom(text: string, at: number): boolean {
  const end = endOfRun(text, at, at + farthestPadding, ofBase64);
  return end > at && text[end] === '=' && endsWord(text, text[end + 1] === '=' ? end + 2 : end + 1);
}

const ofBase64 = tableOf(charactersOf(base64Characters));

function casesOf(shape: Shape, all: readonly Shape[], draw: Draw, sample?: (draw: Draw) => string): Cases {
  const ofAny = new RegExp(`^(?:${all.map(patternOf).join('|')})$`);
  const value = () => sample?.(draw) ?? sampleOf(shape, draw);
  const runs = shape.filter((part): part is Run => typeof part !== 'string' && part.least > 0);
  const withRun = (run: Run, ...instead: Shape) =>
    sampleOf(
      shape.flatMap((part) => (part === run ? instead : [part])),
      draw,
    );
  const filled = shape.map((part) => (typeof part === 'string' ? part : (charactersOf(part.of)[0] ?? '').repeat(part.least))).join('');
  const { text, before } = anchorOf(shape);
  return {
    ok: [
      `TOKEN=${value()}`,
      `{"token":"${value()}"}`,
      `run --token ${value()} --verbose`,
      `const token = '${value()}';`,
      `"a\\n${value()}\\nb"`,
      `{"query":"token\\u003d${value()}\\u0026page\\u003d1"}`,
      `\u001b[31m${value()}\u001b[0m`,
    ],
    ng: [
      `TOKEN=${filled}`,
      `TOKEN=${text}\${TOKEN}`,
      `TOKEN=${text}<your token>`,
      ...runs
        .flatMap((run) => nearMisses(run, run === runs.at(-1)).map((instead) => withRun(run, ...instead)))
        .filter((missed) => !ofAny.test(missed))
        .map((missed) => `TOKEN=${missed}`),
      ...(before > 0 || /^\w/.test(text) ? [`TOKEN=x${value()}`] : []),
    ],
  };
}

/** What is no such run by one character: too short, too long (the last one, and one of a fixed length), or with a character of another alphabet in it. */
function nearMisses({ of, least, most }: Run, isLast: boolean): Shape[] {
  const half = Math.floor(least / 2);
  const stranger = Array.from('gG_!').find((character) => !charactersOf(of).includes(character))!;
  return [
    [some(of, least - 1)],
    ...(isLast || least === most ? [[some(of, most), /\w/.exec(charactersOf(of))![0]]] : []),
    ...(least > 3 ? [[some(of, half), stranger, some(of, least - half - 1)]] : []),
  ];
}
