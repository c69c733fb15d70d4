import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';
import { keychainItem, pictures, scene, session } from './session.ts';
import { tried, until } from './vscode.ts';

test('Ctrl+V pastes a token as it is and stores nothing; where references are preferred it becomes one, undo knows it, and what cannot be is said', async () => {
  const program = 'import hashlib\n\nGITHUB_TOKEN = ""\nprint(hashlib.sha256(GITHUB_TOKEN.encode()).hexdigest()[:16])\n';
  const { window, folder } = await scene(() => ({
    workspace: { 'app.py': program, '.env': 'PORT=1\n', '.vscode/settings.json': '{}\n' },
  }));
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
  // the numbers of the lines go when the editor has read it
  const preferred = { 'editor.pasteAs.preferences': ['keystow.reference'], 'editor.lineNumbers': 'off' };
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(preferred));
  await window.editor('app.py').locator('.line-numbers').first().waitFor({ state: 'detached' });
  await window.press('Control+V');
  await window.notified(/app\.py refers to it\. From now on start the program so: keystow exec/);
  await window.editor('app.py').locator('.view-line', { hasText: 'environ' }).first().waitFor();
  await page.screenshot({ path: `${pictures}/paste-reference.png` });
  const after = `import os\n${program.replace('""', 'os.environ["GITHUB_TOKEN"]')}`;
  assert.equal((await window.text('app.py')).trimEnd(), after.trimEnd());
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), `PORT=1\nGITHUB_TOKEN=keystow://${account}\n`);
  assert.equal(keychainItem(account), token);

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('app.py');
  await window.pick(/Put it back in plain text/);
  await window.notified(/lies in plain text again/);
  assert.equal(readFileSync(join(folder, 'app.py'), 'utf8'), program.replace('""', `"${token}"`));
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), 'PORT=1\n');
  assert.equal(keychainItem(account), undefined);

  writeFileSync(join(folder, 'settings.py'), 'load_dotenv(override=True)\n');
  const other = sampleGitHubToken();
  await window.editor('app.py').locator('.view-lines').click();
  await window.press('Control+End');
  await copy(`RELEASE_TOKEN = "${other}"`);
  await window.press('Control+V');
  await window.notified(/The secret was pasted as it is: Line 1 of settings\.py lets the \.env file win/);
  await page.screenshot({ path: `${pictures}/paste-refused.png` });
  assert.ok((await window.text('app.py')).includes(`RELEASE_TOKEN = "${other}"`));
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), 'PORT=1\n');
  assert.equal(keychainItem(account.replace('github-token', 'release-token')), undefined);
});

test('the menu after Ctrl+V offers the reference of a token, of a key pair and of what a rule of one’s own finds, by keyboard too', async (t) => {
  const { server } = await session();
  const user = join(server.root, 'data/User/settings.json');
  const before = readFileSync(user, 'utf8');
  t.after(() => writeFileSync(user, before));
  const acme = { id: 'acme-token', pattern: '\\bACME-[A-Z0-9]{20}\\b', keywords: ['acme-'] };
  writeFileSync(user, JSON.stringify({ ...JSON.parse(before), 'keystow.detect.customRules': [acme] }));
  const { window, folder, simulator } = await scene((simulator) => ({
    home: { '.aws/config': `[default]\nregion = eu-west-1\nendpoint_url = ${simulator.endpoint}\n` },
    workspace: { 'app.py': 'import os\n\n', '.env': 'PORT=1\n' },
  }));
  const { page } = window;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const project = basename(folder).replace(/[^\w.-]+/g, '-');
  const offered = page.locator('.action-widget .monaco-list-row.action');
  const file = (name: string) => readFileSync(join(folder, name), 'utf8');
  /** Pastes a text with a secret at the end of the file, picks the reference in the menu, and saves what then `stands` there. */
  const pasteAsReference = async (name: string, text: string, secret: string, stands: string, byKeyboard: boolean) => {
    const menu = page.locator('.post-edit-widget');
    const pasted = window.editor(name).locator('.view-line', { hasText: secret });
    const paste = async () => {
      await window.editor(name).locator('.view-lines').click();
      await window.press('Control+End');
      await page.mouse.move(640, 600); // where it was the menu may open, and the row under it would be the chosen one
      await window.press('Control+V');
      await menu.waitFor();
    };
    await window.openFile(name);
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await paste();
    await tried(
      async (timeout) => {
        if (byKeyboard) await window.press('Control+.');
        else await menu.click({ timeout });
        await offered.filter({ hasText: 'Paste as reference' }).waitFor({ timeout });
        assert.deepEqual(
          (await offered.allInnerTexts()).map((title) => title.trim()),
          ['Insert Plain Text', 'Paste as reference'],
        );
        await page.screenshot({ path: `${pictures}/paste-menu-${byKeyboard ? 'keyboard' : 'mouse'}-${name}.png` });
        if (byKeyboard) {
          await page.locator('.action-widget :focus').waitFor({ timeout }); // a key that comes earlier goes to the editor
          await page.keyboard.press('ArrowDown');
          await page.locator('.action-widget .monaco-list-row.focused', { hasText: 'Paste as reference' }).waitFor({ timeout });
          await page.keyboard.press('Enter');
        } else await offered.filter({ hasText: 'Paste as reference' }).click({ timeout });
        // the editor takes out what was pasted before it asks for the reference: where that stays, nothing was picked
        await pasted.waitFor({ state: 'detached', timeout });
      },
      // a menu that loses the focus closes again, and Enter goes to the editor, which then offers none any more
      async () => {
        if (await menu.isVisible()) return;
        await tried(async (timeout) => {
          await window.press('Control+Z');
          await pasted.waitFor({ state: 'detached', timeout });
        });
        await paste();
      },
    );
    const said = await window.notified(/refers to it|pasted as it is/);
    assert.ok((await said.innerText()).includes(`${name} refers to it`), await said.innerText());
    await window.runCommand('Notifications: Clear All Notifications');
    await window.editor(name).locator('.view-line', { hasText: stands }).first().waitFor();
    await window.press('Control+S');
    await until(`${name} is saved with its reference`, () => file(name).includes(stands));
  };

  const token = sampleGitHubToken();
  await pasteAsReference('app.py', `GITHUB_TOKEN = "${token}"\n`, token, 'os.environ["GITHUB_TOKEN"]', true);
  assert.equal(file('app.py'), 'import os\n\nGITHUB_TOKEN = os.environ["GITHUB_TOKEN"]\n');
  assert.equal(file('.env'), `PORT=1\nGITHUB_TOKEN=keystow://github/${project}-github-token\n`);
  assert.equal(keychainItem(`github/${project}-github-token`), token);

  const own = `ACME-Q7P2${sampleKeyPair('acme').accessKeyId.slice(4)}`;
  await pasteAsReference('app.py', `ACME_TOKEN = "${own}"\n`, own, 'os.environ["ACME_TOKEN"]', false);
  assert.match(file('app.py'), /ACME_TOKEN = os\.environ\["ACME_TOKEN"\]\n$/);
  assert.equal(keychainItem(`acme/${project}-acme-token`), own);

  const pair = sampleKeyPair();
  await pasteAsReference(
    'app.py',
    `client = boto3.client("s3", aws_access_key_id="${pair.accessKeyId}", aws_secret_access_key="${pair.secretAccessKey}")\n`,
    pair.secretAccessKey,
    'os.environ["AWS_SECRET_ACCESS_KEY"]',
    true,
  );
  assert.match(
    file('app.py'),
    /aws_access_key_id=os\.environ\["AWS_ACCESS_KEY_ID"\], aws_secret_access_key=os\.environ\["AWS_SECRET_ACCESS_KEY"\]\)\n$/,
  );
  assert.match(
    file('.env'),
    /\nAWS_ACCESS_KEY_ID=keystow:\/\/.+\/access-key-id\nAWS_SECRET_ACCESS_KEY=keystow:\/\/.+\/secret-access-key\n/,
  );
  assert.ok(keychainItem(`aws/${pair.accessKeyId}`)?.includes(pair.secretAccessKey));

  writeFileSync(join(folder, 'local.env'), 'PORT=1\n');
  const { accessKeyId, secretAccessKey } = simulator.accessKeys[0]!;
  const pasted = `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`;
  await pasteAsReference('local.env', pasted, secretAccessKey, 'AWS_SECRET_ACCESS_KEY=keystow://', false);
  // the program reads the two names by now
  assert.match(
    file('local.env'),
    /^PORT=1\nAWS_ACCESS_KEY_ID=keystow:\/\/(\S+)\/access-key-id\nAWS_SECRET_ACCESS_KEY=keystow:\/\/\1\/secret-access-key\n$/,
  );
  assert.ok(keychainItem(`aws/${accessKeyId}`)?.includes(secretAccessKey));
});
