// The first pass over bytes, in AssemblyScript: docs/engine.md tells how it works. It is compiled by compile.mjs to some 7 KB of WebAssembly; ../kernel.ts drives it.
// It looks at memory piece by piece: at one of a long text that is brought in, or at texts where they lie, several in one piece or one in several. A piece is cut in
// eight parts, which are read in step: one load of the table waits for the one before it, eight do not.

import { beginsToken, classify } from './characters';
import { forgetHeld, isOpen } from './gates';
import { classesAt, countsAt, hitsAt, hitsRoom, mostPlaces, partRoom, partsAt, placesCountAt, rowSize, tableAt, textAt } from './layout';
import { aName, aWord, literalAt, stands } from './literals';
import { firstsAt, mayEnd, stateOnly, tokensOnly } from './table';
import { beginsName, beginsWord } from './words';

export { unpack } from './literals';
export { runs } from './runs';
export { build } from './table';

/** Makes bytes of the UTF-16 units that lie where the hits will be. Those over 255 become 255 or 0, which are part of no literal and of no run. */
export function narrow(to: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) {
    const units = hitsAt + 2 * i;
    v128.store(to + i, i8x16.narrow_i16x8_u(v128.load(units), v128.load(units, 16)));
  }
}

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
  forgetHeld();
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
