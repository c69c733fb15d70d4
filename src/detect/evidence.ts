import type { Sliceable } from './chunked-text.ts';
import { nameOfColumn } from './columns.ts';
import { beginsDefault } from './engine/run-places.ts';
import { isSame, remembered, whenForgetting } from './remembered.ts';
import { isAlphanumeric } from './text.ts';
import { unitAt } from './unit-at.ts';
import { kindsOfWords, mayHoldWholeWord } from './words-of-names.ts';

// What the text around a value says of it. The name that a value has decides more than anything that stands near it.

/** So far before a value its names stand. */
export const namesReach = 200;
/** By UTF-16 unit: what it may be. A blank may be both. */
const kinds = new Uint8Array(65536);
const [separator, inName, inValue, ofStatement] = [1, 2, 4, 8];
for (const character of '\t\r\n"\'`=:><,()[]{}|~?+\\!;@&* ') kinds[character.charCodeAt(0)]! |= separator;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/ ') kinds[character.charCodeAt(0)]! |= inName;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/=') kinds[character.charCodeAt(0)]! |= inValue;
for (const character of '\r\n;{}=:') kinds[character.charCodeAt(0)]! |= ofStatement;
const longestName = 64;
const longestFiller = 8;
const filler = /^(?:value|val|string|str|default|text|data|literal|constant|optional|option|is|are|to|the|set|key|[a-z]{1,2})$/i;

const holder = /^(?:value|val|string|str|text|data)$/i;
const longestHolder = 'string'.length;

/**
 * The names before a value, a line each, the nearest first: what stands between separators, with words that only say "a value follows" (`value`,
 * `string`, …) passed over, and the variable that a value is the default of (`${NAME:-`). At most three, from the 200 units before.
 */
export const namesBefore = (text: string, start: number): string => readNames(text, start).names.lines;

/** Names that were read before the value at `value`, and from where on the text tells that they are these, with the unit before that; 0 where that is not enough. */
interface Read {
  readonly names: Names;
  readonly value: number;
  readonly start: number;
  /** Where the name ends that begins at `start`. */
  readonly end: number;
}

/** The names before a value; those of one of the others where they are the same. */
function readNames(text: string, start: number, one?: Read, another?: Read): Read {
  let lines = '';
  let nearest = 0;
  const first = Math.max(0, start - namesReach);
  const isDefault = beginsDefault(text, start);
  let at = isDefault ? start - 1 : start;
  for (let turn = 0; turn < 3; turn++) {
    at = separatorStart(text, at, first);
    let end = at;
    const lowest = Math.max(first, end - longestName);
    const nameEnd = end;
    at = beginOfName(text, lowest, end);
    let begin = at;
    while (begin < end && isAround(text.charCodeAt(begin))) begin++;
    while (begin < end && isAround(text.charCodeAt(end - 1))) end--;
    if (begin === end) break;
    const goesOn = isDefault && turn === 0 && text.startsWith('${', at - 2);
    if (goesOn) at -= 2;
    const isClosing = turn > 0 && text.startsWith('</', begin - 2); // `<name>…</name><value>`
    const isLast = !goesOn && !isClosing && (end - begin > longestFiller || !filler.test(text.slice(begin, end)));
    if (turn === 0) {
      if (isLast) {
        const isLike = ({ names }: Read): boolean => isSame(names.text, names.start, names.end, text, begin, end);
        const same = one !== undefined && isLike(one) ? one : another !== undefined && isLike(another) ? another : undefined;
        const names = same?.names ?? new Names(text, begin, end, end - begin);
        return { names, value: start, start: mayTell(text, at, nameEnd, lowest) ? at : 0, end: nameEnd };
      }
      nearest = end - begin;
      lines = text.slice(begin, end) + nameOfVariable(text, first, begin, end);
    } else lines += `\n${text.slice(begin, end)}`;
    if (isLast) break;
  }
  const same = [one, another].find((other) => other?.names.text === lines && other.names.nearest === nearest);
  return { names: same?.names ?? new Names(lines, 0, lines.length, nearest), value: start, start: 0, end: 0 };
}

/** On a line of its own, the name of the variable of Terraform whose default follows behind the name from `begin` to `end`; empty where there is none. */
function nameOfVariable(text: string, first: number, begin: number, end: number): string {
  if (end - begin !== 'default'.length || !text.startsWith('default', begin)) return '';
  const [, name] = headOfVariable.exec(text.slice(first, begin)) ?? [];
  return name === undefined ? '' : `\n${name}`;
}

const headOfVariable = /\bvariable[ \t]{1,4}"([\w-]{1,64})"[ \t]{1,4}\{[^{}]{0,200}$/;

// What separates a name from its value is told by so many units of the name at most.
const shortestTelling = 6;

/** Do a name and the unit before it tell what the name is? Where a blank stands in it, what ends there and may be a value must not begin before the name. */
function mayTell(text: string, start: number, end: number, lowest: number): boolean {
  if (start === lowest || end - start < shortestTelling) return false;
  const before = text.charCodeAt(start - 1);
  return before !== brace && ((kinds[before]! & inValue) === 0 || !holdsBlank(text, start, end));
}

function holdsBlank(text: string, start: number, end: number): boolean {
  for (let at = end - 1; at >= start; at--) if (text.charCodeAt(at) === space) return true;
  return false;
}

/** Do the names that were read stand before the value at `start` too? */
function standBefore(text: string, start: number, read: Read): boolean {
  if (read.start === 0) return false;
  const by = start - read.value;
  const before = read.start - 1 + by;
  if (before < 0 || !isSame(text, read.start - 1, read.value, text, before, start)) return false;
  return text.charCodeAt(before) !== space || endsValue(text, Math.max(0, start - namesReach, read.end + by - longestName), before);
}

/**
 * Where what separates a name from a value begins that ends before `at`: signs, arrows and block marks of YAML (`->`, `>-`), escapes of quotes and of `=` and `:`, and what
 * Android's resources say of a text that is not translated.
 */
function separatorStart(text: string, at: number, first: number): number {
  for (;;) {
    const before = at;
    while (at > first && kinds[text.charCodeAt(at - 1)]! & separator) at--;
    if (unitAt(text, at - 1) === dash && (text[at] === '>' || text[at - 2] === '>' || text[at - 2] === '|')) at--;
    else if (unitAt(text, at) === semicolon || unitAt(text, at - 3) === percent) at -= escapeLength(text, at);
    else if (unitAt(text, at - 6) === quote && text.startsWith(untranslated, at - untranslated.length)) at -= untranslated.length;
    if (at === before || at < first) return Math.max(at, first);
  }
}

const [quote, percent, dash, semicolon, brace] = [34, 37, 45, 59, 123];
const untranslated = 'translatable="false';
const entity = /&(?:quot|apos|#34|#39)$/;

/** How long the escape is that ends before `at`: `%3D`, or `&quot` before its semicolon; 0 where there is none. */
function escapeLength(text: string, at: number): number {
  if (text[at] === ';') return entity.exec(text.slice(Math.max(0, at - 5), at))?.[0].length ?? 0;
  return /^%(?:3[AaDd]|22|27)$/.test(text.slice(at - 3, at)) ? 3 : 0;
}

/** Where the name begins that ends at `end`, but not before `first`: what a value says by chance that stands before a blank is no name of the next. */
function beginOfName(text: string, first: number, end: number): number {
  for (let at = end; at > first; at--) {
    const unit = text.charCodeAt(at - 1);
    if ((kinds[unit]! & inName) === 0 || (unit === space && endsValue(text, first, at - 1))) return at;
  }
  return first;
}

/** Does something end at `end` that is as long as a value, and holds digits as hardly any name does? */
function endsValue(text: string, first: number, end: number): boolean {
  let digits = 0;
  for (let at = end - 1; at >= first; at--) {
    const unit = text.charCodeAt(at);
    if ((kinds[unit]! & inValue) === 0) return false;
    if (unit >= digit0 && unit <= digit9) digits++;
    if (digits >= 2 && end - at >= 20) return true;
  }
  return false;
}

/** What is known of the names before a value, which are read where they stand: in a slice of a text a unit takes ten times as long. */
export class Names {
  /** What holds them from `start` to `end`, a line each, the nearest first. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How long the nearest is. */
  readonly nearest: number;
  private kinds: number | undefined;
  private inOne: string | undefined;
  private nothing: boolean | undefined;
  private weighed: Evidence | undefined;

  constructor(text: string, start: number, end: number, nearest: number) {
    this.text = text;
    this.start = start;
    this.end = end;
    this.nearest = nearest;
  }

  get lines(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Of which kinds the words are that they hold. */
  private get found(): number {
    this.kinds ??= wordsIn(this.text, this.start, this.end);
    return this.kinds;
  }

  /** Do they hold a word of one of these kinds? */
  holdOneOf(kinds: number): boolean {
    return (this.found & kinds) !== 0;
  }

  /** All of them, in lower case and without what joins their words. */
  get squeezed(): string {
    this.inOne ??= squeeze(this.lines);
    return this.inOne;
  }

  /** Do they call it something that is no secret: a digest, a commit, a nonce; or does the nearest a name, a path, an id? */
  get areOfNoSecret(): boolean {
    this.nothing ??= this.areOfOtherThing || ((this.ofNearest | this.ofNamed) & publicThing) !== 0;
    return this.nothing;
  }

  /** Do they call it a digest, a commit, a nonce? */
  get areOfOtherThing(): boolean {
    return isOther(this, this.found);
  }

  private get ofNearest(): number {
    const end = this.start + this.nearest;
    return end === this.end ? this.found : wordsIn(this.text, this.start, end);
  }

  /** The same of the name of what the nearest only says to be the value: `<key>AppId</key><string>`. */
  private get ofNamed(): number {
    return this.nearest <= longestHolder && holder.test(this.text.slice(this.start, this.start + this.nearest)) ? this.found : 0;
  }

  /** Do they call it something that is no AWS secret access key? */
  get areOfOther(): boolean {
    return speaksAgainst(this, this.found);
  }

  /** What they say of an AWS secret access key if nothing near them speaks of AWS. */
  get evidence(): Evidence {
    this.weighed ??= weigh(this, this.found);
    return this.weighed;
  }
}

const mostPlaces = 16;
let asked: string | undefined;
/** What was read of it last, and before that: two rules may ask about two values in turn. */
let [last, another]: [Read | undefined, Read | undefined] = [undefined, undefined];
/** By the rest of a place that is divided by 16: the place that was asked about last, and its names. */
const starts = new Float64Array(mostPlaces);
const namesAtPlaces: (Names | undefined)[] = new Array(mostPlaces).fill(undefined);
const forgetNames = () => {
  asked = last = another = undefined;
  namesAtPlaces.fill(undefined);
};

/** Where the nearest of the names before the value at `start` begins. */
export function beginOfNearest(text: string, start: number, { nearest }: Names): number {
  const first = Math.max(0, start - namesReach);
  let end = separatorStart(text, start, first);
  while (end > first && isAround(text.charCodeAt(end - 1))) end--;
  return end - nearest;
}

/** What is known of the names before a value, which several rules ask about in turn. Those of a value and of the one before it are mostly the same. */
export function namesAt(text: string, start: number): Names {
  if (text !== asked) {
    if (asked === undefined) whenForgetting(forgetNames);
    forgetNames();
    asked = text;
  }
  const place = start % mostPlaces;
  const known = namesAtPlaces[place];
  if (known !== undefined && starts[place] === start) return known;
  if (last === undefined || !standBefore(text, start, last)) {
    const isAnother = another !== undefined && standBefore(text, start, another);
    [last, another] = [isAnother ? another! : readNames(text, start, last, another), last];
  }
  const column = nameOfColumn(text, start);
  const names = column === undefined || holder.test(column) ? last.names : withAnother(last.names, column);
  starts[place] = start;
  namesAtPlaces[place] = names;
  return names;
}

/** The names, and one more that is farther from the value than they are. */
function withAnother({ lines, nearest }: Names, name: string): Names {
  const all = `${lines}\n${name}`;
  return new Names(all, 0, all.length, nearest);
}

const [space, slash, digit0, digit9] = [32, 47, 48, 57];

/** Is this unit one that stands around a name, and is no part of it? */
const isAround = (unit: number): boolean => unit === space || unit === slash;

const mayHoldHint = mayHoldWholeWord(['secret', 'credential', 'key']);
const [awsWord, longestAwsWord] = [/aws|amazon|\bs3\b|boto|\biam\b|minio/gi, 'amazon'.length];

/** What stands near the values of a text, which have to be asked about in its order: then each part of it is read once, however close together they stand. */
export interface Surroundings {
  /** May the value at `start` have a telling name? A quick test before all others: most values have none. */
  readonly mayBeNamed: (start: number) => boolean;
  /** Does anything near the value speak of AWS? */
  readonly speakOfAws: (start: number, end: number) => boolean;
}

export function surroundingsIn(text: string): Surroundings {
  const [around, before, behind] = [
    wordsOf(text, awsWord, longestAwsWord),
    wordsOf(text, awsWord, longestAwsWord),
    wordsOf(text, awsWord, longestAwsWord),
  ];
  return {
    mayBeNamed: (start) => mayHoldHint(text, Math.max(0, start - namesReach), start),
    speakOfAws(start, end) {
      const [first, last] = [start - 320, end + 160];
      return around(first, last) && (before(first, start) || behind(end, last));
    },
  };
}

/** Tells whether a word of the pattern stands between two places of the text. To be asked about places that go on. */
function wordsOf(text: string, pattern: RegExp, longest: number): (from: number, to: number) => boolean {
  let [begin, end] = [-1, -1]; // of the word that was found last
  let searched = 0; // no other begins before this, none in what was asked about ends there
  return (from, to) => {
    if (begin >= from && begin !== -1) return end <= to;
    const first = Math.max(0, from, searched - longest);
    const base = Math.max(0, first - 1); // a unit more on either side tells whether a word ends there
    pattern.lastIndex = first - base;
    const found = pattern.exec(text.slice(base, to + 1));
    if (found === null || base + pattern.lastIndex > to) {
      searched = Math.max(searched, to);
      return false;
    }
    begin = base + found.index;
    end = base + pattern.lastIndex;
    searched = end;
    return true;
  };
}

/** The name in lower case without what joins its words: `AWS_Secret-Key` and `aws.secretKey` are `awssecretkey`. */
export function squeeze(name: string): string {
  const lower = name.toLowerCase();
  let [squeezed, from] = ['', 0];
  for (let at = 0; at < lower.length; at++) {
    if (isAlphanumeric(lower.charCodeAt(at))) continue;
    if (at > from) squeezed += lower.slice(from, at);
    from = at + 1;
  }
  return from === 0 ? lower : squeezed + lower.slice(from);
}

const [
  otherThing,
  aToken,
  sha,
  secret,
  secretAccess,
  cloud,
  accessKey,
  key,
  credential,
  otherProvider,
  publicThing,
  h1,
  token,
  pass,
  login,
] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];
/** Of which of these kinds the words are that stand in a name. */
const wordsIn = kindsOfWords([
  [
    otherThing,
    'hash digest integrity checksum signature etag sha1 sha256 sha512 md5 commit revision nonce salt fingerprint publickey certificate csrf sitekey sourcemap uuid ' +
      'cursor nexttoken base64data',
  ],
  [aToken, 'sessiontoken securitytoken'],
  [sha, 'sha'],
  [secret, 'secret'],
  [secretAccess, 'secretaccess'],
  [cloud, 'aws amazon s3 boto iam minio dynamo kinesis cloudwatch sessecret sqssecret snssecret'],
  [accessKey, 'accesskey'],
  [key, 'key'],
  [credential, 'credential'],
  [otherProvider, 'client consumer oauth webhook shared jwt django flask session cookie encrypt signing app'],
  [h1, 'h1'],
  [token, 'token'],
  [pass, 'pass'],
  [login, 'pwd auth'],
  [publicThing, 'id$ ids$ name$ url$ uri$ path$ file$ arn$ version$ type$ label$ length$ size$ region$ host$ user$ email$'],
]);
/** The kinds of the words that many rules ask for: those of a name are found once for all. */
export const kindsOfNames: Readonly<Record<string, number>> = { secret, key, credential, token, pass };
/** That of `pwd` and `auth`. */
export const kindOfLogins = login;
const aSha = /(?:^|[^A-Za-z])sha(?![A-Za-z])|[a-z]Sha(?![a-z])|[^A-Za-z]SHA(?![A-Za-z])/;
// In go.sum a module and its version stand before it: https://go.dev/ref/mod#go-sum-files
const goChecksum = /(?:^|[ \t])h1$/m;
const plainWords = new Set(
  'const let var val with export env process os environ public private protected static final readonly string str self this my the our config configuration settings options props default value text key name data is set e s'.split(
    ' ',
  ),
);

/** Do names call a value something that is no secret: a digest, a commit, a nonce? */
export const isOtherThing = (names: string): boolean => isOther({ lines: names }, wordsIn(names));

const isOther = (names: Lines, found: number): boolean =>
  isOtherByWord(names, found) || ((found & h1) !== 0 && goChecksum.test(names.lines));

const isOtherByWord = (names: Lines, found: number): boolean =>
  (found & otherThing) !== 0 || ((found & sha) !== 0 && aSha.test(names.lines));

/** Does the name of the value at `start` call it something that is no AWS secret access key? */
export const isNamedOtherwise = (text: string, start: number): boolean => namesAt(text, start).areOfOther;

const speaksAgainst = (names: Lines, found: number): boolean => (found & aToken) !== 0 || isOtherByWord(names, found);

/** How much a value's name speaks for an AWS secret access key; `suspected`: it would, if anything near it spoke of AWS. */
export type Evidence = 'named' | 'suspected' | 'neutral' | 'against';

/** Weighs the name of the value at `start`, and for the weaker names what stands around it. */
export function evidenceFor(text: string, start: number, end: number, { speakOfAws }: Surroundings): Evidence {
  const { evidence } = namesAt(text, start);
  if (evidence === 'named' || evidence === 'against') return evidence;
  return (evidence === 'suspected' && speakOfAws(start, end)) || evidenceOf(nameOfStatement(text, start)) === 'named' ? 'named' : evidence;
}

const evidenceOf = remembered((name) => new Names(name, 0, name.length, name.length).evidence);

/** What the value of the line is given to in which a value stands: `secretAccessKey` in `secretAccessKey: process.env.KEY ?? "…"`. Empty where that is another part of it. */
function nameOfStatement(text: string, start: number): string {
  const first = Math.max(0, start - namesReach);
  for (let at = start - 1; at > first; at--) {
    const unit = text.charCodeAt(at);
    if ((kinds[unit]! & ofStatement) === 0) continue;
    if (unit !== equals && unit !== colon) return '';
    const next = withoutSign(text, at, first);
    if (next === at) return nameOfSign(text.slice(Math.max(first, at - longestGivenTo), at));
    at = next;
  }
  return '';
}

const [equals, colon] = [61, 58];
const longestTernary = 80;
const longestGivenTo = 80;

/** Where a sign at `at` begins that gives a value to nothing (`==`, `!=`, `::`, `default=`, the `? … :` of a condition); `at` where it gives one. */
function withoutSign(text: string, at: number, first: number): number {
  const before = text[at - 1];
  if (text[at] === '=') return before === '=' || before === '!' ? at - 1 : text.startsWith('default', at - 7) ? at - 7 : at;
  if (before === ':') return at - 1;
  for (let place = at - 1; place > first && at - place < longestTernary && text[place] !== ':'; place--) {
    if (text[place] === '?') return place;
  }
  return at;
}

/** The name that a sign behind it gives a value to: the last word of what stands before that, with quotes, brackets and the sign's first half. */
function nameOfSign(before: string): string {
  let end = before.length;
  while (end > 0 && ' \t"\'])`:'.includes(before[end - 1]!)) end--;
  let start = end;
  while (start > 0 && (kinds[before.charCodeAt(start - 1)]! & inName) !== 0 && !isAround(before.charCodeAt(start - 1))) start--;
  return before.slice(start, end);
}

/** What the names say if nothing near them speaks of AWS. */
function weigh(names: Names, found: number): Evidence {
  if (speaksAgainst(names, found)) return 'against';
  if (found & secret) {
    if (found & (cloud | accessKey | secretAccess) || isPlainly('secretkey', names.lines)) return 'named';
    return found & otherProvider ? 'neutral' : 'suspected';
  }
  const isWeak = (found & cloud && found & key) || found & (accessKey | credential);
  return !isWeak || /(?:id|apikey)$/.test(names.squeezed) ? 'neutral' : 'suspected';
}

type Lines = Pick<Names, 'lines'>;

/** Is the name `wanted` and nothing else but words of a language or of a configuration, so that it names no other provider? */
function isPlainly(wanted: string, names: string): boolean {
  let told = '';
  for (let at = 0; at < names.length; ) {
    const end = endOfWord(names, at);
    if (end > at) {
      const word = names.slice(at, end).toLowerCase();
      if (!plainWords.has(word) || wanted.includes(word)) told += word;
      if (!wanted.startsWith(told)) return false;
    }
    at = end > at ? end : at + 1;
  }
  return told === wanted;
}

/** Where the word of a name that begins at `at` ends: before a capital behind a small letter, or before what is no letter and no digit. */
function endOfWord(names: string, at: number): number {
  let before = 0;
  for (; at < names.length; at++) {
    const unit = names.charCodeAt(at);
    if (!isAlphanumeric(unit) || (isSmall(before) && unit >= capitalA && unit <= capitalZ)) break;
    before = unit;
  }
  return at;
}

const [capitalA, capitalZ, smallA, smallZ] = [65, 90, 97, 122];
const isSmall = (unit: number): boolean => unit >= smallA && unit <= smallZ;

/** What the names before a half of a key say beside what it is: `BILLING_AWS_SECRET_ACCESS_KEY` is the `billing` one. They begin behind `from`. */
export function wordsBefore(text: Sliceable, start: number, from = 0): string[] {
  const before = text.slice(Math.max(from, start - namesReach), start);
  const words = namesBefore(before, before.length).split(/(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+/);
  return words.map((word) => word.toLowerCase()).filter((word) => word !== '' && !plainWords.has(word) && !keyWords.test(word));
}

const keyWords =
  /^(?:aws|amazon|s3|iam|boto|sdk|access|accesskey|accesskeyid|keyid|secretkey|secretaccesskey|secret|secrets|keys|credentials?|creds|id)$/;
