import { type AwsFilePaths, readAwsFile } from '../files/aws-files.ts';
import { format, UserError } from '../message.ts';
import { type AnyServedProfile, anyServedProfileIn, type ServedRoleProfile } from './profile.ts';
import { type AssumeDoors, assumeWithCode, forgetAssumed, mfaProfileOf, originProfile } from './role/assume.ts';
import type { SsoDoors } from './sso/cloud.ts';
import { signInWithCode, signOut } from './sso/sign-in.ts';
import type { SsoSession } from './sso/sso-session.ts';
import { signedIn } from './sso/tokens.ts';

// The verbs `login`, `logout` and `profiles` of the command.

export interface LoginDoors {
  /** @throws UserError where the profile is not one that Keystow serves. */
  readonly profile: (name: string) => Promise<AnyServedProfile>;
  readonly roles: AssumeDoors;
  /** Words for the person; not a result. */
  readonly say: (text: string) => void;
  /** The person's answer to a question. @throws UserError where there is no terminal. */
  readonly ask: (question: string) => Promise<string>;
}

/**
 * Signs in for the profile: prints a code and the address where it is compared, and waits; or asks for the code of an MFA device that a role of the
 * profile wants.
 * @throws UserError
 */
export async function login(name: string, doors: LoginDoors, signal?: AbortSignal): Promise<void> {
  const served = await doors.profile(name);
  const origin = originProfile(served);
  if ('sso' in origin) return signIn(origin.sso.session, doors, signal);
  const wanting = mfaProfileOf(served);
  if (wanting !== undefined) return takeRole(wanting, doors, signal);
  if (!('role' in served)) throw needsNoSignIn(name);
  throw new UserError('The profile {profile} takes its role with the access key of {source} and needs no sign-in.', {
    profile: name,
    source: origin.name,
  });
}

async function signIn(session: SsoSession, doors: LoginDoors, signal: AbortSignal | undefined): Promise<void> {
  await signInWithCode(session, doors.roles, {
    show({ userCode, address, addressWithCode }) {
      doors.say(`Open ${addressWithCode}`);
      doors.say(`and allow the sign-in ${session.name} only if the page shows the code ${userCode}. (To type the code: ${address})`);
    },
    ...(signal === undefined ? {} : { signal }),
  });
  doors.say(`Signed in to ${session.name}.`);
}

async function takeRole(profile: ServedRoleProfile, doors: LoginDoors, signal: AbortSignal | undefined): Promise<void> {
  const { arn, mfaSerial = '' } = profile.role;
  const code = (await doors.ask(`Code of ${mfaSerial}:`)).replaceAll(' ', '');
  const { until } = await assumeWithCode(profile, code, doors.roles, signal);
  doors.say(`Took the role ${arn} until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC.`);
}

/** Signs out of what the profile signs in to, or drops the sessions of its roles. @throws UserError */
export async function logout(name: string, doors: LoginDoors): Promise<void> {
  const served = await doors.profile(name);
  const origin = originProfile(served);
  if ('accessKeyId' in origin) {
    if (!('role' in served)) throw needsNoSignIn(name);
    await forgetAssumed(origin.accessKeyId, doors.roles);
    doors.say(
      `The sessions of the roles that are taken with the key of ${origin.name} are gone here. AWS takes them until they end by themselves.`,
    );
    return;
  }
  const { session } = origin.sso;
  const { wasSignedIn, notTold } = await signOut(session, doors.roles);
  doors.say(wasSignedIn ? `Signed out of ${session.name}.` : `Nobody was signed in to ${session.name}.`);
  if (notTold !== undefined)
    doors.say(`The portal could not be told, so the session may go on there until it ends by itself: ${format(notTold)}`);
}

const needsNoSignIn = (profile: string): UserError =>
  new UserError('The profile {profile} has an access key in the keychain and needs no sign-in.', { profile });

/** A profile as `profiles --json` prints it. */
export interface ListedProfile {
  readonly profile: string;
  /** `key` and `session` from a key in the keychain, `sso` from a sign-in, `role` from another profile; `other` is not served by Keystow. */
  readonly kind: 'key' | 'session' | 'sso' | 'role' | 'other';
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly sso?: { readonly session: string; readonly account: string; readonly role: string; readonly signedIn: boolean };
  readonly role?: { readonly arn: string; readonly source: string; readonly mfaSerial?: string };
}

/** All profiles of both AWS files, sorted by name. @throws UserError where a file or a section of ours is malformed */
export async function listProfiles(paths: AwsFilePaths, doors: Pick<SsoDoors, 'vault' | 'clock'>): Promise<readonly ListedProfile[]> {
  const config = await readAwsFile(paths.config, 'config');
  const credentials = await readAwsFile(paths.credentials, 'credentials');
  const profiles = [...config.sections, ...credentials.sections].filter(({ kind }) => kind === 'profile');
  const names = [...new Set(profiles.map(({ name }) => name))].sort();
  return Promise.all(
    names.map(async (profile): Promise<ListedProfile> => {
      const served = anyServedProfileIn(config, profile);
      if (served === undefined) return { profile, kind: 'other' };
      const about = { profile, ...(served.region === undefined ? {} : { region: served.region }) };
      if ('accessKeyId' in served) return { ...about, kind: served.mode, accessKeyId: served.accessKeyId };
      if ('role' in served) {
        const { arn, mfaSerial } = served.role;
        return { ...about, kind: 'role', role: { arn, source: served.source.name, ...(mfaSerial === undefined ? {} : { mfaSerial }) } };
      }
      const { session, account, role } = served.sso;
      const isSignedIn = (await signedIn(session, doors)) !== undefined;
      return { ...about, kind: 'sso', sso: { session: session.name, account, role, signedIn: isSignedIn } };
    }),
  );
}

/** A line a profile, for a person. */
export function profileLines(profiles: readonly ListedProfile[]): string {
  const width = Math.max(0, ...profiles.map(({ profile }) => profile.length));
  const words = ({ kind, accessKeyId, sso, role }: ListedProfile) => {
    if (role !== undefined)
      return `${role.arn} by ${role.source}${role.mfaSerial === undefined ? '' : `, with a code of ${role.mfaSerial}`}`;
    if (sso !== undefined) return `${sso.role} in ${sso.account} by ${sso.session}, ${sso.signedIn ? 'signed in' : 'signed out'}`;
    return accessKeyId === undefined ? 'not served by Keystow' : `${kind} of ${accessKeyId}`;
  };
  return profiles.map((listed) => `${listed.profile.padEnd(width)}  ${words(listed)}\n`).join('');
}
