// `npm run bench -- --noise [DIR]`: what a scan finds in packages that everybody has, by name and version, which hold no secret: each finding is printed. The
// packages come from npm and PyPI once, into DIR (out/noise if none is named). Those `learned` have been looked at before, and what they publish (test keys, the
// keys of examples) is known by its hash; those `held back` were chosen before anybody looked, and no rule and no hash was made from them.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { scan } from '../../src/scan/files.ts';

interface Group {
  readonly npm: readonly string[];
  readonly PyPI: readonly string[];
  /** Archives of sources, which hold the tests too. */
  readonly 'PyPI sources'?: readonly string[];
}

const groups: Readonly<Record<string, Group>> = JSON.parse(readFileSync(new URL('noise-packages.json', import.meta.url), 'utf8'));

/** Findings that are right, by the package: why they are there. */
const explained: Readonly<Record<string, string>> = {
  'firebase-tools': 'the real secret of its OAuth client, which every copy has',
  gcsfs: 'the real secret of its OAuth client, which every copy has',
  gsutil: 'the real API key of its anonymous requests, which every copy has',
  'yt-dlp': 'the real keys of the services that it downloads from',
};

const nameOf = (wanted: string): string => wanted.replace(/(?<=.)(?:@|==).*/, '');

/** The program that fetches sources from PyPI and runs nothing of them, as pip would. Returns its path. */
function sourceFetcher(folder: string): string {
  const home = join(folder, 'unearth');
  if (!existsSync(home)) {
    execFileSync('python3', ['-m', 'venv', home]);
    execFileSync(join(home, 'bin', 'pip'), ['install', '-q', 'unearth==0.19.0'], { stdio: 'inherit' });
  }
  return join(home, 'bin', 'unearth');
}

/** Fetches and unpacks `name@version` or `name==version` into a folder that is there whole or not at all. Returns the folder. */
function unpacked(registry: string, wanted: string, folder: string): string {
  const target = join(folder, registry, wanted.replace(/[/@=]+/g, '-').replace(/^-/, ''));
  if (existsSync(target)) return target;
  const part = `${target}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  if (registry === 'npm') {
    execFileSync('npm', ['pack', '--silent', wanted], { cwd: part, stdio: ['ignore', 'ignore', 'inherit'] });
    execFileSync('tar', ['xzf', ...globSync('*.tgz', { cwd: part })], { cwd: part });
  } else if (registry === 'PyPI sources') {
    execFileSync(sourceFetcher(folder), ['--no-binary', '--download', '.', wanted], { cwd: part, stdio: ['ignore', 'ignore', 'inherit'] });
    for (const archive of globSync('*.{tar.gz,zip}', { cwd: part })) {
      execFileSync('python3', ['-c', 'import shutil, sys; shutil.unpack_archive(sys.argv[1])', archive], { cwd: part });
    }
  } else {
    execFileSync('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary', ':all:', wanted], {
      cwd: part,
      stdio: 'inherit',
    });
    execFileSync('python3', ['-m', 'zipfile', '-e', ...globSync('*.whl', { cwd: part }), '.'], { cwd: part });
  }
  for (const archive of globSync('*.{tgz,whl,tar.gz,zip}', { cwd: part })) rmSync(join(part, archive));
  renameSync(part, target);
  return target;
}

/** Prints each finding, and for each group how many there are in how much. Returns how many there are in all that are not explained. */
export async function judgeNoise(folder = 'out/noise'): Promise<number> {
  let all = 0;
  for (const [name, group] of Object.entries(groups)) {
    let bytes = 0;
    let found = 0;
    let right = 0;
    const packages = Object.entries(group).flatMap(([registry, wanted]) => wanted.map((one: string) => [registry, one] as const));
    for (const [registry, wanted] of packages) {
      const cwd = unpacked(registry, wanted, resolve(folder));
      const scanned = await scan([cwd], { cwd, noIgnore: true });
      bytes += scanned.bytes;
      found += scanned.findings.length;
      const why = explained[nameOf(wanted)];
      if (why !== undefined) right += scanned.findings.length;
      for (const { file, line, rule, redacted } of scanned.findings) {
        console.log(`${wanted}  ${file}:${line}  ${rule}  ${redacted}${why === undefined ? '' : `  (right: ${why})`}`);
      }
    }
    console.log(`${name}: ${found} findings, ${right} of them right, in ${packages.length} packages, ${Math.round(bytes / 1e6)} MB\n`);
    all += found - right;
  }
  return all;
}
