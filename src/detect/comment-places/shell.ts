import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endOfHereDocument } from './here-document.ts';
import { endOfString, findSign, isSignOrBlank, signsIn } from './signs.ts';
import { type Place, type Reader, type Span, valueAt } from './span.ts';

const inCommands = signsIn('\\$()"\'`#\n<');
const inQuotes = signsIn('\\$"`}');
// signs are compared as numbers: as strings they take several times as long
const [doubleQuote, singleQuote, backquote, backslash, dollar, hash, less, lineFeed] = [34, 39, 96, 92, 36, 35, 60, 10];
const [parenthesis, closingParenthesis, brace, closingBrace] = [40, 41, 123, 125];
const beforeRemark = signsIn(';&|()`');
const hereDocument = /(?<!<|\(\([^\n]{0,80})<<(-?)[ \t]*["']?\\?([A-Za-z_][\w.-]{0,100})["']?/y;
const lineEnd = /(?=\r?\n|$)/y;

/** What is open at a place of a script. */
interface Open {
  /** What ends it. */
  readonly end: number;
  /** What the outermost string is that it is in, or is. */
  readonly place: Place | undefined;
  readonly outer: Open | undefined;
}

/** A here-document that begins behind the line. */
interface Document {
  readonly start: number;
  readonly indent: string;
  readonly word: string;
}

/** Of a shell: in double quotes there may be commands, and strings and here-documents in these. */
export const readShell: Reader = (text, from) => {
  const shell = new Shell(text, from);
  return (to) => shell.read(to);
};

class Shell {
  private readonly text: string;
  /** The innermost. */
  private open: Open | undefined;
  private documents: Document[] = [];
  private isLineOver = false;
  private next: number;
  /** The sign with which the innermost string begins, or goes on behind a command in it. */
  private last: number;

  constructor(text: string, from: number) {
    this.text = text;
    this.next = from;
    this.last = from;
  }

  read(to: number): Span | undefined {
    for (;;) {
      if (this.isLineOver && this.documents.length > 0) return this.next > to ? undefined : this.document(this.documents.shift()!);
      this.isLineOver = false;
      if (isQuoted(this.open)) return this.last >= to ? undefined : this.quoted(this.open);
      this.next = findSign(this.text, this.next, inCommands);
      if (this.next >= to) return undefined;
      this.last = this.next++;
      const string = this.command(this.text.charCodeAt(this.last));
      if (string !== undefined) return string;
    }
  }

  private document({ start, indent, word }: Document): Span {
    const begin = this.next - 1;
    this.next = endOfHereDocument(this.text, begin, word, indent, lineEnd);
    return this.part(begin, this.next, this.open?.place ?? valueAt(start));
  }

  /** A string up to its end, or to a command in it. */
  private quoted({ place }: Open): Span {
    const start = this.last;
    while (isQuoted(this.open)) {
      this.last = endOfQuoted(this.text, this.next, this.open.end);
      if (this.last === behindAll) return this.part(start, behindAll, place!);
      this.next = this.last + 1;
      const sign = this.text.charCodeAt(this.last);
      if (sign === this.open.end) this.open = this.open.outer;
      else if (sign === dollar) this.push(this.text.charCodeAt(this.next++) === parenthesis ? closingParenthesis : closingBrace, place);
      else this.push(sign, place);
    }
    return this.part(start, this.last + 1, place!);
  }

  /** What a sign in a command begins or ends; the string that ends without another one in it. */
  private command(sign: number): Span | undefined {
    const { text, next, last, open } = this;
    if (sign === open?.end) this.open = open.outer;
    else if (sign === backslash) this.next++;
    else if (sign === lineFeed) this.isLineOver = true;
    else if (sign === doubleQuote) this.push(sign, open?.place ?? valueAt(last));
    else if (sign === backquote) this.push(sign, open?.place);
    else if (sign === parenthesis) this.push(closingParenthesis, open?.place);
    else if (sign === singleQuote) return this.string(text.indexOf("'", next) + 1 || behindAll);
    else if (sign === hash && (last === 0 || isSignOrBlank(text, last - 1, beforeRemark))) this.next = endOfLine(text, last);
    else if (sign === dollar && next < text.length) {
      if (text.charCodeAt(next) === singleQuote) return this.string(endOfString(text, next + 1, "'"));
      if (text.charCodeAt(next) === brace) {
        this.push(closingBrace, open?.place ?? valueAt(last));
        this.next++;
      }
    } else if (sign === less) {
      hereDocument.lastIndex = last;
      const [, indented, word] = hereDocument.exec(text) ?? [];
      if (word === undefined) return undefined;
      this.documents.push({ start: last, indent: indented === '-' ? '\t' : '', word });
      this.next = hereDocument.lastIndex;
    }
    return undefined;
  }

  private push(end: number, place: Place | undefined): void {
    this.open = { end, place, outer: this.open };
  }

  private string(end: number): Span {
    this.next = end;
    return this.part(this.last, end, this.open?.place ?? valueAt(this.last));
  }

  private part(start: number, end: number, place: Place): Span {
    return { start, end, place, isLast: this.open?.place === undefined };
  }
}

const isQuoted = (open: Open | undefined): open is Open => open !== undefined && (open.end === doubleQuote || open.end === closingBrace);

/** Where the text of a string ends, or a command or another string in it begins. */
function endOfQuoted(text: string, from: number, end: number): number {
  for (let at = findSign(text, from, inQuotes); at < text.length; at = findSign(text, at, inQuotes)) {
    const sign = text.charCodeAt(at);
    if (sign === backslash) at += 2;
    else if (sign === dollar ? !beginsCode(text, at + 1) : sign === closingBrace && end !== sign) at++;
    else return at;
  }
  return behindAll;
}

function beginsCode(text: string, at: number): boolean {
  const unit = unitAt(text, at);
  return unit === parenthesis || unit === brace;
}
