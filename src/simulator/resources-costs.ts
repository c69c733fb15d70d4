import type { LambdaFunction } from './resources-functions.ts';
import type { Instance } from './resources-instances.ts';
import { instanceHour, lambdaGbSecond, lambdaRequest } from './resources-prices.ts';

/** What one service cost in one region on one day. */
export interface DayCost {
  /** `2026-11-23` */
  readonly day: string;
  readonly service: string;
  readonly region: string;
  readonly usd: number;
}

interface Spender {
  readonly functions: readonly LambdaFunction[];
  readonly instances: readonly Instance[];
  readonly dailyCosts: readonly { readonly service: string; readonly region: string; readonly usd: number }[];
}

const dayMs = 86_400_000;

/** What was spent in the span, by day (UTC), service and region; an invocation counts while it runs. */
export function costsOf({ functions, instances, dailyCosts }: Spender, from: number, to: number): readonly DayCost[] {
  const sums = new Map<string, DayCost>();
  const add = (at: number, service: string, region: string, usd: number) => {
    if (usd <= 0) return;
    const day = new Date(at).toISOString().slice(0, 10);
    const key = `${day}/${service}/${region}`;
    sums.set(key, { day, service, region, usd: usd + (sums.get(key)?.usd ?? 0) });
  };

  for (const fn of functions) {
    const { memoryMb, architecture, region } = fn.settings;
    const perMs = (memoryMb / 1024) * (lambdaGbSecond[architecture] / 1000);
    // A miner of three weeks was started ten thousand times: its days are added up first.
    const ofDay = new Map<number, number>();
    const charge = (at: number, usd: number) => ofDay.set(at - (at % dayMs), (ofDay.get(at - (at % dayMs)) ?? 0) + usd);
    for (const { start, end } of fn.invocations(to)) {
      if (start >= from) charge(start, lambdaRequest);
      for (const [a, b] of days(Math.max(start, from), Math.min(end, to))) charge(a, (b - a) * perMs);
    }
    for (const [day, usd] of ofDay) add(day, 'AWS Lambda', region, usd);
  }
  for (const [a, b] of days(from, to)) {
    for (const instance of instances) {
      const { region, type } = instance.settings;
      add(a, 'Amazon Elastic Compute Cloud - Compute', region, (instance.chargedMs(a, b) / 3_600_000) * instanceHour(type));
    }
    for (const { service, region, usd } of dailyCosts) add(a, service, region, (usd * (b - a)) / dayMs);
  }
  return [...sums.values()];
}

/** The span, cut at midnight. */
function* days(from: number, to: number): Generator<readonly [number, number]> {
  for (let a = from; a < to; ) {
    const b = Math.min(to, a - (a % dayMs) + dayMs);
    yield [a, b];
    a = b;
  }
}
