import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../../src/message.ts';
import { type LambdaReading, lambdaRate } from '../../src/spend/lambda-rate.ts';
import { instanceHour, invocationHour } from '../../src/spend/price-book.ts';

const onDemand = (type: string) => ({ type, spot: false, windows: false });
const near = (actual: number, expected: number, part = 0.12) =>
  assert.ok(Math.abs(actual / expected - 1) <= part, `${actual} is not about ${expected}`);

test('types in the book cost what the list says, in their region', () => {
  // Prices of https://aws.amazon.com/ec2/pricing/on-demand/
  const list: readonly [string, string, number][] = [
    ['m5.large', 'us-east-1', 0.096],
    ['m5.24xlarge', 'us-east-1', 4.608],
    ['t3.micro', 'us-east-1', 0.0104],
    ['c5.18xlarge', 'us-east-1', 3.06],
    ['p3.16xlarge', 'us-east-1', 24.48],
    ['p4d.24xlarge', 'us-east-1', 32.77],
    ['g4dn.xlarge', 'us-east-1', 0.526],
    ['g5.xlarge', 'us-east-1', 1.006],
    ['m5.large', 'eu-central-1', 0.115],
    ['m5.large', 'sa-east-1', 0.153],
    ['c5.large', 'ap-northeast-1', 0.107],
  ];
  for (const [type, region, price] of list) {
    const { low, likely, high } = instanceHour(onDemand(type), region);
    near(likely, price);
    assert.deepEqual([low, high], [likely, likely], `${type} has one price`);
  }
});

test('a type that is not in the book costs what its kin cost, the dearest being likely', () => {
  const { low, likely, high } = instanceHour(onDemand('m8i.4xlarge'), 'us-east-1');
  assert.ok(low < 16 * 0.048 && high > 16 * 0.048, `${low} to ${high} has m5's price within`);
  assert.equal(likely, high);
  const gpu = instanceHour(onDemand('p6-b200.48xlarge'), 'us-east-1');
  assert.ok(gpu.likely > 60 && gpu.low > 10, `p6 from ${gpu.low} to ${gpu.high}`);
  for (const type of ['q9.quark', 'unknown', '', 'm9.metal', 'constructor.large']) {
    const rate = instanceHour(onDemand(type), 'xx-new-1');
    assert.ok(rate.low > 0 && rate.high >= rate.low && Number.isFinite(rate.high), `${type}: ${JSON.stringify(rate)}`);
  }
});

test('Spot may cost a tenth, Windows twice as much', () => {
  const { likely } = instanceHour(onDemand('m5.large'), 'us-east-1');
  assert.deepEqual(instanceHour({ ...onDemand('m5.large'), spot: true }, 'us-east-1'), { low: likely * 0.1, likely, high: likely });
  assert.deepEqual(instanceHour({ ...onDemand('m5.large'), windows: true }, 'us-east-1'), {
    low: likely,
    likely: likely * 2,
    high: likely * 2,
  });
});

const now = new Date('2026-11-23T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const reading = (given: Partial<LambdaReading>): LambdaReading => ({
  points: [{ at: minutesAgo(3), atOnce: 10 }],
  functions: [{ name: 'miner', memoryMb: 10_240, arm: false }],
  now,
  usualLagMs: undefined,
  ...given,
});

test('ten invocations of 10 GB cost six dollars an hour', () => {
  near(invocationHour({ memoryMb: 10_240, arm: false }), 0.6, 0.001);
  near(invocationHour({ memoryMb: 10_240, arm: true }), 0.48, 0.001);
  const rate = lambdaRate(reading({}));
  assert.ok(rate);
  near(rate.likely, 6, 0.001);
  assert.deepEqual([rate.low, rate.high], [rate.likely, rate.likely]);
  assert.equal(format(rate.detail), '10 at once, 10 GB each');
});

test('functions of several sizes make a range, in which the large ones weigh more', () => {
  const small = Array.from({ length: 30 }, (_, i) => ({ name: `api-${i}`, memoryMb: 256, arm: false }));
  const functions = [...small, { name: 'miner-a', memoryMb: 8960, arm: false }, { name: 'miner-b', memoryMb: 8960, arm: false }];
  const rate = lambdaRate(reading({ functions }));
  assert.ok(rate);
  near(rate.low, 10 * invocationHour({ memoryMb: 256, arm: false }), 0.001);
  near(rate.high, 10 * invocationHour({ memoryMb: 8960, arm: false }), 0.001);
  assert.ok(rate.likely > rate.high / 2, 'two miners among thirty small functions are not averaged away');
});

test('where the functions are not known, each may be of any size', () => {
  const rate = lambdaRate(reading({ functions: [] }));
  assert.ok(rate);
  near(rate.likely, 6, 0.001);
  near(rate.low, 0.06, 0.001);
});

test('no point is nothing; the newest point counts; one that is older than points are here has ended', () => {
  assert.equal(lambdaRate(reading({ points: [] })), undefined);
  assert.equal(lambdaRate(reading({ points: [{ at: minutesAgo(3), atOnce: 0 }] })), undefined);
  const unordered = [
    { at: minutesAgo(5), atOnce: 50 },
    { at: minutesAgo(3), atOnce: 10 },
    { at: minutesAgo(4), atOnce: 70 },
  ];
  near(lambdaRate(reading({ points: unordered }))!.likely, 6, 0.001);

  // On a bad day points are ten minutes late: as long as nobody has seen this region do better, it may still run.
  const old = [{ at: minutesAgo(10), atOnce: 10 }];
  const maybe = lambdaRate(reading({ points: old }))!;
  assert.equal(maybe.low, 0);
  near(maybe.likely, 6, 0.001);
  const over = lambdaRate(reading({ points: old, usualLagMs: 3 * 60_000 }))!;
  assert.deepEqual([over.low, over.likely], [0, 0]);
  near(over.high, 6, 0.001);
  assert.equal(format(over.detail), '10 at once, none since');
});
