// Needs a keychain of its own: node test/inside.mjs --test test/integration/credentials.test.ts
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { AwsFailure } from '../../src/aws/failure.ts';
import { identityOfProfile } from '../../src/aws/identity-of-profile.ts';
import { keyAccount, keyContent } from '../../src/credentials/keys.ts';
import { writeLauncher } from '../../src/credentials/launcher.ts';
import type { ServedProfile, ServingMode } from '../../src/credentials/profile.ts';
import { serveProfile } from '../../src/credentials/serve-profile.ts';
import { awsFilePaths, readAwsFile } from '../../src/files/aws-files.ts';
import { places } from '../../src/files/places.ts';
import { replaceFile } from '../../src/files/write.ts';
import { openKeychain } from '../../src/keychain/keychain.ts';
import { type RequestRecord, startSimulator } from '../../src/simulator/server.ts';
import { runAws } from '../aws-cli.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'credentials-program.ts');

/** A home with one served profile whose key is in the keychain; its tools reach the simulator. */
async function served(t: TestContext, mode: ServingMode) {
  const requests: RequestRecord[] = [];
  const simulator = await startSimulator({ record: (request) => requests.push(request) });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= simulator.stop());
  t.after(stop);
  const home = await mkdtemp(join(tmpdir(), 'served home '));
  const env = {
    ...process.env,
    XDG_DATA_HOME: join(home, 'data'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_PROFILE: 'another',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  };
  const { data, launcher } = places(env, process.platform, homedir());
  const keychain = openKeychain({ service: 'keystow-test', indexFile: join(data, 'keychain.json') });
  const key = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  await keychain.write(keyAccount(key.accessKeyId), keyContent(key));
  t.after(async () => {
    for (const account of await keychain.accounts()) await keychain.remove(account);
    await rm(home, { recursive: true });
  });

  const paths = awsFilePaths(env, homedir());
  await writeLauncher(launcher, { node: process.execPath, cli: program, electron: false }, process.platform);
  await writeFile(paths.credentials, `[p]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`, {
    mode: 0o600,
  });
  const profile: ServedProfile = { name: 'p', accessKeyId: key.accessKeyId, mode, region: 'eu-west-1', endpoint: simulator.endpoint };
  const texts = serveProfile(
    { config: await readAwsFile(paths.config, 'config'), credentials: await readAwsFile(paths.credentials, 'credentials') },
    profile,
    launcher,
  );
  await replaceFile(paths.config, texts.config);
  await replaceFile(paths.credentials, texts.credentials);

  return {
    world: simulator.world,
    stop,
    key,
    data,
    env,
    paths,
    place: { region: 'eu-west-1', endpoint: simulator.endpoint, env: {} },
    /** As an SDK asks: the line of the file, through a shell, within the time that the strictest one gives. */
    ask: async (more: NodeJS.ProcessEnv = {}) => {
      const line = /credential_process = (.*)/.exec(await readFile(paths.credentials, 'utf8'))![1]!;
      return run('sh', ['-c', line], { env: { ...env, ...more }, timeout: 60_000 });
    },
    calls: (action: string) => requests.filter((request) => request.action === action).length,
  };
}

/** The SDK hands this process's environment on to the profile's process. */
function useEnvironment(t: TestContext, env: NodeJS.ProcessEnv): void {
  const before = { ...process.env };
  Object.assign(process.env, env);
  t.after(() => {
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

async function failed(work: Promise<unknown>): Promise<{ stdout: string; stderr: string; code: number }> {
  return work.then(
    () => assert.fail('no failure'),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
}

test('mode session: the SDK gets a session through the file, and asks AWS for it once', async (t) => {
  const { paths, place, env, world, calls, key, data, ask } = await served(t, 'session');
  useEnvironment(t, env);
  for (let i = 0; i < 2; i++) {
    assert.equal((await identityOfProfile('p', paths, place)).arn, `arn:aws:iam::${world.accountId}:user/demo`);
  }
  assert.equal(calls('GetSessionToken'), 1);

  const { SessionToken, SecretAccessKey } = JSON.parse((await ask()).stdout);
  for (const file of [
    paths.config,
    paths.credentials,
    ...(await readdir(join(data, 'sessions'))).map((name) => join(data, 'sessions', name)),
  ]) {
    const text = await readFile(file, 'latin1');
    for (const secret of [key.secretAccessKey, SessionToken, SecretAccessKey]) assert.ok(!text.includes(secret), file);
  }
});

test('the AWS CLI works through a served profile, and in mode key may call IAM', async (t) => {
  for (const mode of ['session', 'key'] as const) {
    const { env, world, key } = await served(t, mode);
    const { AWS_PROFILE, AWS_ENDPOINT_URL, ...own } = env;
    const call = mode === 'session' ? ['sts', 'get-caller-identity'] : ['iam', 'list-access-keys'];
    const { code, stdout, stderr } = await runAws([...call, '--profile', 'p', '--output', 'json'], { env: own });
    assert.equal(code, 0, stderr);
    const answer = JSON.parse(stdout);
    if (mode === 'session') assert.equal(answer.Arn, `arn:aws:iam::${world.accountId}:user/demo`);
    else assert.equal(answer.AccessKeyMetadata[0].AccessKeyId, key.accessKeyId);
  }
});

test('mode key: the long-term key, without an end', async (t) => {
  const { ask, key, calls } = await served(t, 'key');
  const { stdout, stderr } = await ask();
  assert.deepEqual(JSON.parse(stdout), { Version: 1, AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey });
  assert.equal(stderr, '');
  assert.equal(calls('GetSessionToken'), 0);
});

test('processes that ask at once, with no session or an old one, make one session', async (t) => {
  const { ask, calls } = await served(t, 'session');
  const atOnce = async (more?: NodeJS.ProcessEnv) =>
    (await Promise.all([ask(more), ask(more), ask(more)])).map(({ stdout }) => JSON.parse(stdout).SessionToken);
  const first = new Set(await atOnce({ TEST_SESSION_MINUTES: '20' }));
  assert.equal(first.size, 1);
  assert.equal(calls('GetSessionToken'), 1);

  const minutes = (count: number) => ({ TEST_CLOCK_AHEAD_MS: String(count * 60_000) });
  assert.deepEqual(new Set(await atOnce(minutes(3.5))), first);
  assert.equal(calls('GetSessionToken'), 1);
  const second = new Set(await atOnce(minutes(4.1)));
  assert.equal(second.size, 1);
  assert.notDeepEqual(second, first);
  assert.equal(calls('GetSessionToken'), 2);
});

test('a failure prints nothing on stdout and one line with the remedy on stderr', async (t) => {
  const { ask, world, key, stop, place, paths, env } = await served(t, 'session');
  const fails = async (words: RegExp) => {
    const { stdout, stderr, code } = await failed(ask());
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, words);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.ok(!stderr.includes(key.secretAccessKey));
  };
  world.faults.add('sts:GetSessionToken', { kind: 'bad-gateway' }, 2);
  await fails(/is not an answer of AWS \(HTTP 502\)/);
  world.changeAccessKey(key.accessKeyId, 'Inactive');
  await fails(/refuses the access key AKIA\w+ \(InvalidClientTokenId\)/);
  await stop();
  await fails(/does not answer \(ECONNREFUSED\)/);

  useEnvironment(t, env);
  await assert.rejects(identityOfProfile('p', paths, place), {
    name: 'UserError',
    message: /^The profile p gives no credentials: keystow: .*does not answer \(ECONNREFUSED\)/,
  });
});

test('a slow AWS is given up in time, and the process ends', async (t) => {
  const { ask, world } = await served(t, 'session');
  world.faults.add('sts:GetSessionToken', { kind: 'delay', milliseconds: 60_000 });
  const began = performance.now();
  const { stdout, stderr } = await failed(ask({ TEST_ANSWER_WITHIN_MS: '1000' }));
  assert.ok(performance.now() - began < 30_000);
  assert.equal(stdout, '');
  assert.match(stderr, /^keystow: Nothing answered within 1 seconds for the profile p/);
});

test('a profile that answers is not yet a key that AWS takes', async (t) => {
  const { world, key, paths, place, env } = await served(t, 'key');
  world.changeAccessKey(key.accessKeyId, 'Deleted');
  useEnvironment(t, env);
  await assert.rejects(identityOfProfile('p', paths, place), (error) => error instanceof AwsFailure && error.kind === 'refused');
});
