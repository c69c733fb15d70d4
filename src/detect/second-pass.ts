import type { Places } from './engine/matcher.ts';
import { isPublished } from './published.ts';
import { forget } from './remembered.ts';
import type { RuleSet } from './rule-set.ts';
import { inBase64 } from './rules/encoded.ts';
import type { AnyRule, Encoded, Located, Match } from './rules/rule.ts';
import { type Run, runsOf40 } from './runs.ts';

/** What a rule made of a place of one of its literals: it has read up to `next` and found `match`, or nothing. */
export interface Reading {
  readonly rule: AnyRule;
  /** Where the literal ends, by which readings are in order. */
  readonly end: number;
  readonly next: number;
  readonly match?: Located;
}

/** What the rules find in a text: at the places of their literals, and by sweeping. Suspects are left out unless they are wanted. */
export function locate(rules: RuleSet, text: string, places: Places, suspects = false): Located[] {
  return locateWithin(rules, text, places, suspects, 0);
}

/** The same of a text that is so deep in others. */
function locateWithin(rules: RuleSet, text: string, places: Places, suspects: boolean, depth: number): Located[] {
  const found: Located[] = [];
  readPlaces(rules, text, places, (_rule, _end, _next, match) => match && found.push(match), wholeText(), depth);
  for (const swept of sweepAll(rules, text, runsOf40(text, places.runs), found, suspects)) for (const one of swept) found.push(one);
  return found;
}

/** A part of a text, and which part of its places the rules are asked about. */
interface Part {
  /** Where the part begins in the text. */
  readonly base: number;
  /** The index of the first place. */
  readonly first: number;
  /** Up to where each rule has read before, in the whole text. */
  readonly next: Map<AnyRule, number>;
  /** Told the end of each place: is it not to be asked about any more, and none after it? */
  readonly isOver: (end: number) => boolean;
}

/** Told what a rule made of a place: the parts of a {@link Reading}. A hostile text has a hundred thousand, and most of them nobody keeps. */
type OnReading = (rule: AnyRule, end: number, next: number, match: Located | undefined) => void;

const wholeText = (): Part => ({ base: 0, first: 0, next: new Map(), isOver: () => false });

/**
 * Asks the rules about their places. A rule is not asked about a place inside what it has read already: that bounds the time of hostile text. `text` may be
 * a part of the whole; places and readings are of the whole.
 */
export function readPlaces(
  rules: RuleSet,
  text: string,
  { literals, ends }: Pick<Places, 'literals' | 'ends'>,
  onReading: OnReading,
  { base, first, next, isOver } = wholeText(),
  depth = 0,
): void {
  const { ruleOf, lengths } = rules.firstPass;
  const decoded = new Map<number, number>();
  let last: AnyRule | undefined;
  let lastReadTo = 0; // by the last rule: a hostile text has many places of one
  for (let index = first; index < ends.length; index++) {
    const end = ends[index]!;
    if (isOver(end)) break;
    const rule = ruleOf(literals[index]!);
    if (rule === undefined) continue;
    if (rule !== last) {
      last = rule;
      lastReadTo = next.get(rule) ?? 0;
    }
    const start = end - lengths[literals[index]!]!;
    if (start < lastReadTo) continue;
    const checked = rule.check(text, start - base, end - base);
    if (checked === undefined) continue;
    lastReadTo = checked.next + base;
    next.set(rule, lastReadTo);
    const { match, encoded = none } = checked;
    onReading(rule, end, lastReadTo, match === undefined || isKnown(text, match) ? undefined : locatedAt(match, rule, base));
    // what several rules come upon is looked at once, by all of them
    if (encoded.length === 0 || depth === deepest || start < (next.get(inBase64) ?? 0)) continue;
    const decodedTo = encoded[0]!.end + base;
    next.set(inBase64, decodedTo);
    for (const one of encoded) {
      if (decoded.get(one.start) === one.end) continue;
      decoded.set(one.start, one.end);
      const inside = worstIn(rules, one, depth + 1);
      onReading(inBase64, end, decodedTo, inside && shiftMatch(inside, base));
    }
  }
  forget();
}

const none: readonly Encoded[] = [];

// A kubeconfig in a variable has keys in it that are encoded themselves.
const deepest = 2;

/** The worst credential that a text in base 64 holds, where that stands. */
function worstIn(rules: RuleSet, { start, end, said }: Encoded, depth: number): Located | undefined {
  const { text, from } = said();
  const inside = locateWithin(rules, text, rules.firstPass.matcher.look(text), false, depth).filter((one) => one.start >= from);
  const [worst] = inside.sort((a, b) => harmOf(b) - harmOf(a) || rules.byPlace(a, b));
  return worst && { ...worst, start, end, credential: worst.credential ?? text.slice(worst.start, worst.end) };
}

const harms = ['information', 'warning', 'error'];
const harmOf = ({ rule, severity = rule.severity }: Located): number => harms.indexOf(severity);

const isKnown = (text: string, { start, end, credential }: Match): boolean =>
  credential === undefined ? isPublished(text, start, end) : isPublished(credential);

/** A match of a part of a text that begins at `base`, in the whole text. Most are nothing but a place, or one that is suspected, and a copy of such takes a tenth of the time. */
function locatedAt(match: Match, rule: AnyRule, base: number): Located {
  const { credential, severity, suspect, expires, evidence } = match;
  const [start, end] = [match.start + base, match.end + base];
  if ((credential ?? severity ?? expires ?? evidence) !== undefined) return { ...match, start, end, rule };
  return suspect === undefined ? { start, end, rule } : { start, end, suspect, rule };
}

export const shiftMatch = <T extends Match>(match: T, by: number): T =>
  by === 0 ? match : { ...match, start: match.start + by, end: match.end + by };

/** What each sweeping rule finds in a text, told its runs, what the rules found where they read, and what the sweeping rules before it found. With suspects, unless they are not wanted. */
export function sweepAll(rules: RuleSet, text: string, runs: readonly Run[], read: readonly Located[], suspects = true): Located[][] {
  const { sweeping } = rules;
  const isSwept = read.length > 0 || runs.length > 0;
  const found = [...read];
  const all = sweeping.map((place) => {
    if (!isSwept) return [];
    const rule = rules.at(place);
    const swept: Located[] = [];
    for (const match of rule.sweep!(text, found, runs, suspects)) if (!isKnown(text, match)) swept.push(locatedAt(match, rule, 0));
    for (const one of swept) found.push(one);
    return swept;
  });
  forget();
  return all;
}

/** What was found, in the order of the readings. */
export function locatedIn(readings: readonly Reading[]): Located[] {
  const found: Located[] = [];
  for (const { match } of readings) if (match !== undefined) found.push(match);
  return found;
}
