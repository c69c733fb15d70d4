// usage: package.mjs [--built]
// Builds dist/, unless it is built, and packs the VSIX, out/keystow.vsix, as a person would install it.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const node = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  process.exit(1);
};

if (process.argv[2] !== '--built') node('build.mjs');
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
