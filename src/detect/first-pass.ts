import { matcherOf } from './engine/engine.ts';
import { longestOf, type PackedLiterals, packLiterals, withLiterals } from './engine/kernel-literals.ts';
import { farthestOf, type Hits, type Literal, type Matcher } from './engine/matcher.ts';
import { ignoreMarks, type Marks, noMarks } from './ignore.ts';
import { formsFor } from './rules/encoded.ts';
import type { AnyRule } from './rules/rule.ts';

/** What the first pass knows of some rules, in data alone, so that none of them has to be made before a text leads to it. */
export interface PreparedPass {
  readonly literals: PackedLiterals;
  /** How many of the literals, behind the words of ignore comments, are words of rules in base 64. */
  readonly forms: number;
  /** By literal of a rule, its rule's place in their order. Those come last. */
  readonly places: Uint16Array;
  /** Of the rules, in their order. */
  readonly ids: readonly string[];
  readonly farthest: number;
  /** The places of the rules that look through a whole text. */
  readonly sweeping: readonly number[];
}

export interface FirstPass extends Pick<PreparedPass, 'farthest'> {
  readonly matcher: Matcher;
  /** Of the literals. */
  readonly lengths: Uint8Array;
  readonly longest: number;
  /** The rule of a literal; undefined for those of ignore comments and forms. */
  ruleOf(literal: number): AnyRule | undefined;
  /** The place of a literal among the forms of words in base 64; undefined for all others. */
  formOf(literal: number): number | undefined;
  /** The place of the rule of a literal in the order of the rules, which it has to have. */
  placeOf(literal: number): number;
}

export function prepare(rules: readonly AnyRule[]): PreparedPass {
  const literals = literalsOf(rules);
  return {
    literals: packLiterals(literals),
    forms: formsFor(rules).length,
    places: Uint16Array.from(rules.flatMap((rule, place) => rule.literals.map(() => place))),
    ids: rules.map(({ id }) => id),
    farthest: farthestOf(literals),
    sweeping: sweepingIn(rules, 0),
  };
}

/** The same for rules behind those that it was prepared for, of which none is made for that. Throws if one has gates: a bug. */
export function prepareMore({ literals, forms, places, ids, sweeping, farthest }: PreparedPass, more: readonly AnyRule[]): PreparedPass {
  return {
    literals: withLiterals(
      literals,
      more.flatMap((rule) => rule.literals),
    ),
    forms,
    places: Uint16Array.from([...places, ...more.flatMap((rule, index) => rule.literals.map(() => ids.length + index))]),
    ids: [...ids, ...more.map(({ id }) => id)],
    farthest,
    sweeping: [...sweeping, ...sweepingIn(more, ids.length)],
  };
}

/** The places of those that sweep, where the first has this place. */
const sweepingIn = (rules: readonly AnyRule[], first: number): number[] =>
  rules.flatMap(({ sweep }, index) => (sweep === undefined ? [] : [first + index]));

const literalsOf = (rules: readonly AnyRule[]): readonly Literal[] => [
  ...ignoreMarks,
  ...formsFor(rules),
  ...rules.flatMap((rule) => rule.literals),
];

/** The first pass over the literals of rules that it was prepared for; `ruleAt` gives the one at a place of their order, `rules` all. */
export function firstPassOf(
  { literals, forms, places, farthest }: PreparedPass,
  ruleAt: (place: number) => AnyRule,
  rules: () => readonly AnyRule[],
): FirstPass {
  const ofRules = ignoreMarks.length + forms;
  const placeOf = (literal: number): number => places[literal - ofRules]!;
  return {
    matcher: matcherOf(literals, () => literalsOf(rules())),
    lengths: literals.lengths,
    longest: longestOf(literals),
    farthest,
    ruleOf: (literal) => (literal < ofRules ? undefined : ruleAt(placeOf(literal))),
    formOf: (literal) => (literal < ofRules && !isIgnoreMark(literal) ? literal - ignoreMarks.length : undefined),
    placeOf,
  };
}

export const isIgnoreMark = (literal: number): boolean => literal < ignoreMarks.length;

/** The places of the words of ignore comments. Hardly any text has one, and where there is none, no finding costs a look for a comment. */
export function marksIn({ literals, ends }: Hits): Marks {
  let marks: { literals: number[]; ends: number[] } | undefined;
  for (let index = 0; index < literals.length; index++) {
    if (!isIgnoreMark(literals[index]!)) continue;
    marks ??= { literals: [], ends: [] };
    marks.literals.push(literals[index]!);
    marks.ends.push(ends[index]!);
  }
  return marks ?? noMarks;
}
