import type { AccessKey } from '../credentials/access-key.ts';
import { placeOf } from '../credentials/call-place.ts';
import { keyAccount, keysOf } from '../credentials/keys.ts';
import { message, UserError } from '../message.ts';
import type { KeyCloud, ListedKey, RotationDoors } from './doors.ts';
import type { RotationRecord } from './journal.ts';
import { expectIdentity, mayPass, patiently, waitUntilUsable } from './patience.ts';
import { namingPermissions } from './permissions.ts';
import { notKept } from './plan.ts';

/** The cloud in which this rotation takes place. */
export function cloudOf(record: RotationRecord, doors: RotationDoors): KeyCloud {
  return namingPermissions(doors.cloud(placeOf(record)));
}

/** IAM makes a key within seconds of being asked; five minutes also cover clocks that differ. */
const madeWithinMs = 5 * 60_000;

/**
 * Deletes keys that a lost answer of CreateAccessKey left behind: unknown before, made when we asked, never used, their secret nowhere. A key that
 * somebody else made looks different in one of these.
 * @returns the keys that are left.
 */
export async function removeLost(record: RotationRecord, acting: AccessKey, doors: RotationDoors): Promise<readonly ListedKey[]> {
  const cloud = cloudOf(record, doors);
  const listed = await patiently(() => cloud.list(acting), doors);
  const left: ListedKey[] = [];
  for (const key of listed) {
    if (!(await isLost(key, record, acting, cloud, doors))) left.push(key);
    else await patiently(() => cloud.remove(acting, key.accessKeyId), doors);
  }
  return left;
}

async function isLost(key: ListedKey, { before, askedAt }: RotationRecord, acting: AccessKey, cloud: KeyCloud, doors: RotationDoors) {
  if (askedAt === undefined || before.includes(key.accessKeyId)) return false;
  if (Math.abs(key.created.getTime() - Date.parse(askedAt)) > madeWithinMs) return false;
  if ((await keysOf(doors.keychain).read(key.accessKeyId)) !== undefined) return false;
  const use = await patiently(() => cloud.lastUse(acting, key.accessKeyId), doors);
  return use !== undefined && use.at === undefined;
}

/** Undoes a rotation while the old key is still there: it serves again, and the new one is deleted. @throws UserError where that cannot be. */
export function undoRotation(profile: string, doors: RotationDoors): Promise<void> {
  return doors.exclusively(async () => {
    const record = await doors.journal.read(profile);
    if (record !== undefined) return takeBack(record, doors);
    throw new UserError('There is no rotation of the profile {profile} that could be undone: none was begun, or its old key is deleted.', {
      profile,
    });
  }, 60_000);
}

/** The undoing itself, from wherever the rotation is; may be begun again at any point. */
export async function takeBack(record: RotationRecord, doors: RotationDoors): Promise<void> {
  const { profile, phase, oldKeyId, newKeyId } = record;
  const old = await keysOf(doors.keychain).read(oldKeyId);
  if (old === undefined) throw phase === 'deleting' ? alreadyDeleted(record) : notKept(oldKeyId);
  if (newKeyId === undefined) {
    await removeLost(record, old, doors);
    await doors.journal.remove(profile);
    return;
  }
  const cloud = cloudOf(record, doors);
  const fresh = await keysOf(doors.keychain).read(newKeyId);
  const listed = await listByEither([old, ...(fresh === undefined ? [] : [fresh])], record, cloud, doors);
  const status = listed.find(({ accessKeyId }) => accessKeyId === oldKeyId);
  if (status === undefined) throw alreadyDeleted(record);
  await doors.journal.write({ ...record, phase: 'undoing' });
  if (!status.active) {
    if (fresh === undefined) throw notKept(newKeyId);
    doors.progress?.(message('Making the old key {accessKeyId} active again', { accessKeyId: oldKeyId }));
    await patiently(() => cloud.setActive(fresh, oldKeyId, true), doors);
  }
  if (phase !== 'storing' && phase !== 'proving') await serveAgain(old, newKeyId, record, doors);
  await patiently(() => cloud.remove(old, newKeyId), doors);
  await doors.keychain.remove(keyAccount(newKeyId));
  await doors.journal.remove(profile);
}

async function serveAgain(old: AccessKey, newKeyId: string, record: RotationRecord, doors: RotationDoors): Promise<void> {
  const { accessKeyId } = old;
  doors.progress?.(message('Waiting until AWS takes the old key every time'));
  // Services that have not yet heard that it was inactive still take it: a proof counts only when that news has come and gone.
  await doors.pause(doors.pace.settleMs);
  await waitUntilUsable(old, record, cloudOf(record, doors), doors);
  doors.progress?.(message('Serving the old key {accessKeyId} again', { accessKeyId }));
  await doors.pointer.flip(newKeyId, accessKeyId);
  for (const profile of await doors.pointer.profilesOf(accessKeyId)) await doors.forgetSession({ ...profile, accessKeyId: newKeyId });
  doors.progress?.(message('Waiting for tools that have just asked for the new key'));
  await doors.pause(doors.pace.settleMs);
  await doors.pointer.flip(newKeyId, accessKeyId);
}

function alreadyDeleted({ profile, oldKeyId }: RotationRecord): UserError {
  return new UserError(
    'The old access key {accessKeyId} is already deleted, so the rotation of the profile {profile} cannot be undone. Its new key goes on serving it.',
    { accessKeyId: oldKeyId, profile },
  );
}

/** The keys as the first of these keys that AWS takes may list them; each is of the same user. */
function listByEither(keys: readonly AccessKey[], record: RotationRecord, cloud: KeyCloud, doors: RotationDoors) {
  return patiently(async () => {
    let refused: unknown;
    for (const key of keys) {
      try {
        expectIdentity(await cloud.identity(key), record, key);
        return await cloud.list(key);
      } catch (error) {
        if (!mayPass(error)) throw error;
        refused = error;
      }
    }
    throw refused;
  }, doors);
}
