// Where in a text a comment may stand: not in a string that goes on over lines, nor in what a page shows. Each language is read from its start, by no more than
// what begins and ends such values.

/** What a place of a text is in. */
export interface Place {
  /** A comment may begin here. */
  readonly isCode: boolean;
  /** Where the value begins that goes on over this place, the outermost if it is in several. */
  readonly value?: number;
  /** It is not in the program but in the page around it. */
  readonly isPage?: true;
}

/** A text as one language has it, read as far as it is asked. */
export interface Reading {
  /** What a place is in. They are asked in their order. */
  readonly placeAt: (at: number) => Place;
  /** Is the value that goes on over the last of these places over before another one, or needs no end to be one? */
  readonly isOver: (stop: number) => boolean;
  /** Begins anew, in another part of the whole of which the reader was told: that takes less than another reading. */
  readonly restart?: (text: string, from: number) => void;
}

/** Begins at `from`, a place that is in no value. What it is told of other readings of the same text changes nothing of what it says. */
export type Reader = (text: string, from: number, others?: Others) => Reading;

/** What readings of one text from one place or another may take over from each other, as all is the same for them that matters. */
export interface Others {
  /** Where this part of the text begins in the whole. */
  readonly start: number;
  /** The whole, where that is one string: to read a unit of a part takes several times as long. */
  readonly whole?: string | undefined;
  /** The first place behind another, of this part, up to which all of them read at once; behind all where there is none. */
  readonly jointBehind: (place: number) => number;
  /** What was read from a place of the whole on, as those readings keep it. */
  readonly steps: Map<number, unknown>;
  /** By what would end a string or here-document, a part of the whole in which none ends that begins there. */
  readonly unended: Map<string, Unended>;
}

/** A part of the whole: what begins in it does not end before `to`, and goes on there. */
export interface Unended {
  readonly from: number;
  readonly to: number;
}

/** Where to go on to look for an end, from a place on: there, or behind the part in which another reading found none. */
export function unendedFrom(from: number, kind: string, { start, unended }: Others): number {
  const known = unended.get(kind);
  return known !== undefined && start + from >= known.from && start + from < known.to ? known.to - start : from;
}

/** Tells others that what begins at `from`, or in the part that was known, does not end before `to`. */
export function endsNotBefore(from: number, to: number, kind: string, { start, unended }: Others): void {
  const known = unended.get(kind);
  const isKnown = known !== undefined && start + from >= known.from && start + from < known.to;
  unended.set(kind, { from: isKnown ? known.from : start + from, to: start + to });
}

export const code: Place = { isCode: true };
/** It is shown to somebody, as it is written. */
export const shown: Place = { isCode: false };
export const around: Place = { isCode: false, isPage: true };
export const valueAt = (value: number): Place => ({ isCode: false, value });
