import { matcherOf } from './engine/engine.ts';
import { farthestOf, type Literal, type Matcher, type Places } from './engine/matcher.ts';
import { ignoreMarks } from './ignore.ts';
import type { AnyRule } from './rules/rule.ts';

export interface FirstPass {
  readonly matcher: Matcher;
  readonly literals: readonly Literal[];
  /** By literal: whose it is. Those after these are the words of ignore comments. */
  readonly rules: readonly AnyRule[];
  readonly lengths: readonly number[];
  readonly longest: number;
  /** How far behind a literal its gates look at most. */
  readonly farthest: number;
}

/** The first pass over these rules' literals. */
export function firstPassOf(rules: readonly AnyRule[]): FirstPass {
  const literals: Literal[] = [];
  const ruleOf: AnyRule[] = [];
  for (const rule of rules) {
    for (const literal of rule.literals) {
      literals.push(literal);
      ruleOf.push(rule);
    }
  }
  for (const mark of ignoreMarks) literals.push(mark);
  const lengths = literals.map(({ text }) => text.length);
  let farthest: number | undefined;
  return {
    matcher: matcherOf(literals),
    literals,
    rules: ruleOf,
    lengths,
    longest: Math.max(...lengths),
    // only what changes is looked at by parts
    get farthest() {
      farthest ??= farthestOf(literals);
      return farthest;
    },
  };
}

/** Do the places hold the words of an ignore comment? Hardly any text does: without them, no finding costs a look for one. */
export function mayIgnore({ rules }: FirstPass, { literals }: Pick<Places, 'literals'>): boolean {
  for (let index = 0; index < literals.length; index++) if (literals[index]! >= rules.length) return true;
  return false;
}
