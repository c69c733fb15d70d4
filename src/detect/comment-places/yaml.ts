import { behindAll, endOfLine } from '../text.ts';
import { code, type Place, type Reader, valueAt } from './reading.ts';
import { endOfString, findSign, isSignOrBlank, signsIn } from './signs.ts';
import { endOfMatch } from './tokens.ts';

/** A part of a text that is in a value: behind `start`, and before `end`. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly place: Place;
}

/** A value of YAML goes on over the lines that stand deeper than what it is the value of, or up to its quote or bracket. */
export const readYaml: Reader = (text, from) => {
  const next = partsIn(text, from);
  let last: Part = { start: from, end: from, place: code };
  return {
    placeAt(at) {
      for (let part = last.end > at ? undefined : next(at); part !== undefined; part = last.end > at ? undefined : next(at)) last = part;
      return last.start < at && at < last.end ? last.place : code;
    },
    // of each its column or its bracket tells what is in it
    isOver: () => true,
  };
};

/** Gives one after another the parts that are in values: the next that begins before `to`, if one does. */
function partsIn(text: string, from: number): (to: number) => Part | undefined {
  let start = from;
  let flow: Flow | undefined;
  const lineBehind = (end: number): number => (text[end - 1] === '\n' ? end : endOfLine(text, end) + 1);
  return (to) => {
    if (flow === undefined) {
      if (start >= to) return undefined;
      const lineEnd = endOfLine(text, start);
      const value = valueIn(text, start, lineEnd);
      start = Math.max(lineEnd + 1, lineBehind(value.end));
      if (text[value.start] !== '[' && text[value.start] !== '{') return value;
      flow = { place: value.place, next: value.start, depth: 0 };
    }
    if (flow.next >= to) return undefined;
    const { place, next } = flow;
    if (!readFlow(text, flow, to)) return { start: next, end: flow.next + 1, place };
    const end = flow.next;
    start = Math.max(start, lineBehind(end));
    flow = undefined;
    return { start: next, end, place };
  };
}

/** The value that begins on a line. */
function valueIn(text: string, start: number, lineEnd: number): Part {
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
  else if (/^[|>][-+\d]{0,2}(?:[ \t]+#.*)?$/.test(text.slice(value, start + line.length))) end = endOfDeeper(text, lineEnd, column, true);
  else if ((column >= 0 || isDocument) && value < start + line.length && !'#&*[{'.includes(first))
    end = endOfDeeper(text, lineEnd, column, false);
  return { start: value, end, place: valueAt(value) };
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

/** What stands in brackets, as far as it was read. */
interface Flow {
  readonly place: Place;
  next: number;
  depth: number;
}

/** Reads on up to `to`, or to the next sign; says whether the last bracket is closed, or the text ends. */
function readFlow(text: string, flow: Flow, to: number): boolean {
  while (flow.next < to) {
    const at = findSign(text, flow.next, inFlow);
    flow.next = Math.min(at, text.length);
    if (at >= to) return at === behindAll;
    flow.next = at + 1;
    const sign = text[at]!;
    if (sign === '#') {
      if (at === 0 || isSignOrBlank(text, at - 1, none)) flow.next = endOfLine(text, at);
    } else if (sign === '"' || sign === "'") {
      if (at === 0 || isSignOrBlank(text, at - 1, beforeString)) flow.next = endOfQuoted(text, at);
    } else if (sign === '[' || sign === '{') flow.depth++;
    else if (--flow.depth === 0) return true;
  }
  return false;
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
