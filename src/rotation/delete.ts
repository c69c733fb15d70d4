import { keyAccount } from '../credentials/keys.ts';
import { UserError } from '../message.ts';
import type { RotationDoors } from './doors.ts';
import type { RotationRecord } from './journal.ts';
import { expectIdentity, patiently } from './patience.ts';
import { keptKey } from './plan.ts';
import { cloudOf } from './undo.ts';

/** IAM tells the minute of a use, and takes a while to learn that a key is inactive. */
const latelyUsedMs = 5 * 60_000;

/**
 * Deletes the old key of a rotation for good, and its keychain item.
 * @throws UserError, with nothing deleted, where that key is in use again.
 */
export async function deleteOldKey(record: RotationRecord, doors: RotationDoors): Promise<void> {
  const { profile, oldKeyId, newKeyId = '', deactivatedAt = '' } = record;
  const values = { accessKeyId: oldKeyId, profile };
  const fresh = await keptKey(newKeyId, doors);
  const cloud = cloudOf(record, doors);
  expectIdentity(await patiently(() => cloud.identity(fresh), doors), record, fresh);
  const serves = (await doors.pointer.profilesOf(oldKeyId)).length > 0;
  const old = (await patiently(() => cloud.list(fresh), doors)).find(({ accessKeyId }) => accessKeyId === oldKeyId);
  const use = old && (await patiently(() => cloud.lastUse(fresh, oldKeyId), doors));
  const usedSince = (use?.at?.getTime() ?? 0) > Date.parse(deactivatedAt) + latelyUsedMs;
  if (old?.active || serves || usedSince) {
    throw new UserError(
      'The old access key {accessKeyId} of the profile {profile} is in use again, so it was not deleted. Find out what needs it; "keystow rotate --undo {profile}" makes it the profile’s key again.',
      values,
    );
  }
  await doors.journal.write({ ...record, phase: 'deleting' });
  if (old !== undefined) await patiently(() => cloud.remove(fresh, oldKeyId), doors);
  await doors.keychain.remove(keyAccount(oldKeyId));
  await doors.journal.remove(profile);
}
