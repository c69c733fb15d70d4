// `npm test`: types, lint and layers, then the units, the integration tests and the editor tests, each with its seconds; ends with `N passed, N failed`.
// `npm test -- unit` runs one part, and `clients` (what needs more than npm) only when it is asked for; `npm test -- editor stow` one part's files whose name holds the word.
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { preparePython } from './clients/prepare.mjs';
import { inLanes } from './editor/lanes.ts';
import { whenAbandoned } from './lifeline.ts';
import { type Result, resultsOf } from './results.ts';

type TestPart = 'unit' | 'integration' | 'editor' | 'clients';
type Part = 'types' | 'lint' | TestPart;
const parts: readonly Part[] = ['types', 'lint', 'unit', 'integration', 'editor', 'clients'];

whenAbandoned(() => process.exit(130));

const [asked, word = ''] = process.argv.slice(2);
const results: Result[] = [];
for (const part of parts) {
  if (asked === undefined ? part === 'clients' : asked !== part) continue;
  const began = performance.now();
  const before = results.length;
  if (part === 'types' || part === 'lint') results.push(...(part === 'types' ? types() : lint()));
  else {
    if (part !== 'unit' && !results.some(({ name }) => name === 'build')) results.push(build());
    if (part === 'clients') preparePython();
    if (results.some(({ name, error }) => name === 'build' && error !== undefined)) {
      report(part, began, results.slice(before));
      break;
    }
    for await (const result of tests(part)) results.push(result);
  }
  report(part, began, results.slice(before));
}

console.log('\nslowest');
for (const { name, ms } of results.toSorted((a, b) => b.ms - a.ms).slice(0, 10))
  console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${name}`);
const failed = results.filter(({ error }) => error !== undefined).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 && results.length > 0 ? 0 : 1);

function report(part: Part, began: number, of: readonly Result[]): void {
  const failed = of.filter(({ error }) => error !== undefined);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${part.padEnd(12)} ${seconds.padStart(6)} s  ${of.length - failed.length} passed, ${failed.length} failed`);
  for (const { name, error } of failed) console.log(`\nFAILED ${name}\n${error}\n`);
}

function command(name: string, ...args: string[]): Result {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const ms = performance.now() - began;
  return status === 0 ? { name, ms } : { name, ms, error: `${stdout}${stderr}` };
}

function types(): Result[] {
  const tsc = 'node_modules/typescript/bin/tsc';
  return [command('types of src', tsc, '-p', '.'), command('types of test', tsc, '-p', 'test')];
}

function lint(): Result[] {
  return [command('lint, format and layers', 'node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off')];
}

/** The bundles and the VSIX that the tests after it install. */
function build(): Result {
  const began = performance.now();
  try {
    execFileSync(process.execPath, ['test/package.mjs'], { stdio: 'pipe', encoding: 'utf8' });
    return { name: 'build', ms: performance.now() - began };
  } catch (error) {
    return { name: 'build', ms: performance.now() - began, error: String((error as { stderr?: string }).stderr ?? error) };
  }
}

async function* tests(part: TestPart): AsyncGenerator<Result> {
  const files = globSync(`test/${part}/*.test.ts`)
    .filter((file) => file.includes(word))
    .sort();
  if (files.length === 0) {
    yield { name: `${part}: no test file`, ms: 0, error: `test/${part} holds no test${word && ` whose name holds ${word}`}` };
    return;
  }
  if (part === 'editor') yield* inLanes(files);
  else yield* resultsOf({ files, timeout: part === 'unit' ? 180_000 : 300_000, concurrency: availableParallelism(), forceExit: false });
}
