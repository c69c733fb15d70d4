// Languages in whose strings there may be code, with strings in it.

import { behindAll } from '../text.ts';
import { code, type Mode, type Others, type Place, type Reader } from './reading.ts';
import { findSign } from './signs.ts';

export interface Syntax<M extends Mode> {
  readonly outermost: M;
  /** Takes a sign that stands in the innermost mode: says what is open behind it, and where that goes on if not at the next unit. */
  readonly take: (nest: Nest<M>, mode: M, sign: number, at: number) => void;
}

/** A here-document that begins behind the line. */
export interface HereDocument {
  readonly start: number;
  /** By unit below 128, whether it may stand before the word that ends it. */
  readonly indent: Uint8Array;
  readonly word: string;
}

/** So much behind a place may tell what stands before it. */
const lookedAhead = 130;

/** What is open at a place of a text. */
export class Nest<M extends Mode = Mode> {
  readonly text: string;
  /** From where on it is to be read. */
  next: number;
  documents: HereDocument[] = [];
  readonly others: Others;
  private readonly syntax: Syntax<M>;
  /** The innermost is the last. */
  private readonly open: M[];
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
  private ofString = code;
  /** Reads on in the outermost text, to its end. */
  private ahead: Nest<M> | undefined;
  /** Do others go on from here too? */
  private isAtJoint = false;

  constructor(syntax: Syntax<M>, text: string, others: Others, next: number, open: M[]) {
    this.syntax = syntax;
    this.text = text;
    this.others = others;
    this.next = next;
    this.open = open;
  }

  enter(mode: M, at: number): void {
    this.open.push(mode);
    if (mode.placeFrom === undefined || this.depth > 0) return;
    this.depth = this.open.length;
    this.outermost = mode.placeFrom(at);
  }

  leave(): void {
    if (this.open.length === 1 && this.open[0] === this.syntax.outermost) return;
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
    const { text, open, syntax } = this;
    while (this.next < to && open.length > 0) {
      const mode = open[open.length - 1]!;
      const at = findSign(text, this.next, mode.signs, to);
      this.next = Math.min(at, to);
      if (at >= to) return;
      this.next++;
      syntax.take(this, mode, text.charCodeAt(at), at);
    }
  }

  placeAt(at: number): Place {
    this.readTo(at);
    if (at < this.stringEnd) return this.ofString;
    return this.open.at(-1)!.placeFrom === undefined ? code : this.outermost;
  }

  /** Is what goes on over the last place over before another one, which a reading of the outermost text alone tells? */
  isOver(stop: number): boolean {
    if (this.depth === 0) return this.ofString.isSure === true || this.stringEnd <= stop;
    if (this.ahead?.outermost !== this.outermost) this.ahead = this.ofOutermost();
    return this.ahead.endsBefore(stop);
  }

  private ofOutermost(): Nest<M> {
    const copy = new Nest(this.syntax, this.text, this.others, this.next, this.open.slice(this.depth - 1));
    copy.unended = this.unended && new Map(this.unended);
    copy.unendedTo = this.unendedTo;
    copy.documents = [...this.documents];
    copy.outermost = this.outermost;
    copy.depth = 1;
    return copy;
  }

  private endsBefore(stop: number): boolean {
    while (this.next < stop && this.open.length > 0) {
      const joint = this.others.jointBehind(this.next);
      // what is open has to be all that tells what the text means from here on
      const isShared = joint < this.text.length && this.isPlain();
      if (isShared && this.isAtJoint) this.stepTo(joint);
      else this.readTo(isShared ? joint : Math.min(joint, stop));
      this.isAtJoint = isShared;
    }
    return this.next <= stop && this.open.length === 0;
  }

  private isPlain(): boolean {
    return this.unendedTo <= this.next && this.documents.length === 0;
  }

  /** Reads to a joint, or takes over what another reading made of the text up to there. */
  private stepTo(joint: number): void {
    const { open } = this;
    const { start, steps } = this.others;
    const from = start + this.next;
    const known = steps.get(from);
    for (let step = known; step !== undefined; step = step.other) {
      if (!endsWith(open, step.before)) continue;
      for (let index = 0; index < step.before.length; index++) open.pop();
      for (const mode of step.behind) open.push(mode as M);
      this.next = step.next - start;
      return;
    }
    const before = open.slice();
    this.fewest = open.length;
    this.readTo(joint);
    if (!this.isPlain() || this.next + lookedAhead > this.text.length) return;
    // the innermost that was not left was read on in
    const first = Math.max(0, this.fewest - 1);
    steps.set(from, { before: before.slice(first), behind: open.slice(first), next: start + this.next, other: known });
  }
}

function endsWith(all: readonly Mode[], last: readonly Mode[]): boolean {
  const first = all.length - last.length;
  if (first < 0) return false;
  for (let index = 0; index < last.length; index++) if (all[first + index] !== last[index]) return false;
  return true;
}

const alone = (): Others => ({ start: 0, jointBehind: () => behindAll, steps: new Map(), unended: new Map() });

export const nested =
  <M extends Mode>(syntax: Syntax<M>): Reader =>
  (text, from, others = alone()) => {
    const nest = new Nest(syntax, text, others, from, [syntax.outermost]);
    return { placeAt: (at) => nest.placeAt(at), isOver: (stop) => nest.isOver(stop) };
  };
