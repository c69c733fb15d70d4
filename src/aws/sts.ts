import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccessKey, Identity, SessionCredentials } from '../credentials/access-key.ts';
import { type AwsPlace, type CallOptions, type ClientConfiguration, hostOf, withClient } from './client.ts';
import { AwsFailure } from './failure.ts';

/**
 * Who this key acts as (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html). No policy can forbid this call.
 * @throws AwsFailure
 */
export async function callerIdentity(key: AccessKey | SessionCredentials, place: AwsPlace, options: CallOptions = {}): Promise<Identity> {
  const call = { service: 'STS', action: 'GetCallerIdentity', ...options };
  const { Account, Arn, UserId } = await withClient(stsClient, key, place, call, (client, sendOptions) =>
    client.send(new GetCallerIdentityCommand({}), sendOptions),
  );
  if (!Account || !Arn || !UserId) throw incomplete(place);
  return { account: Account, arn: Arn, userId: UserId };
}

/**
 * A session of this long-term key that lasts `minutes`; without MFA it may not call IAM
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html).
 * @throws AwsFailure
 */
export async function getSessionToken(
  key: AccessKey,
  place: AwsPlace,
  minutes: number,
  options: CallOptions = {},
): Promise<SessionCredentials> {
  const call = { service: 'STS', action: 'GetSessionToken', ...options };
  const { Credentials } = await withClient(stsClient, key, place, call, (client, sendOptions) =>
    client.send(new GetSessionTokenCommand({ DurationSeconds: minutes * 60 }), sendOptions),
  );
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken || !Credentials.Expiration)
    throw incomplete(place);
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
    expiration: Credentials.Expiration,
  };
}

const stsClient = (configuration: ClientConfiguration) => new STSClient(configuration);

/** A page of something else, read as an answer with nothing in it. */
function incomplete(place: AwsPlace): AwsFailure {
  return new AwsFailure(
    'malformed',
    'What {host} answered is not an answer of AWS. Check the endpoint, and whether a proxy or a sign-in page stands between.',
    {
      host: hostOf('STS', place),
    },
  );
}
