import type { Gate } from '../engine/matcher.ts';
import { isLikelyPassword } from './password.ts';
import { base62, type Draw, type Rule } from './rule.ts';
import type { Told } from './token.ts';

const drawPassword = (draw: Draw): string => `${draw(base62, 14)}a7Z`;

export interface FileRule extends Told {
  readonly format: string;
  readonly literal: string;
  readonly gates?: readonly Gate[];
  /** What follows the literal, with the password as its only group. */
  readonly after: RegExp;
  /** What has to stand before the literal, within 600 characters. */
  readonly before?: RegExp;
  readonly sample: (password: string) => string;
  readonly decode?: (value: string) => string;
  /** May this be one? If absent: as any password. */
  readonly accepts?: (value: string) => boolean;
  /** A made-up one. */
  readonly draws?: (draw: Draw) => string;
}

/** A credential that stands at its place in a file of one form. */
export function inFile({
  literal,
  gates,
  after,
  before,
  sample,
  decode = (value) => value,
  accepts = isLikelyPassword,
  draws = drawPassword,
  ...told
}: FileRule): Rule {
  return {
    ...told,
    literals: [{ text: literal, ...(gates && { gates }) }],
    check(text, start, end) {
      after.lastIndex = end;
      const password = after.exec(text)?.[1];
      if (password === undefined) return undefined;
      const next = after.lastIndex;
      if (before && !before.test(text.slice(Math.max(0, start - 600), start))) return { next };
      if (!accepts(decode(password))) return { next };
      return { match: { start: next - password.length, end: next }, next };
    },
    cases(draw) {
      return {
        ok: [sample(draws(draw))],
        ng: [sample('password'), sample(`\${PASSWORD}`), sample('<password>'), sample('{COQLCE6DU6GtcS5P=}')],
      };
    },
  };
}
