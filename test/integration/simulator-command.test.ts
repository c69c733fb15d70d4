import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UserError } from '../../src/message.ts';
import { simulate } from '../../src/simulator/command.ts';

const silent = { print: () => {} };

test('simulate prints where it is and which keys open it, serves, records and stops', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  t.after(() => rm(folder, { recursive: true }));
  const record = join(folder, 'requests.jsonl');
  const stop = new AbortController();
  const lines: string[] = [];
  const printed = Promise.withResolvers<void>();
  const print = (line: string) => {
    lines.push(line);
    printed.resolve();
  };
  const done = simulate({ port: 0, scenario: 'quiet', began: '36h', record }, { print }, stop.signal);
  await Promise.race([printed.promise, done]);

  const { endpoint, region, accountId, keys } = JSON.parse(lines[0]!);
  assert.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(
    keys.map((key: { user: string }) => key.user),
    ['demo', 'reader'],
  );
  const { accessKeyId, secretAccessKey } = keys[1];
  const client = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  assert.equal((await new STSClient(client).send(new GetCallerIdentityCommand({}))).Account, accountId);
  const { AccessKeyMetadata } = await new IAMClient(client).send(new ListAccessKeysCommand({}));
  const ageHours = (Date.now() - AccessKeyMetadata![0]!.CreateDate!.getTime()) / 3_600_000;
  assert.equal(Math.round(ageHours), 12 * 24 + 36);

  stop.abort();
  await done;
  await assert.rejects(fetch(endpoint), 'nothing listens any more');
  assert.equal(lines.length, 1);
  const recorded = await readFile(record, 'utf8');
  assert.deepEqual(
    recorded
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ service, action, status }) => `${service} ${action} ${status}`),
    ['sts GetCallerIdentity 200', 'iam ListAccessKeys 200'],
  );
  assert.ok(!recorded.includes(secretAccessKey));
});

test('what is wrong with the options is said', async (t) => {
  const fails = (options: Partial<Parameters<typeof simulate>[0]>, words: RegExp) =>
    assert.rejects(simulate({ port: 0, scenario: 'quiet', ...options }, silent, AbortSignal.abort()), (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, words);
      return true;
    });
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await fails({ port }, new RegExp(`^Port ${port} is taken`));
  await fails({ began: 'yesterday' }, /^yesterday is not a duration/);
  await fails({ scenario: 'loud' }, /^There is no scenario loud/);
  await fails({ record: '/nowhere/requests.jsonl' }, /cannot be recorded in \/nowhere\/requests\.jsonl \(ENOENT\)/);
});
