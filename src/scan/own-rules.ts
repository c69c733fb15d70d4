import type { RuleSet } from '../detect/detect.ts';
import { withGeneric, withOwnRules } from '../detect/rule-set.ts';
import type { Message } from '../message.ts';

/** A list of rules as somebody wrote them, and what messages call the place where. */
export interface WrittenRules {
  readonly where: string | Message;
  readonly rules: readonly unknown[];
}

/** Which rules a text is looked at with, as another thread can be told. */
export interface RuleChoice {
  /** The rules that a person wrote; those of an earlier list come first. */
  readonly own: readonly WrittenRules[];
  /** Whether values count too that only their names call secrets. */
  readonly generic: boolean;
}

/**
 * The rules of a choice beside the catalogue, and why some of them are left out; those of an earlier list come first. The engine for their patterns is loaded
 * only where there is one. `onSlow` is told of a rule that is left out later, since it takes too long.
 */
export async function ruleSetOf(
  { own, generic }: RuleChoice,
  onSlow: (problem: Message) => void,
): Promise<{ rules: RuleSet; problems: readonly Message[] }> {
  let rules = generic ? withGeneric() : withOwnRules([]);
  const problems: Message[] = [];
  for (const { where, rules: written } of own) {
    if (written.length === 0) continue;
    const { ownRules } = await import('../detect/rules/own.ts');
    const made = ownRules(written, where, rules, onSlow);
    rules = withOwnRules(made.rules, rules);
    problems.push(...made.problems);
  }
  return { rules, problems };
}
