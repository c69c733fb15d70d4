// Keys that everybody has, since a well-known package or standard publishes them: test keys, and the examples of documentation. They are no secrets. What is kept
// of them are hashes, so that this file trips no scanner.
import { createHash } from 'node:crypto';
import { publishedKeys } from './published-keys.ts';
import { readJoined } from './text.ts';

const bytesOfCheap = 4;
const bytesOfHash = 12;

let cheap: ReadonlySet<number> | undefined;
let sure: ReadonlySet<string> | undefined;

/** Is this credential, as it stands in a text, one that everybody has? */
export function isPublished(credential: string): boolean {
  cheap ??= new Set(entries().map((entry) => entry.readUInt32BE()));
  const material = materialOf(credential);
  if (!cheap.has(cheapHash(material))) return false;
  sure ??= new Set(entries().map((entry) => entry.toString('base64url')));
  return sure.has(publishedHash(material));
}

/** What a list of published keys keeps of one: 12 bytes in base64url. The first four are quick to compare and lead to the others, which nobody hits by chance. */
export function publishedHash(credential: string): string {
  const material = materialOf(credential);
  const hash = Buffer.alloc(bytesOfHash);
  hash.writeUInt32BE(cheapHash(material));
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
  return readJoined(credential, start, credential.length, true).content;
}

/** FNV-1a over at most 64 units of the end, where keys differ. */
function cheapHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = Math.max(0, text.length - 64); at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
