// What password managers and browsers write where somebody exports the passwords.
import { readRow } from '../columns.ts';
import { markAfter } from '../engine/matcher.ts';
import { remembered } from '../remembered.ts';
import { unescaped, withoutEntities } from '../text.ts';
import { inFile } from './in-file.ts';
import { isLikelyPassword } from './password.ts';
import { base62, type Checked, type Match, type Rule, type State } from './rule.ts';

export const passwordExportRules = (): readonly Rule[] => [
  {
    id: 'password-export',
    name: 'Password in an export of a password manager',
    risk: 'Signs in where the line says, as the person whose passwords were exported.',
    format: 'lines of CSV whose header names an address or a title, a user and a password',
    source: 'https://bitwarden.com/help/condition-bitwarden-import/',
    severity: 'error',
    revocation: 'https://bitwarden.com/help/export-your-data/',
    isChosen: true,
    commonInTests: true,
    literals: [
      'username,password',
      'username","password',
      'login_username,login_password',
      'user name,password',
      'login name","password',
      'title,password',
      'login,pwd',
    ].map((text) => ({ text, anyCase: true })),
    check: checkExport,
    goOn: goOnExport,
    ahead: longestRow,
    cases(draw) {
      const password = `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `name,url,username,password\nshop,https://shop.io/login,me@shop.io,${password}\n`,
          `"url","username","password","httpRealm"\n"https://a.shop.io","me",""\n"https://shop.io","me","${password}",""\n`,
          `User name,Password,Console sign-in URL\r\nme,"${password}"",",https://111122223333.signin.aws.amazon.com/console\r\n`,
          `"Account","Login Name","Password","Web Site","Comments"\n"shop","me","${password}","https://shop.io",""\n`,
          `username,username2,username3,title,password,note,url,category\nme,,,shop,${password},,https://shop.io,\n`,
          `Name,Url,MatchUrl,Login,Pwd,Note\nshop,https://shop.io,https://shop.io,me,${password},\n`,
          `folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,shop,,,0,https://shop.io,me,${password},\n`,
        ],
        ng: [
          `username,password\nme,${password}\n`,
          'name,url,username,password\nshop,https://shop.io/login,me@shop.io,password\n',
          `connect(url,username,password)\nsend(a,b,c,${password})\n`,
          `name,url,username,password\na sentence, of some words, ends here,and ${password},\n`,
        ],
      };
    },
  },
  inFile({
    id: 'password-export-file',
    name: 'Password in an export of a password manager',
    risk: 'Signs in where the entry says, as the person whose passwords were exported.',
    format: '<Key>Password</Key> with its <Value> in KeePass’s XML, not protected, or password before totp in Bitwarden’s JSON',
    source: 'https://github.com/keepassxreboot/keepassxc/blob/07b6d1ec3c81877f7c8b6ee05aa85ce0c65556d2/src/format/KdbxXmlWriter.cpp',
    severity: 'error',
    revocation: 'https://bitwarden.com/help/export-your-data/',
    isChosen: true,
    commonInTests: true,
    literals: [ofKeePass, { text: '"password":', gates: [markAfter('"', ' ', 2)] }],
    after:
      /(?:\s{0,40}<Value(?: ProtectInMemory="True")?>|\s{0,2}")((?<=>)[^<>\s]{8,200}(?=<\/Value>)|(?<=")(?:[^"\\\s]|\\\S){8,200}(?=",\s{0,40}"totp":))/y,
    meaning: (written, literal) => (literal === ofKeePass ? withoutEntities(written) : unescaped(written)),
    sample: (password) => `<String>\n  <Key>Password</Key>\n  <Value ProtectInMemory="True">${password}</Value>\n</String>`,
    cases: (draw) => ({
      ok: [`"login": {\n  "username": "me",\n  "password": "${draw(base62, 14)}a7Z",\n  "totp": null\n}`],
      ng: [
        `<Key>Password</Key><Value Protected="True">${draw(base62, 20)}a7Z=</Value>`,
        `"username": "me", "password": "${draw(base62, 14)}a7Z", "remember": true`,
      ],
    }),
  }),
];

const ofKeePass = '<Key>Password</Key>';
const longestHeader = 400;
const header = /"?[a-z][\w -]{0,30}"?(?:,"?[a-z][\w -]{0,30}"?){2,20}(?=[\r\n]|$)/iy;
const longestPassword = 300;
/** With notes on several lines. */
const longestRow = 8 * 1024;
/** So many lines with another number of fields, one after the other, are no lines of the export. */
const mostOtherRows = 20;

/** Reads the header in the line of CSV that the place lies in, and goes on with the lines under it. */
function checkExport(text: string, start: number, end: number): Checked {
  const before = text.slice(Math.max(0, start - longestHeader), start);
  const head = headerAt(text, start - before.length + before.lastIndexOf('\n') + 1);
  const [rest] = /^[^\r\n]{0,400}/.exec(text.slice(end, end + longestHeader))!;
  if (head === undefined) return { next: end + rest.length };
  const last = Math.max(end + rest.length, head.end);
  const next = last + (text[last] === '\r' ? 2 : 1);
  if (next >= text.length) return { next: last };
  return { next, state: [head.columns.length, head.columns.findIndex(isOfPasswords), 0] };
}

/** The password in a line of an export. Its state: how many columns there are, which is that of the passwords, and how many lines before have others. It ends at another header. */
function goOnExport(text: string, at: number, state: State): Checked {
  const [columns, column, others] = state as readonly [number, number, number];
  if (headerAt(text, at) !== undefined) return { next: at };
  const { bounds, fields, next } = readRow(text, at, longestRow);
  const isOther = fields !== columns;
  const match = isOther ? undefined : passwordAt(text, bounds[2 * column]!, bounds[2 * column + 1]!);
  const isLast = next >= text.length || (isOther && others + 1 === mostOtherRows);
  const after = isOther || others > 0 ? [columns, column, isOther ? others + 1 : 0] : state;
  return { match, next, state: isLast ? undefined : after };
}

const isOfPasswords = (name: string): boolean => /^(?:login_)?(?:password|pwd)$/.test(name);

/** The header of an export that begins at `at`: what it calls its columns, and where it ends. Undefined where there is none. */
function headerAt(text: string, at: number): { readonly columns: readonly string[]; readonly end: number } | undefined {
  header.lastIndex = at;
  const [head] = header.exec(text) ?? [];
  const columns = head === undefined ? none : columnsOf(head);
  return columns === none ? undefined : { columns, end: header.lastIndex };
}

const none: readonly string[] = [];

/** What the header of an export calls its columns; none where it is that of something else. */
const columnsOf = remembered((head): readonly string[] => {
  if (!/ur[il]|title|web|link/i.test(head)) return none;
  const columns = head.replaceAll('"', '').toLowerCase().split(',');
  return columns.some(isOfPasswords) ? columns : none;
});

/** The password in a field of one line, in which a quote is written twice. */
function passwordAt(text: string, start: number, end: number): Match | undefined {
  if (end - start > longestPassword) return undefined;
  const written = text.slice(start, end);
  const credential = written.replaceAll('""', '"');
  if (/[\r\n]/.test(written) || !isLikelyPassword(credential)) return undefined;
  return written === credential ? { start, end } : { start, end, credential };
}
