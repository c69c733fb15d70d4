import * as v from 'valibot';
import { format, type Message, message } from '../message.ts';

/** A message as it lies in a file. */
export const said: v.GenericSchema<Message> = v.object({
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
  /** The moment that it is true of, by our clock. */
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
  /** How far our clock is ahead of AWS's, in milliseconds, where that is minutes; below 0 it is behind. */
  clockOffMs: v.optional(amount),
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
    parts: report.parts.map((part) => ({ service: part.service, region: part.region, ...rounded(part), detail: detailAt(part, asOf) })),
    unwatched,
    missing: [...clockWarning(report), ...report.missing].map(({ what, why }) => ({ what: format(what), why: format(why) })),
    ownCost: { calls: ownCost.calls, usd: Math.round(ownCost.usd * 1e5) / 1e5 },
  };
}

function detailAt({ detail, asOf }: SpendPart, time: string): string {
  return `${format(detail)}, ${format(ageOf(asOf, new Date(time)))}`;
}

/** How long ago a moment was, for a person. */
export function ageOf(moment: string, now: Date): Message {
  const minutes = Math.round((now.getTime() - Date.parse(moment)) / 60_000);
  if (minutes < 1) return message('just now');
  return minutes < 120 ? message('{minutes} min ago', { minutes }) : message('{hours} h ago', { hours: Math.round(minutes / 60) });
}

/** That this machine's clock is wrong, and what to do, where it is; one entry at most. */
export function clockWarning({ clockOffMs = 0 }: Pick<SpendReport, 'clockOffMs'>): { readonly what: Message; readonly why: Message }[] {
  if (clockOffMs === 0) return [];
  const values = { minutes: Math.round(Math.abs(clockOffMs) / 60_000) };
  const why =
    clockOffMs > 0
      ? message('It is {minutes} minutes ahead of AWS. Set it: from 15 minutes on, AWS refuses every call.', values)
      : message('It is {minutes} minutes behind AWS. Set it: from 15 minutes on, AWS refuses every call.', values);
  return [{ what: message('the clock of this machine'), why }];
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
