import {
  type AwsEntry,
  type AwsFile,
  type AwsFilePaths,
  type AwsSection,
  changeProfile,
  findProfile,
  parseAwsFile,
  readAwsFile,
  valueOf as valueIn,
} from '../files/aws-files.ts';
import { type Message, message, UserError } from '../message.ts';
import { type AssumedRole, roleFacts, roleIn, roleMarker } from './role/assumed-role.ts';
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

const pointerKey = 'keystow_access_key_id';
const modeKey = 'keystow_mode';
const ssoSessionKey = 'keystow_sso_session';
const ssoAccountKey = 'keystow_account_id';
const ssoRoleKey = 'keystow_role_name';
/** What a section of ours bears, by what serves the profile. */
const markers = [pointerKey, ssoSessionKey, roleMarker] as const;
const processKey = 'credential_process';
// `aws_security_token` is the old name of the session token: botocore still reads it.
const staticKeys = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'aws_security_token'];
// Each of these is a source of credentials that some SDK would take before, or instead of, the process.
const otherSources = [
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'sso_role_name',
  'login_session',
];

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

/**
 * The new texts of both files after which `profile` is served: `credential_process` in the credentials file in the place of the keys, our facts in
 * the config file, the profile's static keys in neither. A `region` or `endpoint` that is given is set; everything else stays as it was.
 * @throws UserError where the name cannot be served, or where the section is not ours to change: it has another source of credentials, or
 * bears one of our names without our marker.
 */
export function serveProfile(
  files: ProfileFiles,
  profile: ServedProfile,
  launcher: string,
): { readonly config: string; readonly credentials: string } {
  const { name } = profile;
  const problem = profileNameProblem(name);
  if (problem !== undefined) throw new UserError(problem.text, problem.values);
  refuseForeignSections(files, name, pointerKey);

  return {
    credentials: changeProfile(files.credentials, name, {
      set: { [processKey]: credentialProcessLine(launcher, name) },
      remove: staticKeys,
      inPlaceOf: staticKeys,
    }),
    config: changeProfile(files.config, name, { set: factsOf(profile), remove: staticKeys }),
  };
}

/**
 * The new texts of both files after which `profile` is served by a sign-in: `credential_process` in the credentials file, our facts in the config
 * file, and no key that is `takenOver` in either. The `sso-session` section that it names must be in the config file already (`addSsoSession`).
 * @throws UserError where the name cannot be served, or where the section has another source of credentials, a key of Keystow's among them.
 */
export function serveSsoProfile(
  files: ProfileFiles,
  profile: ServedSsoProfile,
  launcher: string,
  takenOver: readonly string[] = [],
): { readonly config: string; readonly credentials: string } {
  const { sso } = profile;
  return serveWithoutKey(
    files,
    profile,
    launcher,
    ssoSessionKey,
    {
      [ssoSessionKey]: sso.session.name,
      [ssoAccountKey]: sso.account,
      [ssoRoleKey]: sso.role,
    },
    takenOver,
  );
}

/** A profile that is to take a role. */
export interface RoleToServe extends Pick<ServedRoleProfile, 'name' | 'role' | 'region' | 'endpoint'> {
  readonly sourceProfile: string;
}

/**
 * The new texts of both files after which a profile is served by taking a role, and that profile: `credential_process` in the credentials file, our
 * facts in the config file, and no key that is `takenOver` in either.
 * @throws UserError where the name cannot be served, where the section has another source of credentials, a key of Keystow's among them, and as
 * `servedRoleProfileIn`.
 */
export function serveRoleProfile(
  files: ProfileFiles,
  wanted: RoleToServe,
  launcher: string,
  takenOver: readonly string[] = [],
): { readonly config: string; readonly credentials: string; readonly profile: ServedRoleProfile } {
  const { name, role, sourceProfile } = wanted;
  const texts = serveWithoutKey(files, wanted, launcher, roleMarker, roleFacts(role, sourceProfile), takenOver);
  const profile = servedRoleProfileIn(parseAwsFile(texts.config, files.config.path, files.config.kind), name);
  if (profile === undefined) throw new Error(`the facts of the profile ${name} cannot be read back`);
  return { ...texts, profile };
}

function serveWithoutKey(
  files: ProfileFiles,
  { name, region, endpoint }: Pick<AnyServedProfile, 'name' | 'region' | 'endpoint'>,
  launcher: string,
  marker: (typeof markers)[number],
  facts: Readonly<Record<string, string>>,
  takenOver: readonly string[],
): { readonly config: string; readonly credentials: string } {
  const problem = profileNameProblem(name);
  if (problem !== undefined) throw new UserError(problem.text, problem.values);
  refuseForeignSections(files, name, marker, takenOver);
  for (const section of [findProfile(files.config, name), findProfile(files.credentials, name)]) {
    const entry = section?.entries.find(({ key }) => staticKeys.includes(key.toLowerCase()));
    if (section !== undefined && entry !== undefined) throw otherSource(section, entry, name);
  }
  const place = { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint_url: endpoint }) };
  return {
    credentials: changeProfile(files.credentials, name, {
      set: { [processKey]: credentialProcessLine(launcher, name) },
      remove: takenOver,
    }),
    config: changeProfile(files.config, name, { set: { ...place, ...facts }, remove: takenOver }),
  };
}

/**
 * The config file's new text with our facts of a profile and nothing else changed: its static keys still lie where they lay, and still serve it. The
 * first half of a move, so that the process can be proven before the keys go.
 */
export function describeProfile(config: AwsFile, profile: ServedProfile): string {
  return changeProfile(config, profile.name, { set: factsOf(profile) });
}

/** The config file's new text in which every profile that is served with the key `from` is served with the key `to`, and nothing else changed. */
export function pointProfiles(config: AwsFile, from: string, to: string): string {
  return config.sections
    .filter((section) => section.kind === 'profile' && valueIn(section, pointerKey) === from)
    .reduce((file, { name }) => parseAwsFile(changeProfile(file, name, { set: { [pointerKey]: to } }), file.path, file.kind), config).text;
}

function factsOf({ accessKeyId, mode, region, endpoint }: ServedProfile): Record<string, string> {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint_url: endpoint }),
    [pointerKey]: accessKeyId,
    [modeKey]: mode,
  };
}

/** Refuses a section with another source of credentials than `own` and what is `takenOver`, be it ours or the tools'. */
function refuseForeignSections(files: ProfileFiles, name: string, own: (typeof markers)[number], takenOver: readonly string[] = []): void {
  const config = findProfile(files.config, name);
  const credentials = findProfile(files.credentials, name);
  const ours = valueIn(config, own) !== undefined;
  const foreign = otherSources.filter((key) => !takenOver.includes(key));
  const others = [...foreign, ...markers.filter((marker) => marker !== own), ...(ours ? [] : [processKey])];

  for (const section of [config, credentials].filter((one) => one !== undefined)) {
    if (name.startsWith('keystow-') && !markers.some((marker) => valueIn(config, marker) !== undefined)) {
      throw new UserError(
        '{file}, line {line}: the section of the profile {profile} was not written by Keystow, so it stays as it is. Choose another name.',
        { file: section.path, profile: name, line: section.line },
      );
    }
    const entry = section.entries.find(({ key }) => others.includes(key.toLowerCase()));
    if (entry !== undefined) throw otherSource(section, entry, name);
  }
}

const otherSource = (section: AwsSection, entry: AwsEntry, profile: string): UserError =>
  new UserError(
    '{file}, line {line}: the profile {profile} gets its credentials through {key}, so it stays as it is. Choose another profile, or take that line out first.',
    { file: section.path, line: entry.line, profile, key: entry.key },
  );

/** Why a profile of this name cannot be served, or undefined. The names that remain need no quotes in a shell, a command line or an AWS file. */
export function profileNameProblem(name: string): Message | undefined {
  if (/\s/.test(name)) {
    return message(
      'The profile name "{name}" holds a blank, and the AWS SDK for JavaScript does not find such profiles. Choose a name without blanks.',
      {
        name,
      },
    );
  }
  if (!/^[\w.@+:/-]{1,128}$/.test(name)) {
    return message(
      'The profile name "{name}" cannot be used: only letters, digits and the characters . _ - @ + : / are understood by all AWS tools.',
      {
        name,
      },
    );
  }
  if (name.startsWith('-'))
    return message('The profile name "{name}" begins with a hyphen, so a command would take it for an option.', { name });
  if (name === 'DEFAULT' || name === '__proto__') {
    return message('The profile name "{name}" has a meaning of its own in some AWS tools. Choose another name.', { name });
  }
  return undefined;
}

/**
 * The command that an AWS file names for this profile, the same for the SDKs that split it themselves and for those that hand it to a shell.
 * @throws UserError where the launcher's path would be read differently by the two.
 */
export function credentialProcessLine(launcher: string, profile: string): string {
  // Active inside double quotes for sh or cmd, or the beginning of a comment for a reader of AWS files.
  if (/["$`!%\p{Cc}]|\s[#;]/u.test(launcher) || (!/^[A-Za-z]:\\|^\\\\/.test(launcher) && launcher.includes('\\'))) {
    throw new UserError(
      'The path {launcher} holds a character that AWS tools read differently from each other. Set XDG_DATA_HOME to a folder with a plain name, then start the editor again.',
      { launcher },
    );
  }
  const argument = profileNameProblem(profile) === undefined ? profile : `"${profile}"`;
  return `"${launcher}" credential-process --profile ${argument}`;
}
