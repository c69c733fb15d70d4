import type { Literal } from '../engine/matcher.ts';
import type { Score, Severity } from '../finding.ts';
import type { Owner } from '../owner.ts';
import type { Run } from '../runs.ts';

export { base64 } from '../base64.ts';

/** Where a rule's credential stands. Offsets are UTF-16 units. */
export interface Match {
  readonly start: number;
  readonly end: number;
  /** The credential with escapes (`%2F`, `\/`), string concatenation and base 64 undone, where that is not what the text holds. */
  readonly credential?: string | undefined;
  /** Only where it differs from the rule's. */
  readonly severity?: Severity | undefined;
  /** Its name fits, but whether it is one, only an access key id beside it would tell. */
  readonly suspect?: true | undefined;
  /** When it ends by itself, in milliseconds since 1970, where it says so. */
  readonly expires?: number | undefined;
  /** What speaks for it and what against, where the weights decide. */
  readonly evidence?: Score | undefined;
}

/** Something that is known of a credential without asking anybody: a sentence with named holes, and what fills them. */
export interface Fact {
  readonly text: string;
  readonly values: Readonly<Record<string, string | number | Date>>;
}

/** A text in base 64 that a rule came upon: all rules look at what it says. */
export interface Encoded {
  readonly start: number;
  readonly end: number;
  /** Its name and what it says, which begins at `from`, where a rule has read both. */
  readonly said?: string;
  readonly from?: number;
}

/** What a check says of one place of a literal: the credential there, or several, and up to where the rule need not look again. */
export interface Checked {
  readonly match?: Match | undefined;
  /** Those behind it. */
  readonly more?: readonly Match[] | undefined;
  readonly encoded?: Encoded | undefined;
  readonly next: number;
  /** Only where it goes on at `next`, as with the next line of a table. */
  readonly state?: State | undefined;
}

/** What a rule has to know where it goes on of what stands before, of which no place: then it goes on alike wherever that has moved. */
export type State = readonly number[];

/** Random text of an alphabet, for cases that look real and open nothing. */
export type Draw = (alphabet: string, count: number) => string;

export interface Cases {
  /** Texts in which the rule must find exactly one credential. */
  readonly ok: readonly string[];
  /** Texts in which it must find none. */
  readonly ng: readonly string[];
}

/** One kind of credential: what a person is told about it, and how it is recognised. Of the catalogue, or of somebody's own. */
export interface AnyRule {
  /** Stable: settings, ignore lists and links name it. */
  readonly id: string;
  readonly name: string;
  /** One sentence: what somebody who finds a leaked one can do. */
  readonly risk: string;
  /** The format, in words. */
  readonly format: string;
  readonly severity: Severity;
  /** The page that says how to revoke one. */
  readonly revocation?: string;
  /** What it finds gives way to what a rule of a lower rank finds at the same place. 0 if absent: the catalogue. */
  readonly rank?: Rank;
  /** The part that each one begins with, which may be shown. */
  readonly publicPrefix?: RegExp | undefined;
  /** The credential ends by itself within hours: a secret that is used with it is temporary too. */
  readonly temporary?: true;
  /** A person may have chosen it, so that another one may guess it: unlike what a service draws at random. */
  readonly isChosen?: true;
  /** Tests and examples hold ones of their own: in a file of theirs it is worth a word and no more. */
  readonly commonInTests?: true;
  /** The rules whose findings are this one's other half. */
  readonly partners?: readonly string[];
  /** What the first pass looks for. */
  readonly literals: readonly Literal[];
  /** Words of a text that holds one: where one of them stands in base 64, all rules look at what that says. */
  readonly inBase64?: readonly string[];
  /**
   * Looks at the place of a literal, from `start` to `end`. It reads a bounded part of the text (see `reach`), or says with `next` how far it read, so that
   * no text makes it read the same part again and again.
   */
  readonly check: (text: string, start: number, end: number) => Checked | undefined;
  /** Goes on at a place where it said that it would, with the state that it gave. It reads as far as `check` does, and is asked about no literal before it has. */
  readonly goOn?: (text: string, at: number, state: State) => Checked;
  /** How far behind a place the text decides, where that is more than `reach.after`. */
  readonly ahead?: number;
  /** What is known of a credential of this kind without asking anybody. */
  readonly facts?: (credential: string) => readonly Fact[];
  /**
   * For values without a literal of their own: looks once through the whole text, and may use what the literals led to, in any order, and the runs of 40 characters of base 64.
   * A text with neither is not swept. `suspects`: whether those are wanted too, which a text may hold thousands of.
   */
  readonly sweep?: (text: string, found: readonly Located[], runs: readonly Run[], suspects: boolean) => readonly Match[];
}

/** A rule of the catalogue. */
export interface Rule extends AnyRule {
  /** The page that documents its format, or `observed`. */
  readonly source: string;
  readonly revocation: string;
  readonly cases: (draw: Draw) => Cases;
}

/** The rules of a person come after those of the catalogue, so that none of them hides what those find; what only its name tells comes after both. */
export type Rank = 0 | 1 | 2;
export const ofPerson: Rank = 1;
export const generic: Rank = 2;

/**
 * How much of a text may decide about one place, in UTF-16 units: so far from a change, what was found before it stays as it is. `check` reads `before` units
 * before its literal and `after` behind it, or up to its `next` and `beyondNext` more; what `sweep` and those before it go by lies `around` a match.
 */
export const reach = { before: 1024, after: 4096, beyondNext: 1024, around: 1536 };

/** Up to where the text decides what a rule made of a place, from which on it read up to `next`. */
export const decidedTo = ({ ahead = reach.after }: AnyRule, place: number, next: number): number =>
  Math.max(place + ahead, next + reach.beyondNext);

/** A match and the rule it is of. */
export interface Located extends Match {
  /** Where it is a known secret: whose. */
  readonly owner: Owner | undefined;
  readonly rule: AnyRule;
}

/** A match of a rule at a place. All have the same fields, as to read one takes longer where objects of many kinds come by, and of each some thirty are read. */
export const locatedAt = (
  { credential, severity, suspect, expires, evidence }: Match,
  rule: AnyRule,
  start: number,
  end: number,
): Located => ({
  start,
  end,
  credential,
  severity,
  suspect,
  expires,
  evidence,
  owner: undefined,
  rule,
});

export const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
/** All signs of ASCII that can be seen. */
export const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(index + 33)).join('');
