import { beginsDefault } from '../engine/run-places.ts';
import { consistsOfWords, isPlaceholder, isSeries, isVaried } from '../randomness.ts';
import { rememberedPart, rememberedStretch, whenForgetting } from '../remembered.ts';
import { unitAt } from '../unit-at.ts';
import {
  charactersOf,
  endOfRun,
  leastVariety,
  type Reader,
  readerOf,
  runOf,
  type Shape,
  shapeInWords,
  tableOf,
  wordCharacters,
} from './shape.ts';
import { goesOnWith } from './token.ts';

// Where text of some shapes stands: found once for all rules that look for it, as a hostile text has the words of a dozen services before each value.

/** Where text of some shapes stands, apart from what would make it longer. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  /** How long is what all of its shape begin with? */
  readonly head: number;
  /** Does it look drawn at random? Undefined until it is asked. */
  isRandom: boolean | undefined;
  /** The next one in the text, which may begin inside this one. */
  behind: Candidate | undefined;
}

interface Form {
  /** How many units all its candidates begin with. */
  readonly head: number;
  /** By unit below 128, 1 if it may not stand before one. */
  readonly notBefore: Uint8Array;
  /** Where one ends that begins at a place and is no part of something longer, of no path, and not cut short. */
  readonly read: Reader;
}

const [inValue, goesOn] = [1, 2];

const is = (unit: number, kind: number, kinds: Uint8Array): boolean => unit < 128 && (kinds[unit]! & kind) !== 0;

/** The characters that may not stand before a value of this shape. */
export const notBefore = (shape: Shape): string => `${charactersOf(wordCharacters)}/.${goesOnWith(shape).replace('=', '')}`;

/** The candidates of some shapes in the text that was asked about last. */
export class Candidates {
  private readonly forms: readonly Form[];
  /** Is the shape one run of characters, so that none but these are in `kinds`? */
  private readonly isOneRun: boolean;
  /** May none begin behind any unit that one holds? */
  private readonly isWord: boolean;
  /** By unit below 128: may a candidate hold it, may it not stand before one? */
  private readonly kinds = new Uint8Array(128);
  private readonly shortest: number;
  /** How many different characters one has at least behind its head. */
  private readonly leastVaried: number;
  private text = '';
  private first: Candidate | undefined;
  private last: Candidate | undefined;
  /** From where on all are known up to `at`, and from there up to where one may hold all. */
  private from = 0;
  private at = 0;
  private heldTo = 0;
  /** Of what was read last: where it ends, and how long its head is. */
  private end = 0;
  private head = 0;

  constructor(shapes: readonly Shape[]) {
    for (const part of shapes.flat()) {
      for (const character of typeof part === 'string' ? part : charactersOf(part.of)) this.kinds[character.charCodeAt(0)]! |= inValue;
    }
    for (const character of `${charactersOf(wordCharacters)}/.`) this.kinds[character.charCodeAt(0)]! |= goesOn;
    const heads = shapes.map(([first]) => (typeof first === 'string' ? first : ''));
    this.forms = shapes.map((shape, index) => ({
      head: heads.find((head) => heads[index]!.startsWith(head))!.length,
      notBefore: tableOf(notBefore(shape)),
      read: readerOf(shape, tableOf(charactersOf(wordCharacters) + goesOnWith(shape))),
    }));
    this.isWord = this.kinds.every((kind) => kind !== inValue);
    this.isOneRun = shapes.length === 1 && shapes[0]!.length === 1;
    this.shortest = Math.min(...shapes.map((shape) => runOf(shape).length));
    this.leastVaried = Math.min(...shapes.map(leastVariety));
  }

  /** The first one that begins at `from` or behind it; those behind it that begin up to `last` are known then. To be asked in the order of the text. */
  firstIn(text: string, from: number, last: number): Candidate | undefined {
    if (text !== this.text || from < this.from) {
      if (this.text === '') whenForgetting(this.forget);
      this.text = text;
      this.at = this.heldTo = from;
      this.first = this.last = undefined;
    }
    this.from = from;
    while (this.first !== undefined && this.first.start < from) this.first = this.first.behind;
    if (this.first === undefined) this.last = undefined;
    if (this.at < from) this.at = from;
    if (this.at <= last) this.readOn(text, last);
    return this.first;
  }

  /** Does one stand between two places of a text, and look drawn at random? */
  isRandomAt(text: string, start: number, end: number): boolean {
    return end - start >= this.shortest && this.read(text, start, start) && this.end === end && this.looksRandom(text, start, end);
  }

  /** The same of one that was found. */
  isRandom(text: string, one: Candidate): boolean {
    if (one.isRandom === undefined) {
      this.head = one.head;
      one.isRandom = this.looksRandom(text, one.start, one.end);
    }
    return one.isRandom;
  }

  private readonly forget = () => {
    this.text = '';
    this.first = this.last = undefined;
  };

  /** Finds those that begin up to `last`. A run of 40 characters covers every 40th place, so where there is none, few units are looked at. */
  private readOn(text: string, last: number): void {
    const { kinds, shortest } = this;
    const farthest = Math.min(last, text.length - shortest);
    let { at } = this;
    let heldTo = Math.max(at, this.heldTo); // from `at` up to here, one may hold all
    while (at <= farthest) {
      const end = at + shortest;
      let place = end;
      while (place > heldTo && is(text.charCodeAt(place - 1), inValue, kinds)) place--;
      const isRun = place <= heldTo;
      if (!isRun) at = place;
      else {
        if (!is(unitAt(text, at - 1), goesOn, kinds) && this.read(text, at, end)) {
          this.add(at);
          if (this.isWord) at = this.end - 1;
        }
        do at++;
        while (at <= farthest && is(text.charCodeAt(at - 1), goesOn, kinds));
      }
      heldTo = Math.max(end, at);
    }
    this.at = at;
    this.heldTo = heldTo;
  }

  private add(start: number): void {
    const one: Candidate = { start, end: this.end, head: this.head, isRandom: undefined, behind: undefined };
    if (this.last === undefined) this.first = one;
    else this.last.behind = one;
    this.last = one;
  }

  /** Reads one at `start`, of which all up to `readTo` may be in it. */
  private read(text: string, start: number, readTo: number): boolean {
    if (text[start] === '-' && beginsDefault(text, start + 1)) return false;
    const before = unitAt(text, start - 1);
    for (const { notBefore, head, read } of this.forms) {
      const isPart = before < 128 && notBefore[before] !== 0 && !beginsDefault(text, start);
      const end = isPart ? -1 : read(text, start, this.isOneRun ? readTo : start);
      if (end === -1) continue;
      this.end = end;
      this.head = head;
      return true;
    }
    return false;
  }

  /** Says it of one that was read, or found, last. */
  private readonly looksRandom = rememberedPart(
    (text, start, end) => isVaried(text, this.leastVaried, start + this.head, end) && !isMadeUp(text, start, end),
  );
}

const ofShapes = new Map<string, Candidates>();

/** The candidates of these shapes: the same for the same shapes. */
export function candidatesOf(shapes: readonly Shape[]): Candidates {
  const key = shapes.map(shapeInWords).join(' ');
  let candidates = ofShapes.get(key);
  if (candidates === undefined) {
    candidates = new Candidates(shapes);
    ofShapes.set(key, candidates);
  }
  return candidates;
}

/** Does a value say of itself that it was not drawn at random? Rules that look for other shapes ask about the same one. */
const isMadeUp = rememberedStretch(
  (text, start, end) => isPlaceholder(text, start, end) || isWords(text, start, end) || isSeries(text, start, end),
);

/** An identifier, and not random: of short text nobody can tell, unless it is nothing but words with a capital each. */
const isWords = (text: string, start: number, end: number): boolean =>
  areCapitalised(text, start, end) || (end - start >= 32 && consistsOfWords(text, start, end));

const [smallLetters, capitals] = [tableOf(charactersOf('a-z')), tableOf(charactersOf('A-Z'))];
const [shortestWord, longestWord, mostWords] = [3, 16, 12];
/** How many capitals tell it: of long text one does, since no word is so long. */
const fewestCapitals = (length: number): number => (length >= 20 ? 1 : 3);

/** Is it some words with a capital each, of which the first may do without? Of random text little more than one capital is read. */
function areCapitalised(text: string, start: number, end: number): boolean {
  let at = endOfRun(text, start, Math.min(end, start + longestWord), smallLetters);
  if (at - start === longestWord) return false;
  let words = 0;
  for (let begin = at; begin < end; begin = at) {
    if (endOfRun(text, begin, begin + 1, capitals) === begin) return false;
    at = endOfRun(text, begin + 1, Math.min(end, begin + longestWord), smallLetters);
    if (at - begin < shortestWord) return false;
    words++;
  }
  return words >= fewestCapitals(end - start) && words <= mostWords;
}
