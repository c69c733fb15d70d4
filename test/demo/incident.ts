// The account of the demo, and what befalls it: a scenario file of the shape of the real incident, faster. There, the miners came back every 3 minutes and ran for 15, and
// AWS's points come minutes late.
import { join } from 'node:path';
import { begin, readScenario } from '../../src/simulator/scenario.ts';
import { type Simulator, startSimulator } from '../../src/simulator/server.ts';

export type SimulatorKey = Simulator['accessKeys'][number];

export interface DemoAccount {
  readonly simulator: Simulator;
  /** The key that lies in the demo's files. */
  readonly key: SimulatorKey;
  /** What the scenario says of its times, for a person. */
  readonly times: string;
  /** Begins the incident; does nothing where it goes on already. */
  beginIncident(): void;
}

/** How long a person has before the incident begins by itself. */
export const calmMinutes = 5;

/** @param burning Whether the incident goes on from the beginning. */
export async function openAccount(burning: boolean): Promise<DemoAccount> {
  const incident = await readScenario(join(import.meta.dirname, 'incident.json'));
  const { functions = [], metricsDelaySeconds } = incident;
  const simulator = await startSimulator({ scenario: burning ? incident : { ...incident, functions: [] } });
  let goesOn = burning;
  const beginIncident = () => {
    if (!goesOn) begin({ users: [], functions }, simulator.world);
    goesOn = true;
  };
  setTimeout(beginIncident, calmMinutes * 60_000).unref();
  const [{ runSeconds, reinstallSeconds } = {}] = functions;
  return {
    simulator,
    key: simulator.accessKeys.find(({ user }) => user === 'demo')!,
    times: `miners run ${runSeconds} s, come back every ${reinstallSeconds} s, and CloudWatch is ${metricsDelaySeconds} s late (test/demo/incident.json)`,
    beginIncident,
  };
}
