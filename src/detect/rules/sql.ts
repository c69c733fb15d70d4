// Passwords that a statement of SQL gives to a user of a database.
import { markAfter } from '../engine/matcher.ts';
import { isMixed } from '../randomness.ts';
import { inFile } from './in-file.ts';
import { isMixedValue } from './password.ts';
import { base62, base64, type Checked, type Match, type Rule } from './rule.ts';

const statements = ['create user ', 'alter user ', 'create role ', 'alter role ', 'create login ', 'alter login ', 'set password '];

/** One of a storage account of Azure, of before these had a checksum. */
const isMixedStorageKey = (value: string): boolean => /^[A-Za-z0-9+/]{86}==$/.test(value) && isMixed(value);

export const sqlRules = (): readonly Rule[] => [
  {
    id: 'sql-user-password',
    name: 'Password of a database’s user, in SQL',
    risk: 'Signs in to the database as the user whom the statement makes or changes, from wherever the database can be reached.',
    format: "IDENTIFIED BY '…' or PASSWORD '…' in a statement that makes or changes a user, a role or a login",
    source: 'https://dev.mysql.com/doc/refman/8.4/en/create-user.html',
    severity: 'error',
    revocation: 'https://dev.mysql.com/doc/refman/8.4/en/alter-user.html',
    isChosen: true,
    commonInTests: true,
    literals: [
      ...statements.map((text) => ({ text, anyCase: true }) as const),
      { text: 'identified by ', anyCase: true, gates: [markAfter(`'"`, ' \\', 3)] },
      { text: 'identified with ', anyCase: true, gates: [markAfter(`'"`, `${base62}_ \\`, 40)] },
    ],
    check: checkStatement,
    cases(draw) {
      const password = () => `${draw(base62, 12)}a7Z`;
      return {
        ok: [
          `CREATE USER 'app'@'%' IDENTIFIED BY '${password()}';`,
          `CREATE USER IF NOT EXISTS "app" IDENTIFIED WITH caching_sha2_password BY "${password()}";`,
          `GRANT ALL ON shop.* TO 'app'@'10.%' IDENTIFIED BY '${password()}' WITH GRANT OPTION;`,
          `SET PASSWORD FOR 'app'@'%' = '${password()}';`,
          `alter role app with login encrypted password '${password()}';`,
          `CREATE LOGIN app WITH PASSWORD = N'${password()}', CHECK_POLICY = ON;\nGO\n`,
          `create user app identified by ${draw(base62, 6)}#${draw(base62, 5)}a7Z;`,
          `mysql -e "CREATE USER app IDENTIFIED BY '${password()}'"`,
          `$pdo->exec('ALTER USER app IDENTIFIED BY \\'${password()}\\'');`,
          `CREATE ROLE other;\nCREATE ROLE app\n  LOGIN\n  PASSWORD '${password()}';`,
          `CREATE USER a IDENTIFIED BY 'password123', b IDENTIFIED BY '${password()}';`,
          `CREATE USER app IDENTIFIED BY '${draw(base62, 6)}a7Z;${draw(base62, 6)}';`,
          `ALTER USER \\"app\\" SET PASSWORD = '${password()}'`,
          `create user \`app\`@'10.%' password '${password()}'`,
          `ALTER USER app IDENTIFIED BY '${draw(base62, 6)}''${draw(base62, 6)}a7Z';`,
          `ALTER ROLE app PASSWORD '${draw(base62, 6)}' || '${draw(base62, 6)}a7Z';`,
          `EXECUTE 'ALTER ROLE app PASSWORD ''${password()}''';`,
          `mysql -e 'ALTER USER app IDENTIFIED BY '\\''${password()}'\\'';'`,
          `psql -c 'ALTER ROLE app PASSWORD '"'"'${password()}'"'"''`,
          `db.Execute(@"ALTER USER app IDENTIFIED BY ""${password()}"";");`,
          `set password = '${password()}';`,
          `set password for app = '${password()}'\n`,
        ],
        ng: [
          `CREATE USER app IDENTIFIED BY '\${DB_PASSWORD1}';`,
          `CREATE USER app IDENTIFIED BY 'password123';`,
          `CREATE USER app IDENTIFIED BY PASSWORD '*${draw('0123456789ABCDEF', 40)}';`,
          `ALTER ROLE app PASSWORD 'md5${draw('0123456789abcdef', 32)}';`,
          `ALTER ROLE app PASSWORD 'SCRAM-SHA-256$4096:${draw(base62, 22)}==$${draw(base62, 43)}=:${draw(base62, 43)}=';`,
          `CREATE ROLE app;\nINSERT INTO users (password) VALUES ('${password()}');`,
          `create user app identified by Environment2Password;`,
          `-- create user "app" and tell its owner\nconst name = '${password()}';`,
          `# create user bob\nusername = 'bob'\npassword = '${password()}'\n`,
          `// create user \nconst password = '${password()}';`,
          `test("create user bob", login)\npassword = '${password()}'`,
          `the tests create user bob with password "${password()}"`,
          `# csh: set password = "${password()}"`,
          `#!/bin/csh\nset password = "${password()}"\n`,
        ],
      };
    },
  },
  inFile({
    id: 'sql-credential-secret',
    name: 'Secret of a credential of SQL Server',
    risk: 'Signs in where the credential is for, such as a storage account, another database or an API, until it is changed there.',
    format: "SECRET = '…' behind IDENTITY in a statement that makes or changes a credential; or the value in JSON there",
    source: 'https://learn.microsoft.com/sql/t-sql/statements/create-database-scoped-credential-transact-sql',
    severity: 'error',
    revocation: 'https://learn.microsoft.com/sql/t-sql/statements/alter-database-scoped-credential-transact-sql',
    isChosen: true,
    commonInTests: true,
    literals: ['scoped credential ', 'create credential '].map((text) => ({ text, anyCase: true as const })),
    after:
      /(?:\[[^\]\r\n]{1,200}\]|\w{1,128})\s{1,40}with\s{1,40}identity\s{0,4}=\s{0,4}N?'[^'\r\n]{1,128}'\s{0,40},\s{0,40}secret\s{0,4}=\s{0,4}N?'(?:\{\s{0,4}"[\w-]{1,40}"\s{0,4}:\s{0,4}")?([^\s'"{}<>]{8,200})(?=["'])/iy,
    // a signature of Azure and the key of AWS that stand there have rules of their own
    accepts: (value, before) => (isMixedValue(value, before) || isMixedStorageKey(value)) && !/:\/\/|\bsig=|^[A-Z0-9]{16,24}:/.test(value),
    draws: (draw) => `${draw(base62, 14)}-a7Z`,
    sample: (secret) => `CREATE DATABASE SCOPED CREDENTIAL ShopStore\nWITH\n    IDENTITY = 'shop',\n    SECRET = '${secret}'\n;\n`,
    cases: (draw) => ({
      ok: [
        `create database scoped credential [https://shop.openai.azure.com]\nwith identity = 'HTTPEndpointHeaders', secret = '{"api-key":"${draw(base62, 29)}a7Z"}';`,
        `CREATE CREDENTIAL shop WITH IDENTITY = 'shop', SECRET = '${draw(base64, 83)}a7Z==';`,
      ],
      ng: [
        `CREATE DATABASE SCOPED CREDENTIAL ai WITH IDENTITY = 'Managed Identity', SECRET = '{"resourceid":"https://shop2.azure.com"}';`,
        `CREATE DATABASE SCOPED CREDENTIAL store WITH IDENTITY = 'SHARED ACCESS SIGNATURE', SECRET = 'sv=2026-01-01&sig=@Sas1';`,
      ],
    }),
  }),
];

const longestStatement = 300;
const [leastPassword, longestPassword] = [8, 100];
const quote = /N?(?=\\{0,2}["'])/.source;
const quotedName = /\\{0,2}["'`][^"'`\\\s]{1,64}\\{0,2}["'`]/.source;
// only words between the user and PASSWORD: after `create user` in a comment or a text there is code
const words = /(?:\s{1,20}(?:[a-z]\w{0,30}|-?\d{1,9}|'[^'\n]{0,40}')){0,12}?/.source;
const withPassword = new RegExp(
  `(?:if\\s{1,4}not\\s{1,4}exists\\s{1,4})?(?:${quotedName}|[^\\s"'\`;()=\\\\]{1,64})(?:@${quotedName})?${words}\\s{1,20}password(?:\\s{0,4}=\\s{0,4}|\\s{1,4})${quote}`,
  'iy',
);
const identified = new RegExp(
  `[^;]{0,${longestStatement}}?\\bidentified(?:\\s{1,4}with\\s{1,4}["'\`]?\\w{1,60}["'\`]?)?\\s{1,4}by\\s{1,4}(?:${quote}|([\\w#$]{${leastPassword},${longestPassword}})(?=[\\s;]))`,
  'iy',
);
const set = new RegExp(`[^;\\n]{0,120}?=\\s{0,4}(?:password\\()?${quote}`, 'iy');

/** The password in a statement that begins at `start`, or goes on there. No more than that statement is read. */
function checkStatement(text: string, start: number, end: number): Checked {
  const begins = text.slice(start, end);
  const isSet = /^set/i.test(begins);
  const given = isStatement(text, start, begins) ? passwordBehind(isSet ? set : withPassword, text, end) : undefined;
  const found = given ?? passwordBehind(identified, text, start);
  if (found === undefined) {
    const rest = text.slice(end, end + longestStatement);
    const semicolon = rest.indexOf(';');
    return { next: end + (semicolon === -1 ? rest.length : semicolon + 1) };
  }
  const { next, match, value } = found;
  // where this is one that is made up, another of the same statement may be none
  if (match === undefined || !isMixedValue(value, text.slice(match.start - 1, match.start))) return { next };
  return isSet && isOfShell(text, start, end, next) ? { next } : { match, next };
}

/** A value behind what a statement gives it with, and where that was read to; no match where it is no password of SQL. */
interface Given {
  readonly match?: Match;
  readonly value: string;
  readonly next: number;
}

function passwordBehind(pattern: RegExp, text: string, place: number): Given | undefined {
  pattern.lastIndex = place;
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const end = pattern.lastIndex;
  const bare = found[1];
  if (bare !== undefined) return { match: { start: end - bare.length, end }, value: bare, next: end };
  return readString(text, end) ?? { value: '', next: end + 1 };
}

// a shell's string of one quote ends before such a quote, and goes on behind it; C# and PL/SQL double theirs
const sign = /'(?:\\'|"'")'|\\{0,2}(?:(?:''|"")(?=[^\s'",;)|])|["'])/y;
const piece = /[^"'\\\s]{1,100}/y;
const joint = /\s{0,8}(?:\|\||\+)\s{0,8}N?/y;
const mostPieces = 16;

/**
 * The string of SQL that begins at a place, which may be part of a string itself, so that its quotes are escaped, doubled or a shell's. A doubled quote in it is one, and pieces with `||` or `+` between them
 * are put together. Undefined where it is none, or no password: too short, too long, or with blanks.
 */
function readString(text: string, place: number): Given | undefined {
  const quote = textAt(sign, text, place);
  if (quote === undefined) return undefined;
  let at = place + quote.length;
  let [value, isPlain] = ['', true];
  for (let pieces = 0; pieces < mostPieces && value.length <= longestPassword; pieces++) {
    const characters = textAt(piece, text, at);
    if (characters !== undefined) {
      value += characters;
      at += characters.length;
    }
    if (!text.startsWith(quote, at)) break;
    const behind = at + quote.length;
    if (text.startsWith(quote, behind)) {
      value += quote.at(-1);
      isPlain = false;
      at = behind + quote.length;
      continue;
    }
    const next = behind + (textAt(joint, text, behind)?.length ?? 0);
    if (next > behind && text.startsWith(quote, next)) {
      isPlain = false;
      at = next + quote.length;
      continue;
    }
    if (value.length < leastPassword || value.length > longestPassword) break;
    const match = { start: place + quote.length, end: at };
    return { match: isPlain ? match : { ...match, credential: value }, value, next: behind };
  }
  return undefined;
}

function textAt(pattern: RegExp, text: string, place: number): string | undefined {
  pattern.lastIndex = place;
  return pattern.exec(text)?.[0];
}

/** Does a line of csh set a variable, from `start` to `end`, up to `next`, where no semicolon ends it? MySQL's statement is one of a line that one ends, says of whom the password is, or stands in a string. */
function isOfShell(text: string, start: number, end: number, next: number): boolean {
  const begins = text.slice(start, end);
  return (
    begins === begins.toLowerCase() &&
    /^[ \t]{0,8}=/.test(text.slice(end, end + 9)) &&
    /(?:^|\n)[ \t]{0,40}$/.test(text.slice(Math.max(0, start - 41), start)) &&
    /^[ \t]{0,40}(?:#|\r?\n|$)/.test(text.slice(next, next + 42))
  );
}

const prose = /(?:[a-z,.:*]|\/\/|--|(?<![=-])#)[ \t]{1,8}$/i;

/** Does a statement begin here, where it is no later part of one? What stands in small letters behind a word or the sign of a comment are words that say the same. */
const isStatement = (text: string, start: number, begins: string): boolean =>
  !/^identified/i.test(begins) && (begins === begins.toUpperCase() || !prose.test(text.slice(Math.max(0, start - 12), start)));
