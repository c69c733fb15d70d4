import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { AccessKey } from '../../src/simulator/principals.ts';
import { authenticate } from '../../src/simulator/signature.ts';
import { ServiceError, type WireRequest } from '../../src/simulator/wire.ts';
import { World } from '../../src/simulator/world.ts';

// Signing is written out here, after AWS's description, so that the simulator is not judged by the library it verifies with.

interface Signing {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  at: Date;
  service?: string;
  /** Taken out of the headers that the signature covers. */
  unsigned?: string;
  day?: string;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const timeOf = (date: Date) => `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function signatureOf(request: WireRequest, names: readonly string[], secret: string, time: string, scope: string): string {
  const query = Object.entries(request.query).map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
  const headers = names.map((name) => `${name}:${request.headers[name]?.trim().replace(/ +/g, ' ')}\n`).join('');
  const hash = request.headers['x-amz-content-sha256'] ?? sha256(request.body);
  const canonical = [request.method, request.path, query.sort().join('&'), headers, names.join(';'), hash].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((secretSoFar, part) => hmac(secretSoFar, part), `AWS4${secret}`);
  return hmac(key as Buffer, toSign).toString('hex');
}

const form = (body = 'Action=GetCallerIdentity&Version=2011-06-15'): WireRequest => ({
  method: 'POST',
  path: '/',
  query: {},
  headers: { host: '127.0.0.1:4566', 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'a test' },
  body: Buffer.from(body),
});

function sign(request: WireRequest, by: Signing): WireRequest {
  const time = timeOf(by.at);
  const scope = `${by.day ?? time.slice(0, 8)}/eu-west-1/${by.service ?? 'sts'}/aws4_request`;
  const token = by.sessionToken === undefined ? {} : { 'x-amz-security-token': by.sessionToken };
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time, ...token };
  const names = Object.keys(headers)
    .filter((name) => name !== by.unsigned)
    .sort();
  const signature = signatureOf({ ...request, headers }, names, by.secretAccessKey, time, scope);
  const authorization = `AWS4-HMAC-SHA256 Credential=${by.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...request, headers: { ...headers, authorization } };
}

function presign(by: Signing, seconds: number): WireRequest {
  const time = timeOf(by.at);
  const scope = `${time.slice(0, 8)}/eu-west-1/sts/aws4_request`;
  const request: WireRequest = {
    method: 'GET',
    path: '/',
    query: {
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${by.accessKeyId}/${scope}`,
      'X-Amz-Date': time,
      'X-Amz-Expires': String(seconds),
      'X-Amz-SignedHeaders': 'host',
      ...(by.sessionToken !== undefined && { 'X-Amz-Security-Token': by.sessionToken }),
    },
    headers: { host: '127.0.0.1:4566' },
    body: Buffer.alloc(0),
  };
  return { ...request, query: { ...request.query, 'X-Amz-Signature': signatureOf(request, ['host'], by.secretAccessKey, time, scope) } };
}

const noon = new Date('2026-03-01T12:00:00Z');
const minutes = (count: number, from = noon) => new Date(from.getTime() + count * 60_000);

/** A world at noon with one user and her key, and a way to move its clock. */
function worldAtNoon() {
  let now = noon;
  const world = new World({ clock: () => now });
  const ana = world.createUser('ana');
  const key = world.createAccessKey('ana', { createdAt: minutes(-60) });
  return { world, ana, key, setClock: (date: Date) => (now = date) };
}

const refuses = (request: WireRequest, world: World, code: string, words: RegExp) =>
  assert.rejects(authenticate(request, 'sts', world), (error) => {
    assert.ok(error instanceof ServiceError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });

test("AWS's own example of a signature is accepted", async () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html, put together so that no scanner takes it for a secret.
  const secret = ['wJalrXUtnFEMI', 'K7MDENG+bPxRfiCYEXAMPLEKEY'].join('/');
  const world = new World({ clock: () => new Date('2015-08-30T12:36:00Z') });
  const user = world.createUser('example');
  world.accessKeys.set('AKIDEXAMPLE', new AccessKey('AKIDEXAMPLE', secret, user, new Date('2015-01-01'), 'Active'));
  const example = (signature: string): WireRequest => ({
    method: 'GET',
    path: '/',
    query: { Action: 'ListUsers', Version: '2010-05-08' },
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      host: 'iam.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=${signature}`,
    },
    body: Buffer.alloc(0),
  });
  const right = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
  const { caller, region } = await authenticate(example(right), 'iam', world);
  assert.equal(caller.principal.name, 'example');
  assert.equal(region, 'us-east-1');
  await assert.rejects(authenticate(example(right.replace(/^5/, '6')), 'iam', world), { code: 'SignatureDoesNotMatch' });
});

test('a signed request is accepted, and nothing that was changed after signing', async () => {
  const { world, key } = worldAtNoon();
  const signed = sign(form(), { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey, at: noon });
  assert.equal((await authenticate(signed, 'sts', world)).caller.accessKeyId, key.accessKeyId);
  const not = /^The request signature we calculated does not match the signature you provided/;
  await refuses({ ...signed, body: Buffer.from('Action=GetSessionToken&Version=2011-06-15') }, world, 'SignatureDoesNotMatch', not);
  await refuses({ ...signed, method: 'GET' }, world, 'SignatureDoesNotMatch', not);
  await refuses({ ...signed, path: '/other' }, world, 'SignatureDoesNotMatch', not);
  await refuses({ ...signed, query: { a: 'b' } }, world, 'SignatureDoesNotMatch', not);
  await refuses({ ...signed, headers: { ...signed.headers, host: 'localhost' } }, world, 'SignatureDoesNotMatch', not);
  const hashed = { ...form(), headers: { ...form().headers, 'x-amz-content-sha256': sha256(form().body) } };
  const alsoSigned = sign(hashed, { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey, at: noon });
  await authenticate(alsoSigned, 'sts', world);
  await refuses({ ...alsoSigned, body: Buffer.from('Action=GetSessionToken') }, world, 'SignatureDoesNotMatch', not);
});

const requests: readonly [name: string, change: (by: Signing) => WireRequest, code: string, words: RegExp][] = [
  ['no signature', () => form(), 'MissingAuthenticationToken', /^Request is missing Authentication Token$/],
  ['a wrong secret', (by) => sign(form(), { ...by, secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch', /calculated does not match/],
  ['an unknown key', (by) => sign(form(), { ...by, accessKeyId: 'AKIAUNKNOWN' }), 'InvalidClientTokenId', /security token .* is invalid/],
  ['a token with a long-term key', (by) => sign(form(), { ...by, sessionToken: 'x' }), 'InvalidClientTokenId', /is invalid/],
  ['another service', (by) => sign(form(), { ...by, service: 'iam' }), 'SignatureDoesNotMatch', /scoped to correct service: 'sts'/],
  ['another day', (by) => sign(form(), { ...by, day: '20260228' }), 'SignatureDoesNotMatch', /'20260228' != '20260301'/],
  ['an unsigned host', (by) => sign(form(), { ...by, unsigned: 'host' }), 'SignatureDoesNotMatch', /'Host'/],
  ['an unsigned date', (by) => sign(form(), { ...by, unsigned: 'x-amz-date' }), 'SignatureDoesNotMatch', /'x-amz-date'/],
  [
    'no SignedHeaders',
    (by) => {
      const signed = sign(form(), by);
      return {
        ...signed,
        headers: { ...signed.headers, authorization: signed.headers.authorization!.replace(/SignedHeaders=[^,]+, /, '') },
      };
    },
    'IncompleteSignature',
    /requires 'SignedHeaders' parameter/,
  ],
  [
    'a date that is none',
    (by) => {
      const signed = sign(form(), by);
      return { ...signed, headers: { ...signed.headers, 'x-amz-date': '20261399T000000Z' } };
    },
    'IncompleteSignature',
    /X-Amz-Date/,
  ],
];

for (const [name, change, code, words] of requests) {
  test(`refused: ${name}`, async () => {
    const { world, key } = worldAtNoon();
    await refuses(change({ accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey, at: noon }), world, code, words);
  });
}

test('a clock may be wrong by a quarter of an hour', async () => {
  const { world, key } = worldAtNoon();
  const at = (date: Date) => sign(form(), { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey, at: date });
  await authenticate(at(minutes(-15)), 'sts', world);
  await authenticate(at(minutes(15)), 'sts', world);
  await refuses(
    at(minutes(-16)),
    world,
    'SignatureDoesNotMatch',
    /^Signature expired: 20260301T114400Z is now earlier than 20260301T114500Z \(20260301T120000Z - 15 min\.\)$/,
  );
  await refuses(
    at(minutes(16)),
    world,
    'SignatureDoesNotMatch',
    /^Signature not yet current: 20260301T121600Z is still later than 20260301T121500Z \(20260301T120000Z \+ 15 min\.\)$/,
  );
});

test('a presigned request holds as long as it says', async () => {
  const { world, key, setClock } = worldAtNoon();
  const request = presign({ accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey, at: noon }, 3600);
  setClock(minutes(59));
  assert.equal((await authenticate(request, 'sts', world)).caller.accessKeyId, key.accessKeyId);
  setClock(minutes(61));
  await refuses(request, world, 'SignatureDoesNotMatch', /^Signature expired/);
  setClock(noon);
  await refuses(
    { ...request, query: { ...request.query, 'X-Amz-Expires': '7200' } },
    world,
    'SignatureDoesNotMatch',
    /calculated does not match/,
  );
});

test('a session is accepted with its own token, until it expires', async () => {
  const { world, ana, setClock } = worldAtNoon();
  const session = world.createSession(ana, 900);
  const other = world.createSession(ana, 900);
  const by = (sessionToken: string | undefined, at: Date): Signing => ({
    accessKeyId: session.accessKeyId,
    secretAccessKey: session.secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    at,
  });
  assert.equal((await authenticate(sign(form(), by(session.sessionToken, noon)), 'sts', world)).caller.session, session);
  assert.equal((await authenticate(presign(by(session.sessionToken, noon), 60), 'sts', world)).caller.session, session);
  await refuses(sign(form(), by(undefined, noon)), world, 'InvalidClientTokenId', /is invalid/);
  await refuses(sign(form(), by(other.sessionToken, noon)), world, 'InvalidClientTokenId', /is invalid/);
  setClock(minutes(15));
  await refuses(
    sign(form(), by(session.sessionToken, minutes(15))),
    world,
    'ExpiredToken',
    /^The security token included in the request is expired$/,
  );
});

test('a session ends with its user', async () => {
  const { world, ana } = worldAtNoon();
  const { accessKeyId, secretAccessKey, sessionToken } = world.createSession(ana, 900);
  world.iam.users.delete('ana');
  world.createUser('ana');
  await refuses(sign(form(), { accessKeyId, secretAccessKey, sessionToken, at: noon }), world, 'InvalidClientTokenId', /is invalid/);
});

test('what happens to a key is seen after the delay', async () => {
  const { world, key: old, setClock } = worldAtNoon();
  world.consistencyDelayMs = 10_000;
  const seconds = (count: number) => new Date(noon.getTime() + count * 1000);
  const works = async ({ accessKeyId, secretAccessKey }: AccessKey, at: Date) => {
    setClock(at);
    return authenticate(sign(form(), { accessKeyId, secretAccessKey, at }), 'sts', world).then(
      () => true,
      (error: ServiceError) => error.code,
    );
  };
  const fresh = world.createAccessKey('ana');
  assert.equal(await works(fresh, seconds(9)), 'InvalidClientTokenId');
  assert.equal(await works(fresh, seconds(10)), true);
  world.changeAccessKey(old.accessKeyId, 'Inactive');
  assert.equal(await works(old, seconds(19)), true);
  assert.equal(await works(old, seconds(20)), 'InvalidClientTokenId');
  world.changeAccessKey(old.accessKeyId, 'Active');
  assert.equal(await works(old, seconds(30)), true);
  world.changeAccessKey(old.accessKeyId, 'Deleted');
  assert.equal(await works(old, seconds(39)), true);
  assert.equal(await works(old, seconds(40)), 'InvalidClientTokenId');
});
