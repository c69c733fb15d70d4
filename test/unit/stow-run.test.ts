// A stow is whole or not at all, whatever fails and wherever the process dies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeOverSsoProfile } from '../../src/credentials/sso/take-over.ts';
import { parseAwsFile } from '../../src/files/aws-files.ts';
import { UserError } from '../../src/message.ts';
import { applyEdits, editsBetween } from '../../src/stow/edit.ts';
import type { StowRecord } from '../../src/stow/journal.ts';
import { secretsOfItem } from '../../src/stow/plaintext.ts';
import { profilePlan } from '../../src/stow/profile-plan.ts';
import { planRestore, recoverStows, runRestore } from '../../src/stow/restore.ts';
import { runProfileChange, runStow, type StowDoors, type StowPlan } from '../../src/stow/run.ts';
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

test('where the editor’s own undo gave the text back already, the rest of the stow is undone', async () => {
  const { state, doors } = machine();
  const record = await runStow(plan, doors());
  state.files.set('/.env', env);
  await runRestore(record, await planRestore(record, doors(), secretsOfItem), doors());
  assert.equal(state.files.get('/.env'), env);
  assert.equal(state.files.get('/config'), config);
  assert.equal(state.keychain.size, 0);

  const again = await runStow(plan, doors());
  state.files.set('/.env', `# mine\n${env.replace('PORT=1', 'PORT=2')}`);
  await runRestore(again, await planRestore(again, doors(), secretsOfItem), doors());
  assert.equal(state.files.get('/.env'), `# mine\n${env.replace('PORT=1', 'PORT=2')}`);
  assert.equal(state.keychain.size, 0);
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

const signsIn = (name: string) =>
  `[profile ${name}]\n# ${name}\nsso_session = company\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n# end\n`;
const ssoConfig = `${signsIn('a')}\n${signsIn('b')}\n[sso-session company]\nsso_start_url = https://company.awsapps.com/start\nsso_region = eu-west-1\n`;

/** Two profiles alike, of which one is taken over; there is no credentials file yet. */
function takingOver(name: string) {
  const world = machine();
  world.state.files = new Map([['/config', ssoConfig]]);
  const plan = (config = ssoConfig, credentials = '') => {
    const files = {
      config: parseAwsFile(config, '/config', 'config'),
      credentials: parseAwsFile(credentials, '/credentials', 'credentials'),
    };
    return profilePlan({ id: name, what: 'profile taken over', profile: name }, files, takeOverSsoProfile(files, name, '/opt/keystow'));
  };
  return { ...world, plan };
}

test('a profile is taken over in both files or in none, whatever fails and wherever the process dies', async () => {
  const counting = takingOver('b');
  const done = counting.doors();
  await runProfileChange(counting.plan(), done);
  assert.match(counting.state.files.get('/config')!, /keystow_sso_session = company/);
  assert.match(counting.state.files.get('/credentials')!, /--profile b\n$/);
  assert.equal(counting.state.keychain.size, 0);
  for (let step = 1; step <= done.steps(); step++) {
    const failing = takingOver('b');
    await assert.rejects(runProfileChange(failing.plan(), failing.doors(step)), UserError, `step ${step}`);
    assert.deepEqual([...failing.state.files], [['/config', ssoConfig]], `step ${step}`);
    assert.equal(failing.state.journal.size, 0, `step ${step}`);

    const dying = takingOver('b');
    await runProfileChange(dying.plan(), dying.doors(step, true)).catch(() => undefined);
    await recoverStows(dying.doors(), secretsOfItem);
    const { files, journal } = dying.state;
    if (journal.size === 0) assert.deepEqual([files.get('/config'), files.get('/credentials') ?? ''], [ssoConfig, ''], `step ${step}`);
    else assert.match(journal.get('b')!, /"done"/);
  }
});

test('an undo gives a profile that was taken over back byte for byte, also beside another one alike that was taken over since', async () => {
  const { state, doors, plan } = takingOver('b');
  const text = (path: string) => state.files.get(path)!;
  const undo = async (record: StowRecord) => runRestore(record, await planRestore(record, doors(), secretsOfItem), doors());
  const b = await runProfileChange(plan(), doors());
  await undo(b);
  assert.deepEqual([text('/config'), text('/credentials')], [ssoConfig, '']);

  const again = await runProfileChange(plan(), doors());
  const a = await runProfileChange(takingOver('a').plan(text('/config'), text('/credentials')), doors());
  await undo(again);
  assert.ok(text('/config').includes(signsIn('b')), text('/config'));
  assert.match(text('/config'), /^\[profile a\]\nkeystow_sso_session/);
  await undo(a);
  assert.equal(text('/config'), ssoConfig);
});

async function countSteps(): Promise<number> {
  const counting = machine().doors();
  await runStow(plan, counting);
  return counting.steps();
}

test('of a change that another hand makes afterwards only the undo is noted down, and it gives the text back with the secret', async () => {
  const { state, doors } = machine();
  const { removals, ...rest } = plan;
  const envLeft = applyEdits(env, removals[0]!.edits);
  await runStow({ ...rest, removals: [], leaves: removals }, doors());
  assert.equal(state.files.get('/.env'), env, 'the stow itself leaves the file alone');
  state.files.set('/.env', envLeft);
  const here = doors();
  const [record] = await here.journal.list();
  await runRestore(record!, await planRestore(record!, here, secretsOfItem), here);
  assert.equal(state.files.get('/.env'), env.replace(`AWS_SESSION_TOKEN=${token}`, 'AWS_SESSION_TOKEN='));
  assert.equal(state.keychain.size, 0);
});
