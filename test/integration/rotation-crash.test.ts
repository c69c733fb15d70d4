// Whatever moment a rotation is stopped at, its profile is served with a key that works, and what was begun can be finished or taken back.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { UserError } from '../../src/message.ts';
import { deleteOldKey } from '../../src/rotation/delete.ts';
import type { RotationDoors } from '../../src/rotation/doors.ts';
import { finishRotations } from '../../src/rotation/finish.ts';
import { resumeRotation } from '../../src/rotation/run.ts';
import { undoRotation } from '../../src/rotation/undo.ts';
import { type RotationWorld, rotationWorld, watched } from './rotation-world.ts';

type Moment = 'before' | 'after';

class Crash extends Error {}

/** Doors of a process that dies at its k-th effect: nothing works from then on. Looks at what is served at every step. */
function dying(here: RotationWorld, at: number, moment: Moment): RotationDoors & { readonly dead: () => boolean } {
  let count = 0;
  let dead = false;
  const doors = watched(here.doors, async (name, effect) => {
    if (dead) throw new Crash();
    if (name === 'read') return effect();
    count++;
    if (count === at && moment === 'before') dead = true;
    const given = dead ? undefined : await effect();
    await here.assertUsable();
    if (count === at) dead = true;
    if (dead) throw new Crash();
    return given;
  });
  return { ...doors, dead: () => dead };
}

/** Doors whose k-th effect fails, before it is done or after: the process goes on. */
function failing(here: RotationWorld, at: number, moment: Moment): RotationDoors & { readonly failed: () => boolean } {
  let count = 0;
  const doors = watched(here.doors, async (name, effect) => {
    if (name === 'read') return effect();
    const fails = ++count === at;
    if (fails && moment === 'before') throw new UserError('No.');
    const given = await effect();
    await here.assertUsable();
    if (fails) throw new UserError('No.');
    return given;
  });
  return { ...doors, failed: () => count >= at };
}

async function stopped(work: Promise<unknown>): Promise<void> {
  await work.then(
    () => {},
    (error: unknown) => {
      const crashes = error instanceof AggregateError ? error.errors : [error];
      if (!crashes.every((one) => one instanceof Crash || one instanceof UserError)) throw error;
    },
  );
}

/** Every moment at which `work` can be stopped, each in a world of its own, until a run goes through. */
async function everyMoment<T extends RotationDoors>(
  t: TestContext,
  stop: (here: RotationWorld, at: number, moment: Moment) => T,
  was: (doors: T) => boolean,
  prepare: (here: RotationWorld) => Promise<unknown>,
  work: (here: RotationWorld, doors: T) => Promise<unknown>,
  then: (here: RotationWorld, at: string) => Promise<void>,
): Promise<number> {
  const stoppedAt = async (at: number, moment: Moment): Promise<boolean> => {
    const here = await rotationWorld(t, { profiles: ['p', 'q'] });
    await prepare(here);
    const doors = stop(here, at, moment);
    await stopped(work(here, doors));
    await here.assertUsable();
    await then(here, `${moment} effect ${at}`);
    await here.assertUsable();
    await here.stop();
    return was(doors);
  };
  const atOnce = 3;
  let moments = 0;
  for (let from = 1; ; from += atOnce) {
    const numbers = Array.from({ length: atOnce }, (_, i) => from + i);
    const runs = await Promise.allSettled(numbers.flatMap((at) => [stoppedAt(at, 'before'), stoppedAt(at, 'after')]));
    for (const one of runs) if (one.status === 'rejected') throw one.reason;
    const were = runs.filter((one) => one.status === 'fulfilled' && one.value);
    moments += were.length;
    if (were.length < runs.length) return moments;
  }
}

const nothing = async () => {};

/** One key in the account, in the keychain and in both profiles; nothing is under way. */
async function assertOneKey(here: RotationWorld, at: string, id = ''): Promise<void> {
  const served = await here.servedKey('p');
  assert.equal(await here.servedKey('q'), served, at);
  assert.deepEqual(
    here.keys().map(({ accessKeyId, status }) => [accessKeyId, status]),
    [[served, 'Active']],
    at,
  );
  assert.deepEqual([...here.secrets.keys()], [`aws/${served}`], at);
  assert.deepEqual(await here.doors.journal.list(), [], at);
  if (id !== '') assert.equal(served, id, at);
}

/** The new key serves, the old one is inactive; when the grace period is over it goes. */
async function assertGraceAndEnd(here: RotationWorld, at: string): Promise<void> {
  assert.notEqual(await here.servedKey(), here.old.accessKeyId, at);
  assert.equal(here.world.accessKeys.get(here.old.accessKeyId)!.status, 'Inactive', at);
  assert.equal(here.keys().length, 2, at);
  assert.deepEqual(await finishRotations(here.doors), [], at);
  here.passDays(7.1);
  assert.deepEqual(
    (await finishRotations(here.doors)).map(({ outcome }) => outcome),
    ['old key deleted'],
    at,
  );
  await assertOneKey(here, at);
}

test('a process that dies at any moment of a rotation: the next one finishes it', async (t) => {
  const moments = await everyMoment(
    t,
    dying,
    (doors) => doors.dead(),
    nothing,
    (here, doors) => here.rotate(doors),
    async (here, at) => {
      if ((await here.doors.journal.read('p')) === undefined) await here.rotate();
      else assert.equal((await resumeRotation('p', here.doors))?.phase, 'grace', at);
      await assertGraceAndEnd(here, at);
    },
  );
  assert.ok(moments >= 26, `${moments} moments`);
});

test('a process that dies at any moment of a rotation: the next one takes it back', async (t) => {
  await everyMoment(
    t,
    dying,
    (doors) => doors.dead(),
    nothing,
    (here, doors) => here.rotate(doors),
    async (here, at) => {
      if ((await here.doors.journal.read('p')) !== undefined) await undoRotation('p', here.doors);
      await assertOneKey(here, at, here.old.accessKeyId);
    },
  );
});

test('a step that fails is taken back, or said to be finished later', async (t) => {
  await everyMoment(
    t,
    failing,
    (doors) => doors.failed(),
    nothing,
    (here, doors) => here.rotate(doors),
    async (here, at) => {
      const left = await here.doors.journal.read('p');
      if (left === undefined) return assertOneKey(here, at, here.old.accessKeyId);
      if (left.phase !== 'grace') await finishRotations(here.doors);
      if ((await here.doors.journal.read('p')) === undefined) return assertOneKey(here, at, here.old.accessKeyId);
      await assertGraceAndEnd(here, at);
    },
  );
});

test('a process that dies at any moment of an undo: the next one undoes', async (t) => {
  const moments = await everyMoment(
    t,
    dying,
    (doors) => doors.dead(),
    (here) => here.rotate(),
    (_, doors) => undoRotation('p', doors),
    async (here, at) => {
      if ((await here.doors.journal.read('p'))?.phase === 'grace') {
        assert.equal(here.world.accessKeys.get(here.old.accessKeyId)!.status, 'Inactive', 'what is not written down is not begun');
        await undoRotation('p', here.doors);
      }
      await finishRotations(here.doors);
      await assertOneKey(here, at, here.old.accessKeyId);
    },
  );
  assert.ok(moments >= 14, `${moments} moments`);
});

test('a process that dies at any moment of the deletion: the next one deletes', async (t) => {
  const moments = await everyMoment(
    t,
    dying,
    (doors) => doors.dead(),
    (here) => here.rotate(),
    async (here, doors) => deleteOldKey((await here.doors.journal.read('p'))!, doors),
    async (here, at) => {
      here.passDays(7.1);
      await finishRotations(here.doors);
      await assertOneKey(here, at);
      assert.notEqual(await here.servedKey(), here.old.accessKeyId);
    },
  );
  assert.ok(moments >= 8, `${moments} moments`);
});
