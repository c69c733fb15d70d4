// `npm run bench`: every benchmark beside its floor, the best of its samples, as a table and as out/bench.json. Exits with 1 if a budget is not met.
// `npm run bench -- WORD…` runs those whose name holds one of the words; `-- --corpora DIR [PROVIDER]` judges the rules by labelled lines instead, and
// `-- --peers [DIR…]` scans folders beside what other scanners there are on the machine, `-- --cases [N]` tries random texts, `-- --slowest [SECONDS]` searches for
// those that take long, `-- --noise [DIR]` shows what is found in packages that hold no secret.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type Benchmark, type Budget, measure, type Result } from './benchmark.ts';
import { benchmarks as bundle } from './bundle.ts';
import { tryCases } from './cases.ts';
import { judgeCorpora } from './corpora.ts';
import { benchmarks as credentialProcess } from './credential-process.ts';
import { benchmarks as packages } from './detect-packages.ts';
import { benchmarks as texts } from './detect-texts.ts';
import { benchmarks as editor, stopEditor } from './editor.ts';
import { judgeNoise } from './noise.ts';
import { comparePeers } from './peers.ts';
import { searchSlowest } from './slowest.ts';

const [option, folder, provider] = process.argv.slice(2);
if (option === '--corpora') {
  if (folder === undefined) throw new Error('--corpora needs the folder of the .jsonl files');
  judgeCorpora(folder, provider);
  process.exit(0);
}

if (option === '--noise') {
  process.exit((await judgeNoise(folder)) <= 5 ? 0 : 1);
}

if (option === '--slowest') {
  searchSlowest(Number(folder ?? 60));
  process.exit(0);
}

if (option === '--cases') {
  tryCases(Number(folder ?? 1_000_000));
  process.exit(0);
}

const packed = spawnSync(process.execPath, ['test/package.mjs'], { stdio: 'inherit' });
if (packed.status !== 0) process.exit(1);

if (option === '--peers') {
  comparePeers(process.argv.length > 3 ? process.argv.slice(3) : ['node_modules/aws-sdk', 'node_modules/aws-cdk-lib']);
  process.exit(0);
}

const words = process.argv.slice(2);
const asked = ({ name }: Benchmark) => words.length === 0 || words.some((word) => name.includes(word));

console.log(line('', 'measured', 'floor', 'times', 'budget'));
const results: Result[] = [];
try {
  for (const benchmark of [...bundle, ...credentialProcess, ...editor, ...texts, ...packages].filter(asked)) {
    const result = await measure(benchmark);
    results.push(result);
    console.log(row(result));
  }
} finally {
  await stopEditor();
}

const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, platform: `${process.platform}-${process.arch}` };
writeFileSync('out/bench.json', `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
const missed = results.filter(({ met }) => !met);
console.log(missed.length === 0 ? '\nevery budget is met' : `\nnot met: ${missed.map(({ name }) => name).join('; ')}`);
process.exit(missed.length === 0 ? 0 : 1);

function row({ name, unit, value, floor, floorName, timesFloor, budget, met, of }: Result): string {
  const verdict = budget === undefined ? '' : `${met ? 'met' : 'NOT MET'}, ${inWords(budget, unit)}`;
  return line(
    name,
    `${rounded(value)} ${unit}`,
    `${rounded(floor)} ${unit}  ${floorName}`,
    timesFloor.toFixed(2),
    of === undefined ? verdict : `${verdict}  ${of}`,
  );
}

function inWords({ of, most, least }: Budget, unit: string): string {
  const limit = most === undefined ? `at least ${least}` : `at most ${most}`;
  return of === 'floor' ? `${limit} times` : `${limit} ${unit}${of === 'above floor' ? ' above the floor' : ''}`;
}

function line(name: string, measured: string, floor: string, times: string, budget: string): string {
  return `${name.padEnd(62)} ${measured.padStart(12)}  ${floor.padEnd(52)} ${times.padStart(7)}  ${budget}`.trimEnd();
}

function rounded(number: number): string {
  return number < 10 ? number.toFixed(2) : number.toFixed(number < 100 ? 1 : 0);
}
