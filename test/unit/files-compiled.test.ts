import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

/** Two files, of which one requires the other, a folder to keep what is compiled of them, and a process that runs them. */
function program(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-compiled-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const all = join(folder, 'cache/compiled');
  const kept = join(all, 'engine/use');
  writeFileSync(join(folder, 'late.mjs'), 'export const late = "late";');
  const write = (word: string) => {
    writeFileSync(
      join(folder, 'main.js'),
      'const { word } = require("./part.js"); importBeside("./late.mjs").then(({ late }) => console.log(word(), late));',
    );
    writeFileSync(join(folder, 'part.js'), `exports.word = () => ${JSON.stringify(word)} + require("node:path").sep;`);
  };
  const run = (print: string): string => {
    const script = `import { requireCompiled } from ${JSON.stringify(resolve('src/files/compiled.ts'))};
      requireCompiled(${JSON.stringify(join(folder, 'main.js'))}, { 'main.js': 'same', 'part.js': ${JSON.stringify(print)} }, ${JSON.stringify({ all, engine: 'engine', use: 'use' })});`;
    return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }).trim();
  };
  /** What is kept, and when it was written. */
  const files = () => Object.fromEntries(readdirSync(kept).map((name) => [name, statSync(join(kept, name)).mtimeMs]));
  return { all, kept, write, run, files };
}

test('what a process compiled is kept for the next one, for this user alone', (t) => {
  const { kept, write, run, files } = program(t);
  write('one');
  assert.equal(run('1'), 'one/ late');
  const first = files();
  assert.deepEqual(Object.keys(first).sort(), ['main.js-same', 'part.js-1']);
  assert.equal(statSync(kept).mode & 0o777, 0o700);
  assert.equal(statSync(join(kept, 'part.js-1')).mode & 0o777, 0o600);
  assert.ok(readFileSync(join(kept, 'part.js-1')).includes('word'));
  assert.equal(run('1'), 'one/ late');
  assert.deepEqual(files(), first);
});

test('another version is compiled anew, and what none wrote for a month goes', (t) => {
  const { kept, write, run, files } = program(t);
  write('one');
  run('1');
  write('two');
  assert.equal(run('2'), 'two/ late');
  const lastMonth = new Date(Date.now() - 31 * 24 * 3_600_000);
  utimesSync(join(kept, 'part.js-1'), lastMonth, lastMonth);
  write('three');
  assert.equal(run('3'), 'three/ late');
  assert.deepEqual(Object.keys(files()).sort(), ['main.js-same', 'part.js-2', 'part.js-3']);
});

test('what an engine compiled that nobody uses any more goes with the next that is kept; a link is not followed, and nothing goes through one', (t) => {
  const { all, kept, write, run } = program(t);
  const lastMonth = new Date(Date.now() - 31 * 24 * 3_600_000);
  const engine = (name: string, written: Date) => {
    mkdirSync(join(all, name, 'scan'), { recursive: true });
    writeFileSync(join(all, name, 'scan/main.js-same'), 'compiled');
    for (const path of ['scan', '.']) utimesSync(join(all, name, path), written, written);
  };
  engine('old', lastMonth);
  engine('of-today', new Date());
  // a use that another engine began long ago, and wrote to today
  engine('at-work', lastMonth);
  utimesSync(join(all, 'at-work/scan'), new Date(), new Date());
  const elsewhere = join(all, '../../elsewhere');
  mkdirSync(join(elsewhere, 'scan'), { recursive: true });
  writeFileSync(join(elsewhere, 'scan/mine'), 'mine');
  for (const path of ['scan', '.']) utimesSync(join(elsewhere, path), lastMonth, lastMonth);
  symlinkSync(elsewhere, join(all, 'link'));
  lutimesSync(join(all, 'link'), lastMonth, lastMonth);
  write('one');
  run('1');
  assert.deepEqual(readdirSync(all).sort(), ['at-work', 'engine', 'of-today']);
  assert.equal(readFileSync(join(elsewhere, 'scan/mine'), 'utf8'), 'mine');

  renameSync(all, join(all, '../real'));
  symlinkSync(join(all, '../real'), all);
  engine('old', lastMonth);
  run('2');
  assert.ok(existsSync(join(kept, 'part.js-2')));
  assert.ok(existsSync(join(all, 'old')));
});

test('what is kept and cannot be used is replaced, and so is what is older than a day', (t) => {
  const { kept, write, run, files } = program(t);
  write('one');
  run('1');
  const whole = readFileSync(join(kept, 'part.js-1'));
  const zeroed = (from: number) => Buffer.concat([whole.subarray(0, from), Buffer.alloc(16), whole.subarray(from + 16)]);
  const inside = Array.from({ length: 20 }, (_, part) => zeroed(Math.floor((whole.length * part) / 20)));
  for (const damaged of [Buffer.alloc(0), whole.subarray(0, whole.length - 100), Buffer.alloc(whole.length, 'x'), ...inside]) {
    writeFileSync(join(kept, 'part.js-1'), damaged);
    assert.equal(run('1'), 'one/ late');
    assert.equal(readFileSync(join(kept, 'part.js-1')).length, whole.length);
  }
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(kept, 'main.js-same'), yesterday, yesterday);
  run('1');
  assert.ok(files()['main.js-same']! > yesterday.getTime());
});

test('nothing is taken from or written to a folder that others can write to, and a folder that cannot be made keeps nothing from running', (t) => {
  const { kept, write, run } = program(t);
  write('one');
  mkdirSync(kept, { recursive: true });
  chmodSync(kept, 0o777);
  assert.equal(run('1'), 'one/ late');
  assert.deepEqual(readdirSync(kept), []);
  rmSync(kept, { recursive: true });
  writeFileSync(kept, 'a file');
  assert.equal(run('1'), 'one/ late');
  rmSync(kept);
  symlinkSync(kept, kept);
  assert.equal(run('1'), 'one/ late');
  rmSync(kept);
  mkdirSync(join(kept, 'part.js-1'), { recursive: true });
  assert.equal(run('1'), 'one/ late');
});
