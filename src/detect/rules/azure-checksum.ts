/**
 * Marvin32, the keyed hash of which Azure's keys hold the result, as an unsigned number. `seed` says which kind of key it is.
 * Source: https://github.com/microsoft/security-utilities, whose sample keys it agrees with.
 */
export function marvin32(data: Buffer, seed: bigint): number {
  let low = Number(seed & 0xffffffffn) | 0;
  let high = Number(seed >> 32n) | 0;
  const mix = (word: number) => {
    low = (low + word) | 0;
    high ^= low;
    low = (rotate(low, 20) + high) | 0;
    high = rotate(high, 9) ^ low;
    low = (rotate(low, 27) + high) | 0;
    high = rotate(high, 19);
  };
  let at = 0;
  for (; at + 4 <= data.length; at += 4) mix(data.readInt32LE(at));
  const rest = Buffer.alloc(4);
  data.copy(rest, 0, at);
  rest[data.length - at] = 0x80;
  mix(rest.readInt32LE(0));
  mix(0);
  return (low ^ high) >>> 0;
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** A seed is the name of a kind of key, eight characters that end in a digit. */
export const seedOf = (kind: string): bigint => Buffer.from(kind, 'latin1').readBigUInt64BE();

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The last four characters of an annotated key (84 characters): the first ones of the hash of the others in base 62. */
export function annotatedChecksum(first80: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(marvin32(Buffer.from(first80, 'base64'), seedOf('Default0')));
  let rest = sum.readUInt32BE();
  let text = '';
  for (; rest > 0; rest = Math.floor(rest / 62)) text = digits[rest % 62] + text;
  return text.padStart(4, '0').slice(0, 4);
}

/** Does a key in base64 end in the hash of what is before it, under one of these seeds? */
export function hasChecksum(key: string, kinds: readonly string[]): boolean {
  const bytes = Buffer.from(key, 'base64');
  const body = bytes.subarray(0, -4);
  const sum = bytes.readUInt32LE(body.length);
  return kinds.some((kind) => marvin32(body, seedOf(kind)) === sum);
}
