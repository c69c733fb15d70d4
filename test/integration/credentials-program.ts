// What the `keystow` command does for `credential-process --profile P`, with the real keychain, vault, lock and AWS client.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getSessionToken } from '../../src/aws/sts.ts';
import { serveCredentials } from '../../src/credentials/broker.ts';
import { keysOf } from '../../src/credentials/keys.ts';
import { readServedProfile } from '../../src/credentials/profile.ts';
import { awsFilePaths } from '../../src/files/aws-files.ts';
import { withLock } from '../../src/files/lock.ts';
import { places } from '../../src/files/places.ts';
import { openKeychain } from '../../src/keychain/keychain.ts';
import { openVault } from '../../src/keychain/vault.ts';

const { env } = process;
const { data, runtime } = places(env, process.platform, homedir());
const keychain = openKeychain({ service: 'keystow-test', indexFile: join(data, 'keychain.json') });
const [, , verb, flag, name = ''] = process.argv;

try {
  if (verb !== 'credential-process' || flag !== '--profile')
    throw new Error(`not a call of AWS's contract: ${process.argv.slice(2).join(' ')}`);
  const profile = await readServedProfile(name, awsFilePaths(env, homedir()));
  const answer = await serveCredentials(profile, {
    sessions: openVault({ keychain, folder: join(data, 'sessions') }),
    keys: keysOf(keychain),
    issuer: async () => ({
      getSessionToken: (key, place, minutes, signal) => getSessionToken(key, { ...place, env }, minutes, { signal }),
    }),
    lock: (session, work, waitMs) => withLock(join(runtime, session), work, { waitMs }),
    clock: () => new Date(Date.now() + Number(env.TEST_CLOCK_AHEAD_MS ?? 0)),
    sessionMinutes: Number(env.TEST_SESSION_MINUTES ?? 60),
    ...(env.TEST_ANSWER_WITHIN_MS === undefined ? {} : { answerWithinMs: Number(env.TEST_ANSWER_WITHIN_MS) }),
  });
  process.stdout.write(JSON.stringify(answer));
} catch (error) {
  process.stderr.write(`keystow: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
