import { fromIni } from '@aws-sdk/credential-providers';
import type { AccessKey, Identity, SessionCredentials } from '../credentials/access-key.ts';
import type { AwsFilePaths } from '../files/aws-files.ts';
import { UserError } from '../message.ts';
import type { AwsPlace } from './client.ts';
import { AwsFailure } from './failure.ts';
import { callerIdentity } from './sts.ts';

/**
 * Who the tools that use a profile act as, found as they find it: the SDK's own reader of the two files takes the profile's credentials and runs its
 * `credential_process`, which inherits this process's environment.
 * @throws UserError where the profile gives no credentials, with what its process said; AwsFailure where AWS does not take them.
 */
export async function identityOfProfile(profile: string, paths: AwsFilePaths, place: AwsPlace): Promise<Identity> {
  return callerIdentity(await credentialsOfProfile(profile, paths), place);
}

/**
 * The credentials that the tools get from a profile, through the SDK's own chain: a role is assumed with those of its source profile, and theirs come
 * from theirs. `place` is where a role is assumed.
 * @throws UserError where the chain gives none.
 */
export async function credentialsOfProfile(
  profile: string,
  paths: AwsFilePaths,
  place?: AwsPlace,
): Promise<AccessKey | SessionCredentials> {
  const client = place && { region: place.region, ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }) };
  const files = { filepath: paths.credentials, configFilepath: paths.config, ...(client ? { clientConfig: client } : {}) };
  try {
    // Its reader keeps each file in memory for ever unless told not to.
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await fromIni({ profile, ...files, ignoreCache: true })();
    const pair = { accessKeyId, secretAccessKey };
    return sessionToken === undefined ? pair : { ...pair, sessionToken, expiration: expiration ?? new Date(Number.NaN) };
  } catch (error) {
    if (error instanceof AwsFailure) throw error;
    throw new UserError('The profile {profile} gives no credentials: {reason}', { profile, reason: reasonOf(error) }, { cause: error });
  }
}

/** The last line of a failed process's words: the first repeats the command. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return (lines.at(-1) ?? '').slice(0, 500);
}
