import { base32, base64, type Draw } from './rule.ts';

// A seed is two bytes that say what it is of, 32 bytes and their CRC-16, in base 32.
const [bytesBefore, bytesOfSum] = [34, 2];
const ofUser = [0x95, 0];

/** By byte, the CRC-16 of XMODEM. */
const sums = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 8;
  for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum & 0x8000 ? 0x1021 : 0);
  return sum;
});
const sumWith = (sum: number, byte: number): number => ((sum << 8) & 0xffff) ^ sums[(sum >> 8) ^ byte]!;

const valueOfUnit = new Uint8Array(128);
for (let value = 0; value < base32.length; value++) valueOfUnit[base32.charCodeAt(value)] = value;

/** Does the seed end in the checksum of what stands before it? */
export function hasSeedChecksum(seed: string): boolean {
  let [sum, told, bytes] = [0, 0, 0];
  let [bits, count] = [0, 0];
  for (let at = 0; at < seed.length; at++) {
    bits = ((bits << 5) | valueOfUnit[seed.charCodeAt(at)]!) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    const byte = bits >> count;
    if (bytes < bytesBefore) sum = sumWith(sum, byte & 255);
    else told |= (byte & 255) << (8 * (bytes - bytesBefore));
    bytes++;
  }
  return told === sum;
}

/** A user's seed that signs nobody in. */
export function sampleSeed(draw: Draw): string {
  const bytes = Buffer.concat([Buffer.from(ofUser), Buffer.from(draw(base64, 43), 'base64'), Buffer.alloc(bytesOfSum)]);
  bytes.writeUInt16LE(bytes.subarray(0, bytesBefore).reduce(sumWith, 0), bytesBefore);
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits
    .match(/.{1,5}/g)!
    .map((five) => base32[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
