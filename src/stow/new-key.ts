import type { AccessKey } from '../credentials/access-key.ts';
import { keyAccount, keyContent } from '../credentials/keys.ts';
import type { ServedProfile } from '../credentials/profile.ts';
import { describeProfile, serveProfile } from '../credentials/serve-profile.ts';
import { parseAwsFile } from '../files/aws-files.ts';
import { editsBetween } from './edit.ts';
import type { PlanDoors } from './plan.ts';
import type { StowPlan } from './run.ts';

/** The plan that puts a key which a person typed into the keychain, and adds the profile that it serves: no file ever holds the key. */
export function planNewKey(
  key: AccessKey,
  profile: ServedProfile,
  { awsFiles: { config, credentials }, launcher, id }: Pick<PlanDoors, 'awsFiles' | 'launcher' | 'id'>,
): StowPlan {
  const described = parseAwsFile(describeProfile(config, profile), config.path, 'config');
  const served = serveProfile({ config: described, credentials }, profile, launcher);
  return {
    id: id(),
    what: 'AWS access key',
    item: { account: keyAccount(key.accessKeyId), content: keyContent(key) },
    secrets: [key.secretAccessKey],
    key,
    profile,
    additions: [
      { path: config.path, before: config.text, edits: editsBetween(config.text, served.config) },
      { path: credentials.path, before: credentials.text, edits: editsBetween(credentials.text, served.credentials) },
    ],
    removals: [],
    references: [],
  };
}
