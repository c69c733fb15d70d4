// Pairs `name=value` of ODBC, ADO.NET and JDBC: which server and which user those name that stand around a password.
import { setOf } from '../engine/matcher.ts';
import { rememberedPlace, whenForgetting } from '../remembered.ts';
import { behindAll } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { mayHoldWord } from '../words-of-names.ts';

const hostNames = new Set(['server', 'data source', 'host', 'hostname', 'addr', 'address', 'network address', 'dsn']);
const userNames = new Set(['user id', 'userid', 'uid', 'user', 'user name', 'username']);
const endings = [...new Set([...hostNames, ...userNames].map((name) => name.slice(-2)))];
const equalsSign = 61;
const hostOrUser = `(${[...hostNames, ...userNames].join('|')})[ \\t]{0,4}=`;
const pairOfOne = new RegExp(`^\\s{0,24}${hostOrUser}(.+)$`, 'is');
/** Before the first pair, a name that all of them are given to may stand: `DATABASE=Server=db`. */
const pairBehindName = new RegExp(`[\\s=:|,\`]${hostOrUser}([^=]{1,200})$`, 'i');
const jdbcAddress = /jdbc:[a-z:]{2,40}\/\/([^/;"'<>\s]{1,200})/iy;

/** So far before a password, and behind it, pairs are read that are on its line. */
const [longestBefore, longestBehind] = [500, 300];

/** What pairs say: of several, the one that is nearest to the password. */
interface Said {
  host?: string | undefined;
  user?: string | undefined;
}

/** A pair that says something, or none that ends with its line. */
interface Pair extends Said {
  readonly start: number;
  readonly end: number;
  readonly endsLine: boolean;
}

const isAll = ({ host, user }: Said): boolean => host !== undefined && user !== undefined;

function add(to: Said, { host, user }: Said): void {
  to.host ??= host;
  to.user ??= user;
}

/** By unit below 128, for each name that counts a bit, of two letters: is this the last but one, or the last of the name? */
const [lastButOne, last] = [2, 1].map((fromEnd) => {
  const bits = new Uint16Array(128);
  for (const [bit, name] of endings.entries())
    for (const letter of [name.at(-fromEnd)!, name.at(-fromEnd)!.toUpperCase()]) bits[letter.charCodeAt(0)]! |= 1 << bit;
  return bits;
}) as [Uint16Array, Uint16Array];

/** May a name that counts stand before the equals sign at `at`, by its last two letters? */
function mayBeNamed(text: string, at: number): boolean {
  let end = at;
  while (at - end < 4 && isBlank(unitAt(text, end - 1))) end--;
  const [before, unit] = [unitAt(text, end - 2), unitAt(text, end - 1)];
  return before < 128 && unit < 128 && (lastButOne[before]! & last[unit]!) !== 0;
}

const isBlank = (unit: number): boolean => unit === 32 || unit === 9;

/** What the pair between two places says. */
function readPair(text: string, start: number, end: number): Said {
  let equals = start;
  while (equals < end && !(text.charCodeAt(equals) === equalsSign && mayBeNamed(text, equals))) equals++;
  if (equals === end) return nothing;
  const pair = text.slice(start, end);
  const [, named = '', given = ''] = pairOfOne.exec(pair) ?? pairBehindName.exec(pair) ?? [];
  const value = given.trim();
  if (value === '') return nothing;
  return hostNames.has(named.toLowerCase()) ? { host: value.replace(/^tcp:/i, '') } : { user: value };
}

const nothing: Said = {};

const betweenPairs = setOf(';"\'?&<>').bytes;
const isBreak = (unit: number): boolean => unit === 10 || unit === 13;
const isBetween = (unit: number): boolean => betweenPairs[unit] === 1;

/** Where the pair ends in which `at` stands, `last` if it goes on. */
function endOfPair(text: string, at: number, last: number): number {
  while (at < last && !isBetween(text.charCodeAt(at)) && !isBreak(text.charCodeAt(at))) at++;
  return at;
}

/** The pairs of a text that were read, each once, however many passwords stand among them. */
interface Read {
  readonly text: string;
  readonly from: number;
  readonly pairs: Pair[];
  /** Where the pair begins that goes on at `to`. */
  begin: number;
  to: number;
  /** The first of the pairs that does not end before the last password. */
  next: number;
}

let read: Read | undefined;
const forgetPairs = () => {
  read = undefined;
};

function readTo(text: string, first: number, last: number): Read {
  if (read === undefined) whenForgetting(forgetPairs);
  if (read === undefined || read.text !== text || first < read.from || first > read.to) {
    read = { text, from: first, pairs: [], begin: first, to: first, next: 0 };
  }
  for (;;) {
    read.to = endOfPair(text, read.to, last);
    if (read.to >= last) return read;
    const said = readPair(text, read.begin, read.to);
    const endsLine = isBreak(text.charCodeAt(read.to));
    if (said !== nothing || endsLine) read.pairs.push({ start: read.begin, end: read.to, host: said.host, user: said.user, endsLine });
    read.begin = ++read.to;
  }
}

/** What is said by the pairs that end before `start`. */
function saidBefore(text: string, start: number, { pairs, next }: Read): Said {
  const first = Math.max(0, start - longestBefore);
  const said: Said = {};
  for (let index = next - 1; index >= 0 && pairs[index]!.end >= first; index--) {
    const pair = pairs[index]!;
    if (pair.endsLine || isAll(said)) return said;
    if (pair.start >= first) add(said, pair);
  }
  // of the first one, only a part may be near enough
  if (!isAll(said)) add(said, readPair(text, first, endOfPair(text, first, start)));
  return said;
}

/** Adds what is said by the pairs from `from` to `last`. */
function addBehind(text: string, from: number, last: number, { pairs, next, begin }: Read, said: Said): void {
  const first = endOfPair(text, from, last);
  add(said, readPair(text, from, first));
  if (isBreak(text.charCodeAt(first))) return;
  for (let index = next; index < pairs.length && !isAll(said); index++) {
    const pair = pairs[index]!;
    if (pair.start > first) add(said, pair);
    if (pair.start > first && pair.endsLine) return;
  }
  if (begin > first && !isAll(said)) add(said, readPair(text, begin, last));
}

const mayHoldHost = mayHoldWord(['jdbc', ...[...hostNames].map((name) => name.split(' ').at(-1)!)]);
const mayHoldUser = mayHoldWord(['user', 'uid']);

/** Where the last address of JDBC begins that stands before the place `to` of a text and that nothing has ended there; -1 if there is none. */
let address: { readonly text: string; to: number; at: number } | undefined;
const forgetAddress = () => {
  address = undefined;
};

const endsAddress = setOf('"\'<> \t\n\v\f\r').bytes;
const colon = 58;

/** The host of the address of JDBC that goes on at `start` and begins at `first` or behind it; undefined if there is none. */
function hostOfJdbc(text: string, first: number, start: number): string | undefined {
  if (address === undefined) whenForgetting(forgetAddress);
  if (address === undefined || address.text !== text || address.to < first || address.to > start) address = { text, to: first, at: -1 };
  for (; address.to < start; address.to++) {
    const unit = text.charCodeAt(address.to);
    if (endsAddress[unit] === 1) address.at = -1;
    else if (unit === colon && /^jdbc$/i.test(text.slice(address.to - 4, address.to))) address.at = address.to - 4;
  }
  if (address.at < first) return undefined;
  const host = jdbcHost(text, address.at);
  return host.start < start ? host.name.slice(0, start - host.start) : undefined;
}

/** The host of the address of JDBC that begins at a place, and where it stands. */
const jdbcHost = rememberedPlace((text, at) => {
  jdbcAddress.lastIndex = at;
  const [whole, name] = jdbcAddress.exec(text) ?? [];
  return name === undefined ? noHost : { name, start: at + whole!.length - name.length };
});

const noHost = { name: '', start: behindAll };

/** The host that is named beside a user by pairs on the line, for a password whose pair begins at `start` and ends at `end`; or that of the address of JDBC that it is in. */
export function hostAround(text: string, start: number, end: number): string | undefined {
  const first = Math.max(0, start - longestBefore);
  const last = Math.min(text.length, end + longestBehind);
  if (!mayHoldHost(text, first, last)) return undefined;
  const host = hostOfJdbc(text, first, start);
  if (host !== undefined || !mayHoldUser(text, first, last)) return host;
  const all = readTo(text, first, last);
  while (all.next < all.pairs.length && all.pairs[all.next]!.end <= start) all.next++;
  const said = saidBefore(text, start, all);
  if (!isAll(said)) addBehind(text, end, last, all, said);
  return said.user === undefined ? undefined : said.host;
}
