// Installs what `npm start` and `npm test` need and is not there yet: the packages of the lockfile, the editor of the tests, and on Debian the system's keychain.
// Plain JavaScript without a package, since it runs before there are any, on any Node from 20.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const began = Date.now();
const say = (text) => process.stderr.write(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);

if (Number(process.versions.node.split('.')[0]) < 20) stop(`Keystow needs Node 20 or newer; this is ${process.version}.`);

systemParts();
packages();

function stop(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

/** The keychain, its bus and the compiler on Linux: installed as root, else named with the one command that mends it. */
function systemParts() {
  if (process.platform !== 'linux') return;
  const onPath = (tool) =>
    (process.env.PATH ?? '')
      .split(':')
      .concat('/usr/bin', '/usr/sbin')
      .some((folder) => existsSync(`${folder}/${tool}`));
  const library = (name) =>
    ['/usr/lib', '/lib', '/usr/lib64', '/usr/local/lib'].some((root) =>
      [root, ...['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((triple) => `${root}/${triple}`)].some(
        (folder) => existsSync(folder) && readdirSync(folder).some((file) => file.startsWith(name)),
      ),
    );
  const wanted = {
    dbus: onPath('dbus-run-session') && onPath('dbus-send'),
    'gnome-keyring': onPath('gnome-keyring-daemon'),
    'libsecret-1-0': library('libsecret-1.so.0'),
    'libsecret-tools': onPath('secret-tool'),
    libnss3: library('libnss3.so'),
    libnspr4: library('libnspr4.so'),
    libexpat1: library('libexpat.so.1'),
    python3: onPath('python3'),
    make: onPath('make'),
    'g++': onPath('g++'),
    git: onPath('git'),
    ...(process.arch === 'arm64' ? { chromium: onPath('chromium'), awscli: onPath('aws') } : {}),
  };
  const missing = Object.keys(wanted).filter((name) => !wanted[name]);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!onPath('apt-get')) stop(`Keystow's tests and demo need these system parts, named here as Debian names them: ${missing.join(', ')}.`);
  if (process.getuid() !== 0) stop(`These system parts are missing. Install them and try again:\n  sudo apt-get update && sudo ${command}`);
  say(`installing ${missing.join(', ')} (${command})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, encoding: 'utf8' });
  apt('update', '-qq');
  const { status, stdout, stderr } = apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
  if (status !== 0) stop(`${stdout}${stderr}\nThe system parts could not be installed. Try: apt-get update && ${command}`);
}

/** `npm ci` when the lockfile is another than the one installed, then the editor's own second step. */
function packages() {
  const npm = (...args) => execFileSync(process.execPath, [npmProgram(), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const stamp = 'node_modules/.cache/keystow-lock';
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    say('installing the packages of the lockfile (about half a minute, 2 GB in all, with the editor of the tests)');
    npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  }
  if (process.platform === 'linux') {
    if (!existsSync('node_modules/code-server/lib/vscode/.keystow-ready')) say('making the editor ready (about half a minute, once)');
    npm('run', '--silent', 'host');
  }
}

function npmProgram() {
  const program = process.env.npm_execpath;
  if (program === undefined) stop('Start me by npm: npm start, or npm test.');
  return program;
}
