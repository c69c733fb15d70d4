// Addresses and configuration files with a password in them.
import { type Gate, markAfter, setOf } from '../engine/matcher.ts';
import { isMixed, isMixedAtRandom, isPlaceholder, isSeries, isUnguessable } from '../randomness.ts';
import { rememberedPlace } from '../remembered.ts';
import { isAlphanumeric, isBehindEscape } from '../text.ts';
import { unitAt } from '../unit-at.ts';
import { hostAround } from './connection-pairs.ts';
import { alsoInBase64, decode } from './encoded.ts';
import { inFile } from './in-file.ts';
import { isLikelyPassword } from './password.ts';
import { base62, base64, type Checked, type Rule } from './rule.ts';
import type { Told } from './token.ts';

// The password may hold one `@` that nobody has escaped, if that cannot be the one before the host.
const account = /[^\s"'`<>@/:?#\\]{0,100}:([^\s"'`<>@/\\]{3,200}(?:@[^\s"'`<>@/\\,:?#&]{0,60}(?=@))?)@([\w.[\]:-]{1,200})/y;
const nobody =
  /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|.*\bexample\b|.*\.(?:local|test|invalid|localdomain)\b|host\.docker\.internal|(?:your|my|some|the)[-_.]?(?:host|server|domain)|host(?:name)?$|\d{1,2}\b(?!\.))/i;

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
  if (text[start] === '%') return checkEscaped(text, start, end, schemes);
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
  /(?:[\w.~+-]|%(?!3a|40|2f)[0-9a-f]{2}){0,100}%3a((?:[\w.~!*()-]|%(?!40|3a|2f)[0-9a-f]{2}){3,200})%40([\w.-]{1,200})/iy;
const atSign = '%40';

/** Where the escaped plus of a scheme stands that ends at `at`; `at` if it has none. */
const escapedPlus = rememberedPlace((text, at) => {
  let place = at;
  while (place > 0 && at - place < 20 && ofScheme[unitAt(text, place - 1)] === 1) place--;
  return /^%2b/i.test(text.slice(place - 1, place + 2)) ? place - 1 : at;
});

/** The same in a parameter of another address or in a form, where its signs are escaped: `url=postgres%3A%2F%2Fapp%3A…%40db.shop.io`. */
function checkEscaped(text: string, start: number, end: number, schemes: ReadonlyMap<number, readonly string[]>): Checked | undefined {
  if (!endsOneOf(text, start, schemes) && !endsOneOf(text, escapedPlus(text, start), schemes)) return undefined;
  escapedAccount.lastIndex = end;
  const found = escapedAccount.exec(text);
  if (found === null) return undefined;
  const [whole, password, host] = found as unknown as [string, string, string];
  const next = end + whole.length;
  if (nobody.test(host) || !isLikelyPassword(plain(plain(password)))) return { next };
  const last = next - host.length - atSign.length;
  return { match: { start: last - password.length, end: last }, next };
}

/** The password with its escapes (`%40`) undone, where they are such. */
function plain(password: string): string {
  if (!password.includes('%')) return password;
  try {
    return decodeURIComponent(password);
  } catch {
    return password; // a percent sign may be part of it
  }
}

function address(told: Omit<Told, 'format'>, schemes: readonly string[], sample: string): Rule {
  const byLastUnit = new Map<number, string[]>();
  for (const scheme of schemes) {
    const last = scheme.charCodeAt(scheme.length - 1);
    byLastUnit.set(last, [...(byLastUnit.get(last) ?? []), scheme]);
  }
  return {
    ...told,
    format: `an address ${schemes.map((scheme) => `${scheme}://`).join(', ')} with user:password@`,
    isChosen: true,
    literals: [
      { text: '://', gates: accountBehind },
      { text: '%3a%2f%2f', anyCase: true },
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

/** The password of `user:password`, or that alone, in base64; empty where it is none. */
function passwordInNpmrc(value: string, name: string): string {
  const form = name === '_auth' ? /^[\w.@+-]{1,200}:([\x20-\x7e]+)$/ : /^([\x20-\x7e]+)$/;
  return form.exec(Buffer.from(value, 'base64').toString('utf8'))?.[1] ?? '';
}

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

const loginBehind: readonly Gate[] = [{ mark: setOf(':'), stops: setOf('\t\n\r '), within: 104 }];
const encodedBehind: readonly Gate[] = [{ set: setOf(base64), length: 16, within: 0 }];
const encodedLogin = /[A-Za-z0-9+/]{16,1000}={0,2}(?![A-Za-z0-9+/=])/y;
// of a machine's name and `login`
const hostChars = `${base62}_.:-`;
const loginBehindHost = markAfter(
  hostChars,
  ' \t',
  9,
  markAfter(' \t\r\n\v\f', hostChars, 200, markAfter('l', ' \t\r\n\v\f', 20, markAfter('o', '', 1))),
);
const argument =
  /(?:"[^\s"'`:]{0,100}:([^"\r\n]{3,200})"|'[^\s"'`:]{0,100}:([^'\r\n]{3,200})'|[^\s"'`:]{0,100}:([^\s"'`\\;|&()<>]{3,200}))/y;
const command = 400;

/** `user:password` behind `Basic`, in base64, or behind `-u` or `--user` of curl. */
function checkLogin(text: string, start: number, end: number): Checked | undefined {
  return text[start] === '-' ? checkArgument(text, start, end) : checkHeader(text, end);
}

function checkHeader(text: string, start: number): Checked | undefined {
  encodedLogin.lastIndex = start;
  if (!encodedLogin.test(text)) return undefined;
  const next = encodedLogin.lastIndex;
  const password = /^[^:\0-\x1f]{0,200}:([\x20-\x7e]+)$/.exec(decode(text, start, next))?.[1];
  return password !== undefined && isLikelyPassword(password) && !isPlaceholder(password)
    ? { match: { start, end: next }, next }
    : { next };
}

function checkArgument(text: string, start: number, end: number): Checked | undefined {
  argument.lastIndex = end;
  const found = argument.exec(text);
  if (found === null) return undefined;
  const next = argument.lastIndex;
  const password = found[1] ?? found[2] ?? found[3]!;
  const before = text
    .slice(Math.max(0, start - command), start)
    .split(endOfCommand)
    .at(-1)!;
  if (!/\bcurl\b/.test(before) || !isLikelyPassword(password)) return { next };
  const [after] = text.slice(next, next + command).split(endOfCommand) as [string];
  const host = hostInCommand.exec(after) ?? hostInCommand.exec(before);
  if (host !== null && nobody.test(host[1]!)) return { next };
  const last = found[3] === undefined ? next - 1 : next;
  return { match: { start: last - password.length, end: last }, next };
}

const endOfCommand = /(?<!\\)\r?\n/;
const hostInCommand = /https?:\/\/(?:[^\s"'`<>@/]{0,200}@)?([\w.[\]:-]{1,200})/i;

/** An equals sign follows, with no more than a blank before it. */
const valueBehind: readonly Gate[] = [
  { mark: setOf('='), stops: setOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_;"\''), within: 3 },
];

const tokenBehind: readonly Gate[] = [{ set: setOf(`${base64}-._~`), length: 20, within: 0 }];
const bearer = /([A-Za-z0-9._~+/-]{20,2000}={0,2})(?![\w.~+/$({-])/y;
/** What tells by itself what it is, or by its checksum that it is none. */
const ofItsOwn = /^(?:eyJ|gh[oprsu]_|npm_|glsa_)/;

/** A token behind `Authorization: Bearer`, in a request that does not go to this machine or to nobody. */
function checkBearer(text: string, start: number, end: number): Checked | undefined {
  bearer.lastIndex = end;
  const value = bearer.exec(text)?.[1];
  if (value === undefined || value.endsWith('..')) return undefined;
  const next = end + value.length;
  const before = text.slice(Math.max(0, start - command), end);
  if (!/authorization["'\]]{0,3}[ \t]{0,4}(?:[:=,]|=>)[^\r\n]{0,28}$|authorization["'],?\s{1,40}["']value["']:[^\r\n]{0,16}$/i.test(before))
    return { next };
  const isRandom = isUnguessable(value) || (isMixed(value) && isMixedAtRandom(value)) || uuid.test(value);
  if (!isRandom || ofItsOwn.test(value) || isPlaceholder(value) || isSeries(value, 0, value.length)) return { next };
  const lead = before.split(endOfCommand).at(-1)!;
  const [after] = text.slice(next, next + command).split(endOfCommand) as [string];
  const host = hostInCommand.exec(after) ?? hostInCommand.exec(lead);
  return host !== null && nobody.test(host[1]!) ? { next } : { match: { start: end, end: next }, next };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Does a line that tells the address of an index stand before, in the same section? */
function isInSectionOfIndex(before: string): boolean {
  const section = Math.max(before.lastIndexOf('['), before.lastIndexOf(']'), before.length - 301);
  for (let at = before.lastIndexOf('repository'); at !== -1; at = at === 0 ? -1 : before.lastIndexOf('repository', at - 1)) {
    repository.lastIndex = at;
    if (!repository.test(before)) continue;
    return repository.lastIndex > section;
  }
  return false;
}

const repository = /\brepository[ \t]{0,8}[=:][^\n]{1,200}\n/y;

/** Does the text end in the `<server>` that begins last? */
function isInServer(before: string): boolean {
  const start = before.lastIndexOf('<server>');
  return start !== -1 && before.length - start <= 508 && !before.includes('</server>', start);
}

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
  {
    id: 'basic-auth-password',
    name: 'Login of HTTP Basic authentication',
    risk: 'Signs in at the host as the user of the login.',
    format: 'Basic and user:password in base64, or curl with -u or --user and user:password',
    source: 'https://www.rfc-editor.org/rfc/rfc7617',
    severity: 'error',
    revocation: 'https://www.rfc-editor.org/rfc/rfc7617',
    literals: [
      { text: 'basic ', anyCase: true, beginsWord: true, gates: encodedBehind },
      ...['-u ', '--user ', '--user='].map((text) => ({ text, gates: loginBehind })),
    ],
    check: checkLogin,
    cases(draw) {
      const password = `${draw(base62, 14)}a7Z`;
      const header = (login: string) => `-H 'Authorization: Basic ${Buffer.from(login).toString('base64')}'`;
      return {
        ok: [
          `curl -u svc:${password} https://git.shop.io/api`,
          `curl -sS \\\n  --user 'svc@shop.io:${password}' \\\n  https://git.shop.io/api`,
          `curl https://git.shop.io/api --user="svc:${password}"`,
          `curl -u :${password} "$ADDRESS"`,
          `curl ${header(`svc:${password}`)} https://git.shop.io/api`,
          `{"Authorization": "Basic ${Buffer.from(`svc:${password}`).toString('base64')}"}`,
          `proxy-authorization: basic ${Buffer.from(`:${password}`).toString('base64')}\r\n`,
        ],
        ng: [
          'curl -u user:password https://git.shop.io/api',
          `curl -u "$NAME:$PASSWORD" https://git.shop.io/api`,
          `curl -u svc:\${PASSWORD} https://git.shop.io/api`,
          'curl -u <name>:<password> https://git.shop.io/api',
          `curl -u svc:${password} http://localhost:9200/_cat`,
          `curl -u svc:${password} https://api.example.com/v1`,
          `docker run -u 1000:1000 ${password}`,
          `git push -u origin:${password}`,
          `curl https://git.shop.io\ndocker run -u svc:${password}`,
          `Authorization: Basic ${Buffer.from('username:password').toString('base64')}`,
          `Authorization: Basic ${Buffer.from('Aladdin:open sesame').toString('base64')}`,
          `Authorization: Basic ${Buffer.from(`svc:\${PASSWORD}`).toString('base64')}`,
          `Authorization: Basic ${draw(base62, 40)}`,
          'Basic AuthenticationHandlerForTheProxy',
        ],
      };
    },
  },
  {
    id: 'bearer-token',
    name: 'Token in an Authorization header',
    risk: 'Calls the API that the request goes to, as the token’s owner, until it ends or is revoked.',
    format: 'Bearer, or in a header token, and 20 random characters or more, behind authorization',
    source: 'https://www.rfc-editor.org/rfc/rfc6750',
    severity: 'warning',
    temporary: true,
    revocation: 'https://www.rfc-editor.org/rfc/rfc7009',
    commonInTests: true,
    literals: ['bearer ', 'authorization: token '].map((text) => ({ text, anyCase: true, beginsWord: true, gates: tokenBehind })),
    check: checkBearer,
    cases(draw) {
      const token = `${draw(base62, 30)}a7Z`;
      return {
        ok: [
          `curl -H "Authorization: Bearer ${token}" https://api.shop.io/v1/orders`,
          `GET /v1/orders HTTP/1.1\nHost: api.shop.io\nAuthorization: Bearer ${token}\n`,
          `headers = {'Authorization': 'Bearer ${token}'}`,
          `{ "key": "Authorization", "value": "Bearer ${token}" }`,
          `curl -H 'Authorization: token ${token}' https://git.shop.io/api/v1/user`,
          `req.setRequestHeader("authorization", "bearer ${token}=");`,
        ],
        ng: [
          'Authorization: Bearer AbCdEf123456AbCdEf123456',
          'Authorization: Bearer theTokenOfYourApplication1',
          `Authorization: Bearer \${token1OfTheShop}`,
          `The bearer ${token} of this`,
          `curl -H "Authorization: Bearer ${token}" http://localhost:8080/v1/orders`,
          `curl https://api.example.com/v1 -H "Authorization: Bearer ${token}"`,
          `Authorization: Bearer ${token}...`,
        ],
      };
    },
  },
  alsoInBase64(
    inFile({
      id: 'netrc-password',
      name: 'Password in .netrc',
      risk: 'Signs in at the machine that the line names, as the user beside it.',
      format: 'machine HOST login USER password PASSWORD',
      source: 'https://perldoc.perl.org/Net::Netrc',
      severity: 'error',
      revocation: 'https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html',
      literals: ['machine '],
      gates: [loginBehindHost],
      after: /[ \t]{0,8}[\w.:-]{1,200}\s{1,20}login\s{1,20}\S{1,200}\s{1,20}password\s{1,20}["']?([^\s"'`]{1,300})/y,
      sample: (password) => `machine git.shop.io login ci password ${password}\n`,
    }),
    'machine ',
  ),
  alsoInBase64(
    inFile({
      id: 'npmrc-password',
      name: 'Registry password in .npmrc',
      risk: 'Publishes and changes packages in the registry that the line names.',
      format: '_auth= with user:password in base64, or _password= with the password in base64',
      source: 'https://docs.npmjs.com/cli/configuring-npm/npmrc',
      severity: 'error',
      revocation: 'https://docs.npmjs.com/revoking-access-tokens',
      literals: ['_auth', ':_password'],
      gates: [markAfter('=', ' \t', 5)],
      after: /[ \t]{0,4}=[ \t]{0,4}["']?([A-Za-z0-9+/]{12,1000}={0,2})(?![A-Za-z0-9+/=])/y,
      sample: (password) => `//npm.shop.io/:_auth=${Buffer.from(`ci:${password}`).toString('base64')}\n`,
      decode: passwordInNpmrc,
      cases: (draw) => {
        const registry = '//pkgs.dev.azure.com/shop/_packaging/npm/registry/';
        const withPassword = (password: string) =>
          `${registry}:username=shop\n${registry}:_password="${Buffer.from(password).toString('base64')}"\n${registry}:email=ci@shop.io\n`;
        const token = draw('abcdefghijklmnopqrstuvwxyz234567', 52);
        return {
          ok: [withPassword(token), withPassword(token).replaceAll('"', '')],
          ng: [
            withPassword('password'),
            `${registry}:_password=[BASE64_ENCODED_PERSONAL_ACCESS_TOKEN]`,
            `${registry}:_password=\${AZURE_TOKEN}`,
            `${registry}:_password=${draw(base62, 40)}`,
            `$this->_password = "${Buffer.from(token).toString('base64')}";`,
          ],
        };
      },
    }),
    ':_auth',
    ':_password',
  ),
  inFile({
    id: 'npmrc-token',
    name: 'Registry token in .npmrc or .yarnrc.yml',
    risk: 'Fetches, and mostly publishes, packages in the registry that the line names.',
    format: '_authToken= behind //registry/:, or npmAuthToken:, and a token of any form',
    source: 'https://docs.npmjs.com/cli/configuring-npm/npmrc',
    severity: 'error',
    revocation: 'https://docs.npmjs.com/revoking-access-tokens',
    literals: [':_authToken', 'npmAuthToken'],
    gates: [markAfter('=:', ' \t"\'', 8)],
    after: /[ \t]{0,4}["']?[=:][ \t]{0,4}["']?([A-Za-z0-9._~+/-]{16,2000}={0,2})(?![\w.~+/=$({-])/y,
    accepts: (token) => /[0-9]/.test(token) && isLikelyPassword(token) && !isPlaceholder(token) && !isSeries(token, 0, token.length),
    sample: (token) => `//npm.shop.io/:_authToken=${token}\n`,
    cases: (draw) => ({
      ok: [
        `//npm.shop.io/:_authToken=NpmToken.${[8, 4, 4, 4, 12].map((count) => draw('0123456789abcdef', count)).join('-')}\n`,
        `npmRegistries:\n  "https://npm.shop.io":\n    npmAuthToken: "${draw(base62, 30)}a7Z"\n`,
      ],
      ng: [
        `//npm.shop.io/:_authToken=\${NPM_TOKEN}\n`,
        'npmAuthToken: process.env.NPM_AUTH_TOKEN_OF_SHOP\n',
        `npmAuthToken: configuration.get(\`npmAuthToken\`)`,
        '//registry.npmjs.org/:_authToken=your-auth-token-goes-here\n',
      ],
    }),
  }),
  inFile({
    id: 'pypirc-password',
    name: 'Password in .pypirc',
    risk: 'Publishes and changes packages in the index that the section names.',
    format: 'a section with repository, username and password',
    source: 'https://packaging.python.org/en/latest/specifications/pypirc/',
    severity: 'error',
    revocation: 'https://pypi.org/help/#apitoken',
    literals: ['username'],
    gates: [markAfter('=:', ' \t', 9)],
    after: /[ \t]{0,8}[=:][ \t]{0,8}[^\s]{1,100}\r?\n[ \t]{0,8}password[ \t]{0,8}[=:][ \t]{0,8}(\S{1,300})/y,
    before: { test: isInSectionOfIndex },
    sample: (password) => `[private]\nrepository = https://pypi.shop.io/\nusername = ci\npassword = ${password}\n`,
  }),
  inFile({
    id: 'maven-settings-password',
    name: 'Password in Maven settings',
    risk: 'Publishes and changes artifacts in the repository that the server names.',
    format: '<server> with <username> and <password>, not encrypted by Maven',
    source: 'https://maven.apache.org/settings.html',
    severity: 'error',
    revocation: 'https://maven.apache.org/guides/mini/guide-encryption.html',
    literals: ['<password>'],
    after: /\s{0,40}([^<>\s]{1,300})(?=\s{0,40}<\/password>)/y,
    before: { test: isInServer },
    sample: (password) => `<server><id>releases</id><username>ci</username><password>${password}</password></server>`,
  }),
  inFile({
    id: 'nuget-config-password',
    name: 'Password in NuGet configuration',
    risk: 'Fetches, and mostly publishes, packages in the source that the section names.',
    format: '<add key="ClearTextPassword" value="…" />',
    source: 'https://github.com/NuGet/docs.microsoft.com-nuget/blob/main/docs/reference/nuget-config-file.md',
    severity: 'error',
    revocation: 'https://learn.microsoft.com/nuget/reference/nuget-config-file',
    literals: ['ClearTextPassword'],
    after: /"\s{1,8}value\s{0,4}=\s{0,4}"([^"\r\n]{1,300})(?=")/y,
    sample: (password) => `<add key="ClearTextPassword" value="${password}" />`,
  }),
];
