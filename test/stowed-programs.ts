// A program of test/fixtures is run, its secret is stowed by the real command with the real keychain, and it is run again as the command said.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { type SimulatorOptions, startSimulator } from '../src/simulator/server.ts';
import { type Account, simulatedAccount } from './account.ts';
import { runProgram, writeProgram } from './fixture-programs.ts';
import { sampleGitHubToken } from './sample-keys.ts';

const run = promisify(execFile);
export const cli = resolve('dist/cli.js');
const region = 'eu-central-1';

/** A home of its own with a simulator behind [default]. */
export async function freshHome(t: TestContext, options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  t.after(() => simulator.stop());
  return { simulator, ...(await homeOf(t, simulator.endpoint)) };
}

/** A home of its own with this endpoint behind [default]. */
async function homeOf(t: TestContext, endpoint: string) {
  const home = await mkdtemp(join(tmpdir(), 'keystow-home-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const env = {
    HOME: home,
    USERPROFILE: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS ?? '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  };
  await writeProgramFiles(home, { '.aws/config': `[default]\nregion = ${region}\nendpoint_url = ${endpoint}\n` });
  return { home, env };
}

async function writeProgramFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
}

/** The `keystow` command in a folder; `code` is its exit code. */
export async function keystow(
  folder: string,
  env: NodeJS.ProcessEnv,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { PATH } = process.env;
  try {
    return { code: 0, ...(await run(process.execPath, [cli, ...args], { cwd: folder, env: { PATH, ...env }, timeout: 60_000 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** SDK v2 warns of its end of support in Node's words, which begin with the process id. */
const plain = ({ stderr, ...rest }: { code: number | null; stdout: string; stderr: string }) => ({
  ...rest,
  stderr: stderr.replace(/\(node:\d+\)/g, '(node)'),
});

/** Runs the program, stows its key, runs it as the command said, undoes the stow: the same caller each time, and at the end the same bytes. */
export async function stowsAndWorks(
  t: TestContext,
  name: string,
  options: { python?: string; mode?: 'session' | 'key'; account?: Account } = {},
): Promise<void> {
  const { endpoint, key } = options.account ?? (await simulatedAccount(t));
  const { home, env } = await homeOf(t, endpoint);
  const { accessKeyId, secretAccessKey } = key;
  const folder = join(home, 'project');
  const file = await writeProgram(name, folder, {
    ACCESS_KEY_ID: accessKeyId,
    SECRET_ACCESS_KEY: secretAccessKey,
    ENDPOINT: endpoint,
    REGION: region,
  });
  const before = await readFile(file);
  const as = { env, ...(options.python === undefined ? {} : { python: options.python }) };

  const first = await runProgram(name, folder, as);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^arn:aws:iam::\d{12}:user\/\S+\n$/);

  const mode = options.mode === undefined ? [] : ['--mode', options.mode];
  const beside = name === 'split-key.mjs' ? [name] : []; // its id is in the program
  const stowed = await keystow(folder, env, 'stow', file, ...beside, '--profile', 'p', ...mode, '--yes');
  assert.equal(stowed.code, 0, stowed.stderr);
  const left = await readFile(file, 'utf8');
  assert.ok(!left.includes(accessKeyId) && !left.includes(secretAccessKey));

  const through = /start the program so: keystow exec/.test(stowed.stderr)
    ? [process.execPath, cli, 'exec', '--env-file', '.env', '--']
    : [];
  const second = await runProgram(name, folder, { ...as, through });
  assert.deepEqual(plain(second), plain(first));

  await restoreAll(folder, env);
  assert.deepEqual(await readFile(file), before);
  assert.deepEqual(plain(await runProgram(name, folder, as)), plain(first));
}

/** A token's program gets the same bytes through `keystow exec`, and without it only the reference. */
export async function tokenStowsAndWorks(t: TestContext): Promise<void> {
  const { home, env } = await freshHome(t);
  const folder = join(home, 'project');
  const file = await writeProgram('github-token.mjs', folder, { GITHUB_TOKEN: sampleGitHubToken() });
  const before = await readFile(file);
  const first = await runProgram('github-token.mjs', folder, { env });
  const stowed = await keystow(folder, env, 'stow', file, '--yes');
  assert.equal(stowed.code, 0, stowed.stderr);
  const bare = await runProgram('github-token.mjs', folder, { env });
  assert.notEqual(bare.stdout, first.stdout);
  const resolved = await runProgram('github-token.mjs', folder, {
    env,
    through: [process.execPath, cli, 'exec', '--env-file', '.env', '--'],
  });
  assert.deepEqual(resolved, first);
  await restoreAll(folder, env);
  assert.deepEqual(await readFile(file), before);
}

async function restoreAll(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { stderr } = await keystow(folder, env, 'restore', 'which');
  const ids = [...stderr.matchAll(/^([0-9a-f-]{36}) /gm)].map(([, id]) => id!);
  assert.equal(ids.length, 1, stderr);
  for (const id of ids) {
    const restored = await keystow(folder, env, 'restore', id, '--yes');
    assert.equal(restored.code, 0, restored.stderr);
  }
}
