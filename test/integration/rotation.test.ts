import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsFailure } from '../../src/aws/failure.ts';
import { callerIdentity, getSessionToken } from '../../src/aws/sts.ts';
import { type ProcessCredentials, serveCredentials, sessionName } from '../../src/credentials/broker.ts';
import { keyAccount, keyContent, keysOf } from '../../src/credentials/keys.ts';
import { readServedProfile, type ServingMode } from '../../src/credentials/profile.ts';
import { UserError } from '../../src/message.ts';
import { disable, type RotationCommand, resumeRotate, rotate, undoRotate } from '../../src/rotation/command.ts';
import { disableKey } from '../../src/rotation/disable.ts';
import { finishRotations } from '../../src/rotation/finish.ts';
import { rotationPermissions } from '../../src/rotation/permissions.ts';
import { planRotation } from '../../src/rotation/plan.ts';
import { runRotation } from '../../src/rotation/run.ts';
import { undoRotation } from '../../src/rotation/undo.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { type RotationWorld, rotationWorld } from './rotation-world.ts';

test('the plain path: made, stored, proven, served, the old key inactive and after the grace period deleted', async (t) => {
  const here = await rotationWorld(t);
  const { doors, old, requests } = here;
  here.sessions.set(sessionName(await readServedProfile('p', here.paths)), 'a session of the old key');

  const { newKeyId, deleteAfter } = await here.rotate();
  assert.equal(await here.servedKey(), newKeyId);
  assert.equal(here.sessions.size, 0);
  assert.equal(here.world.accessKeys.get(old.accessKeyId)!.status, 'Inactive');
  const days = (Date.parse(deleteAfter!) - doors.now().getTime()) / 86_400_000;
  assert.ok(days > 6.99 && days <= 7);

  const changes = requests.filter(({ action }) => /Create|Update|Delete/.test(action ?? ''));
  assert.deepEqual(
    changes.map(({ action, accessKeyId }) => [action, accessKeyId]),
    [
      ['CreateAccessKey', old.accessKeyId],
      ['UpdateAccessKey', newKeyId],
    ],
  );
  const proofs = requests.filter(
    (request) => request.action === 'GetCallerIdentity' && request.accessKeyId === newKeyId && request.status === 200,
  );
  assert.ok(proofs.length >= doors.pace.proofs);

  assert.deepEqual(await finishRotations(doors), []);
  here.passDays(6.9);
  assert.deepEqual(await finishRotations(doors), []);
  here.passDays(0.2);
  assert.match((await finishRotations(doors))[0]!.said.text, /was deleted: its grace period is over/);
  assert.deepEqual(
    here.keys().map(({ accessKeyId }) => accessKeyId),
    [newKeyId],
  );
  assert.deepEqual([...here.secrets.keys()], [keyAccount(newKeyId!)]);
  await assert.rejects(undoRotation('p', doors), /none was begun, or its old key is deleted/);
});

test('the files keep what is not ours, no secret lies in the journal, and all profiles of the key move at once', async (t) => {
  const here = await rotationWorld(t, { profiles: ['p', 'q'] });
  const before = await readFile(here.paths.config, 'utf8');
  const { newKeyId = '' } = await here.rotate();
  assert.equal(await readFile(here.paths.config, 'utf8'), before.replaceAll(here.old.accessKeyId, newKeyId));
  const journal = JSON.stringify(await here.doors.journal.list());
  for (const content of here.secrets.values()) assert.ok(!journal.includes(JSON.parse(content).secretAccessKey));

  await undoRotation('q', here.doors).then(
    () => assert.fail('q has no rotation of its own'),
    (error: unknown) => assert.match(String(error), /no rotation of the profile q/),
  );
  await undoRotation('p', here.doors);
  assert.equal(await readFile(here.paths.config, 'utf8'), before);
});

test('undone until the deletion: the old key serves again, the new one is gone, and it can be rotated anew', async (t) => {
  const here = await rotationWorld(t);
  await here.rotate();
  here.passDays(6);
  await undoRotation('p', here.doors);
  assert.equal(await here.servedKey(), here.old.accessKeyId);
  assert.equal(here.keys().length, 1);
  const { newKeyId } = await here.rotate();
  assert.equal(await here.servedKey(), newKeyId);
});

test('undone at once: the old key serves only when AWS has forgotten that it was inactive for a moment', async (t) => {
  const here = await rotationWorld(t);
  await here.rotate();
  await here.doors.pause(1_500);
  await undoRotation('p', here.doors);
  assert.equal(await here.servedKey(), here.old.accessKeyId);
});

test('undone where AWS is slow to learn that the old key is active again: it serves when it is taken', async (t) => {
  const here = await rotationWorld(t, { consistencyDelayMs: 40_000 });
  await here.rotate();
  await here.doors.pause(60_000);
  await undoRotation('p', here.doors);
  assert.equal(await here.servedKey(), here.old.accessKeyId);
});

/** Tools that ask for credentials and use them, all the time; settling takes longer here than any of their calls on a busy machine. */
async function rotateUnderUse(t: TestContext, mode: ServingMode): Promise<void> {
  const here = await rotationWorld(t, { mode, consistencyDelayMs: 300 });
  const doors = {
    ...here.doors,
    pause: async (milliseconds: number) => void (await sleep(milliseconds)),
    pace: { proofs: 3, betweenProofsMs: 50, provenWithinMs: 10_000, settleMs: 1_500, retryMs: 100 },
  };
  const place = { region: 'eu-west-1', endpoint: here.endpoint, env: {} };
  const ask = async (): Promise<ProcessCredentials> =>
    serveCredentials(await readServedProfile('p', here.paths), {
      sessions: { read: async (name) => here.sessions.get(name), write: async (name, content) => void here.sessions.set(name, content) },
      keys: keysOf(here.doors.keychain),
      issuer: async () => ({
        getSessionToken: (key, where, minutes) => getSessionToken(key, { ...where, env: {} }, minutes, { attempts: 1 }),
      }),
      lock: (_, work) => work(),
      clock: () => new Date(),
      sessionMinutes: 60,
    });
  let ended = false;
  let calls = 0;
  const user = async () => {
    while (!ended) {
      const { AccessKeyId, SecretAccessKey, SessionToken } = await ask();
      const key = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
      const session = SessionToken === undefined ? key : { ...key, sessionToken: SessionToken, expiration: new Date() };
      await sleep(20);
      await callerIdentity(session, place, { attempts: 1 });
      calls++;
    }
  };
  const users = Promise.all([user(), user()]);
  await Promise.race([users, here.rotate(doors)]);
  await Promise.race([users, undoRotation('p', doors)]);
  await Promise.race([users, here.rotate(doors)]);
  ended = true;
  await users;
  assert.ok(calls > 20, `${calls} calls`);
}

test('tools that ask and call all the time never fail while the key is rotated, taken back and rotated again', async (t) => {
  await Promise.all([rotateUnderUse(t, 'session'), rotateUnderUse(t, 'key')]);
});

const passing: readonly Fault[] = [
  { kind: 'lost-answer' },
  { kind: 'throttling' },
  { kind: 'internal-failure' },
  { kind: 'bad-gateway' },
  { kind: 'delay', milliseconds: 200 },
];

/** Each call of a rotation and of its end meets the fault. */
async function rotateDespite(t: TestContext, fault: Fault): Promise<void> {
  const here = await rotationWorld(t);
  const add = () => {
    for (const action of [...rotationPermissions, 'sts:GetCallerIdentity']) here.world.faults.add(action, fault);
  };
  add();
  const { newKeyId } = await here.rotate();
  assert.equal(await here.servedKey(), newKeyId, fault.kind);
  assert.equal(here.keys().length, 2, `${fault.kind}: no key that nobody knows is left`);
  add();
  here.passDays(8);
  assert.deepEqual(
    (await finishRotations(here.doors)).map(({ outcome }) => outcome),
    ['old key deleted'],
    fault.kind,
  );
  assert.deepEqual(
    here.keys().map(({ accessKeyId }) => accessKeyId),
    [newKeyId],
    fault.kind,
  );
}

test('an AWS that is throttling, failing, slow or silent once in every call does not stop a rotation', async (t) => {
  await Promise.all(passing.map((fault) => rotateDespite(t, fault)));
});

test('an undo gets through the same', async (t) => {
  const here = await rotationWorld(t);
  await here.rotate();
  for (const action of [...rotationPermissions, 'sts:GetCallerIdentity']) here.world.faults.add(action, { kind: 'lost-answer' }, 2);
  await undoRotation('p', here.doors);
  assert.equal(await here.servedKey(), here.old.accessKeyId);
  assert.equal(here.keys().length, 1);
});

test('a lost answer made a key that nobody knows: it is deleted before another is made', async (t) => {
  const here = await rotationWorld(t);
  here.world.faults.add('iam:CreateAccessKey', { kind: 'lost-answer' }, 2);
  const { newKeyId } = await here.rotate();
  const made = [...here.world.accessKeys.values()].filter(
    ({ user, accessKeyId }) => user.name === 'demo' && accessKeyId !== here.old.accessKeyId,
  );
  assert.deepEqual(
    made.map(({ status }) => status),
    ['Deleted', 'Deleted', 'Active'],
  );
  assert.equal(made[2]!.accessKeyId, newKeyId);
});

test('no answer at all: nothing was changed, and nothing is left behind', async (t) => {
  const here = await rotationWorld(t);
  here.world.faults.add('iam:CreateAccessKey', { kind: 'lost-answer' }, 3);
  await assert.rejects(here.rotate(), /does not answer/);
  assert.equal(here.keys().length, 1);
  assert.equal(await here.servedKey(), here.old.accessKeyId);
  assert.deepEqual(await here.doors.journal.list(), []);
});

test('a key that somebody else makes meanwhile is left alone', async (t) => {
  const here = await rotationWorld(t);
  here.world.faults.add('iam:CreateAccessKey', { kind: 'internal-failure' });
  const doors = {
    ...here.doors,
    async pause(milliseconds: number) {
      await here.doors.pause(milliseconds);
      if (here.keys().length > 1) return;
      const { accessKeyId } = here.world.createAccessKey('demo');
      here.world.recordUse(accessKeyId, 's3', 'eu-west-1');
    },
  };
  await assert.rejects(here.rotate(doors), /already has two access keys/);
  assert.deepEqual(
    here.keys().map(({ status }) => status),
    ['Active', 'Active'],
  );
  assert.deepEqual(await here.doors.journal.list(), []);
});

test('a key that AWS never takes, or a config file that cannot be written: all is as before', async (t) => {
  const slow = await rotationWorld(t, { consistencyDelayMs: 10 * 60_000 });
  await assert.rejects(slow.rotate(), /did not take the access key AKIA\w+ 3 times in a row within 60 seconds: .*InvalidClientTokenId/);
  assert.equal(slow.keys().length, 1);

  const here = await rotationWorld(t);
  await chmod(here.paths.config, 0o400);
  await assert.rejects(here.rotate(), /config is read-only/);
  await chmod(here.paths.config, 0o600);
  for (const { keys, doors, secrets, old } of [slow, here]) {
    assert.deepEqual(
      keys().map(({ accessKeyId }) => accessKeyId),
      [old.accessKeyId],
    );
    assert.deepEqual([...secrets.keys()], [keyAccount(old.accessKeyId)]);
    assert.deepEqual(await doors.journal.list(), []);
  }
});

function forbid(here: RotationWorld, ...actions: string[]): void {
  const Statement = { Effect: 'Deny', Action: actions, Resource: '*' };
  here.world.iam.users.get('demo')!.inlinePolicies.set('forbid', JSON.stringify({ Version: '2012-10-17', Statement }));
}

const allow = (here: RotationWorld) => here.world.iam.users.get('demo')!.inlinePolicies.clear();

test('a missing permission is named, before or after: what can be taken back is, and the rest waits', async (t) => {
  for (const permission of rotationPermissions) {
    await t.test(permission, async (each) => {
      const here = await rotationWorld(each);
      forbid(here, permission);
      const needed = permission !== 'iam:DeleteAccessKey';
      if (!needed) {
        await here.rotate();
        here.passDays(8);
        const [finished] = await finishRotations(here.doors);
        assert.equal(finished?.outcome, 'failed');
        assert.equal(finished.said.values.permission, permission);
        allow(here);
        assert.equal((await finishRotations(here.doors))[0]?.outcome, 'old key deleted');
        return;
      }
      await assert.rejects(here.rotate(), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, new RegExp(`may not call ${permission}\\. Ask .* iam:ListAccessKeys, iam:CreateAccessKey`));
        return true;
      });
      await here.assertUsable();
      if (permission === 'iam:UpdateAccessKey') {
        const left = await here.doors.journal.read('p');
        assert.equal(left?.phase, 'deactivating');
        assert.equal(await here.servedKey(), left.newKeyId);
        allow(here);
        assert.equal((await finishRotations(here.doors))[0]?.outcome, 'in grace');
      } else {
        assert.equal(await here.servedKey(), here.old.accessKeyId);
        assert.equal(here.keys().length, 1);
      }
    });
  }
});

test('two keys already: the person sees the age and last use of both, and chooses the one to delete first', async (t) => {
  const here = await rotationWorld(t);
  const second = here.world.createAccessKey('demo', { createdAt: new Date(Date.now() - 40 * 86_400_000), status: 'Inactive' });
  here.world.recordUse(second.accessKeyId, 's3', 'eu-central-1');
  const plan = await planRotation('p', 7, here.doors);
  assert.equal(plan.current.ageDays, 120);
  assert.equal(plan.current.lastUse.service, 'iam');
  assert.deepEqual(
    plan.question?.choices.map(({ accessKeyId, active, ageDays, lastUse }) => [
      accessKeyId,
      active,
      ageDays,
      lastUse.service,
      lastUse.region,
    ]),
    [[second.accessKeyId, false, 40, 's3', 'eu-central-1']],
  );
  await assert.rejects(runRotation(plan, {}, here.doors), /already has two access keys/);
  await assert.rejects(runRotation(plan, { removeFirst: here.old.accessKeyId }, here.doors), /already has two access keys/);
  const { newKeyId } = await runRotation(plan, { removeFirst: second.accessKeyId }, here.doors);
  assert.deepEqual(
    here.keys().map(({ accessKeyId }) => accessKeyId),
    [here.old.accessKeyId, newKeyId],
  );
});

test('a second key that another profile is served with is not offered for deletion: the plan is refused', async (t) => {
  const here = await rotationWorld(t, { profiles: ['p', 'q'] });
  const second = here.world.createAccessKey('demo');
  here.secrets.set(keyAccount(second.accessKeyId), keyContent(second));
  const text = await readFile(here.paths.config, 'utf8');
  const at = text.lastIndexOf(here.old.accessKeyId);
  await writeFile(here.paths.config, text.slice(0, at) + second.accessKeyId + text.slice(at + second.accessKeyId.length));
  await assert.rejects(planRotation('p', 7, here.doors), /has two access keys, .* and other profiles use the second one/);
});

test('a rotation in its grace period: the next one may end it early', async (t) => {
  const here = await rotationWorld(t);
  await here.rotate();
  const plan = await planRotation('p', 7, here.doors);
  assert.equal(plan.question?.choices[0]?.inGrace, true);
  const { oldKeyId, newKeyId } = await runRotation(plan, { removeFirst: here.old.accessKeyId }, here.doors);
  assert.deepEqual(
    here.keys().map(({ accessKeyId }) => accessKeyId),
    [oldKeyId, newKeyId],
  );
  assert.ok(!here.secrets.has(keyAccount(here.old.accessKeyId)));
});

test('an old key that somebody needs again is never deleted', async (t) => {
  const active = await rotationWorld(t);
  await active.rotate();
  active.world.changeAccessKey(active.old.accessKeyId, 'Active');

  const used = await rotationWorld(t);
  await used.rotate();
  const { lastUse } = used.world.accessKeys.get(used.old.accessKeyId)!;
  used.world.accessKeys.get(used.old.accessKeyId)!.lastUse = { ...lastUse!, at: new Date(Date.now() + 3 * 3_600_000) };

  for (const here of [active, used]) {
    here.passDays(30);
    const [finished] = await finishRotations(here.doors);
    assert.equal(finished?.outcome, 'failed');
    assert.match(finished.said.text, /is in use again, so it was not deleted/);
    assert.equal(here.keys().length, 2);
    await undoRotation('p', here.doors);
    assert.equal(await here.servedKey(), here.old.accessKeyId);
  }
});

test('what changed since the preview is not rotated, and one process rotates at a time', async (t) => {
  const here = await rotationWorld(t);
  const plan = await planRotation('p', 7, here.doors);
  await assert.rejects(
    runRotation({ ...plan, place: { ...plan.place, region: 'us-west-2' } }, {}, here.doors),
    /changed since the preview/,
  );
  const other = { ...plan.identity, arn: `${plan.identity.arn}2` };
  await assert.rejects(runRotation({ ...plan, identity: other }, {}, here.doors), /acts as .*user\/demo, not as .*user\/demo2/);
  assert.equal(here.keys().length, 1);

  await here.doors.journal.write({ ...(await here.rotate()), phase: 'undoing' });
  await here.doors.exclusively(async () => assert.deepEqual(await finishRotations(here.doors), []), 0);
  assert.deepEqual(
    (await finishRotations(here.doors)).map(({ outcome }) => outcome),
    ['taken back'],
  );
});

function command(here: RotationWorld, yes: boolean, answers: string[] = []): RotationCommand & { said: string[] } {
  const said: string[] = [];
  return {
    doors: here.doors,
    yes,
    said,
    say: (text) => void said.push(text),
    ask: async (question) => answers.shift() ?? assert.fail(question),
  };
}

test('the verbs: rotate asks and says how to take it back; --undo; --resume', async (t) => {
  const here = await rotationWorld(t, { mode: 'key' });
  await rotate('p', 7, command(here, false, ['n']));
  assert.equal(here.keys().length, 1);

  const first = command(here, false, ['y']);
  await rotate('p', 7, first);
  const words = first.said.join('\n');
  assert.match(words, new RegExp(`in the place of ${here.old.accessKeyId} \\(active, 120 days old, last used`));
  assert.match(words, /AWS is asked at http:\/\/127\.0\.0\.1/);
  assert.match(words, /hold the long-term key itself: start them again/);
  assert.match(words, /keystow rotate --undo p/);
  assert.ok(!words.includes(here.old.secretAccessKey));

  await assert.rejects(
    rotate('p', 7, command(here, true)),
    /--yes does not choose .*AKIA\w+ \(inactive, 120 days old, .*the old key of an earlier rotation/s,
  );
  await assert.rejects(rotate('p', 7, command(here, false, [''])), /No key was chosen/);

  const resumed = command(here, true);
  await resumeRotate('p', resumed);
  assert.match(resumed.said.join('\n'), /will be deleted after/);
  await undoRotate('p', command(here, true));
  assert.equal(await here.servedKey(), here.old.accessKeyId);
  await assert.rejects(resumeRotate('p', command(here, true)), /no unfinished rotation/);
  await assert.rejects(undoRotate('p', command(here, false)), /no rotation of the profile p/);
});

test('the verb finishes a rotation that was interrupted, and begins no other', async (t) => {
  const here = await rotationWorld(t);
  const { newKeyId = '', ...record } = await here.rotate();
  await here.doors.journal.write({ ...record, newKeyId, phase: 'deactivating' });
  const second = command(here, true);
  await rotate('p', 7, second);
  assert.match(second.said.join('\n'), /interrupted rotation of the profile p was finished/);
  assert.equal(await here.servedKey(), newKeyId);
  assert.equal(here.keys().length, 2);
});

async function isRefused({ endpoint }: RotationWorld, key: { accessKeyId: string; secretAccessKey: string }): Promise<void> {
  await assert.rejects(
    callerIdentity(key, { region: 'eu-west-1', endpoint, env: {} }),
    (error) => error instanceof AwsFailure && error.kind === 'refused',
  );
}

test('disable-key: a leaked key is made inactive by itself, or by an administrator, also where the answer is lost', async (t) => {
  const here = await rotationWorld(t, { consistencyDelayMs: 0 });
  const reader = [...here.world.accessKeys.values()].find(({ user }) => user.name === 'reader')!;
  const place = { region: 'eu-west-1', endpoint: here.endpoint };

  await assert.rejects(disable(reader.accessKeyId, undefined, command(here, true)), /say which profile of its account shall act/);
  const byAdmin = command(here, false, ['y']);
  await disable(reader.accessKeyId, 'p', byAdmin);
  assert.match(byAdmin.said.join('\n'), /--user-name reader/);
  await isRefused(here, reader);

  await assert.rejects(disableKey('AKIAZZZZZZZZZZZZZZZZ', here.old, place, here.doors), /has no user with the access key .*root user/);

  here.world.faults.add('iam:UpdateAccessKey', { kind: 'lost-answer' });
  const byItself = command(here, true);
  await disable(here.old.accessKeyId, undefined, byItself);
  assert.match(byItself.said.join('\n'), /the profile p stops working/);
  await isRefused(here, here.old);
});

test('disable-key without the permission says which', async (t) => {
  const here = await rotationWorld(t);
  forbid(here, 'iam:UpdateAccessKey');
  await assert.rejects(disable(here.old.accessKeyId, undefined, command(here, true)), /may not call iam:UpdateAccessKey/);
});
