import type { Automaton } from './automaton.ts';
import type { AsciiSet, Gate, Literal } from './matcher.ts';

/**
 * What the kernel reads of the literals where a state ends some, as words that lie at `address`, which they hold addresses by. `states` is where those begin
 * that say, by state, where the list of its literals is.
 */
export function tablesOf({ outputs, literals }: Automaton, address: number): { readonly words: Uint32Array; readonly states: number } {
  const words: number[] = [];
  const here = (): number => address + 4 * words.length;
  const sets = new Map<AsciiSet, number>();

  const addressOf = (set: AsciiSet): number => {
    let at = sets.get(set);
    if (at === undefined) {
      at = here();
      sets.set(set, at);
      words.push(...new Uint32Array(set.buffer));
    }
    return at;
  };
  const wordsOf = (gate: Gate): number[] =>
    'length' in gate ? [addressOf(gate.set), 0, gate.length, gate.within] : [addressOf(gate.mark), addressOf(gate.stops), 0, gate.within];
  const addGates = (gates: readonly Gate[] | undefined): number => {
    if (gates === undefined) return 0;
    const ofAll = gates.flatMap(wordsOf);
    const at = here();
    words.push(...ofAll, 0);
    return at;
  };
  const addLiteral = ({ text, anyCase, gates }: Literal, index: number): number => {
    const gatesAt = addGates(gates);
    const at = here();
    words.push(index, text.length, gatesAt);
    for (const code of Buffer.from(text, 'latin1')) words.push(code | (anyCase && code >= 97 && code <= 122 ? caseBit : 0));
    return at;
  };

  words.push(0); // the list of a state where nothing ends
  const addresses = literals.map(addLiteral);
  const lists = outputs.map((ending) => {
    if (ending === undefined) return address;
    const at = here();
    for (const literal of ending) words.push(addresses[literal]!);
    words.push(0);
    return at;
  });
  const states = here();
  return { words: Uint32Array.from([...words, ...lists]), states };
}

// In the second byte of a character's word: what is or-ed to a byte of the text before they are compared.
const caseBit = 32 << 8;
