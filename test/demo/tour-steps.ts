// The story of the tour, a step after another.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EditorWindow } from '../editor/vscode.ts';
import { sampleKeyPair } from '../sample-keys.ts';
import type { Step } from './tour.ts';

let caller = '';
let contained = 0;
let releaseBefore: Buffer;

export const steps: readonly Step[] = [
  {
    title: 'A key is typed into a file',
    async play({ window, picture }) {
      const { accessKeyId, secretAccessKey } = sampleKeyPair();
      await window.openFile('report.py');
      await window.type('report.py', `client = boto3.client("s3", aws_access_key_id="${accessKeyId}",\n`);
      await window.page.keyboard.type(`aws_secret_access_key="${secretAccessKey}"`);
      await window.page.keyboard.press('Home'); // the picture is narrower than the line
      await window.squiggle('report.py', 'error').first().waitFor();
      const hover = await window.hover('report.py', 'error', 'AWS secret access key');
      await picture();
      assert.match(hover, /AWS secret access key/);
      assert.ok(!hover.includes(secretAccessKey));
      return firstLine(hover).replace(/Keystow.*$/, '');
    },
  },
  {
    title: 'The shop before: its key lies in .env',
    async play({ window }) {
      caller = line(await window.terminal('cd shop && node whoami.mjs'), /^acting as arn:aws:iam::\d{12}:user\/demo$/);
      return caller;
    },
  },
  {
    title: 'The preview of a stow',
    async play({ window }) {
      await window.openFile('shop/.env');
      await window.quickFix('shop/.env', 'Move to the keychain…');
      const proof = window.row(/The key works: arn:aws:iam::/);
      await proof.waitFor();
      await window.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
      return firstLine(await proof.innerText());
    },
  },
  {
    title: 'The key moves to the keychain',
    async play({ window, key, server, keychainItem }) {
      await window.pick(/Name of the profile/);
      await window.fillInput('shop');
      await window.pick(/Move it to the keychain/);
      await window.notified(/is in the keychain now/);
      await window.editor('shop/.env').getByText('AWS_PROFILE').first().waitFor();
      const text = await window.text('shop/.env');
      assert.match(text, /AWS_PROFILE=shop/);
      assert.ok(!readFileSync(join(server.workspace, 'shop/.env'), 'utf8').includes(key.secretAccessKey));
      assert.deepEqual(JSON.parse(keychainItem(`aws/${key.accessKeyId}`) ?? '{}').secretAccessKey, key.secretAccessKey);
      return `.env says AWS_PROFILE=shop, secret-tool finds ${key.accessKeyId}`;
    },
  },
  {
    title: 'The shop after: it works as before',
    async play({ window }) {
      const now = line(await window.terminalLine('node whoami.mjs'), /^acting as .*$/);
      assert.equal(now, caller);
      return now;
    },
  },
  {
    title: 'The AWS files serve every tool',
    async play({ window, server, key, picture }) {
      await window.runCommand('Notifications: Clear All Notifications');
      await window.runCommand('Keystow: Move Plaintext AWS Keys to Keychain…');
      await window.row(/The key works: arn:aws:iam::/).waitFor();
      await picture();
      await window.pick(/Move it to the keychain/);
      await window.notified(/is in the keychain now/);
      const credentials = readFileSync(join(server.home, '.aws/credentials'), 'utf8');
      assert.ok(!credentials.includes(key.secretAccessKey));
      assert.match(credentials, /^\[default\]\n# made for the shop, never rotated\ncredential_process = /);
      const rows = await window.terminalLine('aws sts get-caller-identity --query Arn --output text');
      return `aws sts get-caller-identity says ${line(rows, /^arn:aws:iam::\d{12}:user\/demo$/)}`;
    },
  },
  {
    title: 'Sign in with the browser',
    async play({ window, simulator, picture }) {
      await window.runCommand('Notifications: Clear All Notifications');
      await window.runCommand('Keystow: Add Profile…');
      await window.pick('IAM Identity Center (SSO)');
      const [page] = await Promise.all([window.page.context().waitForEvent('page'), window.pick('company')]);
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByText('You can close this tab.').waitFor();
      await page.close();
      await window.pick('Demo');
      await window.row('AdministratorAccess').waitFor();
      await picture();
      await window.pick('AdministratorAccess');
      await window.pick(/Name of the profile/);
      await window.fillInput('prod');
      await window.pick('Add this profile');
      const status = window.statusBar(/prod · (5\d|60) min/);
      await status.waitFor();
      assert.equal(simulator.world.identityCenter.sessions.size, 1);
      const rows = await window.terminalLine('aws sts get-caller-identity --profile prod --query Arn --output text');
      const role = line(rows, /^arn:aws:sts::\d{12}:assumed-role\/AWSReservedSSO_AdministratorAccess_\S+$/);
      return `the status bar says ${(await status.innerText()).trim()}; ${role}`;
    },
  },
  {
    title: 'The key is rotated while the shop goes on calling AWS',
    async play({ window, simulator, key, keychainItem, picture }) {
      await window.runCommand('Notifications: Clear All Notifications');
      await window.startInTerminal('bash calls.sh');
      /** Waits until so many calls were answered; gives what the terminal says then. */
      const calls = (least: number) =>
        until(async () => {
          const said = (await window.terminalRows()).findLast((row) => /^\d+ calls answered, \d+ failed$/.test(row));
          return said !== undefined && Number.parseInt(said, 10) >= least ? said : undefined;
        });
      await calls(2);
      await window.runCommand('Keystow: Rotate Access Key…');
      await window.pick('shop');
      await window.row(/becomes inactive/).waitFor();
      await picture();
      await window.pick('Rotate the key');
      await window.notified(/uses the key AKIA\w+ now/);
      const meanwhile = Number.parseInt(await calls(2), 10);
      const said = await calls(meanwhile + 2);
      // an Enter that something else on the screen took would leave the program running, and it would read what is typed next
      await until(async () => {
        await window.startInTerminal('');
        return (await window.terminalRows()).includes('$');
      });
      assert.match(said, / 0 failed$/);
      const keys = simulator.world.keysOf(simulator.world.iam.users.get('demo')!);
      assert.deepEqual(
        keys.map(({ accessKeyId, status }) => [accessKeyId === key.accessKeyId, status]),
        [
          [true, 'Inactive'],
          [false, 'Active'],
        ],
      );
      assert.ok(keychainItem(`aws/${keys[1]!.accessKeyId}`));
      return `${said}; ${key.accessKeyId} is inactive, ${keys[1]!.accessKeyId} is used`;
    },
  },
  {
    title: 'The bill goes red',
    async play({ window, times, picture }) {
      await window.runCommand('Notifications: Clear All Notifications');
      await window.runCommand('Keystow: Show Spend');
      await window.pressNotification(/what your AWS account costs an hour/, 'Watch the spend');
      await window.notified(/spends about \$\d\d\.\d\d an hour, in 17 regions/);
      await picture();
      const item = spend(window);
      // the newest minute that is known may be the one in which the miners were started
      await until(async () => /\$5\d\.\d\d\/h/.test(await item.innerText()) || (await refreshed(window)));
      assert.match(await item.evaluate((element) => getComputedStyle(element).backgroundColor), /rgb\(\d{3}, \d{1,2}, \d{1,2}\)/);
      const hover = await window.statusTooltip(/\/h/);
      assert.match(hover, /Lambda\s+[a-z]+-[a-z]+-\d\s+\$\d\.\d\d\s+6 at once, 8\.75 GB each/);
      await picture();
      return `${(await item.innerText()).trim()}, red; ${times}`;
    },
  },
  {
    title: 'A click on it, and the account is contained',
    async play({ window, simulator, picture }) {
      const { world } = simulator;
      await window.runCommand('Notifications: Clear All Notifications');
      await window.openStatus(spend(window), 'Contain…');
      await picture();
      await window.pick('Contain…');
      await window.row(/Functions: 34 of 34/).waitFor();
      await picture();
      await window.pick(/Contain it now by these \d+ steps/);
      const toast = await window.notified(/is contained: \d+ steps are done/);
      contained = performance.now();
      const user = world.iam.users.get('ci-deploy')!;
      assert.deepEqual(
        world.keysOf(user).map(({ status }) => status),
        ['Inactive'],
      );
      assert.ok(user.attachedPolicies.has('arn:aws:iam::aws:policy/AWSDenyAll'));
      assert.equal(world.resources.functions.filter(({ reservedConcurrency }) => reservedConcurrency === 0).length, 34);
      const [said] = /\d+ steps are done/.exec(await toast.innerText())!;
      return `${said}: the key of ci-deploy is inactive, the user is denied everything, 34 functions in 17 regions start no more`;
    },
  },
  {
    title: 'A token, and keystow exec',
    async play({ window, token, server }) {
      await window.runCommand('Notifications: Clear All Notifications');
      releaseBefore = readFileSync(join(server.workspace, 'release/.env'));
      await window.openFile('release/.env');
      await window.quickFix('release/.env', 'Move to the keychain…');
      await window.row(/keystow exec --env-file .env/).waitFor();
      await window.pick(/Move it to the keychain/);
      await window.notified(/is in the keychain now/);
      const rows = await window.terminalLine('cd ../release && keystow exec --env-file .env -- node publish.mjs');
      const said = line(rows, /^token [0-9a-f]{12}$/);
      assert.equal(said, `token ${createHash('sha256').update(token).digest('hex').slice(0, 12)}`);
      return `${(await window.text('release/.env')).trim()}; the program gets ${said}`;
    },
  },
  {
    title: 'A scan of what was stowed',
    async play({ window }) {
      const rows = await window.terminalLine('cd .. && keystow scan shop release');
      return line(rows, /^0 found in \d+ files/);
    },
  },
  {
    title: 'The dollars per hour fall',
    async play({ window }) {
      await window.runCommand('Notifications: Clear All Notifications');
      const now = await until(async () => {
        await refreshed(window);
        const [said = '', rate] = /\$([\d.]+)\/h/.exec(await spend(window).innerText()) ?? [];
        return Number(rate) < 0.5 * 53.55 ? said : undefined;
      }, 300);
      return `${now}, ${((performance.now() - contained) / 1000).toFixed(0)} s after the containment`;
    },
  },
  {
    title: 'The containment is undone',
    async play({ window, simulator }) {
      const { world } = simulator;
      await window.runCommand('Keystow: Undo Containment…');
      await window.pick(`Account ${world.accountId}`);
      await window.row(/may start again/).waitFor();
      await window.pick('Give it all back');
      await window.notified(/The containment is undone: everything is as it was before/);
      const user = world.iam.users.get('ci-deploy')!;
      assert.equal(world.keysOf(user)[0]!.status, 'Active');
      assert.deepEqual([...user.attachedPolicies], ['arn:aws:iam::aws:policy/AdministratorAccess']);
      assert.equal(world.resources.functions.filter(({ reservedConcurrency }) => reservedConcurrency !== undefined).length, 0);
      return 'the key, the user and 34 functions are as they were before';
    },
  },
  {
    title: 'A stow is undone',
    async play({ window, server }) {
      await window.openFile('release/.env');
      await window.runCommand('Keystow: Undo a Stow…');
      await window.pick(/github\/workspace/);
      await window.pick(/Put it back in plain text/);
      const file = join(server.workspace, 'release/.env');
      await until(async () => readFileSync(file).equals(releaseBefore));
      await window.squiggle('release/.env').first().waitFor();
      return 'release/.env is as it was, byte for byte, and red again';
    },
  },
];

/** Has the spend asked for anew, and waits until it surely was. */
async function refreshed(window: EditorWindow): Promise<undefined> {
  await window.runCommand('Keystow: Refresh Spend');
  await window.page.waitForTimeout(6_000); // it asks AWS no more often than every five seconds
}

const spend = (window: EditorWindow) => window.page.locator('.statusbar-item[id$="keystow.spend"]');

const firstLine = (text: string) => text.trim().split('\n')[0]!;

function line(rows: readonly string[], pattern: RegExp): string {
  const found = rows.find((row) => pattern.test(row.trim()));
  if (found === undefined) throw new Error(`nothing on the screen is like ${pattern}:\n${rows.join('\n')}`);
  return found.trim();
}

/** What `look` gives once it is true. */
async function until<T>(look: () => Promise<T>, seconds = 120): Promise<NonNullable<T>> {
  for (const end = performance.now() + seconds * 1000; ; await new Promise((next) => setTimeout(next, 200))) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${look}`);
  }
}
