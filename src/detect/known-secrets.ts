import { createHmac } from 'node:crypto';
import { codes, escapeSign, type Symbols, symbolsOf, windowSize } from './known/codes.ts';
import { plainMatcher } from './known/plain.ts';
import type { Owner } from './owner.ts';
import { variety } from './variety.ts';

// Secrets that are known here, so that they are found wherever they stand. Of a secret nothing is kept but keyed hashes: an HMAC of the whole, and of each way to
// write it a hash of 16 characters or two, by which the places are found where the HMAC is taken.

/** The secrets that `detect` knows, as hashes under a key that is made for them alone. It can be handed to another thread; it is never written to a file. */
export interface KnownSecrets {
  readonly key: Uint8Array;
  readonly owners: readonly Owner[];
  /** By HMAC: an index into the owners. */
  readonly digests: ReadonlyMap<string, number>;
  readonly windows: readonly KnownWindow[];
  /** How far from a place what stands there may decide whether it is a known secret, in UTF-16 units. */
  readonly reach: number;
}

/** How a secret is written: as it is, or in base 64 with so many bytes before it in its group of three. */
export type Form = 'plain' | 0 | 1 | 2;

/** Sixteen characters of a way to write a secret. */
export interface KnownWindow {
  /** 24 bits. */
  readonly hash: number;
  readonly form: Form;
  /** How many characters of the secret in this form stand before them, and how many there are in all. */
  readonly offset: number;
  readonly length: number;
  /** How many bytes the secret has. */
  readonly bytes: number;
}

/** A shorter secret could be tried out, and one with fewer different characters stands in many texts. */
const shortest = 16;
const leastVariety = 7;
/** Of a longer secret the end is looked for: what a token or a private key begins with, others begin with too. */
const longest = 256;

/**
 * Takes the hashes of these secrets under a fresh random key of 32 bytes. A secret of less than 16 characters, or of hardly any different ones, is left out; where
 * two owners have the same, the first one counts.
 */
export function knownSecrets(secrets: Iterable<{ readonly secret: string; readonly owner: Owner }>, key: Uint8Array): KnownSecrets {
  const symbols = symbolsOfKey(key);
  const owners: Owner[] = [];
  const digests = new Map<string, number>();
  const windows: KnownWindow[] = [];
  for (const { secret, owner } of secrets) {
    if (secret.length < shortest || variety(secret) < leastVariety) continue;
    const end = secret.slice(-longest).replace(/^[\udc00-\udfff]/, '');
    const digest = digestOf(Buffer.from(end), key);
    if (digests.has(digest)) continue;
    digests.set(digest, owners.push(owner) - 1);
    windows.push(...windowsOf(end, symbols));
  }
  const farthest = windows.reduce((most, { length }) => Math.max(most, length), 0);
  return { key, owners, digests, windows, reach: reachOf(farthest) };
}

/** The HMAC by which a secret is recognised. */
export const digestOf = (secret: Uint8Array, key: Uint8Array): string => createHmac('sha256', key).update(secret).digest('base64');

/** So many units hold so many characters of a secret, whatever of them is escaped, with what cuts it over lines and strings. */
export const spread = (characters: number): number => 3 * characters + 160;

// An escape takes nine units at most.
const reachOf = (length: number): number => 9 * windowSize + spread(length);

export function symbolsOfKey(key: Uint8Array): Symbols {
  const blocks = Array.from({ length: 8 }, (_, index) => createHmac('sha256', key).update(`symbols ${index}`).digest());
  return symbolsOf(new Uint32Array(Uint8Array.from(Buffer.concat(blocks)).buffer));
}

function windowsOf(secret: string, symbols: Symbols): KnownWindow[] {
  const bytes = Buffer.from(secret);
  const plain = { form: 'plain', text: secret, from: 0, to: secret.length } as const;
  return [plain, ...inBase64(bytes)].flatMap(({ form, text, from, to }) =>
    ends(sixteens(text, symbols).filter(({ offset }) => offset >= from && offset + windowSize <= to)).map(({ offset, hash }) => ({
      hash: hash >>> 8,
      form,
      offset,
      length: text.length,
      bytes: bytes.length,
    })),
  );
}

/** The characters that hold a part of the secret; from `from` to `to` those that nothing else is in. */
function inBase64(secret: Buffer): { readonly form: Form; readonly text: string; readonly from: number; readonly to: number }[] {
  return ([0, 1, 2] as const).map((form) => {
    const { first, last } = charactersOf(form, secret.length);
    const text = Buffer.concat([Buffer.alloc(form), secret, Buffer.alloc(2)])
      .toString('base64')
      .slice(first, last);
    return { form, text, from: Math.ceil((8 * form) / 6) - first, to: Math.floor((8 * (form + secret.length)) / 6) - first };
  });
}

/** From which character of base 64 to which the bytes of a secret are, with `form` bytes before it. */
export const charactersOf = (form: 0 | 1 | 2, bytes: number): { readonly first: number; readonly last: number } => ({
  first: Math.floor((8 * form) / 6),
  last: Math.ceil((8 * (form + bytes)) / 6),
});

interface Sixteen {
  readonly offset: number;
  readonly hash: number;
}

/** Where the first pass sees 16 characters of a value that are not alike, without an escape. */
function sixteens(text: string, symbols: Symbols): Sixteen[] {
  const found = plainMatcher(new Uint8Array(8192).fill(255), symbols).look(text);
  return Array.from({ length: found.length / 2 }, (_, index) => ({ offset: found[2 * index]!, hash: found[2 * index + 1]! })).filter(
    ({ offset }) => {
      const sixteen = text.slice(offset, offset + windowSize);
      return isValue(sixteen) && variety(sixteen) >= leastVariety;
    },
  );
}

/** The first and the last: where the secret is cut in two, one of them is whole. */
function ends(found: readonly Sixteen[]): readonly Sixteen[] {
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return [];
  return last.offset - first.offset < windowSize / 2 ? [first] : [first, last];
}

function isValue(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = codes[text.charCodeAt(at)];
    if (code === undefined || code === 0 || code === escapeSign) return false;
  }
  return true;
}
