import type { Hits, Places } from './engine/matcher.ts';
import { isPublished } from './published.ts';
import { forget, isSame } from './remembered.ts';
import type { RuleSet } from './rule-set.ts';
import { decode, inBase64, readAround } from './rules/encoded.ts';
import { type AnyRule, type Checked, type Encoded, type Located, locatedAt, type Match, type State } from './rules/rule.ts';
import { type Run, runLength, runsOf40 } from './runs.ts';
import { behindAll } from './text.ts';

/** What a rule made of a place of one of its literals, or of one where it went on: it has read up to `next` and found `match`, or nothing. */
export interface Reading {
  readonly rule: AnyRule;
  /** Where the literal ends, or the rule went on: by that readings are in order. */
  readonly end: number;
  readonly next: number;
  readonly match: Located | undefined;
  readonly state: State | undefined;
}

/** Up to where a rule has read, and what it has to know where it goes on there. */
export type ReadTo = Pick<Reading, 'next' | 'state'>;

/** What the rules find in a text: at the places of their literals, and by sweeping. Suspects are left out unless they are wanted. */
export function locate(rules: RuleSet, text: string, places: Places, suspects = false): Located[] {
  return locateWithin(rules, text, places, suspects, 0);
}

/** The same of a text that is so deep in others. */
function locateWithin(rules: RuleSet, text: string, places: Places, suspects: boolean, depth: number): Located[] {
  const found: Located[] = [];
  // of what is in base 64 the worst counts, whichever rule is the first
  const taken = depth === 0 ? new Taken() : undefined;
  new Reader(rules, text, (_rule, _end, _next, match) => match && found.push(match), wholeText, depth, taken).read(places, 0);
  const runs = runsOf40(text, places.runs);
  if (found.length > 0 || runs.length > 0) for (const place of rules.sweeping) sweepBy(rules, place, text, runs, found, suspects);
  if (depth === 0) forget();
  return found;
}

/** A part of a text, and which part of its places the rules are asked about. */
interface Part {
  /** Where the part begins in the text. */
  readonly base: number;
  /** The index of the first place. */
  readonly first: number;
  /** Up to where each rule has read before, in the whole text. */
  readonly before?: ReadonlyMap<AnyRule, ReadTo>;
  /** Told the end of each place: is it not to be asked about any more, and none after it? */
  readonly isOver: (end: number) => boolean;
}

/** Told what a rule made of a place: the parts of a {@link Reading}. A hostile text has a hundred thousand, and most of them nobody keeps. */
export type OnReading = (rule: AnyRule, end: number, next: number, match: Located | undefined, state?: State) => void;

const wholeText: Part = { base: 0, first: 0, isOver: () => false };

/**
 * Asks the rules about their places. A rule is not asked about a place inside what it has read already: that bounds the time of hostile text. `text` may be
 * a part of the whole; places and readings are of the whole.
 */
export function readPlaces(rules: RuleSet, text: string, hits: Hits, onReading: OnReading, part = wholeText): void {
  new Reader(rules, text, onReading, part, 0, undefined).read(hits, part.first);
  forget();
}

/** Lets the rules read a text: at their places, where they go on, and what it has in base 64. */
class Reader {
  private readonly rules: RuleSet;
  private readonly text: string;
  private readonly onReading: OnReading;
  private readonly base: number;
  private readonly isOver: Part['isOver'];
  /** In how many others the text is. */
  private readonly depth: number;
  /** Where only what counts is told: what does. */
  private readonly taken: Taken | undefined;
  private readonly progress: Progress;
  /** The rules that are to go on, a line at a time, in the order of the places with all that is looked for. Hardly any text has one. */
  private going: Goer[] | undefined;
  /** Where the first of them goes on. */
  private goesOnAt = behindAll;
  /** Up to where what is in base 64 is decoded, in the whole text; behind all where the text is too deep in others, as nothing there is read then. */
  private decodedTo: number;
  /** What was decoded last, and what it holds: the next may be the same. */
  private decoded: Encoded | undefined;
  private worst: Located | undefined;

  constructor(rules: RuleSet, text: string, onReading: OnReading, { base, before, isOver }: Part, depth: number, taken: Taken | undefined) {
    this.rules = rules;
    this.text = text;
    this.onReading = onReading;
    this.base = base;
    this.isOver = isOver;
    this.depth = depth;
    this.taken = taken;
    this.progress = new Progress(before);
    this.decodedTo = depth === deepest ? behindAll : (before?.get(inBase64)?.next ?? 0);
    for (const [rule, { next, state }] of before ?? nothing)
      if (state !== undefined) this.letGoOn({ rule, place: rules.placeOf(rule), next, state });
  }

  /** Asks about the places from the one of an index on. */
  read({ literals, ends }: Hits, first: number): void {
    const { text, base, progress, isOver } = this;
    const { ruleOf, placeOf, formOf, lengths } = this.rules.firstPass;
    for (let index = first; ; index++) {
      const end = index < ends.length ? ends[index]! : behindAll - 1;
      if (this.goesOnAt <= end && !this.goOn(end)) return;
      if (index >= ends.length || isOver(end)) return;
      const literal = literals[index]!;
      const start = end - lengths[literal]!;
      const rule = ruleOf(literal);
      if (rule === undefined) {
        const form = formOf(literal);
        const encoded = form === undefined || start < this.decodedTo ? undefined : readAround(text, start - base, form);
        if (encoded !== undefined) this.lookInto(encoded, end);
        continue;
      }
      const place = placeOf(literal);
      if (start < progress.of(rule, place)) continue;
      const checked = rule.check(text, start - base, end - base);
      if (checked === undefined) continue;
      this.tell(rule, place, end, checked);
      if (checked.state !== undefined) this.letGoOn({ rule, place, next: checked.next + base, state: checked.state });
    }
  }

  /** Tells what a rule, of a place in their order, made of a place of the whole text. */
  private tell(rule: AnyRule, place: number, at: number, { match, more, encoded, next, state }: Checked): void {
    const { base, onReading } = this;
    const readTo = next + base;
    this.progress.readTo(place, readTo);
    onReading(rule, at, readTo, match && this.locatedOf(rule, place, match), state);
    if (more !== undefined)
      for (const one of more) {
        const located = this.locatedOf(rule, place, one);
        if (located !== undefined) onReading(rule, at, readTo, located, state);
      }
    if (encoded !== undefined && encoded.start + base >= this.decodedTo) this.lookInto(encoded, at);
  }

  /** What was found as that of the whole text, unless everybody has it, or it does not count since a rule before this one found it too. */
  private locatedOf(rule: AnyRule, place: number, match: Match): Located | undefined {
    const { text, base, taken } = this;
    const [start, end] = [match.start + base, match.end + base];
    if (taken?.isTaken(place, start, end) && countsAnyway(match, rule)) return undefined;
    if (isKnown(text, match)) return undefined;
    if (taken !== undefined && countsAnyway(match, rule)) taken.take(place, start, end);
    return locatedAt(match, rule, start, end);
  }

  private letGoOn(one: Goer): void {
    this.going ??= [];
    this.going.push(one);
    this.goesOnAt = Math.min(this.goesOnAt, one.next);
  }

  /** Lets the rules go on up to a place. Returns whether that is not over before. */
  private goOn(last: number): boolean {
    while (this.goesOnAt <= last) {
      const at = this.goesOnAt;
      if (this.isOver(at)) return false;
      this.goesOnAt = behindAll;
      let hasEnded = false;
      for (const one of this.going!) {
        if (one.next === at) {
          const checked = one.rule.goOn!(this.text, at - this.base, one.state!);
          one.next = checked.next + this.base;
          one.state = checked.state;
          this.tell(one.rule, one.place, at, checked);
        }
        if (one.state === undefined) hasEnded = true;
        else this.goesOnAt = Math.min(this.goesOnAt, one.next);
      }
      if (hasEnded) this.going = this.going!.filter(({ state }) => state !== undefined);
    }
    return true;
  }

  /** Tells what a value says that was come upon at a place of the whole text. All rules look at it, once, whichever of them come upon it. */
  private lookInto(one: Encoded, at: number): void {
    const { text, base, depth, decoded } = this;
    this.decodedTo = one.end + base;
    if (decoded === undefined || decoded.said !== one.said || !isSame(text, decoded.start, decoded.end, text, one.start, one.end)) {
      this.decoded = one;
      this.worst = worstIn(this.rules, text, one, depth + 1);
    }
    const { worst } = this;
    this.onReading(inBase64, at, this.decodedTo, worst && within(worst, one.start + base, one.end + base, worst.credential!));
  }
}

const mostTaken = 64;

/** Where what counts anyway was found last, and which rule found it: one behind that which finds the same need not tell it. */
class Taken {
  // by the eighth of its start, as far as so many go: values hardly begin nearer to each other
  private starts: Int32Array | undefined;
  private readonly ends: number[] = [];
  private readonly places: number[] = [];

  /** Did a rule before the one at a place of their order find this? */
  isTaken(place: number, start: number, end: number): boolean {
    const slot = (start >> 3) % mostTaken;
    return this.starts?.[slot] === start && this.ends[slot] === end && this.places[slot]! < place;
  }

  take(place: number, start: number, end: number): void {
    const slot = (start >> 3) % mostTaken;
    this.starts ??= new Int32Array(mostTaken).fill(-1);
    this.starts[slot] = start;
    this.ends[slot] = end;
    this.places[slot] = place;
  }
}

/** A rule that goes on. */
interface Goer extends ReadTo {
  readonly rule: AnyRule;
  /** In the order of the rules. */
  readonly place: number;
  next: number;
  state: State | undefined;
}

const nothing: ReadonlyMap<AnyRule, ReadTo> = new Map();

/** Up to where each rule has read. */
class Progress {
  private readonly before: Part['before'];
  private next: number[] | undefined; // by the rule's place: a map takes as long as many a rule
  // of the last rule, as a hostile text has many places of one
  private place = -1;
  private last = 0;
  private isFurther = false;

  constructor(before: Part['before']) {
    this.before = before;
  }

  of(rule: AnyRule, place: number): number {
    if (place !== this.place) {
      if (this.isFurther) this.keep();
      this.place = place;
      this.last = this.next?.[place] ?? this.before?.get(rule)?.next ?? 0;
    }
    return this.last;
  }

  /** Told that the rule at a place of their order has read up to there. */
  readTo(place: number, next: number): void {
    if (place !== this.place) {
      if (this.isFurther) this.keep();
      this.place = place;
    }
    this.last = next;
    this.isFurther = true;
  }

  private keep(): void {
    this.next ??= [];
    this.next[this.place] = this.last;
    this.isFurther = false;
  }
}

// A kubeconfig in a variable has keys in it that are encoded themselves.
const deepest = 2;

/** The worst credential that a text in base 64 holds. */
function worstIn(
  rules: RuleSet,
  text: string,
  { start, end, from = 0, said = decode(text, start, end) }: Encoded,
  depth: number,
): Located | undefined {
  const places = rules.firstPass.matcher.look(said);
  if (places.ends.length === 0 && places.runs.length === 0) return undefined;
  let worst: Located | undefined;
  for (const one of locateWithin(rules, said, places, false, depth)) {
    if (one.start < from) continue;
    if (worst === undefined || (harmOf(one) - harmOf(worst) || rules.byPlace(worst, one)) > 0) worst = one;
  }
  return worst && within(worst, start, end, worst.credential ?? said.slice(worst.start, worst.end));
}

/** What was found as that of a place of the text that holds it. */
const within = (found: Located, start: number, end: number, credential: string): Located => ({ ...found, start, end, credential });

const harms = ['information', 'warning', 'error'];
const harmOf = ({ rule, severity = rule.severity }: Located): number => harms.indexOf(severity);

const isKnown = (text: string, { start, end, credential }: Match): boolean =>
  credential === undefined ? isPublished(text, start, end) : isPublished(credential);

export const shiftMatch = <T extends Match>(match: T, by: number): T =>
  by === 0 ? match : { ...match, start: match.start + by, end: match.end + by };

/** What each sweeping rule finds in a text, told its runs, what the rules found where they read, and what the sweeping rules before it found. With suspects, unless they are not wanted. */
export function sweepAll(rules: RuleSet, text: string, runs: readonly Run[], read: readonly Located[], suspects = true): Located[][] {
  const isSwept = read.length > 0 || runs.length > 0;
  const found = [...read];
  const all = rules.sweeping.map((place) => (isSwept ? found.slice(sweepBy(rules, place, text, runs, found, suspects)) : []));
  forget();
  return all;
}

/** Adds to what was found what a sweeping rule, of a place in their order, finds. Returns the index of the first of that. */
function sweepBy(rules: RuleSet, place: number, text: string, runs: readonly Run[], found: Located[], suspects: boolean): number {
  const first = found.length;
  const rule = rules.at(place);
  for (const match of rule.sweep!(text, found, unclaimed(rules, place, runs, found), suspects))
    if (!isKnown(text, match)) found.push(locatedAt(match, rule, match.start, match.end));
  return first;
}

/** The runs that are not just what a rule before the one at `place` found, which counts in its stead, or that one where it read. */
function unclaimed(rules: RuleSet, place: number, runs: readonly Run[], found: readonly Located[]): readonly Run[] {
  if (runs.length === 0) return runs;
  let claimed: Uint8Array | undefined;
  let at = 0; // what was found stands mostly in the order of the text, as the runs do
  for (const one of found) {
    if (one.end - one.start < runLength || !countsAnyway(one, one.rule) || rules.placeOf(one.rule) > place) continue;
    while (at > 0 && runs[at]!.start > one.start) at--;
    while (at < runs.length - 1 && runs[at]!.start < one.start) at++;
    if (runs[at]!.start !== one.start || runs[at]!.end !== one.end) continue;
    claimed ??= new Uint8Array(runs.length);
    claimed[at] = 1;
  }
  return claimed === undefined ? runs : runs.filter((_, index) => claimed[index] === 0);
}

/** Does it count whatever else was found, but for what it is inside of? */
const countsAnyway = ({ evidence, expires, suspect }: Match, rule: AnyRule): boolean =>
  evidence === undefined && expires === undefined && !suspect && (rule.rank ?? 0) === 0;

/** What was found, in the order of the readings. */
export function locatedIn(readings: readonly Reading[]): Located[] {
  const found: Located[] = [];
  for (const { match } of readings) if (match !== undefined) found.push(match);
  return found;
}
