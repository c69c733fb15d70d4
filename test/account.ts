// An AWS account that a test may use up, whoever plays AWS: the simulator here, moto in test/clients. What is asked of it goes over HTTP.
import type { TestContext } from 'node:test';
import type { AccessKey } from '../src/credentials/access-key.ts';
import { startSimulator } from '../src/simulator/server.ts';

export interface Account {
  readonly endpoint: string;
  readonly id: string;
  /** The name of a user who may do everything, and the user's key. */
  readonly user: string;
  readonly key: AccessKey;
  /** Another user, who may read, and the user's key. */
  readonly reader: { readonly user: string; readonly key: AccessKey };
  /** What whoever plays AWS does not do as AWS does. */
  readonly lacks: readonly Lack[];
  /** Runs instances, on demand. */
  launch(region: string, type: string, count: number): Promise<void>;
  /** Lets invocations of a new function of this size run at once, since some minutes. */
  occupy(region: string, name: string, memoryMb: number, atOnce: number): Promise<void>;
}

export type Lack = 'sessions' | 'refusing inactive keys' | 'listing regions' | 'costs';

/** An account of the simulator, for the time of the test. */
export async function simulatedAccount(t: Pick<TestContext, 'after'>): Promise<Account> {
  const simulator = await startSimulator({ beganMs: 3_600_000 });
  t.after(() => simulator.stop());
  const { world, endpoint } = simulator;
  const keyOf = (name: string): AccessKey => {
    const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === name)!;
    return { accessKeyId, secretAccessKey };
  };
  return {
    endpoint,
    id: world.accountId,
    user: 'demo',
    key: keyOf('demo'),
    reader: { user: 'reader', key: keyOf('reader') },
    lacks: [],
    async launch(region, type, count) {
      for (let i = 0; i < count; i++)
        world.resources.launch({ id: world.newInstanceId(), type, region, spot: false, imageId: 'ami-0', launchedAt: world.now() });
    },
    async occupy(region, name, memoryMb, atOnce) {
      const createdAt = new Date(world.now().getTime() - 20 * 60_000);
      world.resources.addFunction({
        name,
        region,
        memoryMb,
        architecture: 'x86_64',
        timeoutSeconds: 900,
        runtime: 'nodejs22.x',
        handler: 'index.handler',
        role: `arn:aws:iam::${world.accountId}:role/${name}`,
        createdAt,
        schedule: { from: createdAt, everySeconds: 60, runSeconds: 60 * atOnce },
      });
    },
  };
}
