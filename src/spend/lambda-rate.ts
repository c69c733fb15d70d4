import { type Message, message } from '../message.ts';
import type { ConcurrencyPoint, FunctionSize } from './cloud.ts';
import { invocationHour, lambdaMemoryMb, type Rate } from './price-book.ts';

export interface LambdaReading {
  readonly points: readonly ConcurrencyPoint[];
  /** The functions of the region; empty where they could not be listed. */
  readonly functions: readonly FunctionSize[];
  readonly now: Date;
  /** How late points have been coming in this region, in milliseconds; undefined where nobody has seen it yet. */
  readonly usualLagMs: number | undefined;
}

export interface LambdaRate extends Rate {
  readonly detail: Message;
}

const minuteMs = 60_000;
/** An exporter of these metrics found them ten minutes late. */
const worstLagMs = 10 * minuteMs;
/** Points are a minute apart, and come a little sooner or later. */
const betweenPointsMs = 1.5 * minuteMs;
const surelyNowMs = 5 * minuteMs;

/** The newest minute in which anything ran. */
export function newestPoint(points: readonly ConcurrencyPoint[]): ConcurrencyPoint | undefined {
  return points.reduce<ConcurrencyPoint | undefined>((newest, point) => (newest && newest.at >= point.at ? newest : point), undefined);
}

/**
 * What Lambda costs in a region now, in US dollars an hour; undefined where nothing ran. As many invocations as ran at once in the newest minute known,
 * each at the memory of the smallest, of a typical and of the largest function. Dearer functions weigh more in the typical one: a miner takes much
 * memory. A minute without invocations has no point, so a newest point older than points usually are means that nothing runs any more.
 */
export function lambdaRate({ points, functions, now, usualLagMs = worstLagMs }: LambdaReading): LambdaRate | undefined {
  const newest = newestPoint(points);
  if (!newest || newest.atOnce === 0) return undefined;
  const ageMs = now.getTime() - newest.at.getTime();
  const ended = ageMs > usualLagMs + betweenPointsMs;
  const hours = pricesOf(functions);
  const values = { count: newest.atOnce };
  return {
    low: ended || ageMs > surelyNowMs ? 0 : newest.atOnce * hours.low,
    likely: ended ? 0 : newest.atOnce * hours.likely,
    high: newest.atOnce * hours.high,
    detail: ended
      ? message('{count} at once, none since', values)
      : hours.memory === undefined
        ? message('{count} at once, their memory is not known', values)
        : message('{count} at once, {memory} each', { ...values, memory: hours.memory }),
  };
}

function pricesOf(functions: readonly FunctionSize[]): Rate & { readonly memory: string | undefined } {
  if (functions.length === 0) {
    const low = invocationHour({ memoryMb: lambdaMemoryMb.least, arm: true });
    const high = invocationHour({ memoryMb: lambdaMemoryMb.most, arm: false });
    return { low, likely: high, high, memory: undefined };
  }
  const hours = functions.map(invocationHour);
  const sum = hours.reduce((total, hour) => total + hour, 0);
  const likely = hours.reduce((total, hour) => total + (hour * hour) / sum, 0);
  return { low: Math.min(...hours), likely, high: Math.max(...hours), memory: memoryOf(functions) };
}

function memoryOf(functions: readonly FunctionSize[]): string {
  const sizes = functions.map(({ memoryMb }) => memoryMb);
  const gb = (mb: number) => String(Math.round((mb / 1024) * 100) / 100);
  const [least, most] = [gb(Math.min(...sizes)), gb(Math.max(...sizes))];
  return least === most ? `${most} GB` : `${least}–${most} GB`;
}
