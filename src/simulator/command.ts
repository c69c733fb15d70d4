import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { UserError } from '../message.ts';
import { readScenario } from './scenario.ts';
import { type RequestRecord, type Simulator, type SimulatorOptions, startSimulator } from './server.ts';

export interface SimulateOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** `quiet`, `incident`, or the path of a JSON file. */
  readonly scenario: string;
  /** How long ago the scenario began, such as `90m`, `6h` or `2d`. */
  readonly began?: string;
  /** The file that gets a JSON line for each request. */
  readonly record?: string;
}

/** The `simulate` verb: prints one JSON line with the endpoint and the keys, and serves until aborted. @throws UserError */
export async function simulate(options: SimulateOptions, io: { print(line: string): void }, signal: AbortSignal): Promise<void> {
  const simulator = await start({
    port: options.port,
    scenario: await readScenario(options.scenario),
    ...(options.began !== undefined && { beganMs: durationMs(options.began) }),
    ...(options.record !== undefined && { record: recorder(options.record) }),
  });
  const { endpoint, world, accessKeys } = simulator;
  io.print(
    JSON.stringify({
      endpoint,
      region: world.region,
      accountId: world.accountId,
      startUrl: world.identityCenter.startUrl,
      keys: accessKeys,
      ...(world.mfaDevices.size > 0 && { mfaDevices: [...world.mfaDevices.values()].map(({ serial, secret }) => ({ serial, secret })) }),
    }),
  );
  if (!signal.aborted) await once(signal, 'abort');
  await simulator.stop();
}

async function start(options: SimulatorOptions): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const values = { port: options.port ?? 0, code: code ?? '' };
    if (code === 'EADDRINUSE')
      throw new UserError('Port {port} is taken: choose another with --port, or leave it out for a free one.', values);
    if (code === 'EACCES') throw new UserError('Port {port} may not be used by you: choose one above 1023 with --port.', values);
    throw error;
  }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationMs(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new UserError('{text} is not a duration: write a number and s, m, h or d, as in 90m.', { text });
  }
  return Number(count) * units[unit]!;
}

function recorder(file: string): (record: RequestRecord) => void {
  const append = (text: string) => appendFileSync(file, text, { mode: 0o600 });
  try {
    append('');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new UserError('The requests cannot be recorded in {file} ({code}).', { file, code });
  }
  return (record) => append(`${JSON.stringify(record)}\n`);
}
