import { buildMatcher, type Matcher } from './engine/automaton.ts';
import type { Finding, Severity } from './finding.ts';
import { isIgnored, mayIgnore } from './ignore.ts';
import { pairs } from './pairs.ts';
import { allRules } from './rules/catalogue.ts';
import type { Located, Rule } from './rules/rule.ts';

export { accountOf } from './aws-account.ts';
export type { Finding, Severity } from './finding.ts';
export type { Rule } from './rules/rule.ts';
export { allRules };

const byId = new Map(allRules.map((rule) => [rule.id, rule]));

/** The rule of an id that a finding carries. Throws if there is none: a bug. */
export function ruleOf(id: string): Rule {
  const rule = byId.get(id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

export interface DetectOptions {
  /** Ids of rules whose findings are left out. They still serve as evidence for others: an access key id for its secret. */
  readonly disabledRules?: ReadonlySet<string>;
}

/**
 * The credentials in a text, in the order of their places, none inside another. Lines with an ignore comment (ours, or another scanner's)
 * are left out. The same text gives the same findings; the time is linear in the text's length, whatever it holds.
 */
export function detect(text: string, options: DetectOptions = {}): Finding[] {
  const located = withoutNested(locate(text));
  const partners = pairs(text, located);
  const ignoring = located.length > 0 && mayIgnore(text);
  const kept = located.map(({ rule, start, end }) => !options.disabledRules?.has(rule.id) && !(ignoring && isIgnored(text, start, end)));
  let count = 0;
  const place = kept.map((keeps) => (keeps ? count++ : undefined));
  return located.flatMap((one, index) => {
    if (!kept[index]) return [];
    const partner = partners.get(index);
    const pairedWith = partner === undefined ? undefined : place[partner];
    return {
      rule: one.rule.id,
      severity: severityOf(one, partner === undefined ? undefined : located[partner]),
      start: one.start,
      end: one.end,
      value: text.slice(one.start, one.end),
      ...(one.credential === undefined ? {} : { credential: one.credential }),
      ...(pairedWith === undefined ? {} : { pairedWith }),
    };
  });
}

/** A secret that is used with a temporary id is temporary itself. */
function severityOf({ rule, severity = rule.severity }: Located, partner: Located | undefined): Severity {
  return severity === 'error' && partner?.rule.temporary ? 'warning' : severity;
}

let compiled: { readonly matcher: Matcher; readonly rules: readonly Rule[] } | undefined;

/** The table of all literals, built at the first text and not when the module is loaded. */
function compile() {
  const literals = allRules.flatMap((rule) => rule.literals.map((literal) => ({ rule, literal })));
  return { matcher: buildMatcher(literals.map(({ literal }) => literal)), rules: literals.map(({ rule }) => rule) };
}

/** What each rule finds. A rule is not asked about a place inside what it has read already: that bounds the time of hostile text. */
function locate(text: string): Located[] {
  compiled ??= compile();
  const { matcher, rules } = compiled;
  const found: Located[] = [];
  const next = new Map<Rule, number>();
  matcher.each(text, (literal, start, end) => {
    const rule = rules[literal]!;
    if (start < (next.get(rule) ?? 0)) return;
    const checked = rule.check(text, start, end);
    if (checked === undefined) return;
    next.set(rule, checked.next);
    if (checked.match) found.push({ rule, ...checked.match });
  });
  for (const rule of allRules) {
    if (rule.sweep) found.push(...rule.sweep(text, found.toSorted(byPlace)).map((match) => ({ rule, ...match })));
  }
  return found;
}

/** By start; of those that start together, the longest first. */
const byPlace = (a: Located, b: Located): number => a.start - b.start || b.end - a.end;

function withoutNested(found: readonly Located[]): Located[] {
  let end = -1;
  return found.toSorted(byPlace).filter((one) => {
    if (one.end <= end) return false;
    end = one.end;
    return true;
  });
}
