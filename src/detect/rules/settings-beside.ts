// Passwords among settings, on a line or in a block of lines, beside others that tell what they are of.
import { remembered } from '../remembered.ts';
import { endOfLine } from '../text.ts';
import { isMixedValue } from './password.ts';
import type { Checked } from './rule.ts';
import { charactersOf, endOfRun, tableOf, wordCharacters } from './shape.ts';

const most = { lines: 12, line: 300 };
/** So far from a place a block is read. */
export const reach = 600;
const setting =
  /^[ \t]{0,40}["'$]?(host(?:name|s)?|addr(?:ess)?|server(?:name|s)?|broker|registry|urls?|user(?:name)?|pass(?:w(?:or)?d)?)["']?[ \t]{0,24}(?:=>|:?=|:)[ \t]{0,24}(.{0,200})$/i;
const plainValue = /^\[?(?:"([^"]{1,100})"|'([^']{1,100})'|([A-Za-z0-9!#%^*+=~@_.:/?&-]{1,200}))\]?[ \t]{0,4}(?:,|\)?;?)[ \t]{0,4}\r?$/;
/** With what the name or the address of this machine begins. */
export const here = /^(?:localhost|127\.|0\.0\.0\.0|::1)/;
const isPassword = (key: string): boolean => key === 'password' || key === 'passwd' || key === 'pass';
/** Is a database on the same machine, or in memory, as its address says? */
export const isHere = (address: string): boolean => /localhost|127\.0\.0\.1|:h2:|:hsqldb:|:memory:/.test(address);

/** What was found; where that is nothing, none is in what either of two has read. */
export const orBehind = ({ match, next }: Checked, { next: other }: Checked): Checked =>
  match === undefined ? { next: Math.max(next, other) } : { match, next };

/** Is a setting of this name, in small letters, what has to stand beside a password? */
export type Gives = (key: string, value: string) => boolean;

/** The names, in small letters, of settings that give a machine. */
export const hostNames = ['host', 'hostname', 'hosts', 'addr', 'address', 'server', 'servername', 'servers', 'broker', 'registry'];
const hosts = new Set(hostNames);
export const isHost = (key: string): boolean => hosts.has(key);

const settingInLine = /\b(\w{1,40})["']?[ \t]{0,4}(?:=>|[:=])[ \t]{0,4}(?:"([^"]{1,100})"|'([^']{1,100})'|([^\s,;{}()"'\\]{1,100}))/g;
/** What stands between the settings of libpq, or ends them. */
const isBlank = (sign: string | undefined): boolean => sign === undefined || ' \t\r\n"\'\\'.includes(sign);
/** A password has 8 characters and more. */
const shortestSetting = 'pass='.length + 8;
const brackets = tableOf('{}()\r\n');
const isBracket = (unit: number): boolean => unit < 128 && brackets[unit] === 1;

/** The password among the settings on the line of one, between the same brackets, that give what has to stand beside it. */
export function inBrackets(text: string, place: number, gives: Gives, holds = /pass/i): Checked {
  let [from, to] = [place, place];
  while (from > 0 && place - from < most.line && !isBracket(text.charCodeAt(from - 1))) from--;
  while (to < text.length && to - place < most.line && !isBracket(text.charCodeAt(to))) to++;
  const settings = text.slice(from, to);
  if (settings.length < shortestSetting || !holds.test(settings)) return { next: to };
  let found: Stretch | undefined;
  let isBeside = false;
  settingInLine.lastIndex = 0; // `matchAll` would make an expression of its own for each line
  for (let one = settingInLine.exec(settings); one !== null; one = settingInLine.exec(settings)) {
    const { 0: all, 1: name, 2: inDouble, 3: inSingle, 4: bare, index } = one;
    const value = inDouble ?? inSingle ?? bare!;
    const key = name!.toLowerCase();
    if (isHost(key) && here.test(value)) return { next: to };
    if (gives(key, value)) isBeside = true;
    if (!isPassword(key)) continue;
    const end = from + index + all.length - (bare === undefined ? 1 : 0);
    const mayBe = bare === undefined || (all.startsWith('password=') && isBlank(text[end]));
    if (mayBe && isMixedValue(value, text.slice(end - value.length - 1, end - value.length))) found = { start: end - value.length, end };
  }
  return found !== undefined && isBeside ? { match: found, next: to } : { next: to };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The password among the lines of the block that a place is in, which give what has to stand beside it. `another`: what begins a line of another database. */
export function inBlock(text: string, place: number, gives: Gives, another = nameOfDatabase): Checked {
  const first = Math.max(0, place - reach);
  const around = text.slice(first, place + reach);
  const begin = around.lastIndexOf('\n', place - first - 1) + 1;
  const endOfOwn = endOfLine(around, begin);
  if (endOfOwn - begin > most.line) return { next: first + endOfOwn };
  const { lines, stop } = linesBeside(around, begin, another);
  const next = first + stop;
  let found: Stretch | undefined;
  let isBeside = false;
  for (const at of lines) {
    if (!mayBeSetting(text, first + at)) continue;
    const line = around.slice(at, endOfLine(around, at));
    const { key, given, said, isBare } = settingIn(line);
    if (said === undefined) continue;
    if ((isHost(key) && here.test(said)) || (key === 'url' && isHere(said))) return { next };
    if (gives(key, said)) isBeside = true;
    if (!isPassword(key) || found !== undefined) continue;
    const from = first + at + line.length - given.length + (isBare ? 0 : 1);
    if (!isMixedValue(said, text.slice(from - 1, from)) || (isBare && /[.@,]/.test(given))) continue;
    found = { start: from, end: from + said.length };
  }
  return found !== undefined && isBeside ? { match: found, next } : { next };
}

/** What a line sets, and to what, as it is written and without quotes: undefined where it sets nothing that is asked about. Several rules read the same lines. */
const settingIn = remembered((line) => {
  const [, name = '', given = ''] = setting.exec(line) ?? [];
  const value = plainValue.exec(given);
  const said = value === null ? undefined : (value[1] ?? value[2] ?? value[3]!);
  return { key: name.toLowerCase(), given, said, isBare: value?.[3] !== undefined };
});

const blanks = tableOf(' \t');
const longestIndent = 40;
const [beginsKey, quotes] = [tableOf('abhprsuABHPRSU'), tableOf(`"'$`)];

/** Does a line begin as a setting does that is asked about? */
function mayBeSetting(text: string, begin: number): boolean {
  const key = endOfRun(text, begin, begin + longestIndent, blanks);
  const first = endOfRun(text, key, key + 1, quotes);
  return endOfRun(text, first, first + 1, beginsKey) > first;
}

const nameOfDatabase = /[ \t]{0,40}["']?(?:database|dbname)["']?[ \t]{0,8}[:=]/y;
const beginsSetting = tableOf(charactersOf(`${wordCharacters}"'<$`));

/** Where the line that begins at `begin` and its neighbours begin, as long as they are indented as it is and give no other database: those below, then those above; and where the last below ends. */
function linesBeside(text: string, begin: number, another: RegExp): { readonly lines: readonly number[]; readonly stop: number } {
  const indent = text.slice(begin, endOfRun(text, begin, begin + longestIndent, blanks));
  const isBeside = (at: number): boolean => {
    if (!text.startsWith(indent, at) || endOfRun(text, at + indent.length, at + indent.length + 1, beginsSetting) === at + indent.length)
      return false;
    another.lastIndex = at;
    return !another.test(text);
  };
  const lines = [begin];
  for (let at = endOfLine(text, begin) + 1; at < text.length && lines.length < most.lines && isBeside(at); at = endOfLine(text, at) + 1) {
    lines.push(at);
  }
  const stop = endOfLine(text, lines.at(-1)!);
  for (let at = begin; at > 1 && lines.length < 2 * most.lines; ) {
    at = text.lastIndexOf('\n', at - 2) + 1;
    if (!isBeside(at)) break;
    lines.push(at);
  }
  return { lines, stop };
}
