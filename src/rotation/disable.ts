import type { AccessKey, Identity } from '../credentials/access-key.ts';
import { UserError } from '../message.ts';
import type { KeyCloud, KeyPlace, RotationDoors } from './doors.ts';
import { type Patience, patiently } from './patience.ts';
import { failureKind, namingPermissions } from './permissions.ts';

/** A key that is inactive now. */
export interface DisabledKey {
  readonly accessKeyId: string;
  /** Who made it inactive, and in which account. */
  readonly by: Identity;
  /** Whose key it is, where that is another user than the one that acted. */
  readonly userName?: string;
}

/**
 * Makes a leaked key inactive, acting with this key: it may be the same one. Inactive can be undone, and sessions that were made with the key before live on
 * until they end.
 * @throws UserError where the account has no such key, or the acting user may not.
 */
export async function disableKey(
  accessKeyId: string,
  acting: AccessKey,
  place: KeyPlace,
  doors: Pick<RotationDoors, 'cloud'> & Patience,
): Promise<DisabledKey> {
  const cloud = namingPermissions(doors.cloud(place));
  const by = await patiently(() => cloud.identity(acting), doors);
  if (acting.accessKeyId === accessKeyId) {
    await disableItself(acting, cloud, doors);
    return { accessKeyId, by };
  }
  const use = await patiently(() => cloud.lastUse(acting, accessKeyId), doors);
  const other = use?.userName === by.arn.slice(by.arn.lastIndexOf('/') + 1) ? undefined : use?.userName;
  const found = use !== undefined && (await patiently(() => cloud.setActive(acting, accessKeyId, false, other), doors));
  if (found) return { accessKeyId, by, ...(other === undefined ? {} : { userName: other }) };
  throw new UserError(
    'The account {account} has no user with the access key {accessKeyId}. Act with a key of the account that it belongs to; a key of the root user can be made inactive only by the root user, in the AWS console under Security credentials.',
    { account: by.account, accessKeyId },
  );
}

function disableItself(acting: AccessKey, cloud: KeyCloud, doors: Patience): Promise<void> {
  return patiently(async () => {
    try {
      await cloud.setActive(acting, acting.accessKeyId, false);
    } catch (error) {
      // It was taken a moment ago: when it is refused now, a try whose answer was lost has done it.
      if (failureKind(error) !== 'refused') throw error;
    }
  }, doors);
}
