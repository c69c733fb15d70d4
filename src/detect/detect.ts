import type { Sliceable } from './chunked-text.ts';
import { isClean } from './clean-bytes.ts';
import type { Places } from './engine/matcher.ts';
import type { Finding, Severity } from './finding.ts';
import { firstPass, mayIgnore } from './first-pass.ts';
import { isIgnored } from './ignore.ts';
import { pairs } from './pairs.ts';
import { allRules } from './rules/catalogue.ts';
import type { Located, Rule } from './rules/rule.ts';
import { byPlace, locate, locatedOf } from './second-pass.ts';

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
  /** Whether values are given too that are secrets only if a key id stands in a text beside this one; they are marked `suspect`. */
  readonly suspects?: boolean;
  /** Milliseconds since 1970; what has ended by then is left out. */
  readonly now?: number;
}

/**
 * The credentials in a text, in the order of their places, none inside another. Lines with an ignore comment (ours, or another scanner's)
 * are left out. The same text gives the same findings; the time is linear in the text's length, whatever it holds.
 */
export function detect(text: string, options: DetectOptions = {}): Finding[] {
  return detectAt(text, firstPass().matcher.look(text), options);
}

/**
 * The same for a text that is there as bytes: of one unit each (ASCII, Latin-1), or in UTF-8. `decoded` gives the text, and is called only where the bytes may
 * hold something: hardly ever.
 */
export function detectBytes(
  bytes: Uint8Array,
  encoding: 'ascii' | 'latin1' | 'utf-8',
  decoded: () => string,
  options: DetectOptions = {},
): Finding[] {
  const places = firstPass().matcher.look(bytes);
  return isClean(bytes, encoding !== 'utf-8', places) ? [] : detect(decoded(), options);
}

function detectAt(text: string, places: Places, options: DetectOptions): Finding[] {
  if (places.ends.length === 0 && places.runs.length === 0) return [];
  const { readings, swept } = locate(text, places);
  return findingsOf(text, [...readings.flatMap(locatedOf), ...swept.flat()], mayIgnore(places), options);
}

/** The findings that what the rules located amounts to. `ignoring`: the text may hold ignore comments. */
export function findingsOf(text: Sliceable, found: readonly Located[], ignoring: boolean, options: DetectOptions): Finding[] {
  if (found.length === 0) return [];
  const now = options.now ?? Date.now();
  const located = withoutNested(found, options.suspects === true).filter(({ expires }) => expires === undefined || expires > now);
  const partners = pairs(text, located);
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
      ...(one.suspect ? { suspect: true as const } : {}),
    };
  });
}

/** A secret that is used with a temporary id is temporary itself. */
function severityOf({ rule, severity = rule.severity }: Located, partner: Located | undefined): Severity {
  return severity === 'error' && partner?.rule.temporary ? 'warning' : severity;
}

/** A suspect gives way to whatever else is found where it stands. */
function withoutNested(found: readonly Located[], suspects: boolean): Located[] {
  let end = -1;
  const sure = found
    .filter(({ suspect }) => !suspect)
    .sort(byPlace)
    .filter((one) => {
      if (one.end <= end) return false;
      end = one.end;
      return true;
    });
  if (!suspects || sure.length === found.length) return sure;
  const free = found.filter(({ suspect, start, end }) => suspect && !sure.some((one) => one.start < end && one.end > start));
  return free.length === 0 ? sure : [...sure, ...free].sort(byPlace);
}
