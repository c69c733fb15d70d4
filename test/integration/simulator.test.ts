// The unmodified AWS SDK for JavaScript against the simulator.
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
  paginateListUsers,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type Credentials, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { type RequestRecord, type SimulatorOptions, startSimulator } from '../../src/simulator/server.ts';

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A simulator for one test, and clients of it that try a call once. */
async function simulated(t: { after(work: () => Promise<void>): void }, options: SimulatorOptions = {}) {
  const records: RequestRecord[] = [];
  const simulator = await startSimulator({ record: (record) => records.push(record), ...options });
  t.after(() => simulator.stop());
  const configuration = (credentials: Keys, maxAttempts: number) => ({
    endpoint: simulator.endpoint,
    region: 'eu-west-1',
    credentials,
    maxAttempts,
  });
  const keyOf = (user: string): Keys => {
    const key = simulator.accessKeys.find((it) => it.user === user);
    assert.ok(key, `a key of ${user}`);
    return key;
  };
  return {
    ...simulator,
    records,
    keyOf,
    iam: (credentials = keyOf('demo'), maxAttempts = 1) => new IAMClient(configuration(credentials, maxAttempts)),
    sts: (credentials = keyOf('demo'), maxAttempts = 1) => new STSClient(configuration(credentials, maxAttempts)),
  };
}

const whoAmI = new GetCallerIdentityCommand({});

function keysOf(credentials: Credentials | undefined): Keys {
  assert.ok(credentials?.AccessKeyId && credentials.SecretAccessKey && credentials.SessionToken, 'credentials of a session');
  return { accessKeyId: credentials.AccessKeyId, secretAccessKey: credentials.SecretAccessKey, sessionToken: credentials.SessionToken };
}

test('a key is asked who it is', async (t) => {
  const { sts, world } = await simulated(t);
  const { Arn, Account, UserId } = await sts().send(whoAmI);
  assert.deepEqual(
    { Arn, Account, UserId },
    { Arn: `arn:aws:iam::${world.accountId}:user/demo`, Account: world.accountId, UserId: world.iam.users.get('demo')?.id },
  );
});

test('a wrong secret, an unknown key and an inactive key are refused as AWS refuses them', async (t) => {
  const { sts, keyOf, world } = await simulated(t);
  const key = keyOf('demo');
  await assert.rejects(sts({ ...key, secretAccessKey: 'wrong' }).send(whoAmI), { name: 'SignatureDoesNotMatch', $fault: 'client' });
  await assert.rejects(sts({ ...key, accessKeyId: 'AKIAUNKNOWN' }).send(whoAmI), {
    name: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
  });
  world.changeAccessKey(key.accessKeyId, 'Inactive');
  await assert.rejects(sts().send(whoAmI), { name: 'InvalidClientTokenId' });
  world.changeAccessKey(key.accessKeyId, 'Active');
  await sts().send(whoAmI);
  world.changeAccessKey(key.accessKeyId, 'Deleted');
  await assert.rejects(sts().send(whoAmI), { name: 'InvalidClientTokenId' });
});

test('a key is replaced: created, used, the old one switched off and deleted', async (t) => {
  const { iam, sts, keyOf } = await simulated(t);
  const old = keyOf('demo').accessKeyId;
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({}));
  assert.ok(AccessKey?.AccessKeyId && AccessKey.SecretAccessKey && AccessKey.CreateDate);
  assert.deepEqual([AccessKey.UserName, AccessKey.Status], ['demo', 'Active']);
  await assert.rejects(iam().send(new CreateAccessKeyCommand({ UserName: 'demo' })), {
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for AccessKeysPerUser: 2',
  });
  const fresh = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  await sts(fresh).send(whoAmI);
  await iam(fresh).send(new UpdateAccessKeyCommand({ AccessKeyId: old, Status: 'Inactive' }));
  const { AccessKeyMetadata } = await iam(fresh).send(new ListAccessKeysCommand({ UserName: 'demo' }));
  assert.deepEqual(
    AccessKeyMetadata?.map((key) => [key.AccessKeyId, key.Status]),
    [
      [old, 'Inactive'],
      [AccessKey.AccessKeyId, 'Active'],
    ],
  );
  await assert.rejects(iam(fresh).send(new CreateAccessKeyCommand({})), { name: 'LimitExceededException' }, 'inactive keys count');
  await iam(fresh).send(new DeleteAccessKeyCommand({ UserName: 'demo', AccessKeyId: old }));
  await assert.rejects(iam(fresh).send(new DeleteAccessKeyCommand({ AccessKeyId: old })), {
    name: 'NoSuchEntityException',
    message: `The Access Key with id ${old} cannot be found.`,
  });
  await iam(fresh).send(new CreateAccessKeyCommand({}));
});

test('IAM remembers where a key was last used, to the minute', async (t) => {
  const now = new Date();
  const { iam, sts, keyOf } = await simulated(t, { clock: () => now });
  const lastUsed = new GetAccessKeyLastUsedCommand({ AccessKeyId: keyOf('reader').accessKeyId });
  const never = await iam().send(lastUsed);
  assert.deepEqual([never.UserName, never.AccessKeyLastUsed], ['reader', { ServiceName: 'N/A', Region: 'N/A' }]);
  await sts(keyOf('reader')).send(whoAmI);
  const { AccessKeyLastUsed } = await iam().send(lastUsed);
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  assert.deepEqual(AccessKeyLastUsed, { ServiceName: 'sts', Region: 'eu-west-1', LastUsedDate: minute });
});

test('users are made, found page by page, and deleted once nothing hangs on them', async (t) => {
  const { iam, world } = await simulated(t);
  const { User } = await iam().send(new CreateUserCommand({ UserName: 'ci', Path: '/robots/' }));
  assert.equal(User?.Arn, `arn:aws:iam::${world.accountId}:user/robots/ci`);
  await assert.rejects(iam().send(new CreateUserCommand({ UserName: 'CI' })), { name: 'EntityAlreadyExistsException' });
  const names: (string | undefined)[] = [];
  for await (const page of paginateListUsers({ client: iam(), pageSize: 2 }, {}))
    names.push(...(page.Users ?? []).map((it) => it.UserName));
  assert.deepEqual(names, ['demo', 'reader', 'ci']);
  const robots = await iam().send(new ListUsersCommand({ PathPrefix: '/robots/' }));
  assert.deepEqual(robots.Users?.length, 1);
  assert.equal((await iam().send(new GetUserCommand({ UserName: 'ci' }))).User?.UserId, User?.UserId);
  assert.equal((await iam().send(new GetUserCommand({}))).User?.UserName, 'demo');

  world.createAccessKey('ci');
  await assert.rejects(iam().send(new DeleteUserCommand({ UserName: 'ci' })), {
    name: 'DeleteConflictException',
    message: /must delete access keys first/,
  });
  world.changeAccessKey(world.keysOf(world.iam.users.get('ci')!)[0]!.accessKeyId, 'Deleted');
  await iam().send(new DeleteUserCommand({ UserName: 'ci' }));
  await assert.rejects(iam().send(new GetUserCommand({ UserName: 'ci' })), {
    name: 'NoSuchEntityException',
    message: 'The user with name ci cannot be found.',
  });
  const { SummaryMap } = await iam().send(new GetAccountSummaryCommand({}));
  assert.deepEqual([SummaryMap?.Users, SummaryMap?.AccessKeysPerUserQuota], [2, 2]);
});

test('policies are put, read, listed and taken away, and decide at once', async (t) => {
  const { iam, keyOf, world } = await simulated(t);
  const arn = 'arn:aws:iam::aws:policy/AWSDenyAll';
  const document = JSON.stringify({ Statement: { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*', Sid: 'Wait' } }, null, 2);
  const reader = iam(keyOf('reader'));
  await reader.send(new ListUsersCommand({}));

  await iam().send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'stop', PolicyDocument: document }));
  await assert.rejects(reader.send(new ListUsersCommand({})), {
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${world.accountId}:user/reader is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::${world.accountId}:user/ with an explicit deny in an identity-based policy`,
  });
  const got = await iam().send(new GetUserPolicyCommand({ UserName: 'reader', PolicyName: 'stop' }));
  assert.equal(decodeURIComponent(got.PolicyDocument ?? ''), document);
  assert.deepEqual((await iam().send(new ListUserPoliciesCommand({ UserName: 'reader' }))).PolicyNames, ['stop']);
  await iam().send(new DeleteUserPolicyCommand({ UserName: 'reader', PolicyName: 'stop' }));
  assert.deepEqual((await iam().send(new ListUserPoliciesCommand({ UserName: 'reader' }))).PolicyNames, []);
  await assert.rejects(iam().send(new GetUserPolicyCommand({ UserName: 'reader', PolicyName: 'stop' })), { name: 'NoSuchEntityException' });

  await iam().send(new AttachUserPolicyCommand({ UserName: 'reader', PolicyArn: arn }));
  const { AttachedPolicies } = await iam().send(new ListAttachedUserPoliciesCommand({ UserName: 'reader' }));
  assert.deepEqual(
    AttachedPolicies?.map((it) => it.PolicyName),
    ['ReadOnlyAccess', 'AWSDenyAll'],
  );
  await assert.rejects(reader.send(new GetUserCommand({})), { name: 'AccessDenied' });
  await iam().send(new DetachUserPolicyCommand({ UserName: 'reader', PolicyArn: arn }));
  await reader.send(new GetUserCommand({}));
  await assert.rejects(iam().send(new DetachUserPolicyCommand({ UserName: 'reader', PolicyArn: arn })), { name: 'NoSuchEntityException' });
  await assert.rejects(iam().send(new AttachUserPolicyCommand({ UserName: 'reader', PolicyArn: `${arn}2` })), {
    name: 'NoSuchEntityException',
  });
  await assert.rejects(
    iam().send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'bad', PolicyDocument: '{"Statement":[{}]}' })),
    { name: 'MalformedPolicyDocumentException' },
  );
});

test('what no policy allows is denied, with the reason', async (t) => {
  const { iam, keyOf, world } = await simulated(t);
  await assert.rejects(iam(keyOf('reader')).send(new CreateAccessKeyCommand({ UserName: 'demo' })), {
    name: 'AccessDenied',
    message: new RegExp(
      `iam:CreateAccessKey on resource: arn:aws:iam::${world.accountId}:user/demo because no identity-based policy allows the`,
    ),
  });
  assert.equal(world.keysOf(world.iam.users.get('demo')!).length, 1);
});

test('values out of bounds are refused in the words of AWS, and what the simulator lacks in its own', async (t) => {
  const { sts, iam } = await simulated(t);
  await assert.rejects(sts().send(new GetSessionTokenCommand({ DurationSeconds: 899 })), {
    name: 'ValidationError',
    message:
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
  });
  await assert.rejects(sts().send(new GetSessionTokenCommand({ DurationSeconds: 129_601 })), { name: 'ValidationError' });
  await assert.rejects(iam().send(new GetUserCommand({ UserName: 'a b' })), { name: 'ValidationError' });
  await assert.rejects(iam().send(new DeleteUserCommand({ UserName: undefined })), {
    name: 'ValidationError',
    message: /Value null at 'userName'/,
  });
  await assert.rejects(iam().send(new ListRolesCommand({})), { name: 'InvalidAction' });
  await assert.rejects(iam().send(new CreateUserCommand({ UserName: 'x', Tags: [{ Key: 'a', Value: 'b' }] })), {
    name: 'NotImplemented',
    message: /does not know the parameter Tags of iam:CreateUser/,
  });
});

test('a session is its user, but cannot call IAM nor get another session, and ends', async (t) => {
  let later = 0;
  const clock = () => new Date(Date.now() + later);
  const { sts, iam, world } = await simulated(t, { clock });
  const { Credentials } = await sts().send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const session = keysOf(Credentials);
  assert.match(session.accessKeyId, /^ASIA/);
  const left = Credentials!.Expiration!.getTime() - Date.now();
  assert.ok(left > 890_000 && left <= 900_000, `${left} ms left`);
  assert.equal((await sts(session).send(whoAmI)).Arn, `arn:aws:iam::${world.accountId}:user/demo`);
  await assert.rejects(iam(session).send(new ListAccessKeysCommand({})), { name: 'InvalidClientTokenId' });
  await assert.rejects(sts(session).send(new GetSessionTokenCommand({})), {
    name: 'AccessDenied',
    message: 'Cannot call GetSessionToken with session credentials',
  });
  await assert.rejects(sts({ ...session, sessionToken: 'forged' }).send(whoAmI), { name: 'InvalidClientTokenId' });
  later = 901_000;
  // The first attempt is signed with the wrong time; the client corrects its clock by the answer and tries again.
  await assert.rejects(sts(session, 2).send(whoAmI), {
    name: 'ExpiredToken',
    message: 'The security token included in the request is expired',
  });
});

test('a code of an MFA device counts once, for its own user, and opens what asks for MFA', async (t) => {
  const trust = {
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'sts:AssumeRole',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  };
  const { sts, iam, keyOf, world } = await simulated(t, {
    scenario: {
      users: [
        { name: 'demo', attached: ['AdministratorAccess'], mfa: true },
        { name: 'other', mfa: true },
      ],
      roles: [{ name: 'careful', attached: ['AdministratorAccess'], trust }],
    },
  });
  const device = world.mfaDevices.get(`arn:aws:iam::${world.accountId}:mfa/demo`)!;
  assert.match(device.secret, /^[A-Z2-7]{32}$/);
  const code = device.codeAt(new Date());
  const assume = (TokenCode?: string) =>
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${world.accountId}:role/careful`,
      RoleSessionName: 'night',
      ...(TokenCode && { SerialNumber: device.serial, TokenCode }),
    });
  const refused = { name: 'AccessDenied', message: /^MultiFactorAuthentication failed/ };
  await assert.rejects(sts().send(assume()), { name: 'AccessDenied', message: /not authorized to perform: sts:AssumeRole/ });
  await assert.rejects(sts().send(assume(code === '000000' ? '111111' : '000000')), refused);
  await assert.rejects(sts(keyOf('other')).send(assume(code)), refused);
  const { AssumedRoleUser } = await sts().send(assume(code));
  assert.match(AssumedRoleUser!.Arn!, /assumed-role\/careful\/night$/);
  await assert.rejects(sts().send(assume(code)), refused);

  const ahead = { SerialNumber: device.serial, TokenCode: device.codeAt(new Date(Date.now() + 30_000)) };
  const { Credentials } = await sts().send(new GetSessionTokenCommand(ahead));
  await iam(keysOf(Credentials)).send(new ListUsersCommand({}));
  await assert.rejects(
    sts().send(new GetSessionTokenCommand({ SerialNumber: 'arn:aws:iam::111122223333:mfa/demo', TokenCode: code })),
    refused,
  );
});

test('a role is assumed, within its time, and chained for an hour at most', async (t) => {
  const { sts, iam, keyOf, world } = await simulated(t, {
    scenario: {
      users: [{ name: 'demo', attached: ['AdministratorAccess'] }, { name: 'reader' }],
      roles: [{ name: 'operator', attached: ['AdministratorAccess'], maxSessionSeconds: 7200 }],
    },
  });
  const role = (DurationSeconds?: number, rest: { RoleArn?: string; Policy?: string } = {}) =>
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${world.accountId}:role/operator`,
      RoleSessionName: 'night',
      ...(DurationSeconds && { DurationSeconds }),
      ...rest,
    });
  const { Credentials, AssumedRoleUser } = await sts().send(role(7200));
  const operator = keysOf(Credentials);
  const arn = `arn:aws:sts::${world.accountId}:assumed-role/operator/night`;
  assert.equal(AssumedRoleUser?.Arn, arn);
  const who = await sts(operator).send(whoAmI);
  assert.deepEqual([who.Arn, who.UserId], [arn, AssumedRoleUser?.AssumedRoleId]);
  assert.equal((await iam(operator).send(new ListUsersCommand({}))).Users?.length, 2, 'a role may call IAM');

  await assert.rejects(sts().send(role(7201)), { name: 'ValidationError', message: /exceeds the MaxSessionDuration set for this role/ });
  await assert.rejects(sts(operator).send(role(3601)), {
    name: 'ValidationError',
    message: /1 hour session limit for roles assumed by role chaining/,
  });
  await sts(operator).send(role(3600));
  await assert.rejects(sts(keyOf('reader')).send(role()), {
    name: 'AccessDenied',
    message: /not authorized to perform: sts:AssumeRole on resource/,
  });
  await assert.rejects(sts().send(role(900, { RoleArn: 'arn:aws:iam::444455556666:role/other' })), { name: 'AccessDenied' });

  const Policy = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' } });
  const narrow = iam(keysOf((await sts().send(role(900, { Policy }))).Credentials));
  await narrow.send(new GetUserCommand({ UserName: 'demo' }));
  await assert.rejects(narrow.send(new ListUsersCommand({})), { name: 'AccessDenied', message: /because no session policy allows/ });
});

test('a new key is refused until the account has heard of it', async (t) => {
  let later = 0;
  const { iam, sts, world } = await simulated(t, { clock: () => new Date(Date.now() + later), consistencyDelayMs: 8000 });
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({}));
  const fresh = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  await assert.rejects(sts(fresh).send(whoAmI), { name: 'InvalidClientTokenId' });
  later = 8000;
  await sts(fresh).send(whoAmI);
  await iam().send(new DeleteAccessKeyCommand({ AccessKeyId: fresh.accessKeyId }));
  assert.equal((await iam().send(new ListAccessKeysCommand({}))).AccessKeyMetadata?.length, 1);
  await sts(fresh).send(whoAmI);
  later = 16_100;
  await assert.rejects(sts(fresh).send(whoAmI), { name: 'InvalidClientTokenId' });
  world.consistencyDelayMs = 0;
});

test('throttling and failures inside AWS are met as often as was asked', async (t) => {
  const { sts, iam, world } = await simulated(t);
  world.faults.add('sts:GetCallerIdentity', { kind: 'throttling' });
  await iam().send(new ListUsersCommand({}));
  await assert.rejects(sts().send(whoAmI), { name: 'Throttling', message: 'Rate exceeded' });
  await sts().send(whoAmI);
  world.faults.add('sts:GetCallerIdentity', { kind: 'internal-failure' }, 2);
  await sts(undefined, 3).send(whoAmI);
  world.faults.add('*', { kind: 'bad-gateway' });
  await assert.rejects(
    sts().send(whoAmI),
    (error: Error & { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 502,
  );
  world.faults.add('sts:GetCallerIdentity', { kind: 'delay', milliseconds: 150 });
  const start = performance.now();
  await sts().send(whoAmI);
  assert.ok(performance.now() - start >= 149);
});

test('the answer of a call can be lost after its effect', async (t) => {
  const { iam, world, records } = await simulated(t);
  world.faults.add('iam:CreateAccessKey', { kind: 'lost-answer' });
  await assert.rejects(iam().send(new CreateAccessKeyCommand({})), (error: Error & { code?: string }) => error.code === 'ECONNRESET');
  assert.equal(world.keysOf(world.iam.users.get('demo')!).length, 2, 'the key was made');
  assert.deepEqual(
    records.map(({ action, status, fault }) => ({ action, status, fault })),
    [{ action: 'CreateAccessKey', status: 200, fault: 'lost-answer' }],
  );
});

test('requests of web pages are not served', async (t) => {
  const { endpoint, records } = await simulated(t);
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      get(`${endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
  assert.equal(await status({ host: 'evil.example:80' }), 403);
  assert.equal(await status({ host: '127.0.0.1.evil.example' }), 403);
  assert.equal(await status({ origin: 'https://evil.example' }), 403);
  assert.deepEqual(
    records.map(({ service }) => service),
    [undefined, undefined, undefined],
    'none came as far as a service',
  );
  assert.equal(await status({}), 403);
  assert.deepEqual([records[3]?.service, records[3]?.accessKeyId], ['sts', undefined], 'this one only lacked a signature');
});

test('what is no request of a service is refused in plain words', async (t) => {
  const { endpoint } = await simulated(t);
  const answer = async (body: string) => {
    const { status, headers } = await fetch(endpoint, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    return [status, headers.get('content-type')];
  };
  assert.deepEqual(await answer('Action=GetCallerIdentity&Version=1999-01-01'), [404, 'text/plain']);
  assert.deepEqual(await answer('a'.repeat(1024 * 1024 + 1)), [413, 'text/plain']);
});

test('a request is recorded without its secrets', async (t) => {
  const { iam, keyOf, records } = await simulated(t);
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({}));
  const [record] = records;
  assert.deepEqual(record, {
    time: record?.time,
    service: 'iam',
    action: 'CreateAccessKey',
    region: 'eu-west-1',
    accessKeyId: keyOf('demo').accessKeyId,
    status: 200,
  });
  assert.ok(!JSON.stringify(records).includes(AccessKey!.SecretAccessKey!));
});
