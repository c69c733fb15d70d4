import { endOfLine } from '../text.ts';
import { endOfString, findSign, isSignOrBlank, signsIn } from './signs.ts';
import type { Reader, Span } from './span.ts';
import { endOfMatch } from './tokens.ts';

/** A value of YAML goes on over the lines that stand deeper than what it is the value of, or up to its quote. */
export const readYaml: Reader = (text, from) => {
  let start = from;
  return (to) => {
    if (start >= to) return undefined;
    const lineEnd = endOfLine(text, start);
    const span = valueIn(text, start, lineEnd);
    const { end } = span;
    start = end > lineEnd ? Math.max(lineEnd + 1, text[end - 1] === '\n' ? end : endOfLine(text, end) + 1) : lineEnd + 1;
    return span;
  };
};

/** The value that begins on a line. */
function valueIn(text: string, start: number, lineEnd: number): Span {
  const line = text.slice(start, lineEnd).trimEnd();
  const isDocument = /^--- /.test(line);
  const dashes = /^(?:--- +)? *(?:-(?: +|$))*/.exec(line)![0];
  const key = keyIn(line, dashes.length);
  const given = /^[ \t]*(?:[!&]\S*[ \t]+)*/.exec(line.slice(key ?? dashes.length))![0];
  const value = start + (key ?? dashes.length) + given.length;
  const isAlone = key === undefined && !dashes.includes('-');
  // what the value is one of stands here; of a value alone on its line, at least one to the left
  const column = isDocument ? -1 : isAlone ? dashes.length - 1 : key === undefined ? dashes.lastIndexOf('-') : dashes.length;
  const first = text[value] ?? '';
  let end = lineEnd;
  if (first === '"' || first === "'") end = endOfQuoted(text, value);
  else if (first === '[' || first === '{') end = endOfFlow(text, value);
  else if (/^[|>][-+\d]{0,2}(?:[ \t]+#.*)?$/.test(text.slice(value, start + line.length))) end = endOfDeeper(text, lineEnd, column, true);
  else if ((column >= 0 || isDocument) && value < start + line.length && !'#&*[{'.includes(first))
    end = endOfDeeper(text, lineEnd, column, false);
  return { start: value, end, place: { isCode: false, value, isSure: true }, isLast: true };
}

/** Where the key of a line of YAML ends, behind its colon. */
function keyIn(line: string, from: number): number | undefined {
  const quoted = /^(?:"(?:[^"\\]|\\.){0,500}"|'[^']{0,500}')[ \t]*/.exec(line.slice(from, from + 1100))?.[0];
  if (quoted !== undefined) return /^:(?:\s|$)/.test(line.slice(from + quoted.length)) ? from + quoted.length + 1 : undefined;
  if (/^["'#[{|>]/.test(line.slice(from))) return undefined;
  const colon = line.slice(from).search(/:(?:\s|$)/);
  const remark = line.slice(from).search(/\s#/);
  return colon === -1 || (remark !== -1 && remark < colon) ? undefined : from + colon + 1;
}

const doubled = /(?:''){1,100}|(')/g;
/** The end of what begins with a quote. */
const endOfQuoted = (text: string, start: number): number =>
  Math.min(text[start] === '"' ? endOfString(text, start + 1, '"') : endOfMatch(text, start + 1, doubled), text.length);

const inFlow = signsIn('[]{}"\'#');
const beforeString = signsIn('[{,:');
const none = signsIn('');

/** The end of what stands in brackets in YAML. */
function endOfFlow(text: string, start: number): number {
  let depth = 0;
  for (let next = findSign(text, start, inFlow); next < text.length; next = findSign(text, next, inFlow)) {
    const at = next++;
    const sign = text[at]!;
    if (sign === '#') {
      if (at === 0 || isSignOrBlank(text, at - 1, none)) next = endOfLine(text, at);
    } else if (sign === '"' || sign === "'") {
      if (at === 0 || isSignOrBlank(text, at - 1, beforeString)) next = endOfQuoted(text, at);
    } else if (sign === '[' || sign === '{') depth++;
    else if (--depth === 0) return next;
  }
  return text.length;
}

const documentMark = /(?:---|\.\.\.)(?:\s|$)/y;

/** The end of the lines behind `lineEnd` that begin to the right of a column; a remark ends them if not `all` of them count. */
function endOfDeeper(text: string, lineEnd: number, column: number, all: boolean): number {
  let end = lineEnd;
  for (let start = lineEnd + 1; start < text.length; ) {
    const next = endOfLine(text, start);
    let first = start;
    while (first < next && isSignOrBlank(text, first, none)) first++;
    if (first < next) {
      documentMark.lastIndex = start;
      if (first - start <= column || (first === start && documentMark.test(text)) || (!all && text[first] === '#')) break;
      end = next + 1;
    }
    start = next + 1;
  }
  return end;
}
