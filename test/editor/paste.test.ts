import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { sampleGitHubToken } from '../sample-keys.ts';
import { keychainItem, pictures, scene } from './session.ts';

test('Ctrl+V pastes a token as it is and stores nothing; where references are preferred it becomes one, undo knows it, and what cannot be is said', async () => {
  const program = 'import hashlib\n\nGITHUB_TOKEN = ""\nprint(hashlib.sha256(GITHUB_TOKEN.encode()).hexdigest()[:16])\n';
  const { window, folder } = await scene(() => ({ workspace: { 'app.py': program, '.env': 'PORT=1\n' } }));
  const { page } = window;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copy = (text: string) => page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  const token = sampleGitHubToken();
  const account = `github/${basename(folder).replace(/[^\w.-]+/g, '-')}-github-token`;

  await window.openFile('app.py');
  await window.editor('app.py').locator('.view-lines').click();
  for (const key of ['Control+Home', 'ArrowDown', 'ArrowDown', 'End', 'ArrowLeft']) await window.press(key);
  await copy(token);
  await window.press('Control+V');
  await window.editor('app.py').locator('.squiggly-error').first().waitFor();
  await page.screenshot({ path: `${pictures}/paste-plain.png` });
  assert.ok((await window.text('app.py')).includes(`GITHUB_TOKEN = "${token}"`));
  assert.equal(keychainItem(account), undefined);
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), 'PORT=1\n');

  await window.press('Control+Z');
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode/settings.json'), '{ "editor.pasteAs.preferences": ["keystow.reference"] }\n');
  await page.waitForTimeout(4_000); // nothing on the screen says that the editor has read it
  await window.press('Control+V');
  await window.notification(/app\.py refers to it\. From now on start the program so: keystow exec/).waitFor({ timeout: 60_000 });
  await window.editor('app.py').locator('.view-line', { hasText: 'environ' }).first().waitFor();
  await page.screenshot({ path: `${pictures}/paste-reference.png` });
  const after = `import os\n${program.replace('""', 'os.environ["GITHUB_TOKEN"]')}`;
  assert.equal((await window.text('app.py')).trimEnd(), after.trimEnd());
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), `PORT=1\nGITHUB_TOKEN=keystow://${account}\n`);
  assert.equal(keychainItem(account), token);

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('app.py');
  await window.pick(/Put it back in plain text/);
  await window.notification(/lies in plain text again/).waitFor();
  assert.equal(readFileSync(join(folder, 'app.py'), 'utf8'), program.replace('""', `"${token}"`));
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), 'PORT=1\n');
  assert.equal(keychainItem(account), undefined);

  writeFileSync(join(folder, 'settings.py'), 'load_dotenv(override=True)\n');
  const other = sampleGitHubToken();
  await window.editor('app.py').locator('.view-lines').click();
  await window.press('Control+End');
  await copy(`RELEASE_TOKEN = "${other}"`);
  await window.press('Control+V');
  await window.notification(/The secret was pasted as it is: Line 1 of settings\.py lets the \.env file win/).waitFor({ timeout: 30_000 });
  await page.screenshot({ path: `${pictures}/paste-refused.png` });
  assert.ok((await window.text('app.py')).includes(`RELEASE_TOKEN = "${other}"`));
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), 'PORT=1\n');
  assert.equal(keychainItem(account.replace('github-token', 'release-token')), undefined);
});
