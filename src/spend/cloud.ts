/** The most that ran at once in one minute. */
export interface ConcurrencyPoint {
  /** The beginning of the minute. */
  readonly at: Date;
  readonly atOnce: number;
}

export interface FunctionSize {
  readonly name: string;
  readonly memoryMb: number;
  readonly arm: boolean;
}

export interface RunningInstance {
  readonly type: string;
  readonly spot: boolean;
  readonly windows: boolean;
}

export interface Billed {
  readonly amount: number;
  /** ISO 4217, as AWS says it. */
  readonly currency: string;
}

/** What is asked of AWS. Each call throws a UserError that says why it failed, and gives up when `signal` says so. */
export interface SpendCloud {
  /** Whose account this is, and what time it is by the clock of AWS. */
  account(signal: AbortSignal): Promise<{ readonly id: string; readonly time: Date | undefined }>;
  /** The regions that the account may use. */
  enabledRegions(signal: AbortSignal): Promise<readonly string[]>;
  /** How many invocations of all functions of a region ran at once, by the minute; a minute in which none ran may have no point. */
  concurrency(region: string, from: Date, to: Date, signal: AbortSignal): Promise<readonly ConcurrencyPoint[]>;
  functions(region: string, signal: AbortSignal): Promise<readonly FunctionSize[]>;
  /** The instances that are pending or running, at this moment. */
  instances(region: string, signal: AbortSignal): Promise<readonly RunningInstance[]>;
  /** What the days from `from` until before `to` (`2026-11-01`) cost, unblended, before credits. */
  billed(from: string, to: string, signal: AbortSignal): Promise<Billed>;
}

/** Is told of every request before it is sent, each page by itself: `GetCostAndUsage`. @throws UserError where it may not be paid for */
export type OnCall = (operation: string) => void;
