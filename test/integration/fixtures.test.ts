// The programs of test/fixtures before and after their secret is stowed: the same caller, the same bytes. The Python ones need boto3: test/clients.
import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshHome, keystow, stowsAndWorks, tokenStowsAndWorks } from '../stowed-programs.ts';

for (const name of [
  'sdk-v3.mjs',
  'sdk-v3.cjs',
  'sdk-v2.cjs',
  'sdk-v2-config.cjs',
  'launch.mjs',
  'dotenv-app.mjs',
  'dotenv-by-name.mjs',
  'split-key.mjs',
]) {
  test(`${name} is the same caller before its key is stowed, after, and after the undo`, (t) => stowsAndWorks(t, name));
}

test('github-token.mjs gets the same bytes before and after', (t) => tokenStowsAndWorks(t));

test('keystow exec runs a command as a role whose source is a served profile', async (t) => {
  const { simulator, home, env } = await freshHome(t);
  const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  await writeFile(join(home, '.env'), `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`);
  assert.equal((await keystow(home, env, 'stow', '.env', '--profile', 'p', '--yes')).code, 0);
  const role = `arn:aws:iam::${simulator.world.accountId}:role/auditor`;
  await appendFile(
    join(home, '.aws/config'),
    `\n[profile audit]\nrole_arn = ${role}\nsource_profile = p\nregion = eu-west-1\nendpoint_url = ${simulator.endpoint}\n`,
  );
  const program = `import('${import.meta.resolve('@aws-sdk/client-sts')}').then(async ({ STSClient, GetCallerIdentityCommand }) => console.log((await new STSClient().send(new GetCallerIdentityCommand())).Arn))`;
  const { stdout, stderr } = await keystow(home, env, 'exec', '--profile', 'audit', '--', process.execPath, '-e', program);
  assert.match(stdout, /^arn:aws:sts::\d{12}:assumed-role\/auditor\/\S+\n$/, stderr);
});
