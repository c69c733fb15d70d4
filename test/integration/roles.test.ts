// Needs a keychain of its own: node test/inside.mjs --test test/integration/roles.test.ts
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { AwsFailure } from '../../src/aws/failure.ts';
import { callerIdentity } from '../../src/aws/sts.ts';
import type { ProcessCredentials } from '../../src/credentials/broker.ts';
import type { ServedRoleProfile } from '../../src/credentials/profile.ts';
import { MfaNeeded, serveAssumedRole } from '../../src/credentials/role/assume.ts';
import { signInWithBrowser, signOut } from '../../src/credentials/sso/sign-in.ts';
import { SignInNeeded } from '../../src/credentials/sso/tokens.ts';
import { listProfiles, login, logout, profileLines } from '../../src/credentials/sso-command.ts';
import { runAws } from '../aws-cli.ts';
import { answerPage } from '../sign-in-page.ts';
import { roleHome } from './role-home.ts';

const run = promisify(execFile);

type Home = Awaited<ReturnType<typeof roleHome>>;

async function whoIs({ AccessKeyId, SecretAccessKey, SessionToken, Expiration }: ProcessCredentials, { place }: Home): Promise<string> {
  const key = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  return (await callerIdentity({ ...key, sessionToken: SessionToken!, expiration: new Date(Expiration!) }, place)).arn;
}

const minutesLeft = ({ Expiration }: ProcessCredentials) => Math.round((Date.parse(Expiration!) - Date.now()) / 60_000);

/** The same, some minutes later. */
async function later(minutes: number, name: string, { machine }: Home): Promise<ProcessCredentials> {
  const profile = (await machine.anyProfile(name)) as ServedRoleProfile;
  return serveAssumedRole(profile, { ...machine.roles, clock: () => new Date(Date.now() + minutes * 60_000) });
}

const failure = async (work: Promise<unknown>) =>
  work.then(
    () => assert.fail('no failure'),
    (error: Error) => error,
  );

function loginDoors({ machine }: Home, answers: readonly string[] = []) {
  const said: string[] = [];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers[asked.length - 1] ?? assert.fail(question);
  };
  return { said, asked, doors: { profile: machine.anyProfile, roles: machine.roles, say: (text: string) => said.push(text), ask } };
}

test('a key, a role of it and a role of that: each is assumed once, and the last for an hour at most', async (t) => {
  const here = await roleHome(t);
  const { calls, credentials, world, key, home, machine } = here;
  const auditor = await credentials('auditor');
  assert.equal(await whoIs(auditor, here), `arn:aws:sts::${world.accountId}:assumed-role/auditor/keystow`);
  assert.equal(minutesLeft(auditor), 60);
  assert.deepEqual([calls('AssumeRole'), calls('GetSessionToken')], [2, 0]);
  const operator = await credentials('operator');
  assert.equal(await whoIs(operator, here), `arn:aws:sts::${world.accountId}:assumed-role/operator/ana@work`);
  assert.equal(minutesLeft(operator), 120);
  assert.deepEqual(await credentials('auditor'), auditor);
  assert.equal(await whoIs(await credentials('guest'), here), `arn:aws:sts::${world.accountId}:assumed-role/guest/keystow`);
  assert.equal(calls('AssumeRole'), 3);

  const sealed = (await readdir(join(machine.places.data, 'sessions'))).map((name) => join(machine.places.data, 'sessions', name));
  assert.equal(sealed.length, 1);
  for (const file of [...sealed, join(home, '.aws/config'), join(home, '.aws/credentials')]) {
    const text = await readFile(file, 'latin1');
    for (const secret of [key.secretAccessKey, operator.SecretAccessKey, operator.SessionToken!]) assert.ok(!text.includes(secret), file);
  }

  assert.deepEqual(await later(43, 'auditor', here), auditor);
  assert.equal(
    profileLines(await listProfiles(machine.awsFiles, machine.sso)).split('\n')[1],
    `auditor   arn:aws:iam::${world.accountId}:role/auditor by operator`,
  );
});

test('three processes at once make one AssumeRole a role, and print nothing else', async (t) => {
  const { machine, env, calls } = await roleHome(t);
  const ask = () => run(machine.places.launcher, ['credential-process', '--profile', 'auditor'], { env, timeout: 60_000 });
  const answers = await Promise.all([ask(), ask(), ask()]);
  assert.equal(new Set(answers.map(({ stdout }) => JSON.parse(stdout).AccessKeyId)).size, 1);
  assert.ok(answers.every(({ stderr }) => stderr === ''));
  assert.equal(calls('AssumeRole'), 2);
});

test('the AWS CLI works through a served role and keeps no session of it', async (t) => {
  const { env, home, world, credentials } = await roleHome(t);
  const { code, stdout, stderr } = await runAws(['sts', 'get-caller-identity', '--profile', 'auditor', '--output', 'json'], { env });
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(JSON.parse(stdout).Arn, `arn:aws:sts::${world.accountId}:assumed-role/auditor/keystow`);
  const { AccessKeyId, SecretAccessKey, SessionToken } = await credentials('auditor');
  const files = (await readdir(join(home, '.aws'), { recursive: true })).filter((file) => file !== 'cli' && file !== 'cli/cache').sort();
  // The database is the CLI's own, of how it is used.
  assert.deepEqual(files, ['cli/cache/session.db', 'config', 'credentials']);
  for (const file of files) {
    const text = await readFile(join(home, '.aws', file), 'latin1');
    for (const part of [AccessKeyId, SecretAccessKey, SessionToken!]) assert.ok(!text.includes(part), file);
  }
});

test('a role that wants MFA needs a person once, and what comes from it goes on by itself', async (t) => {
  const here = await roleHome(t);
  const { calls, credentials, device, world, env, machine } = here;
  for (const name of ['careful', 'later']) {
    const needed = await failure(credentials(name));
    assert.ok(needed instanceof MfaNeeded);
    assert.deepEqual([needed.serial, needed.profile], [device.serial, 'careful']);
  }
  const { code, stdout, stderr } = (await failure(
    run(machine.places.launcher, ['credential-process', '--profile', 'later'], { env }),
  )) as Error & {
    code: number;
    stdout: string;
    stderr: string;
  };
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^keystow: The role of the profile careful is given only for a code of [^\n]* Run "keystow login careful"[^\n]*\n$/);
  const noTerminal = (await failure(run(machine.places.launcher, ['login', 'later'], { env }))) as Error & { stderr: string };
  assert.match(noTerminal.stderr, /no terminal to ask for the code on/);
  assert.equal(calls('AssumeRole'), 0);

  const good = device.codeAt(new Date());
  const wrong = good === '000000' ? '111111' : '000000';
  const { said, asked, doors } = loginDoors(here, ['12 34', wrong, `${good.slice(0, 3)} ${good.slice(3)}`]);
  await assert.rejects(login('later', doors), { name: 'UserError', message: /has six digits/ });
  await assert.rejects(login('later', doors), (error) => {
    return (
      error instanceof AwsFailure &&
      error.kind === 'denied' &&
      /does not take this code of the MFA device arn:.*mfa\/demo/.test(error.message)
    );
  });
  await login('later', doors);
  assert.equal(asked.at(-1), `Code of ${device.serial}:`);
  assert.match(said.at(-1)!, /^Took the role arn:aws:iam::\d{12}:role\/careful until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/);
  assert.equal(calls('AssumeRole'), 2, 'the code was sent once each time');
  assert.equal(await whoIs(await credentials('later'), here), `arn:aws:sts::${world.accountId}:assumed-role/operator/keystow`);
  assert.equal(minutesLeft(await credentials('careful')), 60);
  assert.equal(calls('AssumeRole'), 3);
  await assert.rejects(later(45, 'careful', here), MfaNeeded);
  await logout('later', doors);
  assert.match(said.at(-1)!, /with the key of base are gone here/);
  await assert.rejects(credentials('careful'), MfaNeeded);
});

test('the answer to a code that got lost is not asked for again', async (t) => {
  const here = await roleHome(t);
  const { world, device, calls } = here;
  world.faults.add('sts:AssumeRole', { kind: 'internal-failure' }, 2);
  const { doors } = loginDoors(here, [device.codeAt(new Date())]);
  await assert.rejects(login('careful', doors), (error) => error instanceof AwsFailure && error.kind === 'unreachable');
  assert.equal(calls('AssumeRole'), 1);
});

test('a role of a sign-in ends with it', async (t) => {
  const here = await roleHome(t);
  const { session, machine, credentials, calls, world } = here;
  await assert.rejects(credentials('visitor'), SignInNeeded);
  await signInWithBrowser(session, machine.sso, { open: (address) => void answerPage(address, 'allow') });
  assert.equal(await whoIs(await credentials('visitor'), here), `arn:aws:sts::${world.accountId}:assumed-role/operator/keystow`);
  await Promise.all([credentials('visitor'), credentials('admin')]);
  assert.deepEqual([calls('GetRoleCredentials'), calls('AssumeRole')], [1, 1]);
  await signOut(session, machine.sso);
  await assert.rejects(credentials('visitor'), SignInNeeded);
});

test('after a rotation of its key a role is assumed with the new one', async (t) => {
  const here = await roleHome(t);
  const { machine, credentials, calls, key } = here;
  const before = await credentials('operator');
  const doors = await machine.rotationDoors();
  await doors.forgetSession(await machine.profile('base'));
  assert.notDeepEqual(await credentials('operator'), before);
  assert.equal(calls('AssumeRole'), 2);
  const config = await readFile(machine.awsFiles.config, 'utf8');
  await writeFile(machine.awsFiles.config, config.replace(key.accessKeyId, `${key.accessKeyId.slice(0, -4)}AAAA`));
  await assert.rejects(credentials('operator'), /does not hold the access key \w+AAAA of the profile base/);
});

test('what AWS does not give is said in one line, with the role and the remedy', async (t) => {
  const here = await roleHome(t);
  const { machine, credentials, world, key } = here;
  const config = await readFile(machine.awsFiles.config, 'utf8');
  const fails = async (name: string, words: RegExp, kind: AwsFailure['kind']) => {
    const error = await failure(credentials(name));
    assert.ok(error instanceof AwsFailure, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /\n/);
    assert.ok(!error.message.includes(key.secretAccessKey));
  };
  await writeFile(machine.awsFiles.config, config.replace('partner/7', 'partner/8'));
  await fails('guest', /127\.0\.0\.1:\d+ does not give the role arn:aws:iam::\d+:role\/guest to AKIA\w+ \(AccessDenied\)/, 'denied');
  await writeFile(machine.awsFiles.config, config.replace('keystow_duration_seconds = 7200', 'keystow_duration_seconds = 43200'));
  assert.equal(minutesLeft(await credentials('operator')), 720);
  world.faults.add('sts:AssumeRole', { kind: 'throttling' }, 2);
  await fails('guest', /too many requests/, 'throttled');
  world.changeAccessKey(key.accessKeyId, 'Inactive');
  await fails('guest', /refuses the access key AKIA/, 'refused');

  const profile = (await machine.anyProfile('guest')) as ServedRoleProfile;
  await assert.rejects(serveAssumedRole(profile, { ...machine.roles, keys: { read: () => new Promise(() => {}) }, answerWithinMs: 50 }), {
    message: /Nothing answered within 0 seconds for the profile guest/,
  });
});
