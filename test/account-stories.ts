// What Keystow does with an account, told once for whoever plays AWS. Where one does not do as AWS does, the account says so, and the story leaves that out.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { containmentCloud } from '../src/aws/containment-cloud.ts';
import { AwsFailure } from '../src/aws/failure.ts';
import { keyCloud, listAccessKeys } from '../src/aws/iam.ts';
import { spendCloud } from '../src/aws/spend-cloud.ts';
import { callerIdentity, getSessionToken } from '../src/aws/sts.ts';
import type { ContainmentDoors } from '../src/containment/doors.ts';
import { planContainment } from '../src/containment/plan.ts';
import { runContainment } from '../src/containment/run.ts';
import { undoContainment } from '../src/containment/undo.ts';
import { openUndoFiles } from '../src/containment/undo-file.ts';
import type { AccessKey } from '../src/credentials/access-key.ts';
import { keysOf } from '../src/credentials/keys.ts';
import { readServedProfile } from '../src/credentials/profile.ts';
import { format } from '../src/message.ts';
import { disableKey } from '../src/rotation/disable.ts';
import { finishRotations } from '../src/rotation/finish.ts';
import { planRotation } from '../src/rotation/plan.ts';
import { runRotation } from '../src/rotation/run.ts';
import { undoRotation } from '../src/rotation/undo.ts';
import { defaultSettings, readSpend } from '../src/spend/spend.ts';
import type { Account } from './account.ts';
import { rotationHome } from './rotation-home.ts';
import { sampleKeyPair } from './sample-keys.ts';

export type Story = (account: Account, t: TestContext) => Promise<void>;

const dayMs = 86_400_000;
const placeOf = ({ endpoint }: Account) => ({ region: 'eu-west-1', endpoint, env: {} });

async function isRefused(key: AccessKey, account: Account): Promise<void> {
  await assert.rejects(
    callerIdentity(key, placeOf(account)),
    (error) => error instanceof AwsFailure && error.kind === 'refused' && error.message.includes(key.accessKeyId),
  );
}

/** Whether each key of the user is active. */
async function keysOfUser(acting: AccessKey, account: Account): Promise<Record<string, boolean>> {
  const listed = await listAccessKeys(acting, placeOf(account));
  return Object.fromEntries(listed.map(({ accessKeyId, active }) => [accessKeyId, active]));
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keystow-story-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function rotatedProfile(account: Account, t: TestContext) {
  let daysPassed = 0;
  const home = await rotationHome(await folderOf(t), {
    endpoint: account.endpoint,
    key: account.key,
    mode: 'key',
    profiles: ['p'],
    now: () => new Date(Date.now() + daysPassed * dayMs),
    pause: async () => {},
    pace: { proofs: 3, betweenProofsMs: 0, provenWithinMs: 10_000, settleMs: 0, retryMs: 0 },
  });
  return {
    ...home,
    passDays: (count: number) => {
      daysPassed += count;
    },
    /** The key that the profile's tools get, after AWS has said whose it is. */
    async servedKey(): Promise<AccessKey> {
      const { accessKeyId } = await readServedProfile('p', home.paths);
      const key = await keysOf(home.doors.keychain).read(accessKeyId);
      assert.ok(key);
      assert.equal((await callerIdentity(key, placeOf(account))).arn, `arn:aws:iam::${account.id}:user/${account.user}`);
      return key;
    },
  };
}

export const stories: Readonly<Record<string, Story>> = {
  async 'a key says whose it is; a wrong secret, an unknown key and a deleted one are refused by name'(account) {
    const { key } = account;
    const place = placeOf(account);
    const identity = await callerIdentity(key, place);
    assert.deepEqual([identity.account, identity.arn], [account.id, `arn:aws:iam::${account.id}:user/${account.user}`]);
    await isRefused({ ...key, secretAccessKey: sampleKeyPair().secretAccessKey }, account);
    await isRefused(sampleKeyPair(), account);

    const session = await getSessionToken(key, place, 60);
    assert.ok(Math.abs(session.expiration.getTime() - Date.now() - 3_600_000) < 10_000);
    if (!account.lacks.includes('sessions')) assert.deepEqual(await callerIdentity(session, place), identity);

    const cloud = keyCloud(place);
    const second = await cloud.create(key);
    assert.deepEqual(await keysOfUser(second, account), { [key.accessKeyId]: true, [second.accessKeyId]: true });
    assert.deepEqual(await cloud.lastUse(second, sampleKeyPair().accessKeyId), undefined);
    assert.equal((await cloud.lastUse(key, second.accessKeyId))?.userName, account.user);
    assert.deepEqual([await cloud.remove(key, second.accessKeyId), await cloud.remove(key, second.accessKeyId)], [true, false]);
    await isRefused(second, account);
  },

  async 'a key is rotated, taken back, rotated again, and the old one deleted after its grace period'(account, t) {
    const here = await rotatedProfile(account, t);
    const before = await readFile(here.paths.config, 'utf8');
    const old = account.key;
    const rotate = async () => runRotation(await planRotation('p', 7, here.doors), {}, here.doors);

    await rotate();
    const fresh = await here.servedKey();
    assert.deepEqual(await keysOfUser(fresh, account), { [old.accessKeyId]: false, [fresh.accessKeyId]: true });
    if (!account.lacks.includes('refusing inactive keys')) await isRefused(old, account);

    await undoRotation('p', here.doors);
    assert.equal(await readFile(here.paths.config, 'utf8'), before);
    assert.deepEqual(await keysOfUser(await here.servedKey(), account), { [old.accessKeyId]: true });
    await isRefused(fresh, account);

    await rotate();
    here.passDays(7.1);
    assert.equal((await finishRotations(here.doors)).length, 1);
    const last = await here.servedKey();
    assert.deepEqual(await keysOfUser(last, account), { [last.accessKeyId]: true });
    await isRefused(old, account);
  },

  async 'where the user has two keys already, one is deleted first; a leaked key is made inactive by its owner’s other key'(account, t) {
    const here = await rotatedProfile(account, t);
    const second = await keyCloud(placeOf(account)).create(account.key);
    await assert.rejects(keyCloud(placeOf(account)).create(account.key), /LimitExceeded/);
    const plan = await planRotation('p', 7, here.doors);
    assert.deepEqual(
      plan.question?.choices.map(({ accessKeyId, active, ageDays }) => [accessKeyId, active, ageDays]),
      [[second.accessKeyId, true, 0]],
    );
    await runRotation(plan, { removeFirst: second.accessKeyId }, here.doors);
    await isRefused(second, account);

    const acting = await here.servedKey();
    const leaked = account.key.accessKeyId;
    await keyCloud(placeOf(account)).setActive(acting, leaked, true);
    const disabled = await disableKey(leaked, acting, { region: 'eu-west-1', endpoint: account.endpoint }, here.doors);
    assert.deepEqual([disabled.accessKeyId, disabled.userName], [leaked, undefined]);
    assert.deepEqual(await keysOfUser(acting, account), { [leaked]: false, [acting.accessKeyId]: true });
  },

  async 'the dollars per hour of instances and functions are read from every region, and what is missing is said'(account, t) {
    await account.launch('eu-west-3', 'm5.large', 2);
    await account.occupy('us-east-1', 'miner', 2048, 10);
    const folder = await folderOf(t);
    const report = await readSpend({ profile: 'p', identity: 'a key' }, defaultSettings, {
      open: async (onCall) => spendCloud(account.key, { endpoint: account.endpoint, env: {} }, onCall),
      cacheFolder: join(folder, 'cache'),
      lockFile: join(folder, 'spend'),
      clock: () => new Date(),
    });
    assert.equal(report.account, account.id);
    const [lambda, ec2, ...more] = report.parts;
    assert.deepEqual([lambda?.service, lambda?.region], ['Lambda', 'us-east-1']);
    assert.match(format(lambda!.detail), /^10 at once, 2 GB each/);
    assert.ok(Math.abs(lambda!.likely - 10 * 2 * 0.0000166667 * 3600) < 0.01, `$${lambda!.likely}`);
    assert.deepEqual([ec2?.service, ec2?.region, format(ec2!.detail)], ['EC2', 'eu-west-3', '2 × m5.large running']);
    assert.deepEqual(more, []);

    const missing = report.missing.map(({ what }) => format(what));
    const expected = {
      'listing regions': 'the regions that the account has opted into',
      costs: 'what the month has cost so far',
    } as const;
    assert.deepEqual(
      missing.sort(),
      Object.entries(expected)
        .flatMap(([lack, what]) => (account.lacks.includes(lack as keyof typeof expected) ? [what] : []))
        .sort(),
    );
  },

  async 'a leaked key is contained: inactive, its user denied, every function stopped; and the undo gives all of it back'(account, t) {
    const { endpoint, key, reader } = account;
    const regions = ['us-east-1', 'eu-west-3'];
    for (const region of regions) await account.occupy(region, `miner-${region}`, 512, 3);
    const cloud = containmentCloud(key, { endpoint, env: {} });
    const folder = await folderOf(t);
    const doors: ContainmentDoors = {
      open: async (profile) => ({ profile, endpoint, keyId: key.accessKeyId, cloud }),
      usualRegions: regions,
      undoFiles: openUndoFiles(folder),
      exclusively: (work) => work(),
      now: () => new Date(),
      pause: async () => {},
      pace: { readBackMs: 0, readAgainMs: 0 },
    };
    const state = async () => ({
      keys: (await cloud.keys(reader.user))?.map(({ accessKeyId, active }) => [accessKeyId, active]),
      policies: await cloud.attachedPolicies(reader.user),
      functions: (await Promise.all(regions.map((region) => cloud.functions(region)))).flat().map(({ name, reserved }) => [name, reserved]),
    });
    const before = await state();

    const plan = await planContainment('p', { named: [reader.user] }, doors);
    const named = (what: string) => plan.steps.filter(({ id }) => id.includes(what));
    assert.equal(named(reader.key.accessKeyId).length, 1);
    assert.equal(named(`deny-user:${reader.user}`).length, 1);
    assert.equal(named('miner-').length, 2);
    const chosen = new Set(plan.steps.filter(({ id, ticked }) => ticked || id.includes('miner-')).map(({ id }) => id));
    const { path, failed } = await runContainment(plan, chosen, doors);
    assert.deepEqual(failed, []);
    const contained = await state();
    assert.deepEqual(contained.keys, [[reader.key.accessKeyId, false]]);
    assert.ok(contained.policies?.includes('arn:aws:iam::aws:policy/AWSDenyAll'));
    assert.deepEqual(
      contained.functions.map(([, reserved]) => reserved),
      [0, 0],
    );
    await assert.rejects(listAccessKeys(reader.key, placeOf(account)), AwsFailure);

    const undone = await undoContainment(path, doors);
    assert.deepEqual([undone.failed, undone.left], [[], []]);
    assert.deepEqual(await state(), before);
    assert.equal((await listAccessKeys(reader.key, placeOf(account))).length, 1);
  },
};
