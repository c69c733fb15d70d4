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

/** The same function, which remembers what it said of the first 64 texts since the last `forget`, and of the last one. It goes by nothing but the text, and never says `undefined`. */
export function remembered<Told>(tell: (text: string) => Told): (text: string) => Told {
  let [last, toldOfLast]: [string | undefined, Told | undefined] = [undefined, undefined];
  let first: Map<string, Told> | undefined; // hardly any text has a second
  const forgetAll = () => {
    last = toldOfLast = first = undefined;
  };
  return (text) => {
    if (text === last) return toldOfLast!;
    let told = first?.get(text);
    if (told === undefined) {
      told = tell(text);
      if (last === undefined) toForget.push(forgetAll);
      else {
        first ??= new Map([[last, toldOfLast!]]);
        if (first.size < most) first.set(text, told);
      }
    }
    last = text;
    toldOfLast = told;
    return told;
  };
}
