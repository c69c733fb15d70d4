import type { Message } from '../../message.ts';
import { lineAt, type Refused, refuse, type SecretPlace, standsAt, type TextEdit } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';
import { apart, isAddress } from './program.ts';

// Strings of languages for which no grammar is at hand, found by reading a text from its start: comments, strings and brackets are told apart, and nothing else.

/** A string as it is read: what is between its quotes, and whether that is its value as it stands. */
export interface ReadString {
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
  /** No escape and no hole is in it, and it is text, not bytes or one character. */
  readonly isPlain: boolean;
}

/** How a language is read. */
export interface Lexicon {
  /** The end of the comment that begins here. */
  comment(text: string, at: number): number | undefined;
  /** The string that begins here; `previous` is what stands before it. Undefined where none begins, null where one does not end. */
  string(text: string, at: number, previous: string): ReadString | undefined | null;
}

/** The string that holds a secret, and what stands around it. */
export interface Surrounded extends ReadString {
  readonly start: number;
  /** The word or sign before it, and behind it. */
  readonly previous: string;
  readonly next: string;
  /** The brackets that it stands in, the outermost first, each with what stands before it. */
  readonly brackets: readonly { readonly sign: string; readonly at: number; readonly previous: string }[];
  readonly line: number;
}

/** A language without a grammar. */
export interface LexicalLanguage {
  readonly lexicon: Lexicon;
  obstacle(string: Surrounded, text: string): Refused | undefined;
  /** The edits that put the variable in the string's place. */
  replace(string: Surrounded, variable: string, text: string): readonly TextEdit[];
  /** What to know of them. */
  note?(string: Surrounded, text: string): Message | undefined;
}

/** The edits of a language that is read without a grammar. */
export function lexicalEdit(language: LexicalLanguage): EnvironmentEdit {
  return async ({ text }, taken) => {
    const edits: TextEdit[] = [];
    const values: string[] = [];
    const notes: Message[] = [];
    for (const { place, variable } of taken) {
      const found = stringAt(text, place, language.lexicon);
      if ('refused' in found) return found;
      const obstacle = language.obstacle(found, text);
      if (obstacle) return obstacle;
      edits.push(...language.replace(found, variable, text).map((edit) => apart(text, edit)));
      values.push(text.slice(found.contentStart, found.contentEnd));
      const note = language.note?.(found, text);
      if (note) notes.push(note);
    }
    return { edits: edits.toSorted((a, b) => a.start - b.start), notes, values };
  };
}

/** The string that is the secret, or an address with it; with `part`, also one that it is a part of. */
export function stringAt(text: string, place: SecretPlace, lexicon: Lexicon, part = false): Surrounded | Refused {
  const line = lineAt(text, place.start);
  if (!standsAt(text, place)) return refuse('Line {line} has changed since the secret was found. Stow it again.', { line });
  const brackets: { sign: string; at: number; previous: string }[] = [];
  let previous = '';
  for (let at = 0; at < place.end; ) {
    const comment = lexicon.comment(text, at);
    if (comment !== undefined) {
      at = comment;
      continue;
    }
    const string = lexicon.string(text, at, previous);
    if (string === null) return otherShape('The string on line {line} does not end.', lineAt(text, at));
    if (string !== undefined) {
      if (string.contentStart <= place.start && place.end <= string.contentEnd) {
        const found = { ...string, start: at, previous, next: signAt(text, string.end, lexicon), brackets, line };
        const content = text.slice(string.contentStart, string.contentEnd);
        const isWhole = string.isPlain && (content === place.value || isAddress(content));
        return isWhole || part ? found : otherShape('The secret on line {line} is only a part of a string.', line);
      }
      previous = '"';
      at = string.end;
      continue;
    }
    const sign = /^(?:(?:\s|\\\r?\n)+|[\p{L}\p{N}_]+|=>|->|::|[=!<>]=|.)/su.exec(text.slice(at, at + 200))![0];
    if (!/^(?:\s|\\\r?\n)/.test(sign)) {
      if ('([{'.includes(sign)) brackets.push({ sign, at, previous });
      else if (')]}'.includes(sign)) brackets.pop();
      previous = sign;
    }
    at += sign.length;
  }
  return otherShape('The secret on line {line} is not a string of the program.', line);
}

/** The sign behind a string, past comments, white space and ends of lines that are none. */
export function signAt(text: string, from: number, lexicon: Lexicon): string {
  for (let at = from; at < text.length; ) {
    const space = /^(?:\s|\\\r?\n)+/.exec(text.slice(at, at + 200))?.[0].length ?? 0;
    const comment = lexicon.comment(text, at + space);
    if (comment === undefined && space < 200) return text.slice(at + space, at + space + 2);
    at = comment ?? at + space;
  }
  return '';
}

/** `//` to the end of the line, and `/* … *​/`, where `nested` one in another. */
export function slashComment(text: string, at: number, nested: boolean): number | undefined {
  if (text.startsWith('//', at)) return endOfLine(text, at);
  if (!text.startsWith('/*', at)) return undefined;
  let depth = 1;
  const signs = /\/\*|\*\//g;
  signs.lastIndex = at + 2;
  for (let sign = signs.exec(text); sign; sign = signs.exec(text)) {
    if (sign[0] === '*/') depth--;
    else if (nested) depth++;
    if (depth === 0) return signs.lastIndex;
  }
  return text.length;
}

export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** A string with `\` for escapes, whose holes begin with `hole`; its end is `quote`. It may go on over lines. */
export function escapedString(text: string, contentStart: number, quote: string, hole: RegExp | undefined): ReadString | null {
  let isPlain = true;
  for (let at = contentStart; at < text.length; ) {
    if (text.startsWith(quote, at)) return { contentStart, contentEnd: at, end: at + quote.length, isPlain };
    if (text[at] === '\\') {
      isPlain = false;
      at += 2;
      continue;
    }
    if (hole) {
      hole.lastIndex = at;
      const opened = hole.exec(text);
      if (opened) {
        isPlain = false;
        const end = opened[0].endsWith('{') ? endOfHole(text, hole.lastIndex) : hole.lastIndex;
        if (end === undefined) return null;
        at = end;
        continue;
      }
    }
    at++;
  }
  return null;
}

/** Where a hole ends that began before `from`: its braces are counted, and those in strings are not. */
export function endOfHole(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === '"' || sign === "'") {
      const end = endOfPlainString(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (sign === '{') depth++;
    else if (sign === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

function endOfPlainString(text: string, at: number): number | undefined {
  const quote = text[at]!;
  for (let end = at + 1; end < text.length && text[end] !== '\n'; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === quote) return end + 1;
  }
  return undefined;
}

/** A string that goes on until its closing sign, without escapes. */
export function rawString(text: string, contentStart: number, close: string, isPlain = true): ReadString | null {
  const contentEnd = text.indexOf(close, contentStart);
  return contentEnd === -1 ? null : { contentStart, contentEnd, end: contentEnd + close.length, isPlain };
}

/** A string is exactly this, quotes and all. */
export function instead({ start, end }: Surrounded, text: string): TextEdit {
  return { start, end, text };
}
