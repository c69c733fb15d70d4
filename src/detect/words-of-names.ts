// Tells in one pass which of many words stand in a name: a hostile text has names before a hundred thousand values.

/** By unit below 128: 1 to 36 for a letter, in either case, or a digit; 0 for what joins the parts of a name. */
const classes = new Uint8Array(128);
for (let i = 0; i < 26; i++) classes[65 + i] = classes[97 + i] = 1 + i;
for (let i = 0; i < 10; i++) classes[48 + i] = 27 + i;
const width = 37;

/**
 * Given kinds of words, each a power of two and its words with blanks between them, of small letters and digits: says of a name the kinds of the words that it holds,
 * added up. Case does not count, nor what joins the name's parts: `Public-Key` holds `publickey`.
 */
export function kindsOfWords(words: readonly (readonly [kind: number, words: string])[]): (name: string) => number {
  let automaton: Automaton | undefined;
  return (name) => {
    automaton ??= automatonOf(words);
    const { next, kinds } = automaton;
    let [state, found] = [0, 0];
    for (let at = 0; at < name.length; at++) {
      const unit = name.charCodeAt(at);
      const of = unit < 128 ? classes[unit]! : 0;
      if (of === 0) continue;
      state = next[state * width + of]!;
      found |= kinds[state]!;
    }
    return found;
  };
}

/** The automaton of Aho and Corasick. */
interface Automaton {
  /** By state and class: the state that comes next. */
  readonly next: Uint16Array;
  /** By state: the kinds of the words that end there. */
  readonly kinds: Int32Array;
}

function automatonOf(words: readonly (readonly [kind: number, words: string])[]): Automaton {
  const most = words.reduce((sum, [, { length }]) => sum + length, 1);
  const next = new Uint16Array(most * width);
  const kinds = new Int32Array(most);
  let count = 1;
  for (const [kind, ofKind] of words) {
    for (const word of ofKind.split(' ')) {
      let state = 0;
      for (let at = 0; at < word.length; at++) {
        const place = state * width + classes[word.charCodeAt(at)]!;
        if (next[place] === 0) next[place] = count++;
        state = next[place]!;
      }
      kinds[state]! |= kind;
    }
  }
  const fallbacks = new Uint16Array(count);
  const states = [0];
  for (const state of states) {
    for (let of = 1; of < width; of++) {
      const place = state * width + of;
      const otherwise = state === 0 ? 0 : next[fallbacks[state]! * width + of]!;
      const follower = next[place]!;
      if (follower === 0) next[place] = otherwise;
      else {
        fallbacks[follower] = otherwise;
        kinds[follower]! |= kinds[otherwise]!;
        states.push(follower);
      }
    }
  }
  return { next, kinds };
}
