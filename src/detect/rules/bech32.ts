/** The alphabet of Bech32, in the order of its values, in capitals. */
export const bech32 = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L';

const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** By the five bits that are shifted out: what the sum is changed by. */
const changes = Array.from({ length: 32 }, (_, top) => generator.reduce((all, one, bit) => ((top >>> bit) & 1 ? all ^ one : all), 0));

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) sum = ((sum & 0x1ffffff) << 5) ^ value ^ changes[sum >>> 25]!;
  return sum;
}

/** The part before the 1, in small letters, as the checksum counts it. */
function expanded(prefix: string): number[] {
  const units = Array.from(prefix.toLowerCase(), (character) => character.charCodeAt(0));
  return [...units.map((unit) => unit >> 5), 0, ...units.map((unit) => unit & 31)];
}

const valueOfUnit = new Int8Array(128).fill(-1);
for (let value = 0; value < bech32.length; value++) valueOfUnit[bech32.charCodeAt(value)] = value;

function valuesOf(text: string): number[] {
  const values: number[] = [];
  for (let at = 0; at < text.length; at++) values.push(valueOfUnit[text.charCodeAt(at)] ?? -1);
  return values;
}

/** Does a text in capitals end in the checksum that Bech32 (BIP 173) gives it? */
export function isBech32(text: string): boolean {
  const at = text.lastIndexOf('1');
  return polymod([...expanded(text.slice(0, at)), ...valuesOf(text.slice(at + 1))]) === 1;
}

/** The text in capitals of a prefix and data that are characters of the alphabet, with its checksum. */
export function bech32Of(prefix: string, data: string): string {
  const sum = polymod([...expanded(prefix), ...valuesOf(data), 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = Array.from({ length: 6 }, (_, index) => bech32[(sum >>> (5 * (5 - index))) & 31]).join('');
  return `${prefix}1${data}${check}`;
}
