import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hostile } from '../adversarial-texts.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { accessibilityProblems } from './accessibility.ts';
import { pictures, scene } from './session.ts';
import { tried } from './vscode.ts';

test('the view of findings is gone through by keyboard, by file and by rule; each row says itself to a screen reader; a scan is stopped', async () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('view');
  const { window, folder } = await scene(() => ({
    workspace: {
      'app/deploy.env': `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`,
      'app/main.py': `token = '${sampleGitHubToken('main')}'\n`,
      '.gitignore': '*.log\nbuild/\nlocal.env\n',
      'local.env': `TOKEN=${sampleGitHubToken('local')}\n`,
      'build/out.log': `${sampleGitHubToken('built')}\n`,
      'logs/.gitignore': '!kept.log\n',
      'logs/kept.log': `${sampleGitHubToken('kept')}\n`,
      'logs/other.log': `${sampleGitHubToken('other')}\n`,
    },
  }));
  const { page } = window;
  const row = (text: string | RegExp) => page.locator('.sidebar .monaco-list-row', { hasText: text });
  const focused = (name: RegExp) => page.locator('.sidebar .monaco-list-row.focused').and(page.getByRole('treeitem', { name }));
  /** What each row shows, and what a screen reader says of it. */
  const rows = () =>
    page.locator('.sidebar .monaco-list-row').evaluateAll((all) =>
      all.map((one) => ({
        shown: [...one.querySelectorAll('.label-name, .label-description')].map(({ textContent }) => textContent).join(' '),
        said: one.getAttribute('aria-label') ?? '',
      })),
    );
  /** Goes to the view and in it to a row. A view that is just being made takes no focus, and a list of commands that goes gives it back. */
  const goTo = async (key: 'Home' | 'End', name: RegExp) => {
    await tried(async (timeout) => {
      await window.runCommand('Keystow: Focus on Findings View');
      await page.keyboard.press(key);
      await focused(name).waitFor({ timeout });
    });
  };
  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/5 secrets and key ids found/);
  await window.runCommand('Notifications: Clear All Notifications');
  await goTo('Home', /^deploy\.env, app, 2 findings/);
  await row('kept.log').waitFor();
  assert.equal(await row('other.log').count(), 0, 'a nested .gitignore takes back one file and no other');
  await page.locator('.activitybar .badge-content', { hasText: /^3$/ }).first().waitFor();

  const expected = [
    /^deploy\.env, app, 2 findings/,
    /^1:19 AWS access key ID, AKIA\S+, other half: 2:23, no secret by itself, app\/deploy\.env, line 1/,
    /^2:23 AWS secret access key, \S+, other half: 1:19, usable secret, app\/deploy\.env, line 2/,
    /^main\.py, app, 1 finding/,
    /^1:10 GitHub personal access token, ghp_\S+, usable secret, app\/main\.py, line 1/,
    /^local\.env, 1 finding/,
    /^1:7 GitHub personal access token, ghp_\S+, in a file that git ignores, local\.env, line 1/,
    /^kept\.log, logs, 1 finding/,
    /^1:1 GitHub personal access token, ghp_\S+, usable secret, logs\/kept\.log, line 1/,
  ];
  const unpunctuated = (text: string) => text.replace(/,| ·/g, '');
  for (const [index, { shown, said }] of (await rows()).entries()) {
    assert.match(said, expected[index] ?? /nothing more/);
    assert.ok(unpunctuated(said).startsWith(unpunctuated(shown)), `${said} begins with what is seen: ${shown}`);
  }
  await page.screenshot({ path: `${pictures}/findings-by-file.png` });
  // between the two texts of a row axe reads no blank, as the editor puts a margin there
  assert.deepEqual(await accessibilityProblems(page, '.sidebar', ['label-content-name-mismatch']), []);
  await page.keyboard.press('ArrowDown');
  await focused(/^1:19 AWS access key ID/).waitFor();
  await page.keyboard.press('Enter');
  await window.editor('deploy.env').waitFor();

  await window.runCommand('Keystow: Group Findings by Rule');
  await row('GitHub personal access token').first().waitFor();
  await page.screenshot({ path: `${pictures}/findings-by-rule.png` });
  await goTo('End', /^kept\.log:1, logs ghp_\S+, GitHub personal access token, usable secret, logs\/kept\.log, line 1/);
  await page.keyboard.press('ArrowLeft');
  await focused(/^GitHub personal access token, 3 findings/).waitFor();
  await page.keyboard.press('ArrowLeft');
  await row('kept.log').waitFor({ state: 'detached' });
  await window.runCommand('Keystow: Group Findings by File');

  const piece = hostile.AKIA!; // slow to look through, and nothing is found
  for (let i = 0; i < 24; i++) writeFileSync(join(folder, `large-${i}.txt`), piece.repeat(Math.ceil(9_000_000 / piece.length)));
  await window.runCommand('Keystow: Scan Workspace');
  const progress = window.notification('Scanning the files for secrets');
  await progress.waitFor();
  await page.screenshot({ path: `${pictures}/scan-progress.png` });
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await progress.waitFor({ state: 'detached' });
  await row('kept.log').waitFor();
  assert.equal(await window.notification(/secrets and key ids found/).count(), 0, 'a scan that is stopped says nothing');
});

test('what the cells of an open notebook hold counts once; settings that say nothing leave all as it is, and a text where a list belongs is one', async () => {
  const [cell, output] = ['cell', 'output'].map((seed) => sampleGitHubToken(seed));
  const outputs = [{ output_type: 'stream', name: 'stdout', text: [`${output}\n`] }];
  const cells = [{ cell_type: 'code', metadata: {}, execution_count: 1, source: [`token = "${cell}"`], outputs }];
  const { window } = await scene(() => ({
    workspace: {
      'work/notes.ipynb': JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: { language_info: { name: 'python' } }, cells }),
      'work/left-out.env': `TOKEN=${sampleGitHubToken('left out')}\n`,
      '.vscode/settings.json': JSON.stringify({
        'keystow.detect.enabled': null,
        'keystow.detect.maxFileSizeMb': null,
        'keystow.detect.disabledRules': null,
        'keystow.detect.exclude': 'left-out.env',
      }),
    },
  }));
  const { page } = window;
  const badge = page.locator('.activitybar .badge-content', { hasText: /^2$/ }).first();
  const rows = page.locator('.sidebar .monaco-list-row', { hasText: /ghp_/ });
  const two = async () => {
    await badge.waitFor();
    await tried(async (timeout) => {
      await page.waitForTimeout(timeout / 6);
      assert.equal(await rows.count(), 2);
    });
    assert.equal((await window.problems(/GitHub/)).filter((row) => /GitHub/.test(row)).length, 2);
  };
  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/2 secrets and key ids found/);
  await window.runCommand('Keystow: Focus on Findings View');
  await two();
  await window.pickFile('work/notes.ipynb');
  await page.locator('.notebookOverlay .squiggly-error').first().waitFor();
  await two();
  assert.deepEqual(
    await page
      .locator('.sidebar .monaco-list-row', { hasText: /notes\.ipynb/ })
      .locator('.label-description')
      .allInnerTexts(),
    ['work 1', 'work 1'],
  );
  await page.screenshot({ path: `${pictures}/findings-of-notebook.png` });
  await window.runCommand('View: Close Editor');
  await page.locator('.notebookOverlay .squiggly-error').first().waitFor({ state: 'detached' });
  await two();
});
