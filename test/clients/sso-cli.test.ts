// The AWS CLI, which nobody here wrote, signs in to the simulator, on the pages that a person sees.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startSimulator } from '../../src/simulator/server.ts';
import { awsCli, runAws } from '../aws-cli.ts';
import { answerPage } from '../sign-in-page.ts';

test('the AWS CLI signs in, by a code and by PKCE, and STS knows the role', async (t) => {
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const home = await mkdtemp(join(tmpdir(), 'sso-cli-'));
  t.after(() => rm(home, { recursive: true }));
  const { world, endpoint } = simulator;
  const config = join(home, 'config');
  await writeFile(
    config,
    `[sso-session company]
sso_start_url = ${world.identityCenter.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile p]
sso_session = company
sso_account_id = ${world.accountId}
sso_role_name = ReadOnly
region = eu-west-1
endpoint_url = ${endpoint}
`,
  );
  const env = { PATH: process.env.PATH, HOME: home, AWS_CONFIG_FILE: config };

  for (const flow of [['--use-device-code'], []]) {
    world.identityCenter.sessions.clear();
    await rm(join(home, '.aws'), { recursive: true, force: true });
    const said = await signIn(['sso', 'login', '--no-browser', '--profile', 'p', ...flow], env);
    assert.match(said, /Successfully logged into Start URL/);
    assert.equal(world.identityCenter.sessions.size, 1);
  }
  const { code, stdout, stderr } = await runAws(['sts', 'get-caller-identity', '--profile', 'p', '--output', 'json'], { env });
  assert.equal(code, 0, stderr);
  const { Arn, Account } = JSON.parse(stdout);
  assert.equal(Account, world.accountId);
  assert.match(Arn, /^arn:aws:sts::\d{12}:assumed-role\/AWSReservedSSO_ReadOnly_[0-9a-f]{16}\/demo@example\.com$/);
});

/** Runs the CLI and presses Allow on the page that it asks to open. */
async function signIn(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { command } = await awsCli();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  let said = '';
  let pressed = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+\/(?:authorize\?\S+|device\?user_code=\S+)\s/.exec(said)?.[0];
      if (address === undefined || pressed) return;
      pressed = true;
      answerPage(address.trim(), 'allow').catch((error) => child.kill() && assert.fail(error));
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 0, said);
  return said;
}
