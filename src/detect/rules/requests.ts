// What a request to a server carries: a login, or any service's token.
import { type Gate, setOf } from '../engine/matcher.ts';
import { isMixed, isMixedAtRandom, isPlaceholder, isSeries, isUnguessable, isVaried } from '../randomness.ts';
import { whenForgetting } from '../remembered.ts';
import { unitAt } from '../unit-at.ts';
import { nobody } from './addresses.ts';
import { decode } from './encoded.ts';
import { isLikelyPassword } from './password.ts';
import { base62, base64, type Checked, type Rule } from './rule.ts';

const loginBehind: readonly Gate[] = [{ mark: setOf(':'), stops: setOf('\t\n\r '), within: 104 }];
const encodedBehind: readonly Gate[] = [{ set: setOf(base64), length: 16, within: 0 }];
const encodedLogin = /[A-Za-z0-9+/]{16,1000}={0,2}(?![A-Za-z0-9+/=])/y;
const argument =
  /(?:"[^\s"'`:]{0,100}:([^"\r\n]{3,200})"|'[^\s"'`:]{0,100}:([^'\r\n]{3,200})'|[^\s"'`:]{0,100}:([^\s"'`\\;|&()<>]{3,200}))/y;
const farthest = 400;

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
  const [before, behind] = commandAround(text, start, next);
  if (!/\bcurl\b/.test(before) || !isLikelyPassword(password) || isOfNobody(before, behind)) return { next };
  const last = found[3] === undefined ? next - 1 : next;
  return { match: { start: last - password.length, end: last }, next };
}

/** The text and the command in it that were asked about last: where that begins and ends, or is read to. */
let read: string | undefined;
let [begin, end] = [0, 0];
const forgetCommand = () => {
  read = undefined;
};

/** What stands of a command before a place of it and behind another. It is read once, however many logins stand in it. */
function commandAround(text: string, first: number, last: number): readonly [before: string, behind: string] {
  if (text !== read || first < begin || first - farthest > end) {
    if (read === undefined) whenForgetting(forgetCommand);
    read = text;
    begin = end = Math.max(0, first - farthest);
  }
  const stop = Math.min(text.length, last + farthest);
  let at = end;
  for (; at < stop; at++) {
    if (!endsCommand(text, at)) continue;
    if (at >= last) break;
    begin = at + 1;
  }
  end = at;
  return [text.slice(Math.max(begin, first - farthest), first), text.slice(last, Math.min(end, last + farthest))];
}

/** Does a command end with the unit at a place: is that a line feed, and no backslash before it, as where the command goes on? */
function endsCommand(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== lineFeed) return false;
  const before = unitAt(text, at - 1) === carriageReturn ? at - 2 : at - 1;
  return unitAt(text, before) !== backslash;
}

const [lineFeed, carriageReturn, backslash] = [10, 13, 92];

/** Does a command that goes on behind a place go to this machine or to nobody? */
function isOfNobody(before: string, behind: string): boolean {
  const host = hostInCommand.exec(behind) ?? hostInCommand.exec(before);
  return host !== null && nobody.test(host[1]!);
}

const hostInCommand = /(?<=https?):\/\/(?:[^\s"'`<>@/]{0,200}@)?([\w.[\]:-]{1,200})/i;

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
  const before = text.slice(Math.max(0, start - farthest), end);
  if (!/authorization["'\]]{0,3}[ \t]{0,4}(?:[:=,]|=>)[^\r\n]{0,28}$|authorization["'],?\s{1,40}["']value["']:[^\r\n]{0,16}$/i.test(before))
    return { next };
  if (!isRandomToken(value) || isOfNobody(...commandAround(text, start, next))) return { next };
  return { match: { start: end, end: next }, next };
}

function isRandomToken(value: string): boolean {
  const isRandom = isUnguessable(value) || (isMixed(value) && isMixedAtRandom(value)) || uuid.test(value);
  // without a digit it may be the name of another header
  return (
    isRandom &&
    /\d/.test(value) &&
    isVaried(value, 8) &&
    !ofItsOwn.test(value) &&
    !isPlaceholder(value) &&
    !isSeries(value, 0, value.length)
  );
}

const keyInHeader =
  /["'\]]{0,2}[ \t]{0,4}(?:(?:[:=]|=>)[ \t]{0,4}["'`]?|,[ \t]{0,4}["'`])([A-Za-z0-9_~+/-]{20,400}={0,2})(?![\w.~+/=$({[-])/y;

/** A key behind the name of a header that is made for one, in a request that does not go to this machine or to nobody. */
function checkKey(text: string, start: number, end: number): Checked | undefined {
  keyInHeader.lastIndex = end;
  const value = keyInHeader.exec(text)?.[1];
  if (value === undefined) return undefined;
  const next = keyInHeader.lastIndex;
  if (!isRandomToken(value) || isOfNobody(...commandAround(text, start, next))) return { next };
  return { match: { start: next - value.length, end: next }, next };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const requestRules = (): readonly Rule[] => [
  {
    id: 'basic-auth-password',
    name: 'Login of HTTP Basic authentication',
    risk: 'Signs in at the host as the user of the login.',
    format: 'Basic and user:password in base64, or curl with -u or --user and user:password',
    source: 'https://www.rfc-editor.org/rfc/rfc7617',
    severity: 'error',
    revocation: 'https://www.rfc-editor.org/rfc/rfc7617',
    commonInTests: true,
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
          `curl -sS \\\r\n  --user 'svc@shop.io:${password}' \\\r\n  https://git.shop.io/api`,
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
  {
    id: 'api-key-header',
    name: 'Key in a header of a request',
    risk: 'Calls the API that the request goes to, as the key’s owner, until it is revoked.',
    format: 'X-Api-Key and 20 random characters or more',
    source: 'https://www.speakeasy.com/openapi/security/security-schemes/security-api-key.md',
    severity: 'warning',
    revocation: 'https://www.speakeasy.com/openapi/security/security-schemes/security-api-key.md',
    commonInTests: true,
    literals: [{ text: 'x-api-key', anyCase: true, beginsWord: true, gates: [{ set: setOf(`${base64}-._~`), length: 20, within: 12 }] }],
    check: checkKey,
    cases(draw) {
      const key = () => `${draw(base62, 30)}a7Z`;
      return {
        ok: [
          `curl -H "X-Api-Key: ${key()}" https://api.shop.io/v1/orders`,
          `curl https://api.shop.io/v1/orders --header 'x-api-key:${draw('0123456789abcdef', 40)}'`,
          `fetch(url, { headers: { 'X-API-Key': '${key()}' } });`,
          `request.setRequestHeader("X-Api-Key", "${key()}");`,
          `requests.get(url, headers={"x-api-key": "${key()}"})`,
          `GET /v1/orders HTTP/1.1\nHost: api.shop.io\nX-Api-Key: ${key()}\n`,
        ],
        ng: [
          `curl -H "X-Api-Key: ${key()}" http://localhost:8080/v1/orders`,
          `curl -H "X-Api-Key: $API_KEY_OF_THE_SHOP_1" https://api.shop.io`,
          `curl -H "X-Api-Key: YOUR_API_KEY_FROM_THE_PAGE1" https://api.shop.io`,
          `curl -H "X-Api-Key: ${'0'.repeat(32)}" https://api.shop.io`,
          `headers: { 'x-api-key': process.env.API_KEY_OF_THE_SHOP1 }`,
          `"x-api-key": getApiKeyOfTheShop1FromTheVault()`,
          'Authorization and Bearer, or X-API-Key, Ocp-Apim-Subscription-Key, sent as they are',
          '{ "X-API-Key": "Ocp-Apim-Subscription-Key" }',
          `curl -H "X-Api-Key: ${key()}" https://api.example.com/v1`,
        ],
      };
    },
  },
];
