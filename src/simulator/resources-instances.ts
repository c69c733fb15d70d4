export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
export const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export interface InstanceSettings {
  readonly id: string;
  readonly region: string;
  readonly type: string;
  readonly imageId: string;
  readonly spot: boolean;
  readonly launchedAt: Date;
}

const startMs = 15_000;
const stopMs = 20_000;
const rememberedMs = 3_600_000;

/** An instance of EC2 and all that it went through; any moment can be asked about at any time. */
export class Instance {
  readonly settings: InstanceSettings;
  readonly #states: { readonly since: number; readonly state: InstanceState }[];

  constructor(settings: InstanceSettings) {
    this.settings = settings;
    const launched = settings.launchedAt.getTime();
    this.#states = [
      { since: launched, state: 'pending' },
      { since: launched + startMs, state: 'running' },
    ];
  }

  /** Undefined before its launch, and an hour after it was terminated. */
  stateAt(time: Date): InstanceState | undefined {
    const now = time.getTime();
    const found = this.#states.findLast(({ since }) => since <= now);
    return found?.state === 'terminated' && now - found.since > rememberedMs ? undefined : found?.state;
  }

  stop(at: Date): void {
    this.#end(at, 'stopping', 'stopped');
  }

  terminate(at: Date): void {
    this.#end(at, 'shutting-down', 'terminated');
  }

  #end(at: Date, ending: InstanceState, ended: InstanceState): void {
    const now = at.getTime();
    const before = this.stateAt(at);
    if (before === ended || before === 'terminated' || before === undefined) return;
    while (this.#states.length > 0 && this.#states.at(-1)!.since > now) this.#states.pop();
    this.#states.push({ since: now, state: ending }, { since: now + (before === 'stopped' ? 0 : stopMs), state: ended });
  }

  /** How many milliseconds of the span it was charged for. */
  chargedMs(from: number, to: number): number {
    return this.#states.reduce((sum, { since, state }, i) => {
      if (state !== 'running') return sum;
      const until = this.#states[i + 1]?.since ?? Number.POSITIVE_INFINITY;
      return sum + Math.max(0, Math.min(until, to) - Math.max(since, from));
    }, 0);
  }
}
