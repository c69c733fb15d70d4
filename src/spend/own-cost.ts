import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { errorCode, fileError } from '../files/file-error.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import type { OnCall } from './cloud.ts';

/**
 * What AWS takes for a call, in US dollars; every other call of ours is free. The first million requests a month to CloudWatch are free too, but others in
 * the account use them up, so they are counted (https://aws.amazon.com/cloudwatch/pricing/, https://aws.amazon.com/aws-cost-management/pricing/).
 */
const prices: Readonly<Record<string, number>> = { GetMetricStatistics: 0.00001, GetCostAndUsage: 0.01 };

const ledger = v.object({ day: v.string(), calls: v.number(), usd: v.number() });

/** What our own calls of one day cost. */
export interface OwnCost {
  readonly calls: number;
  readonly usd: number;
}

/** Counts what our calls cost on this day (UTC) and lets none through that would cost more than the cap. */
export class OwnCostMeter {
  readonly #file: string;
  readonly #capPerDay: number;
  readonly #clock: () => Date;
  #today: v.InferOutput<typeof ledger>;

  private constructor(file: string, capPerDay: number, clock: () => Date, known: v.InferOutput<typeof ledger>) {
    this.#file = file;
    this.#capPerDay = capPerDay;
    this.#clock = clock;
    this.#today = known;
  }

  /** The meter whose counts so far lie in `file`; one process at a time may use it. A file that cannot be read counts as if the cap were reached. */
  static async open(file: string, capPerDay: number, clock: () => Date): Promise<OwnCostMeter> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw fileError(error, file);
    });
    const today = dayOf(clock());
    const spent = { day: today, calls: 0, usd: text === undefined ? 0 : capPerDay };
    return new OwnCostMeter(file, capPerDay, clock, (text === undefined ? undefined : parse(text)) ?? spent);
  }

  get today(): OwnCost {
    const { calls, usd } = this.#of(this.#clock());
    return { calls, usd };
  }

  /** Whether a call of this kind may still be paid for today. */
  allows(operation: string): boolean {
    // Cents are sums of binary fractions: a cap of 0.25 holds 25 calls of 0.01.
    return this.today.usd + priceOf(operation) <= this.#capPerDay + 1e-9;
  }

  readonly onCall: OnCall = (operation) => {
    if (priceOf(operation) > 0 && !this.allows(operation)) throw capReached(this.#capPerDay);
    const { day, calls, usd } = this.#of(this.#clock());
    this.#today = { day, calls: calls + 1, usd: usd + priceOf(operation) };
  };

  async save(): Promise<void> {
    await replaceFile(this.#file, JSON.stringify(this.#today));
  }

  #of(now: Date): v.InferOutput<typeof ledger> {
    const day = dayOf(now);
    return this.#today.day === day ? this.#today : { day, calls: 0, usd: 0 };
  }
}

const priceOf = (operation: string) => prices[operation] ?? 0;
const dayOf = (time: Date) => time.toISOString().slice(0, 10);

const capReached = (cap: number) =>
  new UserError(
    'Keystow may spend {cap} dollars a day on its own calls (keystow.spend.maxCostPerDay), and this one would be more. It is asked again tomorrow.',
    { cap },
  );

function parse(text: string): v.InferOutput<typeof ledger> | undefined {
  try {
    const { success, output } = v.safeParse(ledger, JSON.parse(text));
    return success ? output : undefined;
  } catch {
    return undefined;
  }
}
