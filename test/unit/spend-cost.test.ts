import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { format, UserError } from '../../src/message.ts';
import type { SpendCloud } from '../../src/spend/cloud.ts';
import { OwnCostMeter } from '../../src/spend/own-cost.ts';
import { defaultSettings, readSpend, type SpendDoors, subjectOf } from '../../src/spend/spend.ts';

const hour = 3_600_000;
const start = new Date('2026-11-23T12:00:00Z');

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spend-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An account where nothing runs, whose bill is asked for with `billed`. */
async function account(t: TestContext, billed: SpendCloud['billed']) {
  const folder = await folderOf(t);
  const clock = { now: start.getTime() };
  const asked: string[] = [];
  const doors: SpendDoors = {
    open: async (onCall) => ({
      account: async () => ({ id: '123456789012', time: undefined }),
      enabledRegions: async () => ['eu-west-1'],
      concurrency: async () => [],
      functions: async () => [],
      instances: async () => [],
      billed: async (from, to, signal) => {
        onCall('GetCostAndUsage');
        asked.push(`${from} ${to}`);
        return billed(from, to, signal);
      },
    }),
    cacheFolder: folder,
    lockFile: join(folder, 'lock'),
    clock: () => new Date(clock.now),
  };
  return {
    asked,
    after: async (hours: number, settings = defaultSettings) => {
      clock.now += hours * hour;
      return readSpend(subjectOf({ name: 'demo' }), settings, doors, { maxAgeMs: 0 });
    },
  };
}

test('the bill is asked for four times a day, whatever is refreshed, and anew in a new month', async (t) => {
  const { asked, after } = await account(t, async () => ({ amount: 412.4, currency: 'USD' }));
  const first = await after(0);
  assert.equal(first.monthToDate?.amount, 412.4);
  assert.equal(first.monthToDate?.asOf, start.toISOString());
  for (let i = 0; i < 24; i++) await after(1);
  assert.equal(asked.length, 5);
  assert.equal(asked[0], '2026-11-01 2026-11-24');
  await after(7 * 24);
  assert.equal(asked.at(-1), '2026-12-01 2026-12-02');
});

test('a bill that cannot be read is asked for again an hour later; until then it is said, and what was known stays', async (t) => {
  let broken = false;
  const { asked, after } = await account(t, async () => {
    if (broken) throw new UserError('no permission');
    return { amount: 100, currency: 'USD' };
  });
  await after(0);
  broken = true;
  for (const hours of [7, 0.2, 0.2]) {
    const report = await after(hours);
    assert.equal(report.monthToDate?.amount, 100);
    assert.deepEqual(
      report.missing.map(({ what, why }) => `${format(what)}: ${format(why)}`),
      ['what the month has cost so far: no permission'],
    );
  }
  assert.equal(asked.length, 2);
  broken = false;
  assert.deepEqual((await after(1)).missing, []);
  assert.equal(asked.length, 3);
});

test('an amount that is not a number is not written, and never shown as nothing', async (t) => {
  const { after } = await account(t, async () => {
    throw new TypeError('the answer had no total');
  });
  const report = await after(0);
  assert.equal(report.monthToDate, undefined);
  assert.match(format(report.missing[0]!.why), /the answer had no total/);
});

test('the meter lets a cap of a quarter dollar buy 25 questions about the bill a day, and counts anew the next day', async (t) => {
  const file = join(await folderOf(t), 'own-cost.json');
  const clock = { now: start };
  const meter = await OwnCostMeter.open(file, 0.25, () => clock.now);
  for (let i = 0; i < 25; i++) meter.onCall('GetCostAndUsage');
  assert.throws(() => meter.onCall('GetCostAndUsage'), /may spend 0\.25 dollars a day/);
  meter.onCall('DescribeInstances');
  await meter.save();

  const other = await OwnCostMeter.open(file, 0.25, () => clock.now);
  assert.equal(other.today.calls, 26);
  assert.ok(Math.abs(other.today.usd - 0.25) < 1e-9);
  assert.equal(other.allows('GetMetricStatistics'), false);
  clock.now = new Date(start.getTime() + 12 * hour);
  assert.deepEqual(other.today, { calls: 0, usd: 0 });
  other.onCall('GetCostAndUsage');
  assert.deepEqual(other.today, { calls: 1, usd: 0.01 });
});
