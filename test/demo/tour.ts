// The tour: what Keystow does, played by mouse and keyboard in a real VS Code. Each step asserts on what is on the screen and on the real keychain.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type EditorWindow, openWindow } from '../editor/vscode.ts';
import { sampleKeyPair } from '../sample-keys.ts';
import type { DemoWorld } from './world.ts';

const pictures = 'out/tour';

/** Plays every step and prints a line for each. @throws Error naming the step that did not hold */
export async function playTour(world: DemoWorld, browser: Browser): Promise<void> {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  const began = performance.now();
  const ownFiles = fingerprintOfOwnAwsFiles();
  const window = await openWindow(browser, world.server);
  for (const [index, [title, play]] of steps.entries()) {
    const number = String(index + 1).padStart(2, '0');
    try {
      console.log(`${number}  ${title}: ${await play(window, world)}`);
    } catch (error) {
      throw new Error(`${number}  ${title}: FAILED`, { cause: error });
    } finally {
      if (!window.page.isClosed()) await window.page.screenshot({ path: join(pictures, `${number}.png`) });
    }
  }
  assert.equal(fingerprintOfOwnAwsFiles(), ownFiles, 'the AWS files of this machine’s user changed');
  console.log('    Your own AWS files: as they were');
  console.log(`the tour took ${((performance.now() - began) / 1000).toFixed(0)} s; pictures are in ${pictures}/`);
}

type Step = readonly [title: string, play: (window: EditorWindow, world: DemoWorld) => Promise<string>];

let callerBefore = '';
let envBefore: Buffer;

const steps: readonly Step[] = [
  [
    'A key is typed into a file',
    async (window) => {
      const { accessKeyId, secretAccessKey } = sampleKeyPair();
      await window.openFile('report.py');
      await window.type('report.py', `client = boto3.client("s3", aws_access_key_id="${accessKeyId}",\n`);
      await window.page.keyboard.type(`aws_secret_access_key="${secretAccessKey}")\n`);
      await window.squiggle('report.py', 'error').first().waitFor();
      const hover = await window.hover('report.py', 'error');
      assert.match(hover, /AWS secret access key/);
      assert.ok(!hover.includes(secretAccessKey));
      return firstLine(hover).replace(/Keystow.*$/, '');
    },
  ],
  [
    'The shop before',
    async (window, { server }) => {
      envBefore = readFileSync(join(server.workspace, 'shop/.env'));
      callerBefore = line(await window.terminal('cd shop && node whoami.mjs'), /^acting as arn:aws:iam::\d{12}:user\/demo$/);
      return callerBefore;
    },
  ],
  [
    'The preview of a stow',
    async (window) => {
      await window.openFile('shop/.env');
      await window.quickFix('shop/.env', 'Move to the keychain…');
      const proof = window.row(/The key works: arn:aws:iam::/);
      await proof.waitFor({ timeout: 30_000 });
      await window.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
      return firstLine(await proof.innerText());
    },
  ],
  [
    'The key moves to the keychain',
    async (window, { key, server, keychainItem }) => {
      await window.pick(/Name of the profile/);
      await window.fillInput('shop');
      await window.pick(/Move it to the keychain/);
      await window.notification(/is in the keychain now/).waitFor({ timeout: 30_000 });
      await window.editor('shop/.env').getByText('AWS_PROFILE').first().waitFor();
      const text = await window.text('shop/.env');
      assert.match(text, /AWS_PROFILE=shop/);
      assert.ok(!readFileSync(join(server.workspace, 'shop/.env'), 'utf8').includes(key.secretAccessKey));
      assert.deepEqual(JSON.parse(keychainItem(`aws/${key.accessKeyId}`) ?? '{}').secretAccessKey, key.secretAccessKey);
      return `.env says AWS_PROFILE=shop, secret-tool finds ${key.accessKeyId}`;
    },
  ],
  [
    'The shop after',
    async (window) => {
      const caller = line(await window.terminalLine('node whoami.mjs'), /^acting as .*$/);
      assert.equal(caller, callerBefore);
      return caller;
    },
  ],
  [
    'The AWS files',
    async (window, { server, key }) => {
      await window.runCommand('Notifications: Clear All Notifications');
      await window.runCommand('Keystow: Move Plaintext AWS Keys to Keychain…');
      await window.row(/The key works: arn:aws:iam::/).waitFor({ timeout: 30_000 });
      await window.page.screenshot({ path: join(pictures, '06-preview.png') });
      await window.pick(/Move it to the keychain/);
      await window.notification(/is in the keychain now/).waitFor({ timeout: 30_000 });
      const credentials = readFileSync(join(server.home, '.aws/credentials'), 'utf8');
      assert.ok(!credentials.includes(key.secretAccessKey));
      assert.match(credentials, /^\[default\]\n# made for the shop, never rotated\ncredential_process = /);
      const rows = await window.terminalLine('aws sts get-caller-identity --query Arn --output text', 60_000);
      return `aws sts get-caller-identity says ${line(rows, /^arn:aws:iam::\d{12}:user\/demo$/)}`;
    },
  ],
  [
    'A token, and keystow exec',
    async (window, { token }) => {
      await window.runCommand('Notifications: Clear All Notifications');
      await window.openFile('release/.env');
      await window.quickFix('release/.env', 'Move to the keychain…');
      await window.row(/keystow exec --env-file .env/).waitFor();
      await window.pick(/Move it to the keychain/);
      await window.notification(/is in the keychain now/).waitFor({ timeout: 30_000 });
      const rows = await window.terminalLine('cd ../release && keystow exec --env-file .env -- node publish.mjs');
      const said = line(rows, /^token [0-9a-f]{12}$/);
      assert.equal(said, `token ${createHash('sha256').update(token).digest('hex').slice(0, 12)}`);
      return `${(await window.text('release/.env')).trim()}; the program gets ${said}`;
    },
  ],
  [
    'A scan of the folder',
    async (window) => {
      const rows = await window.terminalLine('cd .. && keystow scan shop release');
      return line(rows, /^0 found in \d+ files/);
    },
  ],
  [
    'Back again',
    async (window, { server }) => {
      await window.openFile('shop/.env');
      await window.runCommand('Keystow: Undo a Stow…');
      await window.quickInput.locator('.monaco-list-row', { hasText: '.env' }).last().click();
      await window.pick(/Put it back in plain text/);
      const file = join(server.workspace, 'shop/.env');
      await until(() => readFileSync(file).equals(envBefore));
      await window.squiggle('shop/.env', 'error').first().waitFor();
      return 'shop/.env is as it was, byte for byte, and red again';
    },
  ],
];

const firstLine = (text: string) => text.trim().split('\n')[0]!;

function line(rows: readonly string[], pattern: RegExp): string {
  const found = rows.find((row) => pattern.test(row.trim()));
  if (found === undefined) throw new Error(`nothing on the screen is like ${pattern}:\n${rows.join('\n')}`);
  return found.trim();
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 30_000; !holds(); await new Promise((next) => setTimeout(next, 50))) {
    if (performance.now() > end) throw new Error(`waited 30 s for ${holds}`);
  }
}

/** A hash of the AWS files of the user who runs this, whatever HOME says. */
function fingerprintOfOwnAwsFiles(): string {
  const folder = join(userInfo().homedir, '.aws');
  const hash = createHash('sha256');
  if (!existsSync(folder)) return 'none';
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    const { mtimeMs, mode } = statSync(path);
    hash.update(`${name}\0${mtimeMs}\0${mode}\0`);
    if (statSync(path).isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}
