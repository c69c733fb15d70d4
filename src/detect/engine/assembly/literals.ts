// The literals as ../kernel-literals.ts tells them.

import { isCapital, setVectors } from './characters';
import { gateSize, inputAt } from './layout';

export const aName: u32 = 1;
export const aWord: u32 = 2;
export const aToken: u32 = 4;

const setSize: usize = 256;
const packedSetSize: usize = 16;

/** What is known of a literal. */
@unmanaged
export class Literal {
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

export function literalAt(at: usize): Literal {
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

/** Does the literal stand exactly before `end`? */
export function stands(literal: Literal, end: usize): bool {
  const begin = end - literal.length;
  for (let i: usize = 0; i < literal.length; i++) {
    const byte = load<u8>(begin + i);
    const small = literal.anyCase && isCapital(byte) ? byte | 0x20 : byte;
    if (small !== load<u8>(literal.text + i)) return false;
  }
  return true;
}
