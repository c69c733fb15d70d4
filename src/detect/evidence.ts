import type { Sliceable } from './chunked-text.ts';
import { kindsOfWords } from './words-of-names.ts';

// What the text around a value says of it. The name that a value has decides more than anything that stands near it.

const reach = 200;
const kinds = new Uint8Array(128);
const [separator, inName] = [1, 2];
for (const character of '\t\r\n"\'`=:><,()[]{}|~?+\\!;@& ') kinds[character.charCodeAt(0)] = separator;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/') kinds[character.charCodeAt(0)] = inName;
const filler = /^(?:value|val|string|str|default|text|data|literal|constant|optional|option|is|are|to|the|set|key|[a-z]{1,2})$/i;

/**
 * The names before a value, the nearest first: what stands between separators, with words that only say "a value follows" (`value`,
 * `string`, …) passed over. At most three, from the 200 units before.
 */
export function namesBefore(text: string, start: number): string[] {
  const names: string[] = [];
  const first = Math.max(0, start - reach);
  let at = start;
  for (let turn = 0; turn < 3; turn++) {
    while (at > first && kinds[text.charCodeAt(at - 1)] === separator) at--;
    let end = at;
    while (at > first && end - at < 64 && (kinds[text.charCodeAt(at - 1)] === inName || text.charCodeAt(at - 1) === space)) at--;
    let begin = at;
    while (begin < end && isAround(text.charCodeAt(begin))) begin++;
    while (begin < end && isAround(text.charCodeAt(end - 1))) end--;
    if (begin === end) break;
    const name = text.slice(begin, end);
    const isLast = !filler.test(name);
    if (isLast && names.length === 0) return [name]; // nearly always: a list that grows takes more memory than all else here
    names.push(name);
    if (isLast) break;
  }
  return names;
}

const [space, slash] = [32, 47];

/** Is this unit one that stands around a name, and is no part of it? */
const isAround = (unit: number): boolean => unit === space || unit === slash;

const hint = /secret|credential|key/i;

/** May the value at `start` have a telling name? A quick test before all others: most values have none. */
export const mayBeNamed = (text: string, start: number): boolean => hint.test(text.slice(Math.max(0, start - reach), start));

/** The name in lower case without what joins its words: `AWS_Secret-Key` and `aws.secretKey` are `awssecretkey`. */
export const squeeze = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const [otherThing, aToken, sha, secret, secretAccess, cloud, accessKey, key, credential, otherProvider] = [
  1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
];
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
  [cloud, 'aws amazon s3 boto iam minio'],
  [accessKey, 'accesskey'],
  [key, 'key'],
  [credential, 'credential'],
  [otherProvider, 'client consumer oauth webhook shared jwt django flask session cookie encrypt signing app'],
]);
const aSha = /(?:^|[^A-Za-z])sha(?![A-Za-z])|[a-z]Sha(?![a-z])|[^A-Za-z]SHA(?![A-Za-z])/;
const plainWords =
  /^(?:const|let|var|val|export|env|process|os|environ|public|private|protected|static|final|readonly|string|str|self|this|my|the|our|config|configuration|settings|options|props|default|value|text|key|name|data|is|set|e|s)$/;
const awsNear = /aws|amazon|\bs3\b|boto|\biam\b|minio/i;

/** Do the names before a value call it something that is no secret: a digest, a commit, a nonce? */
export function isOtherThing(names: readonly string[]): boolean {
  const found = wordsIn(names.join(' '));
  return (found & otherThing) !== 0 || ((found & sha) !== 0 && names.some((name) => aSha.test(name)));
}

/** Does the name of the value at `start` call it something that is no AWS secret access key? */
export function isNamedOtherwise(text: string, start: number): boolean {
  const names = namesBefore(text, start).join(' ');
  return speaksAgainst(names, wordsIn(names));
}

const speaksAgainst = (names: string, found: number): boolean =>
  (found & (otherThing | aToken)) !== 0 || ((found & sha) !== 0 && aSha.test(names));

/** How much a value's name speaks for an AWS secret access key; `suspected`: it would, if anything near it spoke of AWS. */
export type Evidence = 'named' | 'suspected' | 'neutral' | 'against';

/** Weighs the name of the value at `start`, and for the weaker names what stands around it. */
export function evidenceFor(text: string, start: number, end: number): Evidence {
  const names = namesBefore(text, start).join(' ');
  const found = wordsIn(names);
  if (speaksAgainst(names, found)) return 'against';
  if (found & secret) {
    if (found & (cloud | accessKey | secretAccess) || isPlainly('secretkey', names)) return 'named';
    if (found & otherProvider) return 'neutral';
    return isNear(text, start, end) ? 'named' : 'suspected';
  }
  const isWeak = (found & cloud && found & key) || found & (accessKey | credential);
  if (!isWeak || /(?:id|apikey)$/.test(squeeze(names))) return 'neutral';
  return isNear(text, start, end) ? 'named' : 'suspected';
}

/** Is the name `wanted` and nothing else but words of a language or of a configuration, so that it names no other provider? */
function isPlainly(wanted: string, names: string): boolean {
  const words = names
    .split(/(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+/)
    .filter((word) => !plainWords.test(word.toLowerCase()) || wanted.includes(word.toLowerCase()));
  return squeeze(words.join('')) === wanted;
}

/** What the names before a half of a key say beside what it is: `BILLING_AWS_SECRET_ACCESS_KEY` is the `billing` one. */
export function wordsBefore(text: Sliceable, start: number): string[] {
  const before = text.slice(Math.max(0, start - reach), start);
  const words = namesBefore(before, before.length).flatMap((name) => name.split(/(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+/));
  return words.map((word) => word.toLowerCase()).filter((word) => word !== '' && !plainWords.test(word) && !keyWords.test(word));
}

const keyWords =
  /^(?:aws|amazon|s3|iam|boto|sdk|access|accesskey|accesskeyid|keyid|secretkey|secretaccesskey|secret|secrets|keys|credentials?|creds|id)$/;

const isNear = (text: string, start: number, end: number): boolean =>
  awsNear.test(text.slice(Math.max(0, start - 320), start) + text.slice(end, end + 160));
