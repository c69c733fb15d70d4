import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { report } from '../../src/detect/report.ts';
import { addToBaseline } from '../../src/scan/baseline.ts';
import { baselineName } from '../../src/scan/baseline-names.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { keychainItem, packed, pictures, scene, session } from './session.ts';
import { command, type EditorWindow, tried, until, writeFiles } from './vscode.ts';

const rule = 'github-personal-access-token';

/** Enters a path in the dialog for files that is opening. It writes its first folder late, over what was typed, and takes no Enter while it looks at what is typed. */
async function enterPath({ quickInput, page }: EditorWindow, path: string): Promise<void> {
  const input = quickInput.locator('input[type=text]').first();
  const accept = quickInput.getByRole('button', { name: 'OK', exact: true });
  const busy = quickInput.locator('.monaco-progress-container.active');
  await accept.waitFor();
  await tried(async (timeout) => {
    if (!(await accept.isVisible())) return; // it took the Enter of the last time after all
    await input.fill(path, { timeout });
    await page.waitForTimeout(timeout / 6); // it looks a moment later
    await busy.waitFor({ state: 'hidden' });
    assert.equal(await input.inputValue({ timeout }), path);
    await input.press('Enter', { timeout });
    await accept.waitFor({ state: 'hidden', timeout });
  });
}

test('a document that was never saved is looked at; its secret goes to the keychain once the person has said where the file is to lie', async () => {
  const token = sampleGitHubToken();
  const { window, folder } = await scene(() => ({ workspace: {} }));
  const { page } = window;
  await window.runCommand('File: New Untitled Text File');
  const untitled = page.locator('.monaco-editor[data-uri^="untitled:"]');
  await untitled.locator('.view-lines').click();
  await window.runCommand('Keystow: Stow Secret…');
  await window.notified(/There is no secret under the cursor/); // before anybody asks where it is to lie
  await untitled.locator('.view-lines').click();
  await page.keyboard.type(`GITHUB_TOKEN=${token}\n`);
  await untitled.locator('.squiggly-error').first().waitFor();
  await window.hover('Untitled-1', 'error', 'Save this document to a file first');
  await page.screenshot({ path: `${pictures}/untitled.png` });
  await window.runCommand('Keystow: Focus on Findings View');
  const group = page.locator('.sidebar .monaco-list-row', { hasText: 'Untitled-1' });
  await group.waitFor();
  assert.equal(await group.locator('.label-name').innerText(), 'Untitled-1', 'its first line, by which the editor names it, is not shown');
  const offered = await window.quickFixes('Untitled-1', 'Save to a file');
  assert.deepEqual(offered, ['Save to a file, then move to the keychain…', `Turn off the rule ${rule} in all folders`]);
  await page.screenshot({ path: `${pictures}/untitled-fixes.png` });
  await window.quickFix('Untitled-1', 'Save to a file');
  await enterPath(window, join(folder, '.env'));
  await window.row('Move it to the keychain').waitFor();
  await window.dismiss();
  await window.notified(/was not moved: it stands in .+\.env now/);
  await untitled.waitFor({ state: 'detached' });
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), `GITHUB_TOKEN=${token}\n`);
  await window.runCommand('Keystow: Stow Secret…');
  await window.pick('Move it to the keychain');
  await window.notified(/is in the keychain now/);
  const [, item = ''] = /^GITHUB_TOKEN=keystow:\/\/(.+)\n$/.exec(readFileSync(join(folder, '.env'), 'utf8')) ?? [];
  assert.equal(keychainItem(item), token);
});

test('a document that was never saved, and is written in while its place is asked for, stays open with all of its text', async () => {
  const line = `GITHUB_TOKEN=${sampleGitHubToken('since')}`;
  const { window, folder } = await scene(() => ({ workspace: {} }));
  const { page } = window;
  await window.runCommand('File: New Untitled Text File');
  const untitled = page.locator('.monaco-editor[data-uri^="untitled:"]');
  await untitled.locator('.view-lines').click();
  await page.keyboard.type(line);
  await untitled.locator('.squiggly-error').first().waitFor();
  await window.runCommand('Keystow: Stow Secret…');
  await window.quickInput.getByRole('button', { name: 'OK', exact: true }).waitFor();
  // the dialog takes the keyboard when it has read its first folder
  await tried(async (timeout) => {
    await untitled.locator('.view-lines').click({ timeout });
    await page.keyboard.type(' # since');
    await untitled.locator('.view-line', { hasText: /\s#\ssince/ }).waitFor({ timeout });
  });
  await enterPath(window, join(folder, '.env'));
  await window.row('Move it to the keychain').waitFor();
  await window.dismiss();
  await window.notified(/was not moved: it stands in .+\.env now/);
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), line);
  await page.locator('.tab', { hasText: 'Untitled-1' }).click();
  assert.match((await untitled.locator('.view-lines').innerText()).replaceAll('\u00a0', ' '), / # since/);
  await page.screenshot({ path: `${pictures}/untitled-stays.png` });
});

test('a document that was never saved stays as it is where the encoding of files has no place for one of its characters', async () => {
  const { window, folder } = await scene(() => ({ workspace: { '.vscode/settings.json': '{ "files.encoding": "iso88591" }' } }));
  await window.runCommand('File: New Untitled Text File');
  const untitled = window.page.locator('.monaco-editor[data-uri^="untitled:"]');
  await untitled.locator('.view-lines').click();
  await window.page.keyboard.type(`GITHUB_TOKEN=${sampleGitHubToken()} # \u20ac\n`);
  await untitled.locator('.squiggly-error').first().waitFor();
  await window.runCommand('Keystow: Stow Secret…');
  await enterPath(window, join(folder, '.env'));
  await window.notified(/\.env would not hold every character of this document/);
  assert.ok(!existsSync(join(folder, '.env')));
  await untitled.locator('.squiggly-error').first().waitFor();
});

test('a file of a virtual file system is looked at, a line of it is ignored, and why nothing is moved out of it is said', async (t) => {
  const { server } = await session();
  command(server, '--install-extension', packed('test/fixtures/mirror'));
  t.after(() => command(server, '--uninstall-extension', 'keystow-test.mirror'));
  const { window, folder } = await scene(() => ({ workspace: { 'app.py': `token = '${sampleGitHubToken()}'\n` } }));
  const { page } = window;
  await window.runCommand('Mirror: Open');
  const editor = page.locator('.monaco-editor[data-uri="vscode-vfs://mirror/app.py"]');
  await editor.locator('.squiggly-error').first().waitFor();
  assert.deepEqual(await window.quickFixes('mirror/app.py', 'Ignore this line'), [
    'Why it cannot be moved to the keychain…',
    'Ignore this line',
    `Turn off the rule ${rule} in all folders`,
  ]);
  await page.screenshot({ path: `${pictures}/virtual-file.png` });
  await window.quickFix('mirror/app.py', 'Why it cannot be moved');
  await window.notified(/not on a disk of this machine/);
  await window.quickFix('mirror/app.py', 'Ignore this line');
  await editor.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  await window.press('Control+S');
  await until('the file is saved with the comment', () => / # keystow:ignore\n$/.test(readFileSync(join(folder, 'app.py'), 'utf8')));
});

test('a cell has the settings and ignore files of the folder that its notebook lies in; a baseline that cannot be read is no other folder’s trouble', async (t) => {
  const cell = { cell_type: 'code', metadata: {}, execution_count: null, source: [`token = "${sampleGitHubToken()}"`], outputs: [] };
  const notebook = { nbformat: 4, nbformat_minor: 4, metadata: { language_info: { name: 'python' } }, cells: [cell] };
  const program = ['accepted', 'not yet'].map((seed) => `token = '${sampleGitHubToken(seed)}'\n`).join('');
  const outside = mkdtempSync(join(tmpdir(), 'keystow-baseline-'));
  t.after(() => rmSync(outside, { recursive: true }));
  await addToBaseline(join(outside, baselineName), report(program, detect(program), 'other.py').slice(0, 1), '2026-01-01');
  const { window, folder } = await scene(
    () => ({
      workspace: {
        'both.code-workspace': JSON.stringify({ folders: [{ path: 'one' }, { path: 'two' }] }),
        'one/notes.ipynb': JSON.stringify(notebook),
        [`one/${baselineName}`]: 'no baseline\n',
        'two/other.py': program,
        [`two/${baselineName}`]: readFileSync(join(outside, baselineName), 'utf8'),
      },
    }),
    { open: 'both.code-workspace' },
  );
  const { page } = window;
  const unread = /keystow-baseline\.jsonl, line 1, is no entry of a baseline\. Mend the line/;
  await window.notified(unread);
  await page.screenshot({ path: `${pictures}/baseline-unread.png` });
  await window.runCommand('Notifications: Clear All Notifications');
  writeFileSync(join(folder, 'one', baselineName), 'no baseline at all\n'); // the same is wrong with it: nobody is told again
  await window.pickFile('notes.ipynb');
  const marked = page.locator('.notebookOverlay .squiggly-error');
  await marked.first().waitFor();
  await page.locator('.notebookOverlay .cell .view-line', { hasText: 'token' }).first().click();
  await window.runCommand('Keystow: Ignore a Finding…');
  await window.pick(`Turn off the rule ${rule} here`);
  await window.notified(/is off here/);
  assert.match(readFileSync(join(folder, 'one/.vscode/settings.json'), 'utf8'), /keystow\.detect\.disabledRules/);
  await marked.first().waitFor({ state: 'detached' });
  await window.pressNotification(/is off here/, 'Undo');
  await marked.first().waitFor();
  writeFileSync(join(folder, 'one/.keystowignore'), '*.ipynb\n');
  await marked.first().waitFor({ state: 'detached' });
  rmSync(join(folder, 'one/.keystowignore'));
  await marked.first().waitFor();

  await window.openFile('two/other.py');
  await window.squiggle('two/other.py').first().waitFor();
  assert.equal(await window.squiggle('two/other.py').count(), 1, 'the other one is accepted');
  assert.equal(await window.notification(unread).count(), 0);
  writeFileSync(join(folder, 'one', baselineName), '\nno baseline\n');
  await window.pressNotification(/line 2, is no entry/, 'Open');
  await window.editor(`one/${baselineName}`).locator('.view-line', { hasText: 'no baseline' }).waitFor();
  await window.statusBar('Ln 2, Col 1').waitFor();
});

test('a finding in a cell is accepted into the baseline, which counts for the notebook in a scan too', async () => {
  const [one, two] = ['one', 'two'].map(sampleGitHubToken);
  const cell = (token: string) => ({
    cell_type: 'code',
    metadata: {},
    execution_count: null,
    source: [`token = "${token}"`],
    outputs: [],
  });
  const notebook = { nbformat: 4, nbformat_minor: 4, metadata: { language_info: { name: 'python' } }, cells: [cell(one!), cell(two!)] };
  const { window, folder } = await scene(() => ({ workspace: { 'notes.ipynb': JSON.stringify(notebook) } }));
  const { page } = window;
  await window.pickFile('notes.ipynb');
  const marked = page.locator('.notebookOverlay .squiggly-error');
  await marked.nth(1).waitFor();
  await page.locator('.notebookOverlay .cell .view-line', { hasText: 'token' }).first().click();
  await window.runCommand('Keystow: Ignore a Finding…');
  await window.pick('Accept it into the baseline…');
  await window
    .row(/notes\.ipynb:1/)
    .first()
    .waitFor();
  await page.screenshot({ path: `${pictures}/baseline-cell.png` });
  await page.keyboard.press('Enter');
  await window.fillInput('an example');
  await window.notified(/1 accepted in/);
  await marked.nth(1).waitFor({ state: 'detached' });
  assert.equal(await marked.count(), 1, 'the other one is not accepted');
  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/One secret or key id found/);
  assert.match(readFileSync(join(folder, baselineName), 'utf8'), /"notes\.ipynb".*an example/);
});

test('in a window of two folders each has its own settings and baseline; a file in neither has the person’s', async (t) => {
  const { server } = await session();
  const user = join(server.root, 'data/User/settings.json');
  const before = readFileSync(user, 'utf8');
  t.after(() => writeFileSync(user, before));
  const outside = mkdtempSync(join(tmpdir(), 'keystow-outside-'));
  const line = (seed: string) => `token = '${sampleGitHubToken(seed)}'\n`;
  writeFiles(outside, { 'loose.py': line('loose') });
  const { window, folder } = await scene(
    () => ({
      workspace: {
        'both.code-workspace': JSON.stringify({ folders: [{ path: 'one' }, { path: 'two' }] }),
        'one/app.py': line('one'),
        'two/app.py': line('two'),
        'two/other.py': line('other'),
      },
    }),
    { open: 'both.code-workspace' },
  );
  const { page } = window;
  const row = (text: string) => page.locator('.sidebar .monaco-list-row', { hasText: text });
  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/3 secrets and key ids found/);

  await window.openFile('one/app.py');
  assert.deepEqual(await window.quickFixes('one/app.py', 'Turn off the rule'), [
    'Move to the keychain and read it from os.environ["GITHUB_TOKEN"]…',
    'Ignore this line',
    'Accept it into the baseline…',
    `Turn off the rule ${rule} here`,
  ]);
  await page.screenshot({ path: `${pictures}/two-folders-fixes.png` });
  await window.quickFix('one/app.py', 'Turn off the rule');
  await window.notified(/is off here/);
  await window.squiggle('one/app.py').first().waitFor({ state: 'detached' });
  assert.match(readFileSync(join(folder, 'one/.vscode/settings.json'), 'utf8'), /keystow\.detect\.disabledRules/);
  assert.ok(!existsSync(join(folder, 'two/.vscode/settings.json')));
  await window.pressNotification(/is off here/, 'Undo');
  await window.squiggle('one/app.py').first().waitFor();

  await window.openFile('two/app.py');
  await window.quickFix('two/app.py', 'Accept it into the baseline…');
  await window.row(/two\/app\.py:1/).waitFor();
  await window.press('Enter');
  await window.fillInput('known');
  await window.squiggle('two/app.py').first().waitFor({ state: 'detached' });
  assert.match(readFileSync(join(folder, 'two/.keystow-baseline.jsonl'), 'utf8'), /"file":"app\.py".*"reason":"known"/);
  assert.ok(!existsSync(join(folder, 'one/.keystow-baseline.jsonl')));
  await window.runCommand('Keystow: Focus on Findings View');
  await row('one').first().waitFor();
  await page.screenshot({ path: `${pictures}/two-folders.png` });
  await window.pressNotification(/1 accepted in/, 'Undo');
  await window.squiggle('two/app.py').first().waitFor();
  assert.ok(!existsSync(join(folder, 'two/.keystow-baseline.jsonl')), 'a baseline in which nothing is left goes');

  await window.runCommand('File: Open File...');
  await enterPath(window, join(outside, 'loose.py'));
  await window.squiggle('loose.py').first().waitFor();
  assert.deepEqual(await window.quickFixes('loose.py', 'Turn off the rule'), [
    'Move to the keychain and read it from os.environ["GITHUB_TOKEN"]…',
    'Ignore this line',
    `Turn off the rule ${rule} in all folders`,
  ]);
  await window.quickFix('loose.py', 'Turn off the rule');
  await window.notified(/is off in all folders/);
  await window.squiggle('loose.py').first().waitFor({ state: 'detached' });
  assert.match(readFileSync(user, 'utf8'), /"keystow\.detect\.disabledRules"/);
});
