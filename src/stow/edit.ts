import { type Message, message } from '../message.ts';

/** Replaces `start` to `end` (UTF-16 units of the text before) by `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A secret as it stands in a text, without its quotes. */
export interface SecretPlace {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** An access key id and its secret as they stand in a text: what a key pair's edit takes out. */
export interface KeyPairPlace {
  readonly accessKeyId: SecretPlace;
  readonly secretAccessKey: SecretPlace;
  readonly sessionToken?: SecretPlace;
}

/** Edits of one file, and the text that it has to hold for them: nothing is written where it holds another. */
export interface FileChange {
  readonly path: string;
  /** The empty text where there is no file yet. */
  readonly before: string;
  readonly edits: readonly TextEdit[];
}

/** The edits that leave a working reference behind, in the order of the text and not overlapping. */
export interface Edited {
  readonly edits: readonly TextEdit[];
  /** What a person should know before saying yes, e.g. that other machines need the profile too. */
  readonly notes: readonly Message[];
  /** How the program is started from now on, where that changes. */
  readonly runAfterwards?: string;
  /** The package that the edited file imports and that does not resolve from it yet. */
  readonly needsPackage?: string;
  /** The program names no region beside the keys: it takes from the new profile what it took from the profile used so far. */
  readonly takesRegionFromProfile?: true;
}

/** No edit can leave a working reference behind: why, and what to do instead. */
export interface Refused {
  readonly refused: Message;
}

/** What takes the keys' place in a program that uses the SDK: a profile by name, or what the SDK finds by itself where the program runs. */
export type Replacement = 'profile' | 'default-chain';

export function refuse(text: string, values: Message['values'] = {}): Refused {
  return { refused: message(text, values) };
}

/** What every reference to a profile has to say. */
export function profileNote(profile: string): Message {
  return message('On other machines and in CI, the profile {profile} must exist.', { profile });
}

/** What stands for the keys where a program's credentials argument was taken out. */
export function defaultChainNote(): Message {
  return message('The program takes its credentials from the place where it runs: the environment, a profile, or the role of the machine.');
}

/** The text with the edits made. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

/** The edits of the text after, which give back the text before; one for each edit, in the same order. */
export function invertEdits(before: string, edits: readonly TextEdit[]): TextEdit[] {
  let moved = 0;
  return edits.map(({ start, end, text }) => {
    const at = start + moved;
    moved += text.length - (end - start);
    return { start: at, end: at + text.length, text: before.slice(start, end) };
  });
}

/** Edits of a text, as those of what it is `now`: moved with what changed in one place of it since. Undefined where one touches what changed. */
export function movedEdits(edits: readonly TextEdit[], text: string, now: string): readonly TextEdit[] | undefined {
  const shorter = Math.min(text.length, now.length);
  let head = 0;
  while (head < shorter && text[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && text.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const behind = text.length - tail;
  const by = now.length - text.length;
  if (edits.some(({ start, end }) => end > head && start < behind)) return undefined;
  return edits.map((edit) => (edit.start >= behind ? { ...edit, start: edit.start + by, end: edit.end + by } : edit));
}

/**
 * The edits of whole lines that make `after` of `before` and touch no line that both have (longest common subsequence): what stands between two
 * changed lines is in no edit, and no edit begins or ends inside a value.
 */
export function editsBetween(before: string, after: string): TextEdit[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let first = 0;
  while (first < Math.min(old.length, now.length) && old[first] === now[first]) first++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - first && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const start = old.slice(0, first).join('').length;
  return editsOfLines(old.slice(first, old.length - tail), now.slice(first, now.length - tail), start);
}

function editsOfLines(old: readonly string[], now: readonly string[], start: number): TextEdit[] {
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i]![j] = old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const edits: { start: number; end: number; text: string }[] = [];
  let at = start;
  let edit: { start: number; end: number; text: string } | undefined;
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      at += old[i++]!.length;
      j++;
      edit = undefined;
      continue;
    }
    if (!edit) {
      edit = { start: at, end: at, text: '' };
      edits.push(edit);
    }
    if (j === now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      at += old[i++]!.length;
      edit.end = at;
    } else {
      edit.text += now[j++]!;
    }
  }
  return edits;
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

/** The edits in the order of the text; those at one place stay in the order given. */
export function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  return edits.toSorted((a, b) => a.start - b.start);
}

/** The number, from 1, of the line that holds the offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Whether the text still holds the secret at its place: findings may be older than the text. */
export function standsAt(text: string, place: SecretPlace): boolean {
  return place.value !== '' && text.slice(place.start, place.end) === place.value;
}
