// The unmodified AWS SDK for JavaScript, and the AWS CLI, against the simulated account that spends money.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { AccountClient, paginateListRegions } from '@aws-sdk/client-account';
import { CloudWatchClient, GetMetricDataCommand, GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import {
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  paginateDescribeInstances,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import type { ScenarioFile } from '../../src/simulator/scenario.ts';
import { type SimulatorOptions, startSimulator } from '../../src/simulator/server.ts';
import { runAws } from '../aws-cli.ts';

const minute = 60_000;

async function simulated(t: { after(work: () => Promise<void>): void }, options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  t.after(() => simulator.stop());
  const keyOf = (user: string) => {
    const key = simulator.accessKeys.find((it) => it.user === user);
    assert.ok(key, `a key of ${user}`);
    return { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
  };
  const configuration = (region: string, user = 'demo') => ({
    endpoint: simulator.endpoint,
    region,
    credentials: keyOf(user),
    maxAttempts: 1,
  });
  return { ...simulator, keyOf, configuration };
}

const lastMinutes = (count: number) => ({ StartTime: new Date(Date.now() - count * minute), EndTime: new Date() });

const concurrency = (minutes: number) => ({
  Namespace: 'AWS/Lambda',
  MetricName: 'ConcurrentExecutions',
  ...lastMinutes(minutes),
  Period: 60,
  Statistics: ['Maximum' as const],
});

async function all<Page, Item>(pages: AsyncIterable<Page>, items: (page: Page) => readonly Item[] | undefined): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}

test('the incident, an hour old: ten miners at once in each of 17 regions, which CloudWatch knows of after two and a half minutes', async (t) => {
  const { configuration, world } = await simulated(t, { scenario: 'incident', beganMs: 60 * minute });
  const cloudwatch = new CloudWatchClient(configuration('eu-north-1'));
  const { Datapoints = [] } = await cloudwatch.send(new GetMetricStatisticsCommand(concurrency(15)));
  assert.ok(Datapoints.length >= 12 && Datapoints.length <= 14, `${Datapoints.length} points in 15 minutes`);
  assert.ok(Datapoints.every(({ Maximum }) => Maximum === 10));
  const newest = Math.max(...Datapoints.map(({ Timestamp }) => Timestamp!.getTime()));
  const age = Date.now() - newest;
  assert.ok(age >= 2.5 * minute && age < 3.6 * minute, `the newest point is ${age / minute} minutes old`);
  assert.ok(Math.abs(world.resources.perHour(world.now()) - 89.25) < 0.1, 'the truth');

  // What is known of an invocation is sent when it ends: nothing of the last 15 minutes.
  const ended = { ...concurrency(60), MetricName: 'Duration' };
  const durations = await cloudwatch.send(new GetMetricStatisticsCommand(ended));
  assert.ok(durations.Datapoints!.length > 0);
  for (const { Timestamp, Maximum } of durations.Datapoints!) {
    assert.equal(Maximum, 900_000);
    assert.ok(Timestamp!.getTime() <= Date.now() - 17 * minute);
  }
});

test('several metrics in one call, and the names of all of them', async (t) => {
  const { configuration } = await simulated(t, { scenario: 'incident', beganMs: 60 * minute });
  const cloudwatch = new CloudWatchClient(configuration('us-east-1'));
  const metric = (Id: string, Dimensions: { Name: string; Value: string }[]) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName: 'ConcurrentExecutions', Dimensions }, Period: 60, Stat: 'Maximum' },
  });
  const { MetricDataResults } = await cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [metric('all', []), metric('one', [{ Name: 'FunctionName', Value: 'image-resize-a' }])],
      ...lastMinutes(10),
    }),
  );
  assert.deepEqual(
    MetricDataResults?.map(({ Id, Values }) => [Id, Values?.[0]]),
    [
      ['all', 10],
      ['one', 5],
    ],
  );
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/Lambda', MetricName: 'ConcurrentExecutions' }));
  assert.deepEqual(
    Metrics?.map(({ Dimensions }) => Dimensions?.map(({ Value }) => Value)),
    [[], ['image-resize-a'], ['image-resize-b']],
  );
});

test('clients that speak the query protocol read the same', async (t) => {
  const { configuration } = await simulated(t, { scenario: 'incident', beganMs: 60 * minute });
  const { CloudWatch } = createRequire(import.meta.url)('aws-sdk') as typeof import('aws-sdk');
  const { maxAttempts: _, ...options } = configuration('us-west-2');
  const cloudwatch = new CloudWatch({ ...options, maxRetries: 0 });
  const { Datapoints = [] } = await cloudwatch.getMetricStatistics(concurrency(10)).promise();
  assert.ok(Datapoints.length >= 7);
  assert.ok(Datapoints.every(({ Maximum, Timestamp }) => Maximum === 10 && Timestamp instanceof Date));
  const ofOne = await cloudwatch
    .listMetrics({ Namespace: 'AWS/Lambda', Dimensions: [{ Name: 'FunctionName', Value: 'image-resize-a' }] })
    .promise();
  assert.equal(ofOne.Metrics?.length, 3);
  await assert.rejects(cloudwatch.getMetricStatistics(concurrency(3000)).promise(), {
    code: 'InvalidParameterCombination',
  });
});

test('reserved concurrency 0 starts nothing more; what runs goes on to its end, and without it all starts again', async (t) => {
  const clock = { now: new Date('2026-11-23T12:00:00Z') };
  const scenario: ScenarioFile = {
    users: [{ name: 'demo', attached: ['AdministratorAccess'] }],
    functions: [{ name: 'miner', regions: ['eu-west-1'], memoryMb: 10_240, reinstallSeconds: 15, runSeconds: 45 }],
  };
  const { world } = await simulated(t, { scenario, beganMs: 10 * minute, clock: () => clock.now });
  const [miner] = world.resources.functionsIn('eu-west-1');
  const pass = (seconds: number) => {
    clock.now = new Date(clock.now.getTime() + seconds * 1000);
  };
  const perHour = () => Math.round(world.resources.perHour(clock.now) / 0.6);
  pass(5);
  assert.equal(perHour(), 3, 'three at once');
  miner!.reserve(0, clock.now);
  pass(20);
  assert.equal(perHour(), 2, 'those that ran go on');
  pass(30);
  assert.equal(perHour(), 0);
  miner!.reserve(undefined, clock.now);
  pass(60);
  assert.equal(perHour(), 3);
});

test('functions: create, list by pages, reserve, invoke, and be refused', async (t) => {
  const { configuration } = await simulated(t);
  const lambda = new LambdaClient(configuration('eu-west-1'));
  const create = (name: string) =>
    new CreateFunctionCommand({
      FunctionName: name,
      Role: 'arn:aws:iam::123456789012:role/any',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      MemorySize: 512,
      Code: { ZipFile: new Uint8Array([80, 75]) },
    });
  for (let i = 0; i < 53; i++) await lambda.send(create(`f${i}`));
  const functions = await all(paginateListFunctions({ client: lambda }, {}), (page) => page.Functions);
  assert.equal(functions.length, 53);
  assert.deepEqual([functions[52]?.FunctionName, functions[52]?.MemorySize, functions[52]?.Architectures], ['f52', 512, ['x86_64']]);

  const FunctionName = 'f0';
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName }))).StatusCode, 200);
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  assert.equal((await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions, 0);
  await assert.rejects(lambda.send(new InvokeCommand({ FunctionName })), { name: 'TooManyRequestsException' });
  await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  assert.equal((await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions, undefined);
  await assert.rejects(lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 950 })), {
    name: 'InvalidParameterValueException',
  });
  assert.equal((await lambda.send(new GetAccountSettingsCommand({}))).AccountLimit?.ConcurrentExecutions, 1000);
  await assert.rejects(lambda.send(new InvokeCommand({ FunctionName: 'nobody' })), { name: 'ResourceNotFoundException' });

  const reader = new LambdaClient(configuration('eu-west-1', 'reader'));
  await assert.rejects(reader.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })), {
    name: 'AccessDeniedException',
    message: /not authorized to perform: lambda:PutFunctionConcurrency on resource: arn:aws:lambda:eu-west-1:\d{12}:function:f0/,
  });
});

test('instances: run, list by pages, stop, terminate; each region has its own', async (t) => {
  const { configuration } = await simulated(t);
  const ec2 = new EC2Client(configuration('eu-central-1'));
  const run = { ImageId: 'ami-0abcdef1234567890', MinCount: 1 };
  const { Instances } = await ec2.send(new RunInstancesCommand({ ...run, InstanceType: 'p3.16xlarge', MaxCount: 7 }));
  assert.equal(Instances?.length, 7);
  const list = () =>
    all(paginateDescribeInstances({ client: ec2, pageSize: 5 }, {}), (page) => page.Reservations?.flatMap((it) => it.Instances ?? []));
  const listed = await list();
  assert.deepEqual([listed.length, listed[6]?.InstanceType, listed[6]?.State?.Name], [7, 'p3.16xlarge', 'pending']);
  assert.ok(listed[0]?.LaunchTime && Date.now() - listed[0].LaunchTime.getTime() < minute);

  const [first, second] = listed.map(({ InstanceId }) => InstanceId!);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!] }));
  const stopped = await ec2.send(new StopInstancesCommand({ InstanceIds: [second!] }));
  assert.equal(stopped.StoppingInstances?.[0]?.CurrentState?.Name, 'stopping');
  await assert.rejects(ec2.send(new StopInstancesCommand({ InstanceIds: [first!, 'i-00000000000000000'] })), {
    name: 'InvalidInstanceID.NotFound',
  });
  const running = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }], MaxResults: 1000 }),
  );
  assert.equal(running.Reservations?.length, 5);

  const elsewhere = new EC2Client(configuration('eu-west-1'));
  assert.deepEqual((await elsewhere.send(new DescribeInstancesCommand({}))).Reservations, []);
  const reader = new EC2Client(configuration('eu-central-1', 'reader'));
  await assert.rejects(reader.send(new RunInstancesCommand({ ...run, MaxCount: 1 })), { name: 'UnauthorizedOperation' });
});

test('17 of 34 regions are on', async (t) => {
  const { configuration } = await simulated(t);
  const client = new AccountClient(configuration('us-east-1'));
  const enabled = { RegionOptStatusContains: ['ENABLED' as const, 'ENABLED_BY_DEFAULT' as const] };
  const regions = await all(paginateListRegions({ client, pageSize: 10 }, enabled), (page) => page.Regions);
  assert.equal(regions.length, 17);
  assert.equal((await all(paginateListRegions({ client }, {}), (page) => page.Regions)).length, 34);
  const ec2 = new EC2Client(configuration('us-east-1'));
  assert.equal((await ec2.send(new DescribeRegionsCommand({}))).Regions?.length, 17);
  assert.equal((await ec2.send(new DescribeRegionsCommand({ AllRegions: true }))).Regions?.length, 34);
});

test('Cost Explorer knows yesterday, by service and region', async (t) => {
  const { configuration } = await simulated(t, { scenario: 'incident', beganMs: 48 * 60 * minute });
  const client = new CostExplorerClient(configuration('us-east-1'));
  const day = (days: number) => new Date(Date.now() - days * 1440 * minute).toISOString().slice(0, 10);
  const costs = { Granularity: 'DAILY' as const, Metrics: ['UnblendedCost'], TimePeriod: { Start: day(2), End: day(-1) } };
  const { ResultsByTime = [] } = await client.send(new GetCostAndUsageCommand(costs));
  assert.equal(ResultsByTime.length, 3);
  const amounts = ResultsByTime.map(({ Total }) => Number(Total?.UnblendedCost?.Amount));
  assert.equal(amounts[2], 0, 'nothing of today is known');
  // Costs of 24 hours have arrived, which end at this time of yesterday: 17 regions, two functions, five at once, less the first minutes.
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const daily = 11.2 * (1 + (Date.now() % (1440 * minute)) / (1440 * minute));
  assert.ok(Math.abs(total - (89.25 * 24 - 89.25 / 10 + daily)) < 2, `$${total}`);

  const grouped = await client.send(
    new GetCostAndUsageCommand({ ...costs, Granularity: 'MONTHLY', GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }] }),
  );
  const services = new Set(grouped.ResultsByTime?.flatMap(({ Groups }) => Groups?.map(({ Keys }) => Keys?.[0])));
  assert.ok(services.has('AWS Lambda') && services.has('Amazon Relational Database Service'));
});

test('the AWS CLI reads the same', async (t) => {
  const { endpoint, keyOf } = await simulated(t, { scenario: 'incident', beganMs: 60 * minute });
  const { accessKeyId, secretAccessKey } = keyOf('demo');
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'sa-east-1' };
  const aws = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runAws([...args, '--output', 'text'], { env, endpoint });
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const iso = (ago: number) => new Date(Date.now() - ago).toISOString();
  const [points, functions, regions, costs] = await Promise.all([
    aws(
      ...['cloudwatch', 'get-metric-statistics', '--namespace', 'AWS/Lambda', '--metric-name', 'ConcurrentExecutions'],
      ...['--start-time', iso(10 * minute), '--end-time', iso(0), '--period', '60', '--statistics', 'Maximum'],
      ...['--query', 'max_by(Datapoints, &Maximum).Maximum'],
    ),
    aws('lambda', 'list-functions', '--query', 'Functions[].MemorySize'),
    aws('account', 'list-regions', '--query', "length(Regions[?RegionOptStatus=='ENABLED_BY_DEFAULT'])"),
    aws(
      ...['ce', 'get-cost-and-usage', '--granularity', 'DAILY', '--metrics', 'UnblendedCost'],
      ...['--time-period', `Start=${iso(3 * 1440 * minute).slice(0, 10)},End=${iso(1440 * minute).slice(0, 10)}`],
      ...['--query', 'ResultsByTime[0].Total.UnblendedCost.Unit'],
    ),
  ]);
  assert.equal(Number(points), 10);
  assert.equal(functions, '8960\t8960');
  assert.equal(regions, '17');
  assert.equal(costs, 'USD');
});
