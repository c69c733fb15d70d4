import { randomBytes } from 'node:crypto';
import { keyAccount, keysOf } from '../credentials/keys.ts';
import { type ProfileFiles, servedProfileIn } from '../credentials/profile.ts';
import { type KnownSecrets, knownSecrets } from '../detect/known-secrets.ts';
import type { Owner } from '../detect/owner.ts';
import { type AwsFilePaths, readAwsFile } from '../files/aws-files.ts';
import { type Message, message, UserError } from '../message.ts';
import { plaintextProfiles } from './plaintext.ts';

/** What the person's own secrets are taken from. */
export interface OwnSecretDoors {
  readonly keychain: {
    accounts(): Promise<readonly string[]>;
    answersUnasked(): Promise<boolean>;
    read(account: string): Promise<string | undefined>;
  };
  readonly awsFiles: AwsFilePaths;
  /** The profile whose rotation made or replaces this key. */
  readonly profileOf: (accessKeyId: string) => Promise<string | undefined>;
}

/** The person's own secrets, as `detect` knows them. */
export interface OwnSecrets {
  /** Undefined where there are none. */
  readonly known: KnownSecrets | undefined;
  /** What could not be read, and what to do. */
  readonly unread: readonly Message[];
}

interface Owned {
  readonly secret: string;
  readonly owner: Owner;
}

/**
 * Takes the hashes of what is stowed and of the keys in the AWS files, and forgets the secrets. The keychain is read only where nobody is asked to unlock it, so this
 * may be called at any time.
 */
export async function ownSecrets(doors: OwnSecretDoors): Promise<OwnSecrets> {
  const unread: Message[] = [];
  const secrets: Owned[] = [];
  /** Does the work; where it cannot be done says why, and goes on without. */
  const trying = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unread.push(error.said);
    }
  };

  let files: ProfileFiles | undefined;
  await trying(async () => {
    const { config, credentials } = doors.awsFiles;
    files = { config: await readAwsFile(config, 'config'), credentials: await readAwsFile(credentials, 'credentials') };
  });
  await trying(async () => {
    const accounts = (await doors.keychain.accounts()).filter((account) => account.includes('/'));
    if (accounts.length === 0) return;
    if (!(await doors.keychain.answersUnasked())) {
      unread.push(message('The keychain is not open, so what lies in it is not recognised in other places until it is.'));
      return;
    }
    for (const account of accounts) await trying(async () => void secrets.push(...(await stowed(account, files, doors))));
  });
  await trying(async () => {
    for (const { name, key } of files === undefined ? [] : plaintextProfiles(files)) {
      secrets.push({ secret: key.secretAccessKey, owner: { kind: 'profile', name } });
    }
  });

  const known = knownSecrets(secrets, randomBytes(32));
  return { known: known.owners.length === 0 ? undefined : known, unread };
}

const keyPrefix = keyAccount('');

/** What a keychain item holds, and whose it is. */
async function stowed(
  account: string,
  files: ProfileFiles | undefined,
  { keychain, profileOf }: OwnSecretDoors,
): Promise<readonly Owned[]> {
  if (!account.startsWith(keyPrefix)) {
    const secret = await keychain.read(account);
    return secret === undefined ? [] : [{ secret, owner: { kind: 'reference', name: `keystow://${account}` } }];
  }
  const accessKeyId = account.slice(keyPrefix.length);
  const key = await keysOf(keychain).read(accessKeyId);
  if (key === undefined) return [];
  const profile = servingProfile(accessKeyId, files) ?? (await profileOf(accessKeyId));
  const owner: Owner = profile === undefined ? { kind: 'access key', name: accessKeyId } : { kind: 'profile', name: profile };
  return [{ secret: key.secretAccessKey, owner }];
}

/** The first profile that Keystow serves from this key. A section that cannot be read is none. */
function servingProfile(accessKeyId: string, files: ProfileFiles | undefined): string | undefined {
  return files?.config.sections.find((section) => {
    try {
      return section.kind === 'profile' && servedProfileIn(section, section.name)?.accessKeyId === accessKeyId;
    } catch (error) {
      if (error instanceof UserError) return false; // it is said where the profile is used
      throw error;
    }
  })?.name;
}
