import { findProfile } from '../../files/aws-files.ts';
import { UserError } from '../../message.ts';
import type { ProfileFiles, ServedRoleProfile } from '../profile.ts';
import { serveRoleProfile } from '../serve-profile.ts';
import { nativeRoleIn, nativeRoleKeys } from './assumed-role.ts';

/** What a profile whose role the tools assume themselves becomes when Keystow serves it. */
export interface RoleTakeOver {
  readonly profile: ServedRoleProfile;
  /** The new texts of both files. */
  readonly config: string;
  readonly credentials: string;
}

/**
 * The same role, served by Keystow: the standard keys of the profile go, as the tools would take them before the process and keep the role's session
 * in plain text, and our facts come. The source must be served already.
 * @throws UserError where the profile takes no role with another one's credentials, where that one is not served, or where it has another source of
 * credentials beside.
 */
export function takeOverRoleProfile(files: ProfileFiles, name: string, launcher: string): RoleTakeOver {
  const [first, ...more] = [findProfile(files.config, name), findProfile(files.credentials, name)].filter((one) => one !== undefined);
  const takesRole = [first, ...more].some((section) => section?.entries.some(({ key }) => key.toLowerCase() === 'role_arn'));
  if (first === undefined || !takesRole) {
    throw new UserError('{file}: the profile {profile} has no role_arn, so it takes no role. Choose another profile.', {
      file: files.config.path,
      profile: name,
    });
  }
  const { role, sourceProfile } = nativeRoleIn([first, ...more]);
  if (sourceProfile === name) {
    throw new UserError(
      '{file}, section of the profile {profile} (line {line}): it takes its role with its own keys. Put the keys into a profile of their own, move them to the keychain, and name that profile as source_profile.',
      { file: first.path, profile: name, line: first.line },
    );
  }
  return serveRoleProfile(files, { name, role, sourceProfile }, launcher, nativeRoleKeys);
}
