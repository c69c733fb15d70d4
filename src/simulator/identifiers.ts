import { createHash, randomBytes } from 'node:crypto';

/** Gives so many bytes: each call others. */
export type RandomBytes = (count: number) => Buffer;

/** A source of random bytes; with a seed, the same bytes in the same order each time. */
export function randomSource(seed?: string): RandomBytes {
  if (seed === undefined) return randomBytes;
  let block = 0;
  const next = () => createHash('sha256').update(`${seed}/${block++}`).digest();
  return (count) => {
    const blocks = Array.from({ length: Math.ceil(count / 32) }, next);
    return Buffer.concat(blocks).subarray(0, count);
  };
}

/** Twelve digits, the first not zero. */
export function accountId(random: RandomBytes): string {
  return String(100_000_000_000n + (random(8).readBigUInt64BE() % 900_000_000_000n));
}

/** The digits of RFC 4648. */
export const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * A unique id of IAM, such as `AKIA…`: the four letters of its kind and 80 bits in base 32. As in AWS, a one and the 40 bits of the account come
 * first, so that tools which read the account from a key id read the right one.
 */
export function uniqueId(kind: 'AKIA' | 'ASIA' | 'AIDA' | 'AROA' | 'ANPA', account: string, random: RandomBytes): string {
  const noise = random(8).readBigUInt64BE() & ((1n << 39n) - 1n);
  const bits = (1n << 79n) | (BigInt(account) << 39n) | noise;
  const digits = Array.from({ length: 16 }, (_, i) => base32[Number((bits >> BigInt(75 - 5 * i)) & 31n)]);
  return kind + digits.join('');
}

/** Forty characters of base 64. */
export function secretAccessKey(random: RandomBytes): string {
  return random(30).toString('base64');
}

/** An opaque session token; like those of STS it begins with the mark of its origin. */
export function sessionToken(random: RandomBytes): string {
  return Buffer.concat([Buffer.from('!\n\torigin_ec'), random(240)]).toString('base64');
}
