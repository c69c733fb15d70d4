import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { type ContainmentCommand, contain, undo } from '../../src/containment/command.ts';
import type { ContainmentDoors } from '../../src/containment/doors.ts';
import { finishContainments } from '../../src/containment/finish.ts';
import { type ContainmentPlan, planContainment, toJson } from '../../src/containment/plan.ts';
import { lookAgain, runContainment } from '../../src/containment/run.ts';
import { undoContainment } from '../../src/containment/undo.ts';
import { openUndoFiles } from '../../src/containment/undo-file.ts';
import { format, UserError } from '../../src/message.ts';
import { type ContainmentWorld, cloudOf, containmentWorld, stateOf, watched } from '../containment-world.ts';

const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
const burning = ['us-east-1', 'eu-west-1', 'ap-south-1'].map((region) => ({ service: 'Lambda', region, perHour: 5.25 }));
const ticked = (plan: ContainmentPlan) => new Set(plan.steps.filter((step) => step.ticked).map(({ id }) => id));
const whole = async (doors: ContainmentDoors) => {
  const plan = await planContainment('p', { burning }, doors);
  return runContainment(plan, ticked(plan), doors);
};
const wordsOf = ({ missing }: ContainmentPlan) => missing.map(({ what, why }) => `${format(what)}: ${format(why)}`);
const refused = (pattern: RegExp) => (error: unknown) => error instanceof UserError && pattern.test(error.message);

test('a plan ticks the leaked key, its user, and every function, never the user who acts, and changes nothing', async (t) => {
  const { doors, world, keyOf } = await containmentWorld(t);
  const before = stateOf(world);
  const plan = await planContainment('p', { burning }, doors);
  const [leaked, readers] = [keyOf('ci-deploy'), keyOf('reader')];
  const shown = plan.steps.map(({ id, ticked }) => `${ticked ? 'x' : '-'} ${id}`);
  assert.deepEqual(shown.slice(0, 4), [
    `x disable-key:${leaked}`,
    `- disable-key:${readers}`,
    'x deny-user:ci-deploy',
    '- deny-user:reader',
  ]);
  assert.equal(shown.length, 4 + 7);
  assert.ok(shown.slice(4).every((text) => text.startsWith('x stop-function:')));
  assert.match(format(plan.steps[0]!.because!), /^its key was used \d min ago for lambda in us-east-1$/);
  assert.deepEqual(stateOf(world), before);

  const json = toJson(plan) as { account: string; steps: Record<string, unknown>[]; missing: unknown[] };
  assert.equal(json.account, world.accountId);
  assert.deepEqual(json.steps[0], {
    id: `disable-key:${leaked}`,
    action: 'iam:UpdateAccessKey',
    service: 'IAM',
    region: 'global',
    resource: leaked,
    undoable: true,
    ticked: true,
    perHour: 0,
  });
  const stops = json.steps.filter(({ service }) => service === 'Lambda');
  const sum = stops.reduce((total, { perHour }) => total + (perHour as number), 0);
  assert.ok(Math.abs(sum - 3 * 5.25) < 0.001, `${sum} dollars are shared among the functions`);
  assert.ok((stops.find(({ resource }) => resource === 'nightly-report')!.perHour as number) < 0.02, 'a small function bears little');
});

test('where nobody knows what burns, a use of Lambda counts, and no rate is told', async (t) => {
  const { doors } = await containmentWorld(t);
  const plan = await planContainment('p', {}, doors);
  assert.ok(ticked(plan).has('deny-user:ci-deploy') && !ticked(plan).has('deny-user:reader'));
  const stops = (toJson(plan) as { steps: { service: string; perHour?: number }[] }).steps.filter(({ service }) => service === 'Lambda');
  assert.ok(stops.every((step) => !('perHour' in step)));
});

test('a key that AWS marks as leaked is ticked, one that somebody names too, and what has no step is named', async (t) => {
  const { doors, world } = await containmentWorld(t);
  world.iam.users.get('reader')!.attachedPolicies.add('arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3');
  const elsewhere = [{ service: 'EC2', region: 'us-east-1', perHour: 3.06 }];
  const plan = await planContainment('p', { burning: elsewhere, named: ['ci-deploy'] }, doors);
  const users = plan.steps.filter(({ step }) => step.kind === 'deny-user');
  assert.deepEqual(
    users.map(({ id, ticked, because }) => [id, ticked, format(because!)]),
    [
      ['deny-user:ci-deploy', true, 'you say that its key leaked'],
      ['deny-user:reader', true, 'AWS marks its key as leaked'],
    ],
  );
  assert.deepEqual(wordsOf(plan), [
    'EC2 in us-east-1: Keystow cannot stop it yet ($3.06 an hour): stop it in the AWS console, in that region.',
  ]);
});

test('an identity that would take its own rights is refused, with what to do instead; root is said to be beyond any policy', async (t) => {
  const { doors, world, keyOf } = await containmentWorld(t);
  await assert.rejects(planContainment('p', { named: ['demo'] }, doors), refused(/acts by the rights of demo.*profile of somebody else/));
  await assert.rejects(planContainment('p', { named: ['root'] }, doors), refused(/No policy can deny the root user/));
  await assert.rejects(planContainment('p', { named: ['nobody'] }, doors), refused(/has no user nobody/));

  const as = (arn: string, keyId?: string): ContainmentDoors => ({
    ...doors,
    open: async (profile) => ({ profile, ...(keyId === undefined ? {} : { keyId }), cloud: cloudOf(world, arn) }),
  });
  const role = `arn:aws:sts::${world.accountId}:assumed-role/admin/me`;
  await assert.rejects(
    planContainment('p', { named: ['ci-deploy'] }, as(role, keyOf('ci-deploy'))),
    refused(/acts by the rights of ci-deploy/),
  );
  const plan = await planContainment('p', {}, as(role));
  await assert.rejects(
    runContainment(plan, ticked(plan), as(role, keyOf('ci-deploy'))),
    refused(/acts by the rights of ci-deploy|changed since/),
  );
  assert.ok(
    plan.steps.some(({ id }) => id === 'deny-user:demo'),
    'one who signed in may deny every user',
  );

  const asRoot = await planContainment('p', {}, as(`arn:aws:iam::${world.accountId}:root`));
  assert.ok(asRoot.notes.some((note) => /root user, whom no policy can deny/.test(format(note))));

  world.iam.users.get('demo')!.attachedPolicies.add('arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3');
  await assert.rejects(planContainment('p', {}, doors), refused(/AWS marks the key of demo as leaked/));
});

test('what was agreed is done in its order, from a file that is whole before the first effect and holds no secret', async (t) => {
  const { doors, world, folder, keyOf } = await containmentWorld(t);
  const calls: string[] = [];
  const seen = watched(doors, async (name, effect, call, given) => {
    if (effect && name !== 'write') {
      if (calls.length === 1) {
        const [file] = await readdir(folder);
        const { phase, entries } = JSON.parse(await readFile(join(folder, file!), 'utf8'));
        assert.equal(phase, 'containing');
        assert.equal(entries.length, 9);
        assert.equal(entries[0].state, 'begun');
      }
      calls.push([name, ...given.filter((one) => typeof one !== 'object')].join(' '));
    }
    return call();
  });
  const { path, record, failed, repeated } = await whole(seen);
  assert.deepEqual([failed, repeated, record.phase], [[], [], 'contained']);
  assert.deepEqual(calls.slice(1, 3), [`setKeyActive ci-deploy ${keyOf('ci-deploy')} false`, `attachPolicy ci-deploy ${denyAll}`]);
  assert.equal(calls.filter((call) => /^reserve \S+ \S+ 0$/.test(call)).length, 7);
  assert.match(path, new RegExp(`/keystow-undo-${world.accountId}-20261124T030000Z\\.json$`));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const text = await readFile(path, 'utf8');
  for (const { secretAccessKey } of world.accessKeys.values()) assert.ok(!text.includes(secretAccessKey));
  assert.ok(!calls.some((call) => call.includes('reader')), 'what is not ticked is left alone');
});

test('after it nothing more is started, what runs ends, and the undo gives exactly the state of before', async (t) => {
  const { doors, world, pass } = await containmentWorld(t);
  const before = stateOf(world);
  const rate = world.resources.perHour(world.now());
  assert.ok(rate > 15);
  const { path } = await whole(doors);
  pass(8 * 60_000);
  const falling = world.resources.perHour(world.now());
  assert.ok(falling > 0 && falling < rate);
  pass(8 * 60_000);
  assert.equal(world.resources.perHour(world.now()), 0);

  const undone = await undoContainment(path, doors);
  assert.deepEqual([undone.failed, undone.left, undone.record.phase], [[], [], 'undone']);
  assert.deepEqual(stateOf(world), before);
});

test('the denied key alone stops the miners too, and the reservation alone', async (t) => {
  for (const kind of ['deny-user', 'disable-key', 'stop-function']) {
    const { doors, world, pass } = await containmentWorld(t);
    const plan = await planContainment('p', { burning }, doors);
    const ids = plan.steps.filter((step) => step.ticked && step.step.kind === kind).map(({ id }) => id);
    await runContainment(plan, new Set(ids), doors);
    pass(16 * 60_000);
    assert.equal(world.resources.perHour(world.now()), 0, kind);
  }
});

test('what changed between the preview and the act is given back as it was at the act, and what others did is not undone', async (t) => {
  const { doors, world } = await containmentWorld(t);
  const plan = await planContainment('p', { burning }, doors);
  const [a, b] = world.resources.functionsIn('us-east-1');
  a!.reserve(3, world.now());
  b!.reserve(0, world.now());
  world.iam.users.get('ci-deploy')!.attachedPolicies.add(denyAll);
  const before = stateOf(world);
  const { path, record } = await runContainment(plan, ticked(plan), doors);
  assert.equal(record.entries.filter(({ state }) => state === 'needless').length, 2);
  const [c] = world.resources.functionsIn('ap-south-1');
  c!.reserve(1, world.now());
  const { left } = await undoContainment(path, doors);
  assert.deepEqual(left.map(format), ['The function image-resize-a in ap-south-1 was changed since, and stays as it is']);
  c!.reserve(undefined, world.now());
  assert.deepEqual(stateOf(world), before);
});

test('nothing is done where the profile has come to act as somebody else', async (t) => {
  const { doors, world } = await containmentWorld(t);
  const plan = await planContainment('p', { burning }, doors);
  const before = stateOf(world);
  for (const other of [
    { arn: `arn:aws:iam::${world.accountId}:user/ci-deploy` },
    { arn: plan.identity.arn, endpoint: 'http://127.0.0.1:1' },
    { arn: plan.identity.arn, keyId: 'AKIAANOTHERKEY000000' },
  ]) {
    const { arn, ...rest } = other;
    const changed = { ...doors, open: async (profile: string) => ({ profile, ...rest, cloud: cloudOf(world, arn) }) };
    await assert.rejects(runContainment(plan, ticked(plan), changed), refused(/was changed since the preview/));
  }
  assert.deepEqual(stateOf(world), before);
  assert.deepEqual(await doors.undoFiles.list(), []);

  const { path } = await whole(doors);
  const contained = stateOf(world);
  const stranger = { ...doors, open: async (profile: string) => ({ profile, cloud: foreign(world) }) };
  await assert.rejects(undoContainment(path, stranger), refused(/is of the account/));
  assert.deepEqual(stateOf(world), contained);
});

const foreign = (world: ContainmentWorld['world']) => ({
  ...cloudOf(world, 'arn:aws:iam::999999999999:user/x'),
  identity: async () => ({ account: '999999999999', arn: 'arn:aws:iam::999999999999:user/x', userId: 'x' }),
});

test('a region that cannot be read or changed is named and keeps none of the others; what is denied is said', async (t) => {
  const { doors, world, keyOf } = await containmentWorld(t);
  const broken = watched(doors, async (name, _, call, given) => {
    if (name === 'functions' && given[0] === 'eu-west-1') throw new UserError('Lambda is away.');
    if (name === 'reserve' && given[0] === 'us-east-1') throw new UserError('You may not call PutFunctionConcurrency.');
    if (name === 'lastUse') throw new UserError('You may not call GetAccessKeyLastUsed.');
    return call();
  });
  const plan = await planContainment('p', { burning, named: ['ci-deploy'] }, broken);
  assert.ok(wordsOf(plan).includes('the functions in eu-west-1: Lambda is away.'));
  assert.ok(wordsOf(plan).includes(`the last use of the access key ${keyOf('ci-deploy')}: You may not call GetAccessKeyLastUsed.`));
  assert.ok(
    ticked(plan).has('deny-user:ci-deploy') && !ticked(plan).has('deny-user:reader'),
    'what is not known keeps nobody from being named',
  );
  const { failed, record } = await runContainment(plan, ticked(plan), broken);
  assert.equal(failed.length, 2);
  assert.ok(failed.every(({ why }) => format(why) === 'You may not call PutFunctionConcurrency.'));
  assert.equal(record.phase, 'contained');
  const stopped = world.resources.functions.filter(({ reservedConcurrency }) => reservedConcurrency === 0);
  assert.deepEqual([...new Set(stopped.map(({ settings }) => settings.region))], ['ap-south-1']);
});

test('regions that AWS does not tell are those that every account has', async (t) => {
  const { doors } = await containmentWorld(t);
  const mute = watched(doors, async (name, _, call) => {
    if (name === 'regions') throw new UserError('denied');
    return call();
  });
  const plan = await planContainment('p', { burning }, mute);
  assert.deepEqual(wordsOf(plan), ['the regions that the account has opted into: denied']);
  assert.equal(plan.steps.filter(({ step }) => step.kind === 'stop-function').length, 2);
});

test('a deny that somebody takes back is put back and said, at the end of the run and a minute later', async (t) => {
  const { doors, world } = await containmentWorld(t);
  const policies = world.iam.users.get('ci-deploy')!.attachedPolicies;
  const resisted: ContainmentDoors = {
    ...doors,
    async pause(milliseconds, signal) {
      policies.delete(denyAll);
      await doors.pause(milliseconds, signal);
    },
  };
  const { path, repeated, failed } = await whole(resisted);
  assert.deepEqual([repeated, failed], [[{ kind: 'deny-user', user: 'ci-deploy' }], []]);
  assert.ok(policies.has(denyAll));
  assert.deepEqual((await lookAgain(path, resisted))!.repeated, repeated);
  assert.ok(policies.has(denyAll));
  assert.deepEqual((await lookAgain(path, doors))!.repeated, []);
});

test('a person who stops it: what runs ends, the rest is left, and both another containment and the undo go on from there', async (t) => {
  const { doors, world, pass } = await containmentWorld(t);
  const before = stateOf(world);
  const stop = new AbortController();
  const stopping = watched(doors, async (name, _, call) => {
    if (name === 'attachPolicy') stop.abort();
    return call();
  });
  const plan = await planContainment('p', { burning }, doors);
  const { record, path } = await runContainment(plan, ticked(plan), stopping, stop.signal);
  assert.equal(record.phase, 'stopped');
  assert.deepEqual(
    record.entries.map(({ state }) => state),
    ['done', 'done', ...Array.from({ length: 7 }, () => 'planned')],
  );
  assert.deepEqual(await finishContainments(doors), [], 'what a person stopped does not go on by itself');
  pass(1_000);
  const rest = await planContainment('p', { burning }, doors);
  assert.ok(!rest.steps.some(({ id }) => id.endsWith('ci-deploy')));
  const second = await runContainment(rest, ticked(rest), doors);
  for (const file of [second.path, path]) await undoContainment(file, doors);
  assert.deepEqual(stateOf(world), before);
});

test('an undo file that was tampered with, or is none, is refused by name, and nothing is done', async (t) => {
  const here = await mkdtemp(join(tmpdir(), 'undo-'));
  t.after(() => rm(here, { recursive: true }));
  const { doors, world } = await containmentWorld(t);
  const { path } = await whole(doors);
  const text = await readFile(path, 'utf8');
  const contained = stateOf(world);
  for (const changed of ['', '{', '[]', text.replace('deny-user', 'allow-user'), text.replace('"us-east-1"', '"us-east-1/../x"')]) {
    const file = join(here, 'x.json');
    await writeFile(file, changed);
    await assert.rejects(undoContainment(file, doors), refused(/x\.json is not an undo file/));
  }
  assert.deepEqual(stateOf(world), contained);
  await assert.rejects(undoContainment(join(here, 'none.json'), doors), refused(/none\.json/));
  await writeFile(join(here, 'note.json'), text);
  assert.deepEqual(await openUndoFiles(here).list(), []);
});

test('on a terminal steps are ticked and unticked by their numbers until the person says yes, and nothing happens before', async (t) => {
  const { doors, world, pass } = await containmentWorld(t);
  const before = stateOf(world);
  const words: string[] = [];
  const printed: string[] = [];
  const answering = (...answers: string[]): ContainmentCommand => ({
    doors,
    print: (text) => void printed.push(text),
    say: (text) => void words.push(text),
    yes: false,
    async ask() {
      assert.deepEqual(stateOf(world), before);
      return answers.shift()!;
    },
    stoppable: (work) => work(new AbortController().signal),
  });
  for (const answer of ['', 'n', '99', '1 x']) assert.equal(await contain('p', { burning }, answering(answer)), 0);
  assert.deepEqual(stateOf(world), before);
  assert.equal(printed.length, 0);

  assert.equal(await contain('p', { burning }, answering('4, 5', 'y')), 0);
  assert.ok(
    words.some((text) => /^ +4 \[x\] reader and its sessions may do nothing any more/.test(text)),
    'ticked by its number',
  );
  const [, , third, fourth] = (await doors.undoFiles.read(printed[0]!)).entries;
  assert.deepEqual([third!.step, fourth!.step.kind], [{ kind: 'deny-user', user: 'reader' }, 'stop-function']);
  assert.equal(
    world.resources.functions.filter(({ reservedConcurrency }) => reservedConcurrency !== 0).length,
    1,
    'unticked by its number',
  );
  pass(1_000);
  assert.equal(await undo(printed[0]!, undefined, { ...answering(), yes: true }), 0);
  assert.deepEqual(stateOf(world), before);
});

test('a figure that nothing can be done about makes the verb end with 1, and a service that refuses too', async (t) => {
  const { doors } = await containmentWorld(t);
  const words: string[] = [];
  const yes = { print: () => {}, say: (text: string) => void words.push(text), yes: true, ask: () => assert.fail('asked') };
  const command = { ...yes, doors, stoppable: <T>(work: (signal: AbortSignal) => Promise<T>) => work(new AbortController().signal) };
  const elsewhere = [...burning, { service: 'EC2', region: 'us-east-1', perHour: 3.06 }];
  assert.equal(await contain('p', { burning: elsewhere }, command), 1);
  assert.ok(words.some((text) => /^not covered: EC2 in us-east-1/.test(text)));
});

test('containments of one second have an undo file each', async (t) => {
  const here = await mkdtemp(join(tmpdir(), 'undo-'));
  t.after(() => rm(here, { recursive: true }));
  const { doors } = await containmentWorld(t);
  const { record } = await whole(doors);
  const files = openUndoFiles(here);
  const paths = [await files.create(record), await files.create(record), await files.create(record)];
  assert.equal(new Set(paths).size, 3);
  assert.equal((await files.list()).length, 3);
});
