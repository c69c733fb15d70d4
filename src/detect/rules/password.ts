import { consistsOfWords, isMixedAtRandom, isUnguessable, isVaried } from '../randomness.ts';
import { remembered } from '../remembered.ts';
import { holdsWord } from '../words-of-names.ts';

const template = /^(?:<|\{|\[|[$%#@*]{1,2}[({[<])|\$\{|\{\{|\.\.\.|\u2026|[*x]{4}/i;
const signOfTemplate = /^[$%#@*]/;
const variable = /^[$@]{1,2}[\w.:-]+$|^(.).*\1$/;
const holdsWordOfExamples = holdsWord(
  'pass secret change example test admin root user guest default dummy sample your token 1234 qwer letmein welcome postgres mysql mongo redis rabbit local hunter2 demo hello super swordfish tiger redacted placeholder'.split(
    ' ',
  ),
);
// Random text of some length often holds one of these.
const holdsShortWord = holdsWord(['pwd', 'key', 'foo', 'bar', 'dev', 'abc']);

const [small, capital, digit, sign] = [1, 2, 4, 8];
/** By unit below 128: which of these it is. */
const kinds = new Uint8Array(128).fill(sign).fill(digit, 48, 58).fill(capital, 65, 91).fill(small, 97, 123);

/** Which kinds of characters a text holds. */
function kindsIn(text: string): number {
  let held = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    held |= unit < 128 ? kinds[unit]! : sign;
  }
  return held;
}

/** May a person or a program have this as a real password? Templates and what examples and local set-ups use is none, nor is a plain word. */
export const isLikelyPassword = remembered((text): boolean => {
  if (text.length < 8 || !isVaried(text, 6)) return false;
  const held = kindsIn(text);
  if ((held & sign) !== 0 ? template.test(text) : /x{4}/i.test(text)) return false;
  if (signOfTemplate.test(text) && (variable.test(text) || !isUnguessable(text))) return false;
  if ((text.length < 24 && holdsWordOfExamples(text)) || (text.length < 14 && holdsShortWord(text))) return false;
  const count = (held & small) + ((held & capital) >> 1) + ((held & digit) >> 2) + ((held & sign) >> 3);
  const hasDigit = (held & digit) !== 0;
  if (count >= 3 || (count === 2 && hasDigit && text.length >= 10)) return true;
  if (text.length >= 10 && isMixedAtRandom(text)) return true;
  return text.length >= 16 && isVaried(text, 10) && (hasDigit || (count === 2 && !consistsOfWords(text)));
});
