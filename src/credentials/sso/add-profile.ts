import { findProfile, parseAwsFile } from '../../files/aws-files.ts';
import { UserError } from '../../message.ts';
import type { ProfileFiles, ServedSsoProfile } from '../profile.ts';
import { profileNameProblem, serveSsoProfile } from '../serve-profile.ts';
import { addSsoSession, readSsoSession, type SsoSession, ssoSessionNames } from './sso-session.ts';

/**
 * The new texts of both files with a new profile that signs in, and the `sso-session` section that it names where there is none yet.
 * @throws UserError where the name is taken or cannot be used.
 */
export function addSsoProfile(
  files: ProfileFiles,
  profile: ServedSsoProfile,
  launcher: string,
): { readonly config: string; readonly credentials: string } {
  const section = findProfile(files.config, profile.name) ?? findProfile(files.credentials, profile.name);
  if (section !== undefined) {
    throw new UserError('{file}, line {line}: there is a profile {profile} already. Choose another name.', {
      file: section.path,
      line: section.line,
      profile: profile.name,
    });
  }
  const text = addSsoSession(files.config, profile.sso.session);
  return serveSsoProfile({ ...files, config: parseAwsFile(text, files.config.path, files.config.kind) }, profile, launcher);
}

/** A sign-in that the config file describes already, whatever its name. */
export function knownSsoSession(files: Pick<ProfileFiles, 'config'>, startUrl: string, region: string): SsoSession | undefined {
  const plain = (url: string) => url.replace(/[#/]+$/, '');
  return ssoSessionNames(files.config)
    .map((name) => readSsoSession(files.config, name))
    .find((session) => plain(session.startUrl) === plain(startUrl) && session.region === region);
}

/** A name for a new sign-in that no section has: the first label of the start URL's host, as `my-company` of `https://my-company.awsapps.com/start`. */
export function newSessionName({ config }: Pick<ProfileFiles, 'config'>, startUrl: string): string {
  return free(plainName(new URL(startUrl).hostname.split('.')[0] ?? ''), ssoSessionNames(config));
}

/** A name for a new profile that neither file has: the account's name and the role, as `shop-readonly`. */
export function newProfileName({ config, credentials }: ProfileFiles, account: string, role: string): string {
  const taken = [...config.sections, ...credentials.sections].filter(({ kind }) => kind === 'profile').map(({ name }) => name);
  const name = `${plainName(account)}-${plainName(role)}`;
  return free(profileNameProblem(name) === undefined ? name : 'sso', taken);
}

const plainName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50) || 'sso';

function free(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number++) if (!taken.includes(`${name}-${number}`)) return `${name}-${number}`;
}
