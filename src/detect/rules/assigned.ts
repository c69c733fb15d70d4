import { type Literal, type RunBehind, setOf } from '../engine/matcher.ts';
import { type Names, namesAt, namesReach, squeeze } from '../evidence.ts';
import { consistsOfWords, isPlaceholder, isVaried } from '../randomness.ts';
import { remembered, whenForgetting } from '../remembered.ts';
import { endOfLast, kindsOfWords, mayHoldWord } from '../words-of-names.ts';
import type { Cases, Checked, Draw, Match, Rule } from './rule.ts';
import { charactersOf, leastVariety, longest, patternOf, runOf, type Shape, sampleOf, shapeInWords, wordCharacters } from './shape.ts';
import { goesOnWith, type Told } from './token.ts';

export interface AssignedOptions extends Told {
  /** Words of the provider, in lower case: one is part of the value's name, or heads the block that the name is in. */
  readonly near: readonly string[];
  /** A word of `near` speaks for the value on its next line too: it is the other half, and not a setting of the provider. */
  readonly acrossLines?: true;
  /** Words of the value's name that the first pass looks for, where those of `near` stand in far more texts. */
  readonly anchors?: readonly string[];
  readonly shapes: readonly Shape[];
  /** How many characters after the provider's word the value begins at most. */
  readonly within?: number;
  /** What the name, in lower case and without what joins its words, has to say. */
  readonly named?: RegExp;
  /** What stands right before a value that is public, looked for in the 80 characters before it. */
  readonly publicAfter?: RegExp;
  /** A name for the cases. */
  readonly example?: string;
  readonly verify?: (credential: string) => boolean;
  readonly sample?: (draw: Draw) => string;
  readonly cases?: (draw: Draw) => Cases;
}

const [ofProvider, ofSecret] = [1, 2];

/** The words of a pattern that is nothing but words, some of them at the end only: `secret|key$`. Undefined for others. */
const wordsOf = ({ source }: RegExp): string | undefined =>
  /^[a-z0-9]+\$?(?:\|[a-z0-9]+\$?)*$/.test(source) ? source.replaceAll('|', ' ') : undefined;

// How soon after a place without a value the rule looks again.
const step = 48;
const secretNames = /key|token|secret|pass|pwd|credential|auth/;

/** A credential that looks like many other things, told by the name that it has. */
export function assigned({
  near,
  anchors = near,
  shapes,
  acrossLines,
  within = 140,
  named = secretNames,
  publicAfter,
  example = 'api_key',
  verify,
  sample,
  cases,
  ...told
}: AssignedOptions): Rule {
  const words = near.map(squeeze);
  const isAnchor = anchors === near;
  const lead = within + Math.max(...near.map(({ length }) => length));
  // hundreds of rules are made before any is asked
  let looked: Looked | undefined;
  const mayBe = remembered((value) => {
    const { heads, least } = looked!;
    const head = heads.find((one) => value.startsWith(one)) ?? '';
    return isVaried(value, least, head.length) && !isPlaceholder(value) && !isWords(value) && verify?.(value) !== false;
  });
  const lastWord = endOfLast(near);
  const speaks = remembered((between) => speaksFor(between, acrossLines));
  const mayBeTold = mayHoldWord(words);

  // Whether a value may be one, and whether its names fit, does not depend on the place. So it is judged once, however many places stand before it.
  let judged: string | undefined;
  let [judgedFrom, judgedTo] = [0, 0];
  let values: Value[] = [];
  let fit: Fit | undefined; // of the names that were asked about last
  const forgetValues = () => {
    judged = fit = undefined;
    values = [];
  };

  const namedWords = wordsOf(named);
  const wordsIn = kindsOfWords([[ofProvider, words.join(' ')], ...(namedWords === undefined ? [] : [[ofSecret, namedWords] as const])]);
  const fitOf = (names: Names): Fit => {
    if (names === fit?.names) return fit;
    const found = wordsIn(names.lines);
    const isNamed = namedWords === undefined ? named.test(names.squeezed) : (found & ofSecret) !== 0;
    fit = { names, fits: isNamed && !names.areOfNoSecret, isTold: (found & ofProvider) !== 0 };
    return fit;
  };

  /** The values with a fitting name that begin between two places of a text, of which it is asked in order. */
  function valuesIn(text: string, from: number, last: number): readonly Value[] {
    looked ??= lookedFor(shapes);
    if (text !== judged || from < judgedFrom) {
      if (judged === undefined) whenForgetting(forgetValues);
      judged = text;
      judgedTo = from;
      values = [];
    }
    judgedFrom = from;
    while (values.length > 0 && values[0]!.start < from) values.shift();
    for (let start = Math.max(from, judgedTo); ; start = judgedTo) {
      start = nextValue(text, start, last, looked);
      if (start === -1) break;
      judgedTo = looked.pattern.lastIndex;
      if (!mayBe(text.slice(start, judgedTo))) continue;
      const { fits, isTold, names } = fitOf(namesAt(text, start));
      if (!fits || publicAfter?.test(text.slice(Math.max(0, start - 80), start))) continue;
      values.push({ start, end: judgedTo, names, isTold });
    }
    judgedTo = Math.max(judgedTo, last + 1);
    return values;
  }

  function check(text: string, start: number, end: number): Checked | undefined {
    // no value is meant without a word of the provider in its names or before it, which where others are looked for hardly stands there
    const first = Math.max(0, end - Math.max(lead, namesReach));
    if (!isAnchor && !mayBeTold(text, first, end + within)) return { next: end + step };
    const isInitials = end - start <= 3 && /[_.-]/.test(text[end - 1]!);
    for (const value of valuesIn(text, end, end + within)) {
      if (isInitials ? !value.names.lines.toLowerCase().includes(text.slice(start, end).toLowerCase()) : !isMeant(text, end, value))
        continue;
      return { match: value, next: value.end };
    }
    return { next: end + step };
  }

  /** Does a name of the value hold a word of the provider, or does the last of these before it speak for it? A word ends at `end`, where words are what is looked for. */
  function isMeant(text: string, end: number, value: Value): boolean {
    if (value.isTold) return true;
    const { start } = value;
    if (isAnchor) return isSpokenFor(text, value, lastWord(text, end, start));
    const first = Math.max(0, start - lead);
    value.word ??= lastWord(text, first, start);
    return value.word > first && isSpokenFor(text, value, value.word);
  }

  function isSpokenFor(text: string, value: Value, word: number): boolean {
    if (value.word !== word || value.isSpokenFor === undefined) value.isSpokenFor = speaks(text.slice(word, value.start));
    value.word = word;
    return value.isSpokenFor;
  }

  return {
    ...told,
    get format() {
      return told.format ?? shapes.map(shapeInWords).join(' · ');
    },
    literals: literalsFor(anchors, shapes, within).map((literal) => (isAnchor ? { ...literal, beginsName: true } : literal)),
    check,
    cases(draw) {
      const own = cases?.(draw);
      const value = () => sample?.(draw) ?? sampleOf(shapes[0]!, draw);
      const word = near[0]!.replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
      const camel = `${word}_${example}`.replace(/[^a-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());
      return {
        ok: [
          `${`${word}_${example}`.toUpperCase()}=${value()}`,
          `export ${`${word}_${example}`.toUpperCase()}="${value()}"`,
          `const ${camel} = '${value()}';`,
          `${word}:\n  ${example}: ${value()}\n`,
          `- name: ${`${word}_${example}`.toUpperCase()}\n  value: ${value()}\n`,
          ...(own?.ok ?? []),
        ],
        ng: [
          `${word}_commit = ${value()}`,
          `example.com/${word}/${example} v1.2.3 h1:${value()}`,
          `value = ${value()}`,
          `${word}${value()} = 1`,
          `${word}_${example} = \${${word}_${example}}`,
          `${word}_${example} = ${filled(shapes[0]!)}`,
          ...(shapes.every(isFixed) ? [`${word}_${example} = ${value()}ABC`] : []),
          ...(shapes.length === 1 && isFixed(shapes[0]!)
            ? [`${word}_${example} = ${value().slice(0, -1)}`, `${word}_${example} = ${value().slice(1)}`]
            : []),
          ...(acrossLines || words.some((one) => squeeze(example).includes(one))
            ? []
            : [`${word}_site = "${word}.example"\n\nother_${example} = ${value()}`, `${word}_region=eu\nother_${example}=${value()}`]),
          ...(own?.ng ?? []),
        ],
      };
    },
  };
}

/** A word of several is joined by what a language joins words with. */
const joined = (word: string): string[] =>
  /[a-z0-9]_[a-z0-9]/.test(word) ? ['_', '-', '.'].map((by) => word.replaceAll('_', by)) : [word];

/** What names mean to a rule. */
interface Fit {
  readonly names: Names;
  /** May they be those of its credential? */
  readonly fits: boolean;
  readonly isTold: boolean;
}

interface Value extends Match {
  readonly names: Names;
  /** Do they hold a word of the provider? */
  readonly isTold: boolean;
  /** Where the last of these words before it ends that was looked for. */
  word?: number;
  /** Does that one speak for it? */
  isSpokenFor?: boolean;
}

/** What is looked for behind a word. */
interface Looked {
  /** A value at its `lastIndex`. */
  readonly pattern: RegExp;
  /** By unit below 128: may a value hold it, may it not stand before one? */
  readonly kinds: Uint8Array;
  /** How many units a value has at least. */
  readonly shortest: number;
  /** What values of each shape begin with. */
  readonly heads: readonly string[];
  /** How many different characters a value has at least behind that. */
  readonly least: number;
}

const [inValue, goesOn] = [1, 2];

function lookedFor(shapes: readonly Shape[]): Looked {
  const kinds = new Uint8Array(128);
  for (const part of shapes.flat()) {
    for (const character of typeof part === 'string' ? part : charactersOf(part.of)) kinds[character.charCodeAt(0)]! |= inValue;
  }
  for (const character of `${charactersOf(wordCharacters)}/.`) kinds[character.charCodeAt(0)]! |= goesOn;
  return {
    pattern: new RegExp(shapes.map(standingAlone).join('|'), 'y'),
    kinds,
    shortest: Math.min(...shapes.map((shape) => runOf(shape).length)),
    heads: shapes.map(([first]) => (typeof first === 'string' ? first : '')),
    least: Math.min(...shapes.map(leastVariety)),
  };
}

const is = (unit: number, kind: number, kinds: Uint8Array): boolean => unit < 128 && (kinds[unit]! & kind) !== 0;

/**
 * Where the next value begins, from `from` to `last`; -1 if none does. The pattern then tells where it ends. A run of 40 characters covers every 40th place, so where
 * there is none, few units are looked at.
 */
function nextValue(text: string, from: number, last: number, { pattern, kinds, shortest }: Looked): number {
  let heldTo = from; // from `at` up to here, a value may hold all
  for (let at = from; at <= last && at + shortest <= text.length; ) {
    const end = at + shortest;
    let place = end;
    while (place > heldTo && is(text.charCodeAt(place - 1), inValue, kinds)) place--;
    const isRun = place <= heldTo;
    heldTo = end;
    if (!isRun) at = place;
    else {
      if (at === 0 || !is(text.charCodeAt(at - 1), goesOn, kinds)) {
        pattern.lastIndex = at;
        if (pattern.test(text)) return at;
      }
      at++;
    }
  }
  return -1;
}

/** The words, where a value of one of the shapes may follow. */
function literalsFor(words: readonly string[], shapes: readonly Shape[], within: number): Literal[] {
  const texts = new Set([...words.flatMap(joined), ...words.map(squeeze).filter((word) => word.length > 3)]);
  const gates = shapes.map((shape) => ({ ...runOf(shape), ...aloneOf(shape), within }));
  return [...texts].map((text) => ({ text, anyCase: true, gates }));
}

/** The shape where it is no part of something longer, of no path, and not cut short. */
function standingAlone(shape: Shape): string {
  const escaped = (characters: string): string => characters.replace(/[\\\]^-]/g, '\\$&');
  return `(?<![${escaped(notBefore(shape))}])${patternOf(shape)}(?![\\w…${escaped(goesOnWith(shape))}])`;
}

/** The characters that may not stand before a value of this shape. */
const notBefore = (shape: Shape): string => `${charactersOf(wordCharacters)}/.${goesOnWith(shape).replace('=', '')}`;

/** What a value that stands alone is, where it is a whole run of its characters. */
function aloneOf(shape: Shape): Pick<RunBehind, 'most' | 'notAfter'> {
  const around = charactersOf(wordCharacters) + goesOnWith(shape).replace('=', '');
  const isWhole = shape.every((part) =>
    Array.from(typeof part === 'string' ? part : charactersOf(part.of)).every((character) => around.includes(character)),
  );
  return isWhole ? { most: longest(shape), notAfter: setOf(notBefore(shape)) } : {};
}

const sameStatement = /^[^\r\n}\]]*$/;
const header = /^[\w.-]{0,30}["'\])]{0,3}[ \t]{0,4}(?:=>|[:=])?[ \t]{0,4}[{([]?[ \t]{0,4}\r?\n/;
const blockEnd = /\n[ \t]*\r?\n|[}\]]/;

/** Does the provider's word speak for a value that stands after `between`: in the same statement, or as the head of its block? */
function speaksFor(between: string, acrossLines = false): boolean {
  if (sameStatement.test(between)) return true;
  const head = header.exec(between)?.[0] ?? between.slice(0, 1);
  const isInside = !blockEnd.test(between.slice(head.endsWith('\n') ? head.length - 1 : head.length));
  if (head.endsWith('\n') && isInside) return true;
  return acrossLines && isInside && between.split('\n').length <= 3;
}

const isFixed = (shape: Shape): boolean => shape.every((part) => typeof part === 'string' || part.least === part.most);

const filled = (shape: Shape): string =>
  shape.map((part) => (typeof part === 'string' ? part : (charactersOf(part.of)[0] ?? '').repeat(part.least))).join('');

const capitalisedWords = /^[a-z]{0,15}(?:[A-Z][a-z]{2,15}){3,12}$/;

/** An identifier, and not random: of short text nobody can tell, unless it is nothing but words with a capital each. */
const isWords = (value: string): boolean => capitalisedWords.test(value) || (value.length >= 32 && consistsOfWords(value));
