import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { report } from '../../src/detect/report.ts';
import { addToBaseline } from '../../src/scan/baseline.ts';
import { baselineName } from '../../src/scan/baseline-names.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { pictures, scene } from './session.ts';
import { tried } from './vscode.ts';

const { accessKeyId, secretAccessKey } = sampleKeyPair('places');
const id = `AWS_ACCESS_KEY_ID=${accessKeyId}\n`;

test('a key in two files is one key: in the text, above its line, in the view; it ends when one half is gone', async () => {
  const { window, folder } = await scene(() => ({
    workspace: {
      '.env': id,
      'config.js': `export default {\n  secret: '${secretAccessKey}',\n};\n`,
      '.vscode/settings.json': JSON.stringify({ 'keystow.detect.codeLens': true }),
    },
  }));
  await window.openFile('config.js');
  await window.squiggle('config.js', 'error').first().waitFor();
  const lens = (text: string) => window.editor('config.js').locator('.codelens-decoration', { hasText: text });
  await lens('AWS secret access key').first().waitFor();
  await lens('Stow…').first().waitFor();
  await window.hover('config.js', 'error', /it\sis\sthe\ssecret\sof\sthe\saccess\skey\sid\sin\s\.env/);
  await window.page.screenshot({ path: `${pictures}/two-files.png` });

  // the other half is gone on the disk, and comes back
  rmSync(join(folder, '.env'));
  await window.squiggle('config.js', 'error').first().waitFor({ state: 'detached' });
  await lens('AWS secret access key').first().waitFor({ state: 'detached' });
  writeFileSync(join(folder, '.env'), id);
  await window.squiggle('config.js', 'error').first().waitFor();

  await window.openFile('.env');
  await window.squiggle('.env', 'info').first().waitFor();
  await window.problems(/config\.js[\s\S]*AWS secret access key|AWS secret access key[\s\S]*config\.js/);
  await window.runCommand('Keystow: Focus on Findings View');
  const row = (text: string | RegExp) => window.page.locator('.sidebar .monaco-list-row', { hasText: text });
  await row(/other half: \.env:1/)
    .first()
    .waitFor();
  assert.match(
    (await row(/other half: \.env:1/)
      .first()
      .getAttribute('aria-label')) ?? '',
    /^2:12 AWS secret access key, \S+, other half: \.env:1, usable secret, config\.js, line 2/,
  );
  await tried(async (timeout) => {
    await row(/other half: \.env:1/)
      .first()
      .click({ timeout });
    await window.press('ArrowRight');
    await row('The other half of the key').first().waitFor({ timeout });
  });
  await window.page.screenshot({ path: `${pictures}/two-files-view.png` });

  // a file that is closed is beside the others as it was, and the view keeps what it held
  await window.runCommand('View: Close All Editors');
  await row(/other half: config\.js:2/)
    .first()
    .waitFor();
  await row(/other half: \.env:1/)
    .first()
    .waitFor();
  await window.openFile('config.js');
  await window.squiggle('config.js', 'error').first().waitFor();

  // the lenses are drawn anew when their file is looked at again, and one that is just being replaced takes no click
  await tried(async (timeout) => {
    await lens('Ignore…').first().locator('a', { hasText: 'Ignore…' }).click({ timeout });
    await window.row('Turn off the rule aws-secret-access-key here').waitFor({ timeout });
  });
  await window.page.screenshot({ path: `${pictures}/ignore-finding.png` });
  await window.pick('Ignore this line');
  await window.squiggle('config.js', 'error').first().waitFor({ state: 'detached' });
});

test('cells of a notebook and the left side of a diff are looked at; a long document is, in the pauses, or it says that it is not', async () => {
  const [cell, output, committed, late] = ['cell', 'output', 'committed', 'late'].map((seed) => sampleGitHubToken(seed)) as [
    string,
    string,
    string,
    string,
  ];
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: 'python' } },
    cells: [
      {
        cell_type: 'code',
        id: 'one',
        metadata: {},
        execution_count: 1,
        source: [`token = "${cell}"\n`, 'print("done")'],
        outputs: [{ output_type: 'stream', name: 'stdout', text: [`${output}\n`] }],
      },
    ],
  };
  const filler = 'a line of text without anything in it\n';
  const { window, folder, home } = await scene(() => ({
    workspace: {
      'notes.ipynb': JSON.stringify(notebook),
      'deploy.env': `TOKEN=${committed}\n`,
      'left-out.env': `TOKEN=${committed}\n`,
      '.keystowignore': 'left-out.env\n',
      'long.txt': `${filler.repeat(40_000)}`,
      'longer.txt': `token = ${late}\n${filler.repeat(60_000)}`,
      '.vscode/settings.json': JSON.stringify({ 'git.enabled': true, 'keystow.detect.maxFileSizeMb': 2 }),
    },
  }));
  const env = { PATH: process.env.PATH, HOME: home };
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: folder, env, stdio: 'pipe' });
  git('init', '--quiet');
  git('add', 'deploy.env', 'left-out.env');
  git('commit', '--quiet', '-m', 'first');
  for (const name of ['deploy.env', 'left-out.env']) writeFileSync(join(folder, name), 'TOKEN=\n');

  await window.pickFile('notes.ipynb');
  await window.page.locator('.notebookOverlay .squiggly-error').first().waitFor();
  const ofToken = /GitHub personal access token/;
  assert.equal((await window.problems(ofToken)).filter((row) => ofToken.test(row)).length, 1, 'what a cell printed is no document');
  await window.page.screenshot({ path: `${pictures}/notebook.png` });

  await window.openFile('deploy.env');
  await window.runCommand('Git: Open Changes');
  const left = window.page.locator('.monaco-diff-editor .editor.original');
  await left.locator('.squiggly-error').first().waitFor();
  await window.hoverOver(left.locator('.squiggly-error').first(), /version\sof\sthe\sfile\sthat\sgit\skeeps/);
  await window.page.screenshot({ path: `${pictures}/git-diff.png` });
  // it is looked at as its file is
  await left.locator('.view-line', { hasText: 'TOKEN=ghp' }).click();
  await window.runCommand('Keystow: Ignore a Finding…');
  await window.row(`Turn off the rule github-personal-access-token here`).waitFor();
  assert.equal(await window.quickInput.locator('.monaco-list-row').count(), 1, 'nothing is written into it');
  await window.pick(`Turn off the rule github-personal-access-token here`);
  await left.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  await window.pressNotification(/is off here/, 'Undo');
  await left.locator('.squiggly-error').first().waitFor();
  const found = report(`TOKEN=${committed}\n`, detect(`TOKEN=${committed}\n`), 'deploy.env');
  await addToBaseline(join(folder, baselineName), found, '2026-01-01');
  await left.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  rmSync(join(folder, baselineName));
  await left.locator('.squiggly-error').first().waitFor();
  await window.openFile('left-out.env');
  await window.runCommand('Git: Open Changes');
  await left.locator('.view-line', { hasText: 'TOKEN=ghp' }).waitFor();
  await left.locator('.squiggly-error').first().waitFor({ state: 'detached' });

  await window.openFile('long.txt');
  await window.type('long.txt', `token = ${late}`);
  await window.squiggle('long.txt', 'error').first().waitFor();
  await window.press('Home');
  await window.page.keyboard.type('my ');
  await window.page.locator('.markers-panel .monaco-list-row', { hasText: 'Ln 40001, Col 12' }).first().waitFor();
  await window.press('End');
  await window.press('Backspace');
  await window.squiggle('long.txt', 'error').first().waitFor({ state: 'detached' });

  await window.openFile('longer.txt');
  await window.page
    .locator('.markers-panel .monaco-list-row', { hasText: /did not look at this document, as it is longer than 2 MB/ })
    .first()
    .waitFor();
  assert.equal(await window.squiggle('longer.txt', 'error').count(), 0);
  await window.page.screenshot({ path: `${pictures}/too-long.png` });
});
