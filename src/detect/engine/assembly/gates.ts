// The gates of literals: what surely stands behind one that a credential begins with.

import { isOf, thoseOf } from './characters';
import { gateSize } from './layout';

/** Is one of these gates open for what begins at `at`, or are there none? Behind `limit` there is another text. */
export function isOpen(gates: usize, at: usize, limit: usize, isUtf8: bool): bool {
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
      from = at;
      continue;
    }
    // of a mark, `most` tells whether another is to follow it
    from = behindMark(set, others, from, to);
    if (most === 0) {
      if (from !== 0) return true;
    } else if (from !== 0) {
      continue;
    } else {
      while (load<u32>(gate, 8) === 0 && load<u32>(gate, 12) !== 0) gate += gateSize;
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

/** To be called before a part is looked at. */
export function forgetHeld(): void {
  heldOf = 0;
}

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
    let at = lastOther(set, last, read);
    if (at <= read) {
      if (most === 0) {
        hold(set, before + 1, last + 1);
        return true;
      }
      const after = before + most + 1;
      last = endOfRun(set, last + 1, min(limit, after + 1));
      if (last <= after && (notAfter === 0 || before < from || !isOf(notAfter, before))) return true;
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

/** The last place up to `last` whose byte is not of the set; one that is not behind `before`, where all are that are. */
function lastOther(set: usize, last: usize, before: usize): usize {
  let at = last;
  for (; <isize>at > <isize>before; at -= 16) {
    const others = ~thoseOf(set, at - 15) & 0xffff;
    if (others !== 0) return at - (clz(others) - 16);
  }
  return at;
}

/** The first place from `at` on whose byte is not of the set, but not behind `limit`. */
function endOfRun(set: usize, at: usize, limit: usize): usize {
  for (; at < limit; at += 16) {
    const others = ~thoseOf(set, at) & 0xffff;
    if (others !== 0) return min(at + ctz(others), limit);
  }
  return limit;
}

/** Do so many bytes of a set begin here? */
function beginsSo(set: usize, length: usize, from: usize): bool {
  return endOfRun(set, from, from + length) === from + length;
}

/** Where what is behind the first mark begins; 0 if there is none, or one of `stops` is before it. */
function behindMark(marks: usize, stops: usize, from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const marked = thoseOf(marks, at);
    const stopped = thoseOf(stops, at);
    if ((marked | stopped) === 0) continue;
    const first = ctz(marked | stopped);
    return at + first < to && !((stopped >> first) & 1) ? at + first + 1 : 0;
  }
  return 0;
}
