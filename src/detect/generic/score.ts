// How much speaks for a value with a telling name being a secret: what is seen of it, each with its weight. A weight is the logarithm of how much likelier a
// secret shows it than another value does; those of the value's characters are learned (see ../secret-weights.ts), the others are set by what public packages hold.
import { isOtherThing, squeeze } from '../evidence.ts';
import type { Score, Severity, Weight } from '../finding.ts';
import { consistsOfWords, isVaried, likelihood } from '../randomness.ts';
import { remembered, rememberedPart } from '../remembered.ts';
import { tableOf } from '../rules/shape.ts';
import { isAlphanumeric, isBase64 } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { endOfLast, holdsWord, kindsOfWords } from '../words-of-names.ts';
import type { Assignment } from './assignment.ts';
import { recurs, standsTwice } from './repetition.ts';

/** A value whose weights come to less is not reported. */
const needed = 2.5;

/** From here on it is a warning. */
const muchSpeaksFor = 5;

// Each has its translation.
const sentences = {
  name: 'The name says {word}.',
  nameGoesOn: 'The name goes on with {words}.',
  random: 'The value looks random.',
  words: 'The value looks like words.',
  mixed: 'The value has letters, digits and signs, as passwords have.',
  uuid: 'The value is a UUID, as ids are.',
  hexadecimal: 'The value is hexadecimal, as checksums are.',
  short: 'The value is short.',
  long: 'The value is long.',
  repeats: 'The value repeats itself or counts up.',
  placeholder: 'The value holds {word}, as placeholders do.',
  user: 'A user’s name stands beside it.',
  example: 'What stands beside it speaks of an example or a test.',
  bare: 'The value stands without quotes, as a name in a program does.',
  exampleFile: 'The file is a test or an example.',
  textFile: 'The file holds a program’s texts.',
  configuration: 'The file is a configuration.',
} as const;

/** Every sentence, for the test that each is translated. */
export const weightSentences: readonly string[] = Object.values(sentences);

/** What nothing fills, by its sentence and by its weight in tenths above the least: of the same there is one, as a hostile text has six for each of fifty thousand values. */
const plainly: Partial<Record<keyof typeof sentences, (Weight | undefined)[]>> = {};
const noValues = {};
const leastTenths = -100;

function seen(what: keyof typeof sentences, exact: number, values: Weight['values'] = noValues): Weight {
  const tenths = Math.round(exact * 10);
  if (values !== noValues) return { text: sentences[what], values, weight: tenths / 10 };
  plainly[what] ??= new Array(200).fill(undefined);
  const ofSentence = plainly[what];
  ofSentence[tenths - leastTenths] ??= { text: sentences[what], values, weight: tenths / 10 };
  return ofSentence[tenths - leastTenths]!;
}

/** Some weights together, the heaviest first, and those with one more, by that: what a hundred thousand values show is mostly the same. */
interface Weighed {
  readonly score: Score;
  more: Map<Weight, Weighed> | undefined;
}

const weighedOf = (weights: readonly Weight[]): Weighed => ({ score: { weights, total: total(weights), needed }, more: undefined });
const nothing = (): Weighed => weighedOf([]);

function adding(weight: Weight, weighed: Weighed): Weighed {
  weighed.more ??= new Map();
  const same = weighed.more.get(weight);
  if (same !== undefined) return same;
  const made = weighedOf(withWeight(weighed.score.weights, weight));
  weighed.more.set(weight, made);
  return made;
}

/** Behind those that weigh as much. */
function withWeight(weights: readonly Weight[], one: Weight): Weight[] {
  const place = weights.findIndex(({ weight }) => weight < one.weight);
  return place === -1 ? [...weights, one] : weights.toSpliced(place, 0, one);
}

const total = (weights: readonly Weight[]): number => Math.round(weights.reduce((sum, { weight }) => sum + weight, 0) * 10) / 10;

/** The words that a secret's name has, as one, and what one of them weighs: the first that the name ends with counts. There may be a number behind it. */
const telling: readonly (readonly [words: string, weight: number])[] = [
  ['password passwd passphrase passwort passcode pwd motdepasse', 2],
  ['apikey accesskey privatekey encryptionkey signingkey authkey masterkey accountkey secretkey', 2],
  ['secret credential credentials creds', 2],
  ['token bearer authorization auth', 1.4],
];
const tellingKinds = kindsOfWords(
  telling.map(([words], index) => [
    1 << index,
    words
      .split(' ')
      .flatMap((word) => [`${word}$`, `${word}s$`])
      .join(' '),
  ]),
);

const speaksOf =
  /^(?:ids?|names?|urls?|uris?|paths?|files?|filenames?|dirs?|types?|fields?|labels?|hints?|placeholders?|prompts?|messages?|msgs?|errors?|regexp?|patterns?|lengths?|len|sizes?|min|max|policy|policies|prefix|suffix|headers?|env|var|variables?|params?|parameters?|props?|key|keys|index|count|counts|limits?|expir\w*|ttl|lifetime|age|scopes?|providers?|managers?|mgr|services?|stores?|storage|inputs?|buttons?|btn|forms?|class|selectors?|icons?|help|titles?|descriptions?|desc|strength|reset|forgot|change|changed|required|enabled|disabled|visible|visibility|mode|format|kind|version|status|state|source|endpoint|address|symbol|decimals|contract|balance|supply|ring|group|role|arn|ref|alias|hash|hashes|algorithm|alg|encoder|callback|handler|function|fn|method|action|event|request|response|data|info|list|map|set|array|table|column|row|link|last|used|at|on|date|time|since|page|route|view|screen|dialog|modal|color|style|tokenizer|s)$/;
const speaksOfBefore =
  /^(?:csrf|xsrf|public|next|page|pagination|continuation|continue|cancel|cancellation|cancelation|sync|lexer|syntax|parse|parser|design|injection|forgot|reset|show|hide|toggle|no|is|has|use|uses|require|requires|enable|disable|min|max|invalid|missing|wrong|incorrect|bad|empty|unexpected|abort|stop|end|eof|first|last|previous|prev|current|special|operator|keyword|identifier|punctuator|comment|string|number|symbol|color|erc20|nft|mask|masked|redacted|hashed|encrypted|crypted|fake|mock|dummy|example|sample|expected|actual|test|request|action|idempotency|verification|update|lock|sequence)$/;
const means = /^(?:value|val|string|str|text|default|base64|b64|raw|plain|prod|production|live|dev|staging|old|new|\d+)$/;

/** The words of a name in small letters. One ends before a capital behind a small letter or a digit, and before the last capital of several. */
function wordsOf(name: string): string[] {
  const words: string[] = [];
  let from = 0;
  for (let at = 0; at <= name.length; at++) {
    const unit = unitAt(name, at);
    const isIn = isAlphanumeric(unit);
    const isEnd = !isIn || (isCapital(unit) && at > from && (!isCapital(unitAt(name, at - 1)) || isSmall(unitAt(name, at + 1))));
    if (isEnd && at > from) words.push(name.slice(from, at).toLowerCase());
    if (isEnd) from = isIn ? at : at + 1;
  }
  return words;
}

const [capitalA, capitalZ, smallA, smallZ] = [65, 90, 97, 122];
const isCapital = (unit: number): boolean => unit >= capitalA && unit <= capitalZ;
const isSmall = (unit: number): boolean => unit >= smallA && unit <= smallZ;

/** Where the number begins that ends at `end`. */
function beginOfNumber(text: string, end: number): number {
  while (end > 0 && kinds[text.charCodeAt(end - 1)] === digit) end--;
  return end;
}

/** What a name says; null where it is no secret's. */
const weighName = remembered((name): Weighed | null => {
  const last = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
  if (isOtherThing(last)) return null;
  const words = wordsOf(last);
  const joined = words.join('');
  let [weight, before, after] = [0, 0, 0];
  for (let from = 0, start = 0; from < words.length; start += words[from++]!.length) {
    for (let to = from + 1, end = start; to <= Math.min(words.length, from + 3); to++) {
      end += words[to - 1]!.length;
      const told = tellingKinds(joined, start, Math.max(start, beginOfNumber(joined, end)));
      const itsWeight = told === 0 ? 0 : telling[31 - Math.clz32(told & -told)]![1];
      if (told !== 0 && itsWeight >= weight) [weight, before, after] = [itsWeight, from, to];
    }
  }
  if (weight === 0) return null;
  const best = seen('name', weight, { word: words.slice(before, after).join(' ') });
  const rest = words.slice(after).filter((word) => !means.test(word));
  if (rest.some((word) => speaksOf.test(word)) || words.slice(0, after - 1).some((word) => speaksOfBefore.test(word))) return null;
  if (/session(?:tokens?|auth)$/.test(words.slice(0, after).join(''))) return null; // of one session, which what signs them all is not
  const weighed = adding(best, nothing());
  return rest.length === 0 ? weighed : adding(seen('nameGoesOn', -0.7 * rest.length, { words: rest.join(' ') }), weighed);
});

const template =
  /^[$<{]|^%\w*%?$|^#[0-9a-fA-F]{3,8}$|^[#@!*&~][A-Za-z_-]+$|^[A-Z]{2,8}[=[(]|\\[xu][0-9a-f]{2}|[$#%]\{|\$\(|\{\{|%[sd]$|<[\w ._-]+>|\.\.\.|\u2026|\*{3}|x{5}|X{5}|^\[|^(?:&lt;|\\u003c)/;
const reference =
  /^(?:process\.|os\.|env\.|var\.|local\.|secrets?\.|data\.|module\.|arn:|ssm:|ref:|op:\/\/|keystow:\/\/|encrypted:|self\.|this\.|config\.|settings\.|req\.|request\.)|^[a-z][\w+.-]*:\/\/|^\.{0,2}\/|^~\/|^[\w-]+\.(?:pem|key|json|ya?ml|txt|crt|cer|p12|pfx|jks|env|py|js|ts|go|html?|css|svg|png|com|org|net|io|dev)$/i;
const plainReference = /^(?:vault|param|null$|none$|undefined$|true$|false$|nil$)/i;
/** By unit: may one of those begin with it? */
const mayBeReference = tableOf('vpnutfVPNUTF');
const code = /^[A-Za-z_$][\w$]*(?:(?:\?\.|[.?!]|->|::)[A-Za-z_$][\w$]*)*[?!]?$/;
const letters: Readonly<Record<string, string>> = { 0: 'o', 1: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' };

// What stands in placeholders, by a word that each begins with; an `@` may stand for a letter of the word.
const placeholderWords =
  'example sample dummy placeholder change redact fake your insert default admin guest root test demo foo bar hello welcome letmein qwert pass secret token credential api username string value hunter2 swordfish todo local abuser super'.split(
    ' ',
  );
const longer: Readonly<Record<string, string>> = { pass: 'passw?o?r?d|passphrase|p@ss', api: 'api.?key' };
const placeholders = new RegExp(placeholderWords.map((word) => longer[word] ?? word).join('|'), 'i');
const wordsOfPlaceholders = holdsWord(placeholderWords, letters);
const countsUp = holdsWord(['0123', '1234', 'abcd', 'qwer', 'asdf']);
const countsUpLong = holdsWord(['01234', '12345', 'abcdef', 'qwerty']);
const uuid = /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i;
const shortestUuid = 36;
const hexadecimal = /^(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)$/;

const shortest = 6;
// The most that a name, a file and signs can add.
const [mostOfName, mostOfFile, mostOfMixed] = [2, 0.5, 1.5];
const [weightOfLong, weightOfUser] = [0.5, 0.6];
const mostOfOthers = mostOfName + weightOfUser + mostOfFile + 0.5; // each weight is rounded
const [leastLikelihood, mostLikelihood] = [-4, 3.5];
const surelyNoName = /^[A-Za-z0-9+/]{20,}={0,2}$/;

const [hexadecimalDigit, otherLetter, digit, fullStop, colonOrSlash, equals, mark, sign, blank] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/** By unit below 128: which of these it is. */
const kinds = new Uint16Array(128)
  .fill(blank, 9, 14)
  .fill(sign, 33)
  .fill(digit, 48, 58)
  .fill(otherLetter, 65, 91)
  .fill(otherLetter, 97, 123);
for (const character of 'ABCDEFabcdefx') kinds[character.charCodeAt(0)] = hexadecimalDigit;
for (const [characters, kind] of [
  ['.', fullStop],
  [':/', colonOrSlash],
  ['=', equals],
  ['+_-', mark],
  [' ', blank],
] as const) {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
}

/** Which kinds of characters a value holds; what is not in ASCII is as a blank. */
function kindsIn(value: string): number {
  let held = 0;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    held |= unit < 128 ? kinds[unit]! : blank;
  }
  return held;
}

/** Is a value with these kinds of characters a name in a program, or several? Of letters and digits alone its first one tells. */
const isCode = (value: string, held: number): boolean =>
  (held & ~(hexadecimalDigit | otherLetter | digit)) === 0 ? kinds[value.charCodeAt(0)] !== digit : code.test(value);

function digitsIn(value: string): number {
  let count = 0;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit < 128 && kinds[unit] === digit) count++;
  }
  return count;
}

// each has one list for all that it is asked about: to make one for each of fifty thousand values takes longer than to weigh them
const [weighQuoted, weighBare] = [true, false].map((quoted) => {
  const weights: Weight[] = [];
  return rememberedPart((text, start, end) => (addWeights(weights, text.slice(start, end), quoted) ? weights : null));
}) as [Weigh, Weigh];
type Weigh = (text: string, start: number, end: number) => readonly Weight[] | null;

/** Puts into a list what a value says, in quotes or without. Returns whether it may be a secret, whatever its name says. */
function addWeights(weights: Weight[], value: string, quoted: boolean): boolean {
  const held = kindsIn(value);
  const hasDigit = (held & digit) !== 0;
  if (value.length < shortest || (held & blank) !== 0 || (held & (hexadecimalDigit | otherLetter)) === 0) return false;
  const isHexadecimal = (held & ~(hexadecimalDigit | digit)) === 0 && hexadecimal.test(value);
  const random = randomness(value, isHexadecimal, quoted || hasDigit);
  const isMixed = (held & sign) !== 0 && hasDigit;
  const ofLength = value.length < 10 ? -0.5 * (10 - value.length) : value.length >= 20 ? weightOfLong : 0;
  if (random + (isMixed ? mostOfMixed : 0) + ofLength + mostOfOthers < needed) return false;
  if ((held & (sign | fullStop | equals)) !== 0 ? template.test(value) : value.includes('xxxxx') || value.includes('XXXXX')) return false;
  if (
    (mayBeReference[value.charCodeAt(0)] === 1 && plainReference.test(value)) ||
    ((held & (fullStop | colonOrSlash)) !== 0 && reference.test(value))
  )
    return false;
  if (hasDigit && (held & mark) !== 0 && /^\d{4}-\d\d-\d\dT?/.test(value)) return false;
  if (!hasDigit && ((isCode(value, held) && (!quoted || value.length < 12)) || isPlain(value))) return false;
  weights.length = 0;
  weights.push(seen(random >= 0 ? 'random' : 'words', random));
  if (value.length >= shortestUuid && uuid.test(value)) weights.push(seen('uuid', -1));
  else if (isHexadecimal && value.length >= 32) weights.push(seen('hexadecimal', value.length === 40 ? -3 : -1));
  if (isMixed) weights.push(seen('mixed', Math.min(mostOfMixed, value.replace(/[A-Za-z0-9/+=_.:-]/g, '').length * 0.8)));
  if (ofLength !== 0) weights.push(seen(ofLength < 0 ? 'short' : 'long', ofLength));
  const word = placeholderIn(value);
  if (word !== undefined && (word.length > 5 || value.length < 5 * word.length)) weights.push(seen('placeholder', -4, { word }));
  if (isCounting(value) || !isVaried(value, Math.ceil(Math.min(8, value.length * 0.5)))) weights.push(seen('repeats', -3));
  if (!quoted && isCode(value, held)) weights.push(seen('bare', digitsIn(value) > 3 ? -0.5 : -2));
  return true;
}

/** The word of a placeholder that a value holds, letter by letter or in other signs. */
function placeholderIn(value: string): string | undefined {
  if (!wordsOfPlaceholders(value)) return undefined;
  return placeholders.exec(value)?.[0] ?? placeholders.exec(spelledOut(value))?.[0];
}

/** Does a value repeat itself or count up, as random ones of its length hardly do? */
function isCounting(value: string): boolean {
  const lower = value.toLowerCase();
  return value.length < 20
    ? countsUp(lower) || recurs(lower, 1, 4) || recurs(lower, 2, 4) || standsTwice(lower, 4)
    : countsUpLong(lower) || recurs(lower, 1, 6) || recurs(lower, 2, 5) || standsTwice(lower, 6);
}

/** Small letters alone, or capital ones, in words of which none is long. */
const isPlain = (value: string): boolean => !(/[a-z]/.test(value) && /[A-Z]/.test(value)) && !/[A-Za-z]{12}/.test(value);

/** With the letters that digits and signs stand for in `Pa55w0rd`. */
const spelledOut = (value: string): string => value.replace(/[013457@$!]/g, (sign) => letters[sign]!);

/** How much likelier random text is than words, over the parts of letters and digits; bounded, as long texts would outweigh all else. */
function randomness(value: string, isHexadecimal: boolean, isNoName: boolean): number {
  let sum = 0;
  for (let at = 0; at < value.length; at++) {
    const start = at;
    while (at < value.length && isBase64(value.charCodeAt(at))) at++;
    if (at - start >= 3) sum += likelihood(value, start, at) / 10;
  }
  if (value.length >= 16 && isHexadecimal && digitsIn(value) >= 4) sum = Math.max(sum, 2); // no word is that
  if (consistsOfWords(value)) sum = Math.min(sum, -1);
  else if (isNoName && value.length >= 20 && surelyNoName.test(value)) sum = Math.max(sum, 0); // of random ones, one in 2,000 looks like words by chance
  return Math.max(leastLikelihood, Math.min(mostLikelihood, sum));
}

const userBeside = /(?:\b|_)(?:user(?:[ _-]?name)?|login|email|account|host)\w{0,8}\\?["'`]?[)\]]?[ \t]{0,4}(?:=>|[:=,])/i;
const exampleBeside =
  /\b(?:examples?|e\.g\.|samples?|dummy|fake|mock\w*|fixtures?|expect\(|assert\w*|should|deprecated|i18n|placeholder|badge|describe\()|\bit\(/i;
const beside = 160;

const lastBeside = endOfLast(
  'user login email account host example e.g. sample dummy fake mock fixture expect( assert should deprecated i18n placeholder badge describe( it('.split(
    ' ',
  ),
);

/** Adds what stands beside a value. */
function addingNeighbours(text: string, { start, end }: Assignment, value: Weighed): Weighed {
  const [first, last] = [Math.max(0, start - beside), Math.min(text.length, end + beside)];
  if (lastBeside(text, first, last) === first) return value;
  const [before, after] = [text.slice(first, start), text.slice(end, last)];
  const [line, rest] = [before.slice(before.lastIndexOf('\n') + 1), after.slice(0, (after.indexOf('\n') + 1 || beside + 1) - 1)];
  const withUser = userBeside.test(before) || userBeside.test(after) ? adding(seen('user', weightOfUser), value) : value;
  return exampleBeside.test(line) || exampleBeside.test(rest) ? adding(seen('example', -1.5), withUser) : withUser;
}

const squeezed = remembered(squeeze);

/** Does a value stand in a name without what joins its words? Hardly any is shorter than its name. */
function standsIn(name: string, value: string): boolean {
  let count = 0;
  for (let at = 0; at < value.length; at++) if (isAlphanumeric(value.charCodeAt(at)) && ++count > name.length) return false;
  return name.includes(squeeze(value));
}

/** What speaks for and against a value in its text; undefined where it is no secret in any file. */
export function weigh(text: string, assignment: Assignment): Score | undefined {
  const name = weighName(assignment.name);
  if (name === null) return undefined;
  const weights = (assignment.quoted ? weighQuoted : weighBare)(text, assignment.start, assignment.end);
  if (weights === null) return undefined;
  let sum = name.score.total + weightOfUser + mostOfFile;
  for (const { weight } of weights) sum += weight;
  if (sum < needed - 0.05) return undefined; // as weights are tenths
  let weighed = name;
  for (const weight of weights) weighed = adding(weight, weighed);
  if (standsIn(squeezed(assignment.name), assignment.value)) return undefined;
  const { score } = addingNeighbours(text, assignment, weighed);
  return score.total + mostOfFile < needed ? undefined : score;
}

interface Judgement {
  readonly score: Score;
  readonly severity: Severity;
}

/** What a value comes to in a file of this path, and how bad that is; undefined where it is too little. */
export function judge(evidence: Score, path: string | undefined): Judgement | undefined {
  const ofFile = path === undefined ? undefined : fileWeight(path);
  const score = ofFile === undefined ? evidence : weighedOf(withWeight(evidence.weights, ofFile)).score;
  return score.total < needed ? undefined : { score, severity: score.total < muchSpeaksFor ? 'information' : 'warning' };
}

const texts =
  /(?:^|[\\/])(?:i18n|l10n|locales?|lang|languages|translations?|messages)[\\/]|(?:^|[\\/.])(?:messages|bundle\.l10n)[\w.-]*$|\.(?:po|pot|resx|xlf|strings)$/i;
const examples =
  /(?:^|[\\/_.-])(?:tests?|specs?|__tests__|fixtures?|mocks?|examples?|samples?|demos?|docs?|e2e|stories|storybook|testdata)(?:[\\/_.-]|$)|\.(?:md|mdx|rst|adoc|txt|map|min\.js|lock)$|(?:^|[\\/])(?:readme|changelog)/i;
const configurations = /(?:^|[\\/])\.env[^\\/]*$|\.(?:env|ini|cfg|conf|config|properties|toml|ya?ml|tfvars)$/i;

function fileWeight(path: string): Weight | undefined {
  if (texts.test(path)) return seen('textFile', -3);
  if (examples.test(path)) return seen('exampleFile', -2);
  return configurations.test(path) ? seen('configuration', mostOfFile) : undefined;
}
