import { IAMClient, paginateListAccessKeys } from '@aws-sdk/client-iam';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import { type AwsPlace, type CallOptions, withClient } from './client.ts';

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
  const call = { service: 'IAM', action: 'ListAccessKeys', ...options };
  return withClient(
    (configuration) => new IAMClient(configuration),
    key,
    place,
    call,
    async (client, sendOptions) => {
      const keys: ListedAccessKey[] = [];
      for await (const page of paginateListAccessKeys({ client }, {}, sendOptions)) {
        for (const { AccessKeyId, UserName, Status, CreateDate } of page.AccessKeyMetadata ?? []) {
          if (AccessKeyId === undefined || CreateDate === undefined) continue;
          keys.push({ accessKeyId: AccessKeyId, userName: UserName ?? '', active: Status === 'Active', created: CreateDate });
        }
      }
      return keys;
    },
  );
}
