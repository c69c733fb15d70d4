import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Simulator } from '../../src/simulator/server.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { keychainItem, pictures, scene } from './session.ts';

const keyOf = (simulator: Simulator) => simulator.accessKeys.find(({ user }) => user === 'demo')!;

test('all secrets of the folder are stowed after one preview; a key that AWS refuses is left, and says so', async () => {
  const dead = sampleKeyPair();
  const [one, two] = [sampleGitHubToken(), sampleGitHubToken()];
  const { window, folder, simulator } = await scene((simulator) => {
    const { accessKeyId, secretAccessKey } = keyOf(simulator);
    return {
      home: { '.aws/config': `[default]\nendpoint_url = ${simulator.endpoint}\n` },
      workspace: {
        '.env': `FIRST=${one}\nAWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\nSECOND=${two}\n`,
        'old/.env': `AWS_ACCESS_KEY_ID=${dead.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${dead.secretAccessKey}\n`,
        'notes.txt': `the token is ${one}\n`,
        '.gitignore': '/.env\n', // it lies on this disk all the same
      },
    };
  });
  const { accessKeyId } = keyOf(simulator);
  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/secrets and key ids found/);
  await window.runCommand('Keystow: Stow All Secrets in Workspace…');
  await window.row('old/.env:2').waitFor();
  await window.page.screenshot({ path: `${pictures}/stow-all-list.png` });
  await window.page.keyboard.press('Enter');
  await window.row('Move all of these to the keychain').waitFor();
  await window.row(/old\/\.env: left as it is/).waitFor();
  await window.row(/start the program so: keystow exec/).waitFor();
  await window.page.screenshot({ path: `${pictures}/stow-all.png` });
  await window.pick('Move all of these to the keychain');
  await window.notified(/3 secrets are in the keychain now/);
  const left = readFileSync(join(folder, '.env'), 'utf8');
  assert.match(left, /^FIRST=keystow:\/\/github\/(\S+)\nAWS_PROFILE=\S+\nSECOND=keystow:\/\/github\/\1-2\n$/);
  assert.ok(keychainItem(`aws/${accessKeyId}`));
  assert.match(readFileSync(join(folder, 'old/.env'), 'utf8'), new RegExp(dead.accessKeyId));
});
