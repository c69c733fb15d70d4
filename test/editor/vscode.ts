// A real VS Code for tests and the demo: code-server (the workbench and the Node extension host) in a headless Chromium, every file of it in a throw-away folder.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, globSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, chromium, type ElementHandle, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { packedChromium } from './chromium.mjs';

const entry = resolve('node_modules/code-server/out/node/entry.js');

const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'typescript.disableAutomaticTypeAcquisition': true, // it asks npm for the types of whatever is open
  'files.hotExit': 'off',
  'editor.accessibilitySupport': 'off',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' }, // a suggestion would eat Enter
  'editor.hover.delay': 100,
  'workbench.hover.delay': 100,
  'terminal.integrated.gpuAcceleration': 'off', // the terminal draws DOM rows that a test can read
};

/** Files given as `{ 'folder/name': 'content' }`. */
export type Files = Readonly<Record<string, string>>;

export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: name.startsWith('.aws/') ? 0o600 : 0o644 });
  }
}

/** After so many milliseconds a thing does not come any more: the machine may be slow, and busy with other things. */
export const patience = 120_000;

/** Waits until something holds; fails once patience is at its end, and says what did not. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + patience; !holds(); await pause(100)) assert.ok(Date.now() < deadline, what);
}

/**
 * Tries until it succeeds: eight times, each with more time, in milliseconds, and `before` each but the first. For what an editor that is still busy takes away
 * again, as it does a list, a menu, a hover or the focus, and what may be done twice.
 */
export async function tried<T>(attempt: (timeout: number) => Promise<T>, before: () => Promise<void> = async () => {}): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(3_000 * tries);
    } catch (error) {
      if (tries === 8) throw error;
      await before();
    }
  }
}

export interface ServerOptions {
  /** Where everything of this server lies; a throw-away folder when not given. */
  readonly root?: string;
  readonly workspace?: Files;
  readonly home?: Files;
  /** The extension, or extensions, to install first. */
  readonly vsix?: string | readonly string[];
  /** Leaves Workspace Trust on. */
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface Server {
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  /** The editor's own data folder. */
  readonly data: string;
  readonly port: number;
  readonly password: string;
  /** The variables that the editor, its terminals and the extension see. */
  readonly env: Readonly<Record<string, string>>;
  /** The address of a window on a folder, or on the folders that a `.code-workspace` file names. */
  url(place?: string): string;
  /** How many windows have an extension host that runs. */
  extensionHosts(): number;
  stop(): Promise<void>;
}

const placesIn = (root: string): string[] => {
  const at = (name: string) => join(root, name);
  return ['--config', at('config.yaml'), '--user-data-dir', at('data'), '--extensions-dir', at('extensions')];
};

/** Runs the editor's own command line on a server's folders, as to install or uninstall an extension, and returns what it said. */
export function command({ root, env }: Pick<Server, 'root' | 'env'>, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...placesIn(root), ...args], {
    env,
    cwd: root,
    encoding: 'utf8',
    timeout: patience,
  });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** Starts a VS Code server on loopback, behind a random password, with its own HOME, data, extensions and workspace. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { workspace = {}, home = {}, vsix = [], trust = false, settings = {}, args = [] } = options;
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'keystow-editor-'));
  const at = (name: string) => join(root, name);
  for (const folder of ['home', 'data/User', 'extensions', 'workspace', 'tmp']) mkdirSync(at(folder), { recursive: true });
  writeFiles(at('home'), home);
  writeFiles(at('workspace'), workspace);
  const password = randomBytes(18).toString('base64url');
  // given the password itself, the server would prove it by Argon2 at every one of a window's hundreds of requests; this one is too long to be guessed by its hash
  const hash = createHash('sha256').update(password).digest('hex');
  writeFileSync(at('config.yaml'), `auth: password\nhashed-password: ${hash}\ncert: false\n`, { mode: 0o600 });
  const user = { ...quietSettings, 'security.workspace.trust.enabled': trust, ...settings };
  writeFileSync(at('data/User/settings.json'), JSON.stringify(user, null, 2));

  const env: Record<string, string> = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    LANG: 'C.UTF-8',
    HOME: at('home'),
    TMPDIR: at('tmp'),
    XDG_CONFIG_HOME: at('home/.config'),
    XDG_DATA_HOME: at('home/.local/share'),
    XDG_CACHE_HOME: at('home/.cache'),
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '' }),
  };
  for (const name of ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'LD_LIBRARY_PATH'])
    if (process.env[name]) env[name] = process.env[name];
  Object.assign(env, options.env);

  for (const file of [vsix].flat()) command({ root, env }, '--install-extension', resolve(file));

  const log = openSync(at('server.log'), 'w');
  const quiet = [
    '--cookie-suffix=keystow', // the cookies of a loopback address are those of all its ports: another code-server's stay
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
  ];
  const restricted = trust ? [] : ['--disable-workspace-trust'];
  const child = spawn(process.execPath, [entry, ...placesIn(root), '--bind-addr', '127.0.0.1:0', ...quiet, ...restricted, ...args], {
    env,
    cwd: root,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const exited = new Promise((done) => child.once('exit', done));
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const kill = () => signal('SIGKILL');
  process.once('exit', kill);
  const said = () => readFileSync(at('server.log'), 'utf8');
  const listening = () => /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said());
  for (const deadline = Date.now() + patience; !listening(); await pause(50)) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the editor did not start:\n${said()}`);
  }
  const port = Number(listening()![1]);

  return {
    root,
    home: at('home'),
    workspace: at('workspace'),
    data: at('data'),
    port,
    password,
    env,
    url: (place = at('workspace')) =>
      `http://127.0.0.1:${port}/?${place.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(place)}`,
    extensionHosts: () => said().split('Launched Extension Host Process').length - said().split('Extension Host Process exited').length,
    async stop() {
      signal('SIGTERM');
      const timer = setTimeout(kill, 5000);
      await exited;
      clearTimeout(timer);
      kill(); // what is left of the group: extension hosts of a page that was still open
      process.off('exit', kill);
      if (!options.root) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** `$CHROMIUM`, or the system's Chromium, or the one inside an npm package, or (on a desktop) an installed Chrome. */
async function browserToUse(): Promise<{ executablePath: string } | { channel: string }> {
  if (process.env.CHROMIUM) return { executablePath: process.env.CHROMIUM };
  if (existsSync('/usr/bin/chromium')) return { executablePath: '/usr/bin/chromium' };
  if (process.platform !== 'linux') return { channel: 'chrome' };
  return { executablePath: await packedChromium() };
}

/** @param signals Whether the browser and this process end at once on a signal, as tests want it; the demo ends in an order of its own. */
export async function launchBrowser(signals = true): Promise<Browser> {
  const home = mkdtempSync(join(tmpdir(), 'keystow-browser-'));
  const { DBUS_SESSION_BUS_ADDRESS: _, ...env } = process.env; // the browser needs no keychain
  const browser = await chromium.launch({
    ...(await browserToUse()),
    headless: true,
    handleSIGINT: signals,
    handleSIGTERM: signals,
    handleSIGHUP: signals,
    env: { ...(env as Record<string, string>), HOME: home, XDG_CONFIG_HOME: `${home}/.config`, XDG_CACHE_HOME: `${home}/.cache` },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
    ],
  });
  browser.on('disconnected', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return browser;
}

export interface WindowOptions {
  readonly folder?: string;
  /** A window whose browser profile this one shares, as two windows of one person do. */
  readonly beside?: EditorWindow;
  /** A window that was left: this one has its profile and takes its page, where the browser need not compile the whole workbench anew. */
  readonly after?: EditorWindow;
  readonly locale?: string;
  readonly size?: { readonly width: number; readonly height: number };
}

/** Opens a window on a folder of the server, signs in with its password, and waits until Keystow has started in it. */
export async function openWindow(browser: Browser, server: Server, options: WindowOptions = {}): Promise<EditorWindow> {
  const { folder, beside, after, locale = 'en-US', size = { width: 1280, height: 800 } } = options;
  const shared = (after ?? beside)?.page.context();
  const context = shared ?? (await browser.newContext({ viewport: size, locale, reducedMotion: 'reduce' }));
  if (!shared) {
    context.setDefaultTimeout(patience);
    const answer = await context.request.post(`http://127.0.0.1:${server.port}/login`, {
      form: { password: server.password },
      maxRedirects: 0,
    });
    if (answer.status() !== 302) throw new Error(`the editor did not take the password (${answer.status()})`);
  }
  const page = after?.page ?? (await context.newPage());
  const open = async () => {
    const before = timesStarted(server);
    await page.goto(server.url(folder), { waitUntil: 'commit' });
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await until('Keystow has started', () => timesStarted(server) > before);
  };
  await open();
  if (folder?.endsWith('.code-workspace')) {
    // the editor in a browser now and then reads the file that names the folders before it can read any, and does not do so again
    const folders = page.locator('.explorer-folders-view .monaco-list-row').first();
    await tried((timeout) => folders.waitFor({ timeout }), open);
  }
  return new EditorWindow(page);
}

/** How often Keystow has told its log that it has started, in all windows of a server. */
function timesStarted({ data }: Server): number {
  const logs = globSync(join(data, 'logs/*/exthost*/*/Keystow.log')).map((log) => readFileSync(log, 'utf8'));
  return logs.filter((log) => / has started$/m.test(log)).length;
}

/** One window, driven as a person drives it: by mouse and keyboard, read from the screen. */
export class EditorWindow {
  readonly page: Page;
  private lines = 0;

  constructor(page: Page) {
    this.page = page;
  }

  /** Ends the window and leaves its page empty: the editor is told, and ends the extension host, which it would keep for hours for a page that is only gone. */
  async leave(): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.mouse.move(0, 0); // where it is in a new page
  }

  async close(): Promise<void> {
    await this.leave();
    await this.page.close();
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text }).first();
  }

  editor(name: string): Locator {
    const named = ['/', ':'].map((before) => `.monaco-editor[data-uri$="${before}${name}"]`);
    return this.page.locator(named.join()).locator('visible=true').first();
  }

  squiggle(name: string, kind: 'error' | 'warning' | 'info' = 'error'): Locator {
    return this.editor(name).locator(`.squiggly-${kind}`);
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  /** Waits for a notification. It goes behind the bell after ten seconds, which a slow machine may have needed for something else: then it is looked for there. */
  async notified(text: string | RegExp): Promise<Locator> {
    const notification = this.notification(text);
    const isShown = await notification.waitFor({ timeout: 20_000 }).then(
      () => true,
      () => false,
    );
    if (!isShown) await this.showNotifications();
    await notification.waitFor();
    return notification;
  }

  /** Opens the list of all notifications. */
  private async showNotifications(): Promise<void> {
    if (!(await this.page.locator('.notifications-center').isVisible()))
      await this.page.locator('.statusbar-item[id="status.notifications"]').click();
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  /** Text of the file as the editor shows it (visible lines only; no-break spaces made plain). */
  async text(name: string): Promise<string> {
    const lines = await this.editor(name)
      .locator('.view-line')
      .evaluateAll((all) => all.map((line) => [Number.parseFloat((line as HTMLElement).style.top), line.textContent ?? ''] as const));
    return lines
      .sort(([a], [b]) => a - b)
      .map(([, text]) => text)
      .join('\n')
      .replaceAll('\u00a0', ' ');
  }

  press(keys: string): Promise<void> {
    return this.page.keyboard.press(process.platform === 'darwin' ? keys.replace('Control', 'Meta') : keys);
  }

  /** Runs a command by its title in the palette, e.g. `Keystow: Show Log`. */
  async runCommand(title: string): Promise<void> {
    const row = this.quickInput
      .locator('.monaco-list-row')
      .filter({ has: this.page.getByText(title, { exact: true }) })
      .first();
    await this.pickFrom('F1', `>${title}`, row);
  }

  /** Opens the palette on the commands whose title holds a text. */
  async openPalette(text: string): Promise<void> {
    await tried((timeout) => this.fillQuickInput('F1', `>${text}`, timeout));
  }

  /** Opens the list of a key, filters it and picks a row. What opens meanwhile can take the focus and close it, and one that opened early does not ask again for what came late. */
  private async pickFrom(keys: string, text: string, row: Locator): Promise<void> {
    await tried(
      async (timeout) => {
        await this.fillQuickInput(keys, text, timeout);
        await this.clickRow(row, timeout);
      },
      () => this.press('Escape'),
    );
  }

  /** Opens the input of a key and fills it. */
  private async fillQuickInput(keys: string, text: string, timeout: number): Promise<void> {
    await this.press(keys);
    await this.quickInput.locator('input[type=text]').first().fill(text, { timeout });
  }

  /** Goes to a place of the open file, given as the person types it after Ctrl+G. */
  async goTo(line: number, column: number): Promise<void> {
    await tried(
      async (timeout) => {
        await this.fillQuickInput('Control+G', `:${line},${column}`, timeout);
        await this.press('Enter');
        await this.quickInput.waitFor({ state: 'hidden', timeout });
      },
      () => this.press('Escape'),
    );
  }

  /** Clicks on a row of a list. One that is drawn anew between the press and the release of the mouse takes no click: then once more. */
  private async clickRow(row: Locator, timeout = patience): Promise<void> {
    for (;;) {
      await this.page.evaluate(listenForClick);
      await row.click({ timeout });
      if (await this.page.evaluate(tookClick)) return;
    }
  }

  async openFile(name: string): Promise<void> {
    await this.pickFile(name);
    await this.editor(name).locator('.view-lines').first().waitFor();
  }

  /** Opens a file that is shown in something else than a text editor. */
  async pickFile(name: string): Promise<void> {
    const label = this.page.locator('.label-name', { hasText: new RegExp(`^${basename(name).replace(/\W/g, '\\$&')}$`) }); // of `.env`, not of `fake.env`
    const ofName = this.quickInput.locator('.monaco-list-row').filter({ has: label });
    await this.pickFrom('Control+P', name, ofName.filter({ hasText: dirname(name).replace(/^\.$/, '') }).first());
  }

  /** Types at the end of an open file. */
  async type(name: string, text: string): Promise<void> {
    await this.editor(name).locator('.view-lines').click();
    await this.press('Control+End');
    await this.page.keyboard.type(text);
  }

  /** Fills the open input box and presses Enter. */
  async fillInput(text: string): Promise<void> {
    await this.quickInput.locator('.quick-input-list').waitFor({ state: 'hidden' }); // a list that is about to go has an input too
    const input = this.quickInput.locator('input').locator('visible=true').first();
    const box = await input.elementHandle();
    await input.fill(text);
    await input.press('Enter');
    // the next box is the same element, and what is filled in before this one has gone is lost
    await this.page.waitForFunction(isTaken, [box as ElementHandle<HTMLInputElement>, text] as const);
  }

  /** Closes the list or the box that is open, as Escape does. */
  async dismiss(): Promise<void> {
    await tried(async (timeout) => {
      await this.press('Escape');
      await this.quickInput.waitFor({ state: 'hidden', timeout });
    });
  }

  row(label: string | RegExp): Locator {
    return this.quickInput
      .locator('.monaco-list-row')
      .filter({ has: this.page.getByText(label, { exact: typeof label === 'string' }) })
      .first();
  }

  /** Types into an open list, which then shows only the rows that hold the text: a long list draws only what fits. */
  async filter(text: string): Promise<void> {
    await this.quickInput.locator('input[type=text]').first().fill(text);
  }

  /** Picks a row of an open list by its label. */
  async pick(label: string | RegExp): Promise<void> {
    await this.clickRow(this.row(label));
  }

  /** Waits for a modal dialog, presses its button and returns what it said. */
  async acceptModal(button: string): Promise<{ message: string; detail: string }> {
    const dialog = this.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const message = await dialog.locator('.dialog-message-text').innerText();
    const detail = await dialog.locator('.dialog-message-detail').innerText();
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    return { message, detail };
  }

  async pressNotification(text: string | RegExp, button: string): Promise<void> {
    const notification = await this.notified(text);
    const pressed = notification.getByRole('button', { name: button, exact: true });
    await tried(
      async (timeout) => {
        await notification.hover({ timeout });
        await pressed.click({ timeout });
        await pressed.waitFor({ state: 'hidden', timeout });
      },
      () => this.showNotifications(),
    );
  }

  /** The text of the hover over the first squiggle of a file, once it `says` this. */
  hover(name: string, kind?: 'error' | 'warning' | 'info', says: string | RegExp = ''): Promise<string> {
    return this.hoverOver(this.squiggle(name, kind).first(), says);
  }

  /** The text of the hover over a place in an editor, once it `says` this. While the editor is still being laid out, one that comes up is closed again. */
  async hoverOver(place: Locator, says: string | RegExp = ''): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible', { hasText: says }).first();
    return tried(async (timeout) => {
      // the editor shows no hover where the mouse already was while it was typed
      await this.page.mouse.move(640, 600);
      await this.page.waitForTimeout(300);
      await place.hover({ force: true });
      await hover.waitFor({ timeout });
      return (await hover.innerText({ timeout })).replaceAll('\u00a0', ' ');
    });
  }

  /** Goes to the first problem of the file, opens its light bulb and picks a quick fix by its title. */
  async quickFix(name: string, title: string): Promise<void> {
    await this.fromLightBulb(name, title, async (rows, timeout) => {
      await rows.filter({ hasText: title }).first().click({ timeout });
      await rows.first().waitFor({ state: 'hidden', timeout });
    });
  }

  /** Goes to the first problem of the file and opens its light bulb; gives the titles of what it offers as soon as `title` is among them. */
  async quickFixes(name: string, title: string): Promise<string[]> {
    const titles = await this.fromLightBulb(name, title, (rows) => rows.allInnerTexts());
    return titles.map((text) => text.trim());
  }

  private async fromLightBulb<T>(name: string, title: string, work: (rows: Locator, timeout: number) => Promise<T>): Promise<T> {
    await this.editor(name).locator('.squiggly-warning, .squiggly-error, .squiggly-info').first().waitFor();
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    const marker = this.page.locator('.marker-widget');
    if (await rows.first().isVisible()) await this.press('Escape');
    // a language server that is still starting answers late, and a notification takes Escape for itself
    return tried(
      async (timeout) => {
        await this.editor(name).locator('.view-lines').click({ timeout });
        await this.press('Control+Home');
        await this.press('Alt+F8'); // F8 alone goes on to the problems of other files
        await marker.waitFor({ timeout });
        await this.press('Escape');
        if (await marker.isVisible()) await this.press('Escape'); // the first one went to a notification
        await marker.waitFor({ state: 'detached', timeout });
        await this.page.keyboard.press('Control+.');
        await rows.filter({ hasText: title }).first().waitFor({ timeout });
        return await work(rows, timeout);
      },
      () => this.press('Escape'),
    );
  }

  /** Clicks on an item of the status bar until the list that it opens has this row: the item is drawn anew whenever what it tells changes. */
  async openStatus(item: Locator, row: string | RegExp): Promise<void> {
    await tried(async (timeout) => {
      await item.click({ timeout });
      await this.row(row).waitFor({ timeout });
    });
  }

  /** The tooltip of a status bar item. The mouse comes from elsewhere: an item that was just clicked shows none. */
  async statusTooltip(text: string | RegExp): Promise<string> {
    const hover = this.page.locator('.workbench-hover').first();
    return tried(async (timeout) => {
      await this.page.mouse.move(640, 300);
      await this.page.waitForTimeout(300);
      await this.statusBar(text).hover({ timeout });
      await hover.waitFor({ timeout });
      return hover.innerText({ timeout });
    });
  }

  /** Rows of the Problems panel, once they say this. */
  async problems(say: RegExp): Promise<string[]> {
    await this.runCommand('Problems: Focus on Problems View');
    const rows = this.page.locator('.markers-panel .monaco-list-row');
    return tried(
      async () => {
        const texts = await rows.allInnerTexts();
        assert.match(texts.join('\n'), say);
        return texts;
      },
      () => this.page.waitForTimeout(2_000),
    );
  }

  /** The document inside the last opened webview. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview >> nth=-1').frameLocator('iframe#active-frame');
  }

  /** Runs a line in a new terminal and returns the rows on the screen. */
  async terminal(line: string): Promise<string[]> {
    await this.newTerminal();
    return this.terminalLine(line);
  }

  /** Opens a new terminal and waits for its prompt: its environment is in place. */
  async newTerminal(title = 'Terminal: Create New Terminal'): Promise<void> {
    const known = 'data-known';
    await this.page.locator('.terminal-wrapper').evaluateAll((all, name) => {
      for (const one of all) one.setAttribute(name, '');
    }, known);
    await this.runCommand(title);
    await this.page.locator(`.terminal-wrapper.active:not([${known}]) .xterm-rows`, { hasText: /[#$%>] *$/ }).waitFor();
  }

  /** Runs a line in the terminal that is open and returns the rows on the screen. */
  async terminalLine(line: string): Promise<string[]> {
    const end = `END${this.lines++}`;
    await this.startInTerminal(`clear; ${line}; echo ""${end}`);
    const screen = this.page.locator('.terminal-wrapper.active');
    await screen.locator('.xterm-rows > div', { hasText: new RegExp(`^${end}\\s*$`) }).waitFor();
    return this.terminalRows();
  }

  /** Types a line into the terminal that is open, and does not wait for its end. */
  async startInTerminal(line: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').first().focus();
    await this.page.keyboard.type(`${line}\n`);
  }

  /** The rows on the screen of the terminal that is open. */
  async terminalRows(): Promise<string[]> {
    const rows = await this.page.locator('.terminal-wrapper.active .xterm-rows > div').allInnerTexts();
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).filter(Boolean);
  }
}

/** Runs inside the page: has a box taken what was filled in? */
function isTaken([box, text]: readonly [HTMLInputElement, string]): boolean {
  return box.offsetParent === null || box.value !== text;
}

/** Runs inside the page: notes whether the next click is one on a row. */
function listenForClick(): void {
  delete document.body.dataset.clicked;
  const note = ({ target }: Event) => {
    if ((target as Element).closest('.monaco-list-row')) document.body.dataset.clicked = 'row';
  };
  document.addEventListener('click', note, { capture: true, once: true });
}

/** Runs inside the page. @returns whether it was */
function tookClick(): boolean {
  return document.body.dataset.clicked === 'row';
}

/**
 * Makes `language` the display language of a server started with `args: ['--locale', language]`: an extension's own texts are shown in it, the workbench
 * itself stays English. Installing a language pack would not do: only a running workbench enters one in languagepacks.json.
 */
export function displayLanguage({ data }: Server, language: string): void {
  const words = join(data, 'main.i18n.json');
  const pack = {
    hash: `empty-${language}`,
    label: language,
    extensions: [{ extensionIdentifier: { id: `test.${language}` }, version: '1.0.0' }],
    translations: { vscode: words },
  };
  writeFileSync(words, JSON.stringify({ '': [], version: '1.0.0', contents: {} }));
  writeFileSync(join(data, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}
