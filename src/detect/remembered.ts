// A text in which the same value or name stands ten thousand times is judged at the speed of one in which it stands once.

const most = 64;
const toForget: (() => void)[] = [];

/** Forgets all that was remembered: to be called when a text has been read, so that nothing of it stays. */
export function forget(): void {
  while (toForget.length > 0) toForget.pop()!();
}

/** What to do at the next `forget`. */
export function whenForgetting(forgetIt: () => void): void {
  toForget.push(forgetIt);
}

/** The same function, which remembers what it said of the first 64 texts since the last `forget`. It goes by nothing but the text, and never says `undefined`. */
export function remembered<Told>(tell: (text: string) => Told): (text: string) => Told {
  let [last, toldOfLast]: [string | undefined, Told | undefined] = [undefined, undefined];
  let others: Map<string, Told> | undefined; // hardly any text has a second
  const forgetAll = () => {
    last = toldOfLast = others = undefined;
  };
  return (text) => {
    if (text === last) return toldOfLast!;
    let told = others?.get(text);
    if (told !== undefined) return told;
    told = tell(text);
    if (last === undefined) {
      toForget.push(forgetAll);
      last = text;
      toldOfLast = told;
    } else {
      others ??= new Map();
      if (others.size < most) others.set(text, told);
    }
    return told;
  };
}
