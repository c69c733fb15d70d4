// What password managers and browsers write where somebody exports the passwords.
import { endOfLine } from '../text.ts';
import { isLikelyPassword } from './password.ts';
import { base62, type Checked, type Rule, reach } from './rule.ts';

export const passwordExportRules = (): readonly Rule[] => [
  {
    id: 'password-export',
    name: 'Password in an export of a password manager',
    risk: 'Signs in where the line says, as the person whose passwords were exported.',
    format: 'lines of CSV whose header names an address or a title, a user and a password',
    source: 'observed',
    severity: 'error',
    revocation: 'https://bitwarden.com/help/export-your-data/',
    isChosen: true,
    commonInTests: true,
    literals: ['username,password', 'username","password', 'login_username,login_password'].map((text) => ({ text, anyCase: true })),
    check: checkExport,
    cases(draw) {
      const password = `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `name,url,username,password\nshop,https://shop.io/login,me@shop.io,${password}\n`,
          `"url","username","password","httpRealm"\n"https://a.shop.io","me",""\n"https://shop.io","me","${password}",""\n`,
          `folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,shop,,,0,https://shop.io,me,${password},\n`,
        ],
        ng: [
          `username,password\nme,${password}\n`,
          'name,url,username,password\nshop,https://shop.io/login,me@shop.io,password\n',
          `connect(url,username,password)\nsend(a,b,c,${password})\n`,
        ],
      };
    },
  },
];

const longestHeader = 400;
const columnsOfExport = /^"?[a-z][\w -]{0,30}"?(?:,"?[a-z][\w -]{0,30}"?){2,20}$/i;
const fieldOfExport = /"((?:[^"\r\n]|""){0,300})"(?=,|\r|\n|$)|([^",\r\n]{0,300})(?=,|\r|\n|$)/y;
const rowsOfExport = 20;

/** The first password in the lines of CSV under a header that the place lies in. All of these are read then. */
function checkExport(text: string, start: number, end: number): Checked | undefined {
  const before = text.slice(Math.max(0, start - longestHeader), start);
  const [rest] = /^[^\r\n]{0,400}/.exec(text.slice(end, end + longestHeader))!;
  const head = before.slice(before.lastIndexOf('\n') + 1) + text.slice(start, end) + rest;
  const next = end + rest.length;
  if (!columnsOfExport.test(head) || !/ur[il]|title|web/i.test(head)) return { next };
  const columns = head.replaceAll('"', '').toLowerCase().split(',');
  const column = columns.findIndex((name) => /^(?:login_)?password$/.test(name));
  let at = next + (text[next] === '\r' ? 2 : 1);
  const last = next + reach.after - longestHeader;
  for (let row = 0; row < rowsOfExport && at < Math.min(last, text.length); row++) {
    const stop = at + endOfLine(text.slice(at, last), 0);
    const found = fieldAt(text.slice(at, stop), column);
    if (found !== undefined && isLikelyPassword(found.value)) {
      return { match: { start: at + found.start, end: at + found.start + found.value.length }, next: stop };
    }
    at = stop + 1;
  }
  return { next: Math.max(next, Math.min(at, last, text.length)) };
}

/** The field of a line of CSV in a column, from 0 on. */
function fieldAt(row: string, column: number): { readonly start: number; readonly value: string } | undefined {
  let at = 0;
  for (let index = 0; ; index++) {
    fieldOfExport.lastIndex = at;
    const found = fieldOfExport.exec(row);
    if (found === null) return undefined;
    if (index === column) return { start: at + (found[1] === undefined ? 0 : 1), value: found[1] ?? found[2]! };
    at = fieldOfExport.lastIndex + 1;
    if (at > row.length) return undefined;
  }
}
