/** A fixed text that the first pass looks for, in ASCII. `anyCase`: its letters match in either case; `text` is then in lower case. */
export interface Literal {
  readonly text: string;
  readonly anyCase?: true;
}

/** What the first pass over a text gives. */
export interface Places {
  /** Which literals, as indexes, and where each ends: in the order of the ends, of those that end together the longest first. */
  readonly literals: readonly number[];
  readonly ends: readonly number[];
  /** Every 40th place, where it lies in a run of exactly 40 characters of base 64, or in one that meets the sign of an escape: see runs.ts. */
  readonly runs: readonly number[];
}

/** Finds many literals in one pass, in a text or in its bytes. Of bytes, what is not ASCII is part of nothing that it finds. */
export interface Matcher {
  look(text: string | Uint8Array): Places;
}
