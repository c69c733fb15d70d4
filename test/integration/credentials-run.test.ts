import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { CommandNotStarted, runCommand } from '../../src/credentials/exec.ts';
import { writeLauncher } from '../../src/credentials/launcher.ts';

const run = promisify(execFile);

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'run-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const shows =
  'console.log(JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE ?? null, process.env.NODE_OPTIONS ?? null]))';

test('the launcher starts the command with its arguments, whatever the paths are called', async (t) => {
  const odd = join(await folder(t), 'a b\'s "c" $HOME `d`');
  await mkdir(odd);
  const cli = join(odd, 'cli.js');
  const node = join(odd, 'node it');
  await writeFile(cli, shows);
  await writeFile(node, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  const launcher = join(odd, 'bin', 'keystow');

  await writeLauncher(launcher, { node, cli, electron: false }, 'linux');
  assert.equal((await stat(launcher)).mode & 0o777, 0o755);
  const args = ['exec', '--', 'a b', '', '$X', '*'];
  assert.deepEqual(JSON.parse((await run(launcher, args, { env: {} })).stdout), [args, null, null]);

  await writeLauncher(launcher, { node, cli, electron: true }, 'linux');
  assert.deepEqual(JSON.parse((await run(launcher, [], { env: {} })).stdout), [[], '1', null]);

  await chmod(launcher, 0o600);
  await writeLauncher(launcher, { node, cli, electron: true }, 'linux');
  assert.equal((await stat(launcher)).mode & 0o777, 0o755);
});

test('a debugger in NODE_OPTIONS is kept away from credentials and scans, but not from a command, and certificates stay', async (t) => {
  const here = await folder(t);
  await writeFile(join(here, 'cli.js'), shows);
  await writeFile(join(here, 'preload.cjs'), 'console.log("preloaded")');
  const launcher = join(here, 'keystow');
  await writeLauncher(launcher, { node: process.execPath, cli: join(here, 'cli.js'), electron: false }, 'linux');
  const preload = { NODE_OPTIONS: `--require ${join(here, 'preload.cjs')}` };
  for (const verb of ['credential-process', 'scan']) {
    for (const option of ['--require', '-r', '--import', '--experimental-loader']) {
      const env = { NODE_OPTIONS: `--no-warnings ${option} ${join(here, 'preload.cjs')}` };
      assert.deepEqual(JSON.parse((await run(launcher, [verb], { env })).stdout), [[verb], null, null], option);
    }
  }
  assert.match((await run(launcher, ['exec'], { env: preload })).stdout, /^preloaded/);
  const certificates = { NODE_OPTIONS: '--use-openssl-ca' };
  assert.deepEqual(JSON.parse((await run(launcher, ['credential-process'], { env: certificates })).stdout)[2], '--use-openssl-ca');
});

test('a launcher whose editor has moved, or whose extension is gone, says in one line what to do', async (t) => {
  const here = await folder(t);
  const launcher = join(here, 'keystow');
  const installed = async (version: string) => {
    const dist = join(here, `keystow-dev.keystow-${version}/dist`);
    await mkdir(dist, { recursive: true });
    await writeFile(join(dist, 'cli.js'), `${shows}; console.log(${JSON.stringify(version)})`);
    return join(dist, 'cli.js');
  };
  const fails = (words: RegExp) => assert.rejects(run(launcher, ['credential-process']), { code: 1, stdout: '', stderr: words });
  const cli = await installed('0.9.0');

  await writeLauncher(launcher, { node: join(here, 'gone'), cli, electron: false }, 'linux');
  await fails(/^keystow: the editor .* Start it once, then try again\.\n$/);

  await writeLauncher(launcher, { node: process.execPath, cli, electron: false }, 'linux');
  await installed('0.10.0');
  assert.match((await run(launcher, [])).stdout, /0\.9\.0\n$/);
  await rm(join(here, 'keystow-dev.keystow-0.9.0'), { recursive: true });
  assert.match((await run(launcher, [])).stdout, /0\.10\.0\n$/, 'an update is found before the editor has started again');

  await rm(join(here, 'keystow-dev.keystow-0.10.0'), { recursive: true });
  await mkdir(join(here, 'keystow-dev.keystow-other-0.1.0'));
  await fails(/^keystow: Keystow was uninstalled, .*Install it again and start the editor once.*\n$/);
  const behindHook = /^keystow: Keystow was uninstalled, and a hook of this repository .*take what says keystow out of the hook.*\n$/;
  await assert.rejects(run(launcher, ['scan', '--staged']), { code: 2, stdout: '', stderr: behindHook });
});

test('on Windows the launcher is a batch file that doubles the percent signs of its paths', async (t) => {
  const launcher = join(await folder(t), 'keystow.cmd');
  const cli = 'C:\\x\\keystow-dev.keystow-1.2.3\\dist\\cli.js';
  await writeLauncher(launcher, { node: 'C:\\100% Code\\Code.exe', cli, electron: true }, 'win32');
  const script = await readFile(launcher, 'utf8');
  assert.match(script, /^set "KEYSTOW_NODE=C:\\100%% Code\\Code\.exe"\r$/m);
  assert.match(script, /^for \/d %%V in \("C:\\x\\keystow-dev\.keystow-\*"\) do /m);
  assert.match(script, /^set ELECTRON_RUN_AS_NODE=1\r$/m);
});

test('a command gets its environment and nothing else, and its exit code comes back', async () => {
  assert.equal(
    await runCommand(process.execPath, ['-e', 'process.exit(process.env.A === "a b" && process.env.PATH === undefined ? 7 : 1)'], {
      A: 'a b',
    }),
    7,
  );
  assert.equal(await runCommand(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'], {}), 137);
});

test('a command that is not there, or is no program, is told as a shell tells it', async (t) => {
  const here = await folder(t);
  await writeFile(join(here, 'text'), 'text', { mode: 0o600 });
  await assert.rejects(
    runCommand('keystow-no-such-command', [], process.env),
    (error) => error instanceof CommandNotStarted && error.exitCode === 127,
  );
  await assert.rejects(
    runCommand(join(here, 'text'), [], process.env),
    (error) => error instanceof CommandNotStarted && error.exitCode === 126,
  );
});

test('signals reach the command, and its end is ours', async () => {
  const exec = JSON.stringify(new URL('../../src/credentials/exec.ts', import.meta.url).href);
  const child = 'process.on("SIGTERM", () => { console.log("asked"); process.exit(3); }); setInterval(() => {}, 1000); console.log("up")';
  const parent = `import { runCommand } from ${exec}; process.exitCode = await runCommand(process.execPath, ['-e', ${JSON.stringify(child)}], process.env);`;
  const running = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  running.stdout.on('data', (data) => {
    said += data;
    if (said === 'up\n') running.kill('SIGTERM');
  });
  const [code] = await once(running, 'close');
  assert.equal(code, 3);
  assert.equal(said, 'up\nasked\n');
});
