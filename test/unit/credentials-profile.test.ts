import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { readServedProfile, type ServedProfile } from '../../src/credentials/profile.ts';
import { credentialProcessLine, profileNameProblem, serveProfile } from '../../src/credentials/serve-profile.ts';
import { parseAwsFile } from '../../src/files/aws-files.ts';
import { UserError } from '../../src/message.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const key = sampleKeyPair('profile');
const launcher = '/home/me/.local/share/keystow/bin/keystow';
const work: ServedProfile = { name: 'work', accessKeyId: key.accessKeyId, mode: 'session' };

function files(config: string, credentials: string) {
  return {
    config: parseAwsFile(config, '/aws/config', 'config'),
    credentials: parseAwsFile(credentials, '/aws/credentials', 'credentials'),
  };
}

test('serving puts the process in the place of the keys, takes them out of both files and leaves the rest', () => {
  const before = files(
    `# mine\n[default]\nregion = eu-west-1\n\n[profile work]\naws_access_key_id = ${key.accessKeyId}\nregion=eu-central-1\naws_secret_access_key = ${key.secretAccessKey}\noutput=json\n`,
    `[work]\n# the key of 2024\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\naws_session_token = t\ncli_pager =\n\n[other]\naws_access_key_id = x\n`,
  );
  assert.deepEqual(serveProfile(before, work, launcher), {
    credentials: `[work]\n# the key of 2024\ncredential_process = "${launcher}" credential-process --profile work\ncli_pager =\n\n[other]\naws_access_key_id = x\n`,
    config: `# mine\n[default]\nregion = eu-west-1\n\n[profile work]\nregion=eu-central-1\noutput=json\nkeystow_access_key_id=${key.accessKeyId}\nkeystow_mode=session\n`,
  });
});

test('a profile that was nowhere gets a section in both files, with its region and endpoint', () => {
  const after = serveProfile(files('', ''), { ...work, mode: 'key', region: 'eu-west-1', endpoint: 'http://127.0.0.1:4566' }, launcher);
  assert.equal(after.credentials, `[work]\ncredential_process = "${launcher}" credential-process --profile work\n`);
  assert.equal(
    after.config,
    `[profile work]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:4566\nkeystow_access_key_id = ${key.accessKeyId}\nkeystow_mode = key\n`,
  );
});

test('a profile served already takes a new launcher and a new key', () => {
  const first = serveProfile(files('', ''), work, '/old/keystow');
  const again = serveProfile(files(first.config, first.credentials), { ...work, mode: 'key' }, launcher);
  assert.equal(again.credentials, `[work]\ncredential_process = "${launcher}" credential-process --profile work\n`);
  assert.match(again.config, /keystow_mode = key\n$/);
  assert.equal(again.config.match(/keystow_access_key_id/g)?.length, 1);
});

test('a section that is not ours to change is left alone, and the message names file and line', () => {
  const refused = (config: string, credentials: string, message: RegExp, name = 'work') =>
    assert.throws(() => serveProfile(files(config, credentials), { ...work, name }, launcher), { name: 'UserError', message });

  refused('[profile work]\nrole_arn = arn:aws:iam::1:role/x\n', '', /\/aws\/config, line 2: .*role_arn/);
  refused('[profile work]\nsso_session = corp\n', '', /\/aws\/config, line 2: .*sso_session/);
  refused('', '[work]\ncredential_process = "/opt/other" get\n', /\/aws\/credentials, line 2: .*credential_process/);
  refused('[profile keystow-a]\nregion = eu-west-1\n', '', /\/aws\/config, line 1: .*not written by Keystow/, 'keystow-a');
});

test('a name that some tool does not understand is refused, with the reason', () => {
  for (const name of ['default', 'work', 'team/prod', 'a.b@c+d:e', '123456789012_Admin', 'K'.repeat(128)]) {
    assert.equal(profileNameProblem(name), undefined, name);
  }
  for (const name of [
    '',
    'a b',
    'a\tb',
    '-x',
    'DEFAULT',
    '__proto__',
    'a"b',
    "a'b",
    'a$b',
    'a%b',
    'a]b',
    'a#b',
    'é',
    'a\nb',
    'K'.repeat(129),
  ]) {
    assert.notEqual(profileNameProblem(name), undefined, JSON.stringify(name));
    assert.throws(() => serveProfile(files('', ''), { ...work, name }, launcher), UserError, JSON.stringify(name));
  }
});

test('the launcher stands in double quotes, and a path that a shell would act on is refused', () => {
  assert.equal(credentialProcessLine('/a b/keystow', 'p'), '"/a b/keystow" credential-process --profile p');
  assert.equal(credentialProcessLine('C:\\Users\\me\\keystow.cmd', 'p'), '"C:\\Users\\me\\keystow.cmd" credential-process --profile p');
  for (const path of ['/a"b', '/a$HOME', '/a`id`', '/a\\b', '/a #b', '/a ;b', '/a\nb', '/a!b', 'C:\\%x%\\k.cmd']) {
    assert.throws(() => credentialProcessLine(path, 'p'), UserError, path);
  }
});

test('reading a served profile', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  t.after(() => rm(folder, { recursive: true }));
  const paths = { config: join(folder, 'config'), credentials: join(folder, 'credentials') };
  const write = (config: string) => writeFile(paths.config, config);

  await t.test('gives its facts, and needs the config file only', async () => {
    await write(
      `[default]\nkeystow_access_key_id = ${key.accessKeyId}\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\nkeystow_mode = key\n`,
    );
    await writeFile(paths.credentials, 'this is not an AWS file');
    assert.deepEqual(await readServedProfile('default', paths), {
      name: 'default',
      accessKeyId: key.accessKeyId,
      mode: 'key',
      region: 'eu-west-1',
      endpoint: 'http://127.0.0.1:1',
    });
    await rm(paths.credentials);
  });

  await t.test('of one that does not exist says so', async () => {
    await assert.rejects(readServedProfile('nowhere', paths), {
      name: 'UserError',
      message: /There is no profile nowhere in .*config or .*credentials/,
    });
  });

  await t.test('of one that lies in plain text says how to move it', async () => {
    await writeFile(paths.credentials, '\n[plain]\naws_access_key_id = x\n');
    await assert.rejects(readServedProfile('plain', paths), {
      name: 'UserError',
      message: /credentials, line 2: .*Move Plaintext AWS Keys/,
    });
  });

  await t.test('refuses facts that cannot be', async () => {
    const facts = ['keystow_mode = sometimes', 'endpoint_url = ftp://x', 'endpoint_url = nonsense'];
    for (const fact of facts) {
      await write(`[profile p]\nkeystow_access_key_id = ${key.accessKeyId}\n${fact}\n`);
      await assert.rejects(readServedProfile('p', paths), { name: 'UserError', message: /line 1\): \w+ must be/ }, fact);
    }
    await write('[profile p]\nkeystow_access_key_id = ../../etc\n');
    await assert.rejects(readServedProfile('p', paths), { name: 'UserError', message: /keystow_access_key_id must be the id/ });
  });
});
