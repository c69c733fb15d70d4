// The system's parts that npm does not have, on Linux: the keychain, its bus, a compiler. As root they are installed; as a plain user of Debian or Ubuntu they are
// unpacked below out/system and found there through the environment; elsewhere they are named.
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { runProgram, step } from './steps.mjs';

const root = resolve('out/system');
const triple = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const binFolders = ['usr/bin', 'bin'];
const libraryFolders = [`usr/lib/${triple}`, `lib/${triple}`];

/** Sees to it that every part is there, and that this process and its children find it. @throws {Error} with the one command that installs what is missing */
export async function systemParts() {
  useUnpacked();
  const missing = missingParts();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!onPath('apt-get'))
    throw new Error(`Keystow's tests and demo need these system parts, named here as Debian names them: ${missing.join(', ')}.`);
  if (process.getuid() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await step(`installing ${missing.join(', ')} (${command})`, async () => {
      await runProgram('apt-get', ['update', '-qq'], { env }).catch(() => {}); // without a network the lists that are there may do
      await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
    });
    return;
  }
  const remedy = `These system parts are missing. Install them and try again:\n  sudo apt-get update && sudo ${command}`;
  try {
    await step(`unpacking ${missing.join(', ')} below out/system, since only root can install them`, () => unpack(missing));
  } catch (error) {
    throw new Error(`${error.message}\n${remedy}`);
  }
  useUnpacked();
  const still = missingParts();
  if (still.length > 0) throw new Error(`${remedy}\nThey were unpacked below out/system, but without ${still.join(', ')}.`);
}

function onPath(tool) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/bin', '/usr/sbin')
    .some((folder) => existsSync(`${folder}/${tool}`));
}

function hasLibrary(name) {
  return ['/usr/lib', '/lib', '/usr/lib64', '/usr/local/lib', join(root, 'usr/lib'), join(root, 'lib')]
    .flatMap((folder) => [folder, join(folder, triple)])
    .some((folder) => existsSync(folder) && readdirSync(folder).some((file) => file.startsWith(name)));
}

const isThere = (path) => existsSync(`/${path}`) || existsSync(join(root, path));

/** Names of Debian's packages. */
function missingParts() {
  const there = {
    dbus: onPath('dbus-run-session') && onPath('dbus-send'),
    'gnome-keyring': onPath('gnome-keyring-daemon'),
    'libsecret-1-0': hasLibrary('libsecret-1.so.0'),
    'libsecret-tools': onPath('secret-tool'),
    libnss3: hasLibrary('libnss3.so'),
    libnspr4: hasLibrary('libnspr4.so'),
    libexpat1: hasLibrary('libexpat.so.1'),
    'fontconfig-config': isThere('etc/fonts/fonts.conf'), // and with it a font: without one the browser of the tests ends
    python3: onPath('python3'),
    make: onPath('make'),
    'g++': onPath('g++'),
    git: onPath('git'),
    ...(process.arch === 'arm64' ? { chromium: onPath('chromium'), awscli: onPath('aws') } : {}),
  };
  return Object.keys(there).filter((name) => !there[name]);
}

/** Downloads the packages, with those that they need, and unpacks them; nothing of it needs root. */
async function unpack(names) {
  const state = join(root, 'apt');
  const archives = join(state, 'archives');
  for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(state, folder), { recursive: true });
  const own = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${state}`, '-o', 'Debug::NoLocking=true', '-qq'];
  const apt = (...args) => runProgram('apt-get', [...own, ...args], { cwd: archives });
  await apt('update');
  const plan = await apt('--simulate', '--no-install-recommends', 'install', ...names);
  // the C library is that of the system: another one beside its loader would not work
  const wanted = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name).filter((name) => name !== 'libc6');
  await apt('download', ...wanted);
  for (const file of readdirSync(archives)) if (file.endsWith('.deb')) await runProgram('dpkg-deb', ['-x', join(archives, file), root]);
  // what is installed already is no part of the plan, and the unpacked linker looks for it here
  for (const folder of libraryFolders) {
    mkdirSync(join(root, folder), { recursive: true });
    const here = new Set(readdirSync(join(root, folder)));
    for (const file of readdirSync(`/${folder}`))
      if (/\.so(?:\.|$)/.test(file) && !here.has(file)) symlinkSync(`/${folder}/${file}`, join(root, folder, file));
  }
  for (const loader of ['lib64', 'lib/ld-linux-aarch64.so.1'])
    if (existsSync(`/${loader}`) && !existsSync(join(root, loader))) symlinkSync(`/${loader}`, join(root, loader));
}

/** Lets this process and its children find what is unpacked. */
function useUnpacked() {
  if (!existsSync(join(root, 'usr'))) return;
  const before = (name, folders) => {
    const rest = (process.env[name] ?? '').split(delimiter).filter((folder) => folder !== '' && !folders.includes(folder));
    process.env[name] = [...folders, ...rest].join(delimiter);
  };
  const below = (folders) => folders.map((folder) => join(root, folder));
  before('PATH', below(binFolders));
  before('LD_LIBRARY_PATH', below(libraryFolders));
  const set = {
    DBUS_SESSION_CONFIG: 'usr/share/dbus-1/session.conf',
    GIT_EXEC_PATH: 'usr/lib/git-core',
    GIT_TEMPLATE_DIR: 'usr/share/git-core/templates',
  };
  for (const [name, path] of Object.entries(set)) if (existsSync(join(root, path))) process.env[name] = join(root, path);
  if (existsSync(join(root, 'etc/fonts/fonts.conf'))) process.env.FONTCONFIG_SYSROOT = root;
  if (existsSync(join(root, 'usr/bin/g++'))) Object.assign(process.env, { CC: `gcc --sysroot=${root}`, CXX: `g++ --sysroot=${root}` });
}
