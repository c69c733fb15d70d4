// A simulated account that can be contained without a network: the cloud is the account itself, undo files are real, time passes only where the containment waits.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ContainmentCloud } from '../src/containment/cloud.ts';
import type { ContainmentDoors } from '../src/containment/doors.ts';
import { openUndoFiles } from '../src/containment/undo-file.ts';
import type { User } from '../src/simulator/principals.ts';
import { createWorld, incident, type ScenarioFile } from '../src/simulator/scenario.ts';
import type { World } from '../src/simulator/world.ts';

/** The incident in three regions, with a function that has a reservation of its own and a user who has nothing to do with it. */
export const smallIncident = {
  ...incident,
  functions: [
    ...incident.functions!.map((it) => ({ ...it, regions: ['us-east-1', 'eu-west-1', 'ap-south-1'] })),
    { name: 'nightly-report', regions: ['eu-west-1'], memoryMb: 512 },
  ],
} satisfies ScenarioFile;

export type ContainmentWorld = Awaited<ReturnType<typeof containmentWorld>>;

export async function containmentWorld(t: Pick<TestContext, 'after'>, scenario: ScenarioFile = smallIncident) {
  let now = Date.parse('2026-11-24T03:00:00Z');
  const world = createWorld(scenario, { clock: () => new Date(now), beganMs: 3_600_000 });
  world.resources
    .functionsIn('eu-west-1')
    .find(({ settings }) => settings.name === 'nightly-report')
    ?.reserve(7, world.now());
  const folder = await mkdtemp(join(tmpdir(), 'containment-'));
  t.after(() => rm(folder, { recursive: true }));
  const doors: ContainmentDoors = {
    open: async (profile) => ({ profile, keyId: keyOf('demo'), cloud: cloudOf(world, world.iam.users.get('demo')!.arn) }),
    usualRegions: ['us-east-1'],
    undoFiles: openUndoFiles(folder),
    exclusively: (work) => work(),
    now: () => new Date(now),
    async pause(milliseconds, signal) {
      if (!signal?.aborted) now += milliseconds;
    },
    pace: { readBackMs: 5_000, readAgainMs: 60_000 },
  };
  function keyOf(user: string): string {
    return world.keysOf(world.iam.users.get(user)!)[0]!.accessKeyId;
  }
  return {
    world,
    folder,
    doors,
    keyOf,
    pass(milliseconds: number) {
      now += milliseconds;
    },
  };
}

/** All that a containment may change, to compare with. */
export function stateOf(world: World): object {
  const { iam, resources } = world;
  const users = [...iam.users.values()].map((user) => ({
    name: user.name,
    policies: [...user.attachedPolicies].sort(),
    inline: [...user.inlinePolicies.keys()],
    keys: world.keysOf(user).map(({ accessKeyId, status }) => [accessKeyId, status]),
  }));
  const functions = resources.functions.map(({ settings, reservedConcurrency }) => [settings.region, settings.name, reservedConcurrency]);
  return { users, functions };
}

/** The account as an administrator of this ARN sees it. */
export function cloudOf(world: World, arn: string): ContainmentCloud {
  const user = (name: string) => world.iam.users.get(name);
  const fn = (region: string, name: string) => world.resources.functionsIn(region).find(({ settings }) => settings.name === name);
  const changed = (found: User | undefined, change: (found: User) => void) => {
    if (found) {
      change(found);
      world.policiesChanged(found);
    }
    return found !== undefined;
  };
  return {
    identity: async () => ({ account: world.accountId, arn, userId: 'id' }),
    users: async () => [...world.iam.users.keys()],
    async keys(name) {
      const found = user(name);
      return found && world.keysOf(found).map(({ accessKeyId, status }) => ({ accessKeyId, active: status === 'Active' }));
    },
    async lastUse(id) {
      const key = world.accessKeys.get(id);
      return key && world.lastUseOf(key);
    },
    async setKeyActive(name, id, active) {
      const key = user(name) && world.keysOf(user(name)!).find(({ accessKeyId }) => accessKeyId === id);
      if (key) world.changeAccessKey(id, active ? 'Active' : 'Inactive');
      return key !== undefined;
    },
    attachedPolicies: async (name) => user(name) && [...user(name)!.attachedPolicies],
    attachPolicy: async (name, policy) => changed(user(name), ({ attachedPolicies }) => attachedPolicies.add(policy)),
    detachPolicy: async (name, policy) => changed(user(name), ({ attachedPolicies }) => attachedPolicies.delete(policy)),
    regions: async () => [...world.resources.enabledRegions],
    functions: async (region) =>
      world.resources.functionsIn(region).map(({ settings: { name, memoryMb }, reservedConcurrency: reserved }) => ({
        name,
        memoryMb,
        reserved,
      })),
    async reserved(region, name) {
      const found = fn(region, name);
      return found && { reserved: found.reservedConcurrency };
    },
    async reserve(region, name, reserved) {
      fn(region, name)?.reserve(reserved, world.now());
      return fn(region, name) !== undefined;
    },
  };
}

const effects: ReadonlySet<string> = new Set(['setKeyActive', 'attachPolicy', 'detachPolicy', 'reserve', 'create', 'write']);

/** The same doors, where every call of cloud and undo files is led through `around`; `effect` says whether it changes something. */
export function watched(
  doors: ContainmentDoors,
  around: (name: string, effect: boolean, call: () => Promise<unknown>, given: readonly unknown[]) => Promise<unknown>,
): ContainmentDoors {
  const led = <Door extends object>(door: Door): Door =>
    new Proxy(door, {
      get(target, property, receiver) {
        const method = Reflect.get(target, property, receiver) as (...all: unknown[]) => unknown;
        const name = String(property);
        return (...given: unknown[]) => around(name, effects.has(name), async () => method.apply(target, given), given);
      },
    });
  return {
    ...doors,
    undoFiles: led(doors.undoFiles),
    async open(profile) {
      const acting = await doors.open(profile);
      return { ...acting, cloud: led(acting.cloud) };
    },
  };
}
