import { endOfLine } from '../text.ts';
import type { Spans } from './span.ts';
import { endOf } from './tokens.ts';

/** A value of YAML goes on over the lines that stand deeper than what it is the value of, or up to its quote. */
export function* readYaml(text: string, from: number, to: number): Spans {
  for (let start = from; start < to; ) {
    const lineEnd = endOfLine(text, start);
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
    if (first === '"') end = endOf(/\\[\s\S]|(")/g, text, value + 1, text.length);
    else if (first === "'") end = endOf(/''|(')/g, text, value + 1, text.length);
    else if (first === '[' || first === '{') end = endOfFlow(text, value);
    else if (/^[|>][-+\d]{0,2}(?:[ \t]+#.*)?$/.test(text.slice(value, start + line.length))) end = endOfDeeper(text, lineEnd, column, true);
    else if ((column >= 0 || isDocument) && value < start + line.length && !'#&*[{'.includes(first))
      end = endOfDeeper(text, lineEnd, column, false);
    yield { start: value, end, place: { isCode: false, value, isSure: true } };
    start = end > lineEnd ? Math.max(lineEnd + 1, text[end - 1] === '\n' ? end : endOfLine(text, end) + 1) : lineEnd + 1;
  }
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

/** The end of what stands in brackets in YAML. */
function endOfFlow(text: string, start: number): number {
  const signs = /[[\]{}"'#]/g;
  signs.lastIndex = start;
  let depth = 0;
  for (let sign = signs.exec(text); sign !== null; sign = signs.exec(text)) {
    const { 0: found, index } = sign;
    if (found === '#') signs.lastIndex = /\s/.test(text[index - 1] ?? ' ') ? endOfLine(text, index) : index + 1;
    else if (found === '"' || found === "'") {
      const isString = /[\s[{,:]/.test(text[index - 1] ?? ' ');
      if (isString) signs.lastIndex = endOf(found === '"' ? /\\[\s\S]|(")/g : /''|(')/g, text, index + 1, text.length);
    } else if (found === '[' || found === '{') depth++;
    else if (--depth === 0) return index + 1;
  }
  return text.length;
}

/** The end of the lines behind `lineEnd` that begin to the right of a column; a remark ends them if not `all` of them count. */
function endOfDeeper(text: string, lineEnd: number, column: number, all: boolean): number {
  let end = lineEnd;
  for (let start = lineEnd + 1; start < text.length; ) {
    const next = endOfLine(text, start);
    const line = text.slice(start, next);
    const indent = line.search(/\S/);
    if (indent !== -1) {
      if (indent <= column || /^(?:---|\.\.\.)(?:\s|$)/.test(line) || (!all && line[indent] === '#')) break;
      end = next + 1;
    }
    start = next + 1;
  }
  return end;
}
