import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { clearKeychain, pictures, session, vsix } from './session.ts';
import { openWindow, startServer, tried } from './vscode.ts';

test('an untrusted folder is warned of and nothing more: git is not run, neither its own rules nor what it leaves out count, nothing is moved; once it is trusted all of that is there', async (t) => {
  const { browser } = await session();
  clearKeychain('keystow');
  const trace = join(mkdtempSync(join(tmpdir(), 'keystow-trace-')), 'git');
  const acme = { id: 'acme-token', name: 'ACME token', pattern: '\\bACME-[A-Z0-9]{20}\\b', keywords: ['acme-'] };
  const server = await startServer({
    vsix,
    trust: true,
    env: { GIT_TRACE: trace }, // git writes down there that it was run
    settings: { 'editor.pasteAs.preferences': ['keystow.reference'], 'workbench.editor.useModal': 'off' },
    workspace: {
      '.env': `GITHUB_TOKEN=${sampleGitHubToken()}\n`,
      'order.txt': `ACME-Q7P2${sampleKeyPair('acme').accessKeyId.slice(4)}\n${sampleGitHubToken()}\n`,
      'app.py': 'import os\n\n',
      'left-out.txt': `TOKEN=${sampleGitHubToken()}\n`,
      '.vscode/settings.json': JSON.stringify({
        'keystow.detect.customRules': [acme],
        'keystow.detect.exclude': ['left-out.txt'],
      }),
    },
  });
  t.after(() => server.stop());
  execFileSync('git', ['init', '--quiet'], { cwd: server.workspace });
  const window = await openWindow(browser, server);
  const { page } = window;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const paste = async (text: string) => {
    await window.openFile('app.py');
    await window.editor('app.py').locator('.view-lines').click();
    await window.press('Control+End');
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await window.press('Control+V');
  };
  /** Of the commands that scan: one of them is there in any case. */
  const isInPalette = async (title: string) => {
    await window.openPalette('Keystow: Scan');
    await window.row('Keystow: Scan Workspace').waitFor();
    const count = await window.row(title).count();
    await window.dismiss();
    return count > 0;
  };
  const problem = (text: string) => page.locator('.markers-panel .monaco-list-row', { hasText: text });
  const ofGit = /git\sdoes\snot\sknow\sthis\sfile/;

  await window.statusBar('Restricted Mode').waitFor();
  await window.openFile('.env');
  await window.squiggle('.env', 'error').first().waitFor();
  assert.deepEqual(await window.quickFixes('.env', 'Ignore this line'), ['Ignore this line']);
  await window.press('Escape');
  const hover = await window.hover('.env', 'error', 'GitHub personal access token');
  await window.openFile('left-out.txt');
  await window.squiggle('left-out.txt').first().waitFor();
  await window.openFile('order.txt');
  await window.runCommand('Problems: Focus on Problems View');
  await problem('GitHub personal access token').first().waitFor();
  assert.equal(await problem('ACME token').count(), 0);
  const token = sampleGitHubToken();
  await paste(`FIRST_TOKEN = "${token}"\n`);
  await window.squiggle('app.py').first().waitFor();
  assert.ok((await window.text('app.py')).includes(token));
  assert.equal(await page.locator('.post-edit-widget').count(), 0);
  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/secrets and key ids found/);
  await page.screenshot({ path: `${pictures}/untrusted.png` });
  assert.equal(await isInPalette('Keystow: Scan Git History'), false);
  assert.doesNotMatch(hover, ofGit);
  assert.ok(!existsSync(trace), 'git was run');
  assert.equal(spawnSync('secret-tool', ['search', '--all', 'service', 'keystow'], { encoding: 'utf8' }).stdout, '');

  await window.runCommand('Workspaces: Manage Workspace Trust');
  await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await window.statusBar('Restricted Mode').waitFor({ state: 'hidden' });
  await tried(async () => assert.equal(await isInPalette('Keystow: Scan Git History'), true));
  await problem('ACME token').first().waitFor();
  await window.openFile('left-out.txt');
  await window.squiggle('left-out.txt').first().waitFor({ state: 'detached' });
  await paste(`SECOND_TOKEN = "${sampleGitHubToken()}"\n`);
  await window.notified(/app\.py refers to it/);
  await window.openFile('.env');
  await window.hover('.env', 'error', ofGit);
  assert.match(readFileSync(trace, 'utf8'), /git/);
  await page.screenshot({ path: `${pictures}/trusted.png` });
});
