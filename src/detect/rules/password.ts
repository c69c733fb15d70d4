import { markAfter } from '../engine/matcher.ts';
import {
  consistsOfWords,
  isMixedAtRandom,
  isMostlyWords,
  isOfLetters,
  isPlaceholder,
  isSeries,
  isUnguessable,
  isVaried,
} from '../randomness.ts';
import { remembered } from '../remembered.ts';
import { unescaped } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { holdsWord } from '../words-of-names.ts';
import type { After } from './after.ts';
import { charactersOf, endOfRun, tableOf } from './shape.ts';

const template = /^(?:<|\{|\[|[$%#@*]{1,2}[({[<])|\$\{|\{\{|\.\.\.|\u2026|[*x]{4}/i;
/** What a server keeps of a password: `$2b$12$…`, `{SSHA}…`, `pbkdf2_sha256$…`. */
const hashed =
  /^(?:\{[A-Z]\w{2,14}\}|\$(?:\d[a-z]?|[yPH]|apr1|argon2[a-z]{1,2}|pbkdf2[\w-]{0,12}|scrypt)\$|(?:pbkdf2|bcrypt|argon2|scrypt)[\w:]{0,20}\$)/;
const signOfTemplate = tableOf('$%#@*');
const variable = /^[$@]{1,2}[\w.:-]+$|^(.).*\1$/;
const holdsWordOfExamples = holdsWord(
  'pass secret change example test admin root user guest default dummy sample your token 1234 qwer 1qaz 2wsx letmein welcome postgres mysql mongo redis rabbit local hunter2 demo hello super swordfish tiger redacted placeholder replace fake mock insert character barbar'.split(
    ' ',
  ),
);
/** Words of examples with signs or digits for their letters, as in `P@ssw0rd` and `S3cr3t`: an expression takes longer than to tell that there is none. */
const mayHoldLikeWord = holdsWord(['pass', 'secret', 'change'], { '@': 'a', $: 's', 3: 'e', 4: 'a', 5: 's' });
const likeWord = /p@[s$5]{2}|pa\$\$|p4ssw|pa55w|s3cr[e3]t|secr3t|ch[a4@]ng3|ch[4@]nge/i;
// Random text of some length often holds one of these.
const holdsShortWord = holdsWord(['pwd', 'key', 'foo', 'bar', 'dev', 'abc']);
const holdsFourX = holdsWord(['xxxx']);

const [small, capital, digit, sign] = [1, 2, 4, 8];
const ofMixed = small | capital | digit;
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
export const isLikelyPassword = remembered((text): boolean => isLikely(text, kindsIn(text)));

function isLikely(text: string, held: number): boolean {
  if (text.length < 8 || !isVaried(text, 6)) return false;
  if ((held & sign) !== 0 ? template.test(text) || hashed.test(text) : holdsFourX(text)) return false;
  if (signOfTemplate[unitAt(text, 0)] === 1 && (variable.test(text) || !isUnguessable(text))) return false;
  if (
    (text.length < 24 && (holdsWordOfExamples(text) || (mayHoldLikeWord(text) && likeWord.test(text)) || isExampleInBase64(text))) ||
    (text.length < 14 && holdsShortWord(text))
  )
    return false;
  const count = (held & small) + ((held & capital) >> 1) + ((held & digit) >> 2) + ((held & sign) >> 3);
  const hasDigit = (held & digit) !== 0;
  if (count >= 3 || (count === 2 && hasDigit && text.length >= 10)) return true;
  if (text.length >= 10 && isMixedAtRandom(text)) return true;
  return text.length >= 16 && isVaried(text, 10) && (hasDigit || (count === 2 && !consistsOfWords(text)));
}

/** Is it a word of examples in base 64, as in a Secret of Kubernetes (`cGFzc3dvcmQ=`)? */
function isExampleInBase64(text: string): boolean {
  if (unitAt(text, text.length - 1) !== equals || !/^[A-Za-z0-9+/]{8,22}={1,2}$/.test(text)) return false;
  const said = Buffer.from(text, 'base64').toString('latin1');
  return /^[ -~\n]+$/.test(said) && holdsWordOfExamples(said);
}

/** What reads a variable of the environment, as a string that a program takes for a password. */
const readsEnvironment = /^(?:process\.env|import\.meta\.env|os\.environ|(?:os|System)\.getenv|getenv\(|ENV\[)/;

const encryptedOrNumber = /^(?:Ag[A-D].{56}|AQICAH|enc(?:rypted)?[_-]|0[xX][0-9A-Fa-f]{1,16}$)/;
/** By unit below 128: may one of those two begin with it? */
const mayBeOther = tableOf('pioSgEAe0');

const algorithm =
  /(?:sha|md|aes|rsa|crc|base|utf|u?int|float|argon|pbkdf|blake|x|ed|oauth)(?:1|2|3|4|5|8|16|32|58|64|128|192|224|256|384|512|1024|2048|4096|509|25519)(?![0-9])/gi;

/** By unit below 128: with what those names end. */
const endsName = tableOf('adscetfnxhADSCETFNXH');

/** May all numbers of a value of letters and digits be those of algorithms? */
function mayBeNumbersOfAlgorithms(value: string): boolean {
  let before = 0;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (kinds[unit] === digit && kinds[before] !== digit && endsName[before] === 0) return false;
    before = unit;
  }
  return true;
}

/** Is it words around the name of an algorithm or a type, as the name of a function or class (`Sha256Hash`)? */
function isNamedAfterAlgorithm(value: string): boolean {
  const rest = value.replace(algorithm, '');
  return rest !== value && isOfLetters(rest, 0, rest.length) && isMostlyWords(rest);
}

/** Are its letters a series, and its digits another, as in `A1b2C3d4`? */
function isTwoSeries(value: string): boolean {
  if (value.length > longestSeries) return false;
  const [letters, numbers] = [value.toLowerCase().replace(/[^a-z]/g, ''), value.replace(/[^0-9]/g, '')];
  return isSeries(letters, 0, letters.length) && isSeries(numbers, 0, numbers.length) && letters.length > 2 && numbers.length > 2;
}

const longestSeries = 12;

/** The name of a region or zone of AWS, as in that of what runs there. */
const holdsRegion = /(?:^|[._-])(?:us|eu|ap|ca|sa|me|af|il|mx|cn)-(?:gov-)?(?:north|south|east|west|central)(?:east|west)?-\d/;

/** A password of letters in both cases and digits, and no address, path, call, name or sentence, as in a file of translations. */
const isMixedPassword = remembered((written): boolean => {
  const value = unescaped(unescaped(written)); // a string may hold another
  if (value.includes(' ', value.indexOf(' ') + 1)) return false;
  const held = kindsIn(value);
  if ((held & ofMixed) !== ofMixed && !isMixedAtRandom(value)) return false;
  if (!isLikely(value, held) || isPlaceholder(value) || isTwoSeries(value)) return false;
  return (held & sign) !== 0
    ? !/[:/<>()]/.test(value) && !holdsRegion.test(value)
    : !(mayBeNumbersOfAlgorithms(value) && isNamedAfterAlgorithm(value));
});

const dotted = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;
const besideDigit = /[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])/g;

/** Is what holds a dot the name of something (`env.DB2_PASSWD`), of a host or a file? */
const isNameWithDots = (value: string): boolean =>
  value.includes('.') && (!isUnguessable(value) || (dotted.test(value) && (value.match(besideDigit)?.length ?? 0) < 3));

/** The property that a program finds a password by, as in Java (`javax.net.ssl.keyStorePassword`). */
const nameOfProperty = /^[A-Za-z]\w*(?:\.[A-Za-z][\w-]*){2,}(?<=pass(?:word|wd|phrase)?|pwd|secret|token|key)\d?$/i;

/** Such a one that is neither encrypted nor a number. Neither in quotes nor right behind `=` and a name in capitals it may be the name of a variable or a type: words, and no number of four digits. */
export const isMixedValue = (value: string, before: string): boolean => {
  if (!isMixedPassword(value) || (mayBeOther[unitAt(value, 0)] === 1 && (readsEnvironment.test(value) || encryptedOrNumber.test(value))))
    return false;
  if (value.includes('.') && nameOfProperty.test(value)) return false;
  const last = unitAt(before, before.length - 1);
  if (last === doubleQuote || last === singleQuote) return true;
  if (isNameWithDots(value)) return false;
  return (
    (last === equals && isOfConstant(unitAt(before, before.length - 2))) ||
    !isMostlyWords(value) ||
    isMixedAtRandom(value) ||
    /[^\w]|\d{4}/.test(value)
  );
};

const endsApart = tableOf(' \t\n,');
const longestRead = 64;
const readsVariable = /(?:\benv|getenv|environ\.get|ENV\.fetch)\([ \t]{0,4}["'][\w.]{0,40}$/i;

/** Is a value that stands behind a name not one that a program takes where the variable of that name is not set, and made of words, as in `env('MAIL_PASSWORD', 'SomeWord2')`? */
export const isNoWordByDefault = (before: string, _behind: string, value: string): boolean =>
  endsApart[unitAt(before, before.length - 1)] === 1 ||
  !readsVariable.test(before.slice(-longestRead)) ||
  !isMostlyWords(value) ||
  isMixedAtRandom(value);

const [doubleQuote, singleQuote, equals, underscore] = [34, 39, 61, 95];
/** May the name of a constant end with this UTF-16 unit? */
const isOfConstant = (unit: number): boolean => unit === underscore || (unit < 128 && kinds[unit] === capital);

const bare = 'A-Za-z0-9!#%^*+=~@_.-';
const opening = `["'](?=[^"'\\r\\n]{8,100}["'])|"(?=(?:[^"\\\\\\s]|\\\\\\S){8,100}")|'(?=(?:[^'\\\\\\s]|\\\\\\S){8,100}')|\\\\{1,3}["'](?=[^"'\\\\\\s]{8,100}\\\\)`;
/** Behind the name of an element, or one that an attribute gives it (`<property name="…">`), or that its neighbour gives it, as Hadoop has it. */
const openingOfElement = '[ \\t]{0,4}(?:>|<\\/name>\\s{0,40}<value>)\\s{0,40}(?=[^<>"\'\\s]{8,100}\\s{0,40}<\\/)';
const inside = `(?<=[>\\s])[^<>"'\\s]{8,100}(?=\\s{0,40}<\\/)|(?<=\\\\["'])[^"'\\\\\\s]{8,100}|(?<=")(?:[^"\\\\\\s]|\\\\\\S){8,100}(?=")|(?<=')(?:[^'\\\\\\s]|\\\\\\S){8,100}(?=')|[^"'\\s]{8,100}`;
/** A sign, as in Make too, an attribute of XML, a line of YAML or an object of JSON that holds the value. */
const signs = `=>|:[ \\t]{0,2}\\{\\s{0,20}["']value["'][ \\t]{0,2}:|[?:]?=|:|value=|\\r?\\n[ \\t]{1,30}value:`;
/** By unit below 128: may a value without quotes hold it, may it stand behind one? */
const ofBare = tableOf(charactersOf(bare));
const behindBare = tableOf('\t\n\v\f\r "\'');
const [shortest, longest] = [8, 100];

/**
 * What stands behind a name: in an element of XML or in quotes anything but blanks, behind a blank alone too (`#define NAME "…"`), without them and not behind a comma what is no path and no call, and ends its line or stands before a
 * comment or, right behind `=`, a command or the end of a string that holds name and value. Of what is longer than 100 nothing is tried.
 */
const behindName = new RegExp(
  `\\\\{0,3}["']?\\]?(?:${openingOfElement}|=(?![${bare}]{101})(?=[${bare}]{8,100}(?:[\\s"']|$))|[ \\t]{0,24}(?:,[ \\t]{0,8}(?:${opening})|(?<=[ \\t])(?:${opening})|(?:${signs})[ \\t]{0,8}(?:${opening}|(?![${bare}]{101})(?=[${bare}]{8,100}[ \\t]{0,80}(?:[\\r\\n]|$|(?<=[ \\t])#)))))(${inside})`,
  'y',
);

/** Reads that as the expression does, which right behind `=`, where most values stand, takes several times as long. */
class PasswordBehindName implements After {
  lastIndex = 0;

  exec(text: string): readonly (string | undefined)[] | null {
    const from = this.lastIndex + 1;
    const isPlain = unitAt(text, this.lastIndex) === equals && isIn(ofBare, unitAt(text, from));
    const end = isPlain ? endOfRun(text, from, from + longest + 1, ofBare) : from;
    const behind = unitAt(text, end);
    if (!isPlain || behind >= 128) {
      behindName.lastIndex = this.lastIndex;
      const found = behindName.exec(text);
      this.lastIndex = behindName.lastIndex;
      return found;
    }
    this.lastIndex = end;
    const isOne = end - from >= shortest && end - from <= longest && (end === text.length || isIn(behindBare, behind));
    return isOne ? [text.slice(from - 1, end), text.slice(from, end)] : null;
  }
}

export const passwordBehindName: After = new PasswordBehindName();

const isIn = (table: Uint8Array, unit: number): boolean => unit < 128 && table[unit] === 1;

/** What gives a name what stands behind it: a sign, a quote, or an attribute or element of XML. */
export const signBehindName = [
  markAfter('=:,\n><', ' \t"\'\\])?', 28),
  markAfter(`"'`, ' \t', 8),
  markAfter('v', ' \t"\'', 6, markAfter('=', 'alue', 5)),
];
