import { margin, rowSize, tableAt } from './kernel-layout.ts';
import { type AsciiSet, farthestOf, type Gate, type Literal, type MarkBehind, madeSets } from './matcher.ts';

const setSize = 256;
const longestLiteral = 64;
const mostLiterals = 4096;
// A UTF-16 unit takes three bytes of UTF-8 at most.
const widest = 3;

/** What the kernel is told of some literals, and where that lies in its memory. */
export interface LiteralBytes {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Where the record of the first literal lies; those of the others follow, up to the end of the bytes. */
  readonly records: number;
  readonly count: number;
  /** The length of the longest literal. */
  readonly longest: number;
  /** How far the kernel's memory has to reach. */
  readonly end: number;
}

/**
 * What the kernel is told of the literals: their texts, the sets of their gates, the gates, the records. It lies behind the largest table that they may come to;
 * memory of it that no state comes to is never touched, and costs nothing. Throws for literals that are too long or too many for the kernel, which is a bug.
 */
export function literalBytes(literals: readonly Literal[]): LiteralBytes {
  const longest = literals.reduce((most, { text }) => Math.max(most, text.length), 0);
  const farthest = farthestOf(literals, widest);
  if (longest > longestLiteral || literals.length > mostLiterals || farthest + longestLiteral > margin) {
    throw new Error(`${literals.length} literals of up to ${longest} characters, with gates that look ${farthest} bytes far`);
  }
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
      const addressOf = (set: AsciiSet | undefined): number => (set === undefined ? 0 : setsAt + setSize * set.index);
      for (const gate of gates!) {
        if ('length' in gate) gateWords.push(addressOf(gate.set), addressOf(gate.notAfter), gate.length, gate.most ?? 0, gate.within);
        else {
          for (let one: MarkBehind | undefined = gate; one !== undefined; one = one.followedBy)
            gateWords.push(addressOf(one.mark), addressOf(one.stops), 0, one.followedBy ? 1 : 0, one.within);
        }
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
  return { address, bytes, records, count: literals.length, longest, end: address + bytes.length + 4 * mostStates };
}
