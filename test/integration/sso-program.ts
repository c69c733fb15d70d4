// What the `keystow` command does for a profile that signs in, with the real keychain, vault, lock and AWS clients.
import { homedir } from 'node:os';
import { readAnyServedProfile } from '../../src/credentials/profile.ts';
import { serveRoleCredentials } from '../../src/credentials/sso/role-sessions.ts';
import { awsFilePaths } from '../../src/files/aws-files.ts';
import { ssoDoors } from './sso-home.ts';

const { env } = process;
const [, , verb, flag, name = ''] = process.argv;
try {
  if (verb !== 'credential-process' || flag !== '--profile') throw new Error(`not a call of AWS's contract: ${process.argv.slice(2)}`);
  const profile = await readAnyServedProfile(name, awsFilePaths(env, homedir()));
  if (!('sso' in profile)) throw new Error(`${name} does not sign in`);
  process.stdout.write(JSON.stringify(await serveRoleCredentials(profile, ssoDoors(env))));
} catch (error) {
  process.stderr.write(`keystow: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
