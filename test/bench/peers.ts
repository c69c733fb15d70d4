// `npm run bench -- --peers [DIR…]`: a scan of the same folders by Keystow and by every other scanner that is on the machine, in turns, in CPU seconds and wall.
// None of them is installed for it: put `rg`, `kingfisher`, `gitleaks`, `betterleaks`, `detect-secrets` or `secretlint` on the PATH.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { allRules } from '../../src/detect/detect.ts';
import { childSeconds, median } from './benchmark.ts';

const turns = 3;

interface Peer {
  readonly name: string;
  readonly command: (folder: string) => readonly string[];
}

/** What any scanner in Node takes at least: all files below a folder are read. */
const readAll = `
  const { closeSync, openSync, readdirSync, readSync } = require('node:fs');
  const room = Buffer.alloc(256 * 1024);
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = folder + '/' + entry.name;
      if (entry.isDirectory()) walk(path);
      if (!entry.isFile()) continue;
      const file = openSync(path, 'r');
      while (readSync(file, room) === room.length);
      closeSync(file);
    }
  };
  walk(process.argv[1]);
`;

const kingfisher = ['--no-validate', '--no-update-check', '--jobs', '1', '--git-history', 'none'];
// what Keystow leaves out
const sameFiles = ['--max-file-size', '10', '--no-binary', '--no-extract-archives'];

/** `literals`: a file with those of all rules, a line each. */
const peers = (literals: string): readonly Peer[] => [
  { name: 'keystow scan', command: (folder) => [process.execPath, resolve('dist/cli.js'), 'scan', '--no-ignore', folder] },
  { name: 'a program of Node that only reads', command: (folder) => [process.execPath, '-e', readAll, folder] },
  {
    name: 'ripgrep, our literals, one thread',
    command: (folder) => ['rg', '-j1', '-u', '-u', '-i', '-c', '-F', '-f', literals, '--max-filesize', '10M', folder],
  },
  { name: 'kingfisher', command: (folder) => ['kingfisher', 'scan', folder, ...kingfisher] },
  { name: 'kingfisher, the same files', command: (folder) => ['kingfisher', 'scan', folder, ...kingfisher, ...sameFiles] },
  { name: 'gitleaks', command: (folder) => ['gitleaks', 'dir', folder, '--no-banner', '--max-target-megabytes', '10'] },
  { name: 'betterleaks', command: (folder) => ['betterleaks', 'dir', folder, '--no-banner', '--max-target-megabytes', '10'] },
  { name: 'detect-secrets', command: (folder) => ['detect-secrets', '-c', '1', 'scan', '--all-files', '--no-verify', folder] },
  { name: 'secretlint', command: (folder) => ['secretlint', `${folder}/**/*`] },
];

interface Used {
  readonly cpu: number;
  readonly wall: number;
}

/** Seconds of a command and of all that it starts; how it ends does not matter, since some end with an error where they find something. */
function run(command: readonly string[]): Used {
  const began = performance.now();
  const said = execFileSync('sh', ['-c', '"$@" > /dev/null 2>&1; times', 'sh', ...command], { encoding: 'utf8' });
  const wall = (performance.now() - began) / 1000;
  return { cpu: childSeconds(said), wall };
}

/** Prints a line for each scanner. The first run of each only warms the files. */
export function comparePeers(folders: readonly string[]): void {
  const temporary = mkdtempSync(join(tmpdir(), 'keystow-peers-'));
  try {
    const literals = join(temporary, 'literals');
    writeFileSync(literals, [...new Set(allRules().flatMap((rule) => rule.literals.map(({ text }) => text)))].join('\n'));
    const here = peers(literals).filter(({ command }) => spawnSync(command('.')[0]!, ['--version']).error === undefined);
    for (const folder of folders) {
      const bytes = Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t')[0]);
      const used = new Map(here.map(({ name }) => [name, [] as Used[]]));
      for (let turn = 0; turn <= turns; turn++)
        for (const { name, command } of here) {
          const one = run(command(folder));
          if (turn > 0) used.get(name)!.push(one);
        }
      console.log(`\n${folder}, ${(bytes / 1e6).toFixed(0)} MB`);
      for (const [name, all] of used) {
        const [cpu, wall] = [median(all.map((one) => one.cpu)), median(all.map((one) => one.wall))];
        console.log(
          `${name.padEnd(36)} ${cpu.toFixed(2).padStart(8)} s CPU ${wall.toFixed(2).padStart(8)} s wall ${(bytes / 1e6 / cpu).toFixed(0).padStart(6)} MB a CPU second`,
        );
      }
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
