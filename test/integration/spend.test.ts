// Live spend over HTTP, with the real AWS clients, in all 17 regions of the simulated account.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { spendCloud } from '../../src/aws/spend-cloud.ts';
import { format, UserError } from '../../src/message.ts';
import type { ScenarioFile } from '../../src/simulator/scenario.ts';
import { type RequestRecord, type SimulatorOptions, startSimulator } from '../../src/simulator/server.ts';
import { spend, toText } from '../../src/spend/command.ts';
import { ageOf, alertOf, clockWarning, type SpendReport, toJson } from '../../src/spend/report.ts';
import { defaultSettings, lastSpend, readSpend, type SpendDoors, type SpendSettings } from '../../src/spend/spend.ts';
import { sweep } from '../../src/spend/sweep.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const hour = 3_600_000;
const subject = { profile: 'demo', identity: 'a key' };

async function watched(t: { after(work: () => Promise<void>): void }, options: SimulatorOptions = {}, user = 'demo') {
  const records: RequestRecord[] = [];
  const simulator = await startSimulator({ record: (record) => records.push(record), ...options });
  t.after(() => simulator.stop());
  const folder = await mkdtemp(join(tmpdir(), 'spend-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { accessKeyId, secretAccessKey } = simulator.accessKeys.find((key) => key.user === user)!;
  const place = { endpoint: simulator.endpoint, env: {} };
  let clock = () => new Date();
  const doors: SpendDoors = {
    open: async (onCall) => spendCloud({ accessKeyId, secretAccessKey }, place, onCall),
    cacheFolder: join(folder, 'cache'),
    lockFile: join(folder, 'run', 'spend'),
    clock: () => clock(),
  };
  return {
    ...simulator,
    doors,
    place,
    read: (settings: Partial<SpendSettings> = {}, refresh = false) =>
      readSpend(subject, { ...defaultSettings, ...settings }, doors, refresh ? { maxAgeMs: 0 } : {}),
    calls: (action: string) => records.filter((record) => record.action === action).length,
    setClock: (next: () => Date) => {
      clock = next;
    },
  };
}

const whyOf = ({ missing }: SpendReport) => missing.map(({ what, why }) => `${format(what)}: ${format(why)}`).join('\n');

test('the incident is 89 dollars an hour in 17 regions, read within seconds', async (t) => {
  const { read, world, calls } = await watched(t, { scenario: 'incident', beganMs: hour });
  const began = performance.now();
  const report = await read();
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds < 30, `${seconds} s`);
  assert.equal(whyOf(report), '');
  assert.equal(report.account, world.accountId);
  assert.ok(Math.abs(report.perHour.likely - 89.25) < 0.1, `$${report.perHour.likely}`);
  assert.equal(report.parts.length, 17);
  assert.equal(format(report.parts[0]!.detail), '10 at once, 8.75 GB each');
  assert.match(format(ageOf(report.parts[0]!.asOf, new Date())), /^[234] min ago$/);
  const alert = alertOf(report, 5);
  assert.match(
    format(alert!.message),
    /^The account of demo spends about \$89\.\d\d an hour, in 17 regions; most of it Lambda in [a-z]+-[a-z]+-\d: \$5\.25 an hour\.$/,
  );
  assert.equal(calls('GetMetricStatistics'), 17);
  assert.equal(calls('GetCostAndUsage'), 1);
  // One identity, one list of regions, one bill; a metric, the instances and the functions of each region.
  assert.equal(report.ownCost.calls, 3 + 3 * 17);
  assert.ok(Math.abs(report.ownCost.usd - 0.01017) < 1e-9);
});

test('an account where nothing happens costs nothing an hour, and what it was billed is known', async (t) => {
  const { read, world, calls } = await watched(t, { beganMs: 40 * 24 * hour });
  const report = await read();
  assert.deepEqual([report.perHour, report.parts, report.missing], [{ low: 0, likely: 0, high: 0 }, [], []]);
  assert.equal(calls('ListFunctions'), 0, 'where nothing runs, no functions are listed');
  const month = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), 1));
  const truth = world.resources.costs(month, new Date(), new Date()).reduce((sum, { usd }) => sum + usd, 0);
  assert.ok(Math.abs(report.monthToDate!.amount - truth) < 0.01);
  assert.equal(alertOf(report, 5), undefined);
});

test('instances are seen at once, on demand and Spot', async (t) => {
  const { read, world } = await watched(t);
  const launch = (type: string, region: string, spot: boolean) =>
    world.resources.launch({ id: world.newInstanceId(), type, region, spot, imageId: 'ami-0', launchedAt: world.now() });
  for (let i = 0; i < 3; i++) launch('p3.16xlarge', 'ap-south-1', false);
  launch('c5.18xlarge', 'us-east-1', true);
  const report = await read();
  const found = report.parts.map(({ service, region, detail }) => `${service} ${region} ${format(detail)}`);
  assert.deepEqual(found, ['EC2 ap-south-1 3 × p3.16xlarge running', 'EC2 us-east-1 1 × c5.18xlarge (Spot) running']);
  assert.ok(report.parts[0]!.likely > 3 * 24.48, 'Mumbai is dearer than Virginia');
  const [, { low, high }] = report.parts as [unknown, { low: number; high: number }];
  assert.ok(low < high / 5);
});

test('two windows and a command ask once: the others read what the first found', async (t) => {
  const { read, calls, doors, setClock } = await watched(t, { scenario: 'incident', beganMs: hour });
  const [a, b, c] = await Promise.all([read(), read(), read()]);
  assert.equal(calls('GetMetricStatistics'), 17);
  assert.deepEqual(b, a);
  assert.deepEqual(c, a);
  assert.deepEqual(await read(), a);
  assert.deepEqual(await lastSpend(subject, doors), a);
  assert.equal(await lastSpend({ ...subject, identity: 'another key' }, doors), undefined, 'of another identity nothing is known');

  await read({}, true);
  assert.equal(calls('GetMetricStatistics'), 34, 'Refresh asks again');
  assert.equal(calls('GetCostAndUsage'), 1, 'but not what changes once a day');
  setClock(() => new Date(Date.now() + 6 * 60_000));
  assert.equal((await read()).asOf > a.asOf, true);
  assert.equal(calls('GetMetricStatistics'), 51, 'old figures are read anew');
});

test('the cap on what our own calls cost is kept, and said', async (t) => {
  const { read, calls, doors } = await watched(t, { scenario: 'incident', beganMs: hour });
  const report = await read({ maxCostPerDay: 0.0002 });
  assert.equal(report.monthToDate, undefined);
  assert.match(whyOf(report), /^what the month has cost so far: Keystow may spend 0\.0002 dollars a day/);
  assert.equal(calls('GetCostAndUsage'), 0);
  assert.equal(report.parts.length, 17, 'the metrics were within it');

  const next = await read({ maxCostPerDay: 0.0002 }, true);
  assert.equal(calls('GetMetricStatistics'), 20);
  assert.equal(next.missing.length, 15, '14 regions, and the bill');
  assert.equal(next.parts.length, 17, 'what was known of them a moment ago still counts');
  assert.ok(next.perHour.likely > 80 && next.perHour.low < 20);

  const [ledger] = (await readdir(doors.cacheFolder)).filter((name) => name === 'own-cost.json');
  await writeFile(join(doors.cacheFolder, ledger!), '{ broken');
  assert.equal((await read({ maxCostPerDay: 0.0002 }, true)).missing.length, 18, 'a ledger that cannot be read lets nothing through');
});

test('a region that refuses, fails or hangs is named, and the others are read all the same', async (t) => {
  const denied = {
    Effect: 'Deny',
    Action: 'cloudwatch:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-3' } },
  };
  const scenario: ScenarioFile = {
    users: [
      {
        name: 'demo',
        attached: ['ReadOnlyAccess'],
        inline: { deny: { Version: '2012-10-17', Statement: [denied] } },
      },
    ],
    instances: [{ type: 'm5.large', regions: 'default' }],
    faults: [
      { action: 'ec2:DescribeInstances', kind: 'delay', milliseconds: 60_000 },
      { action: 'account:ListRegions', kind: 'bad-gateway', times: 3 },
    ],
  };
  const { doors } = await watched(t, { scenario, beganMs: hour });
  const cloud = await doors.open(() => {});
  const began = performance.now();
  const swept = await sweep({ profile: 'demo', cloud, clock: doors.clock, regions: 'all', regionTimeoutMs: 2_000 });
  assert.ok(performance.now() - began < 30_000);
  const missing = whyOf({ ...swept, ownCost: { calls: 0, usd: 0 } });
  assert.match(missing, /^Lambda in eu-west-3: .*may not call GetMetricStatistics \(AccessDenied/m);
  assert.match(missing, /^EC2 in [a-z0-9-]+: .*does not answer/m);
  assert.match(missing, /^the regions that the account has opted into: /m);
  assert.equal(swept.missing.length, 3);
  assert.equal(swept.parts.length, 16);
});

test('a key that AWS does not take is an error, not an account without costs', async (t) => {
  const { doors, place, calls } = await watched(t);
  const stranger: SpendDoors = { ...doors, open: async (onCall) => spendCloud(sampleKeyPair(), place, onCall) };
  await assert.rejects(readSpend(subject, defaultSettings, stranger), /refuses the access key/);
  assert.equal(calls('GetMetricStatistics'), 0);
});

test('a clock that is eleven minutes ahead is said, and the figures are right all the same', async (t) => {
  const { read, setClock } = await watched(t, { scenario: 'incident', beganMs: hour });
  setClock(() => new Date(Date.now() + 11 * 60_000));
  const report = await read();
  assert.match(format(clockWarning(report)[0]!.why), /^It is 11 minutes ahead of AWS\. Set it/);
  assert.match(toText(report, new Date(Date.now() + 11 * 60_000)), /^the clock of this machine: It is 11 minutes ahead of AWS\. Set it/m);
  assert.match(toText(report, new Date(Date.now() + 11 * 60_000)), /8\.75 GB each, [234] min ago$/m, 'ages are by our own clock');
  assert.match(JSON.stringify(toJson(report)), /"why":"It is 11 minutes ahead/);
  assert.ok(Math.abs(report.perHour.likely - 89.25) < 0.1);
});

test('the verb spend prints what scripts read, and ends with 3 above the alert', async (t) => {
  const { doors, world } = await watched(t, { scenario: 'incident', beganMs: hour });
  const printed: string[] = [];
  const words: string[] = [];
  const terminal = { print: (text: string) => void printed.push(text), say: (text: string) => void words.push(text) };
  const run = (alertPerHour: number, json: boolean) => {
    const options = { json, watch: false, alertPerHour, settings: defaultSettings };
    return spend(subject, options, doors, terminal, new AbortController().signal);
  };
  assert.equal(await run(5, true), 3);
  const shown = JSON.parse(printed[0]!);
  assert.deepEqual(Object.keys(shown), [
    ...['profile', 'account', 'asOf', 'currency', 'perHour', 'monthToDate', 'parts', 'unwatched', 'missing', 'ownCost'],
  ]);
  assert.deepEqual(Object.keys(shown.parts[0]), ['service', 'region', 'low', 'likely', 'high', 'detail']);
  assert.deepEqual([shown.account, shown.currency, shown.missing], [world.accountId, 'USD', []]);
  assert.ok(shown.unwatched.includes('Bedrock'));
  assert.match(words[0]!, /^The account of demo spends about \$89/);

  assert.equal(await run(1000, false), 0);
  assert.match(printed[1]!, /^now {4}\$89\.\d\d an hour$/m);
  assert.match(printed[1]!, /^ {2}Lambda {2}us-east-1 {7}\$5\.25 an hour {2}10 at once/m);
  for (const text of [...printed, ...words, await readFile(join(doors.cacheFolder, 'own-cost.json'), 'utf8')]) {
    assert.ok(!text.includes('secret'), 'no secret');
  }
});

test('watch goes on after an hour without network', async (t) => {
  const { doors } = await watched(t);
  const ended = new AbortController();
  let opened = 0;
  const flaky: SpendDoors = {
    ...doors,
    open: (onCall) => {
      opened++;
      if (opened === 3) ended.abort();
      return opened === 2 ? Promise.reject(new UserError('no network')) : doors.open(onCall);
    },
  };
  const words: string[] = [];
  const printed: string[] = [];
  const terminal = { print: (text: string) => void printed.push(text), say: (text: string) => void words.push(text) };
  const settings = { ...defaultSettings, pollMinutes: 0.001 };
  assert.equal(await spend(subject, { json: false, watch: true, alertPerHour: 5, settings }, flaky, terminal, ended.signal), 0);
  assert.deepEqual(words, ['no network']);
  assert.equal(printed.length, 2);
});
