import assert from 'node:assert/strict';
import { request } from 'node:http';
import test, { type TestContext } from 'node:test';
import { servedSsoProfileIn } from '../../src/credentials/profile.ts';
import { serveSsoProfile } from '../../src/credentials/serve-profile.ts';
import { addSsoProfile, knownSsoSession, newProfileName, newSessionName } from '../../src/credentials/sso/add-profile.ts';
import type { SignInService, SsoDoors, TokenAnswer } from '../../src/credentials/sso/cloud.ts';
import { type LoopbackListener, openLoopbackListener } from '../../src/credentials/sso/loopback.ts';
import { serveRoleCredentials } from '../../src/credentials/sso/role-sessions.ts';
import { signInFlow } from '../../src/credentials/sso/sign-in.ts';
import { addSsoSession, keyOf, readSsoSession, type SsoSession } from '../../src/credentials/sso/sso-session.ts';
import { takeOverSsoProfile } from '../../src/credentials/sso/take-over.ts';
import { SignInNeeded, signedIn, storeTokens } from '../../src/credentials/sso/tokens.ts';
import { parseAwsFile } from '../../src/files/aws-files.ts';
import { sampleKeyPair } from '../sample-keys.ts';

test('the browser signs in where its way back is open, a code everywhere else', () => {
  const table: [listens: boolean, local: boolean, host: string | undefined, flow: 'browser' | 'code'][] = [
    [true, true, undefined, 'browser'],
    [false, true, undefined, 'code'],
    [true, false, undefined, 'code'],
    [true, false, 'localhost', 'browser'],
    [true, false, 'localhost:8080', 'browser'],
    [true, false, '127.0.0.1:40123', 'browser'],
    [true, false, '127.1.2.3', 'browser'],
    [true, false, '[::1]:8080', 'browser'],
    [true, false, 'LOCALHOST', 'browser'],
    [false, false, 'localhost', 'code'],
    [true, false, '192.168.1.5:8080', 'code'],
    [true, false, 'my-codespace-8080.app.example.com', 'code'],
    [true, false, 'localhost.example.com', 'code'],
    [true, false, '127.0.0.1.example.com', 'code'],
    [true, true, 'dev.example.com', 'browser'],
    [true, false, '', 'code'],
  ];
  for (const [loopbackListens, windowIsLocal, externalHost, flow] of table) {
    const surroundings = { loopbackListens, windowIsLocal, ...(externalHost === undefined ? {} : { externalHost }) };
    assert.equal(signInFlow(surroundings), flow, JSON.stringify(surroundings));
  }
});

const page = { language: 'en', title: 'Back & done', text: 'Close this tab.' };

async function listening(t: TestContext, more: { waitMs?: number; signal?: AbortSignal } = {}): Promise<LoopbackListener> {
  const listener = await openLoopbackListener({ state: 'the-state', page, waitMs: 5_000, ...more });
  assert.ok(listener);
  t.after(() => listener.close());
  return listener;
}

/** A request with headers as they are given: `fetch` would not send another Host. */
function send(
  address: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(address, { agent: false, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('the listener takes one answer: right path, host, state and sender, and then is gone', async (t) => {
  const listener = await listening(t);
  const { redirectUri } = listener;
  const { origin, port } = new URL(redirectUri);
  assert.match(redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
  const good = '?code=c&state=the-state';
  const refused: [string, Parameters<typeof send>[1]?][] = [
    [`${redirectUri}?code=c&state=wrong`],
    [`${redirectUri}?code=c`],
    [`${redirectUri}?code=c&state=the-state&state=the-state`],
    [`${redirectUri}?code=c&code=d&state=the-state`],
    [`${redirectUri}?state=the-state`],
    [`${redirectUri}?code=c&error=e&state=the-state`],
    [`${redirectUri}/${good}`],
    [`${origin}/oauth/%63allback${good}`],
    [`${origin}/${good}`],
    [redirectUri + good, { method: 'POST' }],
    [redirectUri + good, { method: 'HEAD' }],
    [redirectUri + good, { headers: { Host: `localhost:${port}` } }],
    [redirectUri + good, { headers: { Host: 'evil.example.com' } }],
    [redirectUri + good, { headers: { Host: '127.0.0.1' } }],
    [redirectUri + good, { headers: { Origin: 'https://evil.example.com' } }],
    [redirectUri + good, { headers: { Origin: 'null' } }],
  ];
  for (const [address, options] of refused)
    assert.equal((await send(address, options)).status, 400, `${address} ${JSON.stringify(options)}`);

  const { status, text } = await send(redirectUri + good);
  assert.equal(status, 200);
  assert.match(text, /<h1>Back &#38; done<\/h1>/);
  assert.doesNotMatch(text, /src=|href=|url\(/, 'nothing is loaded from elsewhere');
  assert.deepEqual(await listener.answer, { code: 'c' });
  await assert.rejects(send(redirectUri + good), { code: 'ECONNREFUSED' });
});

test('the listener hands on an error, gives up in time and when it is cancelled', async (t) => {
  const denied = await listening(t);
  await send(`${denied.redirectUri}?error=access_denied&state=the-state`);
  assert.deepEqual(await denied.answer, { error: 'access_denied' });

  const late = await listening(t, { waitMs: 20 });
  assert.equal(await late.answer, undefined);
  await assert.rejects(send(late.redirectUri), { code: 'ECONNREFUSED' });

  const cancel = new AbortController();
  const cancelled = await listening(t, { signal: cancel.signal });
  cancel.abort();
  await assert.rejects(cancelled.answer, { name: 'AbortError' });
  await assert.rejects(send(cancelled.redirectUri), { code: 'ECONNREFUSED' });
  await assert.rejects(listening(t, { signal: cancel.signal }), { name: 'AbortError' });
});

const config = (text: string) => parseAwsFile(text, '/home/a/.aws/config', 'config');
const credentials = (text: string) => parseAwsFile(text, '/home/a/.aws/credentials', 'credentials');
const company: SsoSession = {
  name: 'company',
  startUrl: 'https://d-1234567890.awsapps.com/start',
  region: 'eu-west-1',
  scopes: ['sso:account:access'],
};

test('a sign-in is written as the section that every tool reads, and read back', () => {
  const text = addSsoSession(config('[default]\nregion = eu-west-1'), company);
  assert.equal(
    text,
    '[default]\nregion = eu-west-1\n\n[sso-session company]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n',
  );
  assert.deepEqual(readSsoSession(config(text), 'company'), company);
  assert.equal(addSsoSession(config(text), company), text);
  assert.throws(
    () => addSsoSession(config(text), { ...company, region: 'us-east-1' }),
    /has another sign-in in its section \[sso-session company\]/,
  );
  const local = { ...company, endpoint: 'http://127.0.0.1:4566' };
  assert.deepEqual(readSsoSession(config(addSsoSession(config(''), local)), 'company'), local);
  for (const change of [
    { startUrl: 'https://x/start' },
    { region: 'us-east-1' },
    { endpoint: 'https://x' },
    { scopes: [] },
    { name: 'b' },
  ]) {
    assert.notEqual(keyOf({ ...company, ...change }), keyOf(company));
  }
});

test('a sign-in that cannot be right is refused with file, line and key', () => {
  const section = (lines: string) => config(`[sso-session company]\n${lines}`);
  const good = 'sso_start_url = https://a/start\nsso_region = eu-west-1\n';
  for (const [lines, key] of [
    ['sso_region = eu-west-1\n', 'sso_start_url'],
    ['sso_start_url = https://a/start\n', 'sso_region'],
    ['sso_start_url = a\nsso_region = eu-west-1\n', 'sso_start_url'],
    ['sso_start_url = https://a\nsso_region = evil.com/\n', 'sso_region'],
    [`${good}endpoint_url = http://example.com\n`, 'endpoint_url'],
  ] as const) {
    assert.throws(() => readSsoSession(section(lines), 'company'), {
      name: 'UserError',
      message: new RegExp(`config, section of the sign-in company \\(line 1\\): ${key} is missing or cannot be right`),
    });
  }
  assert.throws(() => readSsoSession(section(good), 'other'), /has no section \[sso-session other\]/);
});

test('a profile that signs in holds our facts and the process, and none of the keys that other tools would take', () => {
  const files = { config: config(addSsoSession(config(''), company)), credentials: credentials('[other]\naws_access_key_id = x\n') };
  const profile = { name: 'p', sso: { session: company, account: '111122223333', role: 'ReadOnly' }, region: 'eu-west-1' };
  const texts = serveSsoProfile(files, profile, '/opt/keystow');
  assert.match(
    texts.config,
    /\n\n\[profile p\]\nregion = eu-west-1\nkeystow_sso_session = company\nkeystow_account_id = 111122223333\nkeystow_role_name = ReadOnly\n$/,
  );
  assert.equal(
    texts.credentials,
    '[other]\naws_access_key_id = x\n\n[p]\ncredential_process = "/opt/keystow" credential-process --profile p\n',
  );
  assert.deepEqual(servedSsoProfileIn(config(texts.config), 'p'), profile);

  const again = { config: config(texts.config), credentials: credentials(texts.credentials) };
  const other = { ...profile, sso: { ...profile.sso, role: 'Admin' } };
  assert.equal(servedSsoProfileIn(config(serveSsoProfile(again, other, '/opt/keystow').config), 'p')?.sso.role, 'Admin');

  for (const line of [
    'sso_session = company',
    'role_arn = arn:aws:iam::111122223333:role/r',
    'aws_access_key_id = x',
    'credential_process = x',
  ]) {
    const taken = { ...files, config: config(`${files.config.text}\n[profile p]\n${line}\n`) };
    assert.throws(
      () => serveSsoProfile(taken, profile, '/opt/keystow'),
      { name: 'UserError', message: /gets its credentials through/ },
      line,
    );
  }
  for (const [from, to] of [
    ['111122223333', '1'],
    ['ReadOnly', 'a b'],
  ] as const) {
    assert.throws(() => servedSsoProfileIn(config(texts.config.replace(from, to)), 'p'), /Correct it, then try again/);
  }
});

test('a profile that the tools sign in for is taken over with its account and role', () => {
  const sso = 'sso_account_id = 111122223333\nsso_role_name = ReadOnly\n';
  const taken = (text: string, keys = '') =>
    takeOverSsoProfile({ config: config(text), credentials: credentials(keys) }, 'p', '/opt/keystow');
  const section = addSsoSession(config(''), company);
  const facts = 'keystow_sso_session = company\nkeystow_account_id = 111122223333\nkeystow_role_name = ReadOnly\n';
  const modern = taken(`${section}\n[profile p]\n# mine\nsso_session = company\n${sso}region = eu-west-1\n`);
  assert.equal(modern.config, `${section}\n[profile p]\n# mine\nregion = eu-west-1\n${facts}`);
  assert.equal(modern.credentials, '[p]\ncredential_process = "/opt/keystow" credential-process --profile p\n');
  assert.deepEqual(servedSsoProfileIn(config(modern.config), 'p'), modern.profile);

  const older = taken(`[profile p]\nsso_start_url = ${company.startUrl}\nsso_region = eu-west-1\n${sso}`);
  assert.deepEqual(servedSsoProfileIn(config(older.config), 'p')?.sso.session, { ...company, name: 'p' });
  assert.doesNotMatch(older.config.slice(0, older.config.indexOf('[sso-session')), /^sso_/m);

  assert.throws(() => taken('[profile p]\nregion = eu-west-1\n'), /has no sso_account_id/);
  assert.throws(() => taken(`${section}\n[profile p]\nsso_session = company\n${sso}role_arn = x\n`), /through role_arn/);
  assert.throws(
    () => taken(`${section}\n[profile p]\nsso_session = company\n${sso}`, '[p]\naws_access_key_id = x\n'),
    /through aws_access_key_id/,
  );
  assert.throws(() => taken(`[profile p]\nsso_session = company\n${sso}`), /has no section \[sso-session company\]/);
});

test('a new profile comes with its sign-in, under a name that is free', () => {
  const startUrl = company.startUrl;
  const files = { config: config(`${addSsoSession(config(''), company)}\n[profile shop-readonly]\n`), credentials: credentials('[k]\n') };
  assert.deepEqual(knownSsoSession(files, `${startUrl}/#/`, 'eu-west-1'), company);
  assert.equal(knownSsoSession(files, startUrl, 'us-east-1'), undefined);
  assert.equal(newSessionName(files, 'https://Company.awsapps.com/start'), 'company-2');
  assert.equal(newProfileName(files, 'Shop', 'ReadOnly'), 'shop-readonly-2');
  assert.equal(newProfileName(files, '商店', 'Admin'), 'sso-admin');

  const other = { ...company, name: 'other', region: 'us-east-1' };
  const profile = { name: 'new', sso: { session: other, account: '111122223333', role: 'ReadOnly' }, region: 'us-east-1' };
  const texts = addSsoProfile(files, profile, '/opt/keystow');
  assert.deepEqual(servedSsoProfileIn(config(texts.config), 'new'), profile);
  assert.ok(texts.config.startsWith(files.config.text));
  assert.throws(() => addSsoProfile(files, { ...profile, name: 'shop-readonly' }, '/opt/keystow'), /config, line \d+: there is a profile/);
  assert.throws(() => addSsoProfile(files, { ...profile, name: 'k' }, '/opt/keystow'), /credentials, line 1: there is a profile/);
});

/** A vault, a sign-in service and a portal that keep everything in memory, and count. */
function memory(changes: { token?: () => TokenAnswer } = {}) {
  const stored = new Map<string, string>();
  const time = { now: new Date('2026-11-23T10:00:00.000Z') };
  const calls = { token: 0, credentials: 0 };
  let queue: Promise<unknown> = Promise.resolve();
  const service: Pick<SignInService, 'token'> = {
    async token() {
      calls.token += 1;
      return (
        changes.token?.() ?? {
          kind: 'tokens',
          accessToken: `access ${calls.token}`,
          expiresInSeconds: 3600,
          refreshToken: `r ${calls.token}`,
        }
      );
    },
  };
  const doors: SsoDoors = {
    vault: {
      read: async (name) => stored.get(name),
      write: async (name, content) => void stored.set(name, content),
      remove: async (name) => void stored.delete(name),
    },
    signInService: async () => service as SignInService,
    portal: async () => ({
      accounts: () => assert.fail('not asked'),
      roles: () => assert.fail('not asked'),
      async credentials() {
        calls.credentials += 1;
        const expiration = new Date(time.now.getTime() + 3600_000);
        return { ...sampleKeyPair(`role ${calls.credentials}`), sessionToken: 't', expiration };
      },
      logout: async () => {},
    }),
    lock: (_, work) => {
      const turn = queue.then(work);
      queue = turn.catch(() => {});
      return turn;
    },
    clock: () => time.now,
  };
  return { doors, stored, time, calls };
}

const client = { clientId: 'c', clientSecret: 's', expiresAt: new Date('2027-01-01T00:00:00.000Z') };
const tokens = { kind: 'tokens', accessToken: 'access 0', expiresInSeconds: 3600, refreshToken: 'r 0' } as const;
const served = { name: 'p', sso: { session: company, account: '111122223333', role: 'R' } };

test('a role session is served until less than 16 minutes are left, and a token is renewed only then', async () => {
  const { doors, time, calls } = memory();
  await storeTokens(company, client, tokens, doors);
  const first = await serveRoleCredentials(served, doors);
  assert.equal(first.Expiration, '2026-11-23T11:00:00Z');
  time.now = new Date('2026-11-23T10:44:00.000Z');
  assert.deepEqual(await serveRoleCredentials(served, { ...doors, portal: () => assert.fail('loaded') }), first);
  time.now = new Date('2026-11-23T10:44:00.001Z');
  assert.notDeepEqual(await serveRoleCredentials(served, doors), first);
  assert.deepEqual(calls, { token: 0, credentials: 2 });
  time.now = new Date('2026-11-23T12:00:00.000Z');
  await Promise.all([served, { ...served, sso: { ...served.sso, role: 'S' } }, served].map((one) => serveRoleCredentials(one, doors)));
  assert.deepEqual(calls, { token: 1, credentials: 4 });
});

test('roles, accounts and sign-ins never get what belongs to another', async () => {
  const { doors, calls } = memory();
  const elsewhere = { ...company, endpoint: 'https://sso.example.com' };
  await storeTokens(company, client, tokens, doors);
  await serveRoleCredentials(served, doors);
  for (const sso of [
    { ...served.sso, role: 'S' },
    { ...served.sso, account: '444455556666' },
  ]) {
    await serveRoleCredentials({ name: 'p', sso }, doors);
  }
  assert.equal(calls.credentials, 3);
  await assert.rejects(serveRoleCredentials({ name: 'p', sso: { ...served.sso, session: elsewhere } }, doors), SignInNeeded);
});

test('a renewal that is refused ends the sign-in, one that fails does not', async () => {
  const refusing = memory({ token: () => ({ kind: 'refused' }) });
  await storeTokens(company, client, tokens, refusing.doors);
  refusing.time.now = new Date('2026-11-23T12:00:00.000Z');
  assert.equal((await signedIn(company, refusing.doors))?.renewable, true);
  await assert.rejects(serveRoleCredentials(served, refusing.doors), SignInNeeded);
  assert.equal(refusing.stored.size, 0);

  const failing = memory({
    token: () => {
      throw new Error('no network');
    },
  });
  await storeTokens(company, client, tokens, failing.doors);
  failing.time.now = new Date('2026-11-23T12:00:00.000Z');
  await assert.rejects(serveRoleCredentials(served, failing.doors), /no network/);
  assert.equal((await signedIn(company, failing.doors))?.renewable, true);
});

test('what is stored and damaged counts as none', async () => {
  for (const damaged of ['', 'null', '{}', '[]', '{"accessToken":1}', '{"111122223333/R":{"accessKeyId":"a"}}']) {
    const { doors, stored, calls } = memory();
    await storeTokens(company, client, tokens, doors);
    stored.set(`sso-roles-${keyOf(company)}`, damaged);
    await serveRoleCredentials(served, doors);
    assert.equal(calls.credentials, 1);
    stored.clear();
    stored.set(`sso-token-${keyOf(company)}`, damaged);
    await assert.rejects(serveRoleCredentials(served, doors), SignInNeeded);
  }
});
