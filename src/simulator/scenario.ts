import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { UserError } from '../message.ts';
import { managedPolicies } from './managed-policies.ts';
import { parsePolicy } from './policy.ts';
import { defaultRegions } from './resources-regions.ts';
import { KeyUser } from './resources-starter.ts';
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

const region = v.pipe(v.string(), v.regex(/^[a-z]{2}(?:-[a-z]{1,16}){1,2}-\d$/, 'must be a region'));
/** The regions that something is in: those that are named, or all that an account has from the beginning. */
const regions = v.union([
  v.array(region),
  v.pipe(
    v.literal('default'),
    v.transform(() => defaultRegions),
  ),
]);

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
  region: v.optional(region),
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
      /** Whether the user has an MFA device. */
      mfa: v.optional(v.boolean(), false),
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
  /** An instance of IAM Identity Center, and the accounts that its people may enter. */
  sso: v.optional(
    v.strictObject({
      startUrl: v.optional(v.pipe(v.string(), v.url())),
      users: v.pipe(v.array(identityName), v.minLength(1)),
      accounts: v.array(
        v.strictObject({
          /** 12 digits; the scenario's own account where there are none. */
          id: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'must be 12 digits'))),
          name: v.string(),
          email: v.optional(v.string()),
          roles: v.array(
            v.strictObject({
              name: v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,32}$/)),
              ...policies,
              sessionSeconds: v.optional(seconds, 3600),
            }),
          ),
        }),
      ),
      accessTokenSeconds: v.optional(times),
      sessionSeconds: v.optional(times),
    }),
  ),
  /** How late points reach CloudWatch; AWS: two to three minutes. */
  metricsDelaySeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Functions that something in the account starts again and again from the scenario's beginning; without `reinstallSeconds`, nothing does. */
  functions: v.optional(
    v.array(
      v.strictObject({
        name: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
        regions,
        memoryMb: v.pipe(v.number(), v.integer(), v.minValue(128), v.maxValue(10_240)),
        architecture: v.optional(v.picklist(['x86_64', 'arm64']), 'x86_64'),
        runtime: v.optional(v.string(), 'nodejs22.x'),
        timeoutSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(900)), 900),
        reinstallSeconds: v.optional(v.pipe(v.number(), v.minValue(1))),
        /** The user whose key starts them, as long as it may; without one, nothing but concurrency stops them. */
        startedBy: v.optional(identityName),
        runSeconds: v.optional(v.pipe(v.number(), v.minValue(0.001), v.maxValue(900)), 900),
      }),
    ),
    [],
  ),
  instances: v.optional(
    v.array(
      v.strictObject({
        type: v.pipe(v.string(), v.regex(/^[a-z0-9-]+\.[a-z0-9-]+$/)),
        regions,
        count: v.optional(times, 1),
        spot: v.optional(v.boolean(), false),
      }),
    ),
    [],
  ),
  /** What is paid whether or not anything runs, in US dollars a day. */
  dailyCosts: v.optional(v.array(v.strictObject({ service: v.string(), region, usd: v.pipe(v.number(), v.minValue(0)) })), []),
  faults: v.optional(v.array(fault), []),
});

/** A scenario as its JSON file says it. */
export type ScenarioFile = v.InferInput<typeof scenarioFile>;

/** An account where nothing happens: an administrator with an old key, a reader with a young one, a role for both, and a sign-in to it and to another. */
export const quiet: ScenarioFile = {
  users: [
    { name: 'demo', attached: ['AdministratorAccess'], keys: [{ ageDays: 120 }] },
    { name: 'reader', attached: ['ReadOnlyAccess'], keys: [{ ageDays: 12 }] },
  ],
  roles: [{ name: 'auditor', attached: ['ReadOnlyAccess'] }],
  dailyCosts: [
    { service: 'Amazon Relational Database Service', region: 'us-east-1', usd: 9.2 },
    { service: 'Amazon Simple Storage Service', region: 'us-east-1', usd: 1.4 },
    { service: 'AmazonCloudWatch', region: 'us-east-1', usd: 0.6 },
  ],
  sso: {
    users: ['demo@example.com'],
    accounts: [
      {
        name: 'Demo',
        roles: [
          { name: 'AdministratorAccess', attached: ['AdministratorAccess'] },
          { name: 'ReadOnly', attached: ['ReadOnlyAccess'] },
        ],
      },
      { id: '210987654321', name: 'Sandbox', roles: [{ name: 'ReadOnly', attached: ['ReadOnlyAccess'] }] },
    ],
  },
};

/**
 * The seed story: with a user's leaked key, two functions were made in each of 17 regions, and each installs a Monero miner anew every 3 minutes, with that key, that
 * runs the 15 minutes which Lambda allows. Five of each overlap: 170 miners of 8.75 GB, about $89 an hour.
 */
export const incident: ScenarioFile = {
  ...quiet,
  users: [...quiet.users, { name: 'ci-deploy', attached: ['AdministratorAccess'], keys: [{ ageDays: 400 }] }],
  functions: ['image-resize-a', 'image-resize-b'].map((name) => ({
    name,
    regions: 'default',
    memoryMb: 8960,
    runtime: 'provided.al2023',
    timeoutSeconds: 900,
    reinstallSeconds: 180,
    runSeconds: 900,
    startedBy: 'ci-deploy',
  })),
};

/** The scenarios that have a name. */
export const scenarios = { quiet, incident };

/** The scenario of that name, or in that JSON file. @throws UserError naming the file and what is wrong in it */
export async function readScenario(nameOrFile: string): Promise<ScenarioFile> {
  if (nameOrFile === 'quiet' || nameOrFile === 'incident') return scenarios[nameOrFile];
  const values = { file: nameOrFile };
  const text = await readFile(nameOrFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new UserError('There is no scenario {file}: give quiet, incident, or the path of a JSON file.', values);
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
  for (const { name, keys, mfa, attached, inline } of said.users) {
    const oldest = Math.max(1, ...keys.map(({ ageDays }) => ageDays));
    const user = world.createUser(name, { createdAt: daysAgo(oldest) });
    givePolicies(world, user, attached, inline);
    if (mfa) world.addMfaDevice(user);
    for (const { ageDays, status } of keys) world.createAccessKey(name, { createdAt: daysAgo(ageDays), status });
  }
  for (const { name, trust, maxSessionSeconds, attached, inline } of said.roles) {
    const trustPolicy = trust ?? trustOfAccount(world.accountId);
    givePolicies(world, world.createRole(name, { createdAt: daysAgo(1), trustPolicy, maxSessionSeconds }), attached, inline);
  }
  if (said.sso) openIdentityCenter(world, said.sso, daysAgo(1));
  startResources(world, said, daysAgo(0));
  for (const { action, times: count, ...kind } of said.faults) world.faults.add(action, kind, count);
  return world;
}

/** Begins now, in a world that is there already, what a scenario lets run and cost. @throws UserError */
export function begin(scenario: ScenarioFile, world: World): void {
  startResources(world, v.parse(scenarioFile, scenario), world.now());
}

function startResources(world: World, said: v.InferOutput<typeof scenarioFile>, began: Date): void {
  const { resources } = world;
  resources.metricsDelaySeconds = said.metricsDelaySeconds ?? resources.metricsDelaySeconds;
  resources.dailyCosts.push(...said.dailyCosts);
  for (const { regions: places, reinstallSeconds, runSeconds, startedBy, ...it } of said.functions) {
    for (const place of places) {
      const by = startedBy === undefined ? undefined : starterOf(startedBy, it.name, place, world);
      const schedule = reinstallSeconds === undefined ? undefined : { from: began, everySeconds: reinstallSeconds, runSeconds, by };
      const role = `arn:aws:iam::${world.accountId}:role/service-role/${it.name}`;
      resources.addFunction({ ...it, region: place, handler: 'index.handler', role, createdAt: began, schedule });
    }
  }
  for (const { type, regions: places, count, spot } of said.instances) {
    for (const place of places.flatMap((one) => Array.from({ length: count }, () => one))) {
      resources.launch({ id: world.newInstanceId(), region: place, type, imageId: 'ami-0abcdef1234567890', spot, launchedAt: began });
    }
  }
}

function starterOf(name: string, functionName: string, place: string, world: World): KeyUser {
  const user = world.iam.users.get(name);
  if (user && world.keysOf(user).length > 0) return new KeyUser(world, user, functionName, place);
  throw new UserError('The scenario lets {user} start functions, which is no user with an access key of it.', { user: name });
}

function openIdentityCenter(world: World, said: NonNullable<v.InferOutput<typeof scenarioFile>['sso']>, createdAt: Date): void {
  const center = world.identityCenter;
  center.startUrl = said.startUrl ?? center.startUrl;
  center.accessTokenSeconds = said.accessTokenSeconds ?? center.accessTokenSeconds;
  center.sessionSeconds = said.sessionSeconds ?? center.sessionSeconds;
  center.users.push(...said.users);
  for (const { id = world.accountId, name, email = `${name.toLowerCase().replaceAll(' ', '-')}@example.com`, roles } of said.accounts) {
    const made = roles.map(({ name: permissionSet, attached, inline, sessionSeconds }) => {
      const role = world.createReservedRole(permissionSet, id, { createdAt, maxSessionSeconds: sessionSeconds });
      givePolicies(world, role, attached, inline);
      return [permissionSet, role] as const;
    });
    center.accounts.set(id, { id, name, email, roles: new Map(made) });
  }
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
