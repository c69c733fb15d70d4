// What the editor tests share: one server with Keystow installed, one browser, one simulator. Each test starts from a known state.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, afterEach, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { type Simulator, startSimulator } from '../../src/simulator/server.ts';
import { EditorWindow, type Files, launchBrowser, openWindow, patience, type Server, startServer, until, writeFiles } from './vscode.ts';

export const vsix = 'out/keystow.vsix';
export const pictures = 'out/pictures';

export interface Session {
  readonly browser: Browser;
  readonly server: Server;
  readonly simulator: Simulator;
}

let started: Promise<Session> | undefined;

after(end, { timeout: patience });

/** Stops what was started. A browser that hangs does not end by itself, but with this process. */
async function end(): Promise<void> {
  if (!started) return;
  const { browser, server, simulator } = await started;
  started = undefined;
  shown = undefined;
  await Promise.race([browser.close(), pause(10_000, undefined, { ref: false })]);
  await server.stop();
  await simulator.stop();
}

/** The window of the last scene; once its test has ended, its page waits for the next one. */
let shown: EditorWindow | undefined;

afterEach(closeWindows, { timeout: 2 * patience });

/** What a failed test had on the screen says more than its message. Its windows must not slow the next test down, nor change its files: Keystow has ended in them. */
async function closeWindows(context: unknown): Promise<void> {
  if (!started) return;
  const { browser, server } = await started;
  const { passed, name } = context as TestContext & { passed?: boolean };
  const pages = browser.contexts().flatMap((one) => one.pages());
  const closing = (async () => {
    for (const page of pages) {
      if (passed === false && page.url() !== 'about:blank')
        await page.screenshot({ path: `${pictures}/failed ${name.replace(/[^\w ]+/g, '').slice(0, 60)}.png` });
      await (page === shown?.page ? shown.leave() : new EditorWindow(page).close());
    }
    await until('the extension hosts have ended', () => server.extensionHosts() === 0);
  })();
  const closed = await Promise.race([closing.then(() => 'closed'), pause(60_000, undefined, { ref: false })]).catch((error) =>
    console.error(error),
  );
  if (closed) return;
  console.error(`A window of “${name}” does not close: the next test gets another server and browser.`);
  await end();
}

/** The shared session; started by the first test that asks. */
export function session(): Promise<Session> {
  started ??= (async () => {
    mkdirSync(pictures, { recursive: true });
    const server = await startServer({ vsix }); // what fails most easily comes first: nothing is left running
    const [browser, simulator] = await Promise.all([launchBrowser(), startSimulator()]);
    return { browser, server, simulator };
  })();
  return started;
}

export interface Scene extends Session {
  readonly window: EditorWindow;
  /** The workspace folder of this test. */
  readonly folder: string;
  readonly home: string;
}

/**
 * A window on a fresh folder with the given files; the home's files, the keychain and Keystow's data folder are as on a new machine.
 * Files are given as a function of the simulator where they hold its keys. `newPerson`: the editor has not yet shown anything that it shows once;
 * `open`: the file of the folder that says which folders the window has.
 */
export async function scene(
  files: (simulator: Simulator) => { workspace?: Files; home?: Files },
  { newPerson = false, open }: { newPerson?: boolean; open?: string } = {},
): Promise<Scene> {
  const shared = await session();
  const { browser, server, simulator } = shared;
  for (const name of readdirSync(server.home)) rmSync(join(server.home, name), { recursive: true, force: true, maxRetries: 5 });
  clearKeychain('keystow');
  const { workspace = {}, home = {} } = files(simulator);
  const folder = mkdtempSync(join(server.root, 'workspace-'));
  writeFiles(folder, workspace);
  writeFiles(server.home, home);
  const place = open === undefined ? folder : join(folder, open);
  const window = await openWindow(browser, server, { folder: place, ...(shown && !newPerson ? { after: shown } : {}) });
  shown = window;
  return { ...shared, window, folder, home: server.home };
}

/** The content of a keychain item, read by the system's own tool; undefined where there is none. */
export function keychainItem(account: string, service = 'keystow'): string | undefined {
  const { status, stdout } = spawnSync('secret-tool', ['lookup', 'service', service, 'account', account], {
    encoding: 'utf8',
    timeout: patience,
  });
  return status === 0 && stdout !== '' ? stdout : undefined;
}

export function clearKeychain(service: string): void {
  spawnSync('secret-tool', ['clear', 'service', service], { timeout: patience });
}

/** Packs an extension of the tests, as one that a person would install. */
export function packed(folder: string): string {
  const vsix = join(mkdtempSync(join(tmpdir(), 'keystow-extension-')), 'packed.vsix');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', vsix];
  const { status, stderr } = spawnSync(process.execPath, [resolve('node_modules/@vscode/vsce/vsce'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return vsix;
}
