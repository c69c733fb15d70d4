// Needs a keychain of its own: node test/inside.mjs --test test/integration/sso-cli.test.ts
// The AWS CLI, which nobody here wrote, works through a profile that Keystow serves.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { writeLauncher } from '../../src/credentials/launcher.ts';
import { signInWithBrowser } from '../../src/credentials/sso/sign-in.ts';
import { runAws } from '../aws-cli.ts';
import { answerPage } from '../sign-in-page.ts';
import { ssoHome } from './sso-home.ts';

test('the AWS CLI works through a profile that signs in by Keystow, and its own files hold no token', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'sso-launcher-'));
  t.after(() => rm(home, { recursive: true }));
  const launcher = join(home, 'keystow');
  await writeLauncher(
    launcher,
    { node: process.execPath, cli: join(import.meta.dirname, 'sso-program.ts'), electron: false },
    process.platform,
  );
  const { env, session, doors, world, paths } = await ssoHome(t, { launcher });
  const call = () => runAws(['sts', 'get-caller-identity', '--profile', 'admin', '--output', 'json'], { env });
  const before = await call();
  assert.notEqual(before.code, 0);
  assert.match(before.stderr, /The sign-in company is over, or was never made\. Run "keystow login admin"/);

  await signInWithBrowser(session, doors, { open: (address) => void answerPage(address, 'allow') });
  const { code, stdout, stderr } = await call();
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(JSON.parse(stdout).Arn, /AWSReservedSSO_AdministratorAccess_/);
  const { accessToken } = [...world.identityCenter.sessions][0]!;
  for (const file of [paths.config, paths.credentials]) assert.ok(!(await readFile(file, 'utf8')).includes(accessToken));
});
