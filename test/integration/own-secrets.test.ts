// A scan knows what is stowed and what lies in the AWS files, through the real keychain and the real command.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { freshHome, keystow } from '../stowed-programs.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a stowed secret is told to be its profile’s wherever it stands, after a rotation the new one too, and where the keychain is closed it is said', async (t) => {
  const { simulator, home, env } = await freshHome(t);
  const demo = () => simulator.world.keysOf(simulator.world.iam.users.get('demo')!);
  const [old] = demo();
  const token = sampleGitHubToken('own');
  const plain = sampleKeyPair('own');
  const folder = join(home, 'project');
  await mkdir(folder);
  const scan = (more: NodeJS.ProcessEnv = {}) => keystow(folder, { ...env, ...more }, 'scan', 'secret.yaml');
  const write = (...secrets: readonly string[]) =>
    writeFile(join(folder, 'secret.yaml'), `kind: Secret\ndata:\n${secrets.map((one, index) => `  k${index}: ${base64(one)}\n`).join('')}`);

  await write(old!.secretAccessKey, token, plain.secretAccessKey);
  const before = await scan();
  assert.deepEqual(before.stdout.match(/^secret\.yaml:\d+:\d+: .*$/gm)?.length, 1, before.stdout);
  assert.match(
    before.stdout,
    /^secret\.yaml:4:7: error: GitHub personal access token …\S+ \[github-personal-access-token\]$/m,
    'which tells what it is by itself',
  );

  await writeFile(join(folder, '.env'), `AWS_ACCESS_KEY_ID=${old!.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${old!.secretAccessKey}\n`);
  assert.equal((await keystow(folder, env, 'stow', '.env', '--profile', 'shop', '--yes')).code, 0);
  await writeFile(join(folder, '.env'), `GITHUB_TOKEN=${token}\n`);
  assert.equal((await keystow(folder, env, 'stow', '.env', '--yes')).code, 0);
  await writeFile(
    join(home, '.aws/credentials'),
    `${await readFile(join(home, '.aws/credentials'), 'utf8')}\n[other]\naws_access_key_id = ${plain.accessKeyId}\naws_secret_access_key = ${plain.secretAccessKey}\n`,
  );
  const found = await scan();
  assert.equal(found.code, 1, found.stderr);
  const lines = found.stdout.trimEnd().split('\n');
  assert.match(lines[0]!, /^secret\.yaml:3:7: error: Secret of your own .*profile shop\.$/);
  assert.match(lines[1]!, /^secret\.yaml:4:7: error: .*keystow:\/\/github\/project in your keychain\.$/);
  assert.match(lines[2]!, /^secret\.yaml:5:7: error: .*profile other\.$/);
  assert.equal(lines.length, 3);
  assert.equal((await keystow(folder, env, 'scan', '--threads', '2', 'secret.yaml')).stdout, found.stdout);
  for (const one of [old!.secretAccessKey, token, plain.secretAccessKey]) {
    assert.ok(!found.stdout.includes(one) && !found.stdout.includes(base64(one)) && !found.stderr.includes(one));
  }

  assert.equal((await keystow(folder, env, 'rotate', 'shop', '--yes')).code, 0);
  const fresh = demo().find(({ accessKeyId }) => accessKeyId !== old!.accessKeyId)!;
  await write(old!.secretAccessKey, fresh.secretAccessKey);
  const rotated = await scan();
  assert.deepEqual(rotated.stdout.match(/profile shop\./g)?.length, 2, rotated.stdout);

  const closed = await scan({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' });
  assert.deepEqual([closed.code, closed.stdout], [0, '']);
  assert.equal(closed.stderr.match(/The keychain is not open/g)?.length, 1);
});

test('an AWS file that cannot be read is said, and keeps no scan from what else is known', async (t) => {
  const { home, env } = await freshHome(t);
  const { accessKeyId, secretAccessKey } = sampleKeyPair('broken');
  await writeFile(join(home, '.aws/credentials'), `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
  await writeFile(join(home, 'a.txt'), `${sampleGitHubToken('broken')}\n`);
  const { code, stdout, stderr } = await keystow(home, env, 'scan', 'a.txt');
  assert.equal(code, 1);
  assert.match(stdout, /GitHub personal access token/);
  assert.match(stderr, /credentials, line 1: a setting before the first section/);
  assert.ok(!stderr.includes(secretAccessKey));
});
