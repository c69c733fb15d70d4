// The incident replayed: product and simulated account with one clock, and no network.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorld, incident, type ScenarioFile } from '../../src/simulator/scenario.ts';
import { alertOf, type SpendReport } from '../../src/spend/report.ts';
import { defaultAlertPerHour } from '../../src/spend/spend.ts';
import { sweep } from '../../src/spend/sweep.ts';
import { cloudOf } from '../spend-world.ts';

function replay(scenario: ScenarioFile) {
  const began = new Date('2026-11-23T12:00:00Z').getTime();
  const clock = { now: began };
  const world = createWorld(scenario, { clock: () => new Date(clock.now) });
  let previous: SpendReport | undefined;
  return {
    world,
    minutes: () => (clock.now - began) / 60_000,
    pass: (seconds: number) => {
      clock.now += seconds * 1000;
    },
    burned: () => {
      world.resources.costDelayHours = 0;
      const costs = world.resources.costs(new Date(began), new Date(clock.now), new Date(clock.now));
      return costs.filter(({ service }) => service === 'AWS Lambda').reduce((sum, { usd }) => sum + usd, 0);
    },
    look: async () => {
      const clockOf = () => new Date(clock.now);
      const swept = await sweep({ profile: 'demo', cloud: cloudOf(world), clock: clockOf, regions: 'all', previous });
      previous = { ...swept, ownCost: { calls: 0, usd: 0 } };
      return previous;
    },
  };
}

const isRed = (report: SpendReport) => alertOf(report, defaultAlertPerHour) !== undefined;

test('the incident is red within eight minutes, whenever polls fall', async () => {
  for (const firstPoll of [1, 75, 150, 225, 299]) {
    const { pass, look, minutes, burned } = replay(incident);
    pass(firstPoll);
    while (!isRed(await look())) {
      pass(300);
      assert.ok(minutes() < 60, 'never red');
    }
    assert.ok(minutes() <= 8, `red after ${minutes()} minutes, with the first poll at ${firstPoll} s`);
    assert.ok(burned() < 12, `$${burned()} were burned`);
  }
});

test('with metrics ten minutes late it is red within a quarter of an hour', async () => {
  for (const firstPoll of [1, 150, 299]) {
    const { pass, look, minutes, burned } = replay({ ...incident, metricsDelaySeconds: 600 });
    pass(firstPoll);
    while (!isRed(await look())) {
      pass(300);
      assert.ok(minutes() < 60, 'never red');
    }
    assert.ok(minutes() <= 16, `red after ${minutes()} minutes`);
    assert.ok(burned() < 22, `$${burned()} were burned`);
  }
});

test('at its height it is 89 dollars an hour, in 17 regions', async () => {
  const { pass, look, world } = replay(incident);
  pass(3600);
  const report = await look();
  assert.ok(Math.abs(report.perHour.likely - world.resources.perHour(world.now())) < 0.1, `${report.perHour.likely}`);
  assert.ok(Math.abs(report.perHour.likely - 89.25) < 0.1);
  const alert = alertOf(report, defaultAlertPerHour);
  assert.equal(alert?.top.service, 'Lambda');
  assert.equal(new Set(report.parts.map(({ region }) => region)).size, 17);
  assert.equal(alertOf(report, 100), undefined, 'a higher alert is not reached');
});

test('contained: nothing more starts, the rate falls as what runs ends, and is nothing half an hour later', async () => {
  const { pass, look, world } = replay(incident);
  pass(3600);
  await look();
  for (const { reserve, at } of world.resources.functions.map((fn) => ({ reserve: fn.reserve.bind(fn), at: world.now() }))) reserve(0, at);
  const seen: number[] = [];
  for (let i = 0; i < 6; i++) {
    pass(300);
    seen.push((await look()).perHour.likely);
  }
  assert.deepEqual(
    seen.toSorted((a, b) => b - a),
    seen,
    'it only falls',
  );
  assert.equal(seen.at(-1), 0);
  assert.equal(isRed(await look()), false);
});

test('the short form of the incident: red within a minute and a half, and green within three after it was contained', async () => {
  const short: ScenarioFile = {
    ...incident,
    metricsDelaySeconds: 20,
    functions: incident.functions!.map((fn) => ({ ...fn, reinstallSeconds: 15, runSeconds: 45 })),
  };
  const { pass, look, minutes, world } = replay(short);
  while (!isRed(await look())) pass(10);
  assert.ok(minutes() <= 1.5, `${minutes()} minutes`);
  pass(60);
  await look();
  for (const fn of world.resources.functions) fn.reserve(0, world.now());
  const contained = minutes();
  while (isRed(await look())) pass(10);
  assert.ok(minutes() - contained <= 3, `${minutes() - contained} minutes`);
});
