import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { Mode, type Nest, nested } from './nested.ts';
import { type Reader, shown, valueAt } from './reading.ts';
import { endOfRegularExpression } from './regular-expression.ts';
import { endOfStringOnLine, isBehind, signsIn } from './signs.ts';

// signs are compared as numbers: as strings they take several times as long
const [slash, star, greater, brace] = [47, 42, 62, 123];

const beforeMarkup = signsIn('=(,?:&|{}[>;\n');
const wordBeforeMarkup = /(?<=\breturn)/y;
// a parameter of types is none
const markup = /<(?:>|[A-Za-z_$][\w$.:-]{0,100}(?!\s{0,5},|\s{1,5}extends\b)(?![\w$.:-]))/y;

/** Of JavaScript and what is made of it: strings of several lines with code in them, and elements with text in them. */
export function readScript(withMarkup: boolean): Reader {
  const script = new Mode();
  const code = new Mode();
  const template = new Mode(valueAt);
  /** Of an element its tag. */
  const tag = new Mode();
  /** Of an element the text behind the tag. */
  const content = new Mode(() => shown);
  const leave = (nest: Nest): void => nest.leave();
  const enterCode = (nest: Nest, at: number): void => nest.enter(code, at);

  for (const mode of [script, code]) {
    mode
      .on('{', enterCode)
      .on('`', (nest, at) => nest.enter(template, at))
      .on('"\'', takeString)
      .on('/', takeSlash);
    if (withMarkup) mode.on('<', (nest, at) => beginsMarkup(nest.text, at) && nest.enter(tag, at));
  }
  code.on('}', leave);
  template
    .on('`', leave)
    .on('\\', (nest) => nest.next++)
    .on('$', (nest, at) => {
      if (unitAt(nest.text, at + 1) !== brace) return;
      nest.next++;
      nest.enter(code, at);
    });
  tag
    .on('{', enterCode)
    .on('"\'', (nest, at) => nest.string(nest.text.indexOf(nest.text[at]!, at + 1) + 1 || behindAll, shown))
    .on('>', (nest, at) => {
      nest.leave();
      nest.enter(content, at);
    })
    .on('/', takeSlashInTag);
  content.on('{', enterCode).on('<', (nest, at) => {
    if (unitAt(nest.text, at + 1) !== slash) {
      nest.enter(tag, at);
      return;
    }
    nest.leave();
    nest.string(nest.text.indexOf('>', at) + 1 || nest.text.length, shown);
  });
  return nested(script);
}

function beginsMarkup(text: string, at: number): boolean {
  markup.lastIndex = at;
  return isBehind(text, at, beforeMarkup, wordBeforeMarkup) && markup.test(text);
}

function takeString(nest: Nest, at: number): void {
  const sign = nest.text.charCodeAt(at);
  if (nest.mayEnd(sign, at)) takeUpTo(nest, sign, endOfStringOnLine(nest.text, at + 1, nest.text[at]!));
}

function takeSlash(nest: Nest, at: number): void {
  const comment = endOfComment(nest.text, at);
  if (comment !== undefined) nest.next = comment;
  else if (nest.mayEnd(slash, at)) takeUpTo(nest, slash, endOfRegularExpression(nest.text, at));
}

/** Goes on behind what a sign begins, if it does; `end` is less than zero where nothing of the kind ends up to there. */
function takeUpTo(nest: Nest, sign: number, end: number | undefined): void {
  if (end === undefined) return;
  if (end < 0) nest.endsNot(sign, -end);
  else nest.next = end;
}

function takeSlashInTag(nest: Nest, at: number): void {
  const comment = endOfComment(nest.text, at);
  if (comment !== undefined) nest.next = comment;
  else if (unitAt(nest.text, at + 1) === greater) {
    nest.next++;
    nest.leave();
  }
}

/** Where a comment ends that begins with the `/` at a place; undefined if none does. */
function endOfComment(text: string, at: number): number | undefined {
  const sign = unitAt(text, at + 1);
  if (sign === slash) return endOfLine(text, at);
  if (sign !== star) return undefined;
  const end = text.indexOf('*/', at + 2);
  return end === -1 ? behindAll : end + 2;
}
