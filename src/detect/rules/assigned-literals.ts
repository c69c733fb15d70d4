// What the first pass looks for where a credential is told by the name that it has: the words of its provider, where a run of characters follows that it may be.
import { type AsciiSet, allBut, type Literal, type RunBehind, setOf } from '../engine/matcher.ts';
import { squeeze } from '../evidence.ts';
import { beginsName } from '../text.ts';
import { notBefore } from './candidates.ts';
import { charactersOf, followersOf, longest, runOf, type Shape, tableOf, wordCharacters } from './shape.ts';
import { goesOnWith } from './token.ts';

/** The words, where a value of one of the shapes may begin within so many characters. */
export function literalsFor(words: readonly string[], shapes: readonly Shape[], within: number): Literal[] {
  const texts = new Set([...words.flatMap(joined), ...words.map(squeeze).filter((word) => word.length > 3)]);
  const gates = apart(shapes.map((shape) => coreOf(shape, within) ?? { ...runOf(shape), ...aloneOf(shape), within }));
  return [...texts].map((text) => ({ text, anyCase: true, gates }));
}

/** The first place of a literal in what stands between two values: the one to end first. None where it ends at the begin. */
export function firstPlaceIn(between: string, literals: readonly Literal[]): { readonly start: number; readonly end: number } {
  const lower = between.toLowerCase();
  let first = { start: 0, end: 0 };
  for (const { text, beginsName: isName } of literals) {
    let start = lower.indexOf(text);
    while (start !== -1 && isName && !beginsName(between, start)) start = lower.indexOf(text, start + 1);
    const end = start + text.length;
    if (start !== -1 && (first.end === 0 || end < first.end || (end === first.end && start < first.start))) first = { start, end };
  }
  return first;
}

/** Each once: shapes that differ in what they begin with have one. */
const apart = (gates: readonly RunBehind[]): RunBehind[] =>
  gates.filter((gate, index) => !gates.slice(0, index).some((other) => isSame(gate, other)));

const isSame = (one: RunBehind, other: RunBehind): boolean =>
  one.set === other.set &&
  one.notAfter === other.notAfter &&
  one.length === other.length &&
  one.most === other.most &&
  one.within === other.within;

/** A word of several is joined by what a language joins words with. */
const joined = (word: string): string[] =>
  /[a-z0-9]_[a-z0-9]/.test(word) ? ['_', '-', '.'].map((by) => word.replaceAll('_', by)) : [word];

/** What a value that stands alone is, where it is a whole run of its characters. */
function aloneOf(shape: Shape): Pick<RunBehind, 'most' | 'notAfter'> {
  const around = charactersOf(wordCharacters) + goesOnWith(shape).replace('=', '');
  const isWhole = shape.every((part) =>
    Array.from(typeof part === 'string' ? part : charactersOf(part.of)).every((character) => around.includes(character)),
  );
  return isWhole ? { most: longest(shape) + dashBefore(around), notAfter: setOf(notBefore(shape)) } : {};
}

// behind `${NAME:` the dash is part of the run
const dashBefore = (characters: string): number => (characters.includes('-') ? 1 : 0);

// Of a value with more beside it, the rest alone stands in far more texts than all of it does.
const mostBesideCore = 8;

/** The run that is nearly all of a value: where what stands beside it there is none of its characters, it is a run of just that length. */
function coreOf(shape: Shape, within: number): RunBehind | undefined {
  const index = shape.findIndex((part) => typeof part === 'object' && part.least >= runOf(shape).length - mostBesideCore);
  const part = shape[index];
  if (typeof part !== 'object') return undefined;
  const own = charactersOf(part.of);
  const notBehind = tableOf(charactersOf(wordCharacters) + goesOnWith(shape));
  if (Array.from(own).some(followersOf(shape.slice(index + 1), notBehind))) return undefined;
  const notAfter = notBeforeCore(shape, index);
  if (Array.from(own).some((character) => notAfter.bytes[character.charCodeAt(0)] === 0)) return undefined;
  const most = part.most + (index === 0 ? dashBefore(own) : 0);
  return { set: setOf(own), length: part.least, most, notAfter, within: within + longest(shape.slice(0, index)) };
}

/** What does not stand before a part of a shape. */
function notBeforeCore(shape: Shape, index: number): AsciiSet {
  const before = shape[index - 1];
  if (before === undefined) return setOf(notBefore(shape));
  return allBut(typeof before === 'string' ? before.slice(-1) : charactersOf(before.of));
}
