import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Result } from '../results.ts';

/**
 * Runs the editor's test files in two lanes at once, each with its own server, browser and keychain: most of a test's time is waiting. Gives each result as
 * it ends. Outside Linux there is one keychain, the person's, so there is one lane.
 */
export async function* inLanes(files: readonly string[]): AsyncGenerator<Result> {
  const count = process.platform === 'linux' ? Math.min(2, availableParallelism(), files.length) : 1;
  const told: Result[] = [];
  let wake = () => {};
  let running = count;
  for (const lane of divided(files, count)) {
    const script = [process.execPath, 'test/editor/lane.ts', ...lane];
    const [command, ...args] = process.platform === 'linux' ? ['sh', 'test/keyring.sh', ...script] : script;
    const child = spawn(command!, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, LIFELINE: '4' },
    });
    child.on('message', (result) => {
      told.push(result as Result);
      wake();
    });
    child.on('close', (code) => {
      if (code !== 0) told.push({ name: `editor: ${lane.join(' ')}`, ms: 0, error: `its process ended with ${code}` });
      running -= 1;
      wake();
    });
  }
  while (running > 0 || told.length > 0) {
    const next = told.shift();
    if (next !== undefined) yield next;
    else {
      await new Promise<void>((done) => {
        wake = done;
      });
    }
  }
}

/** The files in lanes that take about as long: each test opens a window, which takes the time of some 13 KB of what tests do in theirs. */
function divided(files: readonly string[], count: number): string[][] {
  const lanes = Array.from({ length: count }, () => ({ work: 0, files: [] as string[] }));
  const workOf = (text: string) => text.length + 13_000 * (text.match(/^test\(/gm) ?? []).length;
  const weighed = files.map((file) => ({ file, work: workOf(readFileSync(file, 'utf8')) })).sort((a, b) => b.work - a.work);
  for (const { file, work } of weighed) {
    const shortest = lanes.reduce((a, b) => (b.work < a.work ? b : a));
    shortest.files.push(file);
    shortest.work += work;
  }
  return lanes.map((lane) => lane.files);
}
