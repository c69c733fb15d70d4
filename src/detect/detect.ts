import type { Sliceable } from './chunked-text.ts';
import { isClean } from './clean-bytes.ts';
import type { Places } from './engine/matcher.ts';
import type { Finding, Score, Severity } from './finding.ts';
import { marksIn } from './first-pass.ts';
import { judge } from './generic/score.ts';
import { ignoringIn, type Marks } from './ignore.ts';
import { isKeyFile, withKeyAlone } from './key-files.ts';
import { findKnown, type KnownMatch, mayHoldKnown } from './known/find.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { type Gaps, gapsOf, pairs } from './pairs.ts';
import { catalogue, type RuleSet } from './rule-set.ts';
import { allRules, rulesOf } from './rules/catalogue.ts';
import { knownSecretRule } from './rules/known-secret.ts';
import { type AnyRule, generic, type Located, ofPerson } from './rules/rule.ts';
import { locate } from './second-pass.ts';
import { hidingIn, type IgnoredBlock, ignoredBlocks } from './secretlint-blocks.ts';
import { testsIn } from './test-files.ts';

export { accountOf } from './aws-account.ts';
export { beginAfter, mostTexts } from './engine/matcher.ts';
export type { Finding, Severity } from './finding.ts';
export type { RuleSet } from './rule-set.ts';
export type { AnyRule, Rule } from './rules/rule.ts';
export { allRules };

/** The rule of an id that a finding of these rules carries. Throws if there is none: a bug. */
export function ruleOf(id: string, rules: RuleSet = catalogue): AnyRule {
  const rule = rules.find(id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

/** Loads the rules, as the first text would that leads to one. */
export const loadRules = (): void => void rulesOf(0);

export interface DetectOptions {
  /** Those of the catalogue if absent. */
  readonly rules?: RuleSet;
  /** Ids of rules whose findings are left out. They still serve as evidence for others: an access key id for its secret. */
  readonly disabledRules?: ReadonlySet<string>;
  /** Whether values are given too that are secrets only if a key id stands in a text beside this one; they are marked `suspect`. */
  readonly suspects?: boolean;
  /**
   * The file that the text is of, relative to the folder that is looked through: its kind and folders weigh where only a name calls a value a secret, and a private key of
   * tests or examples is told at Information.
   */
  readonly file?: string;
  /** Folders that are looked through too, where the names of files that lie there begin with these: `../shop`. */
  readonly folders?: readonly string[];
  /** Milliseconds since 1970; what has ended by then is left out. */
  readonly now?: number;
  /** Secrets that are told to be these, and found where no rule finds them. */
  readonly known?: KnownSecrets;
}

/**
 * The credentials in a text, in the order of their places, none inside another. Lines with an ignore comment (ours, or another scanner's)
 * are left out. The same text gives the same findings; the time is linear in the text's length, whatever it holds.
 */
export function detect(text: string, options: DetectOptions = {}): Finding[] {
  const { rules = catalogue } = options;
  return detectAt(text, rules.firstPass.matcher.look(text), rules, options);
}

/** How bytes are a text: of one unit each, or in UTF-8. */
export type ByteEncoding = 'ascii' | 'latin1' | 'utf-8';

/**
 * The same for a text that is there as bytes. `decoded` gives the text, and is called only where the bytes may hold something: hardly ever.
 */
export function detectBytes(bytes: Uint8Array, encoding: ByteEncoding, decoded: () => string, options: DetectOptions = {}): Finding[] {
  const { rules = catalogue } = options;
  const places = rules.firstPass.matcher.look(bytes, encoding === 'utf-8');
  const mayBe = isKeyFile(options.file) || mayHold(bytes, encoding, isAny(places) ? places : undefined, options);
  return mayBe ? detect(decoded(), options) : [];
}

/** Memory of at least `size` bytes, for texts that are to be looked at together where they lie. What was written to it before is in it. */
export const roomFor = ({ rules = catalogue }: DetectOptions, size: number): Buffer => rules.firstPass.matcher.room(size);

/** A text in the room, from `begin` to `end`. The first begins at 0, the next where `beginAfter` says. */
export interface BytesWithin {
  readonly begin: number;
  readonly end: number;
  readonly encoding: ByteEncoding;
  /** As {@link DetectOptions} have it. */
  readonly file?: string;
}

/** Which of some texts in the room may hold something, of `mostTexts` at most: nothing is found in the others. Takes less time than to look at one by one. */
export function whichMayHold(texts: readonly BytesWithin[], options: DetectOptions): boolean[] {
  const { rules = catalogue } = options;
  const all = rules.firstPass.matcher.lookWithin(texts.map(({ begin, end, encoding }) => ({ begin, end, isUtf8: encoding === 'utf-8' })));
  const room = roomFor(options, 0);
  return texts.map(({ begin, end, encoding, file }, index) => {
    if (isKeyFile(file)) return true;
    const places = all[index];
    return (places !== undefined || options.known !== undefined) && mayHold(room.subarray(begin, end), encoding, places, options);
  });
}

const isAny = ({ ends, runs }: Places): boolean => ends.length > 0 || runs.length > 0;

/** May these bytes hold something, of which the first pass gave the places, if there are any? */
function mayHold(
  bytes: Uint8Array,
  encoding: ByteEncoding,
  places: Places | undefined,
  { rules = catalogue, known }: DetectOptions,
): boolean {
  if (places !== undefined && !isClean(rules, bytes, encoding !== 'utf-8', places)) return true;
  return known !== undefined && mayHoldKnown(bytes, known);
}

function detectAt(text: string, places: Places, rules: RuleSet, options: DetectOptions): Finding[] {
  const known = options.known === undefined ? [] : findKnown(text, options.known);
  if (!isAny(places) && known.length === 0 && !isKeyFile(options.file)) return [];
  const located = locate(rules, text, places, options.suspects);
  const marks = marksIn(places);
  return findingsOf(text, standingIn(text, located, known, marks, options), ignoredBlocks(text, marks), fileIn(options));
}

/** What counts of all that was found in a text, in its order, nothing inside another. What touches nothing of it, and no text near it, changes none of it. */
export interface Standing {
  readonly located: readonly Judged[];
  /** Of each its text, or undefined where a comment or a setting leaves it out. */
  readonly values: readonly (string | undefined)[];
  /** What lies between them, as far as it was asked for. */
  readonly gaps: Gaps;
}

/** What the rules located, and the known secrets, amount to. `marks`: the places of the words of ignore comments. */
export function standingIn(
  text: Sliceable,
  found: readonly Located[],
  known: readonly KnownMatch[],
  marks: Marks,
  options: DetectOptions,
): Standing {
  const { rules = catalogue, disabledRules, file, now = Date.now() } = options;
  const unexpired = thoseThatStand(withKeyAlone(found, text, file, rules), rules, now, options);
  const located = known.length === 0 ? unexpired : withKnown(unexpired, known, disabledRules);
  const isIgnored = marks.ends.length === 0 ? undefined : ignoringIn(text, marks, file);
  const values = located.map(({ rule, start, end }) =>
    disabledRules?.has(rule.id) || isIgnored?.(start, end, rule.id) ? undefined : text.slice(start, end),
  );
  return { located, values, gaps: gapsOf(located.length) };
}

/** The findings of all that stands in a text but what is hidden in the `ignored` parts, which are in their order. */
export function findingsOf(
  text: Sliceable,
  { located, values, gaps }: Standing,
  ignored: readonly IgnoredBlock[],
  file: string | undefined,
): Finding[] {
  if (located.length === 0) return [];
  const partners = pairs(text, located, gaps);
  let ofTests: ((place: number) => boolean) | undefined;
  const isInTests = (place: number): boolean => {
    if (file === undefined) return false;
    ofTests ??= testsIn(file, text);
    return ofTests(place);
  };
  let count = 0;
  const isHidden = hidingIn(ignored);
  const told =
    ignored.length === 0
      ? values
      : values.map((value, index) => (isHidden(located[index]!.rule.id, located[index]!.start) ? undefined : value));
  const place = told.map((value) => (value === undefined ? undefined : count++));
  const findings: Finding[] = [];
  for (let index = 0; index < located.length; index++) {
    const one = located[index]!;
    const value = told[index];
    if (value === undefined) continue;
    const partner = partners[index] === -1 ? undefined : partners[index]!;
    const pairedWith = partner === undefined ? undefined : place[partner];
    const { rule, start, end, credential, owner, suspect, score } = one;
    const inTests = one.rule.commonInTests && one.owner === undefined && isInTests(start);
    const severity = inTests ? 'information' : severityOf(one, partner === undefined ? undefined : located[partner]);
    const finding: Written<Finding> =
      pairedWith === undefined
        ? { rule: rule.id, severity, start, end, value }
        : { rule: rule.id, severity, start, end, value, pairedWith };
    if (credential !== undefined) finding.credential = credential;
    if (owner !== undefined) finding.owner = owner;
    if (suspect) finding.suspect = true;
    if (inTests) finding.inTests = true;
    if (score !== undefined) finding.score = score;
    findings.push(finding);
  }
  return findings;
}

type Written<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Judged extends Located {
  readonly score?: Score;
}

/** What counts of what was found, in the order of the places. Mostly all of it does, or nothing is to be told but what lies in another. */
function thoseThatStand(found: readonly Located[], rules: RuleSet, now: number, options: DetectOptions): readonly Judged[] {
  if (mayGiveWay(found, now)) {
    const judged = found.some((other) => other.evidence) ? withScores(found, fileIn(options)) : found;
    return apart(judged, rules, options).filter((other) => other.expires === undefined || other.expires > now);
  }
  return areApart(found) ? found : withoutNested(withoutRepeated(found, rules).sort(rules.byPlace));
}

/** Is there any that counts only if its weights, its end or others say so? */
function mayGiveWay(found: readonly Located[], now: number): boolean {
  for (let index = 0; index < found.length; index++) {
    const one = found[index]!;
    const { evidence, expires } = one;
    if (evidence !== undefined || (expires !== undefined && expires <= now) || rankOf(one) !== 0) return true;
  }
  return false;
}

/** Do they stand one behind the other, in the order of the text? */
function areApart(found: readonly Located[]): boolean {
  let end = 0;
  for (let index = 0; index < found.length; index++) {
    const one = found[index]!;
    if (one.start < end) return false;
    end = one.end;
  }
  return true;
}

/** Of those one behind the other that stand at one place, the one that is named first: a dozen rules may find the same value. */
function withoutRepeated(found: readonly Located[], { byPlace }: RuleSet): Located[] {
  const kept: Located[] = [];
  let last: Located | undefined;
  for (const one of found) {
    if (last === undefined || last.start !== one.start || last.end !== one.end) kept.push(one);
    else if (byPlace(one, last) < 0) kept[kept.length - 1] = one;
    else continue;
    last = one;
  }
  return kept;
}

/** The file, relative to the folder that is looked through and that it lies in. */
function fileIn({ file, folders }: DetectOptions): string | undefined {
  const folder = folders?.find((one) => file?.startsWith(`${one}/`));
  return folder === undefined ? file : file!.slice(folder.length + 1);
}

/** What their evidence amounts to in this file, of those that are found by that; without those of which it is too little. */
function withScores(found: readonly Located[], file: string | undefined): Judged[] {
  const all: Judged[] = [];
  for (const one of found) {
    if (one.evidence === undefined) all.push(one);
    else {
      const judged = judge(one.evidence, file);
      if (judged !== undefined) all.push({ ...one, score: judged.score, severity: judged.severity });
    }
  }
  return all;
}

/**
 * What a rule found that touches a known secret stays what it is, so that whatever goes by the rule does not depend on what is known here, and is told whose it is. A
 * known secret that touches nothing of a rule that is on stands for itself, and takes the place of a suspect.
 */
function withKnown(located: readonly Judged[], known: readonly KnownMatch[], disabled: ReadonlySet<string> | undefined): Judged[] {
  let end = 0;
  const secrets = known.filter((one) => {
    if (one.start < end) return false;
    end = one.end;
    return true;
  });
  const alone = new Set(secrets);
  let next = 0;
  const told = located.flatMap((one): readonly Judged[] => {
    while (next < secrets.length && secrets[next]!.end <= one.start) next++;
    const first = secrets[next];
    if (first === undefined || first.start >= one.end) return [one];
    if (one.suspect) return [];
    const isOn = !disabled?.has(one.rule.id);
    for (let at = next; isOn && at < secrets.length && secrets[at]!.start < one.end; at++) alone.delete(secrets[at]!);
    return [{ ...one, owner: first.owner }];
  });
  const others = [...alone].map((one): Judged => ({ rule: knownSecretRule, ...one }));
  return [...told, ...others].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** A known secret is a long-term one. A secret that is used with a temporary id is temporary itself. */
function severityOf({ rule, severity = rule.severity, owner }: Located, partner: Located | undefined): Severity {
  if (owner !== undefined) return 'error';
  return severity === 'error' && partner?.rule.temporary ? 'warning' : severity;
}

/** The rank of what is found; a suspect comes after all others. */
const rankOf = ({ rule, suspect }: Located): number => (suspect ? ranks.at(-1)! : (rule.rank ?? 0));
const ranks = [0, ofPerson, generic, generic + 1];

/** What is inside nothing else, in the order of its places. What comes after others in rank gives way where it touches them, but not to what is switched off. */
function apart(found: readonly Judged[], { byPlace }: RuleSet, { disabledRules, suspects }: DetectOptions): Judged[] {
  const sorted = found.filter(({ suspect }) => suspects || !suspect).sort(byPlace);
  if (sorted.every((one) => rankOf(one) === 0)) return withoutNested(sorted);
  let kept: Judged[] = [];
  for (const rank of ranks) {
    const ofRank = sorted.filter((one) => rankOf(one) === rank);
    if (ofRank.length === 0) continue;
    const taken = kept.filter(({ rule }) => !disabledRules?.has(rule.id));
    const more = withoutNested(ofRank.filter(apartFrom(taken)));
    kept = kept.length === 0 ? more : [...kept, ...more].sort(byPlace);
  }
  return kept;
}

/** Does one touch none of the taken? To be asked in the order of the places. */
function apartFrom(taken: readonly Located[]): (one: Located) => boolean {
  let at = 0;
  return ({ start, end }) => {
    while (at < taken.length && taken[at]!.end <= start) at++;
    return at === taken.length || taken[at]!.start >= end;
  };
}

function withoutNested(sorted: readonly Judged[]): Judged[] {
  let end = -1;
  return sorted.filter((one) => {
    if (one.end <= end) return false;
    end = one.end;
    return true;
  });
}
