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

/** A part of a text that is no code: what all its places are in, behind `start` and before `end`, which is behind all where nothing ends it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly place: Place;
  /** Nothing behind it is of its value. */
  readonly isLast: boolean;
}

/** Gives one after another, in their order, the parts of a text that are no code: the next that begins before `to`, if one does. Reads no farther than it is asked. */
export type Spans = (to: number) => Span | undefined;
/** Begins at `from`, a place that is in no value. */
export type Reader = (text: string, from: number) => Spans;

const code: Place = { isCode: true };
/** It is shown to somebody, as it is written. */
export const shown: Place = { isCode: false };
export const around: Place = { isCode: false, isPage: true };
export const valueAt = (value: number): Place => ({ isCode: false, value });

/** What the place `at` of a text is in, which is read from `from` on: a place that is in no value. */
export function placeAt(read: Reader, text: string, from: number, at: number): Place {
  const next = read(text, from);
  for (let span = next(at); span !== undefined; span = next(at)) {
    if (at < span.end) return at > span.start ? span.place : code;
  }
  return code;
}

/**
 * Says of places, in their order, whether they are in the value that goes on over `line`, and not in code within that, and whether the value ends before another place,
 * if it has to; undefined if none goes on over the line. However much is asked, the text is read once.
 */
export function valueOver(read: Reader, text: string, from: number, line: number): ((place: number, stop: number) => boolean) | undefined {
  const next = read(text, from);
  const before: Span[] = [];
  let span = next(line);
  for (; span !== undefined && span.end <= line; span = next(line)) before.push(span);
  if (span?.place.value === undefined) return undefined;
  const { value, isSure = false } = span.place;
  const ofValue = [...before.filter(({ place }) => place.value === value), span];
  let isOver = span.isLast;
  const isIn = (at: number): boolean => {
    while (!isOver && ofValue.at(-1)!.end <= at) {
      const more = next(at);
      if (more === undefined) break;
      if (more.place.value === value) ofValue.push(more);
      isOver = more.place.value === value ? more.isLast : more.place.value !== undefined;
    }
    const last = ofValue.findLast(({ start }) => start < at);
    return last !== undefined && at < last.end;
  };
  return (place, stop) => isIn(place) && (isSure || !isIn(stop));
}
