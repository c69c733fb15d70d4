import type { Sliceable } from './chunked-text.ts';
import type { Hits } from './engine/matcher.ts';
import { blockMarks } from './ignore.ts';
import { areNamesOf, namesBehind } from './secretlint-names.ts';
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
/** So many names may be turned off at a time: a text that is full of them is read as fast as others. */
const mostNames = 64;

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

/**
 * Says of what rules of ours find, by their ids and in the order of the text, whether it is hidden in one of these blocks.
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
      isHidden = areNamesOf(names, rule);
      told.set(rule, isHidden);
    }
    return isHidden;
  };
}
