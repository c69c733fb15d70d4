import * as v from 'valibot';
import { type Message, message } from '../message.ts';
import type { FunctionLimit } from './cloud.ts';
import type { Found, StepKind } from './step.ts';
import { region } from './values.ts';

const schema = v.strictObject({
  kind: v.literal('stop-function'),
  region,
  // https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
  name: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  /** What was reserved before; null where nothing was. */
  before: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
type Facts = v.InferOutput<typeof schema>;

/**
 * A function is no longer started, whatever calls it: of the account's concurrency none is left to it. What runs goes on to its end, 15 minutes at most
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
 */
export const stopFunction: StepKind<Facts> = {
  kind: 'stop-function',
  schema,
  action: 'lambda:PutFunctionConcurrency',
  service: 'Lambda',
  regionsAtOnce: 12,
  where: ({ region: place, name }) => ({ region: place, resource: name }),
  async find({ cloud, regions, burning, attempt }) {
    const perRegion = await Promise.all(
      regions.map(async (place) => {
        const what = message('the functions in {region}', { region: place });
        const functions = await attempt(what, cloud.functions(place));
        const part = burning?.find(({ service, region: where }) => service === 'Lambda' && where === place);
        return found(place, functions ?? [], burning === undefined ? undefined : (part?.perHour ?? 0));
      }),
    );
    return perRegion.flat().sort((a, b) => (b.perHour ?? 0) - (a.perHour ?? 0));
  },
  does: ({ name, region: place, before }) => {
    const values = { name, region: place };
    return before === null
      ? message('Lambda {name} in {region} no longer starts', values)
      : message('Lambda {name} in {region} no longer starts (concurrency 0 instead of {before})', { ...values, before });
  },
  undoes: ({ name, region: place, before }) => {
    const values = { name, region: place };
    return before === null
      ? message('Lambda {name} in {region} may start again', values)
      : message('Lambda {name} in {region} may start again (concurrency {before})', { ...values, before });
  },
  async look(facts, cloud) {
    const now = await cloud.reserved(facts.region, facts.name);
    return now === undefined || now.reserved === 0 ? undefined : { ...facts, before: now.reserved ?? null };
  },
  async apply({ region: place, name }, cloud) {
    await cloud.reserve(place, name, 0);
  },
  async undo({ region: place, name, before }, cloud): Promise<Message | undefined> {
    const now = await cloud.reserved(place, name);
    const values = { name, region: place };
    if (now === undefined) return message('The function {name} in {region} is gone', values);
    if ((now.reserved ?? null) === before) return undefined;
    if (now.reserved !== 0) {
      return message('The function {name} in {region} was changed since, and stays as it is', values);
    }
    await cloud.reserve(place, name, before ?? undefined);
    return undefined;
  },
};

/**
 * Only the region's rate is known: its functions share it as its likely figure weighs them, by the square of their memory, so that a miner bears the
 * most.
 */
function found(place: string, functions: readonly FunctionLimit[], perHour: number | undefined): Found<Facts>[] {
  const sum = functions.reduce((total, { memoryMb }) => total + memoryMb ** 2, 0);
  return functions
    .filter(({ reserved }) => reserved !== 0)
    .map(({ name, memoryMb, reserved }) => ({
      facts: { kind: 'stop-function', region: place, name, before: reserved ?? null },
      ticked: true,
      ...(perHour === undefined ? {} : { perHour: (perHour * memoryMb ** 2) / sum }),
    }));
}
