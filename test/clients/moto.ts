// moto, an AWS on loopback that nobody here wrote: it checks signatures and policies, and knows IAM, STS, EC2, Lambda and CloudWatch.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { AccessKey } from '../../src/credentials/access-key.ts';
import type { Account } from '../account.ts';
import { sampleKeyPair } from '../sample-keys.ts';
import { python } from './prepare.mjs';

/** So many calls are taken without a key, to make the first user: then every call is signed by somebody who may. */
const unsignedCalls = 3;
const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

// Moto's own, 123456789012, is nobody's: Keystow takes the ids of its keys for made up.
const accountId = '318262652898';

/** An account of a moto of its own, for the time of the test. */
export async function motoAccount(t: TestContext): Promise<Account> {
  const endpoint = await startMoto(t);
  const settings = (key: AccessKey, region: string) => ({ endpoint, region, credentials: key });

  const unsigned = new IAMClient(settings(sampleKeyPair(), 'us-east-1'));
  const key = await createUser('demo', '*', unsigned);
  const reading = ['*:Get*', '*:List*', '*:Describe*'];
  const reader = { user: 'reader', key: await createUser('reader', reading, new IAMClient(settings(key, 'us-east-1'))) };

  return {
    endpoint,
    id: accountId,
    user: 'demo',
    key,
    reader,
    // GetSessionToken answers with keys that moto itself does not know, an inactive key is taken, there is no Account service, and no bill
    lacks: ['sessions', 'refusing inactive keys', 'listing regions', 'costs'],
    async launch(region, type, count) {
      const input = { ImageId: 'ami-12c6146b', InstanceType: type as 'm5.large', MinCount: count, MaxCount: count };
      await new EC2Client(settings(key, region)).send(new RunInstancesCommand(input));
    },
    async occupy(region, name, memoryMb, atOnce) {
      const trust = policy({ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } });
      const { Role } = await new IAMClient(settings(key, region)).send(
        new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }),
      );
      const code = { ZipFile: Buffer.from('504b0506'.padEnd(44, '0'), 'hex') }; // an archive without files
      const fn = { FunctionName: name, Role: Role!.Arn!, Runtime: 'nodejs22.x', Handler: 'a.b', MemorySize: memoryMb, Code: code } as const;
      await new LambdaClient(settings(key, region)).send(new CreateFunctionCommand(fn));
      // what ran is told to CloudWatch here: moto's own functions leave no metrics
      const minutes = Array.from({ length: 20 }, (_, i) => new Date(Date.now() - i * 60_000));
      const data = minutes.map((at) => ({ MetricName: 'ConcurrentExecutions', Timestamp: at, Value: atOnce }));
      await new CloudWatchClient(settings(key, region)).send(new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData: data }));
    },
  };
}

async function createUser(name: string, actions: string | readonly string[], iam: IAMClient): Promise<AccessKey> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  const { AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  const document = policy({ Action: actions, Resource: '*' });
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'allowed', PolicyDocument: document }));
  return { accessKeyId: made!.AccessKeyId!, secretAccessKey: made!.SecretAccessKey! };
}

async function startMoto(t: TestContext): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'moto-'));
  const args = ['-W', 'ignore', '-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'];
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    INITIAL_NO_AUTH_ACTION_COUNT: String(unsignedCalls),
    MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    MOTO_ACCOUNT_ID: accountId,
  };
  const server = spawn(python, args, { cwd: home, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(server, 'exit');
  t.after(async () => {
    server.kill();
    await ended;
    await rm(home, { recursive: true });
  });
  const running = () => /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said);
  for (const deadline = Date.now() + 120_000; !running(); await pause(50)) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`moto did not start:\n${said}`);
  }
  return running()![1]!;
}
