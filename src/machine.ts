import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessKey, Identity } from './credentials/access-key.ts';
import { type ProcessCredentials, serveCredentials } from './credentials/broker.ts';
import { addGrants, readGrants, removeGrants } from './credentials/grants.ts';
import { keysOf } from './credentials/keys.ts';
import { writeLauncher } from './credentials/launcher.ts';
import { readServedProfile, type ServedProfile } from './credentials/profile.ts';
import { type ReferringVariable, resolveReferences } from './credentials/references.ts';
import { type AwsFilePaths, awsFilePaths } from './files/aws-files.ts';
import { withLock } from './files/lock.ts';
import { type Places, places } from './files/places.ts';
import { type Keychain, openKeychain } from './keychain/keychain.ts';
import { openVault } from './keychain/vault.ts';
import { openStowJournal } from './stow/journal.ts';
import { proofOf } from './stow/proof.ts';
import type { StowDoors } from './stow/run.ts';

/** Where a call to AWS goes: a region, and an endpoint that is not AWS's own. */
export interface CallPlace {
  readonly region: string;
  readonly endpoint?: string;
}

/** What Keystow has on this machine for this user, the same for the extension and for the command. */
export interface Machine {
  readonly places: Places;
  readonly awsFiles: AwsFilePaths;
  readonly keychain: Keychain;
  /** @throws UserError where the profile is not one that Keystow serves. */
  profile(name: string): Promise<ServedProfile>;
  /** Credentials for the tools that use a profile; the AWS client is loaded only where a session must be made. */
  credentials(profile: ServedProfile): Promise<ProcessCredentials>;
  /** The values of variables that are references. */
  resolve(variables: readonly ReferringVariable[]): Promise<Readonly<Record<string, string | undefined>>>;
  /** Who a key acts as. @throws UserError where AWS does not take it or does not answer. */
  identityOfKey(key: AccessKey, place: CallPlace): Promise<Identity>;
  /** Makes sure that the launcher is in place and starts this `cli.js`, since files will name it. */
  ensureLauncher(cli: string): Promise<void>;
  /** The doors of a stow that edits files by `files`; `acted` is who the key acted as, where AWS answered. */
  stowDoors(files: StowDoors['files'], acted?: Identity): StowDoors;
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

  const resolve: Machine['resolve'] = async (variables) =>
    resolveReferences(variables, { grants: await readGrants(grantsFile), keychain, profile, credentials });

  return {
    places: here,
    awsFiles,
    keychain,
    profile,
    credentials,
    resolve,
    async identityOfKey(key, place) {
      const { callerIdentity } = await import('./aws/sts.ts');
      return callerIdentity(key, { ...place, env });
    },
    ensureLauncher: (cli) =>
      writeLauncher(here.launcher, { node: process.execPath, cli, electron: process.versions.electron !== undefined }, platform),
    stowDoors: (files, acted) => ({
      keychain,
      files,
      grants: {
        add: (folder, references) => addGrants(grantsFile, folder, references),
        remove: (folder, references) => removeGrants(grantsFile, folder, references),
      },
      journal: openStowJournal(join(here.data, 'stows')),
      exclusively: (work) => withLock(join(here.runtime, 'stow'), work, { waitMs: 60_000 }),
      prove: proofOf(acted, {
        awsFiles,
        launcher: here.launcher,
        scratch: here.runtime,
        async identityOfProfile(name, paths, place) {
          const { identityOfProfile } = await import('./aws/identity-of-profile.ts');
          return identityOfProfile(name, paths, { ...place, env });
        },
        async resolve(reference, folder) {
          const { PROOF } = await resolve([{ variable: 'PROOF', value: reference, folder }]);
          return PROOF ?? '';
        },
      }),
      now: () => new Date(),
    }),
  };
}
