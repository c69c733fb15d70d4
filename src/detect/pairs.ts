import type { Sliceable } from './chunked-text.ts';
import { wordsBefore } from './names-before.ts';
import type { AnyRule, Located } from './rules/rule.ts';

// Halves farther apart than this are not told to be one pair.
const reach = 4000;
// Each half is compared with this many of the other kind on either side.
const neighbours = 3;
// Of more halves neither names nor places in a table are asked about.
const mostTogether = 64;
const [unnamedCost, outOfOrderCost, otherNameCost] = [100, reach, 2 * reach];

/** What is known of the text behind each of some located: two numbers of each, 0 where nobody asked. */
export type Gaps = Uint8Array;

export const gapsOf = (count: number): Gaps => new Uint8Array(2 * count);

/**
 * By index into `located` (in the order of the text), the index of its other half, or -1 where it has none. The nearest go together first, each half once; the end of
 * a block between them, or an id after its secret, counts as distance. Names that tell two keys apart count for more than any distance, and so does the order where some ids
 * stand together, and as many secrets behind them. What is asked about gaps is kept in `gaps`.
 */
export function pairs(text: Sliceable, located: readonly Located[], gaps: Gaps): Int32Array {
  const partners = new Int32Array(located.length).fill(-1);
  const { secrets, ids, distances } = candidatesIn(text, located, gaps);
  for (const candidate of nearestFirst(distances)) {
    const secret = secrets[candidate]!;
    const id = ids[candidate]!;
    if (partners[secret] !== -1 || partners[id] !== -1) continue;
    partners[secret] = id;
    partners[id] = secret;
  }
  return partners;
}

/** Lists side by side: a hostile text has a hundred thousand, and as many objects would take longer than all the rest. */
interface Candidates {
  readonly secrets: Int32Array;
  readonly ids: Int32Array;
  readonly distances: Int32Array;
}

/** Each half with those of the other kind that are near it. */
function candidatesIn(text: Sliceable, located: readonly Located[], gaps: Gaps): Candidates {
  const between = distancesIn(text, located, gaps);
  const rules = rulesOf(located);
  let [secrets, ids, distances] = [none, none, none];
  let count = 0;
  for (const rule of rules) {
    const others = [...rules].filter(({ id }) => rule.partners?.includes(id));
    if (others.length === 0) continue;
    if (secrets === none) {
      const most = (2 * neighbours + 1) * located.filter(({ rule: { partners } }) => partners !== undefined).length;
      [secrets, ids, distances] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
    }
    const near = indexesOf(located, ({ rule: one }) => others.includes(one));
    const own = indexesOf(located, (one) => one.rule === rule && !one.suspect);
    const columns = secretsFirst(near, own, between) ?? columnsOf(near, own);
    let following = 0;
    for (const secret of own) {
      while (following < near.length && near[following]! < secret) following++;
      const last = Math.min(near.length, following + neighbours);
      const inColumn = columns.get(secret);
      const add = (id: number): void => {
        const distance = between(secret, id);
        if (distance > reach) return;
        const isOutOfOrder = (inColumn ?? id) !== id || (columns.get(id) ?? secret) !== secret;
        secrets[count] = secret;
        ids[count] = id;
        distances[count++] = distance + (isOutOfOrder ? outOfOrderCost : 0);
      };
      let isAdded = inColumn === undefined;
      for (let at = Math.max(0, following - neighbours); at < last; at++) {
        add(near[at]!);
        isAdded ||= near[at] === inColumn;
      }
      if (!isAdded) add(inColumn!);
    }
  }
  const candidates = { secrets: secrets.subarray(0, count), ids: ids.subarray(0, count), distances: distances.subarray(0, count) };
  if (count > 1) addNames(text, located, candidates);
  return candidates;
}

const none = new Int32Array(0);

/** The rules by which they were found: mostly those of one stand together. */
function rulesOf(located: readonly Located[]): ReadonlySet<AnyRule> {
  const rules = new Set<AnyRule>();
  let last: AnyRule | undefined;
  for (const { rule } of located) {
    if (rule !== last) rules.add(rule);
    last = rule;
  }
  return rules;
}

function indexesOf(located: readonly Located[], isWanted: (one: Located) => boolean): number[] {
  const indexes: number[] = [];
  for (let index = 0; index < located.length; index++) if (isWanted(located[index]!)) indexes.push(index);
  return indexes;
}

/**
 * Where some ids stand together and as many secrets behind them, or the other way round, as in a table: of each half the one that its place says it belongs to.
 */
function columnsOf(ids: readonly number[], secrets: readonly number[]): ReadonlyMap<number, number> {
  const columns = new Map<number, number>();
  let before: readonly number[] = [];
  for (let [id, secret] = [0, 0]; id < ids.length || secret < secrets.length; ) {
    const isOfIds = secret === secrets.length || (id < ids.length && ids[id]! < secrets[secret]!);
    const [from, of, next] = isOfIds ? [id, ids, secrets[secret]] : [secret, secrets, ids[id]];
    let to = from + 1;
    while (to < of.length && of[to]! < (next ?? Number.POSITIVE_INFINITY)) to++;
    if (isOfIds) id = to;
    else secret = to;
    const here = to - from > 1 && to - from <= mostTogether ? of.slice(from, to) : [];
    const isTable = here.length > 0 && here.length === before.length;
    for (const [place, one] of isTable ? here.entries() : []) columns.set(one, before[place]!).set(before[place]!, one);
    before = isTable ? [] : here;
  }
  return columns;
}

/** The same where all stand in turns, each secret before its id, and none is nearer to the id before it. */
function secretsFirst(
  ids: readonly number[],
  secrets: readonly number[],
  between: (secret: number, id: number) => number,
): ReadonlyMap<number, number> | undefined {
  if (ids.length !== secrets.length || ids.length < 2 || ids.length > mostTogether) return undefined;
  const isInTurn = ids.every((id, place) => {
    const next = secrets[place + 1];
    const own = secrets[place]!;
    if (own > id) return false;
    return next === undefined || (next > id && between(own, id) <= between(next, id) + orderCost);
  });
  if (!isInTurn) return undefined;
  return new Map(
    ids.flatMap((id, place): [number, number][] => [
      [id, secrets[place]!],
      [secrets[place]!, id],
    ]),
  );
}

/** Adds to distances what the names of the two say of their being of two keys. */
function addNames(text: Sliceable, located: readonly Located[], { secrets, ids, distances }: Candidates): void {
  if (distances.length > neighbours * mostTogether) return;
  const known = new Map<number, readonly string[]>();
  const wordsOf = (index: number): readonly string[] => {
    const words = known.get(index) ?? wordsBefore(text, located[index]!.start, located[index - 1]?.end);
    known.set(index, words);
    return words;
  };
  for (let candidate = 0; candidate < distances.length; candidate++) {
    const [ofSecret, ofId] = [wordsOf(secrets[candidate]!), wordsOf(ids[candidate]!)];
    const isEachNamed = ofSecret.length > 0 && ofId.length > 0;
    if (!isEachNamed && ofSecret.length !== ofId.length) distances[candidate]! += unnamedCost;
    if (isEachNamed && !ofSecret.some((word) => ofId.includes(word))) distances[candidate]! += otherNameCost;
  }
}

/** The candidates by their distance; of those of one distance, as they come. There are few distances, so each goes straight to its place. */
function nearestFirst(distances: Int32Array): Int32Array {
  if (distances.length === 0) return none;
  const most = distances.reduce((longest, distance) => Math.max(longest, distance));
  const first = new Int32Array(most + 2);
  for (const distance of distances) first[distance + 1]!++;
  for (let distance = 1; distance <= most; distance++) first[distance]! += first[distance - 1]!;
  const sorted = new Int32Array(distances.length);
  for (let candidate = 0; candidate < distances.length; candidate++) sorted[first[distances[candidate]!]!++] = candidate;
  return sorted;
}

// A new section, the end of an object or call, an empty line; a longer gap is taken to hold one.
const blockEnd = /\r?\n[ \t]{0,80}\r?\n|\n[ \t]{0,80}\[|\n---|[})]/;
const mayBreak = /[\n})]/;
const longestBlockless = 400;
const [lineCost, blockCost, orderCost] = [100, 200, 10];

/** How far apart two halves are. What lies between two neighbours is read once, however many halves are on either side of it. */
function distancesIn(text: Sliceable, located: readonly Located[], gaps: Gaps): (secret: number, id: number) => number {
  /** What breaks the text behind one of the located: up to the next, or with it. */
  const breaksBehind = (index: number, withNext: boolean): number => {
    const place = 2 * index + (withNext ? 1 : 0);
    if (gaps[place] !== 0) return gaps[place]!;
    const { end } = located[index]!;
    const next = located[index + 1]!;
    const all = breaksIn(text.slice(end, next.end));
    gaps[2 * index + 1] = all;
    gaps[2 * index] = all === isRead ? isRead : breaksIn(text.slice(end, next.start));
    return gaps[place]!;
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

function breaksIn(gap: string): number {
  if (!mayBreak.test(gap)) return isRead; // as hardly any does
  return isRead | (gap.includes('\n') ? aLine : 0) | (blockEnd.test(gap) ? aBlock : 0);
}
