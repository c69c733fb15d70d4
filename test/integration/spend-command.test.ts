// The command as a script uses it: a key is stowed, and the spend of its account is read through the profile that serves it.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshHome, keystow } from '../stowed-programs.ts';

test('keystow spend: the incident is about $89 an hour in 17 regions, exit 3; a quiet account is exit 0', async (t) => {
  for (const [scenario, code] of [
    ['incident', 3],
    ['quiet', 0],
  ] as const) {
    const { simulator, home, env } = await freshHome(t, { scenario, beganMs: 30 * 60_000 });
    const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
    await mkdir(join(home, 'project'));
    await writeFile(join(home, 'project/.env'), `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`);
    const stowed = await keystow(join(home, 'project'), env, 'stow', '.env', '--profile', 'shop', '--yes');
    assert.equal(stowed.code, 0, stowed.stderr);

    const read = await keystow(home, env, 'spend', 'shop', '--json');
    assert.equal(read.code, code, read.stderr);
    const { profile, account, perHour, parts, missing, ownCost } = JSON.parse(read.stdout);
    assert.deepEqual({ profile, account, missing }, { profile: 'shop', account: simulator.world.accountId, missing: [] });
    assert.ok(ownCost.usd < 0.02);
    if (code === 0) {
      assert.equal(perHour.likely, 0);
      continue;
    }
    assert.ok(Math.abs(perHour.likely - 89.25) < 1, JSON.stringify(perHour));
    assert.equal(new Set(parts.map(({ region }: { region: string }) => region)).size, 17);
  }
});
