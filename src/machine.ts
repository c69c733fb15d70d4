import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessCredentials, serveCredentials } from './credentials/broker.ts';
import { readGrants } from './credentials/grants.ts';
import { keysOf } from './credentials/keys.ts';
import { readServedProfile, type ServedProfile } from './credentials/profile.ts';
import { type ReferringVariable, resolveReferences } from './credentials/references.ts';
import { type AwsFilePaths, awsFilePaths } from './files/aws-files.ts';
import { withLock } from './files/lock.ts';
import { type Places, places } from './files/places.ts';
import { type Keychain, openKeychain } from './keychain/keychain.ts';
import { openVault } from './keychain/vault.ts';

/** What Keystow has on this machine for this user, the same for the extension and for the command. */
export interface Machine {
  readonly places: Places;
  readonly awsFiles: AwsFilePaths;
  readonly keychain: Keychain;
  readonly grantsFile: string;
  readonly stowsFolder: string;
  /** @throws UserError where the profile is not one that Keystow serves. */
  profile(name: string): Promise<ServedProfile>;
  /** Credentials for the tools that use a profile; the AWS client is loaded only where a session must be made. */
  credentials(profile: ServedProfile): Promise<ProcessCredentials>;
  /** The values of variables that are references. */
  resolve(variables: readonly ReferringVariable[]): Promise<Readonly<Record<string, string | undefined>>>;
}

/**
 * Finds everything by the given environment; touches no keychain and makes no folder.
 * A data folder may name the service of its keychain items in the file `keychain-service`, so that two data folders never share one item.
 */
export function machineOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): Machine {
  const here = places(env, platform, home);
  const awsFiles = awsFilePaths(env, home);
  const serviceFile = join(here.data, 'keychain-service');
  const service = existsSync(serviceFile) ? readFileSync(serviceFile, 'utf8').trim() : 'keystow';
  const keychain = openKeychain({ service, indexFile: join(here.data, 'keychain-items.json') });
  const grantsFile = join(here.data, 'grants.json');

  const profile = (name: string) => readServedProfile(name, awsFiles);
  const credentials = (served: ServedProfile) =>
    serveCredentials(served, {
      sessions: openVault({ keychain, folder: join(here.data, 'sessions') }),
      keys: keysOf(keychain),
      issuer: async () => {
        const { getSessionToken } = await import('./aws/sts.ts');
        return { getSessionToken: (key, place, minutes, signal) => getSessionToken(key, { ...place, env }, minutes, { signal }) };
      },
      lock: (name, work, waitMs) => withLock(join(here.runtime, name), work, { waitMs }),
      clock: () => new Date(),
      sessionMinutes: 60,
    });

  return {
    places: here,
    awsFiles,
    keychain,
    grantsFile,
    stowsFolder: join(here.data, 'stows'),
    profile,
    credentials,
    resolve: async (variables) => resolveReferences(variables, { grants: await readGrants(grantsFile), keychain, profile, credentials }),
  };
}
