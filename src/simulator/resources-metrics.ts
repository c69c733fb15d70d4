import { type LambdaFunction, mostAtOnce } from './resources-functions.ts';
import type { Instance } from './resources-instances.ts';
import { quotaClass, vcpus } from './resources-prices.ts';

export type Dimensions = Readonly<Record<string, string>>;

export interface MetricQuestion {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** What happened to a metric within one minute. */
export interface MetricSample {
  /** The beginning of the minute, in milliseconds since 1970. */
  readonly at: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly count: number;
}

/** What one region's metrics are worked out from; only what happened before `visible` has reached CloudWatch. */
export interface MetricSource {
  readonly functions: readonly LambdaFunction[];
  readonly instances: readonly Instance[];
  readonly calls: readonly { readonly at: number; readonly service: string; readonly operation: string }[];
  readonly visible: number;
}

const minuteMs = 60_000;
const vcpuDimensions = (kind: string) => ({ Service: 'EC2', Type: 'Resource', Resource: 'vCPU', Class: kind });
const kindOf = ({ settings }: Instance) => `${quotaClass(settings.type)}/${settings.spot ? 'Spot' : 'OnDemand'}`;

/** The names and dimensions of all metrics of a region. */
export function metricNames({ functions, instances, calls, visible }: MetricSource): readonly Omit<MetricQuestion, 'from' | 'to'>[] {
  const used = functions.filter((fn) => fn.invocations(visible).length > 0);
  const lambda = (['ConcurrentExecutions', 'Invocations', 'Duration'] as const).flatMap((name) => [
    ...(used.length > 0 ? [{ namespace: 'AWS/Lambda', name, dimensions: {} }] : []),
    ...used.map((fn) => ({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: fn.settings.name } })),
  ]);
  const kinds = new Set(instances.filter(({ settings }) => settings.launchedAt.getTime() < visible).map(kindOf));
  const called = new Map(calls.filter(({ at }) => at < visible).map((call) => [`${call.service}/${call.operation}`, call]));
  return [
    ...lambda,
    ...[...kinds].map((kind) => ({ namespace: 'AWS/Usage', name: 'ResourceCount', dimensions: vcpuDimensions(kind) })),
    ...[...called.values()].map(({ service, operation }) => ({
      namespace: 'AWS/Usage',
      name: 'CallCount',
      dimensions: { Service: service, Type: 'API', Resource: operation, Class: 'None' },
    })),
  ];
}

/** The minutes of the question's span that the metric has points of, oldest first. A minute in which nothing was there has none. */
export function samplesOf(question: MetricQuestion, source: MetricSource): readonly MetricSample[] {
  const { namespace, name, dimensions } = question;
  if (namespace === 'AWS/Lambda') return lambdaSamples(name, dimensions, question, source);
  if (namespace === 'AWS/Usage' && name === 'ResourceCount') {
    return minutes(question, source.visible, (from, to) => level(vcpusIn(source.instances, dimensions, from, to)));
  }
  if (namespace === 'AWS/Usage' && name === 'CallCount') {
    const mine = source.calls.filter(({ service, operation }) =>
      sameDimensions(dimensions, { Service: service, Type: 'API', Resource: operation, Class: 'None' }),
    );
    return minutes(question, source.visible, (from, to) => events(mine.filter(({ at }) => at >= from && at < to).map(() => 1)));
  }
  return [];
}

function lambdaSamples(name: string, dimensions: Dimensions, question: MetricQuestion, { functions, visible }: MetricSource) {
  const { FunctionName, ...others } = dimensions;
  if (Object.keys(others).length > 0) return [];
  const invocations = functions
    .filter(({ settings }) => FunctionName === undefined || settings.name === FunctionName)
    .flatMap((fn) => fn.invocations(visible));
  if (name === 'ConcurrentExecutions') return minutes(question, visible, (from, to) => level(mostAtOnce(invocations, from, to)));
  if (name !== 'Invocations' && name !== 'Duration') return [];
  // What is told of an invocation is sent when it ends and stamped with its beginning.
  const ended = invocations.filter(({ end }) => end <= visible);
  return minutes(question, visible, (from, to) => {
    const begun = ended.filter(({ start }) => start >= from && start < to);
    return events(begun.map(({ start, end }) => (name === 'Duration' ? end - start : 1)));
  });
}

function vcpusIn(instances: readonly Instance[], dimensions: Dimensions, from: number, to: number): number {
  return instances
    .filter((instance) => sameDimensions(dimensions, vcpuDimensions(kindOf(instance))) && instance.chargedMs(from, to) > 0)
    .reduce((sum, { settings }) => sum + vcpus(settings.type), 0);
}

type Measured = Omit<MetricSample, 'at'>;

const level = (value: number): Measured | undefined => (value === 0 ? undefined : { sum: value, minimum: value, maximum: value, count: 1 });

function events(values: readonly number[]): Measured | undefined {
  if (values.length === 0) return undefined;
  return { sum: values.reduce((a, b) => a + b), minimum: Math.min(...values), maximum: Math.max(...values), count: values.length };
}

/** Measures each minute of the span; of the last one, as much as has arrived. */
function minutes({ from, to }: MetricQuestion, visible: number, measure: (from: number, to: number) => Measured | undefined) {
  const samples: MetricSample[] = [];
  for (let at = from - (from % minuteMs); at < Math.min(to, visible); at += minuteMs) {
    const measured = measure(at, Math.min(at + minuteMs, visible));
    if (measured) samples.push({ at, ...measured });
  }
  return samples;
}

function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
