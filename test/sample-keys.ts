// Credentials that look real and open nothing, made at run time so that no file of the repository holds one.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Numbers from 0 to 255: random ones, or always the same for the same seed. */
function bytes(count: number, seed?: string): Uint8Array {
  if (seed === undefined) return randomBytes(count);
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, i) => createHash('sha256').update(`${seed}/${i}`).digest());
  return Buffer.concat(blocks).subarray(0, count);
}

const text = (alphabet: string, count: number, seed?: string): string =>
  Array.from(bytes(count, seed), (byte) => alphabet[byte % alphabet.length]).join('');

/** Random text of an alphabet, as the cases of a rule are made of. */
export const draw = (alphabet: string, count: number): string => text(alphabet, count);

export interface SampleKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A long-term access key of AWS's format; the same for the same seed. */
export function sampleKeyPair(seed?: string): SampleKeyPair {
  const id = seed === undefined ? undefined : `${seed}/id`;
  const secret = seed === undefined ? undefined : `${seed}/secret`;
  return {
    accessKeyId: `AKIA${text(base32.replace(/[IJ]/g, ''), 1, id)}${text(base32, 15, id)}`,
    secretAccessKey: text(base64, 40, secret),
  };
}

/** A classic personal access token of GitHub's format, with the right checksum (CRC32 in base 62, six digits). */
export function sampleGitHubToken(seed?: string): string {
  const body = text(base62, 30, seed);
  let sum = crc32(body);
  let check = '';
  for (let i = 0; i < 6; i++) {
    check = base62[sum % 62] + check;
    sum = Math.floor(sum / 62);
  }
  return `ghp_${body}${check}`;
}

/** A fresh private key in PEM. */
export function samplePrivateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
