// A text in which the same value or name stands ten thousand times is judged at the speed of one in which it stands once.

const most = 64; // as many as six bits tell
const toForget: (() => void)[] = [];
/** No place of any text. A text that is not there is an empty one here and elsewhere: V8 compares two strings in place, but calls a function for what may be none. */
const nowhere = -1;

/** Forgets all that was remembered: to be called when a text has been read, so that nothing of it stays. */
export function forget(): void {
  while (toForget.length > 0) toForget.pop()!();
}

/** What to do at the next `forget`. */
export function whenForgetting(forgetIt: () => void): void {
  toForget.push(forgetIt);
}

/** The same function, which remembers what it said of the last text and of up to 64 others since the last `forget`. It goes by nothing but the text, and never says `undefined`. */
export function remembered<Told>(tell: (text: string) => Told): (text: string) => Told {
  let [last, isKnown] = ['', false];
  let toldOfLast: Told | undefined;
  let others: { readonly texts: (string | undefined)[]; readonly told: (Told | undefined)[] } | undefined; // hardly any text has a second
  const forgetAll = () => {
    last = '';
    isKnown = false;
    toldOfLast = others = undefined;
  };
  return (text) => {
    if (isKnown && text === last) return toldOfLast!;
    if (!isKnown) {
      toForget.push(forgetAll);
      isKnown = true;
      toldOfLast = tell(text);
    } else {
      others ??= { texts: new Array(most).fill(undefined), told: new Array(most).fill(undefined) };
      const slot = slotOf(text);
      if (others.texts[slot] === text) toldOfLast = others.told[slot]!;
      else {
        toldOfLast = tell(text);
        others.texts[slot] = text;
        others.told[slot] = toldOfLast;
      }
    }
    last = text;
    return toldOfLast;
  };
}

/** Where a text is remembered. A map would read all of it to tell. */
function slotOf(text: string): number {
  const some =
    text.length ^ (text.charCodeAt(0) << 6) ^ (text.charCodeAt(text.length >> 1) << 13) ^ (text.charCodeAt(text.length - 1) << 20);
  return Math.imul(some, 0x9e3779b1) >>> 26;
}

/** The same function of a part of a text, which remembers what it said of the last one since the last `forget`. It goes by nothing but what the part holds, and never says `undefined`. */
export function rememberedPart<Told>(
  tell: (text: string, start: number, end: number) => Told,
): (text: string, start: number, end: number) => Told {
  let [last, lastStart, lastEnd] = ['', nowhere, nowhere];
  let told: Told | undefined;
  const forgetIt = () => {
    last = '';
    lastStart = nowhere;
    told = undefined;
  };
  return (text, start, end) => {
    if (start === lastStart && end === lastEnd && text === last) return told!;
    if (lastStart === nowhere) whenForgetting(forgetIt);
    if (lastStart === nowhere || !isSame(last, lastStart, lastEnd, text, start, end)) told = tell(text, start, end);
    last = text;
    lastStart = start;
    lastEnd = end;
    return told!;
  };
}

const mostStretches = 64;

/**
 * The same function of a stretch of a text, which remembers what it said of some others since the last `forget`: by the fourth of where they start, as values hardly begin nearer to each other. Several
 * rules ask about each, and each of them about a few that it reads ahead.
 */
export function rememberedStretch<Told>(
  tell: (text: string, start: number, end: number) => Told,
): (text: string, start: number, end: number) => Told {
  let of = '';
  let isAny = false;
  const starts = new Int32Array(mostStretches);
  const ends = new Int32Array(mostStretches);
  const told: (Told | undefined)[] = new Array(mostStretches).fill(undefined);
  const forgetAll = () => {
    of = '';
    isAny = false;
    told.fill(undefined);
  };
  return (text, start, end) => {
    if (!isAny || text !== of) {
      if (!isAny) whenForgetting(forgetAll);
      isAny = true;
      of = text;
      starts.fill(nowhere);
    }
    const slot = (start >> 2) % mostStretches;
    if (starts[slot] === start && ends[slot] === end) return told[slot]!;
    const said = tell(text, start, end);
    starts[slot] = start;
    ends[slot] = end;
    told[slot] = said;
    return said;
  };
}

/** The same of a place. */
export function rememberedPlace<Told>(tell: (text: string, at: number) => Told): (text: string, at: number) => Told {
  const ofStretch = rememberedStretch((text, at) => tell(text, at));
  return (text, at) => ofStretch(text, at, at);
}

/** Do these parts of texts hold the same? */
export function isSame(one: string, oneStart: number, oneEnd: number, other: string, start: number, end: number): boolean {
  if (oneEnd - oneStart !== end - start) return false;
  for (let at = start; at < end; at++) if (one.charCodeAt(oneStart + at - start) !== other.charCodeAt(at)) return false;
  return true;
}
