import { endOfLine } from '../text.ts';
import { endOfRegularExpression } from './regular-expression.ts';
import { type Place, type Reader, shown, valueAt } from './span.ts';
import { endOf } from './tokens.ts';

/** What of a script a place is in. */
interface Frame {
  readonly kind: 'code' | 'template' | 'tag' | 'text';
  /** What places are in that are in no code of it: the outermost template or text. */
  readonly outermost?: Place | undefined;
}

const signsOf: Readonly<Record<Frame['kind'], RegExp>> = {
  code: /\/\/|\/\*|["'`{}/<]/g,
  template: /\\[\s\S]|`|\$\{/g,
  tag: /\/\/|\/\*|["'{]|\/?>/g,
  text: /\{|<\/[^>]*>?|</g,
};
const stringInScript: Readonly<Record<string, RegExp>> = { '"': /\\[\s\S]|\n|(")/g, "'": /\\[\s\S]|\n|(')/g };
const beforeMarkup = /(?:^|[=(,?:&|{}[>;\n]|\breturn)\s{0,20}$/;
// a parameter of types is none
const markup = /<(?:>|[A-Za-z_$][\w$.:-]{0,100}(?!\s{0,5},|\s{1,5}extends\b)(?![\w$.:-]))/y;

/** Of JavaScript and what is made of it: strings of several lines with code in them, and elements with text in them. */
export function readScript(withMarkup: boolean): Reader {
  return function* (text, from, to) {
    const frames: Frame[] = [{ kind: 'code' }];
    const unended = new Map<string, number>();
    const enter = (kind: Frame['kind'], own?: Place) => frames.push({ kind, outermost: frames.at(-1)!.outermost ?? own });
    for (let next = from, last = from; ; ) {
      const { kind, outermost } = frames.at(-1)!;
      const signs = signsOf[kind];
      signs.lastIndex = next;
      const sign = signs.exec(text);
      const isShown = kind === 'template' || kind === 'text';
      if (isShown) yield { start: last, end: (sign?.index ?? Number.POSITIVE_INFINITY) + 1, place: outermost! };
      if (sign === null || sign.index >= to) return;
      const { 0: found, index } = sign;
      last = index;
      next = index + found.length;
      if (found === '//') next = endOfLine(text, index);
      else if (found === '/*') {
        next = text.indexOf('*/', next) + 2;
        if (next === 1) return;
      } else if (kind === 'template') {
        if (found === '`') frames.pop();
        else if (found === '${') enter('code');
      } else if (kind === 'tag') {
        if (found === '/>') frames.pop();
        else if (found === '{') enter('code');
        else if (found === '>') {
          frames.pop();
          enter('text', shown);
        } else {
          next = text.indexOf(found, next) + 1 || Number.POSITIVE_INFINITY;
          yield { start: index, end: next, place: shown };
        }
      } else if (kind === 'text') {
        if (found.startsWith('</')) {
          yield { start: index, end: next, place: shown };
          last = next - 1;
          frames.pop();
        } else enter(found === '{' ? 'code' : 'tag');
      } else if (found === '`') enter('template', valueAt(index));
      else if (found === '{') enter('code');
      else if (found === '}') {
        if (frames.length > 1) frames.pop();
      } else if (found === '/') {
        const end = index < (unended.get(found) ?? 0) ? undefined : endOfRegularExpression(text, index);
        if (end !== undefined && end < 0) unended.set(found, -end);
        else next = end ?? next;
      } else if (found === '<') {
        markup.lastIndex = index;
        const isElement = withMarkup && markup.test(text) && beforeMarkup.test(text.slice(Math.max(0, index - 40), index));
        if (isElement) enter('tag');
      } else if (index >= (unended.get(found) ?? 0)) {
        const close = stringInScript[found]!;
        const end = endOf(close, text, next, undefined);
        if (end === undefined) unended.set(found, close.lastIndex || text.length);
        next = end ?? next;
      }
    }
  };
}
