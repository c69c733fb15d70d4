// Whatever moment a containment or its undo is cut off at, the next one finishes it or takes it back, and the account is as it was or as it was to be.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { ContainmentDoors } from '../../src/containment/doors.ts';
import { finishContainments } from '../../src/containment/finish.ts';
import { planContainment } from '../../src/containment/plan.ts';
import { runContainment } from '../../src/containment/run.ts';
import { undoContainment } from '../../src/containment/undo.ts';
import { type ContainmentWorld, containmentWorld, smallIncident, stateOf, watched } from '../containment-world.ts';

/** A miner in each of two regions, and in one of them a function with a reservation of its own. */
const tiny = { ...smallIncident, functions: smallIncident.functions.slice(1).map((it) => ({ ...it, regions: it.regions.slice(0, 2) })) };

class Crash extends Error {}

/** Doors of a process that dies before or after its k-th effect, a write of the undo file included: nothing works from then on. */
function dying(doors: ContainmentDoors, at: number, moment: 'before' | 'after') {
  let count = 0;
  let dead = false;
  const seen = watched(doors, async (_, effect, call) => {
    if (dead) throw new Crash();
    const last = effect && ++count === at;
    if (last && moment === 'before') dead = true;
    if (dead) throw new Crash();
    const given = await call();
    if (last) dead = true;
    if (dead) throw new Crash();
    return given;
  });
  return { doors: seen, dead: () => dead };
}

async function contain(doors: ContainmentDoors) {
  const plan = await planContainment('p', {}, doors);
  return runContainment(plan, new Set(plan.steps.filter(({ ticked }) => ticked).map(({ id }) => id)), doors);
}

/** Every moment at which the work can be cut off, each in an account of its own, until it goes through. */
async function everyMoment(
  t: TestContext,
  prepare: (here: ContainmentWorld) => Promise<unknown>,
  work: (doors: ContainmentDoors) => Promise<unknown>,
  then: (here: ContainmentWorld, before: object, at: string) => Promise<void>,
): Promise<number> {
  let moments = 0;
  for (let at = 1; ; at++) {
    for (const moment of ['before', 'after'] as const) {
      const here = await containmentWorld(t, tiny);
      const before = stateOf(here.world);
      await prepare(here);
      const { doors, dead } = dying(here.doors, at, moment);
      await work(doors).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      if (!dead()) return moments;
      moments++;
      here.pass(1_000);
      await then(here, before, `${moment} effect ${at}`);
    }
  }
}

const newest = async ({ doors }: ContainmentWorld) => (await doors.undoFiles.list())[0];

test('a process that dies at any moment of a containment: the next one finishes it, and the undo gives back what was', async (t) => {
  const untouched = await containmentWorld(t, tiny);
  await contain(untouched.doors);
  const contained = stateOf(untouched.world);
  const moments = await everyMoment(
    t,
    async () => {},
    contain,
    async (here, before, at) => {
      const left = await newest(here);
      const finished = await finishContainments(here.doors);
      assert.equal(finished.length, left === undefined || left.record.phase === 'contained' ? 0 : 1, at);
      assert.ok(
        finished.every(({ outcome }) => outcome === 'contained'),
        at,
      );
      if (left === undefined) await contain(here.doors);
      const usersOf = (state: object) => JSON.stringify(state).replaceAll(/"(?:AKIA\w+)"/g, '"key"');
      assert.equal(usersOf(stateOf(here.world)), usersOf(contained), at);
      await undoContainment((await newest(here))!.path, here.doors);
      assert.deepEqual(stateOf(here.world), before, at);
      assert.deepEqual(await finishContainments(here.doors), [], at);
    },
  );
  assert.ok(moments >= 20, `${moments} moments`);
});

test('a process that dies at any moment of a containment: the next one takes it back', async (t) => {
  await everyMoment(
    t,
    async () => {},
    contain,
    async (here, before, at) => {
      const left = await newest(here);
      if (left !== undefined) await undoContainment(left.path, here.doors);
      assert.deepEqual(stateOf(here.world), before, at);
    },
  );
});

test('a process that dies at any moment of an undo: the next one undoes the rest', async (t) => {
  const moments = await everyMoment(
    t,
    ({ doors }) => contain(doors),
    async (doors) => undoContainment((await doors.undoFiles.list())[0]!.path, doors),
    async (here, before, at) => {
      const { path, record } = (await newest(here))!;
      if (record.phase === 'contained') await undoContainment(path, here.doors);
      else if (record.phase === 'undoing') {
        const [finished] = await finishContainments(here.doors);
        assert.equal(finished?.outcome, 'undone', at);
      }
      assert.deepEqual(stateOf(here.world), before, at);
      assert.equal((await newest(here))!.record.phase, 'undone', at);
    },
  );
  assert.ok(moments >= 20, `${moments} moments`);
});
