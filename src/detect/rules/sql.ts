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
          `create user app identified by ${password()};`,
          `mysql -e "CREATE USER app IDENTIFIED BY '${password()}'"`,
          `$pdo->exec('ALTER USER app IDENTIFIED BY \\'${password()}\\'');`,
          `CREATE ROLE other;\nCREATE ROLE app\n  LOGIN\n  PASSWORD '${password()}';`,
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
        ],
      };
    },
  },
];

const longestStatement = 300;
const ofUser =
  /\b(?:password|identified(?:\s{1,4}with\s{1,4}["'`]?\w{1,60}["'`]?)?\s{1,4}by)(?:\s{0,4}=\s{0,4}|\s{1,4})(?:N?\\{0,2}["']([^"'\\\s]{8,100})\\{0,2}["']|([\w#$]{8,100})(?=[\s;]))/i;
const ofSet = /^[^;\n]{0,120}=\s{0,4}(?:password\()?\\{0,2}["']([^"'\\\s]{8,100})\\{0,2}["']/i;

/** The password in a statement that begins at `start`, or goes on there. No more than that statement is read. */
function checkStatement(text: string, start: number, end: number): Checked {
  const after = text.slice(end, end + longestStatement);
  const semicolon = after.indexOf(';');
  const next = end + (semicolon === -1 ? after.length : semicolon + 1);
  const isSet = /^set/i.test(text.slice(start, end));
  const from = isSet ? end : start;
  const found = (isSet ? ofSet : ofUser).exec(text.slice(from, next));
  const value = found?.[1] ?? found?.[2];
  if (value === undefined) return { next };
  const place = from + found!.index + found![0].lastIndexOf(value);
  if (!isMixedValue(value, text.slice(place - 1, place))) return { next };
  return { match: { start: place, end: place + value.length }, next: place + value.length };
}
