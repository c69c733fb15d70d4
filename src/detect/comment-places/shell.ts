import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endOfHereDocument } from './here-document.ts';
import { type Nest, nested } from './nested.ts';
import { type Mode, valueAt } from './reading.ts';
import { endOfString, isSignOrBlank, signsIn } from './signs.ts';

/** Commands or a string, with the sign that ends them. */
interface Open extends Mode {
  readonly end: number;
}

// signs are compared as numbers: as strings they take several times as long
const [doubleQuote, singleQuote, backquote, backslash, dollar, hash, less, lineFeed, carriageReturn] = [34, 39, 96, 92, 36, 35, 60, 10, 13];
const [parenthesis, closingParenthesis, brace, closingBrace] = [40, 41, 123, 125];

const inCommands = signsIn('\\$()"\'`#\n<');
const inQuotes = signsIn('\\$"`');
const script: Open = { end: -1, signs: inCommands };
const commands: Open = { end: closingParenthesis, signs: inCommands };
const quotedCommands: Open = { end: backquote, signs: inCommands };
const quoted: Open = { end: doubleQuote, signs: inQuotes, placeFrom: valueAt };
const expansion: Open = { end: closingBrace, signs: signsIn('\\$"`}'), placeFrom: valueAt };

const beforeRemark = signsIn(';&|()`');
const hereDocument = /(?<!<)<<(-?)[ \t]*["']?\\?([A-Za-z_][\w.-]{0,100})["']?/y;
const longestArithmetic = 80;
const [noIndent, tabs] = [signsIn(''), signsIn('\t')];

/** Of a shell: in double quotes there may be commands, and strings and here-documents in these. */
export const readShell = nested<Open>({
  outermost: script,
  take(nest, { end, placeFrom }, sign, at) {
    if (sign === end) nest.leave();
    else if (sign === backslash) nest.next++;
    else if (sign === doubleQuote) nest.enter(quoted, at);
    else if (sign === backquote) nest.enter(quotedCommands, at);
    else if (sign === dollar) takeDollar(nest, placeFrom !== undefined, at);
    else takeInCommands(nest, sign, at);
  },
});

function takeDollar(nest: Nest<Open>, isInText: boolean, at: number): void {
  const unit = unitAt(nest.text, at + 1);
  if (unit === singleQuote && !isInText) {
    nest.string(endOfString(nest.text, at + 2, "'", nest.others), nest.within(valueAt(at)));
  } else if (unit === brace || (unit === parenthesis && isInText)) {
    nest.enter(unit === brace ? expansion : commands, at);
    nest.next++;
  }
}

function takeInCommands(nest: Nest<Open>, sign: number, at: number): void {
  const { text } = nest;
  if (sign === lineFeed) takeDocument(nest, at);
  else if (sign === parenthesis) nest.enter(commands, at);
  else if (sign === singleQuote) nest.string(text.indexOf("'", at + 1) + 1 || behindAll, nest.within(valueAt(at)));
  else if (sign === hash && (at === 0 || isSignOrBlank(text, at - 1, beforeRemark))) nest.next = endOfLine(text, at);
  else if (sign === less) {
    hereDocument.lastIndex = at;
    const [, indented, word] = hereDocument.exec(text) ?? [];
    if (word === undefined || isInArithmetic(text, at)) return;
    nest.documents.push({ start: at, indent: indented === '-' ? tabs : noIndent, word });
    nest.next = hereDocument.lastIndex;
  }
}

/** Do two parentheses open before a place on its line? Then `<<` shifts a number. */
function isInArithmetic(text: string, place: number): boolean {
  for (let at = place - 1; at > 0 && at >= place - longestArithmetic - 1; at--) {
    const unit = text.charCodeAt(at);
    if (unit === parenthesis && text.charCodeAt(at - 1) === parenthesis) return true;
    if (unit === lineFeed) return false;
  }
  return false;
}

/** Of those that begin behind a line, each ends before the next line feed. */
function takeDocument(nest: Nest<Open>, at: number): void {
  const document = nest.documents.shift();
  if (document === undefined) return;
  const { start, word, indent } = document;
  nest.string(endOfHereDocument(nest.text, at, word, indent, endsLine, nest.others), nest.within(valueAt(start)));
}

function endsLine(text: string, at: number): boolean {
  const unit = unitAt(text, at);
  return unit === lineFeed || at === text.length || (unit === carriageReturn && unitAt(text, at + 1) === lineFeed);
}
