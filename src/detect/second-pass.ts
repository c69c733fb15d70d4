import type { Places } from './engine/matcher.ts';
import { firstPass } from './first-pass.ts';
import { allRules } from './rules/catalogue.ts';
import type { Located, Match, Rule } from './rules/rule.ts';
import type { Run } from './runs.ts';

/** What a rule made of a place of one of its literals: it has read up to `next` and found `match`, or nothing. */
export interface Reading {
  readonly rule: Rule;
  /** Where the literal ends, by which readings are in order. */
  readonly end: number;
  readonly next: number;
  readonly match?: Match;
}

/**
 * Asks the rules about their places, from the index `first` of `places` on, until `isOver` says so of the end of a literal. A rule is not asked about a
 * place inside what it has read already, which `next` says of each: that bounds the time of hostile text.
 */
export function readPlaces(
  text: string,
  { literals, ends }: Pick<Places, 'literals' | 'ends'>,
  onReading: (reading: Reading) => void,
  next = new Map<Rule, number>(),
  first = 0,
  isOver?: (end: number) => boolean,
): void {
  const { rules, lengths } = firstPass();
  for (let index = first; index < ends.length; index++) {
    const end = ends[index]!;
    if (isOver?.(end)) return;
    const rule = rules[literals[index]!];
    if (rule === undefined) continue;
    const start = end - lengths[literals[index]!]!;
    if (start < (next.get(rule) ?? 0)) continue;
    const checked = rule.check(text, start, end);
    if (checked === undefined) continue;
    next.set(rule, checked.next);
    onReading({ rule, end, ...checked });
  }
}

/** The rules that look through a whole text, in the order in which they do. */
export const sweepingRules = allRules.filter(({ sweep }) => sweep !== undefined);

/** What a sweeping rule finds, told what was found before it and the runs of the text. */
export function sweep(rule: Rule, text: string, found: readonly Located[], runs: readonly Run[]): Located[] {
  return rule.sweep!(text, found.toSorted(byPlace), runs).map((match) => ({ rule, ...match }));
}

export const locatedOf = ({ rule, match }: Reading): Located[] => (match === undefined ? [] : [{ rule, ...match }]);

const order = new Map(allRules.map((rule, index) => [rule, index]));

/** By start; of those that start together, the longest first; of those at one place, the one that the catalogue names first: specific before generic. */
export const byPlace = (a: Located, b: Located): number => a.start - b.start || b.end - a.end || order.get(a.rule)! - order.get(b.rule)!;
