// A served profile whose key can be rotated, with the simulator: time passes only where the rotation waits.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { callerIdentity } from '../../src/aws/sts.ts';
import { keyAccount, keysOf } from '../../src/credentials/keys.ts';
import { readServedProfile, type ServingMode } from '../../src/credentials/profile.ts';
import type { RotationDoors } from '../../src/rotation/doors.ts';
import { planRotation } from '../../src/rotation/plan.ts';
import { runRotation } from '../../src/rotation/run.ts';
import { type RequestRecord, startSimulator } from '../../src/simulator/server.ts';
import { rotationHome } from '../rotation-home.ts';

export interface RotationWorldOptions {
  readonly mode?: ServingMode;
  readonly profiles?: readonly string[];
  readonly consistencyDelayMs?: number;
}

export type RotationWorld = Awaited<ReturnType<typeof rotationWorld>>;

const dayMs = 24 * 60 * 60 * 1000;

export async function rotationWorld(t: Pick<TestContext, 'after'>, options: RotationWorldOptions = {}) {
  const { mode = 'session', profiles = ['p'], consistencyDelayMs = 4_000 } = options;
  let aheadMs = 0;
  let daysPassed = 0;
  const requests: RequestRecord[] = [];
  const clock = () => new Date(Date.now() + aheadMs);
  const simulator = await startSimulator({ clock, consistencyDelayMs, record: (request) => requests.push(request) });
  const { world } = simulator;
  const home = await mkdtemp(join(tmpdir(), 'rotation-'));
  let gone: Promise<unknown> | undefined;
  const stop = () => (gone ??= Promise.all([simulator.stop(), rm(home, { recursive: true })]));
  t.after(stop);

  const old = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  const { paths, secrets, sessions, doors } = await rotationHome(home, {
    endpoint: simulator.endpoint,
    key: old,
    mode,
    profiles,
    now: () => new Date(clock().getTime() + daysPassed * dayMs),
    async pause(milliseconds) {
      for (let left = milliseconds; left > 0; left -= 1_000) {
        aheadMs += Math.min(left, 1_000);
        await assertUsable();
      }
    },
    pace: { proofs: 3, betweenProofsMs: 1_000, provenWithinMs: 60_000, settleMs: 20_000, retryMs: 3_000 },
  });

  /** At no moment may a profile be served with a key that is not there, or that AWS does not take. */
  async function assertUsable(): Promise<void> {
    for (const name of profiles) {
      const { accessKeyId } = await readServedProfile(name, paths);
      assert.ok(secrets.has(keyAccount(accessKeyId)), `${accessKeyId} is served and not in the keychain`);
      const key = world.accessKeys.get(accessKeyId)!;
      assert.equal(key.status, 'Active', `${accessKeyId} is served`);
      assert.ok(world.isUsable(key), `${accessKeyId} is served while AWS does not take it`);
    }
  }

  const demo = world.iam.users.get('demo')!;

  return {
    world,
    endpoint: simulator.endpoint,
    home,
    paths,
    old,
    doors,
    secrets,
    sessions,
    requests,
    stop,
    /** For the product only: AWS would refuse a request of another day. */
    passDays(count: number) {
      daysPassed += count;
    },
    keys: () => world.keysOf(demo),
    async rotate(by: RotationDoors = doors, graceDays = 7) {
      return runRotation(await planRotation(profiles[0]!, graceDays, doors), {}, by);
    },
    /** The id of the key that the profile's tools get, after AWS has taken it. */
    async servedKey(name = profiles[0]!) {
      const served = await readServedProfile(name, paths);
      const key = await keysOf(doors.keychain).read(served.accessKeyId);
      assert.ok(key, `${served.accessKeyId} is served and not in the keychain`);
      const { arn } = await callerIdentity(key, { region: 'eu-west-1', endpoint: simulator.endpoint, env: {} });
      assert.equal(arn, demo.arn);
      return key.accessKeyId;
    },
    assertUsable,
  };
}

/** What changes something: between any two of these a process may die. */
const effects = {
  cloud: ['create', 'setActive', 'remove'],
  keychain: ['write', 'remove'],
  pointer: ['flip'],
  journal: ['write', 'remove'],
} as const;

/** The same doors, where each effect is led through `around`. */
export function watched(doors: RotationDoors, around: (name: string, effect: () => Promise<unknown>) => Promise<unknown>): RotationDoors {
  const led = <T extends object>(room: string, door: T, names: readonly string[], others: (effect: () => unknown) => unknown): T =>
    new Proxy(door, {
      get(target, property, receiver) {
        const method = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const effect = async () => method.apply(target, args);
          return names.includes(String(property)) ? around(`${room}.${String(property)}`, effect) : others(effect);
        };
      },
    });
  const read = (effect: () => unknown) => around('read', effect as () => Promise<unknown>);
  return {
    ...doors,
    cloud: (place) => led('cloud', doors.cloud(place), effects.cloud, read),
    keychain: led('keychain', doors.keychain, effects.keychain, read),
    pointer: led('pointer', doors.pointer, effects.pointer, read),
    journal: led('journal', doors.journal, effects.journal, read),
    forgetSession: async (profile) => {
      await around('forgetSession', () => doors.forgetSession(profile));
    },
  };
}
