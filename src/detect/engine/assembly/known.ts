// Where a known secret may stand, in AssemblyScript: ../../known/kernel.ts drives it, ../../known/plain.ts is its twin. It is told hashes alone. Nearly all of a text
// is passed over sixteen bytes at a time, as it belongs to no sixteen characters of a value together.

// Where things lie in memory: ../../known/kernel.ts has the same figures.
const comingAt: usize = 0;
const leavingAt: usize = 1024;
const codesAt: usize = 2048;
const ringAt: usize = 2304;
const placesAt: usize = 2368;
const marksAt: usize = 2560;
const inputAt: usize = marksAt + 8 * 1024;
const pieceSize: usize = 64 * 1024;
// What is in memory before and after a piece, and looked through with it.
const margin: usize = 256;
const hitsAt: usize = inputAt + margin + pieceSize + margin + 64;

const window: usize = 16;
const escapeSign: u8 = 255;

/** Makes bytes of the UTF-16 units that lie where the hits will be. Those over 255 become 255 or 0, which are part of no value. */
export function narrow(to: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) {
    const units = hitsAt + 2 * i;
    v128.store(to + i, i8x16.narrow_i16x8_u(v128.load(units), v128.load(units, 16)));
  }
}

// The bits that a byte's low and high half both have here are not all 0 for `A-Za-z0-9+/-_` and for the signs of an escape, `%` and `\\`.
const lowHalves = i8x16(42, 62, 62, 62, 62, 63, 62, 62, 62, 62, 60, 21, 28, 21, 20, 29);
const highHalves = i8x16(0, 0, 1, 2, 4, 8, 16, 32, 0, 0, 0, 0, 0, 0, 0, 0);

/** All ones for each of the 16 bytes that may be part of a value. */
function ofValues(at: usize): v128 {
  const bytes = v128.load(at);
  const low = i8x16.swizzle(lowHalves, v128.and(bytes, i8x16.splat(15)));
  const high = i8x16.swizzle(highHalves, v128.and(i16x8.shr_u(bytes, 4), i8x16.splat(15)));
  return i8x16.ne(v128.and(low, high), i8x16.splat(0));
}

let count: u32 = 0;

/**
 * Writes down where 16 characters of a value begin whose hash has a mark, and that hash: of a piece of `length` bytes, and what is in memory around it. Returns
 * how many there are.
 */
export function look(length: usize): u32 {
  count = 0;
  const end = inputAt + length + 2 * margin;
  for (let at = inputAt; at < end; at += 16) {
    // 16 together that hold this place have 8 before it, or 8 from it on
    const near = ofValues(at - 8);
    if (!v128.any_true(i64x2.eq(near, i64x2.splat(-1)))) continue;
    const before = <usize>clz((i8x16.bitmask(ofValues(at - 16)) << 16) ^ 0xffff0000);
    const after = <usize>ctz(i8x16.bitmask(ofValues(at)) ^ 0xffff);
    if (min<usize>(before, 16) + min<usize>(after, 16) < 16) continue;
    let from = at;
    while (from > inputAt && load<u8>(codesAt + load<u8>(from - 1))) from--;
    let to = at;
    while (to < end && load<u8>(codesAt + load<u8>(to))) to++;
    roll(from, to);
    at = to & ~15;
  }
  return count;
}

/** Goes through the bytes of a value. */
function roll(from: usize, to: usize): void {
  for (let at = from; at < to; at++) {
    if (load<u8>(codesAt + load<u8>(at)) === escapeSign) return rollEscaped(from, to);
  }
  let hash: u32 = 0;
  let at = from;
  for (const first = from + window; at < first; at++) hash = rotl(hash, 1) ^ load<u32>(comingAt + ((<usize>load<u8>(at)) << 2));
  while (true) {
    if (isMarked(hash)) hit(at - window, hash);
    if (at === to) return;
    hash =
      rotl(hash, 1) ^ load<u32>(comingAt + ((<usize>load<u8>(at)) << 2)) ^ load<u32>(leavingAt + ((<usize>load<u8>(at - window)) << 2));
    at++;
  }
}

/** The same where escapes are among them, which are read as what they stand for. */
function rollEscaped(from: usize, to: usize): void {
  let hash: u32 = 0;
  let read: usize = 0;
  for (let at = from; at < to; ) {
    const begin = at;
    let byte = load<u8>(at++);
    if (load<u8>(codesAt + byte) === escapeSign) {
      const escape = escapeAt(begin);
      byte = <u8>escape;
      at = begin + <usize>(escape >> 8);
      if (byte === 0) {
        hash = 0;
        read = 0;
        continue;
      }
    }
    const slot = read & (window - 1);
    hash = rotl(hash, 1) ^ load<u32>(comingAt + ((<usize>byte) << 2));
    if (read >= window) hash ^= load<u32>(leavingAt + ((<usize>load<u8>(ringAt + slot)) << 2));
    store<u8>(ringAt + slot, byte);
    store<u32>(placesAt + (slot << 2), <u32>begin);
    read++;
    if (read >= window && isMarked(hash)) hit(load<u32>(placesAt + ((read & (window - 1)) << 2)), hash);
  }
}

function isMarked(hash: u32): bool {
  return <bool>((load<u8>(marksAt + <usize>(hash >> 19)) >> <u8>((hash >> 16) & 7)) & 1);
}

function hit(place: usize, hash: u32): void {
  const at = hitsAt + ((<usize>count) << 3);
  store<u32>(at, <u32>(place - inputAt));
  store<u32>(at, hash, 4);
  count++;
}

/** What the escape at this place stands for: a character of a value, 0 where it is none, and from the ninth bit on its length. */
function escapeAt(at: usize): u32 {
  if (load<u8>(at) === 0x25) return unicode(at + 1, 3);
  let signs: usize = 1;
  while (signs < 3 && load<u8>(at + signs) === 0x5c) signs++;
  const kind = load<u8>(at + signs);
  if (kind === 0x2f) return ((<u32>signs + 1) << 8) | 0x2f;
  if (kind === 0x78) return unicode(at + signs + 1, <u32>signs + 3);
  if (kind === 0x75 && load<u8>(at + signs, 1) === 0x30 && load<u8>(at + signs, 2) === 0x30) return unicode(at + signs + 3, <u32>signs + 5);
  return 1 << 8;
}

function unicode(at: usize, length: u32): u32 {
  const high = digit(load<u8>(at));
  const low = digit(load<u8>(at, 1));
  if ((high | low) < 0) return 1 << 8;
  const byte = <u8>((high << 4) | low);
  const code = load<u8>(codesAt + byte);
  return (length << 8) | (code === 0 || code === escapeSign ? 0 : byte);
}

function digit(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return <i32>byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? <i32>letter - 0x57 : -1;
}
