import type { World } from '../src/simulator/world.ts';
import type { SpendCloud } from '../src/spend/cloud.ts';

/** What spend asks, answered by the simulated account itself: no network, and whatever clock the account has. */
export function cloudOf(world: World): SpendCloud {
  const { resources } = world;
  return {
    account: async () => ({ id: world.accountId, time: world.now() }),
    enabledRegions: async () => [...resources.enabledRegions],
    concurrency: async (region, from, to) =>
      resources
        .samples(
          { namespace: 'AWS/Lambda', name: 'ConcurrentExecutions', dimensions: {}, from: from.getTime(), to: to.getTime() },
          region,
          world.now(),
        )
        .map(({ at, maximum }) => ({ at: new Date(at), atOnce: maximum })),
    functions: async (region) =>
      resources
        .functionsIn(region)
        .map(({ settings: { name, memoryMb, architecture } }) => ({ name, memoryMb, arm: architecture === 'arm64' })),
    instances: async (region) =>
      resources
        .instancesIn(region)
        .filter((instance) => ['pending', 'running'].includes(instance.stateAt(world.now()) ?? ''))
        .map(({ settings: { type, spot } }) => ({ type, spot, windows: false })),
    billed: async (from, to) => ({
      amount: resources.costs(new Date(from), new Date(to), world.now()).reduce((sum, { usd }) => sum + usd, 0),
      currency: 'USD',
    }),
  };
}
