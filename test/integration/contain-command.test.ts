// The command as a person uses it in the night of the bill: look, contain, look, take back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, freshHome, keystow } from '../stowed-programs.ts';

test('keystow contain: the plan, the act, what spend proposes, and the undo', async (t) => {
  const { simulator, home, env } = await freshHome(t, { scenario: 'incident', beganMs: 30 * 60_000 });
  const { world } = simulator;
  const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  await mkdir(join(home, 'project'));
  await writeFile(join(home, 'project/.env'), `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`);
  const stowed = await keystow(join(home, 'project'), env, 'stow', '.env', '--profile', 'shop', '--yes');
  assert.equal(stowed.code, 0, stowed.stderr);
  assert.equal((await keystow(home, env, 'spend', 'shop', '--json')).code, 3);

  const planned = await keystow(home, env, 'contain', 'shop', '--plan');
  assert.equal(planned.code, 0, planned.stderr);
  const { account, steps, missing } = JSON.parse(planned.stdout);
  assert.deepEqual([account, missing], [world.accountId, []]);
  const rate = steps.reduce((sum: number, step: { perHour: number }) => sum + step.perHour, 0);
  assert.ok(Math.abs(rate - 89.25) < 1, `${rate}`);
  assert.equal(world.resources.functions.filter((fn) => fn.reservedConcurrency === 0).length, 0);

  const refused = await keystow(home, env, 'contain', 'shop', '--user', 'demo', '--yes');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /acts by the rights of demo.*Contain with a profile of somebody else/);
  assert.equal((await keystow(home, env, 'contain', 'shop')).code, 2, 'without a terminal nobody agrees');

  // A minute of reading back is more than a test has: Ctrl+C ends it, and what was done stays.
  const child = spawn(process.execPath, [cli, 'contain', 'shop', '--yes'], { cwd: home, env: { PATH: process.env.PATH, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (/Ctrl\+C ends the waiting/.test(stderr)) child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /36 of 36 steps are done/);
  const file = stdout.trim();
  assert.match(file, new RegExp(`^${join(env.XDG_DATA_HOME, 'keystow')}/keystow-undo-${world.accountId}-\\d{8}T\\d{6}Z\\.json$`));
  const text = await readFile(file, 'utf8');
  for (const key of simulator.accessKeys) assert.ok(!`${text}${stdout}${stderr}`.includes(key.secretAccessKey));
  const leaked = world.keysOf(world.iam.users.get('ci-deploy')!)[0]!;
  assert.equal(leaked.status, 'Inactive');
  assert.ok(world.resources.functions.every((fn) => fn.reservedConcurrency === 0));

  const again = await keystow(home, env, 'contain', 'shop', '--yes');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /There is no step to do/);

  const undone = await keystow(home, env, 'contain', '--undo', file, '--yes');
  assert.equal(undone.code, 0, undone.stderr);
  assert.match(undone.stderr, /Everything is as it was before/);
  assert.equal(leaked.status, 'Active');
  assert.ok(world.resources.functions.every((fn) => fn.reservedConcurrency === undefined));
});
