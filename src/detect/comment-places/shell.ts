import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endOfHereDocument } from './here-document.ts';
import { Mode, type Nest, nested } from './nested.ts';
import { valueAt } from './reading.ts';
import { endOfString, isSignOrBlank, signsIn } from './signs.ts';

// signs are compared as numbers: as strings they take several times as long
const [singleQuote, lineFeed, carriageReturn, parenthesis, brace] = [39, 10, 13, 40, 123];

const beforeRemark = signsIn(';&|()`');
const hereDocument = /(?<!<)<<(-?)[ \t]*["']?\\?([A-Za-z_][\w.-]{0,100})["']?/y;
const longestArithmetic = 80;
const [noIndent, tabs] = [signsIn(''), signsIn('\t')];

const script = new Mode();
const commands = new Mode();
const quotedCommands = new Mode();
const quoted = new Mode(valueAt);
const expansion = new Mode(valueAt);

const skip = (nest: Nest): void => {
  nest.next++;
};
const leave = (nest: Nest): void => nest.leave();

for (const mode of [script, commands, quotedCommands, quoted, expansion]) {
  mode
    .on('\\', skip)
    .on('"', (nest, at) => nest.enter(quoted, at))
    .on('`', (nest, at) => nest.enter(quotedCommands, at));
}
for (const mode of [script, commands, quotedCommands]) {
  mode
    .on('(', (nest, at) => nest.enter(commands, at))
    .on('$', takeDollar)
    .on("'", (nest, at) => nest.string(nest.text.indexOf("'", at + 1) + 1 || behindAll, nest.within(valueAt(at))))
    .on('#', takeRemark)
    .on('<', takeDocument)
    .on('\n', endLine);
}
for (const mode of [quoted, expansion]) mode.on('$', takeDollarInText);
commands.on(')', leave);
quotedCommands.on('`', leave);
quoted.on('"', leave);
expansion.on('}', leave);

/** Of a shell: in double quotes there may be commands, and strings and here-documents in these. */
export const readShell = nested(script);

function takeDollar(nest: Nest, at: number): void {
  const unit = unitAt(nest.text, at + 1);
  if (unit === singleQuote) nest.string(endOfString(nest.text, at + 2, "'", nest.others), nest.within(valueAt(at)));
  else if (unit === brace) enterBehind(nest, expansion, at);
}

function takeDollarInText(nest: Nest, at: number): void {
  const unit = unitAt(nest.text, at + 1);
  if (unit === brace) enterBehind(nest, expansion, at);
  else if (unit === parenthesis) enterBehind(nest, commands, at);
}

/** Enters what two signs begin. */
function enterBehind(nest: Nest, mode: Mode, at: number): void {
  nest.enter(mode, at);
  nest.next++;
}

function takeRemark(nest: Nest, at: number): void {
  if (at === 0 || isSignOrBlank(nest.text, at - 1, beforeRemark)) nest.next = endOfLine(nest.text, at);
}

function takeDocument(nest: Nest, at: number): void {
  hereDocument.lastIndex = at;
  const [, indented, word] = hereDocument.exec(nest.text) ?? [];
  if (word === undefined || isInArithmetic(nest.text, at)) return;
  nest.documents.push({ start: at, word, isIndented: indented === '-' });
  nest.next = hereDocument.lastIndex;
}

/** Do two parentheses open before a place on its line? Then `<<` shifts a number. */
function isInArithmetic(text: string, place: number): boolean {
  // a search takes a tenth of what a look at each unit does
  if (!text.slice(Math.max(0, place - longestArithmetic - 2), place).includes('((')) return false;
  for (let at = place - 1; at > 0 && at >= place - longestArithmetic - 1; at--) {
    const unit = text.charCodeAt(at);
    if (unit === parenthesis && text.charCodeAt(at - 1) === parenthesis) return true;
    if (unit === lineFeed) return false;
  }
  return false;
}

/** Of the here-documents that begin behind a line, each ends before the next line feed. */
function endLine(nest: Nest, at: number): void {
  const document = nest.documents.shift();
  if (document === undefined) return;
  const { start, word, isIndented } = document;
  const end = endOfHereDocument(nest.text, at, word, isIndented ? tabs : noIndent, endsLine, nest.others);
  nest.string(end, nest.within(valueAt(start)));
}

function endsLine(text: string, at: number): boolean {
  const unit = unitAt(text, at);
  return unit === lineFeed || at === text.length || (unit === carriageReturn && unitAt(text, at + 1) === lineFeed);
}
