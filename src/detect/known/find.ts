import { groupBy } from '../group.ts';
import { charactersOf, digestOf, type KnownSecrets, type KnownWindow, spread, symbolsOfKey } from '../known-secrets.ts';
import type { Owner } from '../owner.ts';
import { mayBeGlue, skipGlue } from '../text.ts';
import { knownMatcherOf } from './first-pass.ts';
import type { KnownMatcher } from './matcher.ts';

/** A known secret at a place of a text. */
export interface KnownMatch {
  readonly start: number;
  readonly end: number;
  /** The secret, where it is written otherwise. */
  readonly credential?: string;
  readonly owner: Owner;
}

interface Prepared {
  readonly matcher: KnownMatcher;
  readonly windows: ReadonlyMap<number, readonly KnownWindow[]>;
}

/** What the first pass is made of; kept as long as the secrets are. */
const preparedOf = new WeakMap<KnownSecrets, Prepared>();

function prepared(known: KnownSecrets): Prepared {
  let made = preparedOf.get(known);
  if (made === undefined) {
    const marks = known.windows.map(({ hash }) => hash * 256);
    made = {
      matcher: knownMatcherOf(marks, symbolsOfKey(known.key)),
      windows: groupBy(known.windows, ({ hash }) => hash),
    };
    preparedOf.set(known, made);
  }
  return made;
}

/** May there be a known secret in these bytes? */
export function mayHoldKnown(bytes: Uint8Array, known: KnownSecrets): boolean {
  const { matcher, windows } = prepared(known);
  return matcher.look(bytes).some((hash, index) => index % 2 === 1 && windows.has(hash >>> 8));
}

/** The known secrets in a text, each place once, in the order of the text. What is found at a place is decided by what stands within `known.reach` of it. */
export function findKnown(text: string, known: KnownSecrets): KnownMatch[] {
  const { matcher, windows } = prepared(known);
  const places = matcher.look(text);
  if (places.length === 0) return [];
  const found: KnownMatch[] = [];
  const recognise = recogniser(known);
  for (let at = 0; at < places.length; at += 2) {
    for (const window of windows.get(places[at + 1]! >>> 8) ?? none) {
      const place = places[at]!;
      const match = recognise(asItStands(text, place, window), window) ?? recognise(undone(text, place, window), window);
      if (match !== undefined) found.push(match);
    }
  }
  const sorted = found.sort((a, b) => a.start - b.start || b.end - a.end);
  return sorted.filter(({ start, end }, index) => start !== sorted[index + 1]?.start || end !== sorted[index + 1]!.end);
}

const none: readonly KnownWindow[] = [];

/** What may be a known secret, in one of its forms, and from where to where it stands. */
interface Candidate {
  readonly written: string;
  readonly start: number;
  readonly end: number;
}

function asItStands(text: string, place: number, { offset, length }: KnownWindow): Candidate | undefined {
  const start = place - offset;
  const end = start + length;
  return start < 0 || end > text.length ? undefined : { written: text.slice(start, end), start, end };
}

// So much more is read before a window at first: nearly always that is enough, and all that may count is five times as long.
const near = 32;
// So many characters at the beginning of what is read may be none: it may begin inside an escape.
const unsure = 8;

/** The same with escapes undone and what the secret is cut by left out. */
function undone(text: string, place: number, { offset, length }: KnownWindow): Candidate | undefined {
  const to = place + spread(length - offset);
  const farthest = offset === 0 ? 0 : spread(offset);
  for (const before of offset === 0 ? [0] : [offset + near, farthest]) {
    const base = Math.max(0, place - before);
    const { starts, count, atPlace } = readUndone(text.slice(base, to), place - base, length - offset);
    const first = atPlace - offset;
    if (base > 0 && before < farthest && first < unsure) continue;
    const after = first + length;
    if (first < 0 || after > count) return undefined;
    const lastStart = base + starts[after - 1]!;
    const written = inUtf16.toString('utf16le', 2 * first, 2 * after);
    return { written, start: base + starts[first]!, end: lastStart + escapeLength(text, lastStart, text.charCodeAt(lastStart)) };
  }
  return undefined;
}

/** Says of candidates whether they are known secrets. It takes the HMAC of each one once, since a text may hold one very often. */
function recogniser({ key, digests, owners }: KnownSecrets) {
  const seen = new Map<number, Map<string, Recognised | undefined>>();
  const recognisedAs = (written: string, { form, bytes }: KnownWindow): Recognised | undefined => {
    const secret = form === 'plain' ? Buffer.from(written) : decoded(written, form, bytes);
    const index = secret && digests.get(digestOf(secret, key));
    return secret === undefined || index === undefined ? undefined : { owner: owners[index]!, secret: secret.toString() };
  };
  const seenIn = (way: number) => {
    const made = seen.get(way) ?? new Map<string, Recognised | undefined>();
    seen.set(way, made);
    return made;
  };
  return (candidate: Candidate | undefined, window: KnownWindow): KnownMatch | undefined => {
    if (candidate === undefined) return undefined;
    const { written, start, end } = candidate;
    const ofWay = seenIn(4 * window.bytes + (window.form === 'plain' ? 3 : window.form));
    let recognised = ofWay.get(written);
    if (recognised === undefined && !ofWay.has(written)) {
      recognised = recognisedAs(written, window);
      ofWay.set(written, recognised);
    }
    if (recognised === undefined) return undefined;
    const { owner, secret } = recognised;
    const isPlain = window.form === 'plain' && end - start === written.length;
    return isPlain ? { start, end, owner } : { start, end, owner, credential: secret };
  };
}

interface Recognised {
  readonly owner: Owner;
  readonly secret: string;
}

/** The bytes of a secret that is written in base 64, in either alphabet. */
function decoded(written: string, form: 0 | 1 | 2, bytes: number): Buffer | undefined {
  if (!/^[\w+/-]+$/.test(written)) return undefined;
  const all = Buffer.from('A'.repeat(charactersOf(form, bytes).first) + written, 'base64');
  return all.length < form + bytes ? undefined : all.subarray(form, form + bytes);
}

/** What was read of a text: to be used before the next is. */
interface Undone {
  /** By character: where it begins. */
  readonly starts: Int32Array;
  readonly count: number;
  /** Which character begins at the place; less than 0 where none does. */
  readonly atPlace: number;
}

// What the characters are, in memory that every reading uses anew.
let units = new Uint16Array(0);
let inUtf16 = Buffer.from(units.buffer);
let starts = new Int32Array(0);

/**
 * The characters of a text, escapes standing for one each, and quotes and line breaks between pieces of a value for none: up to `place` and `count` from there
 * on.
 */
function readUndone(text: string, place: number, count: number): Undone {
  if (units.length < text.length) {
    units = new Uint16Array(text.length);
    inUtf16 = Buffer.from(units.buffer);
    starts = new Int32Array(text.length);
  }
  let read = 0;
  let left = count;
  let atPlace = -1;
  for (let at = 0; at < text.length && left > 0; ) {
    const unit = text.charCodeAt(at);
    const next = mayBeGlue(unit) ? skipGlue(text, at, true) : at;
    if (next !== at) {
      at = next;
      continue;
    }
    const length = escapeLength(text, at, unit);
    units[read] = length === 1 ? unit : meaning(text, at + length);
    starts[read] = at;
    if (at === place) atPlace = read;
    read++;
    if (at >= place) left--;
    at += length;
  }
  return { starts, count: read, atPlace };
}

/** How long the escape at a place is: `%2F`, or `\/`, `\"`, `\x2f`, `\u002f` with up to three backslashes; 1 where there is none. */
function escapeLength(text: string, at: number, unit: number): number {
  if (unit === percent) return isHex(text, at + 1) ? 3 : 1;
  if (unit !== backslash) return 1;
  let behind = at + 1;
  while (behind - at < 3 && text.charCodeAt(behind) === backslash) behind++;
  const sign = text[behind];
  if (sign === '/' || sign === '"') return behind + 1 - at;
  const digits = sign === 'x' ? behind + 1 : behind + 3;
  return (sign === 'x' || text.startsWith('u00', behind)) && isHex(text, digits) ? digits + 2 - at : 1;
}

/** The unit that an escape stands for which ends at `end`. */
function meaning(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last === slash || last === quote ? last : 16 * hex[text.charCodeAt(end - 2)]! + hex[last]!;
}

const [percent, backslash, slash, quote] = [37, 92, 47, 34];

/** By unit below 128: what it is worth as a hexadecimal digit, or -1. */
const hex = new Int8Array(128).fill(-1);
for (const [worth, digits] of ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'aA', 'bB', 'cC', 'dD', 'eE', 'fF'].entries()) {
  for (const digit of digits) hex[digit.charCodeAt(0)] = worth;
}

const isHex = (text: string, at: number): boolean => worthOf(text, at) >= 0 && worthOf(text, at + 1) >= 0;
const worthOf = (text: string, at: number): number => hex[text.charCodeAt(at)] ?? -1;
