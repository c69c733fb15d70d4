import { type Evidence, Names } from './evidence.ts';
import { nameOfStatement, namesAt, namesReach } from './names-before.ts';
import { remembered } from './remembered.ts';
import { mayHoldWholeWord } from './words-of-names.ts';

// What the text around a value says of its being an AWS secret access key.

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

/** Does the name of the value at `start` call it something that is no AWS secret access key? */
export const isNamedOtherwise = (text: string, start: number): boolean => namesAt(text, start).areOfOther;

/** Weighs the name of the value at `start`, and for the weaker names what stands around it. */
export function evidenceFor(text: string, start: number, end: number, { speakOfAws }: Surroundings): Evidence {
  const { evidence } = namesAt(text, start);
  if (evidence === 'named' || evidence === 'against') return evidence;
  const isNamed =
    (evidence === 'suspected' && speakOfAws(start, end)) ||
    evidenceOf(nameOfStatement(text, start)) === 'named' ||
    isSecondOfCredentials(text, start);
  return isNamed ? 'named' : evidence;
}

/** What SDKs of AWS make credentials or a client with, up to the second argument: behind the id comes the secret. */
const beforeSecret =
  /\b(?:Basic(?:AWS|Session)Credentials|AwsBasicCredentials\.create|Aws::Credentials\.new|AWS\.Credentials|NewStaticCredentials(?:Provider)?|Amazon\w{2,40}Client)\(\s{0,40}[^,;]{1,100},\s{0,40}["'`]$/;

/** Does a value follow an id that stands elsewhere, as in a call that makes credentials of both? */
function isSecondOfCredentials(text: string, start: number): boolean {
  const before = text[start - 1];
  if (before !== '"' && before !== "'" && before !== '`') return false;
  let at = start - 2;
  while (at > start - 40 && ' \t\r\n'.includes(text[at] ?? '-')) at--;
  return text[at] === ',' && beforeSecret.test(text.slice(Math.max(0, start - namesReach), start));
}

const evidenceOf = remembered((name) => new Names(name, 0, name.length, name.length).evidence);
