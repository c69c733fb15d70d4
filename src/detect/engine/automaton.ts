/** A fixed text that the first pass looks for. `anyCase`: ASCII letters match in either case; `text` is then in lower case. */
export interface Literal {
  readonly text: string;
  readonly anyCase?: true;
}

/** Finds many literals in one pass. */
export interface Matcher {
  /** Calls `hit` for each place of each literal (its index, start and end), in the order in which the places end. */
  each(text: string, hit: (literal: number, start: number, end: number) => void): void;
}

const classes = 64;

/** One of 64 classes of a UTF-16 unit. Both cases of a letter share one, and so do some unlike characters: a hit must be checked exactly. */
const classOf = (unit: number): number => (unit & 31) | ((unit >> 1) & 32);

/**
 * An Aho-Corasick automaton over 64 classes of UTF-16 units, as one table. Its time hardly depends on the text: one load and one test for
 * each unit.
 */
export function buildMatcher(literals: readonly Literal[]): Matcher {
  const { table, outputs } = buildTable(literals);
  return {
    each(text, hit) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        state = table[(state & 0x7fffffff) | classOf(text.charCodeAt(i))]!;
        if (state < 0) {
          for (const literal of outputs[(state & 0x7fffffff) / classes]!) {
            const { text: wanted, anyCase } = literals[literal]!;
            const start = i + 1 - wanted.length;
            if (anyCase ? text.slice(start, i + 1).toLowerCase() === wanted : text.startsWith(wanted, start)) hit(literal, start, i + 1);
          }
        }
      }
    },
  };
}

/** A row of 64 next states for each state; a state is the offset of its row, with the top bit set where a literal ends. */
function buildTable(literals: readonly Literal[]): { table: Int32Array; outputs: readonly (readonly number[])[] } {
  const children: Map<number, number>[] = [new Map()];
  const outputs: number[][] = [[]];
  literals.forEach(({ text }, index) => {
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const symbol = classOf(text.charCodeAt(i));
      let next = children[state]!.get(symbol);
      if (next === undefined) {
        next = children.push(new Map()) - 1;
        outputs.push([]);
        children[state]!.set(symbol, next);
      }
      state = next;
    }
    outputs[state]!.push(index);
  });

  const next = new Int32Array(children.length * classes);
  const fallback = new Int32Array(children.length);
  const queue = [0];
  for (const state of queue) {
    for (let symbol = 0; symbol < classes; symbol++) {
      const child = children[state]!.get(symbol);
      const elsewhere = state === 0 ? 0 : next[fallback[state]! * classes + symbol]!;
      if (child === undefined) next[state * classes + symbol] = elsewhere;
      else {
        next[state * classes + symbol] = child;
        fallback[child] = elsewhere;
        outputs[child]!.push(...outputs[elsewhere]!);
        queue.push(child);
      }
    }
  }
  const table = next.map((state) => (state * classes) | (outputs[state]!.length > 0 ? 0x80000000 : 0));
  return { table, outputs };
}
