import { type FirstPass, firstPassOf, type PreparedPass, prepareMore } from './first-pass.ts';
import { genericRules } from './generic/rule.ts';
import { preparedCatalogue } from './prepared-catalogue.ts';
import { rulesOf } from './rules/catalogue.ts';
import { knownSecretRule } from './rules/known-secret.ts';
import type { AnyRule, Located } from './rules/rule.ts';

/** Rules that are made together, when one of them is needed. */
interface Group {
  readonly size: number;
  readonly rules: () => readonly AnyRule[];
}

/** The rules that texts are looked at with. What it takes to use them is made at the first text, a rule only where a text leads to it, and kept with it. */
export class RuleSet {
  readonly added: readonly AnyRule[];
  private readonly groups: readonly Group[];
  private readonly prepared: PreparedPass;
  private readonly made: AnyRule[] = [];
  // what is known is found by every set
  private readonly byId = new Map<string, AnyRule>([[knownSecretRule.id, knownSecretRule]]);
  private readonly order = new Map<AnyRule, number>();
  private pass: FirstPass | undefined;

  /** `added`: which of the rules are no part of the catalogue. */
  constructor(groups: readonly Group[], prepared: PreparedPass, added: readonly AnyRule[] = []) {
    this.groups = groups;
    this.prepared = prepared;
    this.added = added;
  }

  /** All, in their order. */
  get rules(): readonly AnyRule[] {
    return this.groups.flatMap(({ rules }) => rules());
  }

  /** These, and more behind them. */
  with(more: readonly AnyRule[]): RuleSet {
    const groups = [...this.groups, { size: more.length, rules: () => more }];
    return new RuleSet(groups, prepareMore(this.prepared, more), [...this.added, ...more]);
  }

  /** The places of those that look through a whole text, in the order in which they do. */
  get sweeping(): readonly number[] {
    return this.prepared.sweeping;
  }

  /** The rule at a place of the order. */
  readonly at = (place: number): AnyRule => this.made[place] ?? this.make(place);

  private make(place: number): AnyRule {
    let first = 0;
    for (const { size, rules } of this.groups) {
      if (place < first + size) {
        rules().forEach((rule, index) => {
          this.made[first + index] = rule;
          this.order.set(rule, first + index);
          this.byId.set(rule.id, rule);
        });
        break;
      }
      first += size;
    }
    return this.made[place]!;
  }

  /** The place in the order of a rule that was made. */
  placeOf(rule: AnyRule): number {
    return this.order.get(rule)!;
  }

  /** The first pass over all rules' literals. */
  get firstPass(): FirstPass {
    this.pass ??= firstPassOf(this.prepared, this.at, () => this.rules);
    return this.pass;
  }

  /** The rule of this id; undefined where there is none, or none any more, or one that finds nothing and so has no name. */
  find(id: string): AnyRule | undefined {
    const place = this.prepared.ids.indexOf(id);
    const rule = this.byId.get(id) ?? (place === -1 ? undefined : this.at(place));
    return rule?.name === '' ? undefined : rule;
  }

  /** By start; of those that start together, the longest first; of those at one place, the one that is named first: specific before generic. */
  readonly byPlace = (a: Located, b: Located): number =>
    a.start - b.start || b.end - a.end || this.order.get(a.rule)! - this.order.get(b.rule)!;
}

const { sizes, pass, halves } = preparedCatalogue();

/** The ids of the catalogue's rules whose findings are half of a key. */
export const halfRules: ReadonlySet<string> = new Set(halves);

/** The rules of the catalogue. */
export const catalogue = new RuleSet(
  sizes.map((size, group) => ({ size, rules: () => rulesOf(group) })),
  pass,
);

/** These rules, and a person's own after them. */
export const withOwnRules = (own: readonly AnyRule[], rules: RuleSet = catalogue): RuleSet => (own.length === 0 ? rules : rules.with(own));

/** These rules, and that for values which only their names call secrets. */
export const withGeneric = (rules: RuleSet = catalogue): RuleSet => rules.with(genericRules());
