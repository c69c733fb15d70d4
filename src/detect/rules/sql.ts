// Passwords that a statement of SQL gives to a user of a database.
import { markAfter } from '../engine/matcher.ts';
import { isMixedValue } from './password.ts';
import { base62, type Checked, type Rule } from './rule.ts';

const statements = ['create user ', 'alter user ', 'create role ', 'alter role ', 'create login ', 'alter login ', 'set password '];

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
        ],
      };
    },
  },
];

const longestStatement = 300;
const password = /N?\\{0,2}["']([^"'\\\s]{8,100})\\{0,2}["']/.source;
const quotedName = /\\{0,2}["'`][^"'`\\\s]{1,64}\\{0,2}["'`]/.source;
// only words between the user and PASSWORD: after `create user` in a comment or a text there is code
const words = /(?:\s{1,20}(?:[a-z]\w{0,30}|-?\d{1,9}|'[^'\n]{0,40}')){0,12}?/.source;
const withPassword = new RegExp(
  `(?:if\\s{1,4}not\\s{1,4}exists\\s{1,4})?(?:${quotedName}|[^\\s"'\`;()=\\\\]{1,64})(?:@${quotedName})?${words}\\s{1,20}password(?:\\s{0,4}=\\s{0,4}|\\s{1,4})${password}`,
  'iy',
);
const identified = new RegExp(
  `[^;]{0,${longestStatement}}?\\bidentified(?:\\s{1,4}with\\s{1,4}["'\`]?\\w{1,60}["'\`]?)?\\s{1,4}by\\s{1,4}(?:${password}|([\\w#$]{8,100})(?=[\\s;]))`,
  'iy',
);
const set = new RegExp(`[^;\\n]{0,120}=\\s{0,4}(?:password\\()?${password}`, 'iy');

/** The password in a statement that begins at `start`, or goes on there. No more than that statement is read. */
function checkStatement(text: string, start: number, end: number): Checked {
  const begins = text.slice(start, end);
  const found =
    (isStatement(text, start, begins) ? execAt(/^set/i.test(begins) ? set : withPassword, text, end) : null) ??
    execAt(identified, text, start);
  const value = found?.[1] ?? found?.[2];
  if (value === undefined) {
    const rest = text.slice(end, end + longestStatement);
    const semicolon = rest.indexOf(';');
    return { next: end + (semicolon === -1 ? rest.length : semicolon + 1) };
  }
  const place = found!.index + found![0].lastIndexOf(value);
  const next = place + value.length;
  // where this is one that is made up, another of the same statement may be none
  return isMixedValue(value, text.slice(place - 1, place)) ? { match: { start: place, end: next }, next } : { next };
}

function execAt(pattern: RegExp, text: string, place: number): RegExpExecArray | null {
  pattern.lastIndex = place;
  return pattern.exec(text);
}

const prose = /(?:[a-z,.:*]|\/\/|--|(?<![=-])#)[ \t]{1,8}$/i;

/** Does a statement begin here, where it is no later part of one? What stands in small letters behind a word or the sign of a comment are words that say the same. */
const isStatement = (text: string, start: number, begins: string): boolean =>
  !/^identified/i.test(begins) && (begins === begins.toUpperCase() || !prose.test(text.slice(Math.max(0, start - 12), start)));
