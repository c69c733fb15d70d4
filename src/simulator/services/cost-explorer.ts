import * as v from 'valibot';
import { groupBy } from '../group.ts';
import { json } from '../protocols/json.ts';
import type { DayCost } from '../resources-costs.ts';
import { integer, operation, type Service, text } from '../service.ts';
import { type OutputRecord, ServiceError } from '../wire.ts';

const metrics = ['UnblendedCost', 'BlendedCost', 'AmortizedCost', 'NetUnblendedCost', 'NetAmortizedCost'] as const;
const day = text(10, 10, /^\d{4}-\d\d-\d\d$/);
const dayMs = 86_400_000;
const groupsInPage = 100;

const getCostAndUsage = operation({
  input: v.strictObject({
    TimePeriod: v.strictObject({ Start: day, End: day }),
    Granularity: v.picklist(['DAILY', 'MONTHLY']),
    Metrics: v.pipe(v.array(v.picklist(metrics)), v.minLength(1)),
    GroupBy: v.optional(
      v.pipe(
        v.array(v.strictObject({ Type: v.literal('DIMENSION'), Key: v.picklist(['SERVICE', 'REGION']) })),
        v.maxLength(2, 'Member must have length less than or equal to 2'),
      ),
      [],
    ),
    /** All that the account has is usage. */
    Filter: v.optional(
      v.strictObject({ Dimensions: v.strictObject({ Key: v.literal('RECORD_TYPE'), Values: v.tuple([v.literal('Usage')]) }) }),
    ),
    NextPageToken: v.optional(integer(0, 1_000_000)),
  }),
  resource: ({ TimePeriod }, { world }) => {
    if (TimePeriod.Start >= TimePeriod.End) throw new ServiceError('ValidationError', 400, 'Start date must be before end date.');
    return `arn:aws:ce:us-east-1:${world.accountId}:/GetCostAndUsage`;
  },
  run({ TimePeriod, Granularity, Metrics, GroupBy, NextPageToken = 0 }, { world, caller }) {
    const costs = world.resourcesOf(caller.principal).costs(new Date(TimePeriod.Start), new Date(TimePeriod.End), world.now());
    const amounts = (of: readonly DayCost[]): OutputRecord => {
      const Amount = of.reduce((sum, { usd }) => sum + usd, 0).toFixed(10);
      return Object.fromEntries(Metrics.map((metric) => [metric, { Amount, Unit: 'USD' }]));
    };
    const keysOf = (cost: DayCost) => GroupBy.map(({ Key }) => (Key === 'SERVICE' ? cost.service : cost.region));
    const periods = [...periodsOf(TimePeriod, Granularity)].map(([Start, End]) => {
      const within = costs.filter((cost) => cost.day >= Start && cost.day < End);
      const groups = groupBy(within, (cost) => JSON.stringify(keysOf(cost)));
      const Groups = GroupBy.length === 0 ? [] : [...groups].map(([keys, of]) => ({ Keys: JSON.parse(keys), Metrics: amounts(of) }));
      return { TimePeriod: { Start, End }, Total: GroupBy.length === 0 ? amounts(within) : {}, Groups, Estimated: true };
    });
    const [page, next] = pageOf(periods, NextPageToken);
    return { GroupDefinitions: GroupBy, ResultsByTime: page, NextPageToken: next };
  },
});

interface Period extends OutputRecord {
  readonly Groups: readonly OutputRecord[];
}

/** So many groups of all periods together, and where the next page begins. */
function pageOf(periods: readonly Period[], from: number): readonly [Period[], string | undefined] {
  let at = 0;
  const page = periods.flatMap((period) => {
    const first = at;
    at += Math.max(1, period.Groups.length);
    const Groups = period.Groups.slice(Math.max(0, from - first), Math.max(0, from + groupsInPage - first));
    return at > from && first < from + groupsInPage ? [{ ...period, Groups }] : [];
  });
  return [page, at > from + groupsInPage ? String(from + groupsInPage) : undefined];
}

function* periodsOf(
  { Start, End }: { Start: string; End: string },
  granularity: 'DAILY' | 'MONTHLY',
): Generator<readonly [string, string]> {
  for (let from = Start; from < End; ) {
    const date = new Date(from);
    const next =
      granularity === 'DAILY' ? new Date(date.getTime() + dayMs) : new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
    const until = next.toISOString().slice(0, 10);
    yield [from, until < End ? until : End];
    from = until;
  }
}

/** AWS Cost Explorer (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html). */
export const costExplorer: Service = {
  signingName: 'ce',
  actionPrefix: 'ce',
  protocols: [json('1.1', 'AWSInsightsIndexService')],
  operations: { GetCostAndUsage: getCostAndUsage },
};
