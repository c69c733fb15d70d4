import { lineAt, type Refused, type TextEdit } from '../edit.ts';
import { otherShape } from '../syntax.ts';
import type { EnvironmentEdit } from './language.ts';

// What a shell makes of a text: words, quotes in quotes by `$(…)`, comments and here-documents. Read from the start; what is not understood is refused.

/** How a place of a script is quoted. */
export interface Quoting {
  readonly kind: 'bare' | 'single' | 'double' | 'document';
  /** With its quotes, where it stands in single ones. */
  readonly start: number;
  readonly end: number;
}

/** `counts`: numbers are reckoned with there, and `<<` is none of a here-document. */
type Frame = { readonly close: string; readonly kind: 'bare' | 'double'; readonly counts: boolean };

/** How the text from `from` to `to` is quoted; undefined where it is a comment, or not to be told for sure. */
export function quotingAt(text: string, from: number, to: number): Quoting | undefined {
  const stack: Frame[] = [];
  const documents: { readonly word: string; readonly tabs: boolean; readonly literal: boolean }[] = [];
  for (let at = 0; at < text.length; ) {
    const top = stack.at(-1);
    if (at === from) return { kind: top?.kind ?? 'bare', start: from, end: to };
    const sign = text[at]!;
    if (top?.kind === 'double') {
      const opensCommand = opens(text, at);
      if (sign === '`') return undefined;
      if (sign === '"') stack.pop();
      else if (opensCommand) stack.push(opened(text, at));
      at += sign === '\\' || opensCommand ? 2 : 1;
      continue;
    }
    if (sign === '\\') at += 2;
    else if (sign === "'" && top?.close !== '}') {
      const escapes = text[at - 1] === '$';
      const end = singleEnd(text, at + 1, escapes);
      if (end === undefined) return undefined;
      if (at < from && to < end) return escapes ? undefined : { kind: 'single', start: at, end };
      if (from < end && to > at) return undefined;
      at = end;
    } else if (sign === '"') {
      stack.push({ close: '"', kind: 'double', counts: false });
      at++;
    } else if (sign === '`') return undefined;
    else if (opens(text, at)) {
      stack.push(opened(text, at));
      at += 2;
    } else if (sign === '(' && (top?.close === ')' || text[at + 1] === '(')) {
      stack.push({ close: ')', kind: 'bare', counts: top?.counts || text[at + 1] === '(' });
      at++;
    } else if (top && sign === top.close) {
      stack.pop();
      at++;
    } else if (sign === '#' && /^[\s;|&(]?$/.test(text[at - 1] ?? '')) {
      const end = lineEnd(text, at);
      if (from < end && to > at) return undefined;
      at = end;
    } else if (text.startsWith('<<', at) && text[at + 2] !== '<' && top?.close !== '}' && !top?.counts && text[at - 1] !== '<') {
      const document = /^<<(-?)[ \t]*(?:(["'])([^"'\n]{1,100})\2|(\\?)([\w.-]{1,100}))/.exec(text.slice(at, at + 120));
      if (document)
        documents.push({ word: document[3] ?? document[5]!, tabs: document[1] === '-', literal: Boolean(document[2] || document[4]) });
      at += document ? document[0].length : 2;
    } else if (sign === '\n' && documents.length > 0) {
      at++;
      for (const { word, tabs, literal } of documents.splice(0)) {
        const end = new RegExp(`^${tabs ? '\\t*' : ''}${word.replace(/[^\w\s]/g, '\\$&')}\\r?$`, 'm').exec(text.slice(at));
        if (!end) return undefined;
        if (from >= at && to <= at + end.index) return literal ? undefined : { kind: 'document', start: from, end: to };
        at += end.index + end[0].length;
      }
    } else at++;
  }
  return undefined;
}

const opens = (text: string, at: number): boolean => /^\$[({]/.test(text.slice(at, at + 2));
const opened = (text: string, at: number): Frame => ({
  close: text[at + 1] === '(' ? ')' : '}',
  kind: 'bare',
  counts: text.startsWith('$((', at),
});

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
};

function singleEnd(text: string, from: number, escapes: boolean): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (escapes && text[at] === '\\') at++;
    else if (text[at] === "'") return at + 1;
  }
  return undefined;
}

/** The edit that lets a script read the variable where the secret stands; `alone`: no other edit is made in its string. */
export function shellEdit(text: string, from: number, to: number, variable: string, alone: boolean): TextEdit | Refused {
  const line = lineAt(text, from);
  const quoting = quotingAt(text, from, to);
  const read = `\${${variable}:?}`;
  if (quoting?.kind === 'bare') return { start: from, end: to, text: `"${read}"` };
  if (quoting?.kind === 'double' || quoting?.kind === 'document') return { start: from, end: to, text: read };
  if (quoting?.kind === 'single') {
    const { start, end } = quoting;
    const before = text.slice(start + 1, from);
    const behind = text.slice(to, end - 1);
    const isWhole = before + behind === '';
    if (isWhole || (alone && !/["\\$`!]/.test(before + behind))) return { start, end, text: `"${before}${read}${behind}"` };
    // in double quotes these would mean something else
    return { start: from, end: to, text: `'"${read}"'` };
  }
  return otherShape('The shell takes the secret on line {line} as it is written, and would read no variable in its place.', line);
}

export const shell: EnvironmentEdit = async ({ text }, taken) => {
  const edits: TextEdit[] = [];
  for (const { place, variable } of taken) {
    const edit = shellEdit(text, place.start, place.end, variable, taken.length === 1);
    if ('refused' in edit) return edit;
    edits.push(edit);
  }
  return { edits: edits.toSorted((a, b) => a.start - b.start), notes: [], values: taken.map(({ place }) => place.value) };
};
