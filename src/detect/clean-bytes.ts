import { isAscii } from 'node:buffer';
import type { Numbers, Places } from './engine/matcher.ts';
import { forget } from './remembered.ts';
import type { RuleSet } from './rule-set.ts';
import { decidedTo, reach } from './rules/rule.ts';
import { mayHoldRun, runsOf40 } from './runs.ts';
import { type OnReading, readPlaces, sweepAll } from './second-pass.ts';

// At most so many bytes of places are looked at in one go. Strings of this size cost the memory no new pages, those of whole files do.
const most = 32 * 1024;
/** So many bytes of UTF-8 a UTF-16 unit takes at most. */
const widest = 3;

/**
 * Is there surely nothing in these bytes, whose places the first pass gave? Makes text only of what surrounds the places, and asks the rules about it, at the
 * places that they are asked about in the whole text. `isUnitEach`: each byte is a unit of the text; else they are UTF-8.
 */
export function isClean(rules: RuleSet, bytes: Uint8Array, isUnitEach: boolean, places: Places): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let first = 0; first < places.ends.length; ) {
    const after = groupEnd(places.ends, first, reach.before + reach.after);
    if (mayRead(rules, buffer, isUnitEach, places, first, after)) return false;
    first = after;
  }
  const runs = places.runs.filter((at) => mayHoldRun(buffer, at));
  forget();
  for (let first = 0; first < runs.length; ) {
    const after = groupEnd(runs, first, 2 * reach.around);
    if (maySweep(rules, buffer, isUnitEach, runs, first, after)) return false;
    first = after;
  }
  return true;
}

/** The index of the first place that is too far from the one before it, or from the first, to be looked at together with them. */
function groupEnd(places: Numbers, first: number, apart: number): number {
  let after = first + 1;
  while (after < places.length && places[after]! - places[after - 1]! <= apart && places[after]! - places[first]! <= most) after++;
  return after;
}

/**
 * Does a rule find something at one of these places, or go on from there to those of another group, so that what it makes of them depends on all between? One that reads on may need more of the text than
 * is cut out for it at first.
 */
function mayRead(rules: RuleSet, bytes: Buffer, isUnitEach: boolean, { literals, ends }: Places, first: number, after: number): boolean {
  const { longest } = rules.firstPass;
  const some = { literals: literals.slice(first, after), ends: ends.slice(first, after) };
  for (let room = reach.after; ; room *= 4) {
    const { text, isWhole, at } = around(bytes, isUnitEach, some.ends[0]! - longest, some.ends.at(-1)!, reach.before, room);
    let isFound = false;
    let isCut = false;
    const inText = { ...some, ends: some.ends.map(at) };
    const onReading: OnReading = (rule, end, next, match, state) => {
      const isBeyond = !isWhole && decidedTo(rule, end, next) > text.length;
      isCut ||= isBeyond;
      isFound ||= (state !== undefined && (isBeyond || room > reach.after)) || (!isCut && match !== undefined);
    };
    readPlaces(rules, text, inText, onReading, { base: 0, first: 0, isOver: () => isFound || isCut });
    if (isFound || !isCut) return isFound;
  }
}

function maySweep(rules: RuleSet, bytes: Buffer, isUnitEach: boolean, runs: readonly number[], first: number, after: number): boolean {
  const { text, at } = around(bytes, isUnitEach, runs[first]!, runs[after - 1]!, 2 * reach.around, 2 * reach.around);
  const found = runsOf40(text, runs.slice(first, after).map(at));
  return sweepAll(rules, text, found, []).some((swept) => swept.length > 0);
}

interface Around {
  readonly text: string;
  /** Does the text reach to the end of the bytes? */
  readonly isWhole: boolean;
  /** Where a place in the bytes is in the text. To be asked in the order of the places. */
  readonly at: (place: number) => number;
}

/** The text from so many units before `from` to so many after `to`. */
function around(bytes: Buffer, isUnitEach: boolean, from: number, to: number, before: number, after: number): Around {
  const cut = (width: number) => [Math.max(0, from - width * before), Math.min(bytes.length, to + width * after)] as const;
  const [base, end] = cut(1);
  if (isUnitEach || isAscii(bytes.subarray(base, end))) {
    return { text: bytes.toString('latin1', base, end), isWhole: end === bytes.length, at: (place) => place - base };
  }
  let [start, stop] = cut(widest);
  while (isInside(bytes, start)) start--;
  while (isInside(bytes, stop)) stop++;
  return { text: bytes.toString('utf8', start, stop), isWhole: stop === bytes.length, at: unitsFrom(bytes, start) };
}

/** Tells of places of UTF-8, in their order, how many units of UTF-16 stand between the first and them. */
function unitsFrom(bytes: Uint8Array, first: number): (place: number) => number {
  let units = 0;
  let at = first;
  return (place) => {
    for (; at < place; at++) {
      const byte = bytes[at]!;
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    return units;
  };
}

/** Is this byte one of a character's, but not its first? */
const isInside = (bytes: Uint8Array, at: number): boolean => ((bytes[at] ?? 0) & 0xc0) === 0x80;
