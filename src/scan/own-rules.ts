import type { RuleSet } from '../detect/detect.ts';
import { withGeneric, withOwnRules } from '../detect/rule-set.ts';
import type { Message } from '../message.ts';

/** A list of rules as somebody wrote them, and what messages call the place where. */
export interface WrittenRules {
  readonly where: string;
  readonly rules: readonly unknown[];
}

/**
 * The catalogue, if `generic` the rule for values that only their names call secrets, and the rules of these lists, and why some of them are left out; those of an earlier list come first. The engine for their patterns is loaded
 * only where there is one.
 */
export async function ruleSetOf(
  lists: readonly WrittenRules[],
  generic = false,
): Promise<{ rules: RuleSet; problems: readonly Message[] }> {
  let rules = generic ? withGeneric() : withOwnRules([]);
  const problems: Message[] = [];
  for (const { where, rules: written } of lists) {
    if (written.length === 0) continue;
    const { ownRules } = await import('../detect/rules/own.ts');
    const made = ownRules(written, where, rules);
    rules = withOwnRules(made.rules, rules);
    problems.push(...made.problems);
  }
  return { rules, problems };
}
