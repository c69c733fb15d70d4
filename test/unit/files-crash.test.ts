import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const size = 200_000;

const writeForever = `
  import { replaceFile } from '${new URL('../../src/files/write.ts', import.meta.url).href}';
  console.log('begins');
  for (let i = 0; ; i++) await replaceFile(process.env.FILE, String(i % 10).repeat(${size}));
`;

test('a process killed while it writes leaves a whole file, old or new, and nothing that others could read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keystow-crash-'));
  const file = join(folder, 'credentials');
  await writeFile(file, '0'.repeat(size), { mode: 0o644 });
  let left = 0;
  for (let i = 0; i < 12; i++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', writeForever], {
      env: { ...process.env, FILE: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), exit]);
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 20));
    child.kill('SIGKILL');
    assert.deepEqual(await exit, [null, 'SIGKILL']);

    const content = await readFile(file, 'utf8');
    assert.equal(content, content.slice(0, 1).repeat(size));
    assert.equal((await stat(file)).mode & 0o777, 0o644);
    for (const name of await readdir(folder)) {
      if (name === 'credentials') continue;
      left++;
      assert.match(name, /^\.keystow-[0-9a-f]{16}\.tmp$/);
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o700, 'closed for others');
      await rm(join(folder, name), { recursive: true });
    }
  }
  assert(left > 0, 'not one of the processes was stopped in the middle of a write: this test proves nothing');
  await rm(folder, { recursive: true });
});
