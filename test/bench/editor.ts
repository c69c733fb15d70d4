// In a real VS Code: what the start of Keystow costs the extension host, and what a keystroke costs there and on the screen.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { type EditorWindow, launchBrowser, openWindow, type Server, startServer } from '../editor/vscode.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { type Benchmark, percentile, type Sample } from './benchmark.ts';
import { sourceText } from './detect-texts.ts';

/** The middle line of this file, of 5,000 lines, holds a key pair. */
const file = 'program.txt';

interface Editor {
  readonly server: Server;
  readonly browser: Browser;
}

let started: Promise<Editor> | undefined;

/** One server with Keystow and the probe, started by the first sample. */
function editor(): Promise<Editor> {
  started ??= (async () => {
    const server = await startServer({
      vsix: ['out/keystow.vsix', packProbe()],
      workspace: { [file]: sourceText(5000) },
      settings: { 'files.autoSave': 'off' },
    });
    return { server, browser: await launchBrowser() };
  })();
  return started;
}

export async function stopEditor(): Promise<void> {
  if (!started) return;
  const { browser, server } = await started;
  await browser.close();
  await server.stop();
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'activate, with the load, as the editor tells it',
    unit: 'ms',
    floorName: 'an extension that only listens',
    sample: () => inWindow(activationTimes),
    budget: { most: 20, of: 'value' },
  },
  {
    name: 'a keystroke in 5,000 lines to diagnostics, in the host, p99',
    unit: 'ms',
    floorName: 'the text of the document',
    sample: () => inWindow(keystrokeInHost),
    budget: { most: 5, of: 'value' },
  },
  {
    name: 'a keystroke in 5,000 lines to the squiggle, on the screen',
    unit: 'ms',
    floorName: 'to the letter itself',
    sample: () => inWindow(keystrokeOnScreen),
  },
];

function packProbe(): string {
  const vsix = resolve('out/bench-probe.vsix');
  const vsce = resolve('node_modules/@vscode/vsce/vsce');
  const args = [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', vsix];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: 'test/bench/probe', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return vsix;
}

/** Each sample has a window, and so an extension host, of its own; the cursor is in front of the key pair. */
async function inWindow<T>(work: (window: EditorWindow, server: Server) => Promise<T>): Promise<T> {
  const { browser, server } = await editor();
  const window = await openWindow(browser, server);
  try {
    await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: file }).dblclick({ timeout: 30_000 });
    await window.editor(file).locator('.view-lines').click({ timeout: 30_000 });
    await window.press('Control+G');
    await window.page.keyboard.type('2501\n');
    await window.squiggle(file, 'error').first().waitFor({ timeout: 30_000 });
    return await work(window, server);
  } finally {
    await window.page.context().close();
  }
}

async function activationTimes(window: EditorWindow): Promise<Sample> {
  await window.runCommand('Developer: Show Running Extensions');
  const rows = window.page.locator('.monaco-list-row').filter({ hasText: /Activation: \d+ms/ });
  await rows.first().hover();
  const timeOf = async (extension: string): Promise<number> => {
    const row = rows.filter({ hasText: extension }).first();
    await window.page.mouse.wheel(0, -10_000);
    for (let i = 0; i < 40 && (await row.count()) === 0; i++) {
      await window.page.mouse.wheel(0, 250); // the list draws only the rows that fit
      await pause(100);
    }
    return Number(/Activation: (\d+)ms/.exec(await row.innerText())![1]);
  };
  return { value: await timeOf('Keystow'), floor: await timeOf('Bench Probe') };
}

async function keystrokeInHost(window: EditorWindow, { workspace }: Server): Promise<Sample> {
  const measured = join(workspace, 'measured.json');
  await window.runCommand('Bench: Type');
  for (let i = 0; !existsSync(measured); i++) {
    if (i === 3600) throw new Error('the probe did not end within three minutes');
    await pause(50);
  }
  await pause(100); // so that the file is whole
  const { keystow, floor, failed } = JSON.parse(readFileSync(measured, 'utf8')) as Record<'keystow' | 'floor', number[]> & {
    failed?: string;
  };
  rmSync(measured);
  if (failed !== undefined) throw new Error(failed);
  return { value: percentile(keystow, 0.99), floor: percentile(floor, 0.99) };
}

/** Types a token on a line of its own in the middle of the file; the time runs from the keydown of its last letter, inside the page. */
async function keystrokeOnScreen(window: EditorWindow): Promise<Sample> {
  const token = sampleGitHubToken(String(performance.now()));
  await window.press('End');
  await window.page.keyboard.type(`\n${token.slice(0, -1)}`);
  await pause(500);
  const measured = await window.page.evaluateHandle(listenInPage, file);
  await window.page.keyboard.type(token.slice(-1));
  return measured.evaluate(({ sample }) => sample);
}

/** Runs inside the page: from now on listens, for the milliseconds from the next keydown to the first change of the text and to one more squiggle. */
function listenInPage(name: string): { sample: Promise<Sample> } {
  const editors = [...document.querySelectorAll<HTMLElement>(`.monaco-editor[data-uri$="${name}"]`)];
  const editor = editors.find((one) => one.offsetParent !== null)!;
  const count = () => editor.querySelectorAll('.squiggly-error').length;
  const text = () => editor.querySelector('.view-lines')!.textContent;
  const [squiggles, written] = [count(), text()];
  const sample = new Promise<Sample>((done, fail) => {
    let began: number | undefined;
    let drawn: number | undefined;
    window.addEventListener('keydown', () => (began = performance.now()), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (began === undefined) return;
      if (drawn === undefined && text() !== written) drawn = performance.now() - began;
      if (count() <= squiggles) return;
      observer.disconnect();
      done({ value: performance.now() - began, floor: drawn ?? performance.now() - began });
    });
    observer.observe(editor, { subtree: true, childList: true, attributes: true, characterData: true });
    setTimeout(() => fail(new Error('no new squiggle within 5 seconds')), 5000);
  });
  return { sample };
}
