import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { UserError } from '../message.ts';
import { managedPolicies } from './managed-policies.ts';
import { parsePolicy } from './policy.ts';
import { World, type WorldOptions } from './world.ts';

const identityName = v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/, 'must be a name of IAM'));
const days = v.pipe(v.number(), v.minValue(0));
const seconds = v.pipe(v.number(), v.integer(), v.minValue(900), v.maxValue(43_200));
const times = v.pipe(v.number(), v.integer(), v.minValue(1));

const policyDocument = (kind: 'identity' | 'trust') =>
  v.pipe(
    v.record(v.string(), v.unknown()),
    v.check((document) => parsePolicy(JSON.stringify(document), kind) !== undefined, 'is not a policy document'),
    v.transform((document) => JSON.stringify(document)),
  );

const policies = {
  /** Names of managed policies: AWS's own, or those of this scenario. */
  attached: v.optional(v.array(v.string()), []),
  inline: v.optional(v.record(v.string(), policyDocument('identity')), {}),
};

const fault = v.variant('kind', [
  v.strictObject({
    action: v.string(),
    times: v.optional(times, 1),
    kind: v.picklist(['throttling', 'internal-failure', 'bad-gateway', 'lost-answer']),
  }),
  v.strictObject({
    action: v.string(),
    times: v.optional(times, 1),
    kind: v.literal('delay'),
    milliseconds: v.pipe(v.number(), v.minValue(0)),
  }),
]);

const scenarioFile = v.strictObject({
  /** What stays the same each time the same seed is given: ids and keys. */
  seed: v.optional(v.string()),
  account: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'must be 12 digits'))),
  region: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2}(?:-[a-z]{1,16}){1,2}-\d$/, 'must be a region'))),
  consistencyDelayMs: v.optional(v.pipe(v.number(), v.minValue(0))),
  policies: v.optional(v.record(v.string(), policyDocument('identity')), {}),
  users: v.array(
    v.strictObject({
      name: identityName,
      ...policies,
      keys: v.optional(
        v.pipe(
          v.array(v.strictObject({ ageDays: v.optional(days, 1), status: v.optional(v.picklist(['Active', 'Inactive']), 'Active') })),
          v.maxLength(2, 'a user has at most two access keys'),
        ),
        [{}],
      ),
    }),
  ),
  roles: v.optional(
    v.array(
      v.strictObject({
        name: identityName,
        ...policies,
        /** Who may assume it; without one, whoever the account's policies let. */
        trust: v.optional(policyDocument('trust')),
        maxSessionSeconds: v.optional(seconds, 3600),
      }),
    ),
    [],
  ),
  faults: v.optional(v.array(fault), []),
});

/** A scenario as its JSON file says it. */
export type ScenarioFile = v.InferInput<typeof scenarioFile>;

/** An account where nothing happens: an administrator with an old key, a reader with a young one, and a role for both. */
export const quiet: ScenarioFile = {
  users: [
    { name: 'demo', attached: ['AdministratorAccess'], keys: [{ ageDays: 120 }] },
    { name: 'reader', attached: ['ReadOnlyAccess'], keys: [{ ageDays: 12 }] },
  ],
  roles: [{ name: 'auditor', attached: ['ReadOnlyAccess'] }],
};

/** The scenario of that name, or in that JSON file. @throws UserError naming the file and what is wrong in it */
export async function readScenario(nameOrFile: string): Promise<ScenarioFile> {
  if (nameOrFile === 'quiet') return quiet;
  const values = { file: nameOrFile };
  const text = await readFile(nameOrFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UserError('There is no scenario {file}: give quiet, or the path of a JSON file.', values);
    throw new UserError('The scenario file {file} cannot be read ({code}).', { ...values, code: error.code ?? error.name });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // The parser's whole message quotes the file, which may be the wrong one and hold anything.
    const where = /line \d+ column \d+/.exec((error as Error).message)?.[0];
    throw new UserError(where ? 'The scenario file {file} is not JSON ({where}).' : 'The scenario file {file} is not JSON.', {
      ...values,
      where: where ?? '',
    });
  }
  const parsed = v.safeParse(scenarioFile, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const where = v.getDotPath(issue) ?? 'the whole';
    throw new UserError('The scenario file {file} is wrong at {where}: {reason}.', { ...values, where, reason: issue.message });
  }
  return json as ScenarioFile;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The world that a scenario describes; all of it was created that long before the clock's time, and ages count from there. @throws UserError */
export function createWorld(
  scenario: ScenarioFile,
  options: Pick<WorldOptions, 'clock' | 'consistencyDelayMs'> & { beganMs?: number },
): World {
  const said = v.parse(scenarioFile, scenario);
  const { clock, consistencyDelayMs = said.consistencyDelayMs } = options;
  const world = new World({ clock, consistencyDelayMs, seed: said.seed, account: said.account, region: said.region });
  const daysAgo = (count: number) => new Date(world.now().getTime() - (options.beganMs ?? 0) - count * dayMs);
  for (const [name, text] of Object.entries(said.policies)) world.iam.policies.set(`arn:aws:iam::${world.accountId}:policy/${name}`, text);
  for (const { name, keys, attached, inline } of said.users) {
    const oldest = Math.max(1, ...keys.map(({ ageDays }) => ageDays));
    givePolicies(world, world.createUser(name, { createdAt: daysAgo(oldest) }), attached, inline);
    for (const { ageDays, status } of keys) world.createAccessKey(name, { createdAt: daysAgo(ageDays), status });
  }
  for (const { name, trust, maxSessionSeconds, attached, inline } of said.roles) {
    const trustPolicy = trust ?? trustOfAccount(world.accountId);
    givePolicies(world, world.createRole(name, { createdAt: daysAgo(1), trustPolicy, maxSessionSeconds }), attached, inline);
  }
  for (const { action, times: count, ...kind } of said.faults) world.faults.add(action, kind, count);
  return world;
}

function givePolicies(
  world: World,
  to: { readonly attachedPolicies: Set<string>; readonly inlinePolicies: Map<string, string> },
  attached: readonly string[],
  inline: Readonly<Record<string, string>>,
): void {
  for (const policy of attached) {
    const arn = `arn:aws:iam::${Object.hasOwn(managedPolicies, policy) ? 'aws' : world.accountId}:policy/${policy}`;
    if (!world.iam.policies.has(arn)) {
      throw new UserError(
        'The scenario attaches the policy {policy}, which is neither one that the simulator knows nor among its policies.',
        { policy },
      );
    }
    to.attachedPolicies.add(arn);
  }
  for (const [name, text] of Object.entries(inline)) to.inlinePolicies.set(name, text);
}

function trustOfAccount(account: string): string {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });
}
