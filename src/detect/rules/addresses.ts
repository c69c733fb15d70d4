// Addresses and connection strings with a password in them.
import { type Gate, type Literal, type MarkBehind, markAfter, setOf } from '../engine/matcher.ts';
import { rememberedPlace } from '../remembered.ts';
import { isAlphanumeric, isBehindEscape } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { hostAround } from './connection-pairs.ts';
import { alsoInBase64 } from './encoded.ts';
import { isLikelyPassword } from './password.ts';
import { base62, base64, type Checked, type Rule } from './rule.ts';
import type { Told } from './token.ts';

// The password may hold one `@` that nobody has escaped, if that cannot be the one before the host.
const account = /[^\s"'`<>@/:?#\\]{0,100}:([^\s"'`<>@/\\]{3,200}(?:@[^\s"'`<>@/\\,:?#&]{0,60}(?=@))?)@([\w.[\]:-]{1,200})/y;
/** Hosts where nobody's password opens anything. */
export const nobody =
  /^(?:localhost|127\.|(?:0|192)\.0\.0\.|\[?::1|.*\bexample\b|.*\.(?:local|test|invalid|localdomain)\b|host\.docker\.internal|(?:your|my|some|the)[-_.]?(?:host|server|domain)|host(?:name)?$|\d{1,2}\b(?!\.))/i;

/** An `@` follows, before anything that an account and a password of 303 characters cannot hold. */
const accountBehind: readonly Gate[] = [{ mark: setOf('@'), stops: setOf('\t\n\r "\'`<>/\\'), within: 303 }];

/** Does one of the schemes end before the `://` at `at`? Of `postgresql+psycopg2` the first part counts; an escape (`\n`, `%3D`) may stand before it. */
function isBehindScheme(text: string, at: number, schemes: ReadonlyMap<number, readonly string[]>): boolean {
  const plus = firstPlus(text, at);
  return endsOneOf(text, at, schemes) || (plus < at && endsOneOf(text, plus, schemes));
}

function endsOneOf(text: string, at: number, schemes: ReadonlyMap<number, readonly string[]>): boolean {
  return schemes.get(inLowerCase(unitAt(text, at - 1)))?.some((scheme) => endsScheme(text, at, scheme)) === true;
}

function endsScheme(text: string, at: number, scheme: string): boolean {
  for (let i = 1; i <= scheme.length; i++) if (inLowerCase(unitAt(text, at - i)) !== scheme.charCodeAt(scheme.length - i)) return false;
  const start = at - scheme.length;
  return !isAlphanumeric(unitAt(text, start - 1)) || isBehindEscape(text, start);
}

const inLowerCase = (unit: number): number => (unit >= 65 && unit <= 90 ? unit + 32 : unit);

/** Where the first plus of a scheme stands that ends at `at`; `at` if it has none. */
const firstPlus = rememberedPlace((text, at) => {
  let plus = at;
  for (let place = at - 1; place >= at - 32 && ofScheme[unitAt(text, place)] === 1; place--) if (text[place] === '+') plus = place;
  return plus;
});

const ofScheme = setOf(`${base62}+.-`).bytes;

/** An account, from the end of `://` on: up to where the host ends, the password and the host. */
const accountAt = rememberedPlace((text, at) => {
  account.lastIndex = at;
  return account.exec(text);
});

function checkAddress(text: string, start: number, end: number, schemes: ReadonlyMap<number, readonly string[]>): Checked | undefined {
  if (text[end - 1] === '%') return checkEscaped(text, start, end - 1);
  if (!isBehindScheme(text, start, schemes)) return undefined;
  const found = accountAt(text, end);
  if (found === null) return undefined;
  const [whole, password, host] = found as unknown as [string, string, string];
  const next = end + whole.length;
  if (nobody.test(host) || !isLikelyPassword(plain(password))) return { next };
  const from = end + whole.length - host.length - 1 - password.length;
  return { match: { start: from, end: from + password.length }, next };
}

const escapedAccount =
  /(?:%2b[a-z0-9+.-]{0,18})?%3a%2f%2f(?:[\w.~+-]|%(?!3a|40|2f)[0-9a-f]{2}){0,100}%3a((?:[\w.~!*()-]|%(?!40|3a|2f)[0-9a-f]{2}){3,200})%40([\w.-]{1,200})/iy;
const atSign = '%40';

/** The gate that is open where this text follows, in either case, and behind it what `rest` says. */
const following = (text: string, rest?: MarkBehind): MarkBehind =>
  markAfter(text[0]! + text[0]!.toUpperCase(), '', 1, text.length === 1 ? rest : following(text.slice(1), rest));

const slashes = '3a%2f%2f';
/** What follows a scheme and a percent sign: the rest of `://`, perhaps behind a plus and a driver. */
const escapedBehind: readonly Gate[] = [following(slashes), following('2b', markAfter('%', `${base62}+.-`, 19, following(slashes)))];

/** The same in a parameter of another address or in a form, where its signs are escaped: `url=postgres%3A%2F%2Fapp%3A…%40db.shop.io`. A scheme stands from `start` to `end`. */
function checkEscaped(text: string, start: number, end: number): Checked | undefined {
  if (isAlphanumeric(unitAt(text, start - 1)) && !isBehindEscape(text, start)) return undefined;
  escapedAccount.lastIndex = end;
  const found = escapedAccount.exec(text);
  if (found === null) return undefined;
  const [whole, password, host] = found as unknown as [string, string, string];
  const behind = end + whole.length;
  const last = behind - host.length - atSign.length;
  const next = text[behind] === '%' ? last : behind; // the host may end with the scheme of another address
  if (nobody.test(host) || !isLikelyPassword(plain(plain(password)))) return { next };
  return { match: { start: last - password.length, end: last }, next };
}

/** The password with its escapes (`%40`) undone, where they are such. `decodeURIComponent` throws where they are not, which takes longer than all else that is asked of an address. */
function plain(password: string): string {
  if (!password.includes('%')) return password;
  let length = 0;
  for (let at = 0; at < password.length; at++) {
    const unit = password.charCodeAt(at);
    if (unit === percent) {
      const byte = (digitAt(password, at + 1) << 4) | digitAt(password, at + 2);
      if (!(byte < 256)) return password; // the sign may be part of it
      bytes[length++] = byte;
      at += 2;
    } else if (unit < 128) bytes[length++] = unit;
    else {
      const character = String.fromCodePoint(password.codePointAt(at)!);
      length += bytes.write(character, length);
      at += character.length - 1;
    }
  }
  const said = bytes.toString('utf8', 0, length);
  return said.includes('\ufffd') ? password : said;
}

const percent = 37;
const noDigit = 256;
const digits = new Uint16Array(128).fill(noDigit);
for (const [value, digit] of [...'0123456789abcdef'].entries())
  for (const one of [digit, digit.toUpperCase()]) digits[one.charCodeAt(0)] = value;

function digitAt(text: string, at: number): number {
  const unit = unitAt(text, at);
  return unit < 128 ? digits[unit]! : noDigit;
}

const bytes = Buffer.alloc(1024);

function address(told: Omit<Told, 'format'>, schemes: readonly string[], sample: string): Rule {
  const byLastUnit = new Map<number, string[]>();
  for (const scheme of schemes) {
    const last = scheme.charCodeAt(scheme.length - 1);
    byLastUnit.set(last, [...(byLastUnit.get(last) ?? []), scheme]);
  }
  return {
    ...told,
    format: `an address ${schemes.map((scheme) => `${scheme}://`).join(', ')} with user:password@ and a host that is another machine; one without a dot, as a service of a compose file has, is`,
    isChosen: true,
    literals: [
      { text: '://', gates: accountBehind },
      ...schemes.map((scheme): Literal => ({ text: `${scheme}%`, anyCase: true, gates: escapedBehind })),
    ],
    check: (text, start, end) => checkAddress(text, start, end, byLastUnit),
    cases(draw) {
      const password = `${draw(base62, 14)}a7Z`;
      return {
        ok: [
          `URL=${sample}://app:${password}@db.shop.io:5432/main`,
          `"${sample}://app:${password}%40x@db.shop.io/main?ssl=true"`,
          `connect('${sample}://:${password}@cache.shop.io')`,
          `${sample}://app:${password.slice(0, 5)}@${password.slice(5)}@db.shop.io`,
          `${sample}://app:${'NHmDeUTera'}YkHN@db.shop.io/main`,
          `${sample}://app:*${'Tc6bKCUObd'}QpX3w!@db.shop.io/main`,
          `"started\\n${sample}://app:${password}@db.shop.io/main"`,
          `URL%3D${sample}://app:${password}@db.shop.io/main`,
          `[${sample}://app:${password}@db.shop.io/main]`,
          `see _${sample}://app:${password}@db.shop.io/main_`,
          `İ=${sample}://app:${password}@db.shop.io/main`,
          `name=shop&url=${encodeURIComponent(`${sample}://app:${password}%21@db.shop.io:5432/main`)}&page=1`,
          `url=${sample}%2bsrv%3a%2f%2fapp%3a${password}%40db.shop.io`,
        ],
        ng: [
          `${sample}://app:${password}@localhost/main`,
          `${sample}://app:${password}@db.example.com/main`,
          `${sample}://user:password@db.shop.io/main`,
          `${sample}://app:\${PASSWORD}@db.shop.io/main`,
          `${sample}://app:<password>@db.shop.io/main`,
          `${sample}://app:****@db.shop.io/main`,
          `${sample}://app:$dbPwOfMain01@db.shop.io/main`,
          `${sample}://app:%DB_PW_1%@db.shop.io/main`,
          `${sample}://app:TheDatabaseWord@db.shop.io/main`,
          `${sample}://db.shop.io:5432/main@${password}`,
          `url=${encodeURIComponent(`${sample}://app:${password}@localhost/main`)}`,
          `url=${encodeURIComponent(`${sample}://app:password@db.shop.io/main`)}`,
        ],
      };
    },
  };
}

const sameHost = 'https://www.rfc-editor.org/rfc/rfc3986';

const passwordOfPair = /[ \t]{0,2}=[ \t]{0,2}(?:"([^"\r\n]{1,128})"|'([^'\r\n]{1,128})'|([^;"'<>&\\\s]{1,128}))/y;
const localServer = /^(?:\.|\(local(?:db)?\)|local\b)/i;

/** A password among such pairs, where others of them name a server and a user. */
function checkConnectionString(text: string, start: number, end: number): Checked | undefined {
  passwordOfPair.lastIndex = end;
  const found = passwordOfPair.exec(text);
  if (found === null) return undefined;
  const next = passwordOfPair.lastIndex;
  const password = found[1] ?? found[2] ?? found[3]!;
  if (!isLikelyPassword(password)) return { next };
  const host = hostAround(text, start, next);
  if (host === undefined || nobody.test(host) || localServer.test(host)) return { next };
  const quotes = found[3] === undefined ? 1 : 0;
  return { match: { start: next - quotes - password.length, end: next - quotes }, next };
}

/** An equals sign follows, with no more than a blank before it. */
const valueBehind: readonly Gate[] = [
  { mark: setOf('='), stops: setOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_;"\''), within: 3 },
];

export const addressRules = (): readonly Rule[] => [
  {
    id: 'connection-string-password',
    isChosen: true,
    name: 'Database password in a connection string',
    risk: 'Reads and changes the database as the user of the connection string, from wherever the database can be reached.',
    format: 'Password= or Pwd= among the pairs of ODBC, ADO.NET or JDBC that name a server and a user',
    source: 'https://learn.microsoft.com/dotnet/api/system.data.odbc.odbcconnection.connectionstring',
    severity: 'error',
    revocation: 'https://learn.microsoft.com/sql/t-sql/statements/alter-login-transact-sql',
    literals: [';password', '; password', ';pwd', '; pwd', '&password', '?password'].map((text) => ({
      text,
      anyCase: true,
      gates: valueBehind,
    })),
    check: checkConnectionString,
    cases(draw) {
      const password = `${draw(base62, 14)}a7Z`;
      const pairsWith = (host: string, value: string) => `Server=${host};Database=main;User ID=app;Password=${value};Encrypt=true;`;
      return {
        ok: [
          `"ConnectionString": "${pairsWith('tcp:db.shop.io,1433', password)}"`,
          `Driver={ODBC Driver 18 for SQL Server};Server=10.0.0.4;UID=app;PWD=${password}`,
          `HostName=shop.cassandra.cosmos.azure.com;Username=shop;Password=${draw(base64, 86)}==;Port=10350`,
          `database=main;hostname=db2.shop.io;port=50000;protocol=tcpip;uid=app;pwd=${password}`,
          `Data Source=db.shop.io; password = '${password}'; user id=app`,
          `url=jdbc:mysql://db.shop.io:3306/main?user=app&password=${password}`,
          `Data Source=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db.shop.io)(PORT=1521)));User Id=app;Password=${password};`,
        ],
        ng: [
          pairsWith('localhost', password),
          pairsWith('(localdb)\\\\main', password),
          pairsWith('db.example.com', password),
          pairsWith('db.shop.io', 'password'),
          pairsWith('db.shop.io', `\${PASSWORD}`),
          pairsWith('db.shop.io', '{0}'),
          `Server=db.shop.io;Password=${password}`,
          `User ID=app;Password=${password}`,
        ],
      };
    },
  },
  alsoInBase64(
    address(
      {
        id: 'database-url-password',
        name: 'Database password in an address',
        risk: 'Reads and changes the database as the user of the address, from wherever the database can be reached.',
        source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
        severity: 'error',
        revocation: 'https://www.postgresql.org/docs/current/sql-alterrole.html',
      },
      [
        'postgres',
        'postgresql',
        'mysql',
        'mysql2',
        'trilogy',
        'postgis',
        'mariadb',
        'mongodb',
        'redis',
        'rediss',
        'mssql',
        'sqlserver',
        'oracle',
        'clickhouse',
        'cockroachdb',
        'neo4j',
        'bolt',
        'couchdb',
        'cassandra',
        'influxdb',
        'elasticsearch',
        'libsql',
        'prisma',
      ],
      'postgres',
    ),
    'postgres',
    'mysql://',
    'mongodb',
    'redis://',
  ),
  address(
    {
      id: 'message-queue-url-password',
      name: 'Message queue password in an address',
      risk: 'Reads and sends the queue’s messages as the user of the address, from wherever the queue can be reached.',
      source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
      severity: 'error',
      revocation: 'https://www.rabbitmq.com/docs/access-control',
    },
    ['amqp', 'amqps', 'mqtt', 'mqtts', 'nats', 'kafka', 'stomp', 'pulsar'],
    'amqps',
  ),
  address(
    {
      id: 'basic-auth-url-password',
      name: 'Password in an address',
      risk: 'Signs in at the host as the user of the address.',
      source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
      severity: 'error',
      revocation: sameHost,
    },
    ['http', 'https', 'ftp', 'ftps', 'sftp', 'ssh', 'git', 'smtp', 'smtps', 'imap', 'imaps', 'ldap', 'ldaps', 'socks5', 'ws', 'wss'],
    'https',
  ),
];
