import { type Message, message, UserError } from '../message.ts';
import type { RunningInstance, SpendCloud } from './cloud.ts';
import { lambdaRate, newestPoint } from './lambda-rate.ts';
import { instanceHour, nothing, plus, type Rate } from './price-book.ts';
import type { SpendPart, SpendReport } from './report.ts';

export interface SweepOptions {
  readonly profile: string;
  readonly cloud: SpendCloud;
  readonly clock: () => Date;
  /** The regions to look at, or all that the account may use. */
  readonly regions: 'all' | readonly string[];
  /** What the sweep before this one found. */
  readonly previous?: SpendReport | undefined;
  /** How long one question to one region may take. */
  readonly regionTimeoutMs?: number;
}

type Missing = SpendReport['missing'][number];
export type SweptReport = Omit<SpendReport, 'ownCost'>;

/** The services that can cost much and that nobody looks at yet. */
export const unwatched: readonly string[] = [
  'ECS and Fargate',
  'Bedrock',
  'SageMaker',
  'RDS',
  'EMR',
  'ElastiCache',
  'OpenSearch',
  'Redshift',
  'CodeBuild',
  'Lightsail',
  'EBS',
  'S3',
  message('data transfer').text,
];

/** Those that an account has from the beginning (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html). */
export const defaultRegions: readonly string[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
];

const minuteMs = 60_000;
const windowMs = 15 * minuteMs;
const wrongClockMs = 10 * minuteMs;
const billedAgeMs = 6 * 60 * minuteMs;
const billedRetryMs = 60 * minuteMs;
const carriedMs = 30 * minuteMs;

/**
 * Looks at every region once: what runs there now and what it costs an hour, and what the month has cost so far. What could not be read is in `missing`,
 * and what was known of it half an hour ago still counts: a region that does not answer is never silently free.
 * @throws UserError where AWS does not say whose account it is: nothing else would be true then.
 */
export async function sweep({ profile, cloud, clock, regions, previous, regionTimeoutMs = 15_000 }: SweepOptions): Promise<SweptReport> {
  const within = () => AbortSignal.timeout(regionTimeoutMs);
  const asked = clock();
  const account = await cloud.account(within());
  const answered = clock();
  const missing: Missing[] = [];
  const before = previous?.account === account.id ? previous : undefined;

  const offMs = account.time ? offOf(account.time, asked, answered) : 0;
  // The ages of points are counted by the clock that stamps them.
  const awsNow = () => new Date(clock().getTime() - (Math.abs(offMs) > minuteMs ? offMs : 0));

  const attempt = async <T>(what: Message, work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      missing.push({ what, why: reasonOf(error) });
      return undefined;
    }
  };

  const billed = readBilled(cloud, before, awsNow(), within, missing, attempt);
  const places =
    regions === 'all' ? await attempt(message('the regions that the account has opted into'), cloud.enabledRegions(within())) : regions;
  const lags: Record<string, number> = {};
  const partsOf = async (region: string): Promise<readonly SpendPart[]> => {
    const carried = (service: string) => carriedPart(before, service, region, clock());
    const lambda = async (): Promise<SpendPart | undefined> => {
      const now = awsNow();
      // Periods are whole minutes, and the one that is just passing counts.
      const to = new Date(Math.ceil(now.getTime() / minuteMs) * minuteMs);
      const what = message('{service} in {region}', { service: 'Lambda', region });
      const points = await attempt(what, cloud.concurrency(region, new Date(to.getTime() - windowMs), to, within()));
      if (!points) return carried('Lambda');
      const newest = newestPoint(points);
      const usualLagMs = before?.lags[region];
      const lagMs = newest && Math.min(now.getTime() - newest.at.getTime(), usualLagMs ?? Number.POSITIVE_INFINITY);
      if (lagMs ?? usualLagMs) lags[region] = lagMs ?? usualLagMs!;
      if (!newest || newest.atOnce === 0) return undefined;
      const whose = message('the functions in {region}', { region });
      const functions = (await attempt(whose, cloud.functions(region, within()))) ?? [];
      const rate = lambdaRate({ points, functions, now, usualLagMs });
      const ageMs = now.getTime() - newest.at.getTime();
      return rate && { service: 'Lambda', region, ...rate, asOf: new Date(clock().getTime() - ageMs).toISOString() };
    };
    const ec2 = async (): Promise<SpendPart | undefined> => {
      const what = message('{service} in {region}', { service: 'EC2', region });
      const instances = await attempt(what, cloud.instances(region, within()));
      return instances ? ec2Part(region, instances, clock()) : carried('EC2');
    };
    return (await Promise.all([lambda(), ec2()])).filter((part) => part !== undefined);
  };
  const parts = (await Promise.all((places ?? defaultRegions).map(partsOf))).flat().sort((a, b) => b.likely - a.likely);

  return {
    profile,
    account: account.id,
    asOf: clock().toISOString(),
    perHour: parts.reduce<Rate>(plus, nothing),
    ...(await billed),
    parts,
    unwatched: [...unwatched],
    missing,
    lags,
    ...(Math.abs(offMs) >= wrongClockMs && { clockOffMs: offMs }),
  };
}

/** How far our clock is ahead of AWS's, whose answer has whole seconds. */
function offOf(theirs: Date, asked: Date, answered: Date): number {
  const time = theirs.getTime();
  if (asked.getTime() > time + 1000) return asked.getTime() - time;
  return answered.getTime() < time ? answered.getTime() - time : 0;
}

/** Costs come a day late and each question costs a cent, so few are asked. */
async function readBilled(
  cloud: SpendCloud,
  before: SpendReport | undefined,
  now: Date,
  within: () => AbortSignal,
  missing: Missing[],
  attempt: <T>(what: Message, work: Promise<T>) => Promise<T | undefined>,
): Promise<Pick<SpendReport, 'currency' | 'monthToDate' | 'billedAskedAt'>> {
  const month = now.toISOString().slice(0, 7);
  const known = before?.monthToDate?.asOf.startsWith(month) ? before.monthToDate : undefined;
  const askedAt = before?.billedAskedAt;
  const ageOf = (time: string | undefined) => (time === undefined ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(time));
  const kept = { currency: before?.currency ?? 'USD', ...(known && { monthToDate: known }) };
  if (ageOf(known?.asOf) < billedAgeMs || ageOf(askedAt) < billedRetryMs) {
    missing.push(...(before?.missing.filter(({ what }) => what.text === billedName.text) ?? []));
    return { ...kept, ...(askedAt !== undefined && { billedAskedAt: askedAt }) };
  }
  const tomorrow = new Date(now.getTime() + 24 * 60 * minuteMs).toISOString().slice(0, 10);
  const billed = await attempt(billedName, cloud.billed(`${month}-01`, tomorrow, within()));
  const billedAskedAt = now.toISOString();
  if (!billed) return { ...kept, billedAskedAt };
  return {
    currency: billed.currency,
    billedAskedAt,
    monthToDate: { amount: billed.amount, asOf: billedAskedAt, source: billedSource.text },
  };
}

const billedSource = message('Cost Explorer, unblended, before credits, up to 24 h late');
/** What `missing` calls the bill; everything else that is missing is missing in the rate. */
export const billedName = message('what the month has cost so far');

function ec2Part(region: string, instances: readonly RunningInstance[], now: Date): SpendPart | undefined {
  if (instances.length === 0) return undefined;
  const rate = instances.map((it) => instanceHour(it, region)).reduce(plus, nothing);
  const counts = new Map<string, number>();
  for (const { type, spot } of instances) {
    const name = spot ? `${type} (Spot)` : type;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const kinds = [...counts].map(([name, count]) => `${count} × ${name}`);
  const list = kinds.slice(0, 5).join(', ') + (kinds.length > 5 ? ' …' : '');
  return { service: 'EC2', region, ...rate, detail: message('{list} running', { list }), asOf: now.toISOString() };
}

/** What was known of a part that cannot be read now; it may have ended. */
function carriedPart(before: SpendReport | undefined, service: string, region: string, now: Date): SpendPart | undefined {
  const known = before?.parts.find((part) => part.service === service && part.region === region);
  const ageMs = known === undefined ? 0 : now.getTime() - Date.parse(known.asOf);
  return known === undefined || ageMs > carriedMs ? undefined : { ...known, low: 0 };
}

/** A bug in one region's reading is one region's, but it is not worded for a person. */
function reasonOf(error: unknown): Message {
  if (error instanceof UserError) return error.said;
  return message('It failed: {reason}', { reason: error instanceof Error ? error.message : String(error) });
}
