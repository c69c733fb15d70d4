import { type FirstPass, firstPassOf } from './first-pass.ts';
import { genericRule } from './generic/rule.ts';
import { allRules } from './rules/catalogue.ts';
import { knownSecretRule } from './rules/known-secret.ts';
import type { AnyRule, Located } from './rules/rule.ts';

/** The rules that texts are looked at with. What it takes to use them is made at the first text, and kept with it. */
export class RuleSet {
  readonly rules: readonly AnyRule[];
  /** Those that look through a whole text, in the order in which they do. */
  readonly sweeping: readonly AnyRule[];
  private readonly byId: ReadonlyMap<string, AnyRule>;
  private readonly order: ReadonlyMap<AnyRule, number>;
  private made: FirstPass | undefined;

  constructor(rules: readonly AnyRule[]) {
    this.rules = rules;
    this.sweeping = rules.filter(({ sweep }) => sweep !== undefined);
    // what is known is found by every set
    this.byId = new Map([knownSecretRule, ...rules].map((rule) => [rule.id, rule]));
    this.order = new Map(rules.map((rule, index) => [rule, index]));
  }

  /** The first pass over all rules' literals. */
  get firstPass(): FirstPass {
    this.made ??= firstPassOf(this.rules);
    return this.made;
  }

  /** The rule of this id; undefined where there is none, or none any more. */
  find(id: string): AnyRule | undefined {
    return this.byId.get(id);
  }

  /** By start; of those that start together, the longest first; of those at one place, the one that is named first: specific before generic. */
  readonly byPlace = (a: Located, b: Located): number =>
    a.start - b.start || b.end - a.end || this.order.get(a.rule)! - this.order.get(b.rule)!;
}

/** The rules of the catalogue. */
export const catalogue = new RuleSet(allRules);

/** These rules, and a person's own after them. */
export const withOwnRules = (own: readonly AnyRule[], rules: RuleSet = catalogue): RuleSet =>
  own.length === 0 ? rules : new RuleSet([...rules.rules, ...own]);

/** These rules, and that for values which only their names call secrets. */
export const withGeneric = (rules: RuleSet = catalogue): RuleSet => new RuleSet([...rules.rules, genericRule]);
