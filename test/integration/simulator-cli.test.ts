// Client and simulator have one author, so their errors could cancel: here the AWS CLI, which signs and reads by code of its own, is the judge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from '../../src/simulator/server.ts';
import { runAws } from '../aws-cli.ts';

test('the AWS CLI reads what the simulator answers', async (t) => {
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const { world, endpoint, accessKeys } = simulator;
  const env = (key: { accessKeyId: string; secretAccessKey: string }, sessionToken?: string) => ({
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  });
  const [demo] = accessKeys;
  assert.ok(demo);
  const aws = async (args: string, environment: NodeJS.ProcessEnv = env(demo)) => {
    const { code, stdout, stderr } = await runAws([...args.split(' '), '--output', 'json'], { env: environment, endpoint });
    assert.deepEqual([code, stderr], [0, ''], args);
    return stdout === '' ? undefined : JSON.parse(stdout);
  };

  const { Credentials } = await aws('sts get-session-token --duration-seconds 900');
  const session = env({ accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey }, Credentials.SessionToken);
  assert.deepEqual(await aws('sts get-caller-identity', session), {
    UserId: world.iam.users.get('demo')!.id,
    Account: world.accountId,
    Arn: `arn:aws:iam::${world.accountId}:user/demo`,
  });

  const { AccessKey } = await aws('iam create-access-key --user-name reader');
  assert.deepEqual([AccessKey.UserName, AccessKey.Status], ['reader', 'Active']);
  assert.equal(await aws(`iam update-access-key --user-name reader --access-key-id ${AccessKey.AccessKeyId} --status Inactive`), undefined);
  const { AccessKeyMetadata } = await aws('iam list-access-keys --user-name reader');
  assert.deepEqual(
    AccessKeyMetadata.map((key: { Status: string }) => key.Status),
    ['Active', 'Inactive'],
  );
  assert.equal(await aws(`iam delete-access-key --user-name reader --access-key-id ${AccessKey.AccessKeyId}`), undefined);
  assert.equal(world.keysOf(world.iam.users.get('reader')!).length, 1);
  const { AccessKeyLastUsed } = await aws(`iam get-access-key-last-used --access-key-id ${demo.accessKeyId}`);
  assert.deepEqual([AccessKeyLastUsed.ServiceName, AccessKeyLastUsed.Region], ['iam', 'eu-west-1']);

  const PolicyDocument = { Statement: { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' } };
  world.iam.users.get('reader')!.inlinePolicies.set('stop', JSON.stringify(PolicyDocument));
  assert.deepEqual(await aws('iam get-user-policy --user-name reader --policy-name stop'), {
    UserName: 'reader',
    PolicyName: 'stop',
    PolicyDocument,
  });

  const refused = await runAws(['iam', 'list-access-keys'], { env: session, endpoint });
  assert.equal(refused.code, 254);
  assert.match(
    refused.stderr,
    /An error occurred \(InvalidClientTokenId\) when calling the ListAccessKeys operation.*: The security token included/,
  );
});
