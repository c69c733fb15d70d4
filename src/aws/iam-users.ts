import { AttachUserPolicyCommand, DetachUserPolicyCommand, paginateListAttachedUserPolicies, paginateListUsers } from '@aws-sdk/client-iam';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { AwsPlace, CallOptions } from './client.ts';
import { undefinedWhereNone, whetherFound, withIam } from './iam.ts';

/**
 * The names of the account's users (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html); the root user is none of them.
 * @throws AwsFailure
 */
export async function userNames(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  options: CallOptions = {},
): Promise<readonly string[]> {
  return withIam(key, place, { action: 'ListUsers', ...options }, async (client, sendOptions) => {
    const names: string[] = [];
    for await (const { Users = [] } of paginateListUsers({ client }, {}, sendOptions)) {
      names.push(...Users.flatMap(({ UserName }) => UserName ?? []));
    }
    return names;
  });
}

/**
 * The ARNs of the managed policies attached to a user, not those of its groups
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html); undefined where there is no such user.
 * @throws AwsFailure
 */
export async function attachedUserPolicies(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  userName: string,
  options: CallOptions = {},
): Promise<readonly string[] | undefined> {
  return withIam(key, place, { action: 'ListAttachedUserPolicies', ...options }, (client, sendOptions) => {
    const arns = async () => {
      const found: string[] = [];
      for await (const { AttachedPolicies = [] } of paginateListAttachedUserPolicies({ client }, { UserName: userName }, sendOptions)) {
        found.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
      }
      return found;
    };
    return undefinedWhereNone(arns());
  });
}

/**
 * Attaches a managed policy to a user, again without effect where it is
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html).
 * @returns false where there is no such user. @throws AwsFailure
 */
export async function attachUserPolicy(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  userName: string,
  policyArn: string,
  options: CallOptions = {},
): Promise<boolean> {
  const input = { UserName: userName, PolicyArn: policyArn };
  return withIam(key, place, { action: 'AttachUserPolicy', ...options }, (client, sendOptions) =>
    whetherFound(client.send(new AttachUserPolicyCommand(input), sendOptions)),
  );
}

/**
 * Detaches a managed policy from a user (https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html).
 * @returns false where there is no such user, or it has not got the policy. @throws AwsFailure
 */
export async function detachUserPolicy(
  key: AccessKey | SessionCredentials,
  place: AwsPlace,
  userName: string,
  policyArn: string,
  options: CallOptions = {},
): Promise<boolean> {
  const input = { UserName: userName, PolicyArn: policyArn };
  return withIam(key, place, { action: 'DetachUserPolicy', ...options }, (client, sendOptions) =>
    whetherFound(client.send(new DetachUserPolicyCommand(input), sendOptions)),
  );
}
