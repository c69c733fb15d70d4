import { matcherOf } from './engine/engine.ts';
import { type LiteralBytes, literalBytes } from './engine/kernel-literals.ts';
import { farthestOf, type Literal, type Matcher, type Places } from './engine/matcher.ts';
import { ignoreMarks } from './ignore.ts';
import type { AnyRule } from './rules/rule.ts';

/** What the first pass knows of some rules, in data alone, so that none of them has to be made before a text leads to it. */
export interface PreparedPass {
  readonly told: LiteralBytes;
  /** By literal of a rule, its rule's place in their order. Those after these are the words of ignore comments. */
  readonly places: readonly number[];
  readonly lengths: readonly number[];
  readonly farthest: number;
  /** The places of the rules that look through a whole text. */
  readonly sweeping: readonly number[];
}

export interface FirstPass extends Pick<PreparedPass, 'lengths' | 'farthest'> {
  readonly matcher: Matcher;
  /** How many of the literals are of rules; those after these are the words of ignore comments. */
  readonly ofRules: number;
  readonly longest: number;
  /** The rule of a literal; undefined for those of ignore comments. */
  ruleOf(literal: number): AnyRule | undefined;
}

export function prepare(rules: readonly AnyRule[]): PreparedPass {
  const literals = literalsOf(rules);
  return {
    told: literalBytes(literals),
    places: rules.flatMap((rule, place) => rule.literals.map(() => place)),
    lengths: literals.map(({ text }) => text.length),
    farthest: farthestOf(literals),
    sweeping: [...rules.keys()].filter((place) => rules[place]!.sweep !== undefined),
  };
}

const literalsOf = (rules: readonly AnyRule[]): readonly Literal[] => [...rules.flatMap((rule) => rule.literals), ...ignoreMarks];

/** The first pass over the literals of rules that it was prepared for; `ruleAt` gives the one at a place of their order, `rules` all. */
export function firstPassOf(
  { told, places, lengths, farthest }: PreparedPass,
  ruleAt: (place: number) => AnyRule,
  rules: () => readonly AnyRule[],
): FirstPass {
  const ofRules = places.length;
  return {
    matcher: matcherOf(told, () => literalsOf(rules())),
    lengths,
    longest: told.longest,
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
