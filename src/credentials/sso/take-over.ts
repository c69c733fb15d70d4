import { type AwsFile, findProfile, parseAwsFile, valueOf } from '../../files/aws-files.ts';
import { UserError } from '../../message.ts';
import type { ProfileFiles, ServedSsoProfile } from '../profile.ts';
import { serveSsoProfile } from '../serve-profile.ts';
import { addSsoSession, defaultScopes, readSsoSession, type SsoSession } from './sso-session.ts';

const standardKeys = ['sso_session', 'sso_account_id', 'sso_role_name', 'sso_start_url', 'sso_region', 'sso_registration_scopes'];

/** What a profile that signs in by the tools themselves becomes when Keystow serves it. */
export interface TakeOver {
  readonly profile: ServedSsoProfile;
  /** The new texts of both files. */
  readonly config: string;
  readonly credentials: string;
}

/**
 * The same account and role, served by Keystow: the standard `sso_` keys of the profile go, as the tools would take them before the process, and
 * our facts come. A profile that names its start URL itself, in the older form, gets an `sso-session` section of its own name.
 * @throws UserError where the profile does not sign in, lacks a value, or has another source of credentials beside.
 */
export function takeOverSsoProfile(files: ProfileFiles, name: string, launcher: string): TakeOver {
  const section = findProfile(files.config, name);
  const value = (key: string) => {
    const found = valueOf(section, key);
    if (found !== undefined && found !== '') return found;
    throw new UserError(
      '{file}: the profile {profile} has no {key}, so it does not sign in to IAM Identity Center. Choose another profile.',
      {
        file: files.config.path,
        profile: name,
        key,
      },
    );
  };
  const account = value('sso_account_id');
  const role = value('sso_role_name');
  const named = valueOf(section, 'sso_session');
  const session: SsoSession =
    named === undefined
      ? { name, startUrl: value('sso_start_url'), region: value('sso_region'), scopes: defaultScopes }
      : readSsoSession(files.config, named);
  const region = valueOf(section, 'region');
  const profile: ServedSsoProfile = { name, sso: { session, account, role }, ...(region === undefined ? {} : { region }) };

  const withSession = parse(addSsoSession(files.config, session), files.config);
  readSsoSession(withSession, session.name);
  return { profile, ...serveSsoProfile({ ...files, config: withSession }, profile, launcher, standardKeys) };
}

const parse = (text: string, { path, kind }: AwsFile) => parseAwsFile(text, path, kind);
