import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { withLock } from '../../src/files/lock.ts';
import { UserError } from '../../src/message.ts';

describe('a lock', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystow-lock-'));
    file = join(folder, 'thing');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('gives what the work gives, makes its folder, and leaves nothing behind', async () => {
    const inner = join(folder, 'run', 'thing');
    const seen = await withLock(inner, async () => readdir(join(folder, 'run')));
    assert.deepEqual(seen, ['thing.lock']);
    assert.equal((await stat(join(folder, 'run'))).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(join(folder, 'run')), []);
  });

  test('is given back when the work fails', async () => {
    await assert.rejects(
      withLock(file, async () => {
        throw new Error('of the work');
      }),
      /of the work/,
    );
    assert.equal(await withLock(file, async () => 'free'), 'free');
  });

  test('lets one at a time in', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(file, work)));
    assert.equal(most, 1);
  });

  test('names its holder when the wait is over', async () => {
    let release = () => {};
    const holding = withLock(file, () => new Promise<void>((resolve) => (release = resolve)));
    await assert.rejects(
      withLock(file, async () => assert.fail('two inside'), { waitMs: 60 }),
      (error: unknown) => error instanceof UserError && error.message.includes(`${process.pid}`) && error.message.includes(`${file}.lock`),
    );
    release();
    await holding;
  });

  test('of a process that was killed is free at once', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', holdForever], { env: { ...process.env, FILE: file } });
    await once(child.stdout, 'data');
    await assert.rejects(
      withLock(file, async () => {}, { waitMs: 60 }),
      UserError,
    );
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    assert.equal(await withLock(file, async () => 'free', { waitMs: 100 }), 'free');
  });

  test('whose process number went to another process is free', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
    await writeFile(`${file}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), began: '1', id: 'x' }));
    assert.equal(await withLock(file, async () => 'free', { waitMs: 100 }), 'free');
  });

  test('of another machine counts until it was silent for a minute', async () => {
    await writeFile(`${file}.lock`, JSON.stringify({ pid: 1, host: 'elsewhere', began: '1', id: 'x' }));
    await assert.rejects(
      withLock(file, async () => {}, { waitMs: 30 }),
      /elsewhere/,
    );
    await age(`${file}.lock`, 61);
    assert.equal(await withLock(file, async () => 'free', { waitMs: 100 }), 'free');
  });

  test('that a crash left half written is free after some seconds', async () => {
    await writeFile(`${file}.lock`, '');
    await assert.rejects(
      withLock(file, async () => {}, { waitMs: 30 }),
      /busy/,
    );
    await age(`${file}.lock`, 6);
    assert.equal(await withLock(file, async () => 'free', { waitMs: 100 }), 'free');
  });

  test('that is dead is taken over by one of several processes at a time', async () => {
    const rounds = 60;
    const dead = (id: number) => JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), began: '1', id: `${id}` });
    for (let i = 0; i < rounds; i++) await writeFile(`${file}-${i}.lock`, dead(i));
    const env = { ...process.env, FILE: file, ROUNDS: String(rounds), AT: String(Date.now() + 400) };
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', inAndOut], { env, stdio: 'inherit' }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    assert.deepEqual(codes, [0, 0, 0]);
    for (let i = 0; i < rounds; i++) assert.equal(await readFile(`${file}-${i}`, 'utf8'), 'in\nout\n'.repeat(3), `round ${i}`);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => !/^thing-\d+$/.test(name)),
      [],
    );
  });
});

async function age(path: string, seconds: number): Promise<void> {
  const then = new Date(Date.now() - seconds * 1000);
  await utimes(path, then, then);
}

const lockModule = new URL('../../src/files/lock.ts', import.meta.url).href;

const holdForever = `
  import { withLock } from '${lockModule}';
  await withLock(process.env.FILE, () => new Promise(() => { setInterval(() => {}, 1000); console.log('held'); }));
`;

/** All processes come to the same lock in the same millisecond, once a round. */
const inAndOut = `
  import { appendFileSync } from 'node:fs';
  import { withLock } from '${lockModule}';
  for (let i = 0; i < Number(process.env.ROUNDS); i++) {
    const file = process.env.FILE + '-' + i;
    while (Date.now() < Number(process.env.AT) + 40 * i);
    await withLock(file, async () => {
      appendFileSync(file, 'in\\n');
      await new Promise((resolve) => setTimeout(resolve, 3));
      appendFileSync(file, 'out\\n');
    });
  }
`;
