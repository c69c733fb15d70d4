import assert from 'node:assert/strict';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const loaded = () => Object.keys(require.cache).filter((file) => file.startsWith(resolve('dist')));

/** An editor's API in which every name is there and does nothing. */
const anything: object = new Proxy(class {}, {
  get: (target, name) =>
    name === 'prototype' ? target.prototype : name === Symbol.toPrimitive ? () => '' : name === 'then' ? undefined : anything,
  apply: () => anything,
  construct: () => anything,
});

const commands = new Map<string, () => Promise<unknown>>();
const shown: string[] = [];
const log = { show: () => shown.push('log'), info() {}, warn() {}, error() {} };
const api: Readonly<Record<string, unknown>> = {
  commands: { registerCommand: (id: string, run: () => Promise<unknown>) => commands.set(id, run) },
  window: new Proxy(anything, { get: (_, name) => (name === 'createOutputChannel' ? () => log : anything) }),
};
const vscode = new Proxy(anything, { get: (_, name) => api[String(name)] ?? anything });
const loader = Module as unknown as { _load(name: string, ...more: unknown[]): unknown };
const { _load } = loader;
loader._load = (name, ...more) => (name === 'vscode' ? vscode : _load(name, ...more));
after(() => {
  loader._load = _load;
});

test('what the editor loads on first use does not load the rules before a text leads to one', async () => {
  const files = globSync('dist/editor/*.mjs');
  assert.ok(files.length > 10, `${files.length} files`);
  for (const file of files) {
    await import(pathToFileURL(resolve(file)).href);
    assert.ok(!loaded().includes(resolve('dist/rules.js')), `${file} loads them`);
  }
});

test('activate registers the commands and loads nothing; one that is called at once waits for its parts and runs', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'keystow-activation-'));
  const before = process.env.HOME;
  process.env.HOME = home;
  t.after(() => {
    process.env.HOME = before;
    rmSync(home, { recursive: true, force: true });
  });
  const wiring = resolve('dist/wiring.js');
  const { activate } = require(resolve('dist/extension.js'));
  activate({ subscriptions: [], extensionPath: resolve('.'), environmentVariableCollection: anything, extension: { packageJSON: {} } });
  assert.ok(!loaded().includes(wiring));
  assert.deepEqual(shown, []);
  await commands.get('keystow.showLog')!();
  assert.deepEqual(shown, ['log']);
  assert.ok(loaded().includes(wiring));
});
