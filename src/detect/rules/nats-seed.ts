import { base32, base64, type Draw } from './rule.ts';

// A seed is two bytes that say what it is of, 32 bytes and their CRC-16, in base 32.
const [bytesBefore, bytesOfSum] = [34, 2];
const ofUser = [0x95, 0];

/** The CRC-16 of XMODEM. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return sum;
}

/** Does the seed end in the checksum of what stands before it? */
export function hasSeedChecksum(seed: string): boolean {
  const bytes = Buffer.alloc(bytesBefore + bytesOfSum);
  for (let at = 0; at < seed.length; at++) {
    const bits = base32.indexOf(seed[at]!) << (11 - ((5 * at) % 8));
    const first = (5 * at) >> 3;
    bytes[first]! |= bits >> 8;
    if (first + 1 < bytes.length) bytes[first + 1]! |= bits & 255;
  }
  return bytes.readUInt16LE(bytesBefore) === sumOf(bytes.subarray(0, bytesBefore));
}

/** A user's seed that signs nobody in. */
export function sampleSeed(draw: Draw): string {
  const bytes = Buffer.concat([Buffer.from(ofUser), Buffer.from(draw(base64, 43), 'base64'), Buffer.alloc(bytesOfSum)]);
  bytes.writeUInt16LE(sumOf(bytes.subarray(0, bytesBefore)), bytesBefore);
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits
    .match(/.{1,5}/g)!
    .map((five) => base32[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
