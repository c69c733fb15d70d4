import { existsSync, readFileSync } from 'node:fs';
import type { Burning } from './containment/burning.ts';
import type { ContainmentDoors } from './containment/doors.ts';
import type { FinishedContainment } from './containment/finish.ts';
import type { NamedRecord } from './containment/undo-file.ts';
import type { AccessKey, Identity, SessionCredentials } from './credentials/access-key.ts';
import { type ProcessCredentials, processCredentials, readKey, serveCredentials, sessionName } from './credentials/broker.ts';
import type { CallPlace } from './credentials/call-place.ts';
import { type AnyServedProfile, readAnyServedProfile, readServedProfile, type ServedProfile } from './credentials/profile.ts';
import type { ReferringVariable } from './credentials/references.ts';
import type { AssumeDoors } from './credentials/role/assume.ts';
import type { SsoDoors } from './credentials/sso/cloud.ts';
import { type AwsFilePaths, awsFilePaths, bytesOfAwsFile, findProfile, readAwsFile, valueOf } from './files/aws-files.ts';
import { inFolder } from './files/in-folder.ts';
import { withLock } from './files/lock.ts';
import { type Places, places } from './files/places.ts';
import { type Keychain, openKeychain } from './keychain/keychain.ts';
import { openVault } from './keychain/vault.ts';
import { UserError } from './message.ts';
import type { RotationDoors } from './rotation/doors.ts';
import type { FinishedRotation } from './rotation/finish.ts';
import type { SpendDoors } from './spend/spend.ts';
import { mayHoldCutOffStow } from './stow/cut-off.ts';
import type { StowRecord } from './stow/journal.ts';
import type { OwnSecrets } from './stow/own-secrets.ts';
import type { StowDoors } from './stow/run.ts';

/** A profile for one command. */
export interface CommandProfile {
  readonly region?: string;
  readonly endpoint?: string;
  credentials(): Promise<ProcessCredentials>;
}

/** What Keystow has on this machine for this user, the same for the extension and for the command. */
export interface Machine {
  readonly places: Places;
  readonly awsFiles: AwsFilePaths;
  readonly keychain: Keychain;
  /** A profile served from a key. @throws UserError where the profile is not one that Keystow serves, or signs in instead. */
  profile(name: string): Promise<ServedProfile>;
  /** @throws UserError where the profile is not one that Keystow serves. */
  anyProfile(name: string): Promise<AnyServedProfile>;
  /** What signing in is done with. */
  readonly sso: SsoDoors;
  /** What roles are assumed with. */
  readonly roles: AssumeDoors;
  /** Credentials for the tools that use a profile; the AWS client is loaded only where a session must be made. */
  credentials(profile: AnyServedProfile): Promise<ProcessCredentials>;
  /** What `exec` runs a command as: a profile that Keystow serves, or one whose role is assumed from such a one, through the SDK's own chain. */
  commandProfile(name: string): Promise<CommandProfile>;
  /** The values of variables that are references. */
  resolve(variables: readonly ReferringVariable[]): Promise<Readonly<Record<string, string | undefined>>>;
  /** Who a key acts as. @throws UserError where AWS does not take it or does not answer. */
  identityOfKey(key: AccessKey, place: CallPlace): Promise<Identity>;
  /** The person's own secrets as hashes, where that needs no unlocking of the keychain; loads nothing where there are none. */
  ownSecrets(): Promise<OwnSecrets>;
  /** The files whose change says that there are others now. */
  readonly ownSecretFiles: readonly string[];
  /** Makes sure that the launcher is in place and starts this `cli.js`, since files will name it. */
  ensureLauncher(cli: string): Promise<void>;
  /** The doors of a stow that edits files by `files`; `acted` is who the key acted as, where AWS answered. */
  stowDoors(files: StowDoors['files'], acted?: Identity): Promise<StowDoors>;
  /** Takes back the stows that were cut off; loads nothing of a stow where there are none. */
  recoverStows(files: StowDoors['files']): Promise<readonly StowRecord[]>;
  rotationDoors(): Promise<RotationDoors>;
  /** Finishes interrupted rotations and deletes the old keys whose grace period is over; loads nothing of AWS where there are none. */
  finishRotations(profile?: string): Promise<readonly FinishedRotation[]>;
  /** What reading the spend of a profile's account is done with. */
  spendDoors(profile: AnyServedProfile): SpendDoors;
  /**
   * What Keystow itself acts with for a person: the long-term key where the profile has one, as a session of it may not call IAM.
   * @throws UserError where there is none, or a person must sign in first.
   */
  actingKey(profile: AnyServedProfile): Promise<AccessKey | SessionCredentials>;
  containmentDoors(): Promise<ContainmentDoors>;
  /** What the profile's account burns by the figures of the last half hour; undefined where nobody looked. Asks nobody. */
  burning(profile: AnyServedProfile): Promise<readonly Burning[] | undefined>;
  /** The containments that were cut off, or go on in another process; loads nothing of AWS. */
  cutOffContainments(profile?: string): Promise<readonly NamedRecord[]>;
  /** Finishes containments of this profile that were cut off; loads nothing of AWS where there are none. */
  finishContainments(profile: string): Promise<readonly FinishedContainment[]>;
}

/**
 * Finds everything by the given environment; touches no keychain and makes no folder. What a stored session does not need is loaded on first use:
 * every tool that asks for credentials waits for this.
 * A data folder may name the service of its keychain items in the file `keychain-service`, so that two data folders never share one item.
 * `mayBlock`: this thread may wait for another process, as in a command, where nobody else waits for it.
 */
export function machineOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string, mayBlock = false): Machine {
  const here = places(env, platform, home);
  const awsFiles = awsFilePaths(env, home);
  const serviceFile = inFolder(here.data, 'keychain-service');
  const service = existsSync(serviceFile) ? readFileSync(serviceFile, 'utf8').trim() : 'keystow';
  const indexFile = inFolder(here.data, 'keychain-items.json');
  const keychain = openKeychain({ service, indexFile, mayBlock });
  const grantsFile = inFolder(here.data, 'grants.json');

  const vault = openVault({ keychain, folder: inFolder(here.data, 'sessions') });
  const lock: SsoDoors['lock'] = (name, work, waitMs) => withLock(inFolder(here.runtime, name), work, { waitMs });
  const sso: SsoDoors = {
    vault,
    signInService: async () => (await import('./aws/sso-oidc.ts')).signInService(env),
    portal: async () => (await import('./aws/sso.ts')).portal(env),
    lock,
    clock: () => new Date(),
  };

  const profile = (name: string) => readServedProfile(name, awsFiles);
  const anyProfile = (name: string) => readAnyServedProfile(name, awsFiles);
  const keys: AssumeDoors['keys'] = {
    async read(accessKeyId) {
      const { keysOf } = await import('./credentials/keys.ts');
      return keysOf(keychain).read(accessKeyId);
    },
  };
  const sessionMinutes = 60;
  const roles: AssumeDoors = {
    ...sso,
    keys,
    assumer: async () => {
      const { assumeRole } = await import('./aws/sts.ts');
      return {
        assumeRole: (acting, place, request, signal) =>
          assumeRole(acting, { ...place, env }, request, signal === undefined ? {} : { signal }),
      };
    },
    sessionMinutes,
  };
  const credentials = async (served: AnyServedProfile) => {
    if ('role' in served) return (await import('./credentials/role/assume.ts')).serveAssumedRole(served, roles);
    if ('sso' in served) return (await import('./credentials/sso/role-sessions.ts')).serveRoleCredentials(served, sso);
    return serveCredentials(served, {
      sessions: vault,
      keys,
      issuer: async () => {
        const { getSessionToken } = await import('./aws/sts.ts');
        return { getSessionToken: (key, place, minutes, signal) => getSessionToken(key, { ...place, env }, minutes, { signal }) };
      },
      lock,
      clock: () => new Date(),
      sessionMinutes,
    });
  };

  const resolve: Machine['resolve'] = async (variables) => {
    const { resolveReferences } = await import('./credentials/references.ts');
    const { readGrants } = await import('./credentials/grants.ts');
    return resolveReferences(variables, { grants: await readGrants(grantsFile), keychain, profile, credentials });
  };

  const stowsFolder = inFolder(here.data, 'stows');
  const stowDoors: Machine['stowDoors'] = async (files, acted) => {
    const { addGrants, removeGrants } = await import('./credentials/grants.ts');
    const { openStowJournal } = await import('./stow/journal.ts');
    const { proofOf } = await import('./stow/proof.ts');
    return {
      keychain,
      files,
      grants: {
        add: (folder, references) => addGrants(grantsFile, folder, references),
        remove: (folder, references) => removeGrants(grantsFile, folder, references),
      },
      journal: openStowJournal(stowsFolder),
      exclusively: (work) => withLock(inFolder(here.runtime, 'stow'), work, { waitMs: 60_000 }),
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
    };
  };

  const rotationJournal = async () => (await import('./rotation/journal.ts')).openRotationJournal(inFolder(here.data, 'rotations'));
  const rotationDoors: Machine['rotationDoors'] = async () => {
    const { keyCloud } = await import('./aws/iam.ts');
    const { assumedItem } = await import('./credentials/role/assume.ts');
    const { usualPace } = await import('./rotation/doors.ts');
    const { openKeyPointer } = await import('./rotation/pointer.ts');
    return {
      cloud: (place) => keyCloud({ ...place, env }),
      keychain,
      pointer: openKeyPointer(awsFiles),
      async forgetSession(served) {
        await vault.remove(sessionName(served));
        await vault.remove(assumedItem(served.accessKeyId));
      },
      journal: await rotationJournal(),
      exclusively: (work, waitMs) => withLock(inFolder(here.runtime, 'rotation'), work, { waitMs }),
      now: () => new Date(),
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      pace: usualPace,
    };
  };

  const actingKey: Machine['actingKey'] = async (served) =>
    'accessKeyId' in served ? readKey(served, keys) : keyOf(await credentials(served));
  const undoFiles = async () => (await import('./containment/undo-file.ts')).openUndoFiles(here.data);
  const cutOffContainments: Machine['cutOffContainments'] = async (name) => {
    const { cutOffContainments: cutOff } = await import('./containment/finish.ts');
    return cutOff({ undoFiles: await undoFiles() }, name);
  };
  const containmentDoors: Machine['containmentDoors'] = async () => {
    const { containmentCloud } = await import('./aws/containment-cloud.ts');
    const { usualPace } = await import('./containment/doors.ts');
    const { defaultRegions } = await import('./spend/sweep.ts');
    return {
      async open(name) {
        const served = await anyProfile(name);
        const place = served.endpoint === undefined ? {} : { endpoint: served.endpoint };
        const keyId = longTermKeyOf(served);
        const cloud = containmentCloud(await actingKey(served), { ...place, env });
        return { profile: name, ...place, ...(keyId === undefined ? {} : { keyId }), cloud };
      },
      usualRegions: defaultRegions,
      undoFiles: await undoFiles(),
      exclusively: (work, waitMs) => withLock(inFolder(here.runtime, 'containment'), work, { waitMs }),
      now: () => new Date(),
      async pause(milliseconds, signal) {
        const { setTimeout: wait } = await import('node:timers/promises');
        await wait(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {}); // it rejects only when it is aborted
      },
      pace: usualPace,
    };
  };
  const spendDoors: Machine['spendDoors'] = (served) => ({
    async open(onCall) {
      const key = keyOf(await credentials(served));
      const { spendCloud } = await import('./aws/spend-cloud.ts');
      return spendCloud(key, { env, ...(served.endpoint === undefined ? {} : { endpoint: served.endpoint }) }, onCall);
    },
    cacheFolder: inFolder(here.cache, 'spend'),
    lockFile: inFolder(here.runtime, 'spend'),
    clock: () => new Date(),
  });

  return {
    places: here,
    awsFiles,
    keychain,
    profile,
    anyProfile,
    sso,
    roles,
    credentials,
    resolve,
    async commandProfile(name) {
      const section = findProfile(await readAwsFile(awsFiles.config, 'config'), name);
      if (valueOf(section, 'role_arn') === undefined) {
        const served = await anyProfile(name);
        return { ...served, credentials: () => credentials(served) };
      }
      const region = valueOf(section, 'region');
      const endpoint = valueOf(section, 'endpoint_url');
      const own = { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
      return {
        ...own,
        async credentials() {
          const { credentialsOfProfile } = await import('./aws/identity-of-profile.ts');
          return processCredentials(await credentialsOfProfile(name, awsFiles, { region: 'us-east-1', ...own, env }));
        },
      };
    },
    async identityOfKey(key, place) {
      const { callerIdentity } = await import('./aws/sts.ts');
      return callerIdentity(key, { ...place, env });
    },
    ownSecretFiles: [awsFiles.config, awsFiles.credentials, indexFile],
    async ownSecrets() {
      if (!existsSync(indexFile) && ![awsFiles.config, awsFiles.credentials].some(mayHoldKey)) return { known: undefined, unread: [] };
      const { ownSecrets } = await import('./stow/own-secrets.ts');
      const profileOf = async (accessKeyId: string) =>
        (await (await rotationJournal()).list()).find(({ oldKeyId, newKeyId }) => oldKeyId === accessKeyId || newKeyId === accessKeyId)
          ?.profile;
      return ownSecrets({ keychain, awsFiles, profileOf });
    },
    async ensureLauncher(cli) {
      const { writeLauncher } = await import('./credentials/launcher.ts');
      const target = { node: process.execPath, cli, electron: process.versions.electron !== undefined };
      await writeLauncher(here.launcher, target, platform);
    },
    rotationDoors,
    async finishRotations(name) {
      if ((await (await rotationJournal()).list()).length === 0) return [];
      const { finishRotations } = await import('./rotation/finish.ts');
      return finishRotations(await rotationDoors(), name);
    },
    spendDoors,
    actingKey,
    containmentDoors,
    async burning(served) {
      const { lastSpend, subjectOf } = await import('./spend/spend.ts');
      const report = await lastSpend(subjectOf(served), spendDoors(served)).catch((error: unknown) => {
        if (error instanceof UserError) return undefined; // a cache that cannot be read keeps nobody from containing, and the plan says that nothing is known
        throw error;
      });
      if (report === undefined || Date.now() - Date.parse(report.asOf) > freshSpendMs) return undefined;
      return report.parts.map(({ service, region, likely }) => ({ service, region, perHour: likely }));
    },
    cutOffContainments,
    async finishContainments(name) {
      if ((await cutOffContainments(name)).length === 0) return [];
      const { finishContainments } = await import('./containment/finish.ts');
      return finishContainments(await containmentDoors(), name);
    },
    stowDoors,
    async recoverStows(files) {
      if (!(await mayHoldCutOffStow(stowsFolder))) return [];
      const { recoverStows } = await import('./stow/restore.ts');
      const { secretsOfItem } = await import('./stow/plaintext.ts');
      return recoverStows(await stowDoors(files), secretsOfItem);
    },
  };
}

const freshSpendMs = 30 * 60_000;

/** May this AWS file hold a key in plain text? One that cannot be read may: what is wrong with it is said where it is read. */
function mayHoldKey(file: string): boolean {
  try {
    return /aws_secret_access_key/i.test(bytesOfAwsFile(file).toString('latin1'));
  } catch {
    return existsSync(file);
  }
}

function keyOf({ AccessKeyId, SecretAccessKey, SessionToken, Expiration }: ProcessCredentials): AccessKey | SessionCredentials {
  const pair = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  return SessionToken === undefined ? pair : { ...pair, sessionToken: SessionToken, expiration: new Date(Expiration ?? Number.NaN) };
}

/** The id of the long-term key that a profile's credentials come from in the end; undefined where a person signs in. */
function longTermKeyOf(profile: AnyServedProfile): string | undefined {
  if ('source' in profile) return longTermKeyOf(profile.source);
  return 'accessKeyId' in profile ? profile.accessKeyId : undefined;
}
