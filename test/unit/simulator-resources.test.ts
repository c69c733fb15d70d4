import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LambdaFunction, mostAtOnce } from '../../src/simulator/resources-functions.ts';
import { Instance } from '../../src/simulator/resources-instances.ts';
import { createWorld, incident, readScenario } from '../../src/simulator/scenario.ts';

const noon = new Date('2026-11-23T12:00:00Z');
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1000);
const users = [{ name: 'demo', attached: ['AdministratorAccess'] }];

const scheduled = (everySeconds: number, runSeconds: number, timeoutSeconds = 900) =>
  new LambdaFunction({
    name: 'miner',
    region: 'eu-west-1',
    memoryMb: 1024,
    architecture: 'x86_64',
    timeoutSeconds,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    role: 'arn:aws:iam::123456789012:role/any',
    createdAt: noon,
    schedule: { from: noon, everySeconds, runSeconds },
  });

const atOnce = (fn: LambdaFunction, seconds: number) => {
  const time = after(seconds).getTime();
  return mostAtOnce(fn.invocations(time), time, time + 1);
};

test('an invocation every three minutes that runs fifteen: five overlap', () => {
  const fn = scheduled(180, 900);
  assert.deepEqual(
    [-1, 0, 179, 180, 720, 3600].map((seconds) => atOnce(fn, seconds)),
    [0, 1, 1, 2, 5, 5],
  );
  assert.equal(atOnce(scheduled(180, 900, 60), 3600), 1, 'a timeout ends it sooner');
});

test('a reserved concurrency holds what starts, never what runs', () => {
  const fn = scheduled(180, 900);
  fn.reserve(2, after(1000));
  assert.equal(atOnce(fn, 1001), 5);
  assert.equal(atOnce(fn, 3600), 2);
  fn.reserve(0, after(4000));
  assert.ok(atOnce(fn, 4001) > 0);
  assert.equal(atOnce(fn, 4900), 0);
  assert.equal(fn.invoke(after(5000)), false);
  fn.reserve(undefined, after(6000));
  assert.equal(atOnce(fn, 8000), 5);
  assert.equal(atOnce(fn, 3600), 2, 'the past stays as it was');
});

test('an instance goes through its states, and is charged while it runs', () => {
  const settings = { id: 'i-1', region: 'eu-west-1', type: 'm5.large', imageId: 'ami-1', spot: false, launchedAt: noon };
  const instance = new Instance(settings);
  assert.deepEqual(
    [-1, 0, 20].map((seconds) => instance.stateAt(after(seconds))),
    [undefined, 'pending', 'running'],
  );
  instance.stop(after(3615));
  assert.deepEqual(
    [3616, 3640].map((seconds) => instance.stateAt(after(seconds))),
    ['stopping', 'stopped'],
  );
  instance.terminate(after(5000));
  assert.deepEqual(
    [5001, 10_000].map((seconds) => instance.stateAt(after(seconds))),
    ['terminated', undefined],
  );
  assert.equal(instance.chargedMs(noon.getTime(), after(10_000).getTime()), 3_600_000);
});

test('costs of a day come a day late', () => {
  const clock = { now: noon };
  const world = createWorld({ users, instances: [{ type: 'm5.large', regions: ['eu-west-1'], count: 2 }] }, { clock: () => clock.now });
  const known = () => world.resources.costs(noon, after(200_000), clock.now).map(({ day, region, usd }) => [day, region, usd.toFixed(3)]);
  clock.now = after(86_400);
  assert.deepEqual(known(), []);
  clock.now = after(86_400 + 36_000);
  assert.deepEqual(known(), [['2026-11-23', 'eu-west-1', '1.919']]);
  clock.now = after(86_400 + 2 * 36_000);
  assert.deepEqual(
    known().map(([day]) => day),
    ['2026-11-23', '2026-11-24'],
  );
});

test('the metrics of instances and calls', () => {
  const clock = { now: after(600) };
  const world = createWorld(
    { users, instances: [{ type: 'p3.16xlarge', regions: ['eu-west-1'], count: 2, spot: true }] },
    { clock: () => clock.now, beganMs: 600_000 },
  );
  const span = { from: noon.getTime(), to: clock.now.getTime() };
  const dimensions = { Service: 'EC2', Type: 'Resource', Resource: 'vCPU', Class: 'P/Spot' };
  const vcpus = (region: string) =>
    world.resources.samples({ namespace: 'AWS/Usage', name: 'ResourceCount', dimensions, ...span }, region, clock.now);
  assert.equal(vcpus('eu-west-1').at(-1)?.maximum, 128);
  assert.deepEqual(vcpus('eu-west-2'), []);

  world.resources.recordCall('monitoring', 'GetMetricStatistics', 'eu-west-1', after(30));
  world.resources.recordCall('monitoring', 'GetMetricStatistics', 'eu-west-1', after(31));
  const calls = { Service: 'CloudWatch', Type: 'API', Resource: 'GetMetricStatistics', Class: 'None' };
  const [minute] = world.resources.samples(
    { namespace: 'AWS/Usage', name: 'CallCount', dimensions: calls, ...span },
    'eu-west-1',
    clock.now,
  );
  assert.deepEqual(minute, { at: noon.getTime(), sum: 2, minimum: 1, maximum: 1, count: 2 });
});

test('the incident costs 89 dollars an hour, also when it is asked about in any order of time', () => {
  const clock = { now: after(7200) };
  const world = createWorld(incident, { clock: () => clock.now, beganMs: 7_200_000 });
  const perHour = (seconds: number) => Math.round(world.resources.perHour(after(seconds)) * 100) / 100;
  assert.deepEqual([7200, 0, 190, 7200].map(perHour), [89.25, 17.85, 35.7, 89.25]);
});

test('a scenario file says how long a miner runs, how often it is installed anew and how late metrics are', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'short.json');
  const miner = { name: 'miner', regions: 'default', memoryMb: 10_240, reinstallSeconds: 15, runSeconds: 45 };
  await writeFile(file, JSON.stringify({ users, metricsDelaySeconds: 20, functions: [miner] }));
  const world = createWorld(await readScenario(file), { clock: () => after(600), beganMs: 600_000 });
  assert.equal(world.resources.metricsDelaySeconds, 20);
  assert.equal(world.resources.functions.length, 17);
  assert.ok(Math.abs(world.resources.perHour(after(600)) - 17 * 3 * 0.6) < 0.01);

  await writeFile(file, JSON.stringify({ users, functions: [{ ...miner, memoryMb: 64 }] }));
  await assert.rejects(readScenario(file), /is wrong at functions\.0\.memoryMb/);
  assert.equal(await readScenario('incident'), incident);
});
