// `npm start` as a person has it: in a terminal, with a display, ended by a key or a signal.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pictures } from './session.ts';
import { EditorWindow, launchBrowser, patience } from './vscode.ts';

test('npm start signs the browser in by an address that works once, and opens the guide beside the red line; Ctrl+C ends it all', async (context) => {
  const demo = await startInTerminal(context);
  const [address, ...more] = readFileSync(demo.browserArguments, 'utf8').trimEnd().split('\n');
  assert.deepEqual(more, []);
  assert.match(address!, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/);
  const password = /The password, where it is asked for, is ([\w-]{24})/.exec(demo.printed())?.[1];
  assert.ok(password && !commandLines().some((line) => line.includes(password)), 'the password is in a command line');
  const elsewhere = await fetch(address!.replace('127.0.0.1', 'localhost'));
  assert.equal(elsewhere.status, 404, 'it answers under another name');

  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(patience);
    await page.goto(address!, { waitUntil: 'commit' });
    const window = new EditorWindow(page);
    await window.squiggle('shop/.env', 'error').first().waitFor();
    await window.webview().getByRole('heading', { name: 'The demo shop' }).waitFor();
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, 'start.png') });
    await assert.rejects(fetch(address!), 'the address works a second time');
  } finally {
    await browser.close();
  }
  demo.type('\u0003');
  assert.equal(await demo.ended(), 130);
});

test('npm start leaves nothing when it is told to end', async (context) => {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const demo = await startInTerminal(context);
    process.kill(demo.npm, signal);
    await demo.ended();
  }
});

interface Demo {
  /** What the browser was started with, an argument a line. */
  readonly browserArguments: string;
  readonly npm: number;
  printed(): string;
  type(keys: string): void;
  /** Waits until no process and no file of its keychain is left, and gives the exit code. */
  ended(): Promise<number | null>;
}

/** Starts it in a terminal of its own, with a browser that only notes its arguments, and waits until it stays. */
async function startInTerminal(context: TestContext): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-start-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const [bin, temporary, browserArguments] = [join(folder, 'bin'), join(folder, 'tmp'), join(folder, 'browser')];
  for (const name of [bin, temporary]) mkdirSync(name);
  writeFileSync(
    join(bin, 'xdg-open'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${browserArguments}.new' && mv '${browserArguments}.new' '${browserArguments}'\n`,
  );
  chmodSync(join(bin, 'xdg-open'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, TMPDIR: temporary, DISPLAY: ':77' };
  const terminal = spawn('script', ['-qefc', 'exec npm start', '/dev/null'], { env });
  const exited = new Promise<number | null>((done) => terminal.once('exit', done));
  let printed = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const processes = () => processesWith(temporary).filter((id) => id !== terminal.pid);
  context.after(() => {
    for (const id of [terminal.pid!, ...processes()]) killed(id);
  });
  await until(
    () => /q ends/.test(printed) && existsSync(browserArguments),
    () => printed,
  );
  const running = commandLines(processes()).join('\n');
  for (const part of ['code-server', 'gnome-keyring-daemon', 'dbus-daemon'])
    assert.ok(running.includes(part), `${part} does not run:\n${running}`);
  return {
    browserArguments,
    npm: childOf(terminal),
    printed: () => printed,
    type: (keys) => terminal.stdin.write(keys),
    async ended() {
      await until(
        () => processes().length === 0,
        () => `still running:\n${commandLines(processes()).join('\n')}\n${printed}`,
      );
      const left = readdirSync(temporary).filter((name) => name !== 'node-compile-cache'); // npm's own
      assert.deepEqual(left, []);
      return exited;
    },
  };
}

async function until(holds: () => boolean, otherwise: () => string): Promise<void> {
  for (const end = performance.now() + patience; !holds(); await pause(100)) if (performance.now() > end) throw new Error(otherwise());
}

const childOf = ({ pid }: ChildProcess) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);

/** The text of a file of /proc; empty where the process has ended. */
function processFile(id: number, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

const allProcesses = () =>
  readdirSync('/proc')
    .map(Number)
    .filter((id) => id > 0 && id !== process.pid);

/** The processes that were started with this text in a variable, and those that have the demo's files in one or in their command line. */
function processesWith(text: string): number[] {
  const demo = join(process.cwd(), 'out/demo/person');
  return allProcesses().filter((id) =>
    [text, demo].some((part) => `${processFile(id, 'environ')}${processFile(id, 'cmdline')}`.includes(part)),
  );
}

const commandLines = (ids = allProcesses()) => ids.map((id) => processFile(id, 'cmdline').replaceAll('\0', ' '));

function killed(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
