// What a person downloads, and what the editor reads and runs before Keystow does anything.
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type Benchmark, median } from './benchmark.ts';

const kilobytes = (file: string) => statSync(file).size / 1000;

/** The keychain's binaries and the grammars, compressed as in a VSIX. */
function binariesAlone(): number {
  const files = globSync('dist/{prebuilds,grammars}/**/*').filter((file) => statSync(file).isFile());
  return files.map((file) => deflateRawSync(readFileSync(file)).length / 1000).reduce((sum, one) => sum + one, 0);
}

/** Median milliseconds of `require` in a fresh process each time, with a stand-in for the editor's API. */
function loadTime(file: string): number {
  const load = () => Number(execFileSync(process.execPath, ['test/bench/load.mjs', resolve(file)], { encoding: 'utf8' }));
  return median(Array.from({ length: 7 }, load));
}

function loadTimes(file: string): { value: number; floor: number } {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-load-'));
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, 'exports.activate = () => {};\n');
  try {
    return { value: loadTime(file), floor: loadTime(empty) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'extension.js and wiring.js, minified',
    unit: 'KB',
    floorName: 'detection, loaded at the first document',
    sample: () => ({ value: kilobytes('dist/extension.js') + kilobytes('dist/wiring.js'), floor: kilobytes('dist/detection.js') }),
    budget: { most: 150, of: 'value' },
    times: 1,
  },
  {
    name: 'VSIX',
    unit: 'KB',
    floorName: 'keychain binaries and grammars alone',
    sample: () => ({ value: kilobytes('out/keystow.vsix'), floor: binariesAlone() }),
    budget: { most: 2000, of: 'value' },
    times: 1,
  },
  {
    name: 'extension.js, load',
    unit: 'ms',
    floorName: 'an empty file',
    sample: () => loadTimes('dist/extension.js'),
    budget: { most: 2, of: 'above floor' },
  },
  {
    name: 'wiring.js, load, when the editor has activated it',
    unit: 'ms',
    floorName: 'an empty file',
    sample: () => loadTimes('dist/wiring.js'),
    budget: { most: 10, of: 'value' },
  },
];
