import * as v from 'valibot';
import { format, type Message, message } from '../message.ts';

const said: v.GenericSchema<Message> = v.object({
  text: v.string(),
  values: v.record(v.string(), v.union([v.string(), v.number(), v.lazy(() => said)])),
});
const time = v.pipe(v.string(), v.isoTimestamp());
const amount = v.pipe(v.number(), v.finite());
const rate = { low: amount, likely: amount, high: amount };

const part = v.object({
  service: v.string(),
  region: v.string(),
  ...rate,
  detail: said,
  /** When it was read. */
  asOf: time,
});

/** What an account spends, as it lies in the cache folder; moments are ISO 8601, rates US dollars an hour. */
export const spendReport = v.object({
  profile: v.string(),
  account: v.string(),
  asOf: time,
  currency: v.string(),
  perHour: v.object(rate),
  /** Undefined where nobody has been able to read it yet. */
  monthToDate: v.optional(v.object({ amount, asOf: time, source: v.string() })),
  parts: v.array(part),
  unwatched: v.array(v.string()),
  missing: v.array(v.object({ what: said, why: said })),
  ownCost: v.object({ calls: v.number(), usd: amount }),
  /** When Cost Explorer was asked last, answered or not. */
  billedAskedAt: v.optional(time),
  /** How late the newest point of Lambda's metrics was at its best, by region, in milliseconds. */
  lags: v.record(v.string(), v.number()),
});

export type SpendReport = v.InferOutput<typeof spendReport>;
export type SpendPart = v.InferOutput<typeof part>;

/** What `keystow spend --json` prints. */
export function toJson(report: SpendReport): object {
  const { profile, account, asOf, currency, perHour, monthToDate = null, unwatched, ownCost } = report;
  return {
    profile,
    account,
    asOf,
    currency,
    perHour: rounded(perHour),
    monthToDate: monthToDate && { ...monthToDate, amount: cents(monthToDate.amount) },
    parts: report.parts.map(({ service, region, detail, ...it }) => ({ service, region, ...rounded(it), detail: format(detail) })),
    unwatched,
    missing: report.missing.map(({ what, why }) => ({ what: format(what), why: format(why) })),
    ownCost: { calls: ownCost.calls, usd: Math.round(ownCost.usd * 1e5) / 1e5 },
  };
}

const cents = (usd: number) => Math.round(usd * 100) / 100;
const fine = (usd: number) => Math.round(usd * 10_000) / 10_000;
const rounded = ({ low, likely, high }: { low: number; likely: number; high: number }) => ({
  low: fine(low),
  likely: fine(likely),
  high: fine(high),
});

/** An account that spends more than it may. */
export interface SpendAlert {
  readonly perHour: number;
  /** The part that spends most. */
  readonly top: SpendPart;
  readonly message: Message;
}

/** Undefined where the account spends `alertPerHour` dollars an hour or less, probably. */
export function alertOf({ perHour, parts, profile }: SpendReport, alertPerHour: number): SpendAlert | undefined {
  const [top] = parts.toSorted((a, b) => b.likely - a.likely);
  if (!top || perHour.likely <= alertPerHour) return undefined;
  const values = {
    profile,
    total: `$${perHour.likely.toFixed(2)}`,
    service: top.service,
    region: top.region,
    part: `$${top.likely.toFixed(2)}`,
    regions: new Set(parts.filter(({ likely }) => likely > 0).map(({ region }) => region)).size,
  };
  const text =
    'The account of {profile} spends about {total} an hour, in {regions} regions; most of it {service} in {region}: {part} an hour.';
  return { perHour: perHour.likely, top, message: message(text, values) };
}
