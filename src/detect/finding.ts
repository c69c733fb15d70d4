import type { Owner } from './owner.ts';

/** How bad a finding is: `error` a usable long-term secret, `warning` a temporary or partial one, `information` a lone access key id. */
export type Severity = 'error' | 'warning' | 'information';

/** A secret, or an access key id, at an exact place of a text. Offsets are UTF-16 units, as the editor counts. */
export interface Finding {
  /** The rule's id, e.g. `aws-secret-access-key`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly start: number;
  readonly end: number;
  /** The credential itself as it stands in the text, without its quotes. Never shown, logged or stored by anyone. */
  readonly value: string;
  /** The credential with escapes (`%2F`, `\/`), string concatenation and base 64 undone, where that differs from `value`. */
  readonly credential?: string;
  /** Whose it is, where it is one of the known secrets. */
  readonly owner?: Owner;
  /** The other half, where the text holds both an access key id and its secret: an index into the same list of findings. */
  readonly pairedWith?: number;
  /** It is a secret only if an access key id stands in a text beside this one, as `pairsAcross` tells. */
  readonly suspect?: true;
  /** Its file is of tests or examples, which hold such a one of their own: it is told at Information. */
  readonly inTests?: true;
  /** Where nothing but its name calls it a secret: what speaks for that and what against. */
  readonly score?: Score;
}

/** Something that is seen of a value, a sentence with named holes and what fills them, and how much it weighs: below 0 against a secret. */
export interface Weight {
  readonly text: string;
  readonly values: Readonly<Record<string, string | number | Date>>;
  /** The logarithm of how much likelier a secret shows it than another value does. */
  readonly weight: number;
}

/** Weights that decide together. */
export interface Score {
  readonly weights: readonly Weight[];
  readonly total: number;
  /** What the total has to come to. */
  readonly needed: number;
}
