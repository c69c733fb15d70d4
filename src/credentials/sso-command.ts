import { type AwsFilePaths, findProfile, readAwsFile } from '../files/aws-files.ts';
import { format, UserError } from '../message.ts';
import { type AnyServedProfile, servedProfileIn, servedSsoProfileIn } from './profile.ts';
import type { SsoDoors } from './sso/cloud.ts';
import { signInWithCode, signOut } from './sso/sign-in.ts';
import { signedIn } from './sso/tokens.ts';

// The verbs `login`, `logout` and `profiles` of the command.

export interface LoginDoors {
  /** @throws UserError where the profile is not one that Keystow serves. */
  readonly profile: (name: string) => Promise<AnyServedProfile>;
  readonly sso: SsoDoors;
  /** Words for the person; not a result. */
  readonly say: (text: string) => void;
}

/** Signs in for the profile by a code: prints the code and the address where it is compared, and waits. @throws UserError */
export async function login(name: string, doors: LoginDoors, signal?: AbortSignal): Promise<void> {
  const { session } = await ssoOf(name, doors);
  await signInWithCode(session, doors.sso, {
    show({ userCode, address, addressWithCode }) {
      doors.say(`Open ${addressWithCode}`);
      doors.say(`and allow the sign-in ${session.name} only if the page shows the code ${userCode}. (To type the code: ${address})`);
    },
    ...(signal === undefined ? {} : { signal }),
  });
  doors.say(`Signed in to ${session.name}.`);
}

/** Signs out of what the profile signs in to. @throws UserError */
export async function logout(name: string, doors: LoginDoors): Promise<void> {
  const { session } = await ssoOf(name, doors);
  const { wasSignedIn, notTold } = await signOut(session, doors.sso);
  doors.say(wasSignedIn ? `Signed out of ${session.name}.` : `Nobody was signed in to ${session.name}.`);
  if (notTold !== undefined)
    doors.say(`The portal could not be told, so the session may go on there until it ends by itself: ${format(notTold)}`);
}

async function ssoOf(name: string, { profile }: LoginDoors) {
  const served = await profile(name);
  if ('sso' in served) return served.sso;
  throw new UserError('The profile {profile} has an access key in the keychain and needs no sign-in.', { profile: name });
}

/** A profile as `profiles --json` prints it. */
export interface ListedProfile {
  readonly profile: string;
  /** `key` and `session` from a key in the keychain, `sso` from a sign-in; `other` is not served by Keystow. */
  readonly kind: 'key' | 'session' | 'sso' | 'other';
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly sso?: { readonly session: string; readonly account: string; readonly role: string; readonly signedIn: boolean };
}

/** All profiles of both AWS files, sorted by name. @throws UserError where a file or a section of ours is malformed */
export async function listProfiles(paths: AwsFilePaths, doors: Pick<SsoDoors, 'vault' | 'clock'>): Promise<readonly ListedProfile[]> {
  const config = await readAwsFile(paths.config, 'config');
  const credentials = await readAwsFile(paths.credentials, 'credentials');
  const profiles = [...config.sections, ...credentials.sections].filter(({ kind }) => kind === 'profile');
  const names = [...new Set(profiles.map(({ name }) => name))].sort();
  return Promise.all(
    names.map(async (profile): Promise<ListedProfile> => {
      const section = findProfile(config, profile);
      const served = servedProfileIn(section, profile) ?? servedSsoProfileIn(config, profile);
      if (served === undefined) return { profile, kind: 'other' };
      const about = { profile, ...(served.region === undefined ? {} : { region: served.region }) };
      if (!('sso' in served)) return { ...about, kind: served.mode, accessKeyId: served.accessKeyId };
      const { session, account, role } = served.sso;
      const isSignedIn = (await signedIn(session, doors)) !== undefined;
      return { ...about, kind: 'sso', sso: { session: session.name, account, role, signedIn: isSignedIn } };
    }),
  );
}

/** A line a profile, for a person. */
export function profileLines(profiles: readonly ListedProfile[]): string {
  const width = Math.max(0, ...profiles.map(({ profile }) => profile.length));
  const words = ({ kind, accessKeyId, sso }: ListedProfile) => {
    if (sso !== undefined) return `${sso.role} in ${sso.account} by ${sso.session}, ${sso.signedIn ? 'signed in' : 'signed out'}`;
    return accessKeyId === undefined ? 'not served by Keystow' : `${kind} of ${accessKeyId}`;
  };
  return profiles.map((listed) => `${listed.profile.padEnd(width)}  ${words(listed)}\n`).join('');
}
