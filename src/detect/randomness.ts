import { base64 } from './base64.ts';
import { leastVariety } from './engine/run-places.ts';
import { remembered } from './remembered.ts';
import { secretWeights } from './secret-weights.ts';

/** How many different characters an ASCII text has, from a place on. */
export function variety(text: string, from = 0): number {
  for (let i = from; i < text.length; i++) seen[text.charCodeAt(i) & 127] = 1;
  let sums = 0;
  for (let i = 0; i < seenByFour.length; i++) {
    sums += seenByFour[i]!;
    seenByFour[i] = 0;
  }
  return Math.imul(sums, 0x01010101) >>> 24; // its four bytes added up
}

/** By unit, 1 while a text is looked at that holds it. */
const seen = new Uint8Array(128);
const seenByFour = new Uint32Array(seen.buffer);

/** How many characters stand in words (`Provider`, `base`), constants and numbers: hardly any of random text, nearly all of a name or path. */
function wordiness(text: string): number {
  let letters = 0;
  let run = 0;
  let previous = 0;
  for (let i = 0; i <= text.length; i++) {
    const kind = kindOf(text.charCodeAt(i));
    // `Pr` goes on as one word; its capital is counted with it.
    if (kind === previous || (kind === lower && previous === upper && run === 1)) run++;
    else {
      if (kind === lower && previous === upper) run--;
      if (run >= 4) letters += run;
      run = kind === lower && previous === upper ? 2 : 1;
    }
    previous = kind;
  }
  return letters;
}

/** Does text with small and capital letters consist of words, as an identifier does (`AssumeRoleWithWebIdentity`)? */
export const consistsOfWords = (text: string): boolean =>
  /[a-z]/.test(text) && /[A-Z]/.test(text) && !(text.length < 32 ? /\d/ : /\d.*\d.*\d/).test(text) && wordiness(text) >= 0.85 * text.length;

const [other, lower, upper, digit] = [0, 1, 2, 3];

function kindOf(unit: number): number {
  if (unit >= 97 && unit <= 122) return lower;
  if (unit >= 65 && unit <= 90) return upper;
  return unit >= 48 && unit <= 57 ? digit : other;
}

const placeholder =
  /example|sample|secret|access|dummy|placeholder|change_?me|redacted|testtest|fakefake|not_?real|your_?key|x{5}|123456|abcdef/i;

/** Does the text say of itself that it is none, as in documentation and templates: `…EXAMPLE`, `xxxxx`, `123456`? */
export const isPlaceholder = (text: string): boolean => placeholder.test(text);

/** The class of a character by which text is weighed: small vowel, small consonant, capital vowel, capital consonant, digit, slash, plus. */
export function secretClass(character: string): number {
  if (/[a-z]/.test(character)) return /[aeiou]/.test(character) ? 0 : 1;
  if (/[A-Z]/.test(character)) return /[AEIOU]/.test(character) ? 2 : 3;
  if (/[0-9]/.test(character)) return 4;
  return character === '/' ? 5 : 6;
}

const classOfUnit = Uint8Array.from({ length: 128 }, (_, unit) => secretClass(String.fromCharCode(unit)));

/** How much likelier random text is than an identifier or a path, as ten times a natural logarithm. Only for characters of base64. */
export function likelihood(text: string, weights: readonly number[] = secretWeights): number {
  let sum = 0;
  let before = classOfUnit[text.charCodeAt(0)]! * 7 + classOfUnit[text.charCodeAt(1)]!;
  for (let i = 2; i < text.length; i++) {
    const index = before * 7 + classOfUnit[text.charCodeAt(i)]!;
    sum += weights[index]!;
    before = index % 49;
  }
  return sum;
}

// Of random ones, one in 20,000 has less: `npm run train` says so.
const leastLikelihood = 28;

/** Is the base64 that of printable text? Of random characters, hardly one in 10^13 is. */
function isEncodedText(value: string): boolean {
  let bits = 0;
  for (let i = 0; i < value.length; i++) {
    bits = (bits << 6) | sixBits[value.charCodeAt(i)]!;
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
export const looksRandom40 = remembered((value) => {
  if (!/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false;
  return variety(value) >= leastVariety && likelihood(value) > leastLikelihood && !isPlaceholder(value) && !isEncodedText(value);
});
