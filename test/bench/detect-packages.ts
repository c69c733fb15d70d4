// Real sources, those of this repository's packages: how fast they are looked at in memory and as files, how long one file takes, and what the start costs.
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { compiledKernel } from '../../src/detect/engine/assembly/compile.mjs';
import { preparedCatalogue } from '../../src/detect/prepared-catalogue.ts';
import { CleanFiles } from '../../src/scan/clean-files.ts';
import { Scanning } from '../../src/scan/content.ts';
import { scan } from '../../src/scan/files.ts';
import { type Benchmark, cpuOfCommand, cpuSeconds, median, percentile, type Sample } from './benchmark.ts';
import { sourceText } from './detect-texts.ts';

const folders = ['aws-sdk', 'aws-cdk-lib', '@aws-sdk', 'typescript', 'fast-check', 'axe-core'].map((name) => `node_modules/${name}`);

let loaded: readonly Buffer[] | undefined;

/** What a scan of the folders reads, file by file. */
function files(): readonly Buffer[] {
  loaded ??= globSync(folders.map((folder) => `${folder}/**/*`))
    .filter((file) => statSync(file).isFile() && statSync(file).size <= 10 * 1024 * 1024)
    .map((file) => readFileSync(file));
  return loaded;
}

const megabytes = (): number => files().reduce((total, { length }) => total + length, 0) / 1e6;

/** As a scan looks at each file once it is read. */
function lookAtAll(): void {
  const scanning = new Scanning({});
  for (const content of files()) scanning.look(content, '');
}

const target = Buffer.alloc(10 * 1024 * 1024);

function copyAll(): void {
  for (const content of files()) target.set(content);
}

async function inMemory(): Promise<Sample> {
  lookAtAll();
  return { value: megabytes() / (await cpuSeconds(lookAtAll)), floor: megabytes() / (await cpuSeconds(copyAll)) };
}

async function asFiles(): Promise<Sample> {
  let bytes = 0;
  const seconds = await cpuSeconds(async () => {
    bytes = (await scan(folders, { cwd: process.cwd(), noIgnore: true })).bytes;
  });
  const reading = await cpuSeconds(() => {
    for (const file of globSync(
      folders.map((folder) => `${folder}/**/*`),
      { withFileTypes: true },
    ))
      if (file.isFile()) readFileSync(join(file.parentPath, file.name));
  });
  return { value: bytes / 1e6 / seconds, floor: bytes / 1e6 / reading };
}

/** CPU milliseconds of a second scan of the folders, which looks at nothing that has not changed, and of the first. */
async function secondScan(): Promise<Sample> {
  const scanning = async (clean: CleanFiles) => {
    const seconds = await cpuSeconds(() => scan(folders, { cwd: process.cwd(), noIgnore: true, clean }));
    return { milliseconds: seconds * 1000, packed: clean.packed() };
  };
  const first = await scanning(new CleanFiles());
  return { value: (await scanning(new CleanFiles(first.packed))).milliseconds, floor: first.milliseconds };
}

/** Milliseconds of one file: the best of three, so that it is the file's and not the machine's. */
function perFile(share: number): Sample {
  const scanning = new Scanning({});
  const took = files().map((content) =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const began = performance.now();
        scanning.look(content, '');
        return performance.now() - began;
      }),
    ),
  );
  return { value: percentile(took, share), floor: median(took) };
}

/** CPU milliseconds of the first text in a process that has loaded the built detection and its rules, and of the second. `rules`: those beside the catalogue, as an expression. */
function firstText(rules = 'undefined'): Sample {
  const text = JSON.stringify('const plain = value;\n'.repeat(200)); // without a place for a rule, which would be made too
  const program = `const { detect: { detect, loadRules }, 'rule-set': { withGeneric } } = require(${JSON.stringify(resolve('dist/detection.js'))});
    loadRules();
    gc(); // or the garbage of the loading is collected in the first text, or before it, as a few bytes will have it
    let rules;
    const cpu = () => { const b = process.cpuUsage(); rules ??= ${rules}; detect(${text}, rules && { rules }); const { user, system } = process.cpuUsage(b); return (user + system) / 1000; };
    console.log(JSON.stringify([cpu(), cpu()]));`;
  const [value, floor] = JSON.parse(execFileSync(process.execPath, ['--expose-gc', '-e', program], { encoding: 'utf8' })) as [
    number,
    number,
  ];
  return { value, floor };
}

const clean = sourceText(100).replace(/AKIA.*/, '');

/** CPU milliseconds of a scan, the whole process with what it starts, and of a process that does nothing: in turn, so that what else the machine does meets both. */
function wholeProcess(prepare: (folder: string) => readonly string[]): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-one-'));
  const turns = 4;
  try {
    const command = prepare(folder);
    const where = { env: process.env, cwd: folder };
    let [value, floor] = [0, 0];
    for (let turn = 0; turn < turns; turn++) {
      floor += cpuOfCommand(where, process.execPath, '-e', '0') / turns;
      value += cpuOfCommand(where, ...command) / turns;
    }
    return { value, floor };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cli = (...args: readonly string[]): readonly string[] => [process.execPath, resolve('dist/cli.js'), ...args];

function oneFile(folder: string): readonly string[] {
  writeFileSync(join(folder, 'program.ts'), clean);
  return cli('scan', join(folder, 'program.ts'));
}

function stagedFiles(folder: string): readonly string[] {
  execFileSync('git', ['init', '--quiet', folder]);
  for (let file = 0; file < 10; file++) writeFileSync(join(folder, `${file}.ts`), clean);
  execFileSync('git', ['-C', folder, 'add', '--all']);
  return cli('scan', '--staged');
}

/** Megabytes that a scan of all packages, some 2 GB, takes of the machine's memory at most, and those of a process that does nothing. */
function memory(): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-memory-'));
  try {
    const [told, probe] = [join(folder, 'told'), join(folder, 'probe.cjs')];
    // Linux counts what the parent held before it became this process into `maxRSS`, but not here
    writeFileSync(
      probe,
      `const { readFileSync, writeFileSync } = require('node:fs');
      const peak = () => process.platform === 'linux' ? /VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1] : process.resourceUsage().maxRSS;
      process.on('exit', () => writeFileSync(${JSON.stringify(told)}, String(peak())));`,
    );
    const most = (...args: string[]) => {
      spawnSync(process.execPath, ['--require', probe, ...args], { stdio: 'ignore' });
      return Number(readFileSync(told, 'utf8')) / 1024;
    };
    return { value: most(resolve('dist/cli.js'), 'scan', '--no-ignore', 'node_modules'), floor: most('-e', '0') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const asBytes = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array) => Buffer.from(buffer, byteOffset, byteLength);

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'engine: all stages, sources in memory, a CPU second',
    unit: 'MB/s',
    floorName: 'copied',
    sample: inMemory,
    budget: { least: 800, of: 'value' },
  },
  { name: 'scan: sources of packages, a CPU second', unit: 'MB/s', floorName: 'walked and read only', sample: asFiles },
  {
    name: 'scan: again, in the same window, CPU',
    unit: 'ms',
    floorName: 'the first time',
    sample: secondScan,
    budget: { most: 1, of: 'floor' },
  },
  { name: 'scan: one file, p99', unit: 'ms', floorName: 'median', sample: () => perFile(0.99), budget: { most: 2, of: 'value' }, times: 1 },
  {
    name: 'scan: one file, the worst',
    unit: 'ms',
    floorName: 'median',
    sample: () => perFile(1),
    budget: { most: 50, of: 'value' },
    times: 1,
  },
  {
    name: 'scan: a file of 100 lines, whole process, CPU',
    unit: 'ms',
    floorName: 'node -e 0',
    sample: () => wholeProcess(oneFile),
    budget: { most: 30, of: 'above floor' },
  },
  {
    name: 'scan: ten staged files, whole process and git, CPU',
    unit: 'ms',
    floorName: 'node -e 0',
    sample: () => wholeProcess(stagedFiles),
    budget: { most: 30, of: 'above floor' },
  },
  { name: 'scan: all packages, memory', unit: 'MB', floorName: 'node -e 0', sample: memory, budget: { most: 150, of: 'value' }, times: 1 },
  {
    name: 'engine: kernel and table on first use, CPU',
    unit: 'ms',
    floorName: 'the next text',
    sample: () => firstText(),
    budget: { most: 5, of: 'value' },
  },
  {
    name: 'engine: kernel and table on first use, with a rule beside the catalogue, CPU',
    unit: 'ms',
    floorName: 'without it',
    sample: () => ({ value: firstText('withGeneric()').value, floor: firstText().value }),
    budget: { most: 3, of: 'above floor' },
  },
  {
    name: 'engine: kernel and what it is told of all rules',
    unit: 'KB',
    floorName: 'deflated, as in the VSIX',
    async sample() {
      const { literals, places, ids } = preparedCatalogue().pass;
      const { texts, ...packed } = literals;
      const kernels = await Promise.all((['kernel', 'known'] as const).map(compiledKernel));
      const bytes = Buffer.concat([
        ...kernels.map((file) => readFileSync(file)),
        Buffer.from(texts),
        Buffer.from(ids.join(' ')),
        ...[...Object.values(packed), places].map(asBytes),
      ]);
      return { value: bytes.length / 1000, floor: deflateRawSync(bytes).length / 1000 };
    },
    budget: { most: 60, of: 'value' },
    times: 1,
  },
];
