import { isAlphanumeric } from './text.ts';
import { kindsOfWords } from './words-of-names.ts';

// What the names of a value say of it: they decide more than anything that stands near it.

/** What says no more than that a value follows. */
export const holder = /^(?:value|val|string|str|text|data)$/i;
const longestHolder = 'string'.length;

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

  get nearestOne(): string {
    return this.text.slice(this.start, this.start + this.nearest);
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
    return this.nearest <= longestHolder && holder.test(this.nearestOne) ? this.found : 0;
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
/** Words of languages and configurations, which say nothing of a value. */
export const plainWords: ReadonlySet<string> = new Set(
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

const speaksAgainst = (names: Lines, found: number): boolean => (found & aToken) !== 0 || isOtherByWord(names, found);

/** How much a value's name speaks for an AWS secret access key; `suspected`: it would, if anything near it spoke of AWS. */
export type Evidence = 'named' | 'suspected' | 'neutral' | 'against';

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
