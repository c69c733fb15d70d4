// The first pass over bytes, in AssemblyScript: docs/engine.md tells how it works. It is compiled by compile.mjs to some 6 KB of WebAssembly; ../kernel.ts drives it.
// It looks at memory piece by piece: at one of a long text that is brought in, or at texts where they lie, several in one piece or one in several. A piece is cut in
// eight parts, which are read in step: one load of the table waits for the one before it, eight do not.

// Where things lie in memory: ../kernel.ts has the same figures.
const countsAt: usize = 0;
const partsAt: usize = 32;
const placesCountAt: usize = 64;
const textAt: usize = 68;
const textsAt: usize = 128;
const mostTexts: usize = 1024;
const inputAt: usize = textsAt + 8 * mostTexts;
const pieceSize: usize = 256 * 1024;
// What is in memory before and after a piece: a gate looks so far.
const margin: usize = 4096;
const classesAt: usize = inputAt + pieceSize + 2 * margin;
// Not a multiple of 4 KB: the eight places that are read together then lie in different sets of the cache.
const partRoom: usize = 32 * 1024 + 192;
const hitsAt: usize = classesAt + 8 * partRoom;
const hitsRoom: usize = partRoom * 8;
const tableAt: usize = hitsAt + 8 * hitsRoom;
// Places are written where the classes were, which are read by then. There is room for those of one hit where this many are written.
const mostPlaces: usize = 28 * 1024;
// What only the building of the table needs lies where the classes and the hits will be.
const reachedAt: usize = classesAt;
const fallbackAt: usize = hitsAt;
const rowSize: usize = 128;
const gateSize: usize = 24;
// What an entry is besides the number of a state: a literal may end there.
const mayEnd: i32 = 0x8000;
const stateOnly: i32 = i16.MAX_VALUE;
// What tells the class of a small letter from that of its capital.
const small: u8 = 0x40;

const aName: u32 = 1;
const aWord: u32 = 2;
const aToken: u32 = 4;
// What an address of a literal is besides, as it is a multiple of 4: it and all that end with it are followed by a token.
const tokensOnly: u32 = 1;

const setSize: usize = 256;
const packedSetSize: usize = 16;

/** What is known of a literal. */
@unmanaged
class Literal {
  /** The next one that ends where this one does: the first that ends in the fallback of its state, where there is none of its own length. */
  next!: usize;
  index!: u32;
  length!: u32;
  text!: usize;
  /** Its letters match in either case, and are small ones here. */
  anyCase!: u32;
  /** By {@link aName} and {@link aWord}, what has to begin where it does; by {@link aToken}, what behind it. */
  begins!: u32;
  /** Where its gates lie, 0 if it has none. */
  gates!: usize;
}

/** Sets what loops over 16 bytes at a time need. Constants would be made anew in each turn, by three or four instructions. */
function setVectors(): void {
  classBits = i8x16.splat(0x7e);
  halfBits = i8x16.splat(15);
  // what a byte is: the bits that its low and its high half have both here are not all 0 for `A-Za-z0-9/+`, nor, by those of `escape`, for `%` and `\\`
  lowHalves = i8x16(26, 30, 30, 30, 30, 62, 30, 30, 30, 30, 28, 5, 68, 4, 4, 5);
  highHalves = i8x16(0, 0, 33, 2, 4, 72, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  // the same for `A-Za-z0-9+-./:=_~`
  tokenLow = i8x16(26, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 5, 4, 7, 21, 13);
  tokenHigh = i8x16(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
}

function literalAt(at: usize): Literal {
  return changetype<Literal>(at);
}

/**
 * Writes out what ../kernel-literals.ts packed into the place of a piece: sets, gates and the records of literals whose texts lie at `texts`. Each is a count and where it comes to lie.
 */
export function unpack(texts: usize, setCount: usize, sets: usize, gateWords: usize, gates: usize, count: usize, literals: usize): void {
  setVectors(); // here, as this is what is called first of a kernel
  let at: usize = inputAt;
  for (let word: usize = 0; word < gateWords; ) {
    // the two sets of a gate become addresses; a 0 in the place of the first ends a list
    const size: usize = load<u16>(at + 2 * word) === 0 ? 1 : gateSize / 4;
    for (let part: usize = 0; part < size; part++, word++) {
      const one = <usize>load<u16>(at + 2 * word);
      store<u32>(gates + 4 * word, <u32>(part < 2 && one !== 0 ? sets + setSize * (one - 1) : one));
    }
  }
  at += 2 * gateWords;
  const lists = at;
  at += 2 * count;
  for (let bit: usize = 0; bit < 8 * packedSetSize * setCount; bit++) {
    store<u8>(sets + setSize * (bit / (8 * packedSetSize)) + (bit % (8 * packedSetSize)), (load<u8>(at + bit / 8) >> <u8>(bit % 8)) & 1);
  }
  at += packedSetSize * setCount;
  for (let index: usize = 0; index < count; index++) {
    const literal = literalAt(literals + index * offsetof<Literal>());
    const mark = load<u8>(at + count + index);
    const list = <usize>load<u16>(lists + 2 * index);
    literal.next = 0;
    literal.index = <u32>index;
    literal.length = load<u8>(at + index);
    literal.text = texts;
    literal.anyCase = mark & 1;
    literal.begins = mark >> 1;
    literal.gates = list === 0 ? 0 : gates + 4 * (list - 1);
    texts += literal.length;
  }
}

/**
 * Builds the table of `count` literals whose records lie at `literals`, and behind them, by state, where the record of the first literal is that ends there, the longest.
 * States are numbered by the length of what they stand for, so that those which texts are in most of the time lie side by side. The row of a state begins as a copy
 * of that of its fallback, the longest of its ends that a literal begins with: what an entry of it leads to is then the fallback of the state that comes in its place.
 */
export function build(literals: usize, count: usize): void {
  const behind = literals + count * offsetof<Literal>();
  firstsAt = behind;
  memory.fill(reachedAt, 0, count * 4);
  let states: usize = 1;
  let first: usize = 0;
  for (let depth: u32 = 0; first < states; depth++) {
    const end = states;
    for (let state = max<usize>(first, 1); state < end; state++) {
      memory.copy(rowOf(state), rowOf(load<u32>(fallbackAt + state * 4)), rowSize);
    }
    // from the last one on, so that of those that end in one state the first comes first
    for (let index = count; index-- > 0; ) {
      const literal = literalAt(literals + index * offsetof<Literal>());
      if (depth >= literal.length) continue;
      const row = rowOf(load<u32>(reachedAt + index * 4));
      const byte = load<u8>(literal.text + depth);
      // a letter leads on in either case
      const symbol = isLetter(byte) ? classOf(byte) | small : classOf(byte);
      let state = <usize>(load<i16>(row + <usize>symbol) & stateOnly);
      if (state < end) {
        store<u32>(fallbackAt + states * 4, <u32>state);
        store<u32>(behind + states * 4, load<u32>(behind + state * 4));
        state = states++;
      }
      store<u32>(reachedAt + index * 4, <u32>state);
      if (depth === literal.length - 1) {
        literal.next = load<u32>(behind + state * 4);
        store<u32>(behind + state * 4, <u32>changetype<usize>(literal));
      }
      const ends = load<u32>(behind + state * 4);
      store<i16>(row + <usize>symbol, <i16>(<i32>state | endingOf(ends, symbol)));
      if (isLetter(byte)) store<i16>(row + <usize>(symbol ^ small), <i16>(<i32>state | endingOf(ends, symbol ^ small)));
    }
    first = end;
  }
  for (let state: usize = 1; state < states; state++) {
    const ends = load<u32>(behind + state * 4);
    if (ends !== 0 && areTokensOnly(ends)) store<u32>(behind + state * 4, ends | tokensOnly);
  }
}

/** Is each of the literals from this one on followed by a token? */
function areTokensOnly(first: usize): bool {
  for (let at = first; at !== 0; at = literalAt(at).next) if (!(literalAt(at).begins & aToken)) return false;
  return true;
}

/** Where the row of a state begins. */
function rowOf(state: usize): usize {
  return tableAt + state * rowSize;
}

/** {@link mayEnd}, if one of the literals from this one on may end with a byte of this class: many texts hold `goog`, few `GOOG`. */
function endingOf(first: usize, symbol: u8): i32 {
  for (let at = first; at !== 0; at = literalAt(at).next) {
    const literal = literalAt(at);
    const last = load<u8>(literal.text + literal.length - 1);
    if (classOf(last) === symbol || (literal.anyCase && isLetter(last) && (classOf(last) ^ small) === symbol)) return mayEnd;
  }
  return 0;
}

/** A byte's class times two, as {@link classify} gives it. */
function classOf(byte: u8): u8 {
  return (byte << 1) & 0x7e;
}

/** Makes bytes of the UTF-16 units that lie where the hits will be. Those over 255 become 255 or 0, which are part of no literal and of no run. */
export function narrow(to: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) {
    const units = hitsAt + 2 * i;
    v128.store(to + i, i8x16.narrow_i16x8_u(v128.load(units), v128.load(units, 16)));
  }
}

let classBits = i8x16.splat(0);

/** What stands for a byte in a row of the table: its class times two. Bytes of one class differ in the bits 6 and 7 alone, as a small letter and a digit or mark do. */
function classify(from: usize, to: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.and(i16x8.shl(v128.load(from + i), 1), classBits));
}

// Where the first literal that ends in a state is told, by state, with {@link tokensOnly}.
let firstsAt: usize = 0;

/** Writes down that a literal may end with the byte at `at` of a part, unless only a token may follow it and none does. Returns the state. */
function hit(part: usize, at: usize, entry: i32): i32 {
  const state = entry & stateOnly;
  if (load<u32>(firstsAt + <usize>state * 4) & tokensOnly && !beginsToken(<usize>load<u32>(partsAt + part * 4) + at + 1)) return state;
  const count = load<u32>(countsAt + part * 4);
  store<u32>(countsAt + part * 4, count + 1);
  const place = hitsAt + part * hitsRoom + count * 8;
  store<u32>(place, <u32>at + 1);
  store<i32>(place, state, 4);
  return state;
}

let tokenLow = i8x16.splat(0);
let tokenHigh = i8x16.splat(0);

/** Are the 16 bytes from here on of those that tokens are made of? */
function beginsToken(at: usize): bool {
  return i8x16.all_true(kinds(at, tokenLow, tokenHigh));
}

/** One state on. An entry of the table is the number of the next state, with {@link mayEnd} where a literal may end. */
function next(state: i32, symbol: u8): i32 {
  return <i32>load<u16>(<usize>state * rowSize + <usize>symbol, tableAt);
}

/**
 * Looks for the literals in eight parts of `size` bytes, of which the first is at `begin`, each read for `overlap` bytes more so that no literal at its end is
 * lost. What is read after the last part must be there.
 */
export function scan(begin: usize, size: usize, overlap: usize): void {
  const length = size + overlap;
  for (let part: usize = 0; part < 8; part++) {
    store<u32>(countsAt + part * 4, 0);
    store<u32>(partsAt + part * 4, <u32>(begin + part * size));
    classify(begin + part * size, classesAt + part * partRoom, length);
  }
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (let i: usize = 0; ; i++) {
    // two turns in one, and nothing else in the loop: what a hit needs, or one more address beside `i`, would leave a state without a register
    while (i < length) {
      s0 = next(s0, load<u8>(i, classesAt));
      s1 = next(s1, load<u8>(i, classesAt + partRoom));
      s2 = next(s2, load<u8>(i, classesAt + 2 * partRoom));
      s3 = next(s3, load<u8>(i, classesAt + 3 * partRoom));
      s4 = next(s4, load<u8>(i, classesAt + 4 * partRoom));
      s5 = next(s5, load<u8>(i, classesAt + 5 * partRoom));
      s6 = next(s6, load<u8>(i, classesAt + 6 * partRoom));
      s7 = next(s7, load<u8>(i, classesAt + 7 * partRoom));
      if ((s0 | s1 | s2 | s3 | s4 | s5 | s6 | s7) & mayEnd) break;
      s0 = next(s0, load<u8>(i, classesAt + 1));
      s1 = next(s1, load<u8>(i, classesAt + partRoom + 1));
      s2 = next(s2, load<u8>(i, classesAt + 2 * partRoom + 1));
      s3 = next(s3, load<u8>(i, classesAt + 3 * partRoom + 1));
      s4 = next(s4, load<u8>(i, classesAt + 4 * partRoom + 1));
      s5 = next(s5, load<u8>(i, classesAt + 5 * partRoom + 1));
      s6 = next(s6, load<u8>(i, classesAt + 6 * partRoom + 1));
      s7 = next(s7, load<u8>(i, classesAt + 7 * partRoom + 1));
      if ((s0 | s1 | s2 | s3 | s4 | s5 | s6 | s7) & mayEnd) {
        i++;
        break;
      }
      i += 2;
    }
    if (i >= length) return;
    if (s0 & mayEnd) s0 = hit(0, i, s0);
    if (s1 & mayEnd) s1 = hit(1, i, s1);
    if (s2 & mayEnd) s2 = hit(2, i, s2);
    if (s3 & mayEnd) s3 = hit(3, i, s3);
    if (s4 & mayEnd) s4 = hit(4, i, s4);
    if (s5 & mayEnd) s5 = hit(5, i, s5);
    if (s6 & mayEnd) s6 = hit(6, i, s6);
    if (s7 & mayEnd) s7 = hit(7, i, s7);
  }
}

/** The same for a short text, as one part. */
export function scanShort(begin: usize, length: usize): void {
  store<u32>(countsAt, 0);
  store<u32>(partsAt, <u32>begin);
  classify(begin, classesAt, length);
  let state = 0;
  for (let i: usize = 0; i < length; i++) {
    state = next(state, load<u8>(classesAt + i));
    if (state & mayEnd) state = hit(0, i, state);
  }
}

/**
 * Makes places of the hits of a part that is at `begin`, from hit `first` on: of those literals that begin before `size`, stand there exactly and have an open
 * gate. Writes down as many as there is room for. Returns the hit that comes next. The texts that lie there are told at `textsAt`, by where each ends and whether it
 * is UTF-8; `textAt` says which of them comes first, and is moved on from part to part.
 */
export function places(part: usize, begin: usize, size: i32, first: u32): u32 {
  heldOf = 0;
  let text = <usize>load<u32>(textAt);
  while (<usize>load<u32>(text) < begin) text += 8;
  store<u32>(textAt, <u32>text);
  const hits = load<u32>(countsAt + part * 4);
  let count: usize = 0;
  let hit = first;
  for (; hit < hits && count < mostPlaces; hit++) {
    const place = hitsAt + part * hitsRoom + <usize>hit * 8;
    const end = load<i32>(place);
    const state = <usize>load<u32>(place, 4);
    // the rules of one literal mostly have its gates in common
    let gates: usize = 0;
    let open = false;
    for (let at = <usize>(load<u32>(firstsAt + state * 4) & ~tokensOnly); at !== 0; at = literalAt(at).next) {
      const literal = literalAt(at);
      const length = literal.length;
      if (end - <i32>length >= size || !stands(literal, begin + end)) continue;
      if (literal.begins & aName && !beginsName(begin + end - length)) continue;
      if (literal.begins & aWord && !beginsWord(begin + end - length)) continue;
      if (gates !== literal.gates || gates === 0) {
        gates = literal.gates;
        while (<usize>load<u32>(text) < begin + end) text += 8;
        open = isOpen(gates, begin + end, load<u32>(text), <bool>load<u32>(text, 4));
      }
      if (!open) continue;
      store<u32>(classesAt + count * 8, literal.index);
      store<u32>(classesAt + count * 8, end, 4);
      count++;
    }
  }
  store<u32>(placesCountAt, <u32>count);
  return hit;
}

/** Does the literal stand exactly before `end`? */
function stands(literal: Literal, end: usize): bool {
  const begin = end - literal.length;
  for (let i: usize = 0; i < literal.length; i++) {
    const byte = load<u8>(begin + i);
    const small = literal.anyCase && isCapital(byte) ? byte | 0x20 : byte;
    if (small !== load<u8>(literal.text + i)) return false;
  }
  return true;
}

function isCapital(byte: u8): bool {
  return byte >= 0x41 && byte <= 0x5a;
}

function isSmall(byte: u8): bool {
  return byte >= 0x61 && byte <= 0x7a;
}

function isLetter(byte: u8): bool {
  return isSmall(byte | 0x20);
}

/** Does a word of a name begin at `at`: after what is no letter, in camel case, or after an escape? */
function beginsName(at: usize): bool {
  const before = load<u8>(at - 1);
  const first = load<u8>(at);
  if (!isLetter(before) || !isLetter(first)) return true;
  if (isSmall(before) && isCapital(first)) return true;
  return isBehindEscape(at);
}

function isAlphanumeric(byte: u8): bool {
  return isLetter(byte) || (byte >= 0x30 && byte <= 0x39);
}

/** Does a word begin at `at`: after what is no part of one, or after an escape? */
function beginsWord(at: usize): bool {
  const before = load<u8>(at - 1);
  return (!isAlphanumeric(before) && before !== 0x5f) || isBehindEscape(at);
}

/** Does an escape end before `at`: `\\n`, `\\x3d`, `\\u003d`, `%3D`, the `=3D` of quoted-printable mail, or a colour of a terminal, `[31m`? */
function isBehindEscape(at: usize): bool {
  const before = load<u8>(at - 1);
  if (load<u8>(at - 2) === 0x5c && isBreak(at - 1)) return true;
  if (isColour(at)) return true;
  if (!isHex(before) || !isHex(load<u8>(at - 2))) return false;
  const third = load<u8>(at - 3);
  if (third === 0x25) return true;
  if (third === 0x3d) return load<u8>(at - 2) === 0x33 && before === 0x44;
  if (third === 0x78) return load<u8>(at - 4) === 0x5c;
  return isHex(third) && isHex(load<u8>(at - 4)) && load<u8>(at - 5) === 0x75 && load<u8>(at - 6) === 0x5c;
}

/** Does `[`, at most 12 digits and semicolons, and `m` end before `at`? */
function isColour(at: usize): bool {
  if (load<u8>(at - 1) !== 0x6d) return false;
  const first = at - 14;
  for (let place = at - 2; place >= first; place--) {
    const byte = load<u8>(place);
    if (byte === 0x5b) return true;
    if ((byte < 0x30 || byte > 0x39) && byte !== 0x3b) return false;
  }
  return false;
}

function isHex(byte: u8): bool {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** Is one of these gates open for what begins at `at`, or are there none? Behind `limit` there is another text. */
function isOpen(gates: usize, at: usize, limit: usize, isUtf8: bool): bool {
  if (gates === 0) return true;
  let from = at;
  for (let gate = gates; load<u32>(gate) !== 0; gate += gateSize) {
    const set = load<u32>(gate);
    const others = load<u32>(gate, 4);
    const length = load<u32>(gate, 8);
    const most = load<u32>(gate, 12);
    const units = <usize>load<u32>(gate, 16) + length;
    const to = isUtf8 ? unitsOn(from, units, limit) : min(from + units, limit);
    if (length !== 0) {
      const begins = load<u32>(gate, 20);
      if (
        begins !== 0
          ? beginsSo(others, begins, from) && holdsRun(set, 0, length, 0, from, to, limit)
          : holdsRun(set, others, length, most, from, to, limit)
      )
        return true;
      continue;
    }
    // of a mark, `most` tells whether another is to follow it
    from = behindMark(set, others, from, to);
    if (most === 0) {
      if (from !== 0) return true;
    } else if (from !== 0) {
      continue;
    } else {
      while (load<u32>(gate, 12) !== 0) gate += gateSize;
    }
    from = at;
  }
  return false;
}

/** So many UTF-16 units on in UTF-8, and not behind `limit`. */
function unitsOn(at: usize, units: usize, limit: usize): usize {
  let left = <isize>units;
  for (; left >= 16 && at + 16 <= limit && i8x16.bitmask(v128.load(at)) === 0; at += 16) left -= 16;
  for (; at < limit; at++) {
    const byte = load<u8>(at);
    if ((byte & 0xc0) === 0x80) continue;
    left -= byte >= 0xf0 ? 2 : 1;
    if (left < 0) break;
  }
  return at;
}

// A part of memory whose bytes are all of one set, as was seen last. Where literals are such a run themselves, each would have it read again.
let heldOf: usize = 0;
let heldFrom: usize = 0;
let heldTo: usize = 0;

/** A run covers every so manieth place: hardly more than these are looked at. `most`: a longer one does not count, nor one behind one of `notAfter`, if this is not 0. */
function holdsRun(set: usize, notAfter: usize, length: usize, most: usize, from: usize, to: usize, limit: usize): bool {
  let last = from + length - 1;
  const isKnown = set === heldOf; // as hardly ever in other than hostile text
  if (isKnown && most !== 0 && isHeld(set, from) && from + most < heldTo) {
    heldTo = endOfRun(set, heldTo, to);
    last = heldTo + length;
  }
  while (last < to) {
    const before = last - length;
    const read = isKnown && isHeld(set, before + 1) ? heldTo - 1 : before;
    let at = last;
    while (at > read && load<u8>(set + load<u8>(at))) at--;
    if (at <= read) {
      if (most === 0) {
        hold(set, before + 1, last + 1);
        return true;
      }
      const after = before + most + 1;
      last = endOfRun(set, last + 1, min(limit, after + 1));
      if (last <= after && (notAfter === 0 || before < from || !load<u8>(notAfter + load<u8>(before)))) return true;
      at = endOfRun(set, last, to);
      if (last > after) hold(set, before + 1, at);
    }
    last = at + length;
  }
  return false;
}

function isHeld(set: usize, at: usize): bool {
  return set === heldOf && at >= heldFrom && at < heldTo;
}

function hold(set: usize, from: usize, to: usize): void {
  if (!isHeld(set, from)) {
    heldOf = set;
    heldFrom = from;
    heldTo = to;
  } else {
    heldTo = max(heldTo, to);
  }
}

/** The first place from `at` on whose byte is not of the set, but not behind `limit`. */
function endOfRun(set: usize, at: usize, limit: usize): usize {
  while (at < limit && load<u8>(set + load<u8>(at))) at++;
  return at;
}

/** Do so many bytes of a set begin here? */
function beginsSo(set: usize, length: usize, from: usize): bool {
  for (let at = from; at < from + length; at++) if (!load<u8>(set + load<u8>(at))) return false;
  return true;
}

/** Where what is behind the first mark begins; 0 if there is none, or one of `stops` is before it. */
function behindMark(marks: usize, stops: usize, from: usize, to: usize): usize {
  for (let at = from; at < to; at++) {
    const byte = <usize>load<u8>(at);
    if (load<u8>(stops + byte)) return 0;
    if (load<u8>(marks + byte)) return at + 1;
  }
  return 0;
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
function inRun(at: usize): bool {
  return i8x16.all_true(kinds(at, lowHalves, highHalves));
}

/** A bit for each of the 16 bytes that is not one of `A-Za-z0-9/+`. */
function others(at: usize): u32 {
  return i8x16.bitmask(i8x16.eq(v128.and(kinds(at, lowHalves, highHalves), i8x16.splat(~escape)), i8x16.splat(0)));
}

/** Does an escape begin with this byte? */
function isEscape(at: usize): bool {
  const byte = load<u8>(at);
  return byte === 0x25 || byte === 0x5c;
}

/** Is `2F` or `2B` here? */
function isCode(at: usize): bool {
  const last = load<u8>(at + 1) | 0x20;
  return load<u8>(at) === 0x32 && (last === 0x66 || last === 0x62);
}

/** Does what begins here make an escape of `/` or `+` together with the sign before it: `2F` behind a percent sign, `/` or `u002F` behind a backslash? */
function endsSlashOrPlus(at: usize): bool {
  if (load<u8>(at - 1) === 0x25) return isCode(at);
  return load<u8>(at) === 0x2f || (load<u8>(at) === 0x75 && load<u16>(at + 1) === 0x3030 && isCode(at + 3));
}

/** Does the escape that begins here stand for `/` or `+`? It may have three backslashes. */
function meansSlashOrPlus(at: usize): bool {
  if (load<u8>(at) === 0x25) return endsSlashOrPlus(at + 1);
  let end = at + 1;
  while (end < at + 3 && load<u8>(end) === 0x5c) end++;
  return endsSlashOrPlus(end);
}

/** How much of an escape of something else stands here, behind its sign: `20`, `n` or `u00e9`. */
function lengthOfEscape(at: usize): usize {
  const isPercent = load<u8>(at - 1) === 0x25;
  if (!isPercent && isBreak(at)) return 1;
  if (!isPercent && load<u8>(at) !== 0x75) return 0;
  const end = isPercent ? at + 2 : at + 5;
  for (let digit = isPercent ? at : at + 1; digit < end; digit++) if (!isHex(load<u8>(digit))) return 0;
  return end - at;
}

/** How many of the 32 bytes before `at` are of `A-Za-z0-9/+` without another between. */
function before(at: usize): usize {
  return <usize>clz((others(at - 16) << 16) | others(at - 32));
}

/** The same of the 48 bytes from `at` on. */
function after(at: usize): usize {
  const near = others(at) | (others(at + 16) << 16);
  return near !== 0 ? <usize>ctz(near) : 32 + <usize>ctz(others(at + 32) | 0x10000);
}

/** Is this one of the letters whose escapes stand for white space? */
function isBreak(at: usize): bool {
  const byte = load<u8>(at);
  return byte === 0x6e || byte === 0x72 || byte === 0x74;
}

/** Is this one of the characters that make a run part of something longer? */
function isJoined(at: usize): bool {
  const byte = load<u8>(at);
  return byte === 0x2d || byte === 0x5f;
}

/** Does what a shell takes where a variable is not set begin at `at`: behind `${NAME-` or `${NAME:-`? */
function beginsDefault(at: usize): bool {
  if (load<u8>(at - 1) !== 0x2d) return false;
  const end = load<u8>(at - 2) === 0x3a ? at - 2 : at - 1;
  let start = end;
  while (end - start < 64 && (isAlphanumeric(load<u8>(start - 1)) || load<u8>(start - 1) === 0x5f)) start--;
  return start < end && load<u8>(start - 1) === 0x7b && load<u8>(start - 2) === 0x24;
}

/** Are there small and capital letters among 40 characters of base 64, and 21 different ones? A key that has less is one of millions. */
function isVaried(at: usize): bool {
  let others: u64 = 0;
  let letters: u64 = 0;
  for (const end = at + 40; at < end; at++) {
    const bit = (<u64>1) << (load<u8>(at) & 63);
    if (load<u8>(at) < 64) others |= bit;
    else letters |= bit;
  }
  return letters << 32 !== 0 && letters >> 32 !== 0 && popcnt(others) + popcnt(letters) >= 21;
}

/**
 * Writes down each 25th place of a piece, from `first` on, where 40 varied characters of base 64 stand for themselves, or where such characters
 * meet an escape that stands for one of them. Returns how many there are.
 */
export function runs(begin: usize, first: usize, length: usize): u32 {
  let count: u32 = 0;
  for (let i = first; i < length; i += 25) {
    const at = begin + i;
    if (!inRun(at)) continue;
    const end = at + after(at);
    if (end - at > 40) continue;
    let start = at - before(at);
    let escaped = isEscape(end) && meansSlashOrPlus(end);
    if (isEscape(start - 1)) {
      if (endsSlashOrPlus(start)) escaped = true;
      else start += lengthOfEscape(start);
    }
    if (!escaped && (end - start !== 40 || (isJoined(start - 1) && !beginsDefault(start)) || isJoined(end) || !isVaried(start))) continue;
    store<u32>(hitsAt + ((<usize>count) << 2), <u32>i);
    count++;
  }
  return count;
}
