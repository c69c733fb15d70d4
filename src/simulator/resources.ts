import { costsOf, type DayCost } from './resources-costs.ts';
import { type FunctionSettings, LambdaFunction, mostAtOnce } from './resources-functions.ts';
import { Instance, type InstanceSettings } from './resources-instances.ts';
import { type MetricQuestion, type MetricSample, type MetricSource, metricNames, samplesOf } from './resources-metrics.ts';
import { instanceHour, lambdaGbSecond } from './resources-prices.ts';
import { defaultRegions, optInRegions } from './resources-regions.ts';

/** The names that AWS/Usage gives to services. */
const usageNames: Readonly<Record<string, string>> = {
  ce: 'Cost Explorer',
  ec2: 'EC2',
  iam: 'IAM',
  lambda: 'Lambda',
  monitoring: 'CloudWatch',
  sts: 'STS',
};

/** What is paid whether or not anything runs, a day's worth. */
export interface DailyCost {
  readonly service: string;
  readonly region: string;
  readonly usd: number;
}

/** What runs in the account and costs money. All of it is a function of time: nothing ticks, so a clock may jump. */
export class Resources {
  readonly functions: LambdaFunction[] = [];
  readonly instances: Instance[] = [];
  readonly dailyCosts: DailyCost[] = [];
  readonly enabledRegions = new Set(defaultRegions);
  /** How late points reach CloudWatch. */
  metricsDelaySeconds = 150;
  /** How late costs reach Cost Explorer. */
  costDelayHours = 24;
  /** How many invocations may run at once in each region. */
  accountConcurrency = 1000;
  readonly #calls: { readonly at: number; readonly service: string; readonly operation: string; readonly region: string }[] = [];

  get regions(): readonly string[] {
    return [...defaultRegions, ...optInRegions].sort();
  }

  /** Whether the account has a region: in the words of ListRegions. */
  optStatus(region: string): 'ENABLED_BY_DEFAULT' | 'ENABLED' | 'DISABLED' {
    if (defaultRegions.includes(region)) return 'ENABLED_BY_DEFAULT';
    return this.enabledRegions.has(region) ? 'ENABLED' : 'DISABLED';
  }

  addFunction(settings: FunctionSettings): LambdaFunction {
    const added = new LambdaFunction(settings);
    this.functions.push(added);
    return added;
  }

  functionsIn(region: string): readonly LambdaFunction[] {
    return this.functions.filter(({ settings }) => settings.region === region);
  }

  launch(settings: InstanceSettings): Instance {
    const instance = new Instance(settings);
    this.instances.push(instance);
    return instance;
  }

  instancesIn(region: string): readonly Instance[] {
    return this.instances.filter(({ settings }) => settings.region === region);
  }

  /** Notes a call to a service, which is named as signatures name it, for AWS/Usage CallCount. */
  recordCall(service: string, operation: string, region: string, at: Date): void {
    this.#calls.push({ at: at.getTime(), service: usageNames[service] ?? service, operation, region });
  }

  /** The names and dimensions of the metrics that a region has had points of. */
  metricNames(region: string, now: Date): ReturnType<typeof metricNames> {
    return metricNames(this.#source(region, now));
  }

  /** A metric minute by minute, as CloudWatch knows it at this moment: points come late. */
  samples(question: MetricQuestion, region: string, now: Date): readonly MetricSample[] {
    return samplesOf(question, this.#source(region, now));
  }

  /** What each service cost in each region on each day (UTC), as Cost Explorer knows it at this moment. */
  costs(from: Date, to: Date, now: Date): readonly DayCost[] {
    const known = now.getTime() - this.costDelayHours * 3_600_000;
    return costsOf(this, from.getTime(), Math.min(to.getTime(), known));
  }

  /** What an hour costs at the rate of this moment, in US dollars, without requests and daily costs: the truth, which no API of AWS tells. */
  perHour(now: Date): number {
    const time = now.getTime();
    const lambda = this.functions.map((fn) => {
      const { memoryMb, architecture } = fn.settings;
      return mostAtOnce(fn.invocations(time), time, time + 1) * (memoryMb / 1024) * lambdaGbSecond[architecture] * 3600;
    });
    const ec2 = this.instances.filter((it) => it.stateAt(now) === 'running').map(({ settings }) => instanceHour(settings.type));
    return [...lambda, ...ec2].reduce((sum, usd) => sum + usd, 0);
  }

  #source(region: string, now: Date): MetricSource {
    return {
      functions: this.functionsIn(region),
      instances: this.instancesIn(region),
      calls: this.#calls.filter((call) => call.region === region),
      visible: now.getTime() - this.metricsDelaySeconds * 1000,
    };
  }
}
