import type { AccessKey } from './principals.ts';

/** One run of a function; it ends at `end`, also where that lies ahead. Milliseconds since 1970. */
export interface Invocation {
  readonly start: number;
  readonly end: number;
}

/** Whose key starts a function: it starts while the services take that key and the user's policies allow it. */
export interface Starter {
  readonly key: AccessKey;
  readonly region: string;
  /** The user's policies were changed at this moment. */
  policiesChanged(): void;
  /** Whether the key signs a request that is taken at that time, in milliseconds since 1970. */
  hasKey(time: number): boolean;
  /** Whether the function starts at that time. */
  mayStart(time: number): boolean;
}

/** What starts a function again and again. */
export interface Schedule {
  readonly from: Date;
  readonly everySeconds: number;
  readonly runSeconds: number;
  /** Whose key it takes; undefined where nothing of the account's users is needed. */
  readonly by?: Starter | undefined;
}

export interface FunctionSettings {
  readonly name: string;
  readonly region: string;
  readonly memoryMb: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly timeoutSeconds: number;
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly createdAt: Date;
  /** What starts it again and again, undefined where only Invoke does. */
  readonly schedule?: Schedule | undefined;
}

const invokedMs = 100;

/** A function of Lambda. What ran when is worked out from its schedule and its limits, so any moment can be asked about at any time. */
export class LambdaFunction {
  readonly settings: FunctionSettings;
  readonly #invoked: number[] = [];
  /** The reserved concurrency since each moment, oldest first; undefined where nothing is reserved. */
  readonly #limits: { readonly since: number; readonly limit: number | undefined }[] = [];

  constructor(settings: FunctionSettings) {
    this.settings = settings;
  }

  get reservedConcurrency(): number | undefined {
    return this.#limits.at(-1)?.limit;
  }

  /** From this moment on at most so many invocations run at once; what runs goes on to its end. */
  reserve(limit: number | undefined, at: Date): void {
    this.#limits.push({ since: at.getTime(), limit });
  }

  /** Starts it once. @returns false where the reserved concurrency does not let it start */
  invoke(at: Date): boolean {
    const start = at.getTime();
    const running = this.invocations(start).filter(({ end }) => end > start).length;
    if (running >= this.#limitAt(start)) return false;
    this.#invoked.push(start);
    return true;
  }

  /** Every invocation that began up to that moment, in order. */
  invocations(until: number): readonly Invocation[] {
    const scheduled = this.#scheduled(until);
    const invoked = this.#invoked.filter((start) => start <= until).map((start) => ({ start, end: start + invokedMs }));
    return invoked.length === 0 ? scheduled : [...scheduled, ...invoked].sort((a, b) => a.start - b.start);
  }

  #scheduled(until: number): Invocation[] {
    const { schedule, timeoutSeconds } = this.settings;
    if (!schedule) return [];
    const runMs = Math.min(schedule.runSeconds, timeoutSeconds) * 1000;
    const started: Invocation[] = [];
    let oldestRunning = 0;
    for (let start = schedule.from.getTime(); start <= until; start += schedule.everySeconds * 1000) {
      while (oldestRunning < started.length && started[oldestRunning]!.end <= start) oldestRunning++;
      const mayStart = schedule.by?.mayStart(start) ?? true;
      if (mayStart && started.length - oldestRunning < this.#limitAt(start)) started.push({ start, end: start + runMs });
    }
    return started;
  }

  /** When its key was last used to start it, up to that moment: taken or not, IAM notes it. */
  lastAttempt(until: number): number | undefined {
    const { schedule } = this.settings;
    if (!schedule?.by || until < schedule.from.getTime()) return undefined;
    const everyMs = schedule.everySeconds * 1000;
    const from = schedule.from.getTime();
    for (let at = from + Math.floor((until - from) / everyMs) * everyMs; at >= from; at -= everyMs) if (schedule.by.hasKey(at)) return at;
    return undefined;
  }

  #limitAt(time: number): number {
    return this.#limits.findLast(({ since }) => since <= time)?.limit ?? Number.POSITIVE_INFINITY;
  }
}

/** The most invocations that ran at the same time within the span, its end excluded. */
export function mostAtOnce(invocations: readonly Invocation[], from: number, to: number): number {
  const within = invocations.filter(({ start, end }) => start < to && end > from);
  const changes = within.flatMap(({ start, end }) => [
    { at: Math.max(start, from), by: 1 },
    { at: end, by: -1 },
  ]);
  // At one moment, ends come before starts.
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let running = 0;
  let most = 0;
  for (const { at, by } of changes) {
    if (at >= to) break;
    running += by;
    most = Math.max(most, running);
  }
  return most;
}
