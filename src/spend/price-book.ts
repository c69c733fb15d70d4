import { ec2FamilyFactors, ec2FamilyPrices, ec2RegionFactors, ec2TypePrices } from './ec2-prices.ts';

/** US dollars an hour: at least, probably, at most. */
export interface Rate {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

export const nothing: Rate = { low: 0, likely: 0, high: 0 };

export function plus(a: Rate, b: Rate): Rate {
  return { low: a.low + b.low, likely: a.likely + b.likely, high: a.high + b.high };
}

export function times({ low, likely, high }: Rate, count: number): Rate {
  return { low: low * count, likely: likely * count, high: high * count };
}

/** US dollars for one GB of memory during one second, in us-east-1, which most regions share (https://aws.amazon.com/lambda/pricing/, November 2026). */
const lambdaGbSecond = { x86: 0.0000166667, arm: 0.0000133334 };
/** What a function can have at least and at most (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
export const lambdaMemoryMb = { least: 128, most: 10_240 };

/** What one invocation costs while it runs, in US dollars an hour; without its $0.20 per million requests. */
export function invocationHour({ memoryMb, arm }: { readonly memoryMb: number; readonly arm: boolean }): number {
  return (memoryMb / 1024) * (arm ? lambdaGbSecond.arm : lambdaGbSecond.x86) * 3600;
}

const numbers = (table: string) => new Map([...table.matchAll(/(\S+)\s+([\d.]+)/g)].map(([, name, value]) => [name!, Number(value)]));

const familyPrices = numbers(ec2FamilyPrices);
const typePrices = numbers(ec2TypePrices);
const regionFactors = numbers(ec2RegionFactors);
const familyFactors = new Map(
  [...ec2FamilyFactors.matchAll(/([a-z]{2}(?:-[a-z]+)+-\d)((?:\s+[\d.]+=\S+)+)/g)].flatMap(([, region, list]) =>
    [...list!.matchAll(/([\d.]+)=(\S+)/g)].flatMap(([, factor, families]) =>
      families!.split(',').map((family): [string, number] => [`${region}/${family}`, Number(factor)]),
    ),
  ),
);
const dearestRegion = Math.max(...regionFactors.values());

// Spot costs up to nine tenths less; which part of that, only its price history tells.
const spotAtLeast = 0.1;
// Windows costs about twice as much as Linux on the sizes where its licence weighs most.
const windowsAtMost = 2;

export interface PricedInstance {
  readonly type: string;
  readonly spot: boolean;
  readonly windows: boolean;
}

/**
 * What an hour of an instance costs. Of a type that is in the book, its list price within a tenth; of one that is not, what the types of its letters
 * cost, the dearest being the likely one. Spot and Windows are ranges: the book has Linux on demand.
 */
export function instanceHour({ type, spot, windows }: PricedInstance, region: string): Rate {
  const listed = listPrice(type);
  const { low, high } = listed === undefined ? guess(type) : { low: listed, high: listed };
  const factor = factorOf(type, region);
  const most = high * factor * (windows ? windowsAtMost : 1);
  return { low: low * factor * (spot ? spotAtLeast : 1), likely: most, high: most };
}

/** In us-east-1; undefined where the book does not know the type. */
function listPrice(type: string): number | undefined {
  const [family = '', size = ''] = type.split('.');
  const half = familyPrices.get(family);
  const halves = halvesOf(size);
  return typePrices.get(type) ?? (half === undefined || halves === undefined ? undefined : half * halves);
}

function factorOf(type: string, region: string): number {
  const [family] = type.split('.');
  return (regionFactors.get(region) ?? dearestRegion) * (familyFactors.get(`${region}/${family}`) ?? 1);
}

const sizes: Readonly<Record<string, number>> = { nano: 1 / 8, micro: 1 / 4, small: 1 / 2, medium: 1, large: 2, xlarge: 4 };

/** How many times half a `large` a size is. */
function halvesOf(size: string): number | undefined {
  const [, count, name] = /^(\d{0,3})([a-z]{4,6})$/.exec(size) ?? [];
  const one = name !== undefined && Object.hasOwn(sizes, name) ? sizes[name]! : undefined;
  return one === undefined ? undefined : one * Number(count || 1);
}

const lettersOf = (type: string) => /^[a-z]+/.exec(type)?.[0] ?? '';
// From the smallest metal instance to the largest, in halves of a `large`.
const metal = { low: 8, high: 896 };

function guess(type: string): { readonly low: number; readonly high: number } {
  const mine = [...prices].filter(({ letters }) => letters === lettersOf(type));
  const halfPrices = (mine.length > 0 ? mine : prices).map(({ perHalf }) => perHalf);
  const halves = halvesOf(type.split('.')[1] ?? '');
  return { low: Math.min(...halfPrices) * (halves ?? metal.low), high: Math.max(...halfPrices) * (halves ?? metal.high) };
}

/** What half a `large` costs in each family and in each type that has a price of its own. */
const prices = [
  ...[...familyPrices].map(([family, perHalf]) => ({ letters: lettersOf(family), perHalf })),
  ...[...typePrices].flatMap(([type, price]) => {
    const halves = halvesOf(type.split('.')[1] ?? '');
    return halves === undefined ? [] : [{ letters: lettersOf(type), perHalf: price / halves }];
  }),
];
