import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

test('of processes that would install the packages at once one does at a time, also after one that was killed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-prepare-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [lock, log] = [join(folder, 'lock'), join(folder, 'log')];
  const ended = spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' });
  await once(ended, 'exit');
  writeFileSync(lock, String(ended.pid));
  const script = `import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { alone } from ${JSON.stringify(resolve('test/prepare.mjs'))};
    await alone(${JSON.stringify(lock)}, async () => {
      appendFileSync(${JSON.stringify(log)}, 'in ');
      await setTimeout(50);
      appendFileSync(${JSON.stringify(log)}, 'out ');
    });`;
  const processes = [1, 2, 3].map(() => spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' }));
  for (const [code] of await Promise.all(processes.map((one) => once(one, 'exit')))) assert.equal(code, 0);
  assert.equal(readFileSync(log, 'utf8'), 'in out in out in out ');
  assert.ok(!existsSync(lock));
});
