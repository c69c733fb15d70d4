// The table of the automaton: for each state and character the state that comes next.

import { isLetter } from './characters';
import { fallbackAt, reachedAt, rowSize, tableAt } from './layout';
import { aToken, literalAt, Literal } from './literals';

// What an entry is besides the number of a state: a literal may end there.
export const mayEnd: i32 = 0x8000;
export const stateOnly: i32 = i16.MAX_VALUE;

// What tells the class of a small letter from that of its capital.
const small: u8 = 0x40;

// What an address of a literal is besides, as it is a multiple of 4: it and all that end with it are followed by a token.
export const tokensOnly: u32 = 1;

// Where the first literal that ends in a state is told, by state, with {@link tokensOnly}.
export let firstsAt: usize = 0;

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
