import {
  type AccessKeyLastUsed,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  NoSuchEntityException,
  paginateListAccessKeys,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { KeyCloud, LastUse } from '../rotation/doors.ts';
import { type AwsPlace, type CallOptions, hostOf, withClient } from './client.ts';
import { AwsFailure } from './failure.ts';
import { callerIdentity } from './sts.ts';

/** An access key as IAM lists it. */
export interface ListedAccessKey {
  readonly accessKeyId: string;
  readonly userName: string;
  readonly active: boolean;
  readonly created: Date;
}

/**
 * The access keys of the user that this key belongs to (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html). A session made
 * without MFA is denied.
 * @throws AwsFailure
 */
export async function listAccessKeys(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  options: CallOptions = {},
): Promise<readonly ListedAccessKey[]> {
  return withIam(key, place, { action: 'ListAccessKeys', ...options }, (client, sendOptions) => keysOf(client, {}, sendOptions));
}

/** The access keys of a user of the same account; undefined where there is no such user. @throws AwsFailure */
export async function listUserKeys(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  userName: string,
  options: CallOptions = {},
): Promise<readonly ListedAccessKey[] | undefined> {
  return withIam(key, place, { action: 'ListAccessKeys', ...options }, (client, sendOptions) =>
    undefinedWhereNone(keysOf(client, { UserName: userName }, sendOptions)),
  );
}

async function keysOf(
  client: IAMClient,
  input: { readonly UserName?: string },
  options: { readonly abortSignal?: AbortSignal },
): Promise<readonly ListedAccessKey[]> {
  const keys: ListedAccessKey[] = [];
  for await (const page of paginateListAccessKeys({ client }, input, options)) {
    for (const { AccessKeyId, UserName, Status, CreateDate } of page.AccessKeyMetadata ?? []) {
      if (AccessKeyId === undefined || CreateDate === undefined) continue;
      keys.push({ accessKeyId: AccessKeyId, userName: UserName ?? '', active: Status === 'Active', created: CreateDate });
    }
  }
  return keys;
}

/**
 * The access keys of an account (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html), as a rotation works with them. Every
 * method throws AwsFailure.
 */
export function keyCloud(place: AwsPlace): KeyCloud {
  return {
    identity: (key) => callerIdentity(key, place),
    list: (acting) => listAccessKeys(acting, place),

    async create(acting) {
      // Not idempotent: a second try after a lost answer would make a second key that nobody knows.
      const call = { action: 'CreateAccessKey', attempts: 1 };
      const answer = await withIam(acting, place, call, (client) => client.send(new CreateAccessKeyCommand({})));
      const { AccessKeyId, SecretAccessKey } = answer.AccessKey ?? {};
      if (!AccessKeyId || !SecretAccessKey) throw incomplete(place);
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
    },

    setActive(acting, accessKeyId, active, userName) {
      const input = { AccessKeyId: accessKeyId, Status: active ? 'Active' : 'Inactive', UserName: userName } as const;
      return withIam(acting, place, { action: 'UpdateAccessKey' }, (client) =>
        whetherFound(client.send(new UpdateAccessKeyCommand(input))),
      );
    },

    remove(acting, accessKeyId) {
      const input = { AccessKeyId: accessKeyId };
      return withIam(acting, place, { action: 'DeleteAccessKey' }, (client) =>
        whetherFound(client.send(new DeleteAccessKeyCommand(input))),
      );
    },

    async lastUse(acting, accessKeyId) {
      const input = { AccessKeyId: accessKeyId };
      const answer = await withIam(acting, place, { action: 'GetAccessKeyLastUsed' }, (client) =>
        undefinedWhereNone(client.send(new GetAccessKeyLastUsedCommand(input))),
      );
      if (answer === undefined) return undefined;
      if (!answer.UserName) throw incomplete(place);
      return lastUse(answer.UserName, answer.AccessKeyLastUsed);
    },
  };
}

function lastUse(userName: string, use: Partial<AccessKeyLastUsed> = {}): LastUse {
  // A key that was never used has no date, and "N/A" for the rest.
  if (use.LastUsedDate === undefined) return { userName };
  const { LastUsedDate: at, ServiceName: service = '', Region: region = '' } = use;
  return { userName, at, service, region };
}

/** Runs a call of IAM. @throws AwsFailure */
export function withIam<T>(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  call: { readonly action: string } & CallOptions,
  run: (client: IAMClient, options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  return withClient((configuration) => new IAMClient(configuration), key, place, { service: 'IAM', ...call }, run);
}

/** Whether IAM has the thing that a call is about. */
export async function whetherFound(answer: Promise<unknown>): Promise<boolean> {
  return (await undefinedWhereNone(answer)) !== undefined;
}

/** The answer, or undefined where IAM says that there is no such thing. */
export async function undefinedWhereNone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

function incomplete(place: AwsPlace): AwsFailure {
  return new AwsFailure(
    'malformed',
    'What {host} answered is not an answer of AWS. Check the endpoint, and whether a proxy or a sign-in page stands between.',
    { host: hostOf('IAM', place) },
  );
}
