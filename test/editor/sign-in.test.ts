import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Simulator } from '../../src/simulator/server.ts';
import { runAws } from '../aws-cli.ts';
import { pictures, type Scene, scene } from './session.ts';

const session = ({ endpoint, world }: Simulator) =>
  `[sso-session company]\nsso_start_url = ${world.identityCenter.startUrl}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\nendpoint_url = ${endpoint}\n`;

/** The page that the editor opens meanwhile, in the same browser. */
async function opened({ window }: Scene, work: () => Promise<unknown>): Promise<Page> {
  const [page] = await Promise.all([window.page.context().waitForEvent('page'), work()]);
  return page;
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
  await page.getByText('Keystow has the answer. You can close this tab.').waitFor();
  assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?/);
  await page.close();

  await window.row('Sandbox').waitFor();
  await window.page.screenshot({ path: `${pictures}/sign-in-accounts.png` });
  await window.pick('Demo');
  await window.pick('AdministratorAccess');
  await window.pick(/Name of the profile/);
  await window.fillInput('prod');
  await window.row('Add the profile prod').or(window.row('Name of the profile: prod')).waitFor();
  await window.page.screenshot({ path: `${pictures}/add-profile-preview.png` });
  await window.pick('Add this profile');
  await window.notification(/The profile prod is ready/).waitFor();
  await window.statusBar(/prod · (59|60) min/).waitFor();
  const hover = await window.statusTooltip(/prod ·/);
  await window.page.screenshot({ path: `${pictures}/profile-hover.png` });
  assert.match(hover, new RegExp(`${simulator.world.accountId}[\\s\\S]*AdministratorAccess[\\s\\S]*eu-west-1`));
  assert.match(await caller(here, 'prod'), /assumed-role\/AWSReservedSSO_AdministratorAccess_/);
  assert.ok((await window.terminal('echo "profile=$AWS_PROFILE"')).includes('profile=prod'));

  await window.runCommand('Keystow: Sign Out');
  await window.statusBar('prod · sign in').waitFor();
  assert.equal(simulator.world.identityCenter.sessions.size, 0);
  assert.match(await caller(here, 'prod'), /keystow login prod/);

  await window.statusBar('prod · sign in').click();
  const unused = await opened(here, () => window.pick('Sign in'));
  await unused.close();
  await window.pick('Use a code instead');
  await window.page.getByText(/the code is [A-Z]{4}-[A-Z]{4}/).waitFor();
  await window.page.screenshot({ path: `${pictures}/sign-in-code.png` });
  const compare = await opened(here, () => window.pick('Open the page'));
  const [code = ''] = /[A-Z]{4}-[A-Z]{4}/.exec(await window.quickInput.innerText()) ?? [];
  await compare.getByText(code).waitFor();
  await compare.getByRole('button', { name: 'Allow' }).click();
  await compare.close();
  await window.statusBar(/prod · (59|60) min/).waitFor();

  await window.runCommand('Keystow: Undo a Stow…');
  await window.pick('prod');
  await window.pick('Give it back');
  await window.notification(/The profile prod is as it was before/).waitFor();
  assert.equal(readFileSync(config, 'utf8'), before);
  assert.equal(readFileSync(join(home, '.aws/credentials'), 'utf8'), '');
  await window.statusBar('prod').waitFor({ state: 'detached' });
});
