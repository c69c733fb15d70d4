import { base64 } from './base64.ts';
import { leastVariety } from './engine/run-places.ts';
import { rememberedPart } from './remembered.ts';
import { secretWeights } from './secret-weights.ts';
import { variety } from './variety.ts';

/** Has an ASCII text, or a part of one, at least so many different characters? Of random text that needs hardly more than so many. */
export function isVaried(text: string, least: number, start = 0, end = text.length): boolean {
  round++;
  let missing = least;
  for (let i = start; i < end && missing > 0; i++) {
    const unit = text.charCodeAt(i) & 127;
    if (rounds[unit] !== round) {
      rounds[unit] = round;
      missing--;
    }
  }
  return missing <= 0;
}

/** By unit, the last round in which it was seen. */
const rounds = new Float64Array(128);
let round = 0;

/** Do at least so many characters stand in words (`Provider`, `base`), constants and numbers? Hardly any of random text does, and it is read no farther than that takes; nearly all of a name or path. */
function isWordy(text: string, start: number, end: number, least: number): boolean {
  const mostOutside = end - start - Math.ceil(least);
  let outside = 0;
  let run = 0;
  let previous = other;
  for (let i = start; i < end; i++) {
    const kind = kindOf(text.charCodeAt(i));
    // `Pr` goes on as one word; its capital is counted with it.
    if (kind === previous || (kind === lower && previous === upper && run === 1)) run++;
    else {
      const isCapitalised = kind === lower && previous === upper;
      if (isCapitalised) run--;
      if (run < shortestWord) {
        outside += run;
        if (outside > mostOutside) return false;
      }
      run = isCapitalised ? 2 : 1;
    }
    previous = kind;
  }
  // signs that nothing follows are no word
  return outside + (run < shortestWord || previous === other ? run : 0) <= mostOutside;
}

const shortestWord = 4;

/** Was the text surely drawn at random, so that nobody guesses it? Of what a person chooses hardly any seems so, of random text with letters of both cases and digits nearly all. */
export const isUnguessable = (text: string): boolean =>
  /^[0-9a-f]{32,}$/i.test(text) || (isOfAllKinds(text) && variety(text) >= 10 && !isWordy(text, 0, text.length, text.length / 2));

/** Do words and numbers make up most of a text, as of a name (`Environment2Value`)? Of random text hardly ever. */
export const isMostlyWords = (text: string): boolean => isWordy(text, 0, text.length, 0.6 * text.length);

/** Does text with small and capital letters, and hardly a digit, consist of words, as an identifier does (`AssumeRoleWithWebIdentity`)? */
export function consistsOfWords(text: string, start = 0, end = text.length): boolean {
  if (!isWordy(text, start, end, 0.85 * (end - start))) return false; // where random text mostly ends
  const mostDigits = end - start < 32 ? 0 : 2;
  let digits = 0;
  let seenKinds = 0;
  for (let i = start; i < end; i++) {
    const kind = kindOf(text.charCodeAt(i));
    seenKinds |= 1 << kind;
    if (kind === digit && ++digits > mostDigits) return false;
  }
  return (seenKinds & ofBothCases) === ofBothCases;
}

const [other, lower, upper, digit] = [0, 1, 2, 3];
const ofBothCases = (1 << lower) | (1 << upper);
const ofAllKinds = ofBothCases | (1 << digit);
const kinds = new Uint8Array(128).fill(lower, 97, 123).fill(upper, 65, 91).fill(digit, 48, 58);
const kindOf = (unit: number): number => (unit < 128 ? kinds[unit]! : other);

/** Is the part of the text nothing but letters? */
export function isOfLetters(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (((1 << kindOf(text.charCodeAt(i))) & ofBothCases) === 0) return false;
  return true;
}

/** Does the text, or a part of it, hold a small letter and a capital one? */
export const isOfBothCases = (text: string, start = 0, end = text.length): boolean => holds(text, start, end, ofBothCases);

/** Does the text, or a part of it, hold a small letter, a capital one and a digit, as nearly all random text does, or for want of a digit letters that are mixed at random? */
export function isMixed(text: string, start = 0, end = text.length): boolean {
  const missing = missingIn(text, start, end, ofAllKinds);
  return missing === 0 || ((missing & ofBothCases) === 0 && likelihood(text, start, end) > leastOfLetters);
}

/** The same of a value with more kinds of characters than somebody hits who lays a hand on the keyboard. */
export const isMixedAndVaried = (text: string, start = 0, end = text.length): boolean =>
  isMixed(text, start, end) && isVaried(text, 1 + Math.floor(Math.min(17, 0.45 * (end - start))), start, end);

const isOfAllKinds = (text: string, start = 0, end = text.length): boolean => holds(text, start, end, ofAllKinds);

const holds = (text: string, start: number, end: number, wanted: number): boolean => missingIn(text, start, end, wanted) === 0;

/** Which of the wanted kinds of characters the part of the text does not hold. */
function missingIn(text: string, start: number, end: number, wanted: number): number {
  let missing = wanted;
  for (let i = start; i < end && missing !== 0; i++) missing &= ~(1 << kindOf(text.charCodeAt(i)));
  return missing;
}

const placeholders =
  'example sample secret access dummy placeholder changeme change_me redacted testtest fakefake notreal not_real yourkey your_key xxxxx 123456 abcdef 123e4567'.split(
    ' ',
  );
const placeholder = new RegExp(placeholders.join('|'), 'i');

/** What those begin with, so many units each. */
const beginnings = placeholders.map((word) => word.slice(0, 5));
const lastPair = 3;
/** By two units: how many units farther on the two are at least that such a beginning ends with. */
const steps = new Uint8Array(1024).fill(lastPair + 1);
/** By two units: may such a beginning begin with them? */
const mayBegin = new Uint8Array(1024);
const pairAt = (text: string, at: number): number => ((text.charCodeAt(at) & 31) << 5) | (text.charCodeAt(at + 1) & 31);
for (const beginning of beginnings) {
  mayBegin[pairAt(beginning, 0)] = 1;
  for (let at = 0; at <= lastPair; at++) steps[pairAt(beginning, at)] = Math.min(steps[pairAt(beginning, at)]!, lastPair - at);
}

/** Does the text say of itself that it is none, as in documentation and templates: `…EXAMPLE`, `xxxxx`, `123456`? In random text every fourth unit is looked at. */
export function isPlaceholder(text: string, start = 0, end = text.length): boolean {
  for (let at = start + lastPair; at + 1 < end; ) {
    const step = steps[pairAt(text, at)]!;
    if (step === 0 && mayBegin[pairAt(text, at - lastPair)] !== 0) return placeholder.test(text.slice(start, end));
    at += step === 0 ? 1 : step;
  }
  return false;
}

/** Do four of five characters repeat the one before or follow it in the alphabet, as in `00112233…` and `aaaabbbb…`? Of 32 random hexadecimal digits one in 10^16 does. */
export function isSeries(text: string, start: number, end: number): boolean {
  let allowed = (end - start) / 5;
  let before = text.charCodeAt(start);
  for (let at = start + 1; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === dash) continue;
    if (unit !== before && unit !== before + 1 && --allowed < 0) return false;
    before = unit;
  }
  return true;
}

const dash = 45;

/** The class of a character by which text is weighed: small vowel, small consonant, capital vowel, capital consonant, digit, slash, plus. */
export function secretClass(character: string): number {
  if (/[a-z]/.test(character)) return /[aeiou]/.test(character) ? 0 : 1;
  if (/[A-Z]/.test(character)) return /[AEIOU]/.test(character) ? 2 : 3;
  if (/[0-9]/.test(character)) return 4;
  return character === '/' ? 5 : 6;
}

const classOfUnit = Uint8Array.from({ length: 128 }, (_, unit) => secretClass(String.fromCharCode(unit)));

/** How much likelier random text is than an identifier or a path, as ten times a natural logarithm. Only for characters of base64. */
export function likelihood(text: string, start = 0, end = text.length, weights: readonly number[] = secretWeights): number {
  let sum = 0;
  let [first, second] = [classOfUnit[text.charCodeAt(start)]!, classOfUnit[text.charCodeAt(start + 1)]!];
  for (let i = start + 2; i < end; i++) {
    const third = classOfUnit[text.charCodeAt(i)]!;
    sum += weights[(first * 7 + second) * 7 + third]!;
    first = second;
    second = third;
  }
  return sum;
}

// Of 14 random letters one in 16 has less, of 22 one in 75; of identifiers in packages one in 800 has more.
const leastOfLetters = 20;

/** Are letters in both cases mixed as hardly an identifier mixes them? */
export const isMixedAtRandom = (text: string, start = 0, end = text.length): boolean =>
  isOfBothCases(text, start, end) && likelihood(text, start, end) > leastOfLetters;

// Of random ones, one in 20,000 has less: `npm run train` says so.
const leastLikelihood = 28;

/** Is the base64 that of printable text? Of random characters, hardly one in 10^13 is. */
function isEncodedText(text: string, start: number, end: number): boolean {
  let bits = 0;
  for (let i = 0; i < end - start; i++) {
    bits = (bits << 6) | sixBits[text.charCodeAt(start + i)]!;
    if (i % 4 === 0) continue;
    const byte = (bits >> (6 - 2 * (i % 4))) & 255;
    if ((byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) || byte > 126) return false;
  }
  return true;
}

const sixBits = new Uint8Array(128);
for (let i = 0; i < base64.length; i++) sixBits[base64.charCodeAt(i)] = i;

/**
 * Could these 40 characters be drawn from 64 at random? Not hexadecimal digests, paths, identifiers, alphabets, encoded text. Of random ones it
 * loses some 1 in 10,000.
 */
export const looksRandom40 = rememberedPart((text, start, end) => {
  if (!isOfBothCases(text, start, end) || !isVaried(text, leastVariety, start, end)) return false;
  return likelihood(text, start, end) > leastLikelihood && !isPlaceholder(text, start, end) && !isEncodedText(text, start, end);
});
