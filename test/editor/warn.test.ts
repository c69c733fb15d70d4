import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';
import { pictures, scene } from './session.ts';
import { tried } from './vscode.ts';

test('a key pair that is typed shows at once, with what it is and what to do; it moves with its line, and goes when it is mended', async () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair();
  const { window } = await scene(() => ({ workspace: { 'app.py': 'import boto3\n' } }));
  await window.openFile('app.py');
  await window.type('app.py', `aws_access_key_id = "${accessKeyId}"\naws_secret_access_key = "${secretAccessKey}"\n`);
  await window.squiggle('app.py', 'error').first().waitFor();
  await window.squiggle('app.py', 'info').first().waitFor();
  // what it says of itself is there at once, what Keystow adds a moment later
  const hover = await window.hover('app.py', 'error', 'Move it to the keychain');
  assert.match(hover, /AWS secret access key/);
  assert.ok(!hover.includes(secretAccessKey));
  await window.page.screenshot({ path: `${pictures}/warn.png` });
  await window.problems(/AWS secret access key[\s\S]*Ln 3/);
  await window.editor('app.py').locator('.view-lines').click();
  await window.press('Control+Home');
  await window.page.keyboard.type('import os\n');
  await window.page.locator('.markers-panel .monaco-list-row', { hasText: 'Ln 4, Col 26' }).first().waitFor();
  await window.editor('app.py').locator('.view-lines').click();
  await window.press('Control+Home');
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft']) await window.press(key);
  await window.page.keyboard.type('…');
  await window.squiggle('app.py', 'error').first().waitFor({ state: 'detached' });
  assert.equal(await window.squiggle('app.py', 'info').count(), 1);
});

test('a file that is opened shows its token; documentation examples and identifiers stay quiet; the code of the warning opens its page', async () => {
  const token = sampleGitHubToken();
  const { window } = await scene(() => ({
    workspace: {
      '.env': `GITHUB_TOKEN=${token}\n`,
      'quiet.txt': `AKIAIOSFODNN7${'EXAMPLE'}\nAIDA${'Q3EGRIDLPMTYWN2A'}\nAROA${'Q3EGRIDLPMTYWN2A'}\n${token}\n`,
    },
  }));
  await window.openFile('.env');
  await window.squiggle('.env', 'error').first().waitFor();
  const place = await window.editor('.env').getAttribute('data-uri');
  assert.match(place ?? '', /^vscode-remote:/, 'to the window it lies on another machine, as with SSH, containers and WSL');
  await window.openFile('quiet.txt');
  await window.squiggle('quiet.txt').first().waitFor();
  assert.equal(await window.editor('quiet.txt').locator('[class*=squiggly]').count(), 1, 'the token alone');

  await window.openFile('.env');
  const code = window.page.locator('.monaco-hover a.code-link', { hasText: 'github-personal-access-token' });
  await tried(async (timeout) => {
    await window.hover('.env', 'error', 'github-personal-access-token');
    await code.click({ timeout });
  });
  await window.webview().getByRole('heading', { name: 'GitHub personal access token' }).waitFor();
  await window.page.screenshot({ path: `${pictures}/rule-page.png` });
});

test('a private key in a folder of tests is told at Information and says why; beside it, it is an error', async () => {
  const key = samplePrivateKey();
  const { window } = await scene(() => ({ workspace: { 'tests/fixture.pem': key, 'server.pem': key } }));
  await window.openFile('server.pem');
  await window.squiggle('server.pem', 'error').first().waitFor();
  await window.openFile('fixture.pem');
  await window.squiggle('fixture.pem', 'info').first().waitFor();
  assert.equal(await window.squiggle('fixture.pem', 'error').count(), 0);
  assert.match(
    await window.hover('fixture.pem', 'info', 'The file is a test or an example.'),
    /Private key: .* The file is a test or an example\./,
  );
  await window.page.screenshot({ path: `${pictures}/key-of-tests.png` });
});

test('“Ignore this line” writes a comment in the file’s own syntax, and Ctrl+Z takes it back', async () => {
  const token = sampleGitHubToken();
  const { window } = await scene(() => ({ workspace: { 'main.py': `token = '${token}'\n` } }));
  await window.openFile('main.py');
  await window.quickFix('main.py', 'Ignore this line');
  await window.squiggle('main.py').first().waitFor({ state: 'detached' });
  assert.match(await window.text('main.py'), /' # keystow:ignore/);
  await window.editor('main.py').locator('.view-lines').click();
  await window.press('Control+Z');
  await window.squiggle('main.py').first().waitFor();
});
