import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { type Nest, nested } from './nested.ts';
import { type Mode, type Reader, shown, valueAt } from './reading.ts';
import { endOfRegularExpression } from './regular-expression.ts';
import { endOfStringOnLine, isBehind, signsIn } from './signs.ts';

const code: Mode = { signs: signsIn('"\'`{}/<') };
const template: Mode = { signs: signsIn('\\`$'), placeFrom: valueAt };
/** Of an element its tag. */
const tag: Mode = { signs: signsIn('"\'{/>') };
/** Of an element the text behind the tag. */
const content: Mode = { signs: signsIn('{<'), placeFrom: () => shown };

// signs are compared as numbers: as strings they take several times as long
const [backquote, backslash, slash, star, less, greater, brace, closingBrace] = [96, 92, 47, 42, 60, 62, 123, 125];

const beforeMarkup = signsIn('=(,?:&|{}[>;\n');
const wordBeforeMarkup = /(?<=\breturn)/y;
// a parameter of types is none
const markup = /<(?:>|[A-Za-z_$][\w$.:-]{0,100}(?!\s{0,5},|\s{1,5}extends\b)(?![\w$.:-]))/y;

/** Of JavaScript and what is made of it: strings of several lines with code in them, and elements with text in them. */
export const readScript = (withMarkup: boolean): Reader =>
  nested({
    outermost: code,
    take(nest, mode, sign, at) {
      if (mode === template) takeInTemplate(nest, sign, at);
      else if (mode === content) takeInContent(nest, sign, at);
      else if (sign === brace) nest.enter(code, at);
      else {
        const comment = sign === slash ? endOfComment(nest.text, at) : undefined;
        if (comment !== undefined) nest.next = comment;
        else if (mode === tag) takeInTag(nest, sign, at);
        else takeInCode(nest, sign, at, withMarkup);
      }
    },
  });

function takeInTemplate(nest: Nest, sign: number, at: number): void {
  if (sign === backquote) nest.leave();
  else if (sign === backslash) nest.next++;
  else if (unitAt(nest.text, at + 1) === brace) {
    nest.next++;
    nest.enter(code, at);
  }
}

function takeInContent(nest: Nest, sign: number, at: number): void {
  if (sign === brace) nest.enter(code, at);
  else if (unitAt(nest.text, at + 1) === slash) {
    nest.leave();
    nest.string(nest.text.indexOf('>', at) + 1 || nest.text.length, shown);
  } else nest.enter(tag, at);
}

function takeInTag(nest: Nest, sign: number, at: number): void {
  const { text } = nest;
  if (sign === greater) {
    nest.leave();
    nest.enter(content, at);
  } else if (sign !== slash) nest.string(text.indexOf(text[at]!, at + 1) + 1 || behindAll, shown);
  else if (unitAt(text, at + 1) === greater) {
    nest.next++;
    nest.leave();
  }
}

function takeInCode(nest: Nest, sign: number, at: number, withMarkup: boolean): void {
  const { text } = nest;
  if (sign === backquote) nest.enter(template, at);
  else if (sign === closingBrace) nest.leave();
  else if (sign === less) {
    markup.lastIndex = at;
    if (withMarkup && isBehind(text, at, beforeMarkup, wordBeforeMarkup) && markup.test(text)) nest.enter(tag, at);
  } else if (nest.mayEnd(sign, at)) {
    const end = sign === slash ? endOfRegularExpression(text, at) : endOfStringOnLine(text, at + 1, text[at]!);
    if (end !== undefined && end < 0) nest.endsNot(sign, -end);
    else if (end !== undefined) nest.next = end;
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
