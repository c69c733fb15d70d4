import type { Sliceable } from './chunked-text.ts';
import { ruleOf } from './detect.ts';
import type { Finding } from './finding.ts';
import { wordsBefore } from './names-before.ts';
import { credentialOf } from './report.ts';
import { halfRules } from './rule-set.ts';

// The two halves of a key that stand in two texts: an id in `.env`, its secret in `config.js`.

/** A finding that is half of a key, and what its name says of which key that is. */
export interface Half {
  readonly finding: Finding;
  readonly index: number;
  readonly words: readonly string[];
}

// Where more lone halves meet, in a text or in a folder of samples, nothing tells which belong together; and the time stays in proportion.
const mostTogether = 64;

/** A text and its halves. */
export interface Place {
  /** The file's name, without its folders. */
  readonly name: string;
  /** The folders in which it lies, as far up as it may have a partner, the nearest first. */
  readonly folders: readonly string[];
  readonly halves: readonly Half[];
}

/** Where the other half of a finding stands: in which of the places, as which of its findings. */
export interface Elsewhere {
  readonly place: number;
  readonly index: number;
  readonly finding: Finding;
}

/** A finding whose other half may stand in another text. */
export interface Placed extends Finding {
  readonly elsewhere?: Elsewhere;
}

/** The findings of a text that are half of a key: an id, or its secret. Hardly any text has one. */
export function halvesOf(text: Sliceable, findings: readonly Finding[]): Half[] {
  const halves = findings.flatMap((finding, index) => (halfRules.has(finding.rule) ? [{ finding, index, words: none }] : []));
  // the names of the others are not asked for
  const lone = toBeTold(loneAmong(halves));
  for (const half of lone) if (lone.length <= mostTogether) half.words = wordsBefore(text, half.finding.start);
  return halves;
}

const none: readonly string[] = [];

const loneAmong = <OneHalf extends Half>(halves: readonly OneHalf[]): OneHalf[] =>
  halves.filter(({ finding }) => finding.pairedWith === undefined);

/** Those of many halves that stand for all: an id that a log repeats is one. */
function toBeTold<OneHalf extends Half>(halves: readonly OneHalf[]): readonly OneHalf[] {
  if (halves.length <= mostTogether) return halves;
  const first = new Map<string, OneHalf>();
  for (const half of halves) if (!first.has(keyOf(half.finding))) first.set(keyOf(half.finding), half);
  return [...first.values()];
}

/**
 * The partners, for each place by the index of the finding. A half that stands elsewhere beside its other half has that one, which is certain. Any other lone
 * half has the nearest of the other kind if that is one and the same key, and if it is the nearest of that one too: where two would do, neither is told. Nor is
 * any where more than 64 lone halves stand in one text, or meet in one folder.
 */
export function pairsAcross(places: readonly Place[]): ReadonlyMap<number, Elsewhere>[] {
  const partners = places.map(() => new Map<number, Elsewhere>());
  const lone: Lone[] = [];
  const crowded = new Set<string>();
  const twins = new Map<string, Map<string, Elsewhere>>();
  places.forEach(({ halves }, place) => {
    const byIndex = new Map(halves.map((half) => [half.index, half.finding]));
    for (const { finding } of halves) {
      const index = finding.pairedWith;
      const other = index === undefined ? undefined : byIndex.get(index);
      if (other === undefined) continue;
      const ofRule = twins.get(finding.rule) ?? new Map<string, Elsewhere>();
      twins.set(finding.rule, ofRule);
      const key = credentialOf(finding);
      if (!ofRule.has(key)) ofRule.set(key, { place, index: index!, finding: other });
    }
  });
  places.forEach(({ name, folders, halves }, place) => {
    const environment = environmentsIn(name);
    const ofPlace = loneAmong(halves);
    const told = new Set(toBeTold(ofPlace));
    const isCrowded = told.size > mostTogether;
    if (isCrowded) for (const folder of folders) crowded.add(folder);
    for (const half of ofPlace) {
      const twin = twins.get(half.finding.rule)?.get(credentialOf(half.finding));
      if (twin) partners[place]!.set(half.index, twin);
      else if (!isCrowded && told.has(half))
        lone.push({ ...half, place, words: [...half.words.map(asEnvironment), ...environment], stem: stemOf(name) });
    }
  });

  const nearest = nearestOf(lone, places, crowded);
  for (const half of lone) {
    const other = nearest(half);
    const back = other && nearest(other);
    if (!other || !back || keyOf(back.finding) !== keyOf(half.finding)) continue;
    partners[half.place]!.set(half.index, { place: other.place, index: other.index, finding: other.finding });
  }
  return partners;
}

/** The findings with their partners in other texts; a suspect without one is none. */
export function settle(findings: readonly Finding[], partners: ReadonlyMap<number, Elsewhere>): Placed[] {
  const isKept = (index: number) => !findings[index]!.suspect || partners.has(index);
  let count = 0;
  const now = findings.map((_, index) => (isKept(index) ? count++ : -1));
  return findings.flatMap((finding, index): Placed[] => {
    if (!isKept(index)) return [];
    const elsewhere = partners.get(index);
    const severity = severityBeside(finding, elsewhere);
    const { pairedWith } = finding;
    return [
      {
        ...finding,
        severity,
        ...(pairedWith === undefined ? {} : { pairedWith: now[pairedWith]! }),
        ...(elsewhere === undefined ? {} : { elsewhere }),
      },
    ];
  });
}

/** How bad a finding is with its other half elsewhere: a secret that is used with a temporary id is temporary itself. */
export function severityBeside({ severity }: Finding, elsewhere: Elsewhere | undefined): Finding['severity'] {
  return severity === 'error' && elsewhere && ruleOf(elsewhere.finding.rule).temporary ? 'warning' : severity;
}

interface Lone extends Half {
  readonly place: number;
  readonly stem: string;
}

const keyOf = (finding: Finding): string => `${finding.rule} ${credentialOf(finding)}`;

const farthestOfSuspect = 1;

/** Gives the one nearest other half of each, or none where it is not one. `crowded`: folders in which more halves meet than these. */
function nearestOf(lone: readonly Lone[], places: readonly Place[], crowded: ReadonlySet<string>): (half: Lone) => Lone | undefined {
  const meeting = new Map<string, { readonly half: Lone; readonly steps: number }[]>();
  const met = new Set<string>();
  for (const half of lone) {
    // what one text says of a key again and again is no more than saying it once
    const said = [half.place, keyOf(half.finding), ...half.words].join(' ');
    if (met.has(said)) continue;
    met.add(said);
    places[half.place]!.folders.forEach((folder, steps) => {
      const here = meeting.get(folder);
      if (here) here.push({ half, steps });
      else meeting.set(folder, [{ half, steps }]);
    });
  }
  const known = new Map<Lone, Lone | undefined>();
  const find = (half: Lone): Lone | undefined => {
    let least = Number.POSITIVE_INFINITY;
    let found: Lone[] = [];
    places[half.place]!.folders.forEach((folder, steps) => {
      const here = meeting.get(folder)!;
      if (here.length > mostTogether || crowded.has(folder)) return;
      for (const other of here) {
        const distance = distanceBetween(half, other.half, steps + other.steps);
        if (distance > least || distance === Number.POSITIVE_INFINITY) continue;
        found = distance < least ? [other.half] : [...found, other.half];
        least = distance;
      }
    });
    return new Set(found.map(({ finding }) => keyOf(finding))).size === 1 ? found[0] : undefined;
  };
  return (half) => {
    if (!known.has(half)) known.set(half, find(half));
    return known.get(half);
  };
}

/** How little speaks for two halves being of one key, where they lie so many folders apart; infinite where they cannot be. */
function distanceBetween(one: Lone, other: Lone, steps: number): number {
  const impossible = Number.POSITIVE_INFINITY;
  if (one.place === other.place) return impossible;
  const [secret, id] = ruleOf(one.finding.rule).partners?.includes(other.finding.rule) ? [one, other] : [other, one];
  if (!ruleOf(secret.finding.rule).partners?.includes(id.finding.rule)) return impossible;
  const shared = secret.words.some((word) => id.words.includes(word));
  if (!shared && secret.words.length > 0 && id.words.length > 0) return impossible;
  const { suspect } = secret.finding;
  if (suspect && (steps > farthestOfSuspect || !secret.words.every((word) => id.words.includes(word)))) return impossible;
  return 10 * steps + (suspect ? 5 : 0) - (shared ? 2 : 0) - (one.stem === other.stem ? 1 : 0);
}

/** `.env` is `env`; `prod.env` and `prod.js` are both `prod`. */
const stemOf = (name: string): string => /[^.]+/.exec(name.toLowerCase())?.[0] ?? '';

const environments: readonly (readonly [string, RegExp])[] = [
  ['prod', /^(?:prod|production|prd|live)$/],
  ['staging', /^(?:staging|stage|stg|preprod)$/],
  ['dev', /^(?:dev|devel|development|local)$/],
  ['test', /^(?:test|tests|testing|qa|ci)$/],
  ['demo', /^(?:demo|sandbox|example|sample)$/],
];

/** Names of one environment are one word. */
const asEnvironment = (word: string): string => environments.find(([, pattern]) => pattern.test(word))?.[0] ?? word;

/** Which environments a file's name speaks of: `.env.production` and `config.prod.js` of the same. */
function environmentsIn(name: string): string[] {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  return words.map(asEnvironment).filter((word) => environments.some(([environment]) => environment === word));
}
