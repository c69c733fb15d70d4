import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Simulator } from '../../src/simulator/server.ts';
import { runAws } from '../aws-cli.ts';
import { keychainItem, pictures, type Scene, scene } from './session.ts';

const session = ({ endpoint, world }: Simulator) =>
  `[sso-session company]\nsso_start_url = ${world.identityCenter.startUrl}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\nendpoint_url = ${endpoint}\n`;

/** The page that the editor opens meanwhile, in the same browser. */
async function opened({ window }: Scene, work: () => Promise<unknown>): Promise<Page> {
  const [page] = await Promise.all([window.page.context().waitForEvent('page'), work()]);
  return page;
}

/** Closes a page once it says this: Chromium forgets that it is to close a page that is about to show another one, and the wait for it never ends. */
async function closed(page: Page, says: string): Promise<void> {
  await page.getByText(says).first().waitFor();
  await page.close();
}

async function caller({ home, server }: Scene, profile: string): Promise<string> {
  const { stdout, stderr } = await runAws(['sts', 'get-caller-identity', '--profile', profile], { env: { ...server.env, HOME: home } });
  return stdout + stderr;
}

test('a profile is added by signing in with the browser; it works, its time left is shown, it is signed out and in again by a code, and undone', async () => {
  const here = await scene((simulator) => ({ home: { '.aws/config': session(simulator) } }));
  const { window, home, simulator } = here;
  const config = join(home, '.aws/config');
  const before = readFileSync(config, 'utf8');

  await window.runCommand('Keystow: Add Profile…');
  await window.pick('IAM Identity Center (SSO)');
  await window.pick('Another start URL…');
  await window.fillInput(simulator.world.identityCenter.startUrl);
  const page = await opened(here, () => window.fillInput('eu-west-1'));
  await window.row('Use a code instead').waitFor();
  await window.page.screenshot({ path: `${pictures}/sign-in-waiting.png` });
  await page.getByRole('button', { name: 'Allow' }).click();
  await closed(page, 'Keystow has the answer. You can close this tab.');
  assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?/);

  await window.row('Sandbox').waitFor();
  await window.page.screenshot({ path: `${pictures}/sign-in-accounts.png` });
  await window.pick('Demo');
  await window.pick('AdministratorAccess');
  await window.pick(/Name of the profile/);
  await window.fillInput('prod');
  await window.row('Add the profile prod').or(window.row('Name of the profile: prod')).waitFor();
  await window.page.screenshot({ path: `${pictures}/add-profile-preview.png` });
  await window.pick('Add this profile');
  await window.notified(/The profile prod is ready/);
  await window.statusBar(/prod · (5\d|60) min/).waitFor();
  const hover = await window.statusTooltip(/prod ·/);
  await window.page.screenshot({ path: `${pictures}/profile-hover.png` });
  assert.match(hover, new RegExp(`${simulator.world.accountId}[\\s\\S]*AdministratorAccess[\\s\\S]*eu-west-1`));
  assert.match(await caller(here, 'prod'), /assumed-role\/AWSReservedSSO_AdministratorAccess_/);
  assert.ok((await window.terminal('echo "profile=$AWS_PROFILE"')).includes('profile=prod'));

  await window.runCommand('Keystow: Sign Out');
  await window.statusBar('prod · sign in').waitFor();
  assert.equal(simulator.world.identityCenter.sessions.size, 0);
  assert.match(await caller(here, 'prod'), /keystow login prod/);

  await window.openStatus(window.statusBar('prod · sign in'), 'Sign in');
  const unused = await opened(here, () => window.pick('Sign in'));
  await closed(unused, 'Allow');
  await window.pick('Use a code instead');
  await window.page.getByText(/the code is [A-Z]{4}-[A-Z]{4}/).waitFor();
  await window.page.screenshot({ path: `${pictures}/sign-in-code.png` });
  const compare = await opened(here, () => window.pick('Open the page'));
  const [code = ''] = /[A-Z]{4}-[A-Z]{4}/.exec(await window.quickInput.innerText()) ?? [];
  await compare.getByText(code).waitFor();
  await compare.getByRole('button', { name: 'Allow' }).click();
  await closed(compare, 'Request allowed');
  await window.statusBar(/prod · (5\d|60) min/).waitFor();

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('prod');
  await window.pick('Give it back');
  await window.notified(/The profile prod is as it was before/);
  assert.equal(readFileSync(config, 'utf8'), before);
  assert.equal(readFileSync(join(home, '.aws/credentials'), 'utf8'), '');
  await window.statusBar('prod').waitFor({ state: 'detached' });
});

test('a suggested profile that the AWS CLI signs in for is taken over, and so is a role behind it; both are given back byte for byte', async () => {
  const here = await scene((simulator) => ({
    home: {
      '.aws/config': `${session(simulator)}
[profile work]
# mine
sso_session = company
sso_account_id = ${simulator.world.accountId}
sso_role_name = AdministratorAccess
region = eu-west-1
endpoint_url = ${simulator.endpoint}

[profile audit]
role_arn = arn:aws:iam::${simulator.world.accountId}:role/auditor
source_profile = work
region = eu-west-1
endpoint_url = ${simulator.endpoint}
`,
    },
    workspace: { '.vscode/settings.json': '{ "keystow.profile": "work" }' },
  }));
  const { window, home } = here;
  const config = join(home, '.aws/config');
  const before = readFileSync(config, 'utf8');
  await window.statusBar('Choose a profile').waitFor();
  await window.pressNotification(/suggest the AWS profile work/, 'Use it');
  await window.statusBar('work').waitFor();

  await window.openStatus(window.statusBar('work'), 'Let Keystow sign in for this profile…');
  await window.pick('Let Keystow sign in for this profile…');
  await window.row('Let Keystow serve this profile').waitFor();
  await window.page.screenshot({ path: `${pictures}/take-over-preview.png` });
  const denied = await opened(here, () => window.pick('Let Keystow serve this profile'));
  await denied.getByRole('button', { name: 'Deny' }).click();
  await window.notified(/was denied in the browser/);
  await closed(denied, 'Keystow has the answer.');
  await window.statusBar('work · sign in').waitFor();
  const unanswered = await opened(here, () => window.runCommand('Keystow: Sign In'));
  await closed(unanswered, 'Allow');
  await window.row('Use a code instead').waitFor();
  await window.dismiss();
  const allowed = await opened(here, () => window.runCommand('Keystow: Sign In'));
  await allowed.getByRole('button', { name: 'Allow' }).click();
  await window.notified(/Signed in until/);
  await closed(allowed, 'Keystow has the answer.');
  await window.statusBar(/work · (5\d|60) min/).waitFor();
  assert.match(await caller(here, 'work'), /assumed-role\/AWSReservedSSO_AdministratorAccess_/);

  await window.runCommand('Keystow: Add Profile…');
  await window.pick('A role');
  await window.pick('Let Keystow take the role of audit…');
  await window.pick('Let Keystow serve this profile');
  await window.quickInput.waitFor({ state: 'hidden' });
  await window.runCommand('Keystow: Switch Profile…');
  await window.row('audit').waitFor();
  await window.page.screenshot({ path: `${pictures}/switch-profile.png` });
  await window.pick('audit');
  await window.pick('For this window');
  await window.statusBar(/audit · (5\d|60) min/).waitFor();
  assert.match(await caller(here, 'audit'), /assumed-role\/auditor\/keystow/);
  assert.ok((await window.terminal('echo "profile=$AWS_PROFILE"')).includes('profile=work'));

  for (const name of ['audit', 'work']) {
    await window.runCommand('Keystow: Undo a Stow…');
    await window.pick(name);
    await window.pick('Give it back');
    await window.notified(new RegExp(`The profile ${name} is as it was before`));
  }
  assert.equal(readFileSync(config, 'utf8'), before);
});

test('a key that is typed goes to the keychain and into no file, and its profile works until it is taken out; the walkthrough shows the way', async () => {
  const here = await scene((simulator) => ({ home: { '.aws/config': `[default]\nendpoint_url = ${simulator.endpoint}\n` } }));
  const { window, home, simulator } = here;
  const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'reader')!;
  await window.runCommand('Keystow: Add Profile…');
  await window.pick('A long-term access key');
  await window.fillInput(accessKeyId);
  await window.quickInput.locator('input[type=password]').waitFor();
  await window.fillInput(secretAccessKey);
  await window.row(/The key works: arn:aws:iam::/).waitFor();
  await window.page.screenshot({ path: `${pictures}/key-preview.png` });
  await window.pick('Move it to the keychain');
  await window.notified(/is ready/);
  const [, name = ''] = /\[profile (\S+)\]/.exec(readFileSync(join(home, '.aws/config'), 'utf8'))!;
  await window.statusBar(name).waitFor();
  assert.match(await caller(here, name), /user\/reader/);
  for (const file of ['config', 'credentials']) assert.ok(!readFileSync(join(home, '.aws', file), 'utf8').includes(secretAccessKey));
  assert.deepEqual(JSON.parse(keychainItem(`aws/${accessKeyId}`) ?? ''), { accessKeyId, secretAccessKey });

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick(name);
  await window.pick(/Take it out/);
  await window.notified(/are gone from this machine/);
  assert.equal(keychainItem(`aws/${accessKeyId}`), undefined);
  assert.equal(readFileSync(join(home, '.aws/config'), 'utf8'), `[default]\nendpoint_url = ${simulator.endpoint}\n`);

  await window.runCommand('Welcome: Open Walkthrough...');
  await window.pick('Get started with Keystow');
  await window.press('Control+B'); // in a narrow window the steps have no pictures
  for (const step of ['See it', 'Stow it', 'Sign in', 'Watch spend']) {
    await window.page.locator('.getting-started-step .step-title', { hasText: step }).click();
    await window.webview().locator('svg text').first().waitFor();
    await window.page.screenshot({ path: `${pictures}/walkthrough ${step}.png` });
  }
});
