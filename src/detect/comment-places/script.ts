import { behindAll, endOfLine } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endOfRegularExpression } from './regular-expression.ts';
import { endOfStringOnLine, findSign, signsIn } from './signs.ts';
import { type Place, type Reader, type Span, shown, valueAt } from './span.ts';

/** What of a script a place is in: of an element its tag, the text behind that, or the tag that ends it. */
interface Frame {
  readonly kind: 'code' | 'template' | 'tag' | 'text' | 'end';
  /** What places are in that are in no code of it: the outermost template or text. */
  readonly outermost: Place | undefined;
  readonly outer: Frame | undefined;
}

const inCode = signsIn('"\'`{}/<');
const inTemplate = signsIn('\\`$');
const inTag = signsIn('"\'{/>');
const inText = signsIn('{<');

// signs are compared as numbers: as strings they take several times as long
const [backquote, backslash, dollar, slash, star, less, greater, brace, closingBrace] = [96, 92, 36, 47, 42, 60, 62, 123, 125];

const beforeMarkup = /(?:^|[=(,?:&|{}[>;\n]|\breturn)\s{0,20}$/;
// a parameter of types is none
const markup = /<(?:>|[A-Za-z_$][\w$.:-]{0,100}(?!\s{0,5},|\s{1,5}extends\b)(?![\w$.:-]))/y;

/** Of JavaScript and what is made of it: strings of several lines with code in them, and elements with text in them. */
export const readScript =
  (withMarkup: boolean): Reader =>
  (text, from) => {
    const script = new Script(text, from, withMarkup);
    return (to) => script.read(to);
  };

class Script {
  private readonly text: string;
  private readonly withMarkup: boolean;
  /** The innermost. */
  private frame: Frame = { kind: 'code', outermost: undefined, outer: undefined };
  /** By sign, up to where nothing ends that begins with it. */
  private readonly unended = new Map<number, number>();
  private next: number;
  /** The sign with which what the innermost frame shows begins, or goes on behind code in it. */
  private last: number;

  constructor(text: string, from: number, withMarkup: boolean) {
    this.text = text;
    this.withMarkup = withMarkup;
    this.next = from;
    this.last = from;
  }

  read(to: number): Span | undefined {
    for (;;) {
      const { kind, outermost } = this.frame;
      if (kind !== 'code' && kind !== 'tag') {
        if (this.last >= to) return undefined;
        return kind === 'template' ? this.template(outermost!) : kind === 'text' ? this.shownText(outermost!) : this.end();
      }
      this.next = findSign(this.text, this.next, kind === 'code' ? inCode : inTag);
      if (this.next >= to) return undefined;
      this.last = this.next++;
      const sign = this.text.charCodeAt(this.last);
      const comment = sign === slash ? endOfComment(this.text, this.last) : undefined;
      if (comment !== undefined) this.next = comment;
      else if (kind === 'code') this.code(sign);
      else {
        const string = this.tag(sign);
        if (string !== undefined) return string;
      }
    }
  }

  private enter(kind: Frame['kind'], own?: Place): void {
    this.frame = { kind, outermost: this.frame.outermost ?? own, outer: this.frame };
  }

  private leave(): void {
    this.frame = this.frame.outer ?? this.frame;
  }

  private template(place: Place): Span {
    const start = this.last;
    this.last = endOfTemplateText(this.text, this.next);
    if (this.last === behindAll) return { start, end: behindAll, place, isLast: true };
    const isOver = this.text.charCodeAt(this.last) === backquote;
    this.next = this.last + (isOver ? 1 : 2);
    if (isOver) this.leave();
    else this.enter('code');
    return { start, end: this.last + 1, place, isLast: this.frame.outermost === undefined };
  }

  private shownText(place: Place): Span {
    const start = this.last;
    this.last = findSign(this.text, this.next, inText);
    if (this.last === behindAll) return { start, end: behindAll, place, isLast: true };
    this.next = this.last + 1;
    if (this.text.charCodeAt(this.last) === brace) this.enter('code');
    else if (this.text.startsWith('/', this.next)) this.frame = { ...this.frame, kind: 'end' };
    else this.enter('tag');
    return { start, end: this.next, place, isLast: false };
  }

  private end(): Span {
    const start = this.last;
    this.next = this.text.indexOf('>', start) + 1 || this.text.length;
    this.last = this.next - 1;
    this.leave();
    return { start, end: this.next, place: shown, isLast: false };
  }

  private tag(sign: number): Span | undefined {
    if (sign === brace) this.enter('code');
    else if (sign === greater) {
      this.leave();
      this.enter('text', shown);
    } else if (sign !== slash) {
      this.next = this.text.indexOf(this.text[this.last]!, this.next) + 1 || behindAll;
      return { start: this.last, end: this.next, place: shown, isLast: false };
    } else if (this.text.startsWith('>', this.next)) {
      this.next++;
      this.leave();
    }
    return undefined;
  }

  private code(sign: number): void {
    const { text, last, next } = this;
    if (sign === backquote) this.enter('template', valueAt(last));
    else if (sign === brace) this.enter('code');
    else if (sign === closingBrace) this.leave();
    else if (sign === less) {
      markup.lastIndex = last;
      if (this.withMarkup && markup.test(text) && beforeMarkup.test(text.slice(Math.max(0, last - 40), last))) this.enter('tag');
    } else if (last >= (this.unended.get(sign) ?? 0)) {
      const end = sign === slash ? endOfRegularExpression(text, last) : endOfStringOnLine(text, next, text[last]!);
      if (end !== undefined && end < 0) this.unended.set(sign, -end);
      else this.next = end ?? next;
    }
  }
}

/** Where a template ends, or code in it begins. */
function endOfTemplateText(text: string, from: number): number {
  for (let at = findSign(text, from, inTemplate); at < text.length; at = findSign(text, at, inTemplate)) {
    const sign = text.charCodeAt(at);
    if (sign === backslash) at += 2;
    else if (sign === dollar && !text.startsWith('{', at + 1)) at++;
    else return at;
  }
  return behindAll;
}

/** Where a comment ends that begins with the `/` at a place; undefined if none does. */
function endOfComment(text: string, at: number): number | undefined {
  const sign = unitAt(text, at + 1);
  if (sign === slash) return endOfLine(text, at);
  if (sign !== star) return undefined;
  const end = text.indexOf('*/', at + 2);
  return end === -1 ? behindAll : end + 2;
}
