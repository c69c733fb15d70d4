// The literals as ../kernel-literals.ts tells them.

import { lowerCase, setVectors } from './characters';
import { gateSize, inputAt } from './layout';

export const aName: u32 = 1;
export const aWord: u32 = 2;
export const aToken: u32 = 4;

const setSize: usize = 16;

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
  memory.copy(sets, at, setSize * setCount);
  at += setSize * setCount;
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
  const length = literal.length;
  const begin = end - length;
  for (let i: usize = 0; i < length; i += 16) {
    const bytes = v128.load(begin + i);
    const same = i8x16.bitmask(i8x16.eq(literal.anyCase ? lowerCase(bytes) : bytes, v128.load(literal.text + i)));
    const wanted = length - i < 16 ? (1 << (length - i)) - 1 : 0xffff;
    if ((same & wanted) !== wanted) return false;
  }
  return true;
}
