import type { Sliceable } from './chunked-text.ts';
import type { Located } from './rules/rule.ts';

// Halves farther apart than this are not told to be one pair.
const reach = 4000;
// Each half is compared with this many of the other kind on either side.
const neighbours = 3;

/**
 * By index into `located` (in the order of the text), the index of its other half, or -1 where it has none. The nearest go together first, each half once; the end of
 * a block between them, or an id after its secret, counts as distance.
 */
export function pairs(text: Sliceable, located: readonly Located[]): Int32Array {
  const between = distancesIn(text, located);
  const candidates: Candidates = { secrets: [], ids: [], distances: [] };
  for (const rule of new Set(located.map((one) => one.rule))) {
    if (rule.partners === undefined) continue;
    const ids = [...located.keys()].filter((index) => rule.partners!.includes(located[index]!.rule.id));
    let following = 0;
    located.forEach((one, secret) => {
      if (one.rule !== rule || one.suspect) return;
      while (following < ids.length && ids[following]! < secret) following++;
      const last = Math.min(ids.length, following + neighbours);
      for (let near = Math.max(0, following - neighbours); near < last; near++) {
        const distance = between(secret, ids[near]!);
        if (distance > reach) continue;
        candidates.secrets.push(secret);
        candidates.ids.push(ids[near]!);
        candidates.distances.push(distance);
      }
    });
  }
  const partners = new Int32Array(located.length).fill(-1);
  for (const candidate of nearestFirst(candidates)) {
    const secret = candidates.secrets[candidate]!;
    const id = candidates.ids[candidate]!;
    if (partners[secret] !== -1 || partners[id] !== -1) continue;
    partners[secret] = id;
    partners[id] = secret;
  }
  return partners;
}

/** Lists side by side: a hostile text has a hundred thousand, and as many objects would take longer than all the rest. */
interface Candidates {
  readonly secrets: number[];
  readonly ids: number[];
  readonly distances: number[];
}

/** The candidates by their distance; of those of one distance, as they come. There are few distances, so each goes straight to its place. */
function nearestFirst({ distances }: Candidates): Int32Array {
  const first = new Int32Array(reach + 2);
  for (const distance of distances) first[distance + 1]!++;
  for (let distance = 1; distance <= reach; distance++) first[distance]! += first[distance - 1]!;
  const sorted = new Int32Array(distances.length);
  distances.forEach((distance, candidate) => {
    sorted[first[distance]!++] = candidate;
  });
  return sorted;
}

// A new section, the end of an object or call, an empty line; a longer gap is taken to hold one.
const blockEnd = /\r?\n[ \t]{0,80}\r?\n|\n[ \t]{0,80}\[|\n---|[})]/;
const longestBlockless = 400;
const [lineCost, blockCost, orderCost] = [10, 200, 10];

/** How far apart two halves are. What lies between two neighbours is read once, however many halves are on either side of it. */
function distancesIn(text: Sliceable, located: readonly Located[]): (secret: number, id: number) => number {
  const breaks = new Uint8Array(2 * located.length);
  /** What breaks the text behind one of the located: up to the next, or with it. */
  const breaksBehind = (index: number, withNext: boolean): number => {
    const place = 2 * index + (withNext ? 1 : 0);
    const next = located[index + 1]!;
    if (breaks[place] === 0) breaks[place] = breaksIn(text.slice(located[index]!.end, withNext ? next.end : next.start));
    return breaks[place]!;
  };
  return (secret, id) => {
    const [first, second] = id < secret ? [id, secret] : [secret, id];
    const order = id < secret ? 0 : orderCost;
    const length = Math.max(0, located[second]!.start - located[first]!.end);
    if (length > longestBlockless) return length + blockCost + order;
    let all = 0;
    for (let index = first; index < second; index++) all |= breaksBehind(index, index + 1 < second);
    return length + (all & aLine ? lineCost : 0) + (all & aBlock ? blockCost : 0) + order;
  };
}

const [isRead, aLine, aBlock] = [1, 2, 4];

const breaksIn = (gap: string): number => isRead | (gap.includes('\n') ? aLine : 0) | (blockEnd.test(gap) ? aBlock : 0);
