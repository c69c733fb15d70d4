import { type Gate, type Literal, madeSets } from './matcher.ts';

const rowSize = 256;
const setSize = 256;

/** What the kernel is told of some literals, and where that lies in its memory. */
export interface LiteralBytes {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Where the record of the first literal lies; those of the others follow, up to the end of the bytes. */
  readonly records: number;
  /** How far the kernel's memory has to reach. */
  readonly end: number;
}

/**
 * What the kernel is told of the literals: their texts, the sets of their gates, the gates, the records. It lies behind the largest table that they may come to,
 * which begins at `tableAt`; memory of it that no state comes to is never touched, and costs nothing. This runs once, before it is worth being compiled, so each
 * loop over the literals costs as much as all that the kernel makes of them.
 */
export function literalBytes(literals: readonly Literal[], tableAt: number): LiteralBytes {
  const texts = literals.map(({ text }) => text).join('');
  const mostStates = texts.length + 1;
  const address = tableAt + rowSize * mostStates;
  const setsAt = address + ((texts.length + 3) & ~3);
  const gatesAt = setsAt + setSize * madeSets.length;

  const lists = new Map<readonly Gate[] | undefined, number>([[undefined, 0]]);
  const gateWords: number[] = [];
  const recordWords: number[] = [];
  let textAt = address;
  for (let index = 0; index < literals.length; index++) {
    const { text, anyCase, beginsName, gates } = literals[index]!;
    let list = lists.get(gates);
    if (list === undefined) {
      list = gatesAt + 4 * gateWords.length;
      lists.set(gates, list);
      for (const gate of gates!) {
        if ('length' in gate) gateWords.push(setsAt + setSize * gate.set.index, 0, gate.length, gate.within);
        else gateWords.push(setsAt + setSize * gate.mark.index, setsAt + setSize * gate.stops.index, 0, gate.within);
      }
      gateWords.push(0);
    }
    recordWords.push(0, index, text.length, textAt, anyCase ? 1 : 0, beginsName ? 1 : 0, list);
    textAt += text.length;
  }

  const records = gatesAt + 4 * gateWords.length;
  const words = new Uint32Array((records - address) / 4 + recordWords.length);
  const bytes = Buffer.from(words.buffer);
  bytes.write(texts, 'latin1');
  for (const { index, bytes: set } of madeSets) bytes.set(set, setsAt - address + setSize * index);
  words.set(gateWords, (gatesAt - address) / 4);
  words.set(recordWords, (records - address) / 4);
  return { address, bytes, records, end: address + bytes.length + 4 * mostStates };
}
