import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../src/message.ts';
import { begin, createWorld, incident, quiet, readScenario, type ScenarioFile } from '../../src/simulator/scenario.ts';

const noon = new Date('2026-03-01T12:00:00Z');
const clock = () => noon;
const keyIds = (scenario: ScenarioFile) => [...createWorld(scenario, { clock }).accessKeys.keys()];

test('the quiet account has an administrator with an old key, a reader and a role', () => {
  const world = createWorld(quiet, { clock });
  assert.match(world.accountId, /^\d{12}$/);
  assert.deepEqual([...world.iam.users.keys()], ['demo', 'reader']);
  assert.deepEqual([...world.iam.users.get('demo')!.attachedPolicies], ['arn:aws:iam::aws:policy/AdministratorAccess']);
  assert.deepEqual([...world.iam.roles.keys()], ['auditor']);
  const [demo] = world.keysOf(world.iam.users.get('demo')!);
  assert.equal(demo?.createdAt.toISOString(), '2025-11-01T12:00:00.000Z');
  assert.match(demo.accessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.match(demo.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
});

test('keys are made anew each time, unless a seed is given', () => {
  assert.notDeepEqual(keyIds(quiet), keyIds(quiet));
  assert.deepEqual(keyIds({ ...quiet, seed: 'a' }), keyIds({ ...quiet, seed: 'a' }));
  assert.notDeepEqual(keyIds({ ...quiet, seed: 'a' }), keyIds({ ...quiet, seed: 'b' }));
});

test('a key id carries its account, as in AWS', () => {
  const [accessKeyId] = keyIds({ ...quiet, account: '012345678901' });
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...accessKeyId!.slice(4)].reduce((sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)), 0n);
  assert.equal(String((bits >> 39n) & ((1n << 40n) - 1n)).padStart(12, '0'), '012345678901');
});

test('a scenario that began earlier has older keys', () => {
  const world = createWorld(quiet, { clock, beganMs: 3_600_000 });
  assert.equal([...world.accessKeys.values()][1]?.createdAt.toISOString(), '2026-02-17T11:00:00.000Z');
});

test('what runs and costs can begin in a world that is there already', () => {
  let now = noon;
  const world = createWorld({ ...incident, functions: [] }, { clock: () => now });
  now = new Date(noon.getTime() + 300_000);
  begin({ users: [], functions: incident.functions ?? [] }, world);
  const invocations = world.resources.functions.map((fn) => fn.invocations(now.getTime()));
  assert.equal(invocations.length, 34);
  assert.ok(invocations.every(([first, ...more]) => first?.start === now.getTime() && more.length === 0));
});

test('a file gives users, keys, policies, roles and faults', async (t) => {
  const file = await written(t, {
    account: '111122223333',
    region: 'eu-central-1',
    consistencyDelayMs: 500,
    policies: { OnlyList: { Statement: { Effect: 'Allow', Action: 'iam:List*', Resource: '*' } } },
    users: [
      {
        name: 'ci',
        attached: ['OnlyList'],
        inline: { 'no-users': { Statement: { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' } } },
        keys: [{ ageDays: 400, status: 'Inactive' }, {}],
      },
      { name: 'nobody', keys: [] },
    ],
    faults: [{ action: 'iam:CreateAccessKey', kind: 'delay', milliseconds: 20, times: 2 }],
  });
  const world = createWorld(await readScenario(file), { clock });
  const ci = world.iam.users.get('ci')!;
  assert.deepEqual(
    { account: world.accountId, region: world.region, delay: world.consistencyDelayMs },
    { account: '111122223333', region: 'eu-central-1', delay: 500 },
  );
  assert.deepEqual(
    world.keysOf(ci).map(({ status }) => status),
    ['Inactive', 'Active'],
  );
  assert.deepEqual([...ci.attachedPolicies], ['arn:aws:iam::111122223333:policy/OnlyList']);
  assert.equal(world.policiesOf(ci).length, 2);
  assert.deepEqual(world.faults.take('iam:CreateAccessKey'), { kind: 'delay', milliseconds: 20 });
  assert.equal(world.faults.take('iam:DeleteAccessKey'), undefined);
});

const wrong: readonly [name: string, content: string, words: RegExp][] = [
  ['no JSON', '{"users":\n [', /scenario\.json is not JSON/],
  ['another file', '[default]\naws_secret_access_key = hunter2', /^(?!.*hunter2).*scenario\.json is not JSON/],
  ['no users', '{}', /scenario\.json is wrong at users/],
  ['a bad account', '{"users":[],"account":"12"}', /is wrong at account: must be 12 digits/],
  ['a bad policy', '{"users":[],"policies":{"P":{"Statement":{}}}}', /is wrong at policies\.P: is not a policy document/],
  ['three keys', '{"users":[{"name":"a","keys":[{},{},{}]}]}', /users\.0\.keys: a user has at most two access keys/],
  ['an unknown word', '{"users":[],"regoin":"eu-west-1"}', /regoin/],
];

for (const [name, content, words] of wrong) {
  test(`a scenario file with ${name} is refused by name and place`, async (t) => {
    const file = await written(t, content);
    await assert.rejects(readScenario(file), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, words);
      return true;
    });
  });
}

test('a scenario that is not there, and a policy that is not there', async () => {
  await assert.rejects(
    readScenario('/nowhere/incident.json'),
    /^UserError: There is no scenario \/nowhere\/incident\.json: give quiet, incident, or the path/,
  );
  assert.throws(() => createWorld({ users: [{ name: 'a', attached: ['toString'] }] }, { clock }), /attaches the policy toString/);
});

async function written(t: { after(work: () => Promise<void>): void }, content: string | ScenarioFile): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'scenario.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
