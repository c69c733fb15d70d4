// Passwords that a program opens a database with: among its settings, in a call, in an address of a driver's own.
import { markAfter } from '../engine/matcher.ts';
import { endOfLine } from '../text.ts';
import { mayHoldWholeWord } from '../words-of-names.ts';
import { changePassword, databasePasswords } from './databases.ts';
import { inFile } from './in-file.ts';
import { isLikelyPassword, isMixedValue } from './password.ts';
import { base62, type Checked, type Rule } from './rule.ts';
import { type Gives, here, inBlock, inBrackets, isHere, orBehind, reach } from './settings-beside.ts';

/** Snowflake's in a block of dbt's profiles, behind the type of its output. */
const behindType = inFile({
  id: 'snowflake-dbt-password',
  name: 'Snowflake password in dbt’s profiles',
  risk: 'Signs in to the warehouse as the user, with the user’s roles, where no second factor is asked for.',
  format: 'password: behind type: snowflake and an account or a user, or before it in the same block beside a user, as in profiles.yml',
  source: 'https://docs.getdbt.com/docs/core/connect-data-platform/snowflake-setup',
  severity: 'error',
  revocation: 'https://docs.snowflake.com/en/sql-reference/sql/alter-user',
  literals: ['type: snowflake'],
  after:
    /[ \t]{0,8}(?:\r?\n(?![ \t]{0,20}(?:password|type):)[^\r\n]{0,110}){1,12}\r?\n[ \t]{1,20}password:[ \t]{1,8}(?:"(?=[^"\r\n]{8,100}")|'(?=[^'\r\n]{8,100}'))?([^\s"'#]{8,100})(?=["']?[ \t]{0,8}(?:[\r\n#]|$))/y,
  accepts: (value, before) => /\n[ \t]{1,20}(?:account|user):/.test(before) && isLikelyPassword(value),
  isChosen: true,
  sample: (password) =>
    `  dev:\n    type: snowflake\n    account: shop-eu\n\n    # User and password\n    user: dbt\n    password: ${password}\n    role: dev\n`,
  cases: (draw) => ({
    ok: [
      `dev:\n  type: snowflake\n  account: shop-eu\n  user: dbt\n  password: "${draw(base62, 12)}!a7Z" # of dbt\n  threads: 4\n`,
      `    dev:\n      account: shop-eu\n      database: shop\n      password: ${draw(base62, 12)}-7aZ\n      threads: 4\n      type: snowflake\n      user: dbt\n`,
    ],
    ng: [
      `  type: snowflake\n  account: shop-eu\n  user: dbt\n  password: "{{ env_var('SNOWFLAKE_PASSWORD1') }}"\n`,
      `  type: snowflake\n  account: shop-eu\n  user: dbt\n  private_key_path: key1\nother:\n  type: other\n  password: ${draw(base62, 12)}!a7Z\n`,
      `  type: snowflake\n  role: dev\n  password: ${draw(base62, 12)}!a7Z\n`,
      `  password: "{{ env_var('SNOWFLAKE_PASSWORD1') }}"\n  type: snowflake\n  user: dbt\n`,
      `other:\n  user: dbt\n  password: ${draw(base62, 12)}-7aZ\ndev:\n  type: snowflake\n`,
    ],
  }),
});

export const databaseConnectionRules = (): readonly Rule[] => [
  {
    ...behindType,
    check(text, start, end) {
      const behind = behindType.check(text, start, end);
      return behind?.match === undefined ? orBehind(inBlock(text, start, givesUser, typeOfOutput), { next: behind?.next ?? 0 }) : behind;
    },
  },
  {
    ...databasePasswords,
    id: 'database-settings-password',
    name: 'Password among a database’s settings',
    format: 'password beside database, in the same block: of database.yml, of dbt’s profiles, of what a program connects with',
    source: 'https://guides.rubyonrails.org/configuring.html#configuring-a-database',
    revocation: changePassword,
    literals: [
      'database:',
      'database :',
      'database":',
      "database':",
      'database=',
      'dbname=',
      'dbname:',
      "'database' =>",
      "'dbname' =>",
      'django.db.backends.',
      'type: clickhouse',
      ...heads,
    ].map((text) => ({ text })),
    check: checkSettings,
    cases(draw) {
      const password = () => `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `production:\n  <<: *default\n  host: db.shop.io\n  database: shop\n  username: app\n  password: ${password()}\n`,
          `mysql.createConnection({\n  host: 'db.shop.io',\n  user: 'app',\n  password: '${password()}',\n  database: 'shop',\n});`,
          `"production": {\n  "username": "app",\n  "password": "${password()}",\n  "database": "shop",\n  "dialect": "mysql"\n}`,
          `'ENGINE': 'django.db.backends.postgresql',\n'NAME': 'shop',\n'USER': 'app',\n'PASSWORD': '${password()}',\n`,
          `password: "${password()}"\ndatabase: shop\nuser: app\n`,
          `database: shop\nuser: app\npassword: Sommer2031Berlin\n`,
          `new Pool({ host: 'db.shop.io', user: 'app', password: '${password()}', database: 'shop' })`,
          `{"host":"db.shop.io","port":5432,"user":"app","password":"${password()}","database":"shop"}`,
          `psycopg2.connect(host="db.shop.io", dbname=name, user=user, password="${password()}")`,
          `dsn := "host=db.shop.io user=app password=${password()} dbname=shop sslmode=require"`,
          `psql "host=db.shop.io dbname=shop user=app password=${password()}"`,
          `psycopg2.connect(\n    dbname="shop",\n    user="app",\n    password="${password()}")\n`,
          `spring:\n  datasource:\n    url: jdbc:postgresql://db.shop.io/shop\n    username: app\n    password: ${password()}\n`,
          `mysql.createConnection({ host: 'db.shop.io', user: 'app', password: '${password()}' });`,
          `mysql.createPool({\n  host: 'db.shop.io',\n  user: 'app',\n  password: '${password()}',\n});`,
          `connection: {\n  host : 'db.shop.io',\n  user : 'app',\n  password : '${password()}',\n  database : 'shop'\n}`,
          `mysql.connector.connect(user='app', password='${password()}', host='db.shop.io')`,
          `snowflake.connector.connect(\n    user="app",\n    password="${password()}",\n    account="shop-eu",\n)`,
          `pymysql.connect(host='db.shop.io', user='app', passwd='${password()}', db='shop')`,
          `    pg:\n      type: postgres\n      host: db.shop.io\n      user: dbt\n      password: ${password()}-\n      port: 5432\n      dbname: shop\n`,
          `    dev:\n      host: db.shop.io\n      password: ${password()}\n      schema: shop\n      type: clickhouse\n      user: dbt\n`,
          `$databases['default']['default'] = array (\n  'database' => 'shop',\n  'username' => 'shop',\n  'password' => '${password()}',\n  'host' => 'db.shop.io',\n);`,
          `['host' => 'db.shop.io', 'dbname' => 'shop', 'username' => 'shop', 'password' => '${password()}']`,
          `[database]\ntype = postgres\nhost = db.shop.io:5432\nuser = grafana\npassword = ${password()}-\n[log]\n`,
        ],
        ng: [
          `  database: shop\n  username: app\n  password: <%= ENV["SHOP1_PASSWORD"] %>\n`,
          `  database: shop\n  username: app\n  password: "password"\n`,
          `  database: shop\n  username: app\n  host: localhost\n  password: ${password()}\n`,
          `database:\n  name: shop\nother:\n  password: ${password()}\n`,
          `  database: shop\nmail:\n  user: app\n  password: ${password()}\n`,
          `  database: shop,\n  user: app,\n  password: await secretOf1Database,\n`,
          `  database: shop\n  password: ${password()}\n`,
          '  database: shop\n  user: app\n  password: Base64Encoded\n',
          `"database": "Base de datos",\n"username": "Usuario",\n"password": "Contrase\\u00f1a"\n`,
          '"database": "Its name.",\n"user": "Who signs in.",\n"password": "Of the PostgreSQL14 user. Leave it blank to keep it."\n',
          `{ host: 'localhost', user: 'app', password: '${password()}', database: 'shop' }`,
          `{ database: 'shop', mail: { user: 'app', password: '${password()}' } }`,
          `mysql.createConnection({ user: 'app', password: process.env.PASSWORD }); send({ password: '${password()}' })`,
          `datasource:\n    url: jdbc:mysql://localhost/shop\n    username: app\n    password: ${password()}\n`,
          `datasource:\n    url: jdbc:h2:mem:shop\n    username: app\n    password: ${password()}\n`,
          `connect(database=name, user=user, password=Cfg2x9KqPw7, host=host)`,
          `"host=localhost user=app password=${password()} dbname=shop"`,
          `connect(database='shop', password='${password()}')`,
          `mysql.connector.connect(user='app', password='${password()}', host='localhost')`,
          `pymysql.connect(host=host, user=user, passwd=passwd2Value)`,
        ],
      };
    },
  },
  {
    ...databasePasswords,
    id: 'database-call-password',
    name: 'Password in a call that opens a database',
    format: 'the third text that mysqli, PDO, JDBC, DBI or a driver of Python is called with, behind a host or an address and a user',
    source: 'https://www.php.net/manual/en/mysqli.construct.php',
    revocation: changePassword,
    literals: [
      'mysqli(',
      'mysqli_connect(',
      'mysql_connect(',
      'PDO(',
      '.getConnection(',
      'DBI->connect(',
      'mysql.connect(',
      'MySQLdb.connect(',
    ].map((text) => ({ text, gates: [markAfter(`"'`, `${base62}_.$, \t\r\n`, 60)] })),
    check: checkCall,
    cases(draw) {
      const password = () => `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `$db = new mysqli("db.shop.io", "app", "${password()}", "shop");`,
          `new PDO('mysql:host=db.shop.io;dbname=shop', 'app', '${password()}');`,
          `DriverManager.getConnection(\n    "jdbc:mysql://db.shop.io/shop", "app", "${password()}");`,
          `DBI->connect("DBI:mysql:shop;host=10.0.0.4", "app", '${password()}')`,
          `pymysql.connect("db.shop.io", "app", "${password()}", "shop")`,
          `DriverManager.getConnection(URL, "app", "${password()}");`,
        ],
        ng: [
          `new mysqli('localhost', 'app', '${password()}');`,
          `new PDO('sqlite::memory:', 'app', '${password()}');`,
          `new mysqli($host, 'app', 'x', '${password()}');`,
          `new mysqli('db.shop.io', 'app', 'password');`,
          `DriverManager.getConnection("jdbc:h2:mem:x", "app", "${password()}");`,
          `String url = "jdbc:mysql://localhost:3306/shop";\nDriverManager.getConnection(url, "app", "${password()}");`,
        ],
      };
    },
  },
  {
    ...databasePasswords,
    id: 'go-mysql-password',
    name: 'Password in the address of a MySQL database in Go',
    format: 'user:password@tcp(host:port)/name',
    source: 'https://github.com/go-sql-driver/mysql/blob/master/README.md',
    revocation: changePassword,
    literals: [{ text: '@tcp(' }],
    check: checkGoAddress,
    cases(draw) {
      const password = () => `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `sql.Open("mysql", "app:${password()}@tcp(db.shop.io:3306)/shop?parseTime=true")`,
          `DSN=app:${password()}!.@tcp(10.0.0.4)/shop\n`,
        ],
        ng: [
          `app:${password()}@tcp(127.0.0.1:3306)/shop`,
          'app:password@tcp(db.shop.io:3306)/shop',
          `fmt.Sprintf("%s:%s@tcp(%s)/shop", user, "${password()}", host)`,
        ],
      };
    },
  },
  {
    ...databasePasswords,
    id: 'redis-password',
    name: 'Redis password among what a program connects with',
    format: 'password beside a host or an address in a call that opens a connection to Redis, in JavaScript or Python',
    source: 'https://www.npmjs.com/package/ioredis/v/6.0.0',
    revocation: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/',
    literals: ['Redis(', 'Redis.Cluster(', 'createClient('].map((text) => ({ text })),
    check: checkRedis,
    cases(draw) {
      const password = () => `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `new Redis({ host: 'cache.shop.io', port: 6379, password: '${password()}' });`,
          `new IORedis(6379, 'cache.shop.io', { password: "${password()}" })`,
          `const client = createClient({\n  username: 'default',\n  password: '${password()}',\n  socket: { host: 'redis-1.shop.io', port: 12345 },\n});`,
          `redis.createClient({ url: process.env.URL, password: '${password()}' })`,
          `r = redis.Redis(host="cache.shop.io", port=6379, password="${password()}", db=0)`,
          `redis.StrictRedis(\n    host=os.getenv("HOST"),\n    password='${password()}',\n)`,
          `new Redis.Cluster([{ host: 'a.shop.io' }], { redisOptions: { password: '${password()}' } })`,
        ],
        ng: [
          `new Redis({ host: 'cache.shop.io', password: process.env.REDIS_PASSWORD1 });`,
          `new Redis({ host: 'localhost', password: '${password()}' });`,
          `new Redis({ host: "127.0.0.1", password: "${password()}" });`,
          `redis.Redis(host=host, password="my-redis-Password1")`,
          `new Redis({ password: '${password()}' });`,
          `new Redis({ host: 'cache.shop.io' }); login({ password: '${password()}' });`,
          `createClient({ host: 'files.shop.io', password: '${password()}' })`,
        ],
      };
    },
  },
];

/** What a program connects to a database with, or a file says of one. */
const heads = ['createConnection(', 'createPool(', 'connector.connect(', 'pymysql.connect(', 'datasource:', '[database]'];

// each is asked in the order of the text: asked in turn, one would read the same again for each
const passwords = ['password', 'passwd', 'pass'];
const mayHoldPassword = mayHoldWholeWord(passwords);

const givesUser: Gives = (key) => key === 'user' || key === 'username';
/** What begins a line of another output, in dbt's profiles. */
const typeOfOutput = /[ \t]{0,40}type:/y;

/** The password among the settings beside one that is a database's, in the same brackets or the same block. All of these are read then. */
function checkSettings(text: string, start: number, end: number): Checked | undefined {
  if (!mayHoldPassword(text, Math.max(0, start - reach), end + reach)) return undefined;
  if (heads.includes(text.slice(start, end))) return inHead(text, behindBracket(text, end));
  const beside = inBrackets(text, start, givesUser);
  return beside.match === undefined ? orBehind(inBlock(text, start, givesUser), beside) : beside;
}

/** The same behind a head, whose settings begin at `opened`. */
function inHead(text: string, opened: number): Checked {
  const beside = inBrackets(text, opened, givesUser);
  const mayBeBlock = text[opened] === '\r' || text[opened] === '\n';
  if (beside.match !== undefined || !mayBeBlock) return beside;
  return orBehind(inBlock(text, endOfLine(text, opened) + 1, givesUser), beside);
}

const hostInBrackets = /\[?([^)\s]{0,200})/y;
const userBefore = /(?:^|["'`\s=])[\w.-]{1,60}:$/;
const [longestUser, longestPassword] = [62, 100];

/** The password of the login before a place, where the host behind it is another machine. All of the host is read then. */
function checkGoAddress(text: string, start: number, end: number): Checked {
  hostInBrackets.lastIndex = end;
  const [, host] = hostInBrackets.exec(text)!;
  const next = hostInBrackets.lastIndex;
  if (text[next] !== ')' || host === '' || here.test(host!)) return { next };
  let from = start;
  while (start - from < longestPassword && mayBeInPassword(text[from - 1])) from--;
  if (start - from < 8 || !userBefore.test(text.slice(Math.max(0, from - longestUser), from))) return { next };
  return isMixedValue(text.slice(from, start), '"') ? { match: { start: from, end: start }, next } : { next };
}

const mayBeInPassword = (sign: string | undefined): boolean => sign !== undefined && !' \t\r\n"\'`:/<>()'.includes(sign);

const threeArguments =
  /\s{0,40}(?:"([^"\r\n]{1,200})"|'([^'\r\n]{1,200})'|[$\w.]{1,60})\s{0,8},\s{0,40}(?:"[^"\r\n]{1,80}"|'[^'\r\n]{1,80}')\s{0,8},\s{0,40}(?:"([^"\s]{8,100})"|'([^'\s]{8,100})')/y;

const longestCall = 800;
const passwordInCall = /(?<![\w.])["']?password["']?[ \t]{0,4}[:=][ \t]{0,4}["']([^"'\s]{8,100})["']/;

/** The password in a call that connects to Redis on another machine. All of the call is read then. */
function checkRedis(text: string, start: number, end: number): Checked {
  const call = text.slice(end, endOfCall(text, end));
  const next = end + call.length;
  const found = passwordInCall.exec(call);
  if (found === null || !/\b(?:host|url|nodes|sentinels)\b|^\s*\d/.test(call) || /["'@/](?:localhost|127\.0\.0\.1)/.test(call))
    return { next };
  // many make a client that way
  if (!/redis/i.test(text.slice(Math.max(0, start - 6), end)) && !/redis|\b6379\b/i.test(call)) return { next };
  const password = found[1]!;
  if (!isMixedValue(password, '"')) return { next };
  const place = end + found.index + found[0].length - 1 - password.length;
  return { match: { start: place, end: place + password.length }, next };
}

/** Where the call ends whose arguments begin at a place: at its bracket, or as far as one is read. */
function endOfCall(text: string, from: number): number {
  const last = Math.min(text.length, from + longestCall);
  let depth = 1;
  for (let at = from; at < last; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return last;
}

/** The third argument of a call, behind an address that is none of this machine. */
function checkCall(text: string, start: number, end: number): Checked | undefined {
  threeArguments.lastIndex = end;
  const found = threeArguments.exec(text);
  if (found === null) return undefined;
  // a name of it mostly stands above
  const address = found[1] ?? found[2] ?? text.slice(Math.max(0, start - reach), start);
  const password = found[3] ?? found[4]!;
  const next = threeArguments.lastIndex;
  if (here.test(address) || isHere(address) || !isMixedValue(password, '"')) return { next };
  return { match: { start: next - 1 - password.length, end: next - 1 }, next };
}

/** Where the settings behind a head begin that ends at `end`: behind a brace, if it has one. */
function behindBracket(text: string, end: number): number {
  const [skipped] = /^[ \t]{0,4}\{?[ \t]{0,4}/.exec(text.slice(end, end + 10))!;
  return end + skipped.length;
}
