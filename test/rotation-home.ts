// A served profile whose key can be rotated: real files and the real AWS client; the keychain is a map.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyCloud } from '../src/aws/iam.ts';
import type { AccessKey } from '../src/credentials/access-key.ts';
import { sessionName } from '../src/credentials/broker.ts';
import { keyAccount, keyContent } from '../src/credentials/keys.ts';
import type { ServingMode } from '../src/credentials/profile.ts';
import { describeProfile } from '../src/credentials/serve-profile.ts';
import { readAwsFile } from '../src/files/aws-files.ts';
import { withLock } from '../src/files/lock.ts';
import type { RotationDoors } from '../src/rotation/doors.ts';
import { openRotationJournal } from '../src/rotation/journal.ts';
import { openKeyPointer } from '../src/rotation/pointer.ts';

export interface RotationHomeOptions extends Pick<RotationDoors, 'now' | 'pause' | 'pace'> {
  readonly endpoint: string;
  readonly key: AccessKey;
  readonly mode: ServingMode;
  readonly profiles: readonly string[];
}

/** Writes the profiles into the folder, and gives what a rotation of their key is done with. */
export async function rotationHome(folder: string, { endpoint, key, mode, profiles, now, pause, pace }: RotationHomeOptions) {
  const paths = { config: join(folder, 'config'), credentials: join(folder, 'credentials') };
  await writeFile(paths.config, '# mine\n[default]\nregion = eu-west-3\n');
  for (const name of profiles) {
    const served = { name, accessKeyId: key.accessKeyId, mode, region: 'eu-west-1', endpoint };
    await writeFile(paths.config, describeProfile(await readAwsFile(paths.config, 'config'), served));
  }
  const secrets = new Map([[keyAccount(key.accessKeyId), keyContent(key)]]);
  const sessions = new Map<string, string>();
  await mkdir(join(folder, 'data'));
  const doors: RotationDoors = {
    cloud: (place) => keyCloud({ ...place, env: {} }),
    keychain: {
      read: async (account) => secrets.get(account),
      async write(account, secret) {
        secrets.set(account, secret);
      },
      remove: async (account) => secrets.delete(account),
    },
    pointer: openKeyPointer(paths),
    async forgetSession(profile) {
      sessions.delete(sessionName(profile));
    },
    journal: openRotationJournal(join(folder, 'data', 'rotations')),
    exclusively: (work, waitMs) => withLock(join(folder, 'rotation'), work, { waitMs }),
    now,
    pause,
    pace,
  };
  return { paths, secrets, sessions, doors };
}
