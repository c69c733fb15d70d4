import { matcherOf } from './engine/engine.ts';
import type { Matcher, Places } from './engine/matcher.ts';
import { ignoreMarks } from './ignore.ts';
import { allRules } from './rules/catalogue.ts';
import type { Rule } from './rules/rule.ts';

interface FirstPass {
  readonly matcher: Matcher;
  /** By literal: whose it is. Those after these are the words of ignore comments. */
  readonly rules: readonly Rule[];
  readonly lengths: readonly number[];
  readonly longest: number;
}

let made: FirstPass | undefined;

/** The first pass over all rules' literals, made at the first text and not when the module is loaded. */
export function firstPass(): FirstPass {
  made ??= make();
  return made;
}

function make(): FirstPass {
  const ofRules = allRules.flatMap((rule) => rule.literals.map((literal) => ({ rule, literal })));
  const literals = [...ofRules.map(({ literal }) => literal), ...ignoreMarks];
  const lengths = literals.map(({ text }) => text.length);
  return {
    matcher: matcherOf(literals),
    rules: ofRules.map(({ rule }) => rule),
    lengths,
    longest: Math.max(...lengths),
  };
}

/** Do the places hold the words of an ignore comment? Hardly any text does: without them, no finding costs a look for one. */
export function mayIgnore({ literals }: Pick<Places, 'literals'>): boolean {
  const firstMark = firstPass().rules.length;
  for (let index = 0; index < literals.length; index++) if (literals[index]! >= firstMark) return true;
  return false;
}
