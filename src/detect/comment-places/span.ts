// Where in a text a comment may stand: not in a string that goes on over lines, nor in what a page shows. Each language is read from its start, by no more than
// what begins and ends such values.

/** What a place of a text is in. */
export interface Place {
  /** A comment may begin here. */
  readonly isCode: boolean;
  /** Where the value begins that goes on over this place, the outermost if it is in several. */
  readonly value?: number;
  /** It is surely one, whether or not its end is seen: a column tells, or the tag before it. */
  readonly isSure?: true;
  /** It is not in the program but in the page around it. */
  readonly isPage?: true;
}

/** A part of a text that is no code: what all its places are in, behind `start` and before `end`, which is infinite where nothing ends it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly place: Place;
}

/** Gives what of a text is no code and begins before `to`, in its order, and reads no farther than it is asked. It begins at `from`, a place that is in no value. */
export type Reader = (text: string, from: number, to: number) => Spans;
export type Spans = Generator<Span, void>;

const code: Place = { isCode: true };
/** It is shown to somebody, as it is written. */
export const shown: Place = { isCode: false };
export const around: Place = { isCode: false, isPage: true };
export const valueAt = (value: number): Place => ({ isCode: false, value });

/** What the place `at` of a text is in, which is read from `from` on: a place that is in no value. */
export function placeAt(read: Reader, text: string, from: number, at: number): Place {
  for (const { start, end, place } of read(text, from, at)) {
    if (at < end) return at > start ? place : code;
  }
  return code;
}

/**
 * Says whether a place of a text is in the value that goes on over `line`, and not in code within that, and whether the value ends before another place, if it has to;
 * undefined if none goes on over the line. However much is asked, the text is read once.
 */
export function valueOver(read: Reader, text: string, from: number, line: number): ((place: number, stop: number) => boolean) | undefined {
  const { value, isSure = false } = placeAt(read, text, from, line);
  if (value === undefined) return undefined;
  const ofValue = new Uint8Array(text.length + 1);
  const spans = read(text, from, text.length);
  let next = spans.next();
  const isIn = (at: number): boolean => {
    for (; !next.done && next.value.start < at; next = spans.next()) {
      const { start, end, place } = next.value;
      if (place.value === value) ofValue.fill(1, start + 1, end);
      else if (place.value !== undefined && place.value > value) spans.return();
    }
    return ofValue[at] === 1;
  };
  return (place, stop) => isIn(place) && (isSure || !isIn(stop));
}
