// The incident contained over HTTP with the real AWS clients, in all 17 regions.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { containmentCloud } from '../../src/aws/containment-cloud.ts';
import type { ContainmentDoors } from '../../src/containment/doors.ts';
import { type ContainmentPlan, planContainment } from '../../src/containment/plan.ts';
import { runContainment } from '../../src/containment/run.ts';
import { undoContainment } from '../../src/containment/undo.ts';
import { openUndoFiles } from '../../src/containment/undo-file.ts';
import { withLock } from '../../src/files/lock.ts';
import { format } from '../../src/message.ts';
import { incident, type ScenarioFile } from '../../src/simulator/scenario.ts';
import { type RequestRecord, startSimulator } from '../../src/simulator/server.ts';
import { stateOf } from '../containment-world.ts';

async function account(t: TestContext, scenario: 'incident' | ScenarioFile = 'incident', user = 'demo') {
  let aheadMs = 0;
  const requests: RequestRecord[] = [];
  const simulator = await startSimulator({
    scenario,
    beganMs: 30 * 60_000,
    clock: () => new Date(Date.now() + aheadMs),
    record: (request) => requests.push(request),
  });
  t.after(() => simulator.stop());
  const folder = await mkdtemp(join(tmpdir(), 'containment-'));
  t.after(() => rm(folder, { recursive: true }));
  const key = simulator.accessKeys.find((one) => one.user === user)!;
  const { endpoint } = simulator;
  const doors: ContainmentDoors = {
    open: async (profile) => ({ profile, endpoint, keyId: key.accessKeyId, cloud: containmentCloud(key, { endpoint, env: {} }) }),
    usualRegions: ['us-east-1'],
    undoFiles: openUndoFiles(folder),
    exclusively: (work, waitMs) => withLock(join(folder, 'containment'), work, { waitMs }),
    now: () => new Date(),
    pause: async () => {},
    pace: { readBackMs: 0, readAgainMs: 0 },
  };
  return {
    ...simulator,
    doors,
    requests,
    /** Of the account: nothing signs a request afterwards. */
    pass(minutes: number) {
      aheadMs += minutes * 60_000;
    },
  };
}

const ticked = (plan: ContainmentPlan) => new Set(plan.steps.filter((step) => step.ticked).map(({ id }) => id));

test('the incident is contained within seconds, its rate falls to nothing, and the undo gives exactly the state of before', async (t) => {
  const { doors, world, requests, pass } = await account(t);
  const before = stateOf(world);
  assert.ok(Math.abs(world.resources.perHour(world.now()) - 89.25) < 0.1);
  const began = performance.now();
  const plan = await planContainment('p', {}, doors);
  assert.deepEqual(plan.missing, []);
  assert.equal(ticked(plan).size, 1 + 1 + 34);
  const { path, failed, record } = await runContainment(plan, ticked(plan), doors);
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds < 60, `${seconds} s`);
  assert.deepEqual([failed, record.phase], [[], 'contained']);
  assert.equal(new Set(requests.filter(({ action }) => action === 'PutFunctionConcurrency').map(({ region }) => region)).size, 17);
  const leaked = world.keysOf(world.iam.users.get('ci-deploy')!)[0]!;
  assert.equal(leaked.status, 'Inactive');

  const undone = await undoContainment(path, doors);
  assert.deepEqual([undone.failed, undone.left, undone.record.phase], [[], [], 'undone']);
  assert.deepEqual(stateOf(world), before);

  await runContainment(await planContainment('p', {}, doors), ticked(plan), doors);
  pass(8);
  const falling = world.resources.perHour(world.now());
  assert.ok(falling > 0 && falling < 60, `$${falling}`);
  pass(8);
  assert.equal(world.resources.perHour(world.now()), 0);
});

test('the leaked identity cannot contain itself, nor can one that AWS quarantined', async (t) => {
  const leaked = await account(t, 'incident', 'ci-deploy');
  await assert.rejects(planContainment('p', { named: ['ci-deploy'] }, leaked.doors), /acts by the rights of ci-deploy/);
  const users = incident.users.map((user) =>
    user.name === 'ci-deploy' ? { ...user, attached: [...user.attached!, 'AWSCompromisedKeyQuarantineV3'] } : user,
  );
  const quarantined = await account(t, { ...incident, users }, 'ci-deploy');
  await assert.rejects(planContainment('p', {}, quarantined.doors), /AWS marks the key of ci-deploy as leaked/);
  const clean = await account(t, { ...incident, users });
  const plan = await planContainment('p', { burning: [] }, clean.doors);
  assert.ok(ticked(plan).has('deny-user:ci-deploy'));
});

test('a reader is told which call is denied, service by service, and a region that throttles or hangs up is tried again', async (t) => {
  const reader = await account(t, 'incident', 'reader');
  const plan = await planContainment('p', {}, reader.doors);
  const before = stateOf(reader.world);
  const { failed } = await runContainment(plan, ticked(plan), reader.doors);
  const why = failed.map((one) => format(one.why));
  assert.equal(why.length, 36);
  assert.match(why[0]!, /may not call UpdateAccessKey \(AccessDenied\)\. Ask who administers the account/);
  assert.match(why[1]!, /may not call AttachUserPolicy/);
  assert.match(why[2]!, /may not call PutFunctionConcurrency/);
  assert.deepEqual(stateOf(reader.world), before);

  const shaky = await account(t, {
    ...incident,
    faults: [
      { action: 'lambda:PutFunctionConcurrency', kind: 'throttling', times: 3 },
      { action: 'lambda:PutFunctionConcurrency', kind: 'lost-answer', times: 2 },
      { action: 'iam:AttachUserPolicy', kind: 'bad-gateway', times: 2 },
    ],
  });
  const wanted = await planContainment('p', {}, shaky.doors);
  const done = await runContainment(wanted, ticked(wanted), shaky.doors);
  assert.deepEqual(done.failed, []);
  assert.ok(shaky.world.resources.functions.every(({ reservedConcurrency }) => reservedConcurrency === 0));
});
