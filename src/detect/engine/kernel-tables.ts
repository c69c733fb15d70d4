import type { Automaton } from './automaton.ts';
import type { AsciiSet, Gate, Literal } from './matcher.ts';

const setSize = 256;

/**
 * What the kernel reads of the literals where a state ends some, as words that lie at `address`, which they hold addresses by. `states` is where those begin
 * that say, by state, where the list of its literals is.
 */
export function tablesOf({ outputs, literals }: Automaton, address: number): { readonly words: Uint32Array; readonly states: number } {
  const sets = setsOf(literals);
  const base = address + setSize * sets.size;
  const words: number[] = [0]; // the list of a state where nothing ends
  const here = (): number => base + 4 * words.length;

  const addressOf = (set: AsciiSet): number => address + setSize * sets.get(set)!;
  const gateLists = new Map<readonly Gate[], number>();
  const addGates = (gates: readonly Gate[] | undefined): number => {
    if (gates === undefined) return 0;
    let at = gateLists.get(gates);
    if (at === undefined) {
      at = here();
      gateLists.set(gates, at);
      for (const gate of gates) {
        if ('length' in gate) words.push(addressOf(gate.set), 0, gate.length, gate.within);
        else words.push(addressOf(gate.mark), addressOf(gate.stops), 0, gate.within);
      }
      words.push(0);
    }
    return at;
  };
  const addLiteral = ({ text, anyCase, beginsName, gates }: Literal, index: number): number => {
    const gatesAt = addGates(gates);
    const at = here();
    words.push(index, text.length, gatesAt, beginsName ? 1 : 0);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      words.push(code | (anyCase && code >= 97 && code <= 122 ? caseBit : 0));
    }
    return at;
  };

  const addresses = literals.map(addLiteral);
  const lists = new Uint32Array(outputs.length).fill(base);
  for (let state = 0; state < outputs.length; state++) {
    const ending = outputs[state];
    if (ending === undefined) continue;
    lists[state] = here();
    for (const literal of ending) words.push(addresses[literal]!);
    words.push(0);
  }
  const states = here();
  const all = new Uint32Array((states - address) / 4 + lists.length);
  for (const [set, index] of sets) new Uint8Array(all.buffer).set(set, setSize * index);
  all.set(words, (base - address) / 4);
  all.set(lists, (states - address) / 4);
  return { words: all, states };
}

// In the second byte of a character's word: what is or-ed to a byte of the text before they are compared.
const caseBit = 32 << 8;

/** Each set of the gates, and a number for it. */
function setsOf(literals: readonly Literal[]): Map<AsciiSet, number> {
  const sets = new Map<AsciiSet, number>();
  const add = (set: AsciiSet): void => {
    if (!sets.has(set)) sets.set(set, sets.size);
  };
  for (const { gates = [] } of literals) {
    for (const gate of gates) {
      if ('length' in gate) add(gate.set);
      else {
        add(gate.mark);
        add(gate.stops);
      }
    }
  }
  return sets;
}
