import type { Gate, Literal } from '../engine/matcher.ts';
import type { After } from './after.ts';
import { isLikelyPassword } from './password.ts';
import { base62, type Cases, type Draw, type Rule } from './rule.ts';
import type { Told } from './token.ts';

const drawPassword = (draw: Draw): string => `${draw(base62, 14)}a7Z`;

export interface FileRule extends Told {
  readonly format: string;
  /** What the first pass looks for; behind a text alone, what `gates` says. */
  readonly literals: readonly (string | Literal)[];
  readonly gates?: readonly Gate[];
  /** What follows a literal, with the password as its only group. */
  readonly after: After;
  /** What has to stand before the literal, within 600 characters. */
  readonly before?: Pick<RegExp, 'test'>;
  /** Does what stands before the literal and behind the password, within 600 characters, tell whose it is, or say nothing against it? */
  readonly around?: (before: string, behind: string, password: string) => boolean;
  readonly sample: (password: string) => string;
  /** The password that a value behind one of the literals holds; empty where it holds none. If absent: the value. */
  readonly decode?: (value: string, literal: string) => string;
  /** What a password means that is written so behind one of the literals. If absent: itself. */
  readonly meaning?: (written: string, literal: string) => string;
  /** May this be one, with that before it? If absent: as any password. */
  readonly accepts?: (value: string, before: string) => boolean;
  /** May a person have chosen it? If absent: where it is accepted as any password. */
  readonly isChosen?: true;
  /** A made-up one. */
  readonly draws?: (draw: Draw) => string;
  /** Cases beside those that the sample gives. */
  readonly cases?: (draw: Draw) => Cases;
}

/** Does a line begin behind this, but for blanks? */
export const beginsLine = { test: (before: string): boolean => /^[ \t]*$/.test(before.slice(before.lastIndexOf('\n') + 1)) };

/** So far from it stands what has to stand beside it. */
const reach = 600;

/** A credential that stands at its place in a file of one form. */
export function inFile({
  literals,
  gates,
  after,
  before,
  around,
  sample,
  decode = (value) => value,
  meaning = (written) => written,
  accepts = isLikelyPassword,
  draws = drawPassword,
  cases,
  ...told
}: FileRule): Rule {
  return {
    ...told,
    ...(accepts === isLikelyPassword ? { isChosen: true } : {}),
    literals: literals.map((one) => (typeof one === 'string' ? { text: one, ...(gates && { gates }) } : one)),
    check(text, start, end) {
      after.lastIndex = end;
      const written = after.exec(text)?.[1];
      if (written === undefined) return undefined;
      const next = after.lastIndex;
      const from = next - written.length;
      const literal = text.slice(start, end);
      const credential = meaning(written, literal);
      if (before && !before.test(text.slice(Math.max(0, start - reach), start))) return { next };
      if (!accepts(decode(credential, literal), text.slice(start, from))) return { next };
      if (around && !around(text.slice(Math.max(0, start - reach), start), text.slice(next, next + reach), credential)) return { next };
      return { match: { start: from, end: next, ...(credential !== written && { credential }) }, next };
    },
    cases(draw) {
      const own = cases?.(draw);
      return {
        ok: [sample(draws(draw)), ...(own?.ok ?? [])],
        ng: [sample('password'), sample(`\${PASSWORD}`), sample('<password>'), sample('{COQLCE6DU6GtcS5P=}'), ...(own?.ng ?? [])],
      };
    },
  };
}
