import * as v from 'valibot';
import { groupBy } from '../group.ts';
import { json } from '../protocols/json.ts';
import { query } from '../protocols/query.ts';
import type { Dimensions, MetricSample } from '../resources-metrics.ts';
import { type Context, integer, operation, type Service, text } from '../service.ts';
import { type OutputRecord, ServiceError } from '../wire.ts';

const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
type Statistic = (typeof statistics)[number];

/** A moment: a text in the query protocol, seconds since 1970 in JSON. */
const moment = v.pipe(
  v.union([
    v.pipe(
      v.number(),
      v.transform((seconds) => new Date(seconds * 1000)),
    ),
    v.pipe(
      v.string(),
      v.transform((written) => new Date(written)),
    ),
  ]),
  v.check((date) => !Number.isNaN(date.getTime()), 'Member must be a timestamp'),
);

const dimensions = v.pipe(
  v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
  v.transform((list): Dimensions => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))),
);
const metricName = text(1, 255, /^[^\u0000-\u001F]+$/);
const period = v.pipe(
  integer(1, 86_400),
  v.check((seconds) => seconds % 60 === 0, 'Member must be a multiple of 60'),
);

const pointsInAnswer = 1440;

interface Point {
  readonly at: Date;
  readonly values: Readonly<Record<Statistic, number>>;
}

/** Minutes put together to periods, which begin at whole multiples of their length. */
function points(samples: readonly MetricSample[], seconds: number): readonly Point[] {
  const periods = groupBy(samples, ({ at }) => at - (at % (seconds * 1000)));
  return [...periods].map(([at, within]) => {
    const add = (member: 'sum' | 'count') => within.reduce((total, sample) => total + sample[member], 0);
    const values = {
      SampleCount: add('count'),
      Sum: add('sum'),
      Average: add('sum') / add('count'),
      Minimum: Math.min(...within.map(({ minimum }) => minimum)),
      Maximum: Math.max(...within.map(({ maximum }) => maximum)),
    };
    return { at: new Date(at), values };
  });
}

function ask(
  what: { readonly namespace: string; readonly name: string; readonly dimensions: Dimensions },
  from: Date,
  to: Date,
  seconds: number,
  { world, caller, region }: Context,
): readonly Point[] {
  if (from >= to) throw new ServiceError('ValidationError', 400, 'The parameter StartTime must be less than the parameter EndTime.');
  const span = { from: from.getTime() - (from.getTime() % (seconds * 1000)), to: to.getTime() };
  return points(world.resourcesOf(caller.principal).samples({ ...what, ...span }, region, world.now()), seconds);
}

const getMetricStatistics = operation({
  input: v.strictObject({
    Namespace: metricName,
    MetricName: metricName,
    Dimensions: dimensions,
    StartTime: moment,
    EndTime: moment,
    Period: period,
    Statistics: v.pipe(v.array(v.picklist(statistics)), v.minLength(1)),
    Unit: v.optional(v.string()),
  }),
  resource: () => '*',
  run({ Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics }, context) {
    const requested = (EndTime.getTime() - StartTime.getTime()) / (Period * 1000);
    if (requested > pointsInAnswer) {
      throw new ServiceError(
        'InvalidParameterCombination',
        400,
        `You have requested up to ${Math.ceil(requested)} datapoints, which exceeds the limit of 1,440.`,
      );
    }
    const what = { namespace: Namespace, name: MetricName, dimensions: Dimensions };
    const Datapoints = ask(what, StartTime, EndTime, Period, context).map(({ at, values }) => ({
      Timestamp: at,
      ...Object.fromEntries(Statistics.map((name) => [name, values[name]])),
      Unit: unitOf(MetricName),
    }));
    // CloudWatch gives points in no order.
    return { Label: MetricName, Datapoints: Datapoints.toReversed() };
  },
});

const unitOf = (name: string) =>
  name === 'Duration' ? 'Milliseconds' : name === 'ResourceCount' || name === 'CallCount' ? 'None' : 'Count';

const getMetricData = operation({
  input: v.strictObject({
    MetricDataQueries: v.pipe(
      v.array(
        v.strictObject({
          Id: text(1, 255, /^[a-z]\w*$/),
          Label: v.optional(v.string()),
          ReturnData: v.optional(v.union([v.boolean(), v.picklist(['true', 'false'])])),
          MetricStat: v.strictObject({
            Metric: v.strictObject({ Namespace: metricName, MetricName: metricName, Dimensions: dimensions }),
            Period: period,
            Stat: v.picklist(statistics),
            Unit: v.optional(v.string()),
          }),
        }),
      ),
      v.maxLength(500, 'Member must have length less than or equal to 500'),
    ),
    StartTime: moment,
    EndTime: moment,
    ScanBy: v.optional(v.picklist(['TimestampDescending', 'TimestampAscending']), 'TimestampDescending'),
    MaxDatapoints: v.optional(integer(1, 100_800)),
  }),
  resource: () => '*',
  run({ MetricDataQueries, StartTime, EndTime, ScanBy }, context) {
    const MetricDataResults = MetricDataQueries.map(({ Id, Label, MetricStat: { Metric, Period, Stat } }): OutputRecord => {
      const what = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Metric.Dimensions };
      const ascending = ask(what, StartTime, EndTime, Period, context);
      const found = ScanBy === 'TimestampAscending' ? ascending : ascending.toReversed();
      return {
        Id,
        Label: Label ?? Metric.MetricName,
        Timestamps: found.map(({ at }) => at),
        Values: found.map(({ values }) => values[Stat]),
        StatusCode: 'Complete',
      };
    });
    return { MetricDataResults, Messages: [] };
  },
});

const listMetrics = operation({
  input: v.strictObject({
    Namespace: v.optional(metricName),
    MetricName: v.optional(metricName),
    Dimensions: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.optional(v.string()) })), []),
    NextToken: v.optional(v.string()),
  }),
  resource: () => '*',
  run({ Namespace, MetricName, Dimensions }, { world, caller, region }) {
    // A new metric is listed after up to 15 minutes.
    const listed = new Date(world.now().getTime() - 15 * 60_000);
    const wanted = world
      .resourcesOf(caller.principal)
      .metricNames(region, listed)
      .filter(
        ({ namespace, name, dimensions: own }) =>
          (Namespace === undefined || namespace === Namespace) &&
          (MetricName === undefined || name === MetricName) &&
          Dimensions.every(({ Name, Value }) => Object.hasOwn(own, Name) && (Value === undefined || own[Name] === Value)),
      );
    return {
      Metrics: wanted.map(({ namespace, name, dimensions: own }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(own).map(([Name, Value]) => ({ Name, Value })),
      })),
    };
  },
});

/** Amazon CloudWatch (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/): today's clients speak JSON, older ones query. */
export const cloudwatch: Service = {
  signingName: 'monitoring',
  actionPrefix: 'cloudwatch',
  protocols: [json('1.0', 'GraniteServiceVersion20100801'), query('2010-08-01', 'http://monitoring.amazonaws.com/doc/2010-08-01/')],
  operations: { GetMetricStatistics: getMetricStatistics, GetMetricData: getMetricData, ListMetrics: listMetrics },
};
