import { matcherOf } from './engine/engine.ts';
import { longestOf, type PackedLiterals, packLiterals } from './engine/kernel-literals.ts';
import { farthestOf, type Literal, type Matcher, type Places } from './engine/matcher.ts';
import { ignoreMarks } from './ignore.ts';
import type { AnyRule } from './rules/rule.ts';

/** What the first pass knows of some rules, in data alone, so that none of them has to be made before a text leads to it. */
export interface PreparedPass {
  readonly literals: PackedLiterals;
  /** By literal of a rule, its rule's place in their order. Those after these are the words of ignore comments. */
  readonly places: Uint16Array;
  readonly farthest: number;
  /** The places of the rules that look through a whole text. */
  readonly sweeping: readonly number[];
}

export interface FirstPass extends Pick<PreparedPass, 'farthest'> {
  readonly matcher: Matcher;
  /** Of the literals. */
  readonly lengths: Uint8Array;
  /** How many of the literals are of rules; those after these are the words of ignore comments. */
  readonly ofRules: number;
  readonly longest: number;
  /** The rule of a literal; undefined for those of ignore comments. */
  ruleOf(literal: number): AnyRule | undefined;
}

export function prepare(rules: readonly AnyRule[]): PreparedPass {
  const literals = literalsOf(rules);
  return {
    literals: packLiterals(literals),
    places: Uint16Array.from(rules.flatMap((rule, place) => rule.literals.map(() => place))),
    farthest: farthestOf(literals),
    sweeping: [...rules.keys()].filter((place) => rules[place]!.sweep !== undefined),
  };
}

const literalsOf = (rules: readonly AnyRule[]): readonly Literal[] => [...rules.flatMap((rule) => rule.literals), ...ignoreMarks];

/** The first pass over the literals of rules that it was prepared for; `ruleAt` gives the one at a place of their order, `rules` all. */
export function firstPassOf(
  { literals, places, farthest }: PreparedPass,
  ruleAt: (place: number) => AnyRule,
  rules: () => readonly AnyRule[],
): FirstPass {
  const ofRules = places.length;
  return {
    matcher: matcherOf(literals, () => literalsOf(rules())),
    lengths: literals.lengths,
    longest: longestOf(literals),
    farthest,
    ofRules,
    ruleOf: (literal) => (literal < ofRules ? ruleAt(places[literal]!) : undefined),
  };
}

/** Do the places hold the words of an ignore comment? Hardly any text does: without them, no finding costs a look for one. */
export function mayIgnore({ ofRules }: FirstPass, { literals }: Pick<Places, 'literals'>): boolean {
  for (let index = 0; index < literals.length; index++) if (literals[index]! >= ofRules) return true;
  return false;
}
