import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { pictures, scene } from './session.ts';

test('the folder and its history are scanned, a finding is accepted, and a commit with a secret is stopped', async () => {
  const known = sampleGitHubToken('known');
  const { window, folder, home } = await scene(() => ({
    workspace: {
      'docs/sample.env': `TOKEN=${known}\n`,
      'app/deploy.env': `TOKEN=${sampleGitHubToken('deploy')}\n`,
      'ignored/local.env': `TOKEN=${sampleGitHubToken('local')}\n`,
      '.gitignore': 'ignored\n.env\n',
      '.env': `TOKEN=${sampleGitHubToken('own')}\n`,
      'fixtures/fake.env': `TOKEN=${sampleGitHubToken('fake')}\n`,
      '.keystowignore': 'fixtures\n',
      'notes.txt': 'nothing\n',
      '.vscode/settings.json': '{ "search.useIgnoreFiles": false }', // the list of files has those too that git ignores
    },
  }));
  const env = { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: join(home, '.local/share'), XDG_RUNTIME_DIR: join(home, 'run') };
  const own = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const git = (...args: readonly string[]) => execFileSync('git', [...own, ...args], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'first');

  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/3 secrets and key ids found/);
  await window.pressNotification(/3 secrets and key ids found/, 'Show');
  const row = (text: string) => window.page.locator('.sidebar .monaco-list-row', { hasText: text });
  await row('sample.env').waitFor();
  await row('deploy.env').waitFor();
  assert.equal(await row('local.env').count(), 0, 'what .gitignore excludes is not scanned');
  assert.equal(await row('fake.env').count(), 0, 'what .keystowignore excludes is not scanned');
  await window.openFile('fixtures/fake.env');
  await window.editor('fake.env').waitFor();
  // what matters most comes first: a long message is cut off
  const problems = await window.problems(/^Git ignores this file\. GitHub personal access token/m);
  assert.doesNotMatch(problems.join('\n'), /fake\.env/, 'what .keystowignore excludes is not marked');
  const ignored = window.page.locator('.markers-panel .monaco-list-row', { hasText: 'Git ignores this file' });
  git('add', '--force', '.env');
  await ignored.first().waitFor({ state: 'detached' });
  await window.page.screenshot({ path: `${pictures}/tracked-though-ignored.png` });
  git('rm', '--quiet', '--cached', '.env');
  await ignored.first().waitFor();
  await window.openFile('.env');
  await window.squiggle('.env').first().waitFor();
  await window.runCommand('View: Close Editor');
  await ignored.first().waitFor();
  // what git says of a file is said of all that is in it, also of what is new
  await window.runCommand('View: Reopen Closed Editor');
  await window.type('.env', `OTHER=${sampleGitHubToken('other')}`);
  await window.squiggle('.env').nth(1).waitFor();
  await window.press('Control+S');
  await window.page.locator('.tab.dirty').waitFor({ state: 'detached' }); // else the editor asks before it closes the file
  await window.runCommand('View: Close Editor');
  await window.editor('.env').waitFor({ state: 'hidden' });
  await window.problems(/^\.env\n2\nGit ignores this file[\s\S]*^Git ignores this file[\s\S]*\[Ln 2, Col 7\]/m);
  writeFileSync(join(folder, '.env'), 'TOKEN=keystow://github\n');
  await ignored.first().waitFor({ state: 'detached' });
  writeFileSync(join(folder, '.env'), `TOKEN=${sampleGitHubToken('again')}\n`);
  await ignored.first().waitFor();
  rmSync(join(folder, '.keystowignore'));
  await window.squiggle('fake.env').first().waitFor();
  writeFileSync(join(folder, '.keystowignore'), 'fixtures\n');
  await window.squiggle('fake.env').first().waitFor({ state: 'detached' });

  await window.runCommand('Keystow: Scan Git History');
  await row('In the git history').waitFor();
  await window.page.screenshot({ path: `${pictures}/findings.png` });

  await window.runCommand('Keystow: Accept Findings into Baseline…');
  await window.pick(/docs\/sample\.env:1/);
  await window.press('Enter');
  await window.fillInput('a sample of the documentation');
  await window.notified(/1 accepted in \.keystow-baseline\.jsonl/);
  await row('sample.env').waitFor({ state: 'detached' });
  const baseline = readFileSync(join(folder, '.keystow-baseline.jsonl'), 'utf8');
  assert.match(baseline, /"file":"docs\/sample\.env".*"reason":"a sample of the documentation"/);
  assert.ok(!baseline.includes(known));
  await window.openFile('app/deploy.env');
  await window.squiggle('deploy.env').first().waitFor();
  await window.hover('deploy.env', 'error', /In\sthe\sgit\shistory\ssince.*on\sthis\smachine\sonly/);
  await window.page.screenshot({ path: `${pictures}/finding-history.png` });
  await window.openFile('docs/sample.env');
  await window.editor('sample.env').waitFor();
  assert.equal(await window.squiggle('sample.env').count(), 0, 'what is accepted is not marked');

  await window.runCommand('Keystow: Install Pre-commit Hook');
  await window.row(/runs keystow scan --staged/).waitFor();
  await window.page.screenshot({ path: `${pictures}/hook-preview.png` });
  await window.pick('Install the hook');
  await window.notified(/The hook is in/);
  execFileSync('sh', ['-c', 'cat app/deploy.env | tr -d "\\n" >> notes.txt'], { cwd: folder });
  git('add', '--all');
  const { status, stderr } = spawnSync('git', [...own, 'commit', '-m', 'late'], { cwd: folder, env, encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /notes\.txt:\d+:\d+: error: GitHub personal access token/);
  await window.runCommand('Keystow: Remove Pre-commit Hook');
  await window.pick('Remove the hook');
  await window.notified(/The hook is out of/);
  assert.ok(!existsSync(join(folder, '.git/hooks/pre-commit')));
});

test('what git ignores is known in a window below the top of its repository, by whichever of its lists; of a file that was only opened too', async () => {
  const { window, folder, home } = await scene(
    () => ({
      workspace: {
        'inner.code-workspace': JSON.stringify({ folders: [{ path: 'inner' }] }),
        'inner/.env': `TOKEN=${sampleGitHubToken('inner')}\n`,
        '.gitignore': '.env\n',
      },
    }),
    { open: 'inner.code-workspace' },
  );
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: folder, env: { PATH: process.env.PATH, HOME: home }, encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet');
  await window.openFile('.env');
  await window.squiggle('.env').first().waitFor();
  await window.runCommand('View: Close Editor');
  await window.runCommand('Problems: Focus on Problems View');
  const ignored = window.page.locator('.markers-panel .monaco-list-row', { hasText: 'Git ignores this file' });
  const isIgnored = () => ignored.first().waitFor();
  const isNot = () => ignored.first().waitFor({ state: 'detached' });
  await isIgnored();
  git('add', '--force', 'inner/.env');
  await isNot();
  git('rm', '--quiet', '--cached', 'inner/.env');
  await isIgnored();
  writeFileSync(join(folder, '.gitignore'), '');
  await isNot();
  writeFileSync(join(folder, '.git/info/exclude'), '.env\n');
  await isIgnored();
  writeFileSync(join(folder, '.git/info/exclude'), '');
  await isNot();
  mkdirSync(join(home, '.config/git'), { recursive: true });
  writeFileSync(join(home, '.config/git/ignore'), '.env\n');
  await isIgnored();
  await window.page.screenshot({ path: `${pictures}/ignored-by-person.png` });
});

test('what a scan found in files that are not open follows other programs, settings and ignore files', async () => {
  const secret = (name: string) => `TOKEN=${sampleGitHubToken(name)}\n`;
  const { window, folder } = await scene(() => ({
    workspace: {
      'deleted.env': secret('deleted'),
      'cleaned.env': secret('cleaned'),
      'moved/down.env': secret('moved'),
      'renamed.env': secret('renamed'),
      'excluded/one.env': secret('excluded'),
    },
  }));
  await window.runCommand('Keystow: Scan Workspace');
  await window.pressNotification(/5 secrets and key ids found/, 'Show');
  const row = (file: string) => window.page.locator('.sidebar .monaco-list-row', { hasText: file });
  const isThere = (file: string) => row(file).first().waitFor();
  const isGone = (file: string) => row(file).first().waitFor({ state: 'detached' });
  for (const file of ['deleted.env', 'cleaned.env', 'down.env', 'renamed.env', 'one.env']) await isThere(file);

  rmSync(join(folder, 'deleted.env'));
  await isGone('deleted.env');
  writeFileSync(join(folder, 'deleted.env'), `A=1\n${secret('deleted')}`); // as a branch brings it back
  await isThere('deleted.env');
  writeFileSync(join(folder, 'cleaned.env'), 'TOKEN=keystow://github\n');
  await isGone('cleaned.env');
  writeFileSync(join(folder, 'cleaned.env'), secret('cleaned')); // and that again
  await isThere('cleaned.env');
  renameSync(join(folder, 'moved'), join(folder, 'away'));
  await isGone('down.env');
  renameSync(join(folder, 'away'), join(folder, 'moved'));
  await isThere('down.env');

  writeFileSync(join(folder, '.keystowignore'), 'excluded\n');
  await isGone('one.env');
  rmSync(join(folder, '.keystowignore'));
  await isThere('one.env');
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode/settings.json'), '{ "keystow.detect.disabledRules": ["github-personal-access-token"] }');
  for (const file of ['down.env', 'renamed.env', 'one.env']) await isGone(file);
  writeFileSync(join(folder, '.vscode/settings.json'), '{}');
  for (const file of ['deleted.env', 'cleaned.env', 'down.env', 'renamed.env', 'one.env']) await isThere(file);
  await window.page.screenshot({ path: `${pictures}/findings-followed.png` });
  await window.problems(/deleted\.env[\s\S]*Ln 2, Col 7/);
});

test('with tens of thousands of keys found, of each row the view knows the other half, and a token that is typed shows at once', async () => {
  const pairs = (name: string) => Array.from({ length: 500 }, (_, i) => sampleKeyPair(`${name}/${i}`));
  const keys = (name: string) => pairs(name).map(({ accessKeyId, secretAccessKey }) => `${accessKeyId},${secretAccessKey}\n`);
  const csv = (name: string) => `Access key ID,Secret access key\n${keys(name).join('')}`;
  const names = Array.from({ length: 40 }, (_, i) => `keys-${i}.csv`);
  const { window } = await scene(() => ({
    workspace: { ...Object.fromEntries(names.map((name) => [name, csv(name)])), 'app.py': 'import boto3\n' },
  }));
  await window.runCommand('Keystow: Scan Workspace');
  await window.pressNotification(/secrets and key ids found/, 'Show');
  await window.page
    .locator('.sidebar .monaco-list-row', { hasText: /other half: 2:/ })
    .first()
    .waitFor();
  await window.openFile('app.py');
  await window.type('app.py', `token = '${sampleGitHubToken()}'`);
  await window.squiggle('app.py').first().waitFor();
});
