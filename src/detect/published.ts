// Keys that everybody has, since a well-known package or standard publishes them: test keys, and the examples of documentation. They are no secrets. What is kept
// of them are hashes, so that this file trips no scanner.
import { createHash } from 'node:crypto';
import { publishedKeys } from './published-keys.ts';
import { rememberedPart } from './remembered.ts';
import { readJoined } from './text.ts';

const bytesOfCheap = 4;
const bytesOfHash = 12;

/** By the low 16 bits of the cheap hash, 1 where a published key has them: one in 150 others does. A set of numbers alone takes five times as long to ask. */
let likely: Uint8Array | undefined;
let cheap: ReadonlySet<number> | undefined;
let sure: ReadonlySet<string> | undefined;

/** Is what stands in a text, or in a part of one, a credential that everybody has? A dozen rules may ask about the same one. */
export const isPublished = (text: string, start = 0, end = text.length): boolean => isPublishedPart(text, start, end);

const isPublishedPart = rememberedPart((text, start, end) => {
  cheap ??= new Set(entries().map((entry) => entry.readInt32BE()));
  likely ??= lowBitsOf(cheap);
  const hash = hashOfPlain(text, start, end) ?? cheapHash(materialOf(text.slice(start, end)));
  if (likely[hash & 0xffff] === 0 || !cheap.has(hash)) return false;
  sure ??= new Set(entries().map((entry) => entry.toString('base64url')));
  return sure.has(publishedHash(text.slice(start, end)));
});

function lowBitsOf(hashes: Iterable<number>): Uint8Array {
  const bits = new Uint8Array(65536);
  for (const hash of hashes) bits[hash & 0xffff] = 1;
  return bits;
}

/** What a list of published keys keeps of one: 12 bytes in base64url. The first four are quick to compare and lead to the others, which nobody hits by chance. */
export function publishedHash(credential: string): string {
  const material = materialOf(credential);
  const hash = Buffer.alloc(bytesOfHash);
  hash.writeInt32BE(cheapHash(material));
  createHash('sha256').update(`keystow published ${material}`).digest().copy(hash, bytesOfCheap);
  return hash.toString('base64url');
}

function entries(): Buffer[] {
  const all = Buffer.from(Object.values(publishedKeys).flat().join(''), 'base64url');
  return Array.from({ length: all.length / bytesOfHash }, (_, index) => all.subarray(index * bytesOfHash, (index + 1) * bytesOfHash));
}

const marks = /^-----BEGIN [A-Z ]{0,30}-----(?:(?:\\{1,4}[rn]|\s){1,8}[A-Za-z-]{1,30}: [^\r\n\\]{0,200})*/;

/** A private key without its marks, headers and line ends, however these are written. */
function materialOf(credential: string): string {
  const start = credential.startsWith('-----') ? marks.exec(credential)?.[0].length : undefined;
  if (start === undefined) return /[\\\s]/.test(credential) ? credential.replace(/\\{1,4}[rn]|\s/g, '') : credential;
  return readJoined(credential, start, credential.length).content;
}

// of 32 bits with a sign: another number would have each hash kept as an object
const [firstHash, prime, hashedUnits] = [0x811c9dc5 | 0, 0x01000193, 64];

/** FNV-1a over at most 64 units of the end, where keys differ. */
function cheapHash(text: string): number {
  let hash = firstHash;
  for (let at = Math.max(0, text.length - hashedUnits); at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  return hash;
}

/** The same of what a credential holds, where it is short and nothing in it is white space, a mark or an escape, as hardly ever: then it is its own material. */
function hashOfPlain(text: string, start: number, end: number): number | undefined {
  if (end - start > hashedUnits) return undefined;
  let hash = firstHash;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (!isPlain(unit)) return undefined;
    hash = Math.imul(hash ^ unit, prime);
  }
  return hash;
}

const [backslash, space, lastPrinted] = [92, 32, 126];
const isPlain = (unit: number): boolean => unit > space && unit <= lastPrinted && unit !== backslash;
