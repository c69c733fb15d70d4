import { ChunkedText } from './chunked-text.ts';
import { type DetectOptions, findingsOf, type Judged, type Standing, standingIn } from './detect.ts';
import { beforeLiteral } from './engine/matcher.ts';
import type { Finding } from './finding.ts';
import { isIgnoreMark, marksIn } from './first-pass.ts';
import type { Marks } from './ignore.ts';
import { findKnown, type KnownMatch } from './known/find.ts';
import { gapsOf } from './pairs.ts';
import { catalogue, type RuleSet } from './rule-set.ts';
import { type AnyRule, decidedTo, type Located, type Match, reach, type State } from './rules/rule.ts';
import { runsOf40 } from './runs.ts';
import { locatedIn, type OnReading, type Reading, type ReadTo, readPlaces, shiftMatch, sweepAll } from './second-pass.ts';
import { ignoredBlocks } from './secretlint-blocks.ts';

/** A change of a text, as an editor tells it: `removed` units from `offset` on became `inserted`. */
export interface Change {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: string;
}

/** Where a change is in the new text, and how far it moved what follows. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly delta: number;
}

/** A part of the text. */
interface Stretch {
  start: number;
  end: number;
}

/** What moves with the text. It is moved where it is: there may be tens of thousands, and a copy of each takes longer than all else. */
type Moving<T> = Omit<T, keyof Stretch> & Stretch;

interface MovingStanding extends Standing {
  readonly located: readonly Moving<Judged>[];
}

interface KeptReading extends Omit<Reading, 'match'> {
  end: number;
  next: number;
  readonly match: Moving<Located> | undefined;
}

/**
 * A text that is being written in. After each change its findings are those that `detect` gives for the whole text, but only what may depend on the change is
 * looked at again: `reach` says how far that is.
 */
export class LiveText {
  private readonly text: ChunkedText;
  private readonly options: DetectOptions;
  private readonly rules: RuleSet;
  /** The places of literals, as the first pass gives them. */
  private readonly places: { readonly literals: number[]; readonly ends: number[] };
  /** Those of the words of ignore comments. */
  private marks: Marks;
  /** In the order of the places. */
  private readings: readonly KeptReading[];
  private swept: readonly (readonly Moving<Located>[])[];
  private known: readonly Moving<KnownMatch>[];
  /** What stands in the text, as far as that is settled. */
  private standing: MovingStanding = { located: [], values: [], gaps: gapsOf(0) };
  /** Where changes may have made it something else. */
  private unsettled: Stretch | undefined;
  /** When the first of what stands in the text ends by itself, in milliseconds since 1970. */
  private expires = Number.POSITIVE_INFINITY;
  private found: readonly Finding[] | undefined;

  constructor(text: string, options: DetectOptions = {}) {
    this.text = new ChunkedText(text);
    this.options = options;
    this.rules = options.rules ?? catalogue;
    const places = this.rules.firstPass.matcher.look(text);
    const readings: KeptReading[] = [];
    readPlaces(this.rules, text, places, (...reading) => readings.push(readingOf(...reading)));
    this.places = { literals: [...places.literals], ends: [...places.ends] };
    this.marks = marksIn(places);
    this.readings = readings;
    this.swept = sweepAll(this.rules, text, runsOf40(text, places.runs), locatedIn(readings), options.suspects ?? false);
    this.known = options.known === undefined ? [] : findKnown(text, options.known);
    this.unsettled = { start: 0, end: text.length };
  }

  get length(): number {
    return this.text.length;
  }

  findings(): readonly Finding[] {
    this.found ??= findingsOf(this.text, this.settled(), ignoredBlocks(this.text, this.marks), this.options.file);
    return this.found;
  }

  change({ offset, removed, inserted }: Change): void {
    this.text.replace(offset, removed, inserted);
    this.found = undefined;
    const edit = { from: offset, to: offset + inserted.length, delta: inserted.length - removed };
    this.findPlaces(edit);
    const changed = this.read(edit);
    const swept = this.sweep(edit, changed);
    const looked = this.lookForKnown(edit);
    const at = placeAfter(edit);
    for (const one of this.standing.located) move(one, at);
    if (this.unsettled !== undefined) move(this.unsettled, at);
    // farther from a finding than that, no comment ignores it
    this.unsettled = covering([swept, looked, ...(this.unsettled === undefined ? [] : [this.unsettled])]);
  }

  /** What stands in the text now: as it was, but where that is not settled. */
  private settled(): Standing {
    const { now = Date.now() } = this.options;
    if (this.expires <= now) {
      this.unsettled = { start: 0, end: this.length };
      this.expires = Number.POSITIVE_INFINITY;
    }
    if (this.unsettled === undefined) return this.standing;
    const { located, known, start, end } = this.touching(this.unsettled);
    this.unsettled = undefined;
    const fresh = standingIn(this.text, located, known, this.marks, { ...this.options, now });
    for (const { expires } of fresh.located) if (expires !== undefined && expires < this.expires) this.expires = expires;
    const { located: old, values, gaps } = this.standing;
    const first = indexAfter(old, (one) => one.start, start - 1);
    const last = indexAfter(old, (one) => one.start, end);
    const joined = <T>(before: readonly T[], between: readonly T[]): T[] => before.slice(0, first).concat(between, before.slice(last));
    this.standing = {
      located: joined(
        old,
        fresh.located.map((one) => ({ ...one })),
      ),
      values: joined(values, fresh.values),
      gaps: gapsOf(old.length - (last - first) + fresh.located.length),
    };
    // the gap before what is new is new too
    this.standing.gaps.set(gaps.subarray(0, Math.max(0, 2 * first - 2)));
    this.standing.gaps.set(gaps.subarray(2 * last), 2 * (first + fresh.located.length));
    return this.standing;
  }

  /** All that touches a part of the text, what touches that, and so on, and the part that these cover. */
  private touching({ start, end }: Stretch): Stretch & { readonly located: Located[]; readonly known: KnownMatch[] } {
    const touches = (one: Stretch): boolean => one.end >= start && one.start <= end;
    const located: Located[] = [];
    for (const { match } of this.readings) if (match !== undefined && touches(match)) located.push(match);
    for (const swept of this.swept) for (const one of swept) if (touches(one)) located.push(one);
    const known = this.known.filter(touches);
    const covered = covering([{ start, end }, ...located, ...known]);
    return covered.start < start || covered.end > end ? this.touching(covered) : { located, known, start, end };
  }

  /** The places that the change made, in the place of those that it broke; those after it move. */
  private findPlaces({ from, to, delta }: Edit): void {
    const { matcher, lengths, longest, farthest } = this.rules.firstPass;
    const { literals, ends } = this.places;
    const first = indexAfter(ends, same, from - farthest);
    const last = indexAfter(ends, same, to - delta + longest + beforeLiteral);
    const base = Math.max(0, from - farthest - longest - beforeLiteral);
    const seen = matcher.look(this.text.slice(base, to + beforeLiteral + longest + farthest));
    const near: { literal: number; end: number }[] = [];
    const touches = (literal: number, end: number) => end + farthest > from && end - lengths[literal]! < to + beforeLiteral;
    seen.ends.forEach((end, index) => {
      const literal = seen.literals[index]!;
      if (touches(literal, base + end)) near.push({ literal, end: base + end });
    });
    for (let index = first; index < last; index++) {
      const [literal, end] = [literals[index]!, ends[index]! + delta];
      if (end - lengths[literal]! >= to + beforeLiteral) near.push({ literal, end });
    }
    near.sort((a, b) => a.end - b.end);
    literals.splice(first, last - first, ...near.map(({ literal }) => literal));
    ends.splice(first, last - first, ...near.map(({ end }) => end));
    const mayHaveMarks = this.marks.ends.length > 0 || near.some(({ literal }) => isIgnoreMark(literal));
    if (delta !== 0) for (let index = first + near.length; index < ends.length; index++) ends[index]! += delta;
    if (mayHaveMarks) this.marks = marksIn(this.places);
  }

  /** Asks the rules again where the change may matter, and from there on until they are asked about the same places as before. Returns what stands where something is found otherwise now. */
  private read({ from, to, delta }: Edit): readonly Match[] {
    const { longest } = this.rules.firstPass;
    const before = this.readings;
    const over = before.find(({ rule, end, next }) => decidedTo(rule, end, next) > from);
    const start = Math.min(from - reach.after, over === undefined ? from : over.end - 1);
    const kept = indexAfter(before, ({ end }) => end, start);
    const moved = before.slice(kept);
    const at = placeAfter({ from, to, delta });
    let readTo = to; // from before the change
    for (const reading of moved) {
      reading.end = at(reading.end);
      reading.next = at(reading.next);
      if (reading.end <= to && reading.next > readTo) readTo = reading.next;
      if (reading.match !== undefined) move(reading.match, at);
    }
    const first = indexAfter(this.places.ends, same, start);
    const base = Math.max(0, start - longest - reach.before);

    const readBefore = readToOf(before, kept, base);
    let ahead = reach.after;
    for (const rule of readBefore.keys()) if (rule.ahead !== undefined && rule.ahead > ahead) ahead = rule.ahead;
    // A rule that reads on, as those for long values do, may need more of the text than is cut out for it at first.
    for (let size = readTo - base + reach.before + ahead + 2 * longest; ; size *= 4) {
      const settling = new Settling(readBefore);
      const fresh: KeptReading[] = [];
      const cutAt = base + size < this.length ? base + size : Number.POSITIVE_INFINITY;
      let isCut = false;
      let passed = 0;
      let last = -1;
      let ended = false;
      const isOver = (end: number): boolean => {
        for (; passed < moved.length && moved[passed]!.end < end; passed++) settling.wasRead(moved[passed]!);
        // what is behind the literals that end together has to be seen of all of them
        ended = end > last && end - longest >= to + reach.before && settling.isOver(end - longest);
        last = end;
        isCut ||= !ended && end + reach.after > cutAt;
        return ended || isCut;
      };
      const onReading: OnReading = (...reading) => {
        const one = readingOf(...reading);
        isCut ||= decidedTo(one.rule, one.end, one.next) > cutAt;
        settling.isRead(one);
        fresh.push(one);
      };
      readPlaces(this.rules, this.text.slice(base, base + size), this.places, onReading, { base, first, before: readBefore, isOver });
      if (isCut) continue;
      if (!ended) passed = moved.length;
      if (fresh.length === 0 && moved.length === 0) return [];
      this.readings = before.slice(0, kept).concat(fresh, moved.slice(passed));
      return differing(moved.slice(0, passed), fresh);
    }
  }

  /** Sweeps the surroundings of the change and of what is found otherwise since. Returns the part that was looked at. */
  private sweep(edit: Edit, changed: readonly Match[]): Stretch {
    const { from, to } = edit;
    const lowest = changed.reduce((least, { start }) => Math.min(least, start), from);
    const highest = changed.reduce((most, { end }) => Math.max(most, end), to);
    const base = Math.max(0, lowest - 3 * reach.around);
    const end = Math.min(this.text.length, highest + 3 * reach.around);
    const window = this.text.slice(base, end);
    const inside = this.readings.filter(({ match }) => match !== undefined && match.start >= base && match.end <= end);
    const runs = runsOf40(window, this.rules.firstPass.matcher.runs(window));
    const isNear = (one: Match) => one.end + reach.around > lowest && one.start - reach.around < highest;
    this.swept = sweepAll(
      this.rules,
      window,
      runs,
      locatedIn(inside).map((one) => shiftMatch(one, -base)),
      this.options.suspects ?? false,
    ).map((found, rule) => {
      const fresh = found.map((one) => shiftMatch(one, base)).filter(isNear);
      return [...apartFrom(edit, this.swept[rule]!, isNear), ...fresh].sort((a, b) => a.start - b.start);
    });
    return { start: base, end };
  }

  /** Looks for known secrets again where the change may matter to them. Returns the part that was looked at. */
  private lookForKnown(edit: Edit): Stretch {
    const { from, to } = edit;
    const { known } = this.options;
    if (known === undefined) return { start: from, end: to };
    const base = Math.max(0, from - 3 * known.reach);
    const end = to + 3 * known.reach;
    const fresh = findKnown(this.text.slice(base, end), known).map((one) => shiftMatch(one, base));
    const isNear = (one: Stretch) => one.end + known.reach > from && one.start - known.reach < to;
    this.known = [...apartFrom(edit, this.known, isNear), ...fresh.filter(isNear)].sort((a, b) => a.start - b.start || b.end - a.end);
    return { start: base, end };
  }
}

/** Up to where each rule has read, after so many of the readings, where that is behind a place: what ends before it is of no account there. */
function readToOf(readings: readonly KeptReading[], count: number, place: number): Map<AnyRule, ReadTo> {
  const readTo = new Map<AnyRule, ReadTo>();
  for (let index = 0; index < count; index++) {
    const reading = readings[index]!;
    if (reading.next > place) readTo.set(reading.rule, reading);
  }
  return readTo;
}

const unread: ReadTo = { next: 0, state: undefined };

/** Tells where, behind a change, the rules have read as far as they had before it: from there on they are asked about the same places, and say the same. */
class Settling {
  private readonly before: Map<AnyRule, ReadTo>;
  private readonly now: Map<AnyRule, ReadTo>;
  /** Rules that have read to another place, and the farther one of the two. */
  private readonly apart = new Map<AnyRule, number>();

  /** Told up to where each rule had read before the change, and has now. */
  constructor(readTo: ReadonlyMap<AnyRule, ReadTo>) {
    this.before = new Map(readTo);
    this.now = new Map(readTo);
  }

  wasRead(reading: Reading): void {
    this.before.set(reading.rule, reading);
    this.compare(reading.rule);
  }

  isRead(reading: Reading): void {
    this.now.set(reading.rule, reading);
    this.compare(reading.rule);
  }

  private compare(rule: AnyRule): void {
    const [before, now] = [this.before.get(rule) ?? unread, this.now.get(rule) ?? unread];
    if (before.next === now.next && isSameState(before.state, now.state)) this.apart.delete(rule);
    else if (before.state === undefined && now.state === undefined) this.apart.set(rule, Math.max(before.next, now.next));
    else this.apart.set(rule, Number.POSITIVE_INFINITY); // until they go on alike
  }

  /** Is the difference of no account for places from here on? */
  isOver(place: number): boolean {
    for (const farther of this.apart.values()) if (farther > place) return false;
    return true;
  }
}

const isSameState = (one: State | undefined, other: State | undefined): boolean =>
  one === other ||
  (one !== undefined && other !== undefined && one.length === other.length && one.every((part, index) => part === other[index]));

const readingOf = (...[rule, end, next, match, state]: Parameters<OnReading>): KeptReading => ({ rule, end, next, match, state });

/** The index of the first of these, which are in the order of a number of theirs, of which that is greater. */
function indexAfter<T>(all: readonly T[], numberOf: (one: T) => number, wanted: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberOf(all[middle]!) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

const same = (one: number): number => one;

/** Tells where a place of the old text is now; one in what was taken away is where the change begins. */
const placeAfter =
  ({ from, to, delta }: Edit) =>
  (place: number): number =>
    place >= to - delta ? place + delta : Math.min(place, from);

/** The part of the text from the first to the last of these, of which there is one at least. */
function covering(all: readonly Stretch[]): Stretch {
  let { start, end } = all[0]!;
  for (const one of all) {
    if (one.start < start) start = one.start;
    if (one.end > end) end = one.end;
  }
  return { start, end };
}

function move(one: Stretch, at: (place: number) => number): void {
  one.start = at(one.start);
  one.end = at(one.end);
}

/** Those of the old text that a change does not touch and that are not near it, where they are now. */
function apartFrom<T extends Stretch>({ from, to, delta }: Edit, matches: readonly T[], isNear: (one: Stretch) => boolean): T[] {
  const apart: T[] = [];
  for (const one of matches) {
    if (one.end > from) {
      one.start += delta;
      one.end += delta;
      if (one.start < to) continue;
    }
    if (!isNear(one)) apart.push(one);
  }
  return apart;
}

/** What the two lists hold from where they begin to differ up to where they are the same again. */
function differing(before: readonly KeptReading[], after: readonly KeptReading[]): readonly Match[] {
  const [old, now] = [locatedIn(before), locatedIn(after)];
  let first = 0;
  while (first < old.length && first < now.length && isSame(old[first]!, now[first]!)) first++;
  let [lastOld, lastNow] = [old.length, now.length];
  while (lastOld > first && lastNow > first && isSame(old[lastOld - 1]!, now[lastNow - 1]!)) {
    lastOld--;
    lastNow--;
  }
  return old.slice(first, lastOld).concat(now.slice(first, lastNow));
}

const isSame = (one: Located, other: Located): boolean =>
  one.rule === other.rule && one.start === other.start && one.end === other.end && one.credential === other.credential;
