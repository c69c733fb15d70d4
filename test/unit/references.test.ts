import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { ProcessCredentials } from '../../src/credentials/broker.ts';
import { addGrants, type Grants, isGranted, readGrants, removeGrants } from '../../src/credentials/grants.ts';
import type { ServedProfile } from '../../src/credentials/profile.ts';
import { keyReferences, parseReference, type ReferenceDoors, resolveReferences, sessionFits } from '../../src/credentials/references.ts';
import { UserError } from '../../src/message.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const key = sampleKeyPair('references');
const token = sampleGitHubToken('references');
const folder = '/home/me/app';
const { accessKeyId: idReference, secretAccessKey: secretReference } = keyReferences('work');

test('only a whole value is a reference', () => {
  assert.deepEqual(parseReference('keystow://github/ci-token'), { text: 'keystow://github/ci-token', group: 'github', name: 'ci-token' });
  assert.deepEqual(parseReference('keystow://team/prod/access-key-id'), {
    text: 'keystow://team/prod/access-key-id',
    group: 'team/prod',
    name: 'access-key-id',
  });
  for (const value of ['', 'plain', 'see keystow://github/ci-token', ' keystow://a/b', 'https://keystow://a/b'])
    assert.equal(parseReference(value), undefined);
});

test('a malformed reference, and one to an item of Keystow itself, is refused', () => {
  for (const value of [
    'keystow://',
    'keystow://x',
    'keystow://a/',
    'keystow:///b',
    'keystow://a/b c',
    'keystow://a/b?c',
    'keystow://a/b\n',
    `keystow://aws/${key.accessKeyId}`,
  ]) {
    assert.throws(() => parseReference(value), UserError, value);
  }
});

test('a grant holds for its folder and all below, and for nothing else', () => {
  const grants: Grants = [{ folder, reference: idReference }];
  for (const inside of [folder, `${folder}/`, `${folder}/packages/api`, `${folder}/..data`])
    assert.ok(isGranted(grants, inside, idReference), inside);
  for (const outside of ['/home/me', '/home/me/app2', '/home/me/app/../other', '/', ''])
    assert.ok(!isGranted(grants, outside, idReference), outside);
  assert.ok(!isGranted(grants, folder, secretReference));
});

test('grants on disk', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'grants-'));
  t.after(() => rm(data, { recursive: true }));
  const file = join(data, 'grants.json');

  await t.test('are none where there is no file', async () => assert.deepEqual(await readGrants(file), []));

  await t.test('are added once each, also by many at the same time, and only the owner can read them', async () => {
    await Promise.all([
      addGrants(file, folder, [idReference, secretReference]),
      addGrants(file, folder, [idReference]),
      addGrants(file, '/other', [idReference]),
    ]);
    const grants = await readGrants(file);
    assert.equal(grants.length, 3);
    assert.ok(isGranted(grants, folder, secretReference) && isGranted(grants, '/other', idReference));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  await t.test('are taken back for one folder', async () => {
    await removeGrants(file, folder, [idReference]);
    const grants = await readGrants(file);
    assert.ok(
      !isGranted(grants, folder, idReference) && isGranted(grants, folder, secretReference) && isGranted(grants, '/other', idReference),
    );
  });

  await t.test('a damaged file grants nothing and is not overwritten', async () => {
    for (const damaged of ['', '{}', '[{"folder":1}]', '[{"folder":"","reference":"keystow://a/b"}]']) {
      await writeFile(file, damaged);
      await assert.rejects(readGrants(file), { name: 'UserError', message: /grants\.json is damaged/ }, damaged);
      await assert.rejects(addGrants(file, folder, [idReference]), UserError);
      assert.equal(await readFile(file, 'utf8'), damaged);
    }
  });
});

const session: ProcessCredentials = {
  Version: 1,
  AccessKeyId: 'ASIA-of-the-session',
  SecretAccessKey: 'secret-of-the-session',
  SessionToken: 'token-of-the-session',
};

function doors(mode: ServedProfile['mode'], granted: readonly string[]): ReferenceDoors {
  return {
    grants: granted.map((reference) => ({ folder, reference })),
    keychain: { read: async (account) => (account === 'github/ci-token' ? token : undefined) },
    profile: async (name) => ({ name, accessKeyId: key.accessKeyId, mode }),
    credentials: async () =>
      mode === 'session' ? session : { Version: 1, AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey },
  };
}

const resolve = (variables: Record<string, string>, mode: ServedProfile['mode'] = 'key', granted = Object.values(variables)) =>
  resolveReferences(
    Object.entries(variables).map(([variable, value]) => ({ variable, value, folder: `${folder}/src` })),
    doors(mode, granted),
  );

test('a reference gives the secret of the keychain, and any other value is left out', async () => {
  assert.deepEqual(await resolve({ GITHUB_TOKEN: 'keystow://github/ci-token', HOME: '/home/me' }), { GITHUB_TOKEN: token });
});

test('in mode key a profile gives its long-term pair under any names', async () => {
  assert.deepEqual(await resolve({ MY_ID: idReference, MY_SECRET: secretReference }), {
    MY_ID: key.accessKeyId,
    MY_SECRET: key.secretAccessKey,
  });
});

test('in mode key under the standard names, the token of an older session goes', async () => {
  const resolved = await resolve({ AWS_ACCESS_KEY_ID: idReference, AWS_SECRET_ACCESS_KEY: secretReference });
  assert.deepEqual(resolved, {
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
  });
  assert.ok('AWS_SESSION_TOKEN' in resolved);
});

test('in mode session the standard names get a session with its token', async () => {
  assert.deepEqual(await resolve({ AWS_ACCESS_KEY_ID: idReference, AWS_SECRET_ACCESS_KEY: secretReference }, 'session'), {
    AWS_ACCESS_KEY_ID: session.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: session.SecretAccessKey,
    AWS_SESSION_TOKEN: session.SessionToken,
  });
});

test('in mode session other names, or one of the two alone, cannot work and are refused', async () => {
  for (const variables of [
    { MY_ID: idReference, MY_SECRET: secretReference },
    { AWS_SECRET_ACCESS_KEY: secretReference },
    { AWS_ACCESS_KEY_ID: idReference },
  ]) {
    await assert.rejects(resolve(variables, 'session'), { name: 'UserError', message: /keystow_mode = key/ });
  }
  assert.ok(sessionFits({ accessKeyId: ['AWS_ACCESS_KEY_ID'], secretAccessKey: ['AWS_SECRET_ACCESS_KEY'] }));
  assert.ok(!sessionFits({ accessKeyId: ['AWS_ACCESS_KEY_ID', 'KEY'], secretAccessKey: ['AWS_SECRET_ACCESS_KEY'] }));
});

test('what is not granted or not known stops everything, and the message names it', async () => {
  await assert.rejects(resolve({ A: 'keystow://github/ci-token', B: idReference }, 'key', [idReference]), {
    name: 'UserError',
    message: /keystow:\/\/github\/ci-token is not granted to the folder \/home\/me\/app\/src/,
  });
  await assert.rejects(resolve({ A: 'keystow://github/gone' }), {
    name: 'UserError',
    message: /holds nothing for the reference keystow:\/\/github\/gone/,
  });
});
