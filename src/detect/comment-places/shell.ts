import { endOfLine } from '../text.ts';
import { type Spans, valueAt } from './span.ts';
import { endOf, escaped } from './tokens.ts';

const signsOfShell = /\\[\s\S]|\$['({]|[()"'`#\n]|(?<!<|\(\([^\n]{0,80})<<-?[ \t]*["']?\\?([A-Za-z_][\w.-]{0,100})["']?/g;
const signsInQuotes = /\\[\s\S]|\$[({]|["`}]/g;

/** What is open at a place of a script. */
interface Open {
  /** What ends it. */
  readonly end: string;
  /** Where the outermost string begins that it is in, or is. */
  readonly value?: number | undefined;
}

/** Of a shell: in double quotes there may be commands, and strings and here-documents in these. */
export function* readShell(text: string, from: number, to: number): Spans {
  const open: Open[] = [];
  const documents: { readonly end: RegExp; readonly start: number }[] = [];
  for (let next = from, last = from; ; ) {
    const top = open.at(-1);
    const isQuoted = top?.end === '"' || top?.end === '}';
    const signs = isQuoted ? signsInQuotes : signsOfShell;
    signs.lastIndex = next;
    const sign = signs.exec(text);
    if (isQuoted) yield { start: last, end: (sign?.index ?? Number.POSITIVE_INFINITY) + 1, place: valueAt(top.value!) };
    if (sign === null || sign.index >= to) return;
    const { 0: found, 1: word, index } = sign;
    last = index;
    next = index + found.length;
    if (found === top?.end) open.pop();
    else if (found === '$(' || found === '(') open.push({ end: ')', value: top?.value });
    else if (found === '${') open.push({ end: '}', value: top?.value ?? index });
    else if (found === '"') open.push({ end: found, value: top?.value ?? index });
    else if (found === '`') open.push({ end: found, value: top?.value });
    else if (found === "'" || found === "$'") {
      next = endOf(found === "'" ? /(')/g : /\\[\s\S]|(')/g, text, next, text.length + 1);
      yield { start: index, end: next, place: valueAt(top?.value ?? index) };
    } else if (found === '#' && /^[\s;&|()`]?$/.test(text[index - 1] ?? '')) next = endOfLine(text, index);
    else if (word !== undefined) {
      documents.push({
        end: new RegExp(`(?<=\\n)(${found.startsWith('<<-') ? '\\t*' : ''}${escaped(word)}(?=\\r?\\n|$))`, 'g'),
        start: index,
      });
    } else if (found === '\n') {
      for (const { end, start } of documents.splice(0)) {
        const begin = next - 1;
        next = endOf(end, text, next, text.length + 1);
        yield { start: begin, end: next, place: valueAt(top?.value ?? start) };
      }
    }
  }
}
