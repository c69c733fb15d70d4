// Needs a keychain of its own: node test/inside.mjs --test test/integration/sso.test.ts
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { signInService } from '../../src/aws/sso-oidc.ts';
import { callerIdentity } from '../../src/aws/sts.ts';
import type { ProcessCredentials } from '../../src/credentials/broker.ts';
import { portalLists } from '../../src/credentials/sso/accounts.ts';
import { serveRoleCredentials } from '../../src/credentials/sso/role-sessions.ts';
import { signInWithBrowser, signInWithCode, signOut } from '../../src/credentials/sso/sign-in.ts';
import { SignInNeeded, signedIn } from '../../src/credentials/sso/tokens.ts';
import { listProfiles, login, logout, profileLines } from '../../src/credentials/sso-command.ts';
import { UserError } from '../../src/message.ts';
import { quiet } from '../../src/simulator/scenario.ts';
import { answerPage, type Button } from '../sign-in-page.ts';
import { ssoHome } from './sso-home.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'sso-program.ts');

/** A browser in which somebody presses this button. */
const browser = (button: Button) => ({ open: (address: string) => void answerPage(address, button) });

const identity = (
  { AccessKeyId, SecretAccessKey, SessionToken, Expiration }: ProcessCredentials,
  place: Parameters<typeof callerIdentity>[1],
) =>
  callerIdentity(
    { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken!, expiration: new Date(Expiration!) },
    place,
  );

test('sign in by the browser, pick an account and a role, get credentials, sign out', async (t) => {
  const { session, doors, admin, profile, place, world, calls, data } = await ssoHome(t);
  assert.equal(await signedIn(session, doors), undefined);
  let address = '';
  let shown: Promise<{ text: string }> | undefined;
  await signInWithBrowser(session, doors, {
    open(opened) {
      address = opened;
      shown = answerPage(opened, 'allow');
    },
  });
  assert.match(
    address,
    new RegExp(`^${session.endpoint}/authorize\\?response_type=code&client_id=[\\w-]+&redirect_uri=http%3A%2F%2F127.0.0.1%3A\\d+`),
  );
  assert.match((await shown!).text, /You can close this tab/);
  assert.deepEqual([(await signedIn(session, doors))?.renewable], [true]);

  const lists = portalLists(session, 'admin', doors);
  const accounts = await lists.accounts();
  assert.deepEqual(
    accounts.map(({ name, id }) => [name, id]),
    [
      ['Demo', world.accountId],
      ['Sandbox', '210987654321'],
    ],
  );
  assert.deepEqual(await lists.roles(world.accountId), ['AdministratorAccess', 'ReadOnly']);

  const credentials = await serveRoleCredentials(admin, doors);
  assert.match(credentials.AccessKeyId, /^ASIA/);
  assert.match(
    (await identity(credentials, place)).arn,
    new RegExp(`^arn:aws:sts::${world.accountId}:assumed-role/AWSReservedSSO_AdministratorAccess_[0-9a-f]{16}/demo@example.com$`),
  );
  assert.deepEqual(await serveRoleCredentials(admin, doors), credentials);
  assert.equal(calls('GetRoleCredentials'), 1);
  const sandbox = await serveRoleCredentials(profile('s', 'ReadOnly', '210987654321'), doors);
  assert.equal((await identity(sandbox, place)).account, '210987654321');

  const { accessToken, refreshToken } = [...world.identityCenter.sessions][0]!;
  const sealed = await Promise.all((await readdir(join(data, 'sessions'))).map((name) => readFile(join(data, 'sessions', name), 'latin1')));
  assert.equal(sealed.length, 3);
  for (const secret of [accessToken, refreshToken!, credentials.SecretAccessKey]) assert.ok(sealed.every((text) => !text.includes(secret)));

  assert.deepEqual(await signOut(session, doors), { wasSignedIn: true });
  assert.equal(world.identityCenter.sessions.size, 0);
  assert.equal(await signedIn(session, doors), undefined);
  const refused = await serveRoleCredentials(admin, doors).then(
    () => assert.fail('no failure'),
    (error: Error) => error,
  );
  assert.ok(refused instanceof SignInNeeded);
  assert.match(refused.message, /^The sign-in company is over.* Run "keystow login admin"[^\n]*$/);
  assert.deepEqual(await signOut(session, doors), { wasSignedIn: false });
});

test('sign in by a code, as the command does', async (t) => {
  const { session, doors, reader, place, world, calls, paths, center } = await ssoHome(t);
  const said: string[] = [];
  const loginDoors = {
    profile: async () => reader,
    roles: doors,
    say: (text: string) => said.push(text),
    ask: () => assert.fail('not asked'),
  };
  const done = login('reader', loginDoors);
  while (said.length < 2) await sleep(20);
  const [address] = /http\S+/.exec(said[0]!)!;
  const [code] = /[B-Z]{4}-[B-Z]{4}/.exec(said[1]!)!;
  assert.ok(address.endsWith(code));
  await sleep(1200);
  assert.match((await answerPage(address, 'allow')).text, /Request allowed/);
  await done;
  assert.equal(said.at(-1), 'Signed in to company.');
  assert.ok(calls('CreateToken') >= 2, 'it waited for the person');
  assert.match((await identity(await serveRoleCredentials(reader, doors), place)).arn, /AWSReservedSSO_ReadOnly_/);

  const listed = await listProfiles(paths, doors);
  assert.deepEqual(
    listed.map(({ profile, kind, sso }) => [profile, kind, sso?.role, sso?.signedIn]),
    [
      ['admin', 'sso', 'AdministratorAccess', true],
      ['reader', 'sso', 'ReadOnly', true],
    ],
  );
  assert.equal(profileLines(listed).split('\n')[1], `reader  ReadOnly in ${world.accountId} by company, signed in`);
  await logout('reader', loginDoors);
  assert.equal(said.at(-1), 'Signed out of company.');
  assert.equal(center.sessions.size, 0);
  assert.equal((await signedIn(session, doors)) ?? 'out', 'out');
});

test('what the person denies, does not answer or cancels gives no token', async (t) => {
  const { session, doors, center, calls } = await ssoHome(t);
  await assert.rejects(signInWithBrowser(session, doors, browser('deny')), { name: 'UserError', message: /was denied in the browser/ });
  await assert.rejects(signInWithCode(session, doors, { show: ({ addressWithCode }) => answerPage(addressWithCode, 'deny') }), {
    name: 'UserError',
    message: /was denied in the browser/,
  });
  await assert.rejects(signInWithBrowser(session, doors, { open: () => {}, waitMs: 30 }), { name: 'UserError', message: /in time/ });
  center.requestSeconds = 1;
  await assert.rejects(signInWithCode(session, doors, { show: () => {} }), { name: 'UserError', message: /in time/ });

  for (const signIn of [
    (signal: AbortSignal, started: () => void) => signInWithBrowser(session, doors, { open: started, signal }),
    (signal: AbortSignal, started: () => void) => signInWithCode(session, doors, { show: started, signal }),
  ]) {
    const cancel = new AbortController();
    await assert.rejects(
      signIn(cancel.signal, () => cancel.abort()),
      { name: 'AbortError' },
    );
  }
  assert.equal(center.sessions.size, 0);
  assert.equal(await signedIn(session, doors), undefined);
  assert.ok(calls('RegisterClient') >= 4, 'a registration that led nowhere is made anew');
});

test('a registration is made once, and again where the service no longer knows it', async (t) => {
  const { session, doors, center, calls } = await ssoHome(t);
  const byCode = () => signInWithCode(session, doors, { show: ({ addressWithCode }) => answerPage(addressWithCode, 'allow') });
  await signInWithBrowser(session, doors, browser('allow'));
  await signInWithBrowser(session, doors, browser('allow'));
  assert.equal(calls('RegisterClient'), 1);
  await byCode();
  center.clients.clear();
  await byCode();
  assert.equal(calls('RegisterClient'), 3);
});

test('processes that need a new token at once renew it once', async (t) => {
  const { session, doors, center, env, calls, world } = await ssoHome(t);
  center.accessTokenSeconds = 62;
  await signInWithBrowser(session, doors, browser('allow'));
  const first = [...center.sessions][0]!.refreshToken;
  await sleep(2_100);
  const ask = (profile: string) => run(process.execPath, [program, 'credential-process', '--profile', profile], { env, timeout: 60_000 });
  const answers = await Promise.all(['admin', 'reader', 'admin', 'reader'].map(ask));
  const keys = answers.map(({ stdout }) => JSON.parse(stdout).AccessKeyId);
  assert.deepEqual([keys[0], keys[1]], [keys[2], keys[3]]);
  assert.notEqual(keys[0], keys[1]);
  assert.deepEqual([calls('CreateToken'), calls('GetRoleCredentials')], [2, 2], 'one sign-in and one renewal, one call a role');
  assert.notEqual([...center.sessions][0]!.refreshToken, first);
  assert.equal(world.sessions.size, 2);

  // A day later the portal has ended the session: every process says so in one line, on stderr alone.
  center.sessions.clear();
  const failed = await run(process.execPath, [program, 'credential-process', '--profile', 'admin'], {
    env: { ...env, TEST_CLOCK_AHEAD_MS: String(24 * 3600_000) },
  }).then(
    () => assert.fail('no failure'),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  assert.deepEqual([failed.code, failed.stdout], [1, '']);
  assert.match(failed.stderr, /^keystow: The sign-in company is over[^\n]*keystow login admin[^\n]*\n$/);
});

test('a token that was ended elsewhere is renewed where it can be, and needs a person where not', async (t) => {
  const { session, doors, center, admin, reader, calls } = await ssoHome(t);
  await signInWithBrowser(session, doors, browser('allow'));
  [...center.sessions][0]!.accessToken = 'another';
  await serveRoleCredentials(admin, doors);
  assert.equal(calls('CreateToken'), 2);
  center.sessions.clear();
  await assert.rejects(serveRoleCredentials(reader, doors), SignInNeeded);
  await assert.rejects(portalLists(session, 'admin', doors).accounts(), SignInNeeded);
});

test('without a scope there is no refresh token, and the sign-in ends with the access token', async (t) => {
  const { session, doors, center, admin } = await ssoHome(t, { scopes: [] });
  center.sessionSeconds = 61;
  await signInWithBrowser(session, doors, browser('allow'));
  assert.equal((await signedIn(session, doors))?.renewable, false);
  await sleep(1_200);
  assert.equal(await signedIn(session, doors), undefined);
  await assert.rejects(serveRoleCredentials(admin, doors), SignInNeeded);
});

test('a new sign-in never serves the sessions of the one before it', async (t) => {
  const { session, doors, admin } = await ssoHome(t);
  await signInWithBrowser(session, doors, browser('allow'));
  const before = await serveRoleCredentials(admin, doors);
  await signInWithBrowser(session, doors, browser('allow'));
  assert.notEqual((await serveRoleCredentials(admin, doors)).AccessKeyId, before.AccessKeyId);
});

test('signing out while the portal is away removes everything here, and says what could not be done', async (t) => {
  const { simulator, session, doors, admin } = await ssoHome(t);
  await signInWithBrowser(session, doors, browser('allow'));
  await serveRoleCredentials(admin, doors);
  simulator.world.faults.add('sso:Logout', { kind: 'internal-failure' }, 5);
  const { wasSignedIn, notTold } = await signOut(session, doors);
  assert.ok(wasSignedIn && notTold !== undefined);
  await assert.rejects(serveRoleCredentials(admin, doors), SignInNeeded);
});

test('the authorize page is that of the region in its partition, or of the endpoint that the sign-in names', async () => {
  const { origin } = signInService({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
  const session = { name: 's', startUrl: 'https://d-1234567890.awsapps.com/start', scopes: [] };
  assert.equal(await origin({ ...session, region: 'eu-west-1' }), 'https://oidc.eu-west-1.amazonaws.com');
  assert.equal(await origin({ ...session, region: 'cn-north-1' }), 'https://oidc.cn-north-1.amazonaws.com.cn');
  assert.equal(await origin({ ...session, region: 'us-gov-west-1' }), 'https://oidc.us-gov-west-1.amazonaws.com');
  assert.equal(await origin({ ...session, region: 'eu-west-1', endpoint: 'https://sso.example.com/a/' }), 'https://sso.example.com/a');
});

test('every failure is one line with the remedy', async (t) => {
  const { session, doors, profile, simulator } = await ssoHome(t);
  await assert.rejects(signInWithBrowser({ ...session, startUrl: 'https://other.awsapps.com/start' }, doors, browser('allow')), {
    message: /does not take the sign-in company. Check its sso_start_url and sso_region: https:\/\/other/,
  });
  await signInWithBrowser(session, doors, browser('allow'));
  await assert.rejects(serveRoleCredentials(profile('p', 'Owner'), doors), (error: Error) => {
    return error instanceof UserError && /does not give the role Owner in the account \d{12}/.test(error.message);
  });
  assert.deepEqual(await portalLists(session, 'p', doors).roles('000000000000'), []);
  simulator.world.faults.add('sso:GetRoleCredentials', { kind: 'delay', milliseconds: 3_000 });
  await assert.rejects(serveRoleCredentials(profile('p', 'ReadOnly'), { ...doors, answerWithinMs: 300 }), {
    message: /Nothing answered within 0 seconds for the profile p/,
  });
});

test('long lists come page by page, at most five a second', async (t) => {
  const accounts = Array.from({ length: 250 }, (_, i) => ({ id: String(100_000_000_000 + i), name: `A ${i}`, roles: [{ name: 'R' }] }));
  const { session, doors, calls } = await ssoHome(t, { scenario: { ...quiet, sso: { users: ['a'], accounts } } });
  await signInWithBrowser(session, doors, browser('allow'));
  const lists = portalLists(session, 'p', doors);
  const began = performance.now();
  assert.equal((await lists.accounts()).length, 250);
  assert.equal(calls('ListAccounts'), 3);
  await Promise.all(accounts.slice(0, 3).map(({ id }) => lists.roles(id)));
  assert.ok(performance.now() - began >= 5 * 199, `${performance.now() - began} ms for six questions`);
});
