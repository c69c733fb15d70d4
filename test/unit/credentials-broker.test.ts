import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessKey } from '../../src/credentials/access-key.ts';
import { type BrokerDoors, type SessionPlace, serveCredentials, sessionName } from '../../src/credentials/broker.ts';
import { keyAccount, keyContent, keysOf } from '../../src/credentials/keys.ts';
import type { ServedProfile } from '../../src/credentials/profile.ts';
import { UserError } from '../../src/message.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const key = sampleKeyPair('broker');
const profile: ServedProfile = { name: 'p', accessKeyId: key.accessKeyId, mode: 'session', region: 'eu-west-1' };

/** A keychain, a session store and an AWS that keep everything in memory, and count. */
function doors(changes: Partial<BrokerDoors> = {}) {
  const keychain = new Map([[keyAccount(key.accessKeyId), keyContent(key)]]);
  const sessions = new Map<string, string>();
  const calls: { key: AccessKey; place: SessionPlace; minutes: number }[] = [];
  const time = { now: new Date('2026-11-23T10:00:00.500Z') };
  let queue: Promise<unknown> = Promise.resolve();
  const all: BrokerDoors = {
    sessions: {
      read: async (name) => sessions.get(name),
      write: async (name, content) => {
        sessions.set(name, content);
      },
    },
    keys: keysOf({ read: async (account) => keychain.get(account) }),
    issuer: async () => ({
      async getSessionToken(used, place, minutes) {
        calls.push({ key: used, place, minutes });
        await sleep(5);
        return {
          ...sampleKeyPair(`session ${calls.length}`),
          sessionToken: `token ${calls.length}`,
          expiration: new Date(time.now.getTime() + minutes * 60_000),
        };
      },
    }),
    lock: (_, work) => {
      const turn = queue.then(work);
      queue = turn.catch(() => {});
      return turn;
    },
    clock: () => time.now,
    sessionMinutes: 60,
    ...changes,
  };
  return { all, keychain, sessions, calls, time };
}

test('mode key gives the long-term key, without an end and without asking AWS', async () => {
  const { all, calls } = doors();
  assert.deepEqual(await serveCredentials({ ...profile, mode: 'key' }, all), {
    Version: 1,
    AccessKeyId: key.accessKeyId,
    SecretAccessKey: key.secretAccessKey,
  });
  assert.equal(calls.length, 0);
});

test('mode session asks AWS once and gives the same session until less than 16 minutes are left', async () => {
  const { all, calls, time } = doors();
  const first = await serveCredentials(profile, all);
  assert.equal(first.SessionToken, 'token 1');
  assert.equal(first.Expiration, '2026-11-23T11:00:00Z');
  assert.deepEqual(calls, [{ key, place: { region: 'eu-west-1' }, minutes: 60 }]);

  time.now = new Date('2026-11-23T10:44:00.500Z');
  assert.deepEqual(await serveCredentials(profile, all), first);
  time.now = new Date('2026-11-23T10:44:00.501Z');
  assert.equal((await serveCredentials(profile, all)).SessionToken, 'token 2');
});

test('the AWS client is not even loaded while a session is good', async () => {
  const { all } = doors();
  await serveCredentials(profile, all);
  await serveCredentials(profile, { ...all, issuer: () => assert.fail('loaded'), keys: { read: () => assert.fail('read') } });
});

test('many that ask at once make one session', async () => {
  const { all, calls } = doors();
  const answers = await Promise.all(Array.from({ length: 5 }, () => serveCredentials(profile, all)));
  assert.equal(calls.length, 1);
  assert.equal(new Set(answers.map(({ SessionToken }) => SessionToken)).size, 1);
});

test('another key, region or endpoint never gets the session of the first', async () => {
  const { all, keychain, calls } = doors();
  const other = sampleKeyPair('other');
  keychain.set(keyAccount(other.accessKeyId), keyContent(other));
  const variants = [
    profile,
    { ...profile, accessKeyId: other.accessKeyId },
    { ...profile, region: 'us-west-2' },
    { ...profile, endpoint: 'http://127.0.0.1:1' },
  ];
  for (const variant of variants) await serveCredentials(variant, all);
  assert.equal(calls.length, 4);
  assert.equal(new Set(variants.map(sessionName)).size, 4);
  for (const variant of variants) assert.match(sessionName(variant), /^[\w-]+$/);
});

test('a stored session that is damaged counts as none', async () => {
  for (const damaged of [
    '',
    'null',
    '{}',
    '{"accessKeyId":1}',
    '{"accessKeyId":"a","secretAccessKey":"b","sessionToken":"c","expiration":"soon"}',
  ]) {
    const { all, sessions } = doors();
    sessions.set(sessionName(profile), damaged);
    assert.equal((await serveCredentials(profile, all)).SessionToken, 'token 1');
  }
});

test('a session shorter than what must be left is never asked for', async () => {
  const { all, calls } = doors({ sessionMinutes: 5 });
  await serveCredentials(profile, all);
  assert.equal(calls[0]?.minutes, 20);
});

test('every failure is one line with a remedy, and holds no secret', async (t) => {
  const failure = async (changes: Partial<BrokerDoors>, of: ServedProfile = profile) => {
    const error = await serveCredentials(of, doors(changes).all).then(
      () => assert.fail('no failure'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.ok(!error.message.includes(key.secretAccessKey));
    assert.ok(!error.message.includes('\n'));
    return error.message;
  };

  await t.test('no key in the keychain', async () => {
    assert.match(
      await failure({ keys: keysOf({ read: async () => undefined }) }),
      new RegExp(`does not hold the access key ${key.accessKeyId}`),
    );
  });
  await t.test('a keychain item that is something else', async () => {
    for (const content of [key.secretAccessKey, '{}', keyContent(sampleKeyPair('another'))]) {
      assert.match(
        await failure({ keys: keysOf({ read: async () => content }) }, { ...profile, mode: 'key' }),
        /does not hold the access key of this id/,
      );
    }
  });
  await t.test('an end that has passed by our clock', async () => {
    const issuer = async () => ({ getSessionToken: async () => ({ ...key, sessionToken: 't', expiration: new Date(0) }) });
    assert.match(await failure({ issuer }), /Set the clock/);
  });
  await t.test('nothing answers in time: the call is given up', async () => {
    let given: AbortSignal | undefined;
    const issuer = async () => ({
      getSessionToken: (_key: AccessKey, _place: SessionPlace, _minutes: number, signal: AbortSignal) => {
        given = signal;
        return new Promise<never>(() => {});
      },
    });
    assert.match(await failure({ issuer, answerWithinMs: 30 }), /Nothing answered within/);
    assert.equal(given?.aborted, true);
  });
});
