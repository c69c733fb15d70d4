/** The alphabet of Bech32, in the order of its values, in capitals. */
export const bech32 = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L';

const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** By the five bits that are shifted out: what the sum is changed by. */
const changes = Array.from({ length: 32 }, (_, top) => generator.reduce((all, one, bit) => ((top >>> bit) & 1 ? all ^ one : all), 0));

const valueOfUnit = new Uint8Array(128);
for (let value = 0; value < bech32.length; value++) valueOfUnit[bech32.charCodeAt(value)] = value;

/** The sum that BIP 173 makes of a text in capitals whose part before the 1 is so long: 1 where it ends in its checksum. */
function sumOf(text: string, lengthOfPrefix: number): number {
  let sum = 1;
  const add = (value: number): void => {
    sum = ((sum & 0x1ffffff) << 5) ^ value ^ changes[sum >>> 25]!;
  };
  for (let at = 0; at < lengthOfPrefix; at++) add(small(text.charCodeAt(at)) >> 5);
  add(0);
  for (let at = 0; at < lengthOfPrefix; at++) add(small(text.charCodeAt(at)) & 31);
  for (let at = lengthOfPrefix + 1; at < text.length; at++) add(valueOfUnit[text.charCodeAt(at)]!);
  return sum;
}

/** Of a capital its small letter: the checksum counts those of the part before the 1. */
const small = (unit: number): number => (unit >= 65 && unit <= 90 ? unit + 32 : unit);

/** Does a text in capitals, of characters of the alphabet behind its last 1, end in the checksum that Bech32 (BIP 173) gives it? */
export const isBech32 = (text: string): boolean => sumOf(text, text.lastIndexOf('1')) === 1;

/** The text in capitals of a prefix and data that are characters of the alphabet, with its checksum. */
export function bech32Of(prefix: string, data: string): string {
  const sum = sumOf(`${prefix}1${data}${'Q'.repeat(6)}`, prefix.length) ^ 1;
  const check = Array.from({ length: 6 }, (_, index) => bech32[(sum >>> (5 * (5 - index))) & 31]).join('');
  return `${prefix}1${data}${check}`;
}
