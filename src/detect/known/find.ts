import { groupBy } from '../group.ts';
import { charactersOf, digestOf, type KnownSecrets, type KnownWindow, spread, symbolsOfKey } from '../known-secrets.ts';
import type { Owner } from '../owner.ts';
import { skipGlue } from '../text.ts';
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

/** Where a window of a known secret may stand in the text, or in its bytes. */
function* hits(text: string | Uint8Array, known: KnownSecrets): Generator<readonly [place: number, window: KnownWindow]> {
  const { matcher, windows } = prepared(known);
  const found = matcher.look(text);
  for (let at = 0; at < found.length; at += 2) {
    for (const window of windows.get(found[at + 1]! >>> 8) ?? []) yield [found[at]!, window];
  }
}

/** May there be a known secret in these bytes? */
export const mayHoldKnown = (bytes: Uint8Array, known: KnownSecrets): boolean => hits(bytes, known).next().done === false;

/** The known secrets in a text, each place once, in the order of the text. What is found at a place is decided by what stands within `known.reach` of it. */
export function findKnown(text: string, known: KnownSecrets): KnownMatch[] {
  const found = new Map<string, KnownMatch>();
  const recognise = recogniser(known);
  for (const [place, window] of hits(text, known)) {
    const match = recognise(asItStands(text, place, window), window) ?? recognise(undone(text, place, window), window);
    if (match !== undefined) found.set(`${match.start} ${match.end}`, match);
  }
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

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

/** The same with escapes undone and what the secret is cut by left out. */
function undone(text: string, place: number, { offset, length }: KnownWindow): Candidate | undefined {
  const base = offset === 0 ? place : Math.max(0, place - spread(offset));
  const { characters, starts } = readUndone(text.slice(base, place + spread(length - offset)), place - base, length - offset);
  const first = starts.lastIndexOf(place - base) - offset;
  const after = first + length;
  if (first < 0 || after > characters.length) return undefined;
  const lastStart = starts[after - 1]!;
  const written = characters.slice(first, after);
  return { written, start: base + starts[first]!, end: base + lastStart + (escapeAt(text, base + lastStart)?.length ?? 1) };
}

/** Says of candidates whether they are known secrets. It takes the HMAC of each one once, since a text may hold one very often. */
function recogniser({ key, digests, owners }: KnownSecrets) {
  const seen = new Map<string, { readonly owner: Owner; readonly secret: string } | undefined>();
  const ownerOf = (written: string, { form, bytes }: KnownWindow) => {
    const secret = form === 'plain' ? Buffer.from(written) : decoded(written, form, bytes);
    const index = secret && digests.get(digestOf(secret, key));
    return secret === undefined || index === undefined ? undefined : { owner: owners[index]!, secret: secret.toString() };
  };
  return (candidate: Candidate | undefined, window: KnownWindow): KnownMatch | undefined => {
    if (candidate === undefined) return undefined;
    const { written, start, end } = candidate;
    const name = `${window.form} ${window.bytes} ${written}`;
    if (!seen.has(name)) seen.set(name, ownerOf(written, window));
    const recognised = seen.get(name);
    if (recognised === undefined) return undefined;
    const { owner, secret } = recognised;
    const isPlain = window.form === 'plain' && end - start === written.length;
    return { start, end, owner, ...(isPlain ? {} : { credential: secret }) };
  };
}

/** The bytes of a secret that is written in base 64, in either alphabet. */
function decoded(written: string, form: 0 | 1 | 2, bytes: number): Buffer | undefined {
  if (!/^[\w+/-]+$/.test(written)) return undefined;
  const all = Buffer.from('A'.repeat(charactersOf(form, bytes).first) + written, 'base64');
  return all.length < form + bytes ? undefined : all.subarray(form, form + bytes);
}

/** By unit: 1 for that with which what stands between the pieces of a value begins, 2 for that with which only an escape does. */
const signs = new Uint8Array(128);
for (const sign of '"\'`\\ \t\r\n') signs[sign.charCodeAt(0)] = 1;
signs[37] = 2;

interface Undone {
  readonly characters: string;
  /** Where each begins. */
  readonly starts: readonly number[];
}

/**
 * The characters of a text, escapes standing for one each, and quotes and line breaks between pieces of a value for none: up to `place` and `count` from there
 * on.
 */
function readUndone(text: string, place: number, count: number): Undone {
  let characters = '';
  const starts: number[] = [];
  let left = count;
  for (let at = 0; at < text.length && left > 0; ) {
    const sign = signs[text.charCodeAt(at)] ?? 0;
    if (sign === 1) {
      const next = skipGlue(text, at, true);
      if (next !== at) {
        at = next;
        continue;
      }
    }
    const escape = sign === 0 ? undefined : escapeAt(text, at);
    characters += escape?.character ?? text[at];
    starts.push(at);
    if (at >= place) left--;
    at += escape?.length ?? 1;
  }
  return { characters, starts };
}

const escapes = /%([0-9A-Fa-f]{2})|\\{1,3}(?:([/"])|(?:x|u00)([0-9A-Fa-f]{2}))/y;

/** The character that the escape at a place stands for. */
function escapeAt(text: string, at: number): { readonly character: string; readonly length: number } | undefined {
  escapes.lastIndex = at;
  const found = escapes.exec(text);
  if (found === null) return undefined;
  const [{ length }, percent, sign, hex] = found;
  return { character: sign ?? String.fromCharCode(Number.parseInt(percent ?? hex!, 16)), length };
}
