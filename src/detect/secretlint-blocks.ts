import type { Sliceable } from './chunked-text.ts';
import type { Hits } from './engine/matcher.ts';
import { blockMarks } from './ignore.ts';
import { remembered } from './remembered.ts';
import { behindAll } from './text.ts';

// Comments that turn secretlint off and on again (https://www.npmjs.com/package/@secretlint/secretlint-rule-filter-comments).

const disabling = 0;
const enabling = 1;

/** A part of a text in which nothing is found, or nothing by the rules that have one of these names in secretlint. */
export interface IgnoredBlock {
  readonly start: number;
  readonly end: number;
  readonly names?: readonly string[];
}

const beginsComment = /(?:#|\/\/|\/\*+|<!--|--|;|%|^[ \t]*\*)[ \t]{0,8}$/m;
// A sentence that names the comment speaks of nothing.
const options = /^(?:[ \t]{1,8}([@\w./-]{0,99}[\w.](?:[ \t]{0,8},[ \t]{0,8}[@\w./-]{0,99}[\w.]){0,20}))?[ \t]{0,8}(?:\r?\n|$|\*\/|--)/;
const longestOptions = 2300;
/** So many names may be turned off at a time: a text that is full of them is read as fast as others. */
const mostNames = 64;

const prefix = '@secretlint/secretlint-rule-';

/** The names of rules in what stands behind the word of a comment, none where it speaks of all. Undefined where it is no such comment. */
function namesBehind(text: Sliceable, end: number): readonly string[] | undefined {
  const found = options.exec(text.slice(end, end + longestOptions));
  if (found === null) return undefined;
  return found[1] === undefined ? [] : found[1].split(',').map((name) => name.trim());
}

/** What stands between these comments, or behind one that turns rules off, in the order of the text, by the places of `blockMarks`, which are the first of the literals. */
export function ignoredBlocks(text: Sliceable, { literals, ends }: Pick<Hits, 'literals' | 'ends'>): IgnoredBlock[] {
  const blocks: IgnoredBlock[] = [];
  let [isAllOff, off, start]: [boolean, readonly string[], number] = [false, [], 0];
  /** Ends what is a block up to here, and begins the next. */
  const from = (place: number): void => {
    if (isAllOff) blocks.push({ start, end: place });
    else if (off.length > 0) blocks.push({ start, end: place, names: off });
    start = place;
  };
  for (let index = 0; index < literals.length; index++) {
    const literal = literals[index]!;
    const end = ends[index]!;
    if (literal > enabling || (literal === enabling && !isAllOff && off.length === 0)) continue;
    const names = namesBehind(text, end);
    if (literal === enabling) {
      // one that says something else may mean all
      const left = names === undefined || names.length === 0 ? [] : off.filter((name) => !names.includes(name));
      if (!isAllOff && left.length === off.length) continue;
      from(end);
      isAllOff = false;
      off = left;
      continue;
    }
    const begin = end - blockMarks[disabling].length;
    if (names === undefined || !beginsComment.test(text.slice(Math.max(0, begin - 32), begin))) continue;
    const more = off.length === mostNames ? [] : names.filter((name, index) => !off.includes(name) && names.indexOf(name) === index);
    if (isAllOff || (names.length > 0 && more.length === 0)) continue;
    from(end);
    isAllOff = names.length === 0;
    off = [...off, ...more].slice(0, mostNames);
  }
  from(behindAll);
  return blocks;
}

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
 * Says of what rules of ours find, by their ids and in the order of the text, whether it is hidden in one of these blocks. A name of secretlint's, `@secretlint/secretlint-rule-aws`, is that of our
 * rules whose ids begin so (`aws-…`, `github-…`, `slack-…`), and there are `gcp` (`google-…`), `1password`, `npm` (with what stands in `.npmrc`), `privatekey` (in PEM, of PuTTY and PGP), `basicauth`
 * (in addresses) and `database-connection-string`; any other is of none.
 */
export function hidingIn(blocks: readonly IgnoredBlock[]): (rule: string, start: number) => boolean {
  let next = 0;
  let told: Map<string, boolean> | undefined; // of the rules that were asked about in this block
  return (rule, start) => {
    for (; next < blocks.length && blocks[next]!.end <= start; next++) told = undefined;
    const block = blocks[next];
    if (block === undefined || block.start > start) return false;
    const { names } = block;
    if (names === undefined) return true;
    told ??= new Map();
    let isHidden = told.get(rule);
    if (isHidden === undefined) {
      isHidden = namesOf(rule).some((name) => names.includes(name));
      told.set(rule, isHidden);
    }
    return isHidden;
  };
}
