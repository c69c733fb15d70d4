// Languages in whose strings there may be code, with strings in it.

import { behindAll } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { code, type Others, type Place, type Reader, type Reading, valueAt } from './reading.ts';

/** Takes a sign that stands in the innermost mode: says what is open behind it, and where that goes on if not at the next unit. */
export type Take = (nest: Nest, at: number) => void;

/** What may be open at a place: a text, where it is told what the places in it are in, by where it begins, or code. */
export class Mode {
  /** By unit below 128, whether it is a sign with which something may begin or end, and what takes that. */
  readonly signs = new Uint8Array(128);
  readonly takes: Take[] = new Array(128).fill(() => {});
  /** By the sign's unit, what may stand behind it for something to begin or end: anything where it is not told. */
  readonly seconds: (Uint8Array | undefined)[] = new Array(128).fill(undefined);
  readonly placeFrom: ((start: number) => Place) | undefined;

  constructor(placeFrom?: (start: number) => Place) {
    this.placeFrom = placeFrom;
  }

  /** Gives some signs what takes them where one of `second` stands behind, or anything. Returns itself. */
  on(signs: string, take: Take, second?: Uint8Array): this {
    for (const sign of signs) {
      const unit = sign.charCodeAt(0);
      this.signs[unit] = 1;
      this.takes[unit] = take;
      this.seconds[unit] = second;
    }
    return this;
  }
}

/** By what begins it, up to where in the whole nothing of the kind ends. */
type Unended = readonly (readonly [kind: unknown, to: number])[];

/** What the text up to a joint, or a little farther, makes of the innermost modes that are open before it. */
interface Step {
  readonly before: readonly Mode[];
  /** What else counts before it. */
  readonly documentsBefore: readonly HereDocument[];
  readonly unendedBefore: Unended;
  readonly behind: readonly Mode[];
  /** In the whole text. */
  readonly next: number;
  readonly documents: readonly HereDocument[];
  readonly unended: Unended;
  /** What it makes of others. */
  readonly other: Step | undefined;
}

/** A here-document that begins behind the line. */
export interface HereDocument {
  readonly start: number;
  readonly word: string;
  /** May tabs stand before the word that ends it? */
  readonly isIndented: boolean;
}

/** So much behind a place may tell what stands before it. */
const lookedAhead = 130;
/** So many steps are kept: those from the places behind one comment are fewer. */
const mostSteps = 500;

/** What is open at a place of a text. */
export class Nest implements Reading {
  text: string;
  /** From where on it is to be read. */
  next: number;
  documents: HereDocument[] = [];
  readonly others: Others;
  /** The innermost is the last. */
  private open: Mode[];
  /** By what begins it, up to where nothing of the kind ends, and the farthest of these places. */
  private unended: Map<unknown, number> | undefined;
  private unendedTo = 0;
  /** How few have been open since somebody set it. */
  private fewest = 0;
  /** How many are open up to the outermost text, 0 where none is, and what the places in that are in. */
  private depth = 0;
  private outermost = code;
  /** Where the last string ends that has no code in it, and what the places in it are in. */
  private stringEnd = 0;
  private ofString: Place | undefined = code;
  /** Where that begins, if it is a value by itself, and whether it surely is one. */
  private stringStart = 0;
  private isSure = false;
  /** Reads on in the outermost text, to its end, if it is about the one that is open. */
  private ahead: Nest | undefined;
  private isAhead = false;
  /** Do others go on from here too? */
  private isAtJoint = false;

  constructor(text: string, others: Others, next: number, open: Mode[]) {
    this.text = text;
    this.others = others;
    this.next = next;
    this.open = open;
  }

  restart(text: string, from: number): void {
    this.text = text;
    this.next = from;
    if (this.documents.length > 0) this.documents = [];
    // what is open at first is never left; to set a length takes several times as long where there is little
    while (this.open.length > 1) this.open.pop();
    this.unended = undefined;
    this.unendedTo = 0;
    this.depth = 0;
    this.outermost = code;
    this.stringEnd = 0;
    this.isSure = false;
    this.isAhead = false;
  }

  enter(mode: Mode, at: number): void {
    this.open.push(mode);
    if (mode.placeFrom === undefined || this.depth > 0) return;
    this.depth = this.open.length;
    this.outermost = mode.placeFrom(at);
  }

  leave(): void {
    this.open.pop();
    const { length } = this.open;
    if (length < this.fewest) this.fewest = length;
    if (length < this.depth) this.depth = 0;
  }

  /** What is in a text or string is in the outermost one. */
  within(own: Place): Place {
    return this.depth > 0 ? this.outermost : own;
  }

  /** What has no code in it, from the sign on that is taken. */
  string(end: number, place: Place): void {
    this.next = end;
    this.stringEnd = end;
    this.ofString = place;
    this.isSure = false;
  }

  /** The same of a value, of which it is told only if somebody asks: a text may be full of them. */
  value(end: number, start: number, isSure: boolean): void {
    this.next = end;
    this.stringEnd = end;
    this.ofString = undefined;
    this.stringStart = start;
    this.isSure = isSure;
  }

  /** Says that nothing ends before a place that something of a kind begins. */
  endsNot(kind: unknown, to: number): void {
    this.unended ??= new Map();
    this.unended.set(kind, to);
    this.unendedTo = Math.max(this.unendedTo, to);
  }

  mayEnd(kind: unknown, at: number): boolean {
    return at >= this.unendedTo || at >= (this.unended?.get(kind) ?? 0);
  }

  readTo(to: number): void {
    const { text, open, others } = this;
    const units = others.whole ?? text;
    const start = others.whole === undefined ? 0 : others.start;
    const end = Math.min(to, text.length);
    while (this.next < to && open.length > 0) {
      const { signs, takes, seconds } = open[open.length - 1]!;
      let at = this.next;
      let unit = 0;
      for (; at < end; at++) {
        unit = units.charCodeAt(start + at);
        if (unit < 128 && signs[unit] === 1) {
          const second = seconds[unit];
          if (second === undefined || second[Math.min(unitAt(text, at + 1), 128)] === 1) break;
        }
      }
      if (at >= end) {
        this.next = to;
        return;
      }
      this.next = at + 1;
      takes[unit]!(this, at);
    }
  }

  placeAt(at: number): Place {
    this.readTo(at);
    if (at < this.stringEnd) return this.ofString ?? valueAt(this.stringStart);
    return this.open.at(-1)!.placeFrom === undefined ? code : this.outermost;
  }

  /** Is what goes on over the last place over before another one, which a reading of the outermost text alone tells? */
  isOver(stop: number): boolean {
    if (this.depth === 0) return this.isSure || this.stringEnd <= stop;
    this.ahead ??= new Nest(this.text, this.others, this.next, []);
    if (!this.isAhead || this.ahead.outermost !== this.outermost) this.ahead.goOnFrom(this);
    this.isAhead = true;
    return this.ahead.endsBefore(stop);
  }

  /** Goes on in the outermost text of another. */
  private goOnFrom({ text, next, open, depth, unended, unendedTo, documents, outermost }: Nest): void {
    this.text = text;
    this.next = next;
    while (this.open.length > 0) this.open.pop();
    for (let index = depth - 1; index < open.length; index++) this.open.push(open[index]!);
    this.unended = unended && new Map(unended);
    this.unendedTo = unendedTo;
    if (documents.length > 0 || this.documents.length > 0) this.documents = [...documents];
    this.outermost = outermost;
    this.depth = 1;
    this.isAtJoint = false;
  }

  private endsBefore(stop: number): boolean {
    while (this.next < stop && this.open.length > 0) {
      const joint = this.others.jointBehind(this.next);
      const isShared = joint < this.text.length;
      if (isShared && this.isAtJoint) this.stepTo(joint);
      else this.readTo(isShared ? joint : stop);
      this.isAtJoint = isShared;
    }
    return this.next <= stop && this.open.length === 0;
  }

  private stillUnended(): Unended {
    if (this.unendedTo <= this.next) return none;
    return [...this.unended!].filter(([, to]) => to > this.next).map(([kind, to]) => [kind, this.others.start + to]);
  }

  /** Reads to a joint, or takes over what another reading made of the text up to there. */
  private stepTo(joint: number): void {
    const { open, others } = this;
    const { start, steps } = others;
    const from = start + this.next;
    const known = steps.get(from) as Step | undefined;
    const unendedBefore = this.stillUnended();
    for (let step = known; step !== undefined; step = step.other) {
      if (endsWith(open, step.before) && areSame(this.documents, step.documentsBefore) && areAlike(unendedBefore, step.unendedBefore)) {
        this.take(step);
        return;
      }
    }
    const before = open.slice();
    const documentsBefore = this.documents.length === 0 ? none : [...this.documents];
    this.fewest = open.length;
    this.readTo(joint);
    if (Math.max(this.next, this.unendedTo) + lookedAhead > this.text.length) return;
    // the innermost that was not left was read on in
    const first = Math.max(0, this.fewest - 1);
    if (steps.size > mostSteps) steps.clear();
    const step: Step = {
      before: before.slice(first),
      documentsBefore,
      unendedBefore,
      behind: open.slice(first),
      next: start + this.next,
      documents: this.documents.length === 0 ? none : [...this.documents],
      unended: this.stillUnended(),
      other: known,
    };
    steps.set(from, step);
  }

  private take({ before, behind, next, documents, unended }: Step): void {
    const { open, others } = this;
    for (let index = 0; index < before.length; index++) open.pop();
    for (let index = 0; index < behind.length; index++) open.push(behind[index]!);
    this.next = next - others.start;
    if (documents.length > 0 || this.documents.length > 0) this.documents = [...documents];
    this.unended = undefined;
    this.unendedTo = 0;
    for (const [kind, to] of unended) this.endsNot(kind, to - others.start);
  }
}

const none: readonly never[] = [];

function endsWith(all: readonly Mode[], last: readonly Mode[]): boolean {
  const first = all.length - last.length;
  if (first < 0) return false;
  for (let index = 0; index < last.length; index++) if (all[first + index] !== last[index]) return false;
  return true;
}

const areSame = (some: readonly HereDocument[], others: readonly HereDocument[]): boolean =>
  some.length === others.length &&
  some.every(({ word, isIndented }, index) => word === others[index]!.word && isIndented === others[index]!.isIndented);

const areAlike = (some: Unended, others: Unended): boolean =>
  some.length === others.length && some.every(([kind, to], index) => kind === others[index]![0] && to === others[index]![1]);

const alone = (): Others => ({ start: 0, jointBehind: () => behindAll, steps: new Map(), unended: new Map() });

/** Reads a language in which nothing but one mode is open at first. */
export const nested =
  (outermost: Mode): Reader =>
  (text, from, others = alone()) =>
    new Nest(text, others, from, [outermost]);
