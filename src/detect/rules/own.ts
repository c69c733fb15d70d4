// A person's own rules: what a setting or a file says in RE2's syntax becomes rules beside those of the catalogue.
import { RE2JS } from 're2js';
import type { Severity } from '../finding.ts';
import type { RuleSet } from '../rule-set.ts';
import { type AnyRule, type Checked, type Match, ofPerson } from './rule.ts';

/** A rule as a person writes it. */
export interface WrittenRule {
  readonly id: string;
  /** In the syntax of RE2 (https://github.com/google/re2/wiki/Syntax); `^` and `$` stand for the ends of a line. */
  readonly pattern: string;
  /** In either case; one of them stands in what the pattern finds, or shortly before it. */
  readonly keywords: readonly string[];
  /** `error` if absent. */
  readonly severity?: Severity;
  readonly name?: string;
  /** What somebody who finds a leaked one can do. */
  readonly message?: string;
  /** The group of the pattern that is the secret; if absent the first, or the whole where there is none. */
  readonly group?: number;
}

/** Why a rule is left out: a sentence with named holes, and what fills them. */
export interface Problem {
  readonly text: string;
  readonly values: Readonly<Record<string, string | number | Problem>>;
}

type Check = (text: string, start: number, end: number) => Checked;

interface OwnRule extends AnyRule {
  readonly check: Check;
}

export interface OwnRules {
  readonly rules: readonly AnyRule[];
  readonly problems: readonly Problem[];
}

// What a rule may be at most: the time that it takes is in proportion to each of these, whatever its pattern and the text are.
const mostRules = 100;
const mostKeywords = 20;
const longestPattern = 1000;
const mostSteps = 500;
const longestWords = 300;
const [shortestKeyword, longestKeyword] = [3, 64];
// The first pass looks for the beginnings of keywords: all that there may be, whole, would come to more states than its table can number.
const longestLiteral = 10;

const parts = ['id', 'pattern', 'keywords', 'severity', 'name', 'message', 'group'];
const severities: readonly Severity[] = ['error', 'warning', 'information'];

/** What is said of a rule that says nothing of itself. */
export const defaultRisk = 'A rule of your own found it.';

/**
 * The rules that a list holds. One that cannot be used is left out and stops no other: `problems` says why. `where` is what they call the list: a setting,
 * or a file. `beside`: the rules that they will stand beside. `onSlow` is told of a rule that takes too long, which finds nothing from then on.
 */
export function ownRules(
  written: readonly unknown[],
  where: string | Problem,
  beside: RuleSet,
  onSlow: (problem: Problem) => void = () => {},
): OwnRules {
  const before = beside.added.filter(({ rank }) => rank === ofPerson).length;
  const own = new Set<string>();
  const rules: AnyRule[] = [];
  const problems: Problem[] = [];
  written.forEach((entry, index) => {
    const leftOut = (reason: Problem): Problem =>
      complaint('Rule {number} of {where} is left out: {reason}', { number: nameOf(entry, index), where, reason });
    try {
      if (before + rules.length === mostRules) refuse('there are {most} rules before it, and no more can be used.', { most: mostRules });
      const rule = ruleOf(entry);
      const other = beside.find(rule.id);
      if (other && other.rank !== ofPerson) refuse('its id is that of a rule of Keystow. Give it another one.');
      if (other || own.has(rule.id)) refuse('a rule before it has the same id. Give it another one.');
      own.add(rule.id);
      rules.push({ ...rule, check: bounded(rule.check, () => onSlow(leftOut(tooSlow))) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push(leftOut(error.problem));
    }
  });
  return { rules, problems };
}

const complaint = (text: string, values: Problem['values'] = {}): Problem => ({ text, values });

class Refused extends Error {
  readonly problem: Problem;

  constructor(said: Problem) {
    super(said.text);
    this.problem = said;
  }
}

function refuse(text: string, values?: Problem['values']): never {
  throw new Refused(complaint(text, values));
}

/** Its number from 1 and, if it has one, its id. */
function nameOf(entry: unknown, index: number): string {
  const id = isObject(entry) && typeof entry.id === 'string' ? entry.id.slice(0, 64) : '';
  return id === '' ? `${index + 1}` : `${index + 1} (${id})`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function ruleOf(entry: unknown): OwnRule {
  if (!isObject(entry)) return refuse('it has to be an object with {parts}.', { parts: parts.slice(0, 3).join(', ') });
  const unknown = Object.keys(entry).find((key) => !parts.includes(key));
  if (unknown !== undefined) return refuse('a rule has no {part}. It may have {parts}.', { part: unknown, parts: parts.join(', ') });
  const { id, severity = 'error' } = entry;
  if (typeof id !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(id)) {
    return refuse('its id has to be of small letters, digits and hyphens, at most {most}, and begin with a letter.', { most: 64 });
  }
  const severe = severities.find((one) => one === severity);
  if (severe === undefined) return refuse('its severity has to be one of {severities}.', { severities: severities.join(', ') });
  const keywords = keywordsOf(entry.keywords);
  const pattern = patternOf(entry.pattern);
  return {
    id,
    name: wordsOf('name', entry.name) ?? id,
    risk: wordsOf('message', entry.message) ?? defaultRisk,
    format: pattern.pattern(),
    severity: severe,
    rank: ofPerson,
    literals: [...new Set(keywords.map((keyword) => keyword.slice(0, longestLiteral)))].map((text) => ({ text, anyCase: true })),
    check: finder(pattern, groupOf(entry.group, pattern.groupCount()), keywords),
  };
}

function keywordsOf(given: unknown): string[] {
  const keywords = Array.isArray(given) ? given : [];
  if (keywords.length === 0 || keywords.length > mostKeywords) {
    return refuse('it needs keywords, {most} at most: texts of which one stands in each such secret, or shortly before it.', {
      most: mostKeywords,
    });
  }
  return keywords.map((keyword: unknown) => {
    if (
      typeof keyword === 'string' &&
      keyword.length >= shortestKeyword &&
      keyword.length <= longestKeyword &&
      /^[\x20-\x7e]*$/.test(keyword)
    ) {
      return keyword.toLowerCase();
    }
    return refuse('a keyword has to be of {least} to {most} ASCII characters, and {keyword} is not.', {
      least: shortestKeyword,
      most: longestKeyword,
      keyword: String(keyword).slice(0, longestKeyword + 1),
    });
  });
}

function patternOf(given: unknown): RE2JS {
  if (typeof given !== 'string' || given === '') return refuse('it has no pattern.');
  if (given.length > longestPattern) {
    return refuse('its pattern is longer than {most} characters. Make it shorter, or two rules of it.', { most: longestPattern });
  }
  const pattern = compiled(given);
  const steps = pattern.programSize();
  if (steps > mostSteps) {
    return refuse('its pattern comes to {steps} steps, and {most} are possible. Let it count less high.', { steps, most: mostSteps });
  }
  if (pattern.test(''))
    return refuse('its pattern matches a text without any character, so it would match everywhere. Let it ask for one.');
  return pattern;
}

function compiled(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.MULTILINE);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '').replace('`(?m)', '`'); // what the flag stands for there
    return refuse('its pattern is none of RE2, which looks neither ahead nor behind and refers to no group: {reason}.', { reason });
  }
}

function wordsOf(part: string, given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && given.trim() !== '' && given.length <= longestWords) return given;
  return refuse('its {part} has to be a text of at most {most} characters.', { part, most: longestWords });
}

function groupOf(given: unknown, count: number): number {
  if (given === undefined) return Math.min(1, count);
  if (typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= count) return given;
  return refuse('its group has to be a number from 0, the whole, to {count}, the last group of its pattern.', { count });
}

// What is found begins at most so many units before a keyword, or behind its beginning, and is no longer than that: a rule reads a bounded part of a text. It
// reads a stretch at once, however many keywords that holds.
const farthestBefore = 256;
const farthestBehind = 256;
const longest = 1024;
const stretch = 1024;

// RE2 takes time in proportion to a text, but what it takes for each character has hardly a bound. So a rule may take so many milliseconds for each thousand that it has read,
// and none is judged before it took some in all: the editor may wait for it. One place counts for no more than half of these, as a rule is slow before it is compiled.
const mostMsPerThousand = 10;
const leastMs = 150;

const tooSlow = complaint(
  'it takes more than {most} ms for 1000 characters, so all else is looked at without it. Let its pattern count less high or have fewer groups, or give it rarer keywords.',
  { most: mostMsPerThousand },
);

/** The same check until it turns out to be too slow, which `onSlow` is told: then it finds nothing any more. */
function bounded(check: Check, onSlow: () => void): AnyRule['check'] {
  let [spent, read] = [0, 0];
  let isTooSlow = false;
  return (text, start, end) => {
    if (isTooSlow) return undefined;
    const [began, cpuBegan] = [performance.now(), cpuMs()];
    const checked = check(text, start, end);
    // what the machine gave to other processes meanwhile is not the rule's, nor what this one did on other threads
    spent += Math.min(performance.now() - began, cpuMs() - cpuBegan, leastMs / 2);
    read += checked.next - start;
    isTooSlow = spent > leastMs && spent > (mostMsPerThousand * read) / 1000;
    if (isTooSlow) onSlow();
    return checked;
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function finder(pattern: RE2JS, group: number, keywords: readonly string[]): Check {
  const anyKeyword = new RegExp(`(?=${keywords.map((keyword) => keyword.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`, 'gi');

  /** Where the keywords of a stretch begin, and the first one behind it. */
  const keywordsIn = (text: string, start: number): number[] => {
    const places: number[] = [];
    for (const { index } of text.slice(start, start + stretch + farthestBehind + longest + longestKeyword).matchAll(anyKeyword)) {
      places.push(start + index);
      if (index >= stretch) break;
    }
    return places;
  };

  return (text, start) => {
    const next = start + stretch;
    const places = keywordsIn(text, start);
    const behind = places.findIndex((place) => place >= next);
    const nextKeyword = behind === -1 ? Number.POSITIVE_INFINITY : places.splice(behind)[0]!;
    if (places.length === 0) return { next };
    const last = places.at(-1)! + farthestBehind;
    const after = last + longest;
    const first = Math.max(0, places[0]! - farthestBefore);
    // one unit more on either side: it says whether a word or a line ends there
    const base = Math.max(0, first - 1);
    const window = text.slice(base, after + 1);
    if (!pattern.test(window)) return { next };
    const matches: Match[] = [];
    const matcher = pattern.matcher(window);
    let near = 0; // the first keyword that is not too far before what is found
    for (let found = matcher.find(first - base); found; found = matcher.find()) {
      const from = base + matcher.start();
      const to = base + matcher.end();
      // what has a keyword behind the stretch is found when that one is asked about
      if (from > last || (to > nextKeyword && from >= nextKeyword - farthestBefore)) break;
      while (places[near]! + farthestBehind < from) near++;
      const keyword = places[near]!;
      if (to <= keyword || from < keyword - farthestBefore || to > after || to - from > longest) continue;
      const [secret, secretEnd] = [base + matcher.start(group), base + matcher.end(group)];
      if (secret >= base && secretEnd > secret) matches.push({ start: secret, end: secretEnd });
    }
    const [match, ...more] = matches;
    return match === undefined ? { next } : { match, more, next };
  };
}
