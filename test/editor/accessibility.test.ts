import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { callbackPath, openLoopbackListener } from '../../src/credentials/sso/loopback.ts';
import type { Simulator } from '../../src/simulator/server.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { accessibilityProblems } from './accessibility.ts';
import { keychainItem, pictures, scene, session } from './session.ts';
import { patience, tried } from './vscode.ts';

test('axe finds nothing wrong with the pages of a sign-in, and each is answered by the keyboard', async () => {
  const { browser, simulator } = await session();
  const context = await browser.newContext({ viewport: { width: 800, height: 500 } });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const faultless = async (title: string) => {
    assert.equal(await page.title(), title);
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.screenshot({ path: `${pictures}/page ${title.replace(/\W+/g, ' ').trim()}.png` });
  };

  await page.setContent('<img src="data:,"><button></button>');
  assert.match((await accessibilityProblems(page)).join(), /image-alt.*button-name|button-name.*image-alt/, 'what is wrong is found');

  const french = { language: 'fr', title: 'Retour à votre éditeur', text: 'Keystow a reçu la réponse. Vous pouvez fermer cet onglet.' };
  const english = { language: 'en', title: 'Back to your editor', text: 'Keystow has the answer. You can close this tab.' };
  for (const shown of [english, french]) {
    const listener = await openLoopbackListener({ state: 'sta-te', page: shown, waitMs: patience });
    assert.ok(listener);
    await page.goto(`${listener.redirectUri}?code=stray`);
    await faultless('Not expected');
    await page.goto(await authorizeAddress(simulator, listener.redirectUri));
    await faultless('Allow Keystow?');
    await pressByKeyboard(page, 'Allow');
    await page.waitForURL(`**${callbackPath}?*`);
    await faultless(shown.title);
    assert.equal(await page.locator('html').getAttribute('lang'), shown.language);
    assert.ok('code' in (await listener.answer)!);
  }

  await page.goto(`${simulator.endpoint}/authorize`);
  await faultless('This request cannot be answered');
  await page.goto(`${simulator.endpoint}/device`);
  await faultless('Enter the code');
  await page.keyboard.press('Tab');
  await page.keyboard.type(await startDevice(simulator));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/device?user_code=*');
  await faultless('Allow Keystow?');
  await pressByKeyboard(page, 'Deny');
  await page.getByText('The application gets nothing.').waitFor();
  await faultless('Request denied');
  await context.close();
});

/** Goes to a button by Tab and presses it. */
async function pressByKeyboard(page: Page, name: string): Promise<void> {
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  for (let tabs = 0; (await focused()) !== name; tabs++) {
    assert.ok(tabs < 10, `Tab does not reach ${name}`);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
}

async function post(endpoint: string, path: string, body: object): Promise<Record<string, string>> {
  const answer = await fetch(new URL(path, endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json() as Promise<Record<string, string>>;
}

async function authorizeAddress({ endpoint, world }: Simulator, redirectUri: string): Promise<string> {
  const redirectUris = [redirectUri.replace(/:\d+\//, '/')];
  const grants = { grantTypes: ['authorization_code'], issuerUrl: world.identityCenter.startUrl, redirectUris };
  const { clientId } = await post(endpoint, '/client/register', { clientName: 'Keystow', clientType: 'public', ...grants });
  const query = {
    response_type: 'code',
    client_id: clientId!,
    redirect_uri: redirectUri,
    state: 'sta-te',
    code_challenge: createHash('sha256').update('verifier').digest('base64url'),
    code_challenge_method: 'S256',
  };
  return `${endpoint}/authorize?${new URLSearchParams(query)}`;
}

/** The code that a person has to enter. */
async function startDevice({ endpoint, world }: Simulator): Promise<string> {
  const client = await post(endpoint, '/client/register', { clientName: 'Keystow', clientType: 'public' });
  const { clientId, clientSecret } = client;
  return (await post(endpoint, '/device_authorization', { clientId, clientSecret, startUrl: world.identityCenter.startUrl })).userCode!;
}

/** Goes down a list until the row is the chosen one, and takes it. A list that is still being filled chooses its first row anew. */
async function chooseByKeyboard(page: Page, list: string, text: string): Promise<void> {
  const chosen = page.locator(`${list} .monaco-list-row.focused`, { hasText: text });
  const isChosen = async () => {
    if (!(await chosen.isVisible())) return false;
    await page.waitForTimeout(300);
    return chosen.isVisible();
  };
  await page.locator(`${list} .monaco-list-row`, { hasText: text }).first().waitFor();
  await page.locator(`${list} :focus`).waitFor(); // a key that comes earlier goes to the editor
  for (let steps = 0; !(await isChosen()); steps++) {
    assert.ok(steps < 40, `the arrow keys do not reach ${text}`);
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

/** Opens the input of a key, and types into it once it has the keyboard. */
async function typeInto(page: Page, key: string, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input:focus');
  await tried(async (timeout) => {
    await page.keyboard.press(key);
    await input.waitFor({ timeout });
  });
  await page.keyboard.type(text);
}

/** Goes to the first problem and opens its quick fixes. An editor that has just opened may not have them all yet. */
async function openFixes(page: Page, problem: string, text: string): Promise<void> {
  const marker = page.locator('.marker-widget', { hasText: problem });
  await tried(
    async (timeout) => {
      await page.keyboard.press('Alt+F8');
      await marker.waitFor({ timeout });
      await page.keyboard.press('Escape');
      await marker.waitFor({ state: 'detached', timeout });
      await page.keyboard.press('Control+.');
      await page.locator('.action-widget .monaco-list-row', { hasText: text }).first().waitFor({ timeout });
    },
    () => page.keyboard.press('Escape'),
  );
}

/** Runs a command by its title in the palette. */
async function runByKeyboard(page: Page, title: string): Promise<void> {
  await typeInto(page, 'F1', title);
  await chooseByKeyboard(page, '.quick-input-widget', title);
}

test('a secret is found, stowed and given back without a mouse', async () => {
  const token = sampleGitHubToken();
  const before = `GITHUB_TOKEN=${token}\n`;
  const { window, folder } = await scene(() => ({ workspace: { '.env': before } }));
  const { page } = window;
  const file = () => readFileSync(join(folder, '.env'), 'utf8');
  const choose = (list: string, text: string) => chooseByKeyboard(page, list, text);
  await typeInto(page, 'Control+P', '.env');
  await choose('.quick-input-widget', '.env');
  await window.squiggle('.env').first().waitFor();
  await openFixes(page, 'GitHub', 'Move to the keychain…');
  await choose('.action-widget', 'Move to the keychain…');
  await choose('.quick-input-widget', 'Move it to the keychain');
  await window.notified(/is in the keychain now/);
  const [, item = ''] = /keystow:\/\/(.+)\n/.exec(file())!;
  assert.equal(keychainItem(item), token);

  await runByKeyboard(page, 'Keystow: Undo a Stow…');
  await choose('.quick-input-widget', '.env');
  await choose('.quick-input-widget', 'Put it back in plain text');
  await window.notified(/lies in plain text again/);
  assert.equal(file(), before);
});

test('what stands above a line is reached without a mouse', async () => {
  const { window } = await scene(() => ({
    workspace: {
      'app.py': `token = '${sampleGitHubToken()}'\n`,
      '.vscode/settings.json': JSON.stringify({ 'keystow.detect.codeLens': true }),
    },
  }));
  const { page } = window;
  await typeInto(page, 'Control+P', 'app.py');
  await chooseByKeyboard(page, '.quick-input-widget', 'app.py');
  await window.editor('app.py').locator('.codelens-decoration', { hasText: 'Stow…' }).waitFor();
  await runByKeyboard(page, 'Show CodeLens Commands for Current Line');
  for (const action of ['Stow…', 'Ignore…']) await page.locator('.quick-input-widget .monaco-list-row', { hasText: action }).waitFor();
  await page.screenshot({ path: `${pictures}/code-lens-by-keyboard.png` });
  await chooseByKeyboard(page, '.quick-input-widget', 'Ignore…');
  await chooseByKeyboard(page, '.quick-input-widget', 'Ignore this line');
  await window.squiggle('app.py').first().waitFor({ state: 'detached' });
  assert.match(await window.text('app.py'), /' # keystow:ignore/);
});
