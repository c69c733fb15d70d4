import {
  type AwsFile,
  type AwsFilePaths,
  type AwsSection,
  findProfile,
  parseAwsFile,
  readAwsFile,
  valueOf as valueIn,
} from '../files/aws-files.ts';
import { UserError } from '../message.ts';
import { type AssumedRole, roleIn } from './role/assumed-role.ts';
import { readSsoSession, type SsoSession } from './sso/sso-session.ts';

/** `session`: temporary credentials without the right to call IAM. `key`: the long-term key itself. */
export type ServingMode = 'session' | 'key';

/** A profile whose key lies in the keychain and whose tools ask Keystow for credentials. */
export interface ServedProfile {
  readonly name: string;
  readonly accessKeyId: string;
  readonly mode: ServingMode;
  readonly region?: string;
  /** The section's own `endpoint_url`; AWS's endpoints where it has none. */
  readonly endpoint?: string;
}

/** A profile whose tools ask Keystow for credentials of a role, which a person gets by signing in to IAM Identity Center. */
export interface ServedSsoProfile {
  readonly name: string;
  readonly sso: SsoRole;
  readonly region?: string;
  /** The section's own `endpoint_url`, for the calls that its tools make; the sign-in has the one of its `sso-session` section. */
  readonly endpoint?: string;
}

/** A role in an account, by the sign-in that gives it. */
export interface SsoRole {
  readonly session: SsoSession;
  /** Twelve digits. */
  readonly account: string;
  /** As the portal names it: the permission set. */
  readonly role: string;
}

/** A profile whose tools ask Keystow for credentials of a role that is assumed with those of another served profile. */
export interface ServedRoleProfile {
  readonly name: string;
  readonly role: AssumedRole;
  readonly source: AnyServedProfile;
  readonly region?: string;
  /** The section's own `endpoint_url`, where the role is assumed too. */
  readonly endpoint?: string;
}

export type AnyServedProfile = ServedProfile | ServedSsoProfile | ServedRoleProfile;

/** Both AWS files of a person. */
export interface ProfileFiles {
  readonly config: AwsFile;
  readonly credentials: AwsFile;
}

/** Both AWS files as `read` has them, an empty one where there is none. @throws UserError that names file and line where one is malformed. */
export async function readProfileFiles(paths: AwsFilePaths, read: (path: string) => Promise<string | undefined>): Promise<ProfileFiles> {
  const parsed = async (kind: 'config' | 'credentials') => parseAwsFile((await read(paths[kind])) ?? '', paths[kind], kind);
  return { config: await parsed('config'), credentials: await parsed('credentials') };
}

// What a served profile's section of the config file says.
export const pointerKey = 'keystow_access_key_id';
export const modeKey = 'keystow_mode';
export const ssoSessionKey = 'keystow_sso_session';
export const ssoAccountKey = 'keystow_account_id';
export const ssoRoleKey = 'keystow_role_name';

/**
 * The profile `name` as Keystow serves it from a key in the keychain.
 * @throws UserError as `readAnyServedProfile`, and where the profile signs in instead.
 */
export async function readServedProfile(name: string, paths: AwsFilePaths): Promise<ServedProfile> {
  const profile = await readAnyServedProfile(name, paths);
  if ('accessKeyId' in profile) return profile;
  if ('role' in profile) {
    throw new UserError('The profile {profile} takes a role with the credentials of {source}, so it has no access key. Choose {source}.', {
      profile: name,
      source: profile.source.name,
    });
  }
  throw new UserError(
    'The profile {profile} gets its credentials by signing in to IAM Identity Center, so it has no access key. Choose a profile that has one.',
    { profile: name },
  );
}

/**
 * The profile `name` as Keystow serves it, from a key, a sign-in or a role. Reads the config file only, as this is what every `credential_process`
 * waits for.
 * @throws UserError that says what to do where the profile is missing, is not served by Keystow, or its section cannot be read.
 */
export async function readAnyServedProfile(name: string, paths: AwsFilePaths): Promise<AnyServedProfile> {
  const config = await readAwsFile(paths.config, 'config');
  const section = findProfile(config, name);
  const profile = anyServedProfileIn(config, name);
  if (profile !== undefined) return profile;

  const credentials = await readAwsFile(paths.credentials, 'credentials');
  const known = section ?? findProfile(credentials, name);
  if (known === undefined) {
    throw new UserError('There is no profile {profile} in {config} or {credentials}. Check the spelling of its name.', {
      profile: name,
      config: paths.config,
      credentials: paths.credentials,
    });
  }
  throw new UserError(
    '{file}, line {line}: the profile {profile} is not served by Keystow. Run "Move Plaintext AWS Keys to Keychain…" in the editor to have its key kept safe.',
    { file: known.path, line: known.line, profile: name },
  );
}

/** The profile `name` as the config file says that Keystow serves it; undefined where it does not. @throws UserError for a value that cannot be */
export function anyServedProfileIn(config: AwsFile, name: string): AnyServedProfile | undefined {
  return servedProfileIn(findProfile(config, name), name) ?? servedSsoProfileIn(config, name) ?? servedRoleProfileIn(config, name);
}

/** What the config file's section says of a served profile; undefined where it lacks our marker. @throws UserError for a value that cannot be. */
export function servedProfileIn(section: AwsSection | undefined, name: string): ServedProfile | undefined {
  const accessKeyId = valueIn(section, pointerKey);
  if (section === undefined || accessKeyId === undefined) return undefined;
  const where = { file: section.path, profile: name, line: section.line };

  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
  if (!/^\w{16,128}$/.test(accessKeyId)) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): {key} must be the id of an access key. Correct it, then try again.',
      { ...where, key: pointerKey },
    );
  }
  const mode = valueIn(section, modeKey) ?? 'session';
  if (mode !== 'session' && mode !== 'key') {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): {key} must be "session" or "key". Correct it, then try again.',
      { ...where, key: modeKey },
    );
  }
  return { name, accessKeyId, mode, ...placeIn(section, name) };
}

/** The region and the endpoint that a profile's section names. @throws UserError for an endpoint that is no address */
function placeIn(section: AwsSection, name: string): { region?: string; endpoint?: string } {
  const endpoint = valueIn(section, 'endpoint_url');
  if (endpoint !== undefined && !(/^https?:/.test(endpoint) && URL.canParse(endpoint))) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): {key} must be an http or https address. Correct it, then try again.',
      { file: section.path, profile: name, line: section.line, key: 'endpoint_url' },
    );
  }
  const region = valueIn(section, 'region');
  return { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
}

/**
 * What the config file says of a profile that signs in, with the sign-in that it names; undefined where it lacks our marker.
 * @throws UserError for a value that is missing or cannot be.
 */
export function servedSsoProfileIn(config: AwsFile, name: string): ServedSsoProfile | undefined {
  const section = findProfile(config, name);
  const session = valueIn(section, ssoSessionKey);
  if (section === undefined || session === undefined) return undefined;
  const where = { file: section.path, profile: name, line: section.line };
  const account = valueIn(section, ssoAccountKey) ?? '';
  const role = valueIn(section, ssoRoleKey) ?? '';
  if (!/^\d{12}$/.test(account)) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): {key} must be the 12 digits of an account. Correct it, then try again.',
      { ...where, key: ssoAccountKey },
    );
  }
  // https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html
  if (!/^[\w+=,.@-]{1,64}$/.test(role)) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): {key} must be the name of a role. Correct it, then try again.',
      { ...where, key: ssoRoleKey },
    );
  }
  return { name, sso: { session: readSsoSession(config, session), account, role }, ...placeIn(section, name) };
}

// A longer chain is a mistake, and each link costs a call.
const mostRoles = 5;

/**
 * What the config file says of a profile that takes a role, with the profiles that it is taken with; undefined where it lacks our marker. `takenBy`:
 * the profiles that come to this one as their source.
 * @throws UserError for a value that is missing or cannot be, for a source that Keystow does not serve, and for sources that go round in a circle.
 */
export function servedRoleProfileIn(config: AwsFile, name: string, takenBy: readonly string[] = []): ServedRoleProfile | undefined {
  const section = findProfile(config, name);
  const described = roleIn(section);
  if (section === undefined || described === undefined) return undefined;
  const { role, sourceProfile } = described;
  const where = { file: section.path, profile: name, line: section.line, source: sourceProfile };
  const chain = [...takenBy, name];
  if (chain.includes(sourceProfile)) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): the roles take each other as their source ({chain}). Let one of them take a profile that has a key or signs in.',
      { ...where, chain: [...chain, sourceProfile].join(' → ') },
    );
  }
  if (chain.length > mostRoles) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): more than {most} roles take each other as their source ({chain}). Shorten the chain.',
      { ...where, most: mostRoles, chain: chain.join(' → ') },
    );
  }
  const source =
    servedProfileIn(findProfile(config, sourceProfile), sourceProfile) ??
    servedSsoProfileIn(config, sourceProfile) ??
    servedRoleProfileIn(config, sourceProfile, chain);
  if (source === undefined) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): its source, the profile {source}, is not served by Keystow. Move its key to the keychain or take it over first, or name another profile.',
      where,
    );
  }
  if (role.mfaSerial !== undefined && !('accessKeyId' in source)) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): it names an MFA device, which only the key of a user can have, but its source {source} has no key. Take the device out, or name another profile.',
      where,
    );
  }
  return { name, role, source, ...placeIn(section, name) };
}

/** The profiles that Keystow serves with a key. @throws UserError for a value that cannot be. */
export function servedProfiles(config: AwsFile): ServedProfile[] {
  return config.sections.filter(({ kind }) => kind === 'profile').flatMap((section) => servedProfileIn(section, section.name) ?? []);
}
