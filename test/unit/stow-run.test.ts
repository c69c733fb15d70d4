// A stow is whole or not at all, whatever fails and wherever the process dies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/message.ts';
import { applyEdits, editsBetween } from '../../src/stow/edit.ts';
import type { StowRecord } from '../../src/stow/journal.ts';
import { secretsOfItem } from '../../src/stow/plan.ts';
import { planRestore, recoverStows, runRestore } from '../../src/stow/restore.ts';
import { runStow, type StowDoors, type StowPlan } from '../../src/stow/run.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const key = sampleKeyPair();
const account = `aws/${key.accessKeyId}`;
const content = JSON.stringify(key);
const token = 'FwoGZXIvYXdzE'.repeat(20);
const env = `PORT=1\nAWS_ACCESS_KEY_ID=${key.accessKeyId}\nDATABASE=postgres://u:other-secret@h/d\nAWS_SECRET_ACCESS_KEY=${key.secretAccessKey}\nAWS_SESSION_TOKEN=${token}\n`;
const envAfter = 'PORT=1\nAWS_PROFILE=p\nDATABASE=postgres://u:other-secret@h/d\n';
const config = '[default]\nregion = eu-west-1\n';
const configAfter = `${config}\n[profile p]\nkeystow_access_key_id = ${key.accessKeyId}\n`;

const plan: StowPlan = {
  id: 'one',
  what: 'AWS access key',
  item: { account, content },
  secrets: [key.secretAccessKey],
  key,
  profile: { name: 'p', accessKeyId: key.accessKeyId, mode: 'session' },
  additions: [{ path: '/config', before: config, edits: editsBetween(config, configAfter) }],
  removals: [{ path: '/.env', before: env, edits: editsBetween(env, envAfter) }],
  folder: '/project',
  references: ['keystow://p/access-key-id'],
};

/** A machine in memory. Its doors can fail once at the n-th effect, or die there: then every later one fails too. */
function machine() {
  const state = {
    keychain: new Map<string, string>(),
    files: new Map([
      ['/config', config],
      ['/.env', env],
    ]),
    grants: new Set<string>(),
    journal: new Map<string, string>(),
  };
  const doors = (failAt = Number.POSITIVE_INFINITY, dies = false): StowDoors & { steps: () => number } => {
    let step = 0;
    const effect = async <T>(work: () => T): Promise<T> => {
      step++;
      if (step === failAt || (dies && step > failAt)) throw new UserError('it failed here');
      return work();
    };
    return {
      steps: () => step,
      keychain: {
        read: (name) => effect(() => state.keychain.get(name)),
        write: (name, secret) => effect(() => void state.keychain.set(name, secret)),
        remove: (name) => effect(() => state.keychain.delete(name)),
      },
      files: {
        read: (path) => effect(() => state.files.get(path)),
        apply: ({ path, before, edits }) =>
          effect(() => {
            assert.equal(state.files.get(path) ?? '', before);
            state.files.set(path, applyEdits(before, edits));
          }),
        remove: (path) => effect(() => void state.files.delete(path)),
      },
      grants: {
        add: (folder, references) => effect(() => references.forEach((one) => void state.grants.add(folder + one))),
        remove: (folder, references) => effect(() => references.forEach((one) => void state.grants.delete(folder + one))),
      },
      journal: {
        list: () => effect(() => [...state.journal.values()].map((text) => JSON.parse(text) as StowRecord)),
        write: (record) => effect(() => void state.journal.set(record.id, JSON.stringify(record))),
        remove: (id) => effect(() => void state.journal.delete(id)),
      },
      exclusively: (work) => work(),
      prove: () => effect(() => undefined),
      now: () => new Date('2026-01-01T00:00:00Z'),
    };
  };
  return { state, doors };
}

const untouched = (state: ReturnType<typeof machine>['state']) => {
  assert.deepEqual(
    [...state.files],
    [
      ['/config', config],
      ['/.env', env],
    ],
  );
  assert.equal(state.keychain.size, 0);
  assert.equal(state.grants.size, 0);
};

test('a stow leaves the reference, and its journal holds no secret', async () => {
  const { state, doors } = machine();
  await runStow(plan, doors());
  assert.equal(state.files.get('/.env'), envAfter);
  assert.equal(state.files.get('/config'), configAfter);
  assert.equal(state.keychain.get(account), content);
  const written = state.journal.get('one')!;
  for (const secret of [key.secretAccessKey, token, 'other-secret']) assert.ok(!written.includes(secret));
});

test('a failure at any step takes everything back', async () => {
  const steps = await countSteps();
  for (let step = 1; step <= steps; step++) {
    const { state, doors } = machine();
    await assert.rejects(runStow(plan, doors(step)), UserError, `step ${step}`);
    untouched(state);
    assert.equal(state.journal.size, 0, `step ${step}`);
  }
});

test('a process that dies at any step leaves nothing lost: the next start takes it back, or it is done', async () => {
  const steps = await countSteps();
  for (let step = 1; step <= steps; step++) {
    const { state, doors } = machine();
    await runStow(plan, doors(step, true)).catch(() => undefined);
    await recoverStows(doors(), secretsOfItem);
    assert.deepEqual([...state.files.keys()].sort(), ['/.env', '/config']);
    if (state.files.get('/.env') === envAfter) {
      assert.equal(state.keychain.get(account), content, `step ${step}: the only copy is gone`);
    } else {
      assert.ok([env, env.replace(token, '')].includes(state.files.get('/.env')!), `step ${step}`);
      assert.equal(state.files.get('/config'), config);
      assert.equal(state.keychain.size, 0);
    }
    assert.ok(
      [...state.journal.values()].every((record) => !record.includes('"begun"')),
      `step ${step}`,
    );
  }
});

test('a person who edited the file after a crash keeps the only copy in the keychain', async () => {
  const { state, doors } = machine();
  await runStow(plan, doors());
  state.journal.set('one', state.journal.get('one')!.replace('"done"', '"begun"'));
  state.files.set('/.env', `${envAfter}NEW=1\n`);
  assert.deepEqual(await recoverStows(doors(), secretsOfItem), []);
  assert.equal(state.keychain.get(account), content);
});

test('an undo gives the text back, also around lines that were added since', async () => {
  const { state, doors } = machine();
  const record = await runStow(plan, doors());
  state.files.set('/.env', `# new\n${envAfter}NEW=1\n`);
  await runRestore(record, await planRestore(record, doors(), secretsOfItem), doors());
  const [, id, , secret] = env.split('\n');
  const text = state.files.get('/.env')!;
  for (const line of ['# new', 'PORT=1', id!, 'DATABASE=postgres://u:other-secret@h/d', secret!, 'NEW=1'])
    assert.ok(text.split('\n').includes(line), line);
  assert.ok(!text.includes('AWS_PROFILE'));
  assert.equal(state.files.get('/config'), config);
  assert.equal(state.keychain.size, 0);
  assert.equal(state.grants.size, 0);
});

test('two stows of one key share its item and profile until both are undone', async () => {
  const { state, doors } = machine();
  state.files.set('/two.env', env);
  const first = await runStow(plan, doors());
  const second = await runStow({ ...plan, id: 'two', additions: [], removals: [{ ...plan.removals[0]!, path: '/two.env' }] }, doors());
  await runRestore(first, await planRestore(first, doors(), secretsOfItem), doors());
  assert.equal(state.keychain.get(account), content);
  assert.equal(state.files.get('/config'), configAfter);
  assert.equal(state.files.get('/.env'), env.replace(token, ''));
  const heir = JSON.parse(state.journal.get(second.id)!) as StowRecord;
  await runRestore(heir, await planRestore(heir, doors(), secretsOfItem), doors());
  assert.equal(state.files.get('/two.env'), env.replace(token, ''));
  assert.equal(state.files.get('/config'), config);
  assert.equal(state.keychain.size, 0);
});

async function countSteps(): Promise<number> {
  const counting = machine().doors();
  await runStow(plan, counting);
  return counting.steps();
}
