// Installs what `npm start` and `npm test` need and is not there yet: on Linux the system's keychain and a compiler, the packages of the lockfile, the editor of the tests.
// Plain JavaScript without a package, since it runs before there are any, on any Node from 20.
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runProgram, step } from './steps.mjs';
import { systemParts } from './system.mjs';

/**
 * @returns {Promise<string>} the Node that everything else runs on: the lockfile's, or this one where the lockfile has none for the system
 * @throws {Error} whose message says what is missing, and the command that installs it
 */
export async function prepare() {
  if (Number(process.versions.node.split('.')[0]) < 20) throw new Error(`Keystow needs Node 20 or newer; this is ${process.version}.`);
  if (process.platform === 'linux') await systemParts();
  await packages();
  const [system, program] = process.platform === 'win32' ? ['win', 'node.exe'] : [process.platform, 'bin/node'];
  const own = resolve(`node_modules/node-${system}-${process.arch}/${program}`);
  const node = existsSync(own) ? own : process.execPath;
  if (process.platform === 'linux') await editor(node);
  return node;
}

/** `npm ci` when the lockfile is another than the one installed. */
async function packages() {
  const stamp = 'node_modules/.cache/keystow-lock';
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isInstalled()) return;
  await alone('out/installing', async () => {
    if (!isInstalled()) await install();
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  });
}

async function install() {
  await step('installing the packages of the lockfile (about half a minute, 2 GB in all, with the editor of the tests)', () =>
    runProgram(process.execPath, [npmProgram(), 'ci', '--no-audit', '--no-fund', '--loglevel=error']),
  );
}

/** Does work while no other process does any under this lock: `npm ci` begins by taking all packages away. A lock whose process is gone is none. */
export async function alone(lock, work) {
  mkdirSync(dirname(lock), { recursive: true });
  while (!taken(lock)) await new Promise((resolve) => setTimeout(resolve, 200));
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock) {
  try {
    // with its content at once: a lock without one would be taken for abandoned
    const own = `${lock}.${process.pid}`;
    writeFileSync(own, String(process.pid));
    try {
      linkSync(own, lock);
    } finally {
      rmSync(own, { force: true });
    }
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isGone(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isGone(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** code-server's own install step, which package.json switches off (allowScripts) because it refuses the machine's Node. */
async function editor(node) {
  const make = () => alone('out/making-editor', () => runProgram(node, ['test/editor/host.mjs']));
  if (existsSync('node_modules/code-server/lib/vscode/.keystow-ready')) await make();
  else await step('making the editor ready (about half a minute, once)', make);
}

function npmProgram() {
  const program = process.env.npm_execpath;
  if (program === undefined) throw new Error('Start me by npm: npm start, or npm test.');
  return program;
}
