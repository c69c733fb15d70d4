// What bytes are: one by one, and 16 at a time.

export function isCapital(byte: u8): bool {
  return byte >= 0x41 && byte <= 0x5a;
}

export function isSmall(byte: u8): bool {
  return byte >= 0x61 && byte <= 0x7a;
}

export function isLetter(byte: u8): bool {
  return isSmall(byte | 0x20);
}

export function isAlphanumeric(byte: u8): bool {
  return isLetter(byte) || (byte >= 0x30 && byte <= 0x39);
}

export function isHex(byte: u8): bool {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** Is this one of the letters whose escapes stand for white space? */
export function isBreak(at: usize): bool {
  const byte = load<u8>(at);
  return byte === 0x6e || byte === 0x72 || byte === 0x74;
}

/** Sets what loops over 16 bytes at a time need. Constants would be made anew in each turn, by three or four instructions. */
export function setVectors(): void {
  classBits = i8x16.splat(0x7e);
  halfBits = i8x16.splat(15);
  // what a byte is: the bits that its low and its high half have both here are not all 0 for `A-Za-z0-9/+`, nor, by those of `escape`, for `%` and `\\`
  lowHalves = i8x16(26, 30, 30, 30, 30, 62, 30, 30, 30, 30, 28, 5, 68, 4, 4, 5);
  highHalves = i8x16(0, 0, 33, 2, 4, 72, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  // by the high half of a byte its bit in a set, none where it is not of ASCII
  setBits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  // `A-Za-z0-9+-./:=_~` as a set
  inTokens = i8x16(-88, -8, -8, -8, -8, -8, -8, -8, -8, -8, -8, 84, 80, 92, -44, 116);
}

let classBits = i8x16.splat(0);

/** What stands for a byte in a row of the table: its class times two. Bytes of one class differ in the bits 6 and 7 alone, as a small letter and a digit or mark do. */
export function classify(from: usize, to: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.and(i16x8.shl(v128.load(from + i), 1), classBits));
}

// The bits of what begins an escape, `%` or `\\`, among those of a byte.
const escape: i8 = 0x60;
let lowHalves = i8x16.splat(0);
let highHalves = i8x16.splat(0);
let halfBits = i8x16.splat(0);

/** What the 16 bytes from here on are, by the bits of their halves. */
function kinds(at: usize, lows: v128, highs: v128): v128 {
  const bytes = v128.load(at);
  const low = i8x16.swizzle(lows, v128.and(bytes, halfBits));
  const high = i8x16.swizzle(highs, v128.and(i16x8.shr_u(bytes, 4), halfBits));
  return v128.and(low, high);
}

/** May all of the 16 bytes be part of a run? */
export function inRun(at: usize): bool {
  return i8x16.all_true(kinds(at, lowHalves, highHalves));
}

/** A bit for each of the 16 bytes that is not one of `A-Za-z0-9/+`. */
export function others(at: usize): u32 {
  return i8x16.bitmask(i8x16.eq(v128.and(kinds(at, lowHalves, highHalves), i8x16.splat(~escape)), i8x16.splat(0)));
}

let setBits = i8x16.splat(0);
let inTokens = i8x16.splat(0);

/** Are the 16 bytes from here on of those that tokens are made of? */
export function beginsToken(at: usize): bool {
  return i8x16.all_true(kinds(at, inTokens, setBits));
}

/** Is the byte at this place one of a set? */
export function isOf(set: usize, at: usize): bool {
  const byte = load<u8>(at);
  return <bool>((<u32>load<u8>(set + (byte & 15)) >> (byte >> 4)) & 1);
}

/** A bit for each of the 16 bytes from here on that is one of a set. */
export function thoseOf(set: usize, at: usize): u32 {
  return <u32>i8x16.bitmask(i8x16.ne(kinds(at, v128.load(set), setBits), i8x16.splat(0)));
}

/** These, with small letters for capitals. */
export function lowerCase(bytes: v128): v128 {
  const capitals = v128.and(i8x16.ge_u(bytes, i8x16.splat(0x41)), i8x16.le_u(bytes, i8x16.splat(0x5a)));
  return v128.or(bytes, v128.and(capitals, i8x16.splat(0x20)));
}
