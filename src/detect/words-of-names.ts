import { whenForgetting } from './remembered.ts';

// Tells in one pass which of many words stand in a name, or before a value: a hostile text has names before a hundred thousand values.

/** By unit below 128: 1 to 36 for a letter, in either case, or a digit; 0 for what joins the parts of a name. */
const nameClasses = new Uint8Array(128);
for (let i = 0; i < 26; i++) nameClasses[65 + i] = nameClasses[97 + i] = 1 + i;
for (let i = 0; i < 10; i++) nameClasses[48 + i] = 27 + i;
const ofName = 37;

/** By unit below 128: itself, but a letter's small one. */
const cases = Uint8Array.from({ length: 128 }, (_, unit) => (unit >= 65 && unit <= 90 ? unit + 32 : unit));

/** A kind of words, a power of two below 2^15, and its words with blanks between them, of small letters and digits. One with a `$` behind it counts only at the end of a name. */
export type KindOfWords = readonly [kind: number, words: string];

/**
 * Says of a name, a part of a text, the kinds of the words that it holds, added up. Case does not count, nor what joins the name's parts: `Public-Key` holds `publickey`.
 */
export function kindsOfWords(words: readonly KindOfWords[]): (text: string, start?: number, end?: number) => number {
  let automaton: Automaton | undefined;
  return (text, start = 0, end = text.length) => {
    automaton ??= automatonOf(
      words.flatMap(([kind, ofKind]) =>
        ofKind.split(' ').map((word): Word => (word.endsWith('$') ? [kind << ofEnd, word.slice(0, -1)] : [kind, word])),
      ),
      nameClasses,
      ofName,
    );
    const { next, kinds, telling } = automaton;
    let [row, found] = [0, 0];
    for (let at = start; at < end; at++) {
      const unit = text.charCodeAt(at);
      const of = unit < 128 ? nameClasses[unit]! : 0;
      if (of === 0) continue;
      row = next[row + of]!;
      if (row >= telling) found |= kinds[row / ofName]!;
    }
    return (found & anywhere) | (kinds[row / ofName]! >> ofEnd);
  };
}

const ofEnd = 15;
const anywhere = 2 ** ofEnd - 1;

/**
 * Given words in small letters, none of more than 30: says where the last one to end ends that stands between two places of a text; the first place, if none does.
 * Case does not count. Where it is asked in the order of the text, each part of that is read once.
 */
export function endOfLast(words: readonly string[]): (text: string, from: number, to: number) => number {
  let automaton: Automaton | undefined;
  let read = '';
  let [readSince, readTo, row, begin, end] = [0, 0, 0, 0, 0]; // `begin` and `end` are of the last word before `readTo`
  const forget = () => {
    read = '';
  };

  const readFrom = (text: string, from: number): void => {
    if (read === '') whenForgetting(forget);
    read = text;
    readSince = readTo = begin = end = from;
    row = 0;
  };

  const readOn = (text: string, to: number): void => {
    automaton ??= automatonOf(byLength(words), cases, cases.length);
    const { next, kinds, telling } = automaton;
    let now = row;
    for (let at = readTo; at < to; at++) {
      const unit = text.charCodeAt(at);
      now = next[now + (unit < 128 ? cases[unit]! : 0)]!;
      if (now < telling) continue;
      end = at + 1;
      begin = end - shortestOf(kinds[now / cases.length]!);
    }
    readTo = Math.max(readTo, to);
    row = now;
  };

  return (text, from, to) => {
    if (text !== read || to < readTo || from > readTo || from < readSince) readFrom(text, from);
    readOn(text, to);
    if (begin < from && end > from) {
      readFrom(text, from);
      readOn(text, to);
    }
    return Math.max(from, end);
  };
}

/**
 * Given words of small letters and digits, none of more than 30: may one of them stand between two places of a text? Case does not count, nor what joins the parts of
 * a name. A yes may be a mistake, a no never is. Where it is asked in the order of the text, each part of that is read once, and before a word hardly any.
 */
export const mayHoldWord = (words: readonly string[]): ((text: string, from: number, to: number) => boolean) => wordBetween(words, true);

/** The same of words that nothing may stand in. */
export const mayHoldWholeWord = (words: readonly string[]): ((text: string, from: number, to: number) => boolean) =>
  wordBetween(words, false);

// A word that ends behind what was read may begin so far in it, before a yes is cheaper than to look.
const farthestSeam = 64;

/** Reads back from the second place: the last word there is counts for the most of the places that are asked about next. */
function wordBetween(words: readonly string[], isOfParts: boolean): (text: string, from: number, to: number) => boolean {
  let automaton: Automaton | undefined;
  let read = '';
  let [readSince, readTo, begin] = [0, 0, -1]; // `begin` is of the word before `readTo` that begins last
  const forget = () => {
    read = '';
  };
  return (text, from, to) => {
    if (text !== read || from > readTo || from < readSince) {
      if (read === '') whenForgetting(forget);
      read = text;
      readSince = readTo = from;
      begin = -1;
    }
    const last = Math.min(to, text.length);
    if (begin >= from || last <= readTo) return begin >= from;
    automaton ??= automatonOf(byLength(words.map(reversed)), nameClasses, ofName);
    const { next, telling } = automaton;
    const lowest = Math.max(from, readTo - farthestSeam);
    let [row, at] = [0, last - 1];
    for (; at >= lowest; at--) {
      if (row === 0 && at < readTo) break;
      const unit = text.charCodeAt(at);
      const of = unit < 128 ? nameClasses[unit]! : 0;
      if (of === 0 && isOfParts) continue;
      row = next[row + of]!;
      if (row < telling) continue;
      begin = at;
      break;
    }
    if (begin < from && row !== 0 && at >= from) begin = at;
    readSince = from;
    readTo = last;
    return begin >= from;
  };
}

const reversed = (word: string): string => Array.from(word).reverse().join('');

/** Tells whether a text holds one of these words, of small letters and digits. Case does not count. `spelled`: characters that stand for a letter. */
export function holdsWord(words: readonly string[], spelled: Readonly<Record<string, string>> = {}): (text: string) => boolean {
  const classes = nameClasses.slice();
  for (const [character, letter] of Object.entries(spelled)) classes[character.charCodeAt(0)] = classes[letter.charCodeAt(0)]!;
  let automaton: Automaton | undefined;
  return (text) => {
    automaton ??= automatonOf(byLength(words), nameClasses, ofName);
    const { next, telling } = automaton;
    let row = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      row = next[row + (unit < 128 ? classes[unit]! : 0)]!;
      if (row >= telling) return true;
    }
    return false;
  };
}

/** The words, each of the kind that tells its length. */
const byLength = (words: readonly string[]): Word[] => words.map((word) => [1 << word.length, word]);

/** How long the shortest word is that ends where words of these kinds do. */
const shortestOf = (lengths: number): number => 31 - Math.clz32(lengths & -lengths);

/** The automaton of Aho and Corasick. */
interface Automaton {
  /** A row for each state, which holds by class where the next one's begins. */
  readonly next: Uint16Array;
  /** By state: the kinds of the words that end there. */
  readonly kinds: Int32Array;
  /** Where the rows of the states begin in which a word ends: those of all others stand before it. */
  readonly telling: number;
}

type Word = readonly [kind: number, word: string];

/** `classes`: by unit below 128, below `width`. Throws if the words are too many for a table of 16 bits: a bug. */
function automatonOf(words: readonly Word[], classes: Uint8Array, width: number): Automaton {
  const { next, kinds, count } = statesOf(words, classes, width);
  if (count * width > 65_536) throw new Error(`${count} states of words`);
  const told = (state: number): boolean => kinds[state] !== 0;
  const states = Array.from({ length: count }, (_, state) => state);
  const inOrder = [...states.filter((state) => !told(state)), ...states.filter(told)];
  const places = new Uint16Array(count);
  for (const [place, state] of inOrder.entries()) places[state] = place;
  return {
    next: Uint16Array.from(
      { length: count * width },
      (_, at) => places[next[inOrder[Math.floor(at / width)]! * width + (at % width)]!]! * width,
    ),
    kinds: Int32Array.from(inOrder, (state) => kinds[state]!),
    telling: states.filter((state) => !told(state)).length * width,
  };
}

/** By state and class the state that comes next, by state the kinds of the words that end there, and how many states there are. */
function statesOf(words: readonly Word[], classes: Uint8Array, width: number) {
  const most = words.reduce((sum, [, { length }]) => sum + length, 1);
  const next = new Uint16Array(most * width);
  const kinds = new Int32Array(most);
  let count = 1;
  for (const [kind, word] of words) {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const place = state * width + classes[word.charCodeAt(at)]!;
      if (next[place] === 0) next[place] = count++;
      state = next[place]!;
    }
    kinds[state]! |= kind;
  }
  const fallbacks = new Uint16Array(count);
  const states = [0];
  for (const state of states) {
    for (let of = 1; of < width; of++) {
      const place = state * width + of;
      const otherwise = state === 0 ? 0 : next[fallbacks[state]! * width + of]!;
      const follower = next[place]!;
      if (follower === 0) next[place] = otherwise;
      else {
        fallbacks[follower] = otherwise;
        kinds[follower]! |= kinds[otherwise]!;
        states.push(follower);
      }
    }
  }
  return { next, kinds, count };
}
