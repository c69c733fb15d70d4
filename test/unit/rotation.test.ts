import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { keyAccount, keyContent } from '../../src/credentials/keys.ts';
import { pointProfiles } from '../../src/credentials/serve-profile.ts';
import { parseAwsFile } from '../../src/files/aws-files.ts';
import { UserError } from '../../src/message.ts';
import { type KeyCloud, type RotationDoors, usualPace } from '../../src/rotation/doors.ts';
import { openRotationJournal, type RotationRecord } from '../../src/rotation/journal.ts';
import { planRotation } from '../../src/rotation/plan.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const [old, fresh, other] = [sampleKeyPair('old'), sampleKeyPair('new'), sampleKeyPair('other')];

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rotation-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const record: RotationRecord = {
  version: 1,
  profile: '../a b',
  account: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/demo',
  region: 'eu-west-1',
  phase: 'proving',
  oldKeyId: old.accessKeyId,
  newKeyId: fresh.accessKeyId,
  before: [old.accessKeyId],
  askedAt: '2026-11-23T10:00:00.000Z',
  graceDays: 7,
};

test('the journal gives back what was written, one private file a profile whatever its name is', async (t) => {
  const here = join(await folder(t), 'rotations');
  const journal = openRotationJournal(here);
  assert.deepEqual(await journal.list(), []);
  assert.equal(await journal.read('p'), undefined);
  await journal.write(record);
  await journal.write({ ...record, profile: 'p' });
  await journal.write({ ...record, phase: 'switching' });
  assert.deepEqual(await journal.read(record.profile), { ...record, phase: 'switching' });
  assert.equal((await journal.list()).length, 2);
  for (const name of await readdir(here)) {
    assert.match(name, /^[0-9a-f]{32}\.json$/);
    assert.equal((await stat(join(here, name))).mode & 0o777, 0o600);
  }
  await journal.remove('p');
  await journal.remove('p');
  assert.deepEqual(
    (await journal.list()).map(({ profile }) => profile),
    [record.profile],
  );
});

test('a journal that is damaged is an error that names the file, and nothing is done by it', async (t) => {
  for (const text of ['', '{', '[]', JSON.stringify({ ...record, phase: 'done' }), JSON.stringify({ ...record, oldKeyId: '../x' })]) {
    const here = join(await folder(t), 'rotations');
    await mkdir(here);
    await writeFile(join(here, 'x.json'), text);
    await assert.rejects(
      openRotationJournal(here).list(),
      (error) => error instanceof UserError && /x\.json is not a record/.test(error.message),
    );
  }
});

test('the pointer moves in every profile that is served with the key, and nowhere else', () => {
  const text = [
    '# keys',
    '[default]',
    `keystow_access_key_id = ${old.accessKeyId}`,
    'region=eu-west-1   ',
    '',
    '[profile other]',
    `keystow_access_key_id = ${other.accessKeyId}`,
    '[profile p]',
    `Keystow_Access_Key_Id=${old.accessKeyId}`,
    `keystow_mode = key`,
    '[services s]',
    `keystow_access_key_id = ${old.accessKeyId}`,
    `[profile plain]`,
    `note = ${old.accessKeyId}`,
    '',
  ].join('\r\n');
  const moved = pointProfiles(parseAwsFile(text, 'config', 'config'), old.accessKeyId, fresh.accessKeyId);
  const lines = text.split('\r\n');
  const expected = lines.map((line, i) => (i === 2 || i === 8 ? line.replace(old.accessKeyId, fresh.accessKeyId) : line));
  assert.deepEqual(moved.split('\r\n'), expected);
  assert.equal(pointProfiles(parseAwsFile(moved, 'config', 'config'), fresh.accessKeyId, old.accessKeyId), text);
});

/** A cloud in which the old key is one of `arn`, and the only key; nothing in it can be changed. */
function doors(arn: string, listed = [old.accessKeyId]): RotationDoors {
  const never = () => assert.fail('changed');
  const cloud: KeyCloud = {
    identity: async () => ({ account: '123456789012', arn, userId: 'id' }),
    list: async () => listed.map((accessKeyId) => ({ accessKeyId, active: true, created: new Date(0) })),
    lastUse: async () => ({ userName: 'demo' }),
    create: never,
    setActive: never,
    remove: never,
  };
  const profile = { name: 'p', accessKeyId: old.accessKeyId, mode: 'session' } as const;
  return {
    cloud: () => cloud,
    keychain: {
      read: async (account) => (account === keyAccount(old.accessKeyId) ? keyContent(old) : undefined),
      write: never,
      remove: never,
    },
    pointer: { profile: async () => profile, profilesOf: async (id) => (id === old.accessKeyId ? [profile] : []), flip: never },
    forgetSession: never,
    journal: { read: async () => undefined, list: async () => [], write: never, remove: never },
    exclusively: (work) => work(),
    now: () => new Date(86_400_000 * 1.5),
    pause: async () => {},
    pace: usualPace,
  };
}

test('a plan says what will be done and changes nothing', async () => {
  const plan = await planRotation('p', 7, doors(record.arn));
  assert.equal(plan.current.accessKeyId, old.accessKeyId);
  assert.equal(plan.current.ageDays, 1);
  assert.deepEqual(plan.place, { region: 'us-east-1' });
  assert.equal(plan.question, undefined);
});

test('a root key, and a key that is not among those of its user, are refused with what to do', async () => {
  await assert.rejects(
    planRotation('p', 7, doors('arn:aws:iam::123456789012:root')),
    /root user of the account 123456789012.*Make an IAM user/,
  );
  await assert.rejects(planRotation('p', 7, doors(record.arn, [other.accessKeyId])), /does not list the access key .* as its own/);
});
