import type { Sliceable } from './chunked-text.ts';
import type { Located } from './rules/rule.ts';

// Halves farther apart than this are not told to be one pair.
const reach = 4000;
// Each half is compared with this many of the other kind on either side.
const neighbours = 3;

interface Candidate {
  readonly secret: number;
  readonly id: number;
  readonly distance: number;
}

/**
 * The two halves of each pair, as indexes into `located` (in the order of the text), both ways. The nearest go together first, each half
 * once; the end of a block between them, or an id after its secret, counts as distance.
 */
export function pairs(text: Sliceable, located: readonly Located[]): Map<number, number> {
  const candidates: Candidate[] = [];
  for (const rule of new Set(located.map((one) => one.rule))) {
    if (rule.partners === undefined) continue;
    const ids = [...located.keys()].filter((index) => rule.partners!.includes(located[index]!.rule.id));
    let following = 0;
    located.forEach((one, secret) => {
      if (one.rule !== rule || one.suspect) return;
      while (following < ids.length && ids[following]! < secret) following++;
      for (const id of ids.slice(Math.max(0, following - neighbours), following + neighbours)) {
        const distance = distanceBetween(text, one, located[id]!);
        if (distance <= reach) candidates.push({ secret, id, distance });
      }
    });
  }
  const paired = new Map<number, number>();
  for (const { secret, id } of candidates.sort((a, b) => a.distance - b.distance)) {
    if (paired.has(secret) || paired.has(id)) continue;
    paired.set(secret, id);
    paired.set(id, secret);
  }
  return paired;
}

// A new section, the end of an object or call, an empty line; a longer gap is taken to hold one.
const blockEnd = /\r?\n[ \t]{0,80}\r?\n|\n[ \t]{0,80}\[|\n---|[})]/;
const longestBlockless = 400;

function distanceBetween(text: Sliceable, secret: Located, id: Located): number {
  const idFirst = id.start < secret.start;
  const from = idFirst ? id.end : secret.end;
  const length = (idFirst ? secret.start : id.start) - from;
  const order = idFirst ? 0 : 10;
  if (length > longestBlockless) return length + 200 + order;
  const gap = text.slice(from, from + length);
  return length + (blockEnd.test(gap) ? 200 : 0) + (gap.includes('\n') ? 10 : 0) + order;
}
