import type { AccessKey } from '../credentials/access-key.ts';
import { UserError } from '../message.ts';
import type { KeyCloud } from './doors.ts';

/** What a user must be allowed to do with its own keys, for a rotation. */
export const rotationPermissions = [
  'iam:ListAccessKeys',
  'iam:CreateAccessKey',
  'iam:UpdateAccessKey',
  'iam:DeleteAccessKey',
  'iam:GetAccessKeyLastUsed',
] as const;

type Permission = (typeof rotationPermissions)[number];

/** Why a call failed, where its door says so. */
export function failureKind(error: unknown): string | undefined {
  return error instanceof UserError && 'kind' in error && typeof error.kind === 'string' ? error.kind : undefined;
}

/** The same cloud, whose refusals by a policy name the permission that is missing. */
export function namingPermissions(cloud: KeyCloud): KeyCloud {
  return {
    identity: cloud.identity,
    list: (acting) => named('iam:ListAccessKeys', acting, cloud.list(acting)),
    create: (acting) => named('iam:CreateAccessKey', acting, cloud.create(acting)),
    setActive: (acting, ...rest) => named('iam:UpdateAccessKey', acting, cloud.setActive(acting, ...rest)),
    remove: (acting, accessKeyId) => named('iam:DeleteAccessKey', acting, cloud.remove(acting, accessKeyId)),
    lastUse: (acting, accessKeyId) => named('iam:GetAccessKeyLastUsed', acting, cloud.lastUse(acting, accessKeyId)),
  };
}

async function named<T>(permission: Permission, { accessKeyId }: AccessKey, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (failureKind(error) !== 'denied') throw error;
    throw new UserError(
      'The user of the access key {accessKeyId} may not call {permission}. Ask who administers the account to allow it on the user itself; a rotation needs {all}.',
      { accessKeyId, permission, all: rotationPermissions.join(', ') },
      { cause: error },
    );
  }
}
