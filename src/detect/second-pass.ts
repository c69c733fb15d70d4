import type { Hits, Places } from './engine/matcher.ts';
import { isPublished } from './published.ts';
import { forget, isSame } from './remembered.ts';
import type { RuleSet } from './rule-set.ts';
import { decode, inBase64 } from './rules/encoded.ts';
import { type AnyRule, type Checked, type Encoded, type Located, locatedAt, type Match, type State } from './rules/rule.ts';
import { type Run, runsOf40 } from './runs.ts';
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
  readPlaces(rules, text, places, (_rule, _end, _next, match) => match && found.push(match), wholeText, depth);
  const runs = runsOf40(text, places.runs);
  if (found.length > 0 || runs.length > 0) for (const place of rules.sweeping) sweepBy(rules.at(place), text, runs, found, suspects);
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
export function readPlaces(
  rules: RuleSet,
  text: string,
  { literals, ends }: Hits,
  onReading: OnReading,
  { base, first, before, isOver } = wholeText,
  depth = 0,
): void {
  const { ruleOf, placeOf, lengths } = rules.firstPass;
  let [block, passed] = [none, 0]; // values that were decoded together, and how many of them begin before the place
  let decodedTo = before?.get(inBase64)?.next ?? 0;
  let told: { readonly one: Encoded; readonly worst: Located | undefined } | undefined; // of the last one, and so of the next if that is the same
  let next: number[] | undefined; // by the rule's place: a map takes as long as many a rule
  let last: AnyRule | undefined;
  let [lastPlace, lastReadTo, lastHadRead] = [0, 0, 0]; // of the last rule, and up to where it has read, now and before its places: a hostile text has many of one
  const going = new Going(rules, before);
  for (let index = first; ; index++) {
    const end = index < ends.length ? ends[index]! : behindAll - 1;
    if (going.at <= end) {
      next ??= [];
      if (lastReadTo > lastHadRead) next[lastPlace] = lastReadTo;
      last = undefined; // it may be one of those that go on
      lastReadTo = lastHadRead = 0;
      if (!going.goOn(text, base, end, next, onReading, isOver)) break;
    }
    if (index >= ends.length || isOver(end)) break;
    const rule = ruleOf(literals[index]!);
    if (rule === undefined) continue;
    if (rule !== last) {
      if (lastReadTo > lastHadRead) {
        next ??= [];
        next[lastPlace] = lastReadTo;
      }
      last = rule;
      lastPlace = placeOf(literals[index]!);
      lastReadTo = lastHadRead = next?.[lastPlace] ?? before?.get(rule)?.next ?? 0;
    }
    const start = end - lengths[literals[index]!]!;
    if (start < lastReadTo) continue;
    const checked = rule.check(text, start - base, end - base);
    if (checked === undefined) continue;
    lastReadTo = checked.next + base;
    const { state, encoded = none } = checked;
    tell(text, base, rule, end, checked, onReading);
    if (state !== undefined) going.add({ rule, place: lastPlace, next: lastReadTo, state });
    // what several rules come upon is looked at once, by all of them
    if (encoded.length === 0 || depth === deepest || start < decodedTo) continue;
    decodedTo = encoded[0]!.end + base;
    if (encoded.length > 1) [block, passed] = [encoded, 0];
    else {
      const { start: first, end: last } = encoded[0]!;
      while (passed < block.length && block[passed]!.start < first) passed++;
      if (block[passed]?.start === first && block[passed]!.end === last) continue;
    }
    for (const one of encoded) {
      if (told === undefined || told.one.said !== one.said || !isSame(text, told.one.start, told.one.end, text, one.start, one.end)) {
        told = { one, worst: worstIn(rules, text, one, depth + 1) };
      }
      const { worst } = told;
      onReading(inBase64, end, decodedTo, worst && within(worst, one.start + base, one.end + base, worst.credential!));
    }
  }
  if (depth === 0) forget();
}

/** Tells what a rule made of a place, which is one of the whole text, where what it was asked about begins at `base`. */
function tell(text: string, base: number, rule: AnyRule, place: number, { match, more, next, state }: Checked, onReading: OnReading): void {
  const readTo = next + base;
  onReading(
    rule,
    place,
    readTo,
    match === undefined || isKnown(text, match) ? undefined : locatedAt(match, rule, match.start + base, match.end + base),
    state,
  );
  if (more === undefined) return;
  for (const one of more)
    if (!isKnown(text, one)) onReading(rule, place, readTo, locatedAt(one, rule, one.start + base, one.end + base), state);
}

interface Goer extends ReadTo {
  readonly rule: AnyRule;
  /** In the order of the rules. */
  readonly place: number;
  next: number;
  state: State | undefined;
}

/** The rules that are to go on, a line at a time, in the order of the places with all that is looked for. Hardly any text has one. */
class Going {
  /** Where the first of them goes on. */
  at = behindAll;
  private rules: Goer[] = [];

  constructor(rules: RuleSet, before: Part['before']) {
    for (const [rule, { next, state }] of before ?? [])
      if (state !== undefined) this.add({ rule, place: rules.placeOf(rule), next, state });
  }

  add(one: Goer): void {
    this.rules.push(one);
    this.at = Math.min(this.at, one.next);
  }

  /** Lets them go on up to a place, and writes down up to where they have read. Returns whether that is not over before. */
  goOn(text: string, base: number, last: number, readTo: number[], onReading: OnReading, isOver: Part['isOver']): boolean {
    while (this.at <= last) {
      const { at } = this;
      if (isOver(at)) return false;
      this.at = behindAll;
      let hasEnded = false;
      for (const one of this.rules) {
        if (one.next === at) {
          const checked = one.rule.goOn!(text, at - base, one.state!);
          tell(text, base, one.rule, at, checked, onReading);
          one.next = readTo[one.place] = checked.next + base;
          one.state = checked.state;
        }
        if (one.state === undefined) hasEnded = true;
        else this.at = Math.min(this.at, one.next);
      }
      if (hasEnded) this.rules = this.rules.filter(({ state }) => state !== undefined);
    }
    return true;
  }
}

const none: readonly Encoded[] = [];

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
  const all = rules.sweeping.map((place) => (isSwept ? found.slice(sweepBy(rules.at(place), text, runs, found, suspects)) : []));
  forget();
  return all;
}

/** Adds to what was found what a sweeping rule finds. Returns the index of the first of that. */
function sweepBy(rule: AnyRule, text: string, runs: readonly Run[], found: Located[], suspects: boolean): number {
  const first = found.length;
  for (const match of rule.sweep!(text, found, runs, suspects))
    if (!isKnown(text, match)) found.push(locatedAt(match, rule, match.start, match.end));
  return first;
}

/** What was found, in the order of the readings. */
export function locatedIn(readings: readonly Reading[]): Located[] {
  const found: Located[] = [];
  for (const { match } of readings) if (match !== undefined) found.push(match);
  return found;
}
