import {
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

export type AnyServedProfile = ServedProfile | ServedSsoProfile;

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
  if (!('sso' in profile)) return profile;
  throw new UserError(
    'The profile {profile} gets its credentials by signing in to IAM Identity Center, so it has no access key. Choose a profile that has one.',
    { profile: name },
  );
}

/**
 * The profile `name` as Keystow serves it, from a key or from a sign-in. Reads the config file only, as this is what every `credential_process`
 * waits for.
 * @throws UserError that says what to do where the profile is missing, is not served by Keystow, or its section cannot be read.
 */
export async function readAnyServedProfile(name: string, paths: AwsFilePaths): Promise<AnyServedProfile> {
  const config = await readAwsFile(paths.config, 'config');
  const section = findProfile(config, name);
  const profile = servedProfileIn(section, name) ?? servedSsoProfileIn(config, name);
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
  refuseForeignSections(files, name);

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
 * file. The `sso-session` section that it names must be in the config file already (`addSsoSession`).
 * @throws UserError where the name cannot be served, or where the section has another source of credentials, a key of Keystow's among them.
 */
export function serveSsoProfile(
  files: ProfileFiles,
  profile: ServedSsoProfile,
  launcher: string,
): { readonly config: string; readonly credentials: string } {
  const { name, sso, region, endpoint } = profile;
  const problem = profileNameProblem(name);
  if (problem !== undefined) throw new UserError(problem.text, problem.values);
  refuseForeignSections(files, name);
  for (const section of [findProfile(files.config, name), findProfile(files.credentials, name)]) {
    const entry = section?.entries.find(({ key }) => [...staticKeys, pointerKey].includes(key.toLowerCase()));
    if (section === undefined || entry === undefined) continue;
    throw new UserError(
      '{file}, line {line}: the profile {profile} gets its credentials through {key}, so it stays as it is. Choose another profile, or take that line out first.',
      { file: section.path, line: entry.line, profile: name, key: entry.key },
    );
  }
  const facts = {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint_url: endpoint }),
    [ssoSessionKey]: sso.session.name,
    [ssoAccountKey]: sso.account,
    [ssoRoleKey]: sso.role,
  };
  return {
    credentials: changeProfile(files.credentials, name, { set: { [processKey]: credentialProcessLine(launcher, name) } }),
    config: changeProfile(files.config, name, { set: facts }),
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

function refuseForeignSections(files: ProfileFiles, name: string): void {
  const config = findProfile(files.config, name);
  const credentials = findProfile(files.credentials, name);
  const ours = servedProfileIn(config, name) !== undefined || valueIn(config, ssoSessionKey) !== undefined;
  const sections = [config, credentials].filter((section) => section !== undefined);

  for (const section of sections) {
    const where = { file: section.path, profile: name };
    if (name.startsWith('keystow-') && !ours) {
      throw new UserError(
        '{file}, line {line}: the section of the profile {profile} was not written by Keystow, so it stays as it is. Choose another name.',
        {
          ...where,
          line: section.line,
        },
      );
    }
    const entry = section.entries.find(
      ({ key }) => otherSources.includes(key.toLowerCase()) || (!ours && key.toLowerCase() === processKey),
    );
    if (entry !== undefined) {
      throw new UserError(
        '{file}, line {line}: the profile {profile} gets its credentials through {key}, so it stays as it is. Choose another profile, or take that line out first.',
        { ...where, line: entry.line, key: entry.key },
      );
    }
  }
}

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
