import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keychainItem, pictures, scene } from './session.ts';

test('a key is rotated from the palette: the profile uses another key, and the old one is inactive', async () => {
  const { window, home, simulator } = await scene((simulator) => {
    const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
    return {
      home: {
        '.aws/config': `[default]\nregion = eu-west-1\nendpoint_url = ${simulator.endpoint}\n`,
        '.aws/credentials': `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      },
    };
  });
  const { accessKeyId } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  const before = new Set(simulator.world.keysOf(simulator.world.iam.users.get('demo')!).map((key) => key.accessKeyId));
  await window.runCommand('Keystow: Move Plaintext AWS Keys to Keychain…');
  await window.pick(/Move it to the keychain/);
  await window.notified(/is in the keychain now/);

  await window.runCommand('Keystow: Rotate Access Key…');
  await window.row(/becomes inactive, and is deleted after 7/).waitFor();
  await window.page.screenshot({ path: `${pictures}/rotate-preview.png` });
  await window.pick('Rotate the key');
  await window.notified(/uses the key AKIA\w+ now/);

  const keys = simulator.world.keysOf(simulator.world.iam.users.get('demo')!);
  const fresh = keys.find((key) => !before.has(key.accessKeyId))!;
  assert.equal(fresh.status, 'Active');
  assert.equal(keys.find((key) => key.accessKeyId === accessKeyId)?.status, 'Inactive');
  assert.match(readFileSync(join(home, '.aws/config'), 'utf8'), new RegExp(`keystow_access_key_id = ${fresh.accessKeyId}`));
  assert.ok(keychainItem(`aws/${fresh.accessKeyId}`));
  simulator.world.changeAccessKey(fresh.accessKeyId, 'Deleted');
  simulator.world.changeAccessKey(accessKeyId, 'Active');
});
