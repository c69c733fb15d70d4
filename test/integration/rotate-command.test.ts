// The command as a person uses it: a key is stowed, rotated, and the rotation undone; whoever uses the profile never notices.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshHome, keystow } from '../stowed-programs.ts';

test('keystow rotate and rotate --undo: another key serves the profile, then the old one again', async (t) => {
  const { simulator, home, env } = await freshHome(t);
  const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  const folder = join(home, 'project');
  await mkdir(folder);
  await writeFile(join(folder, '.env'), `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`);
  assert.equal((await keystow(folder, env, 'stow', '.env', '--profile', 'shop', '--mode', 'key', '--yes')).code, 0);
  const served = async () => {
    const { stdout, stderr } = await keystow(folder, env, 'credential-process', '--profile', 'shop');
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout).AccessKeyId as string;
  };
  assert.equal(await served(), accessKeyId);

  const rotated = await keystow(folder, env, 'rotate', 'shop', '--yes');
  assert.equal(rotated.code, 0, rotated.stderr);
  const fresh = await served();
  assert.notEqual(fresh, accessKeyId);
  assert.deepEqual(statuses(), { [accessKeyId]: 'Inactive', [fresh]: 'Active' });
  assert.match(await readFile(join(home, '.aws/config'), 'utf8'), new RegExp(`keystow_access_key_id = ${fresh}`));

  const undone = await keystow(folder, env, 'rotate', '--undo', 'shop', '--yes');
  assert.equal(undone.code, 0, undone.stderr);
  assert.equal(await served(), accessKeyId);
  assert.deepEqual(statuses(), { [accessKeyId]: 'Active' });

  function statuses(): Record<string, string> {
    return Object.fromEntries(simulator.world.keysOf(simulator.world.iam.users.get('demo')!).map((key) => [key.accessKeyId, key.status]));
  }
});
