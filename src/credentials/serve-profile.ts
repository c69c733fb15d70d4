import {
  type AwsEntry,
  type AwsFile,
  type AwsSection,
  changeProfile,
  findProfile,
  parseAwsFile,
  valueOf as valueIn,
} from '../files/aws-files.ts';
import { type Message, message, UserError } from '../message.ts';
import {
  type AnyServedProfile,
  modeKey,
  type ProfileFiles,
  pointerKey,
  type ServedProfile,
  type ServedRoleProfile,
  type ServedSsoProfile,
  servedRoleProfileIn,
  ssoAccountKey,
  ssoRoleKey,
  ssoSessionKey,
} from './profile.ts';
import { roleFacts, roleMarker } from './role/assumed-role.ts';

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
