// usage: package.mjs [--built]
// Builds dist/, unless it is built, and packs the VSIX, out/keystow.vsix, as a person would install it. Where both were made of the same files, there is nothing to do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const node = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  process.exit(1);
};

/** Tells the files that a build and a VSIX are made of from any others; the packages are those of the lock file. */
function fingerprint() {
  const others = new Set(['node_modules', 'dist', 'out', 'test', '.git', 'THIRD_PARTY_NOTICES']);
  const below = (name) => (statSync(name).isDirectory() ? readdirSync(name, { recursive: true }).map((file) => join(name, file)) : [name]);
  const files = readdirSync('.')
    .filter((name) => !others.has(name))
    .flatMap(below)
    .sort();
  const hash = createHash('sha256');
  for (const file of files) if (statSync(file).isFile()) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

const made = fingerprint();
// build.mjs takes it away: from then on dist/ may be of other files
const stamp = 'out/packed-from';
if (process.argv[2] === '--built') rmSync(stamp, { force: true });
else {
  const isThere = [stamp, 'out/keystow.vsix', 'dist/extension.js'].every((file) => existsSync(file));
  if (isThere && readFileSync(stamp, 'utf8') === made) process.exit(0);
  node('build.mjs');
}
mkdirSync('out', { recursive: true });
node(
  'node_modules/@vscode/vsce/vsce',
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '-o',
  'out/keystow.vsix',
);
if (process.argv[2] !== '--built') writeFileSync(stamp, made);
