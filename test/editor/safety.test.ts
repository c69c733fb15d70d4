import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Simulator } from '../../src/simulator/server.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { keychainItem, pictures, scene, session, vsix } from './session.ts';
import { openWindow, startServer } from './vscode.ts';

const pairIn = ({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }) =>
  `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`;
const awsHome = ({ endpoint }: Simulator) => ({ '.aws/config': `[default]\nendpoint_url = ${endpoint}\n` });

test('a key that AWS refuses is not stowed before the person says so; the file stays as it is', async () => {
  const dead = sampleKeyPair();
  const { window, folder } = await scene((simulator) => ({ home: awsHome(simulator), workspace: { '.env': pairIn(dead) } }));
  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row('Nothing proves that the reference will work:').waitFor();
  await window.row('Move it to the keychain without this proof').waitFor();
  await window.page.screenshot({ path: `${pictures}/dead-key.png` });
  await window.dismiss();
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), pairIn(dead));
  assert.equal(keychainItem(`aws/${dead.accessKeyId}`), undefined);

  await window.quickFix('.env', 'Move to the keychain…');
  await window.pick('Move it to the keychain without this proof');
  await window.notified(/is in the keychain now/);
  assert.match(readFileSync(join(folder, '.env'), 'utf8'), /^AWS_PROFILE=\S+\n$/);
  assert.ok(keychainItem(`aws/${dead.accessKeyId}`));
});

test('a file that changed since the preview, or is read-only, is left as it is, and so is the keychain', async () => {
  const { window, folder, simulator } = await scene((simulator) => ({
    home: awsHome(simulator),
    workspace: { '.env': pairIn(simulator.accessKeys[0]!) },
  }));
  const [key] = simulator.accessKeys;
  const file = join(folder, '.env');
  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  writeFileSync(file, `# changed meanwhile\n${pairIn(key!)}`);
  await window.editor('.env').getByText('changed meanwhile').first().waitFor();
  await window.pick(/Move it to the keychain/);
  await window.notified(/changed since the preview/);
  assert.equal(keychainItem(`aws/${key!.accessKeyId}`), undefined);

  chmodSync(file, 0o444);
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  await window.pick(/Move it to the keychain/);
  await window.notified(/is read-only/);
  assert.equal(readFileSync(file, 'utf8'), `# changed meanwhile\n${pairIn(key!)}`);
  assert.equal(keychainItem(`aws/${key!.accessKeyId}`), undefined);
});

test('temporary keys are not stowed, malformed AWS files are named with their line, and names are shown as text', async () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair();
  const name = '[x](command:workbench.action.toggleZenMode)';
  const malformed = '[default]\nregion = eu-west-1\n[default]\nregion = eu-west-2\n';
  const { window, home } = await scene(() => ({
    home: { '.aws/config': malformed },
    workspace: {
      'temporary.py': `aws_access_key_id = "${accessKeyId.replace('AKIA', 'ASIA')}"\naws_secret_access_key = "${secretAccessKey}"\n`,
      [`${name}/.env`]: `GITHUB_TOKEN=${sampleGitHubToken()}\nOTHER=1\nGITHUB_TOKEN=${sampleGitHubToken()}\n`,
      '.env': pairIn({ accessKeyId, secretAccessKey }),
    },
  }));
  await window.openFile('temporary.py');
  await window.squiggle('temporary.py', 'warning').first().waitFor();
  await window.editor('temporary.py').locator('.view-line').nth(1).click();
  await window.runCommand('Keystow: Stow Secret…');
  await window.notified(/temporary and expires soon/);

  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.notified(/config, line 3/);
  assert.equal(readFileSync(join(home, '.aws/config'), 'utf8'), malformed);
});

test('without a keychain the message says what to install, and the file keeps its key', async (t) => {
  const { browser, simulator } = await session();
  const key = simulator.accessKeys[0]!;
  const server = await startServer({
    vsix,
    env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' },
    home: awsHome(simulator),
    workspace: { '.env': pairIn(key) },
  });
  t.after(() => server.stop());
  const window = await openWindow(browser, server);
  await window.openFile('.env');
  await window.quickFix('.env', 'Move to the keychain…');
  await window.row(/The key works/).waitFor();
  await window.pick(/Move it to the keychain/);
  await window.notified(/keychain cannot be reached: this session has no D-Bus/);
  await window.page.screenshot({ path: `${pictures}/no-keychain.png` });
  assert.equal(readFileSync(join(server.workspace, '.env'), 'utf8'), pairIn(key));
});
