import { AssumeRoleCommand, type Credentials, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccessKey, Identity, SessionCredentials } from '../credentials/access-key.ts';
import type { RoleRequest } from '../credentials/role/assume.ts';
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
  return sessionOf(Credentials, place);
}

/**
 * A session of a role (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html). With a code of an MFA device it is asked once: a code
 * counts once, and where no answer came it may have been used up all the same.
 * @throws AwsFailure
 */
export async function assumeRole(
  acting: AccessKey | SessionCredentials,
  place: AwsPlace,
  { arn, sessionName, minutes, externalId, mfa }: RoleRequest,
  options: CallOptions = {},
): Promise<SessionCredentials> {
  const input = {
    RoleArn: arn,
    RoleSessionName: sessionName,
    DurationSeconds: minutes * 60,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
    ...(mfa === undefined ? {} : { SerialNumber: mfa.serial, TokenCode: mfa.code }),
  };
  const call = { service: 'STS', action: 'AssumeRole', ...(mfa === undefined ? {} : { attempts: 1 }), ...options };
  try {
    const { Credentials } = await withClient(stsClient, acting, place, call, (client, sendOptions) =>
      client.send(new AssumeRoleCommand(input), sendOptions),
    );
    return sessionOf(Credentials, place);
  } catch (error) {
    if (error instanceof AwsFailure && error.kind === 'denied') throw refusedRole(error, acting.accessKeyId, arn, place, mfa?.serial);
    throw error;
  }
}

function refusedRole(failure: AwsFailure, accessKeyId: string, role: string, place: AwsPlace, device: string | undefined): AwsFailure {
  const host = hostOf('STS', place);
  const options = { cause: failure };
  if (device !== undefined && failure.cause instanceof Error && /MultiFactorAuthentication failed/.test(failure.cause.message)) {
    return new AwsFailure(
      'denied',
      '{host} does not take this code of the MFA device {device}. Wait until the device shows the next one, and check that the device belongs to the user of the access key {accessKeyId}.',
      { host, device, accessKeyId },
      options,
    );
  }
  return new AwsFailure(
    'denied',
    '{host} does not give the role {role} to {accessKeyId} (AccessDenied): the role does not exist, does not trust it, or wants an external id or MFA. Check the profile, or ask who administers the role.',
    { host, role, accessKeyId },
    options,
  );
}

function sessionOf(credentials: Credentials | undefined, place: AwsPlace): SessionCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw incomplete(place);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
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
