import { tableInCsv, valuesAt } from '../columns.ts';
import { type Literal, type RunBehind, setOf } from '../engine/matcher.ts';
import { beginsDefault } from '../engine/run-places.ts';
import { kindOfLogins, kindsOfNames, Names, squeeze } from '../evidence.ts';
import { beginOfNearest, namesAt, namesReach } from '../names-before.ts';
import { consistsOfWords, isOfLetters, isPlaceholder, isSeries, isVaried } from '../randomness.ts';
import { remembered, rememberedPart, whenForgetting } from '../remembered.ts';
import { unitAt } from '../unit-at.ts';
import { endOfLast, kindsOfWords, mayHoldWord } from '../words-of-names.ts';
import type { Cases, Checked, Draw, Match, Rule, State } from './rule.ts';
import {
  charactersOf,
  leastVariety,
  longest,
  type Reader,
  readerOf,
  runOf,
  type Shape,
  sampleOf,
  shapeInWords,
  tableOf,
  wordCharacters,
} from './shape.ts';
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
  /** The name of this secret ends in `id`, as that of something public does. */
  readonly endsInId?: true;
  /** What stands right before a value that is public, looked for in the 80 characters before it. */
  readonly publicAfter?: RegExp;
  /** What stands right before a value without a name that follows its id as the next argument, looked for in the 80 characters before it. */
  readonly behindId?: RegExp;
  /** A name for the cases. */
  readonly example?: string;
  /** Is what stands between two places of a text one by its characters? */
  readonly verify?: (text: string, start: number, end: number) => boolean;
  readonly sample?: (draw: Draw) => string;
  readonly cases?: (draw: Draw) => Cases;
}

/** Says whether names, in lower case and without what joins their words, match a pattern. The words that it begins with, as in `secret|key$|one.*two`, are looked for first. */
function nameTest(pattern: RegExp): (names: Names) => boolean {
  const leading = /^(?:[a-z0-9]+\$?(?:\||$))*/.exec(pattern.source)![0];
  const hasMore = leading.length < pattern.source.length;
  const words = leading.split('|').filter((word) => word !== '');
  const ofLogins = ['pwd', 'auth'].every((word) => words.includes(word)) ? { pwd: kindOfLogins, auth: kindOfLogins } : {};
  const shared: Readonly<Record<string, number>> = { ...kindsOfNames, ...ofLogins };
  const kinds = words.reduce((all, word) => all | (shared[word] ?? 0), 0);
  const others = words.filter((word) => shared[word] === undefined);
  const wordsIn = kindsOfWords([[1, others.join(' ')]]);
  return (names) =>
    names.holdOneOf(kinds) ||
    (others.length > 0 && wordsIn(names.text, names.start, names.end) !== 0) ||
    (hasMore && pattern.test(names.squeezed));
}

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
  endsInId,
  publicAfter,
  behindId,
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
  const mayBe = rememberedPart((text, start, end) => {
    const { least, head } = looked!;
    if (!isVaried(text, least, start + head, end) || isPlaceholder(text, start, end) || isWords(text, start, end)) return false;
    if (isSeries(text, start, end)) return false;
    return verify?.(text, start, end) !== false;
  });
  const lastWord = endOfLast(near);
  const speaks = remembered((between) => speaksFor(between, acrossLines));
  const mayBeTold = mayHoldWord(words);

  // Whether a value may be one, and whether its names fit, does not depend on the place. So it is judged once, however many places stand before it.
  let judged: string | undefined;
  let [judgedFrom, judgedTo] = [0, 0];
  let nearest: Value | undefined; // and those behind it, one after the other
  let farthest: Value | undefined;
  let fit: Fit | undefined; // of the names that were asked about last
  const forgetValues = () => {
    judged = nearest = farthest = fit = undefined;
  };

  const isNamed = nameTest(named);
  const wordsOfProvider = kindsOfWords([[1, words.join(' ')]]);
  const fitOf = (names: Names): Fit => {
    if (fit?.names !== names)
      fit = { names, fits: isNamed(names) && !(endsInId ? names.areOfOtherThing : names.areOfNoSecret), isTold: undefined };
    return fit;
  };
  const isTold = (one: Fit): boolean => {
    one.isTold ??= wordsOfProvider(one.names.text, one.names.start, one.names.end) !== 0;
    return one.isTold;
  };

  /** The first of the values with a fitting name that begin between two places of a text, of which it is asked in order. */
  function valueIn(text: string, from: number, last: number): Value | undefined {
    looked ??= lookedFor(shapes);
    if (text !== judged || from < judgedFrom) {
      if (judged === undefined) whenForgetting(forgetValues);
      judged = text;
      judgedTo = from;
      looked.heldTo = 0;
      nearest = undefined;
    }
    judgedFrom = from;
    while (nearest !== undefined && nearest.start < from) nearest = nearest.behind;
    for (let start = Math.max(from, judgedTo); ; start = judgedTo) {
      start = nextValue(text, start, last, looked);
      if (start === -1) break;
      judgedTo = looked.end;
      if (!mayBe(text, start, judgedTo)) continue;
      const fit = fitOf(namesAt(text, start));
      if (!(fit.fits || stands(behindId, text, start)) || stands(publicAfter, text, start)) continue;
      const value: Value = { start, end: judgedTo, fit, word: -1, isSpokenFor: false, behind: undefined };
      if (nearest === undefined) nearest = value;
      else farthest!.behind = value;
      farthest = value;
    }
    judgedTo = Math.max(judgedTo, looked.next);
    return nearest;
  }

  function check(text: string, start: number, end: number): Checked | undefined {
    // no value is meant without a word of the provider in its names or before it, which where others are looked for hardly stands there
    const first = Math.max(0, end - Math.max(lead, namesReach));
    if (!isAnchor && !mayBeTold(text, first, end + within)) return { next: end + step };
    for (let value = valueIn(text, end, end + within); value !== undefined; value = value.behind) {
      if (isMeant(text, start, end, value)) return inTable(text, value) ?? { match: value, next: value.end };
    }
    return { next: end + step };
  }

  /** The value with those beside it, where it stands in a table in CSV, of which it goes on with the lines below: the header, which names them, is too far from most. */
  function inTable(text: string, value: Value): Checked | undefined {
    // what only a word before it tells, tells those behind it too
    const table = tableInCsv(text, value.start, value.end, (name, isBehind) => {
      const other = fitOf(new Names(name, 0, name.length, name.length));
      return other.fits && (isTold(other) || (isBehind && !isTold(value.fit)));
    });
    return table && lineOf(text, table.begin, table.state, value.start);
  }

  /** The values in a line of a table that begin at a place or behind it. */
  function lineOf(text: string, at: number, state: State, from: number): Checked {
    looked ??= lookedFor(shapes);
    const { shortest } = looked;
    const isValue = (start: number, end: number): boolean =>
      start >= from && end - start >= shortest && readValue(text, start, start, looked!) && looked!.end === end && mayBe(text, start, end);
    const values = valuesAt(text, at, state, isValue);
    if (values === undefined) return { next: at };
    const { next } = values;
    const [match, ...more] = values.places;
    return { match, more, next, state: next < text.length ? state : undefined };
  }

  /** Is the value one of the provider, of which a word stands from `start` to `end`, where words of it are what is looked for? Then initials have to stand in the names. */
  function isMeant(text: string, start: number, end: number, value: Value): boolean {
    const { fit } = value;
    if (isAnchor && start >= beginOfNearest(text, value.start, fit.names)) return true;
    if (end - start <= 3 && /[_.-]/.test(text[end - 1]!)) {
      return fit.names.lines.toLowerCase().includes(text.slice(start, end).toLowerCase());
    }
    return (!isAnchor && isTold(fit)) || isSpokenFor(text, end, value) || isTold(fit);
  }

  /** Does the last word of the provider before the value speak for it? A word ends at `end`, where words are what is looked for. */
  function isSpokenFor(text: string, end: number, value: Value): boolean {
    const first = isAnchor ? end : Math.max(0, value.start - lead);
    const word = isAnchor || value.word === -1 ? lastWord(text, first, value.start) : value.word;
    if (word !== value.word) {
      value.word = word;
      value.isSpokenFor = (isAnchor || word > first) && speaks(text.slice(word, value.start));
    }
    return value.isSpokenFor;
  }

  return {
    ...told,
    get format() {
      return told.format ?? shapes.map(shapeInWords).join(' · ');
    },
    literals: literalsFor(anchors, shapes, within).map((literal) => (isAnchor ? { ...literal, beginsName: true } : literal)),
    check,
    goOn: (text, at, state) => lineOf(text, at, state, at),
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

/** Does what is looked for stand before a place? */
const stands = (wanted: RegExp | undefined, text: string, at: number): boolean =>
  wanted?.test(text.slice(Math.max(0, at - 80), at)) === true;

/** What names mean to a rule. */
interface Fit {
  readonly names: Names;
  /** May they be those of its credential? */
  readonly fits: boolean;
  /** Do they hold a word of the provider? Undefined until it is asked. */
  isTold: boolean | undefined;
}

interface Value extends Match {
  readonly fit: Fit;
  /** Where the last word of the provider before it ends that was looked for; -1 before any was. */
  word: number;
  /** Does that one speak for it? */
  isSpokenFor: boolean;
  /** The next one in the text. */
  behind: Value | undefined;
}

/** What is looked for behind a word. */
interface Looked {
  readonly forms: readonly Form[];
  /** Is it one run of characters, so that none but these are in `kinds`? */
  readonly isOneRun: boolean;
  /** By unit below 128: may a value hold it, may it not stand before one? */
  readonly kinds: Uint8Array;
  /** How many units a value has at least. */
  readonly shortest: number;
  /** How many different characters a value has at least behind its head. */
  readonly least: number;
  /** Of the value that was found last: where it ends, and how long its head is. */
  end: number;
  head: number;
  /** Where none was found: up to where none begins, and from there on up to where a value may hold all. */
  next: number;
  heldTo: number;
}

interface Form {
  /** How many units all its values begin with. */
  readonly head: number;
  /** By unit below 128, 1 if it may not stand before one. */
  readonly notBefore: Uint8Array;
  /** Where one ends that begins at a place and is no part of something longer, of no path, and not cut short. */
  readonly read: Reader;
}

const [inValue, goesOn] = [1, 2];

function lookedFor(shapes: readonly Shape[]): Looked {
  const kinds = new Uint8Array(128);
  for (const part of shapes.flat()) {
    for (const character of typeof part === 'string' ? part : charactersOf(part.of)) kinds[character.charCodeAt(0)]! |= inValue;
  }
  for (const character of `${charactersOf(wordCharacters)}/.`) kinds[character.charCodeAt(0)]! |= goesOn;
  const heads = shapes.map(([first]) => (typeof first === 'string' ? first : ''));
  return {
    forms: shapes.map((shape, index) => ({
      head: heads.find((head) => heads[index]!.startsWith(head))!.length,
      notBefore: tableOf(notBefore(shape)),
      read: readerOf(shape, tableOf(charactersOf(wordCharacters) + goesOnWith(shape))),
    })),
    isOneRun: shapes.length === 1 && shapes[0]!.length === 1,
    kinds,
    shortest: Math.min(...shapes.map((shape) => runOf(shape).length)),
    least: Math.min(...shapes.map(leastVariety)),
    end: 0,
    head: 0,
    next: 0,
    heldTo: 0,
  };
}

const is = (unit: number, kind: number, kinds: Uint8Array): boolean => unit < 128 && (kinds[unit]! & kind) !== 0;

/**
 * Where the next value begins, from `from` to `last`; -1 if none does. What is looked for then tells where it ends. A run of 40 characters covers every 40th place, so where
 * there is none, few units are looked at.
 */
function nextValue(text: string, from: number, last: number, looked: Looked): number {
  const { kinds, shortest } = looked;
  const farthest = Math.min(last, text.length - shortest);
  let at = from;
  let heldTo = Math.max(from, looked.heldTo); // from `at` up to here, a value may hold all
  while (at <= farthest) {
    const end = at + shortest;
    let place = end;
    while (place > heldTo && is(text.charCodeAt(place - 1), inValue, kinds)) place--;
    const isRun = place <= heldTo;
    if (!isRun) at = place;
    else {
      if (!is(unitAt(text, at - 1), goesOn, kinds) && readValue(text, at, end, looked)) return at;
      do at++;
      while (at <= farthest && is(text.charCodeAt(at - 1), goesOn, kinds));
    }
    heldTo = Math.max(end, at);
  }
  looked.next = at;
  looked.heldTo = heldTo;
  return -1;
}

/** Reads the value at `start`, of which all up to `readTo` may be in one. */
function readValue(text: string, start: number, readTo: number, looked: Looked): boolean {
  if (text[start] === '-' && beginsDefault(text, start + 1)) return false;
  const before = unitAt(text, start - 1);
  const { forms, isOneRun } = looked;
  for (const { notBefore, head, read } of forms) {
    const isPart = before < 128 && notBefore[before] !== 0 && !beginsDefault(text, start);
    const end = isPart ? -1 : read(text, start, isOneRun ? readTo : start);
    if (end === -1) continue;
    looked.end = end;
    looked.head = head;
    return true;
  }
  return false;
}

/** The words, where a value of one of the shapes may follow. */
function literalsFor(words: readonly string[], shapes: readonly Shape[], within: number): Literal[] {
  const texts = new Set([...words.flatMap(joined), ...words.map(squeeze).filter((word) => word.length > 3)]);
  const gates = shapes.map((shape) => ({ ...runOf(shape), ...aloneOf(shape), within }));
  return [...texts].map((text) => ({ text, anyCase: true, gates }));
}

/** The characters that may not stand before a value of this shape. */
const notBefore = (shape: Shape): string => `${charactersOf(wordCharacters)}/.${goesOnWith(shape).replace('=', '')}`;

/** What a value that stands alone is, where it is a whole run of its characters. */
function aloneOf(shape: Shape): Pick<RunBehind, 'most' | 'notAfter'> {
  const around = charactersOf(wordCharacters) + goesOnWith(shape).replace('=', '');
  const isWhole = shape.every((part) =>
    Array.from(typeof part === 'string' ? part : charactersOf(part.of)).every((character) => around.includes(character)),
  );
  // behind `${NAME:` the dash is part of the run
  const dash = around.includes('-') ? 1 : 0;
  return isWhole ? { most: longest(shape) + dash, notAfter: setOf(notBefore(shape)) } : {};
}

// a shell's goes on behind a backslash: with the headers of what curl asks for, where of other programs each line has a value of its own
const sameStatement = /^(?:\\\r?\n(?=[ \t]*(?:-H|--header|-X|--request)\b)|[^\r\n}\]])*$/;
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
const isWords = (text: string, start: number, end: number): boolean =>
  (isOfLetters(text, start, end) && capitalisedWords.test(text.slice(start, end))) ||
  (end - start >= 32 && consistsOfWords(text, start, end));
