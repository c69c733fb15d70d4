import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountOf } from '../../src/detect/aws-account.ts';
import { allRules, detect } from '../../src/detect/detect.ts';
import { sampleJwt } from '../../src/detect/rules/jwt.ts';
import { draw, sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { accessibilityProblems } from './accessibility.ts';
import { pictures, scene } from './session.ts';
import { type EditorWindow, tried } from './vscode.ts';

/** Opens the hover of the first finding of a line by the keyboard, waits for what it says, and gives the whole. */
async function hoverByKeyboard(window: EditorWindow, name: string, text: string, line: number, says: RegExp): Promise<string> {
  const { page } = window;
  const start =
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  const finding = detect(text).find((one) => one.start >= start);
  assert.ok(finding, `nothing is found from line ${line} on`);
  const hover = page.locator('.monaco-hover:visible', { hasText: says }).first();
  return tried(async (timeout) => {
    await window.editor(name).locator('.view-lines').click({ timeout });
    await window.goTo(line, finding.start - start + 2);
    await window.press('Control+K');
    await window.press('Control+I');
    await hover.waitFor({ timeout });
    // no-break spaces are what the editor writes for some blanks
    return (await hover.innerText({ timeout })).replaceAll('\u00a0', ' ');
  });
}

test('a hover, opened by the keyboard, says what is known without asking anybody: account, kind, end, checksum, claims', async () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('hover');
  const caseOf = (id: string) =>
    allRules()
      .find((rule) => rule.id === id)!
      .cases(draw).ok[0]!;
  const azureKey = caseOf('azure-annotated-key').match(/\w{84}/)![0];
  const ends = Math.floor(Date.UTC(2040, 0, 15, 12) / 1000);
  const lines: readonly (readonly [string, RegExp])[] = [
    [`AWS_ACCESS_KEY_ID=${accessKeyId}`, new RegExp(`belongs to the AWS account ${accountOf(accessKeyId)}`)],
    [`AWS_SECRET_ACCESS_KEY=${secretAccessKey}`, new RegExp(`belongs to the AWS account ${accountOf(accessKeyId)}`)],
    [`GITHUB_TOKEN=${sampleGitHubToken('hover')}`, /Its checksum is right/],
    [`AZURE_KEY=${azureKey}`, /Its checksum is right/],
    [`AZURE_KEY=${azureKey.replace(/.{4}$/, 'AAAA')}`, /Its checksum is wrong: it was altered or made up/],
    [`ID_TOKEN=${sampleJwt(draw, { iss: 'https://id.example.com', sub: 'somebody', exp: ends })}`, /issued by https:\/\/id\.example\.com/],
    [`DOWNLOAD=${caseOf('aws-presigned-url')}`, /It is valid until/],
  ];
  const text = lines.map(([line]) => `${line}\n`).join('');
  const { window } = await scene(() => ({ workspace: { 'facts.env': text } }));
  const { page } = window;
  await window.openFile('facts.env');
  await window.squiggle('facts.env').first().waitFor();
  for (const [index, [line, says]] of lines.entries()) {
    const said = await hoverByKeyboard(window, 'facts.env', text, index + 1, says);
    const [finding] = detect(text).filter(({ start }) => start >= text.indexOf(line));
    assert.ok(!said.includes(finding!.value), 'a hover shows no secret');
    await page.screenshot({ path: `${pictures}/hover-${index + 1}.png` });
    if (/^ID_TOKEN/.test(line)) assert.match(said, /It stands for somebody[\s\S]*It is valid until 1\/15\/2040/);
    if (index === 0) assert.deepEqual(await accessibilityProblems(page, '.monaco-hover .markdown-hover'), []);
    await page.keyboard.press('Escape');
  }
});

test('a hover moves the secret that it is about, wherever the cursor is', async () => {
  const lines = ['const deployToken', 'const mailToken'].map((name) => `${name} = '${sampleGitHubToken(name)}';\n`);
  const { window } = await scene(() => ({ workspace: { 'app.js': lines.join('') } }));
  await window.openFile('app.js');
  const second = window.squiggle('app.js', 'error').nth(1);
  await second.waitFor();
  await window.goTo(1, 25);
  await tried(async (timeout) => {
    await window.hoverOver(second, 'Move it to the keychain');
    await window.page.locator('.monaco-hover:visible a', { hasText: 'Move it to the keychain' }).first().click({ timeout });
  });
  await window.row(/MAIL_TOKEN/).waitFor();
  await window.page.screenshot({ path: `${pictures}/hover-moves.png` });
});

test('a hover says what git knows of a secret: committed and pushed, committed here alone, not yet, or never', async () => {
  const files = Object.fromEntries(
    ['pushed', 'here', 'tracked', 'unknown', 'ignored'].map((name) => [`${name}.env`, `TOKEN=${sampleGitHubToken(name)}\n`]),
  );
  const { 'tracked.env': tracked, ...others } = files;
  const { window, folder, home } = await scene(() => ({
    workspace: {
      ...others,
      'tracked.env': 'A=1\n',
      '.gitignore': 'ignored.env\n',
      '.vscode/settings.json': '{ "search.useIgnoreFiles": false }',
    },
  }));
  const env = { PATH: process.env.PATH, HOME: home };
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: folder, env, stdio: 'pipe' });
  git('init', '--quiet');
  git('add', 'pushed.env', 'tracked.env');
  git('commit', '--quiet', '-m', 'first');
  git('init', '--quiet', '--bare', join(folder, '.git/elsewhere'));
  git('remote', 'add', 'origin', join(folder, '.git/elsewhere'));
  git('push', '--quiet', 'origin', 'HEAD');
  git('add', 'here.env');
  git('commit', '--quiet', '-m', 'second');
  appendFileSync(join(folder, 'tracked.env'), tracked!);
  const sayings: Readonly<Record<string, RegExp>> = {
    'pushed.env': /In the git history since .* \(commit [0-9a-f]{8}\), and on a remote: whoever reads that has it/,
    'here.env': /In the git history since .* on this machine only/,
    'tracked.env': /git tracks this file: the next commit may take it along/,
    'unknown.env': /git does not know this file/,
    'ignored.env': /git ignores this file/,
  };
  for (const [name, says] of Object.entries(sayings)) {
    await window.openFile(name);
    await window.squiggle(name).first().waitFor();
    const text = name === 'tracked.env' ? `A=1\n${tracked}` : files[name]!;
    await hoverByKeyboard(window, name, text, text.split('\n').length - 1, new RegExp(says.source.replaceAll(' ', '\\s')));
    await window.page.screenshot({ path: `${pictures}/hover-${name}.png` });
    await window.page.keyboard.press('Escape');
  }
});
