import type { Sliceable } from './chunked-text.ts';
import { remembered } from './remembered.ts';

// Which of our rules a comment of secretlint's speaks of (https://www.npmjs.com/package/@secretlint/secretlint-rule-filter-comments).

// A sentence that names the comment speaks of nothing.
const options = /^(?:[ \t]{1,8}([@\w./-]{0,99}[\w.](?:[ \t]{0,8},[ \t]{0,8}[@\w./-]{0,99}[\w.]){0,20}))?[ \t]{0,8}(?:\r?(?:\n|$)|\*\/|--)/;
const longestOptions = 2300;

/** The names of rules in what stands behind the word of a comment, none where it speaks of all. Undefined where that is something else. */
export function namesBehind(text: Sliceable, end: number): readonly string[] | undefined {
  const found = options.exec(text.slice(end, end + longestOptions));
  if (found === null) return undefined;
  return found[1] === undefined ? [] : found[1].split(',').map((name) => name.trim());
}

const prefix = '@secretlint/secretlint-rule-';

/** Names of secretlint's that are not the beginning of our rules' ids. */
const named: readonly (readonly [string, RegExp])[] = [
  ['1password', /^onepassword-/],
  ['basicauth', /^basic-auth-url-/],
  ['database-connection-string', /^database-url-/],
  ['gcp', /^google-/],
  ['npm', /^npm(?:rc)?-/],
  ['privatekey', /^(?:protected-|putty-|pgp-)?private-key$/],
];

/** The names that secretlint has for what a rule of ours finds, by its id. */
const namesOf = remembered((rule): readonly string[] => {
  const own = named.flatMap(([name, ids]) => (ids.test(rule) ? [name] : []));
  const words = rule.split('-');
  const beginnings = words.slice(1).map((_, index) => words.slice(0, index + 1).join('-'));
  return [...own, ...beginnings.filter((one) => named.every(([name]) => name !== one))].map((name) => prefix + name);
});

/**
 * Is one of these names secretlint's for what a rule of ours finds, by its id? `@secretlint/secretlint-rule-aws` is that of our rules whose ids begin so (`aws-…`, `github-…`, `slack-…`), and there are
 * `gcp` (`google-…`), `1password`, `npm` (with what stands in `.npmrc`), `privatekey` (in PEM, of PuTTY and PGP), `basicauth` (in addresses) and `database-connection-string`; any other is of none.
 */
export const areNamesOf = (names: readonly string[], rule: string): boolean => namesOf(rule).some((name) => names.includes(name));
