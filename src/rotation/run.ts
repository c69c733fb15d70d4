import type { AccessKey } from '../credentials/access-key.ts';
import { placeOf } from '../credentials/call-place.ts';
import { keyAccount, keyContent, keysOf } from '../credentials/keys.ts';
import { message, UserError } from '../message.ts';
import { deleteOldKey } from './delete.ts';
import type { RotationDoors } from './doors.ts';
import type { RotationRecord } from './journal.ts';
import { expectIdentity, mayPass, patiently, waitUntilUsable } from './patience.ts';
import { keptKey, type RotationPlan } from './plan.ts';
import { cloudOf, removeLost, takeBack } from './undo.ts';

const lockWaitMs = 60_000;
const dayMs = 24 * 60 * 60 * 1000;
const createTries = 3;

/**
 * Rotates as a person agreed to: a new key is made, stored, read back, proven and served; then the old one is made inactive, and deleted when its grace
 * period is over. What fails before the new key serves is taken back. May be stopped at any point: `resumeRotation` goes on, `undoRotation` goes back.
 * @returns the record of the rotation, in its grace period.
 * @throws UserError that says what failed, and how things stand.
 */
export function runRotation(plan: RotationPlan, choice: { readonly removeFirst?: string }, doors: RotationDoors): Promise<RotationRecord> {
  return doors.exclusively(async () => {
    const removeFirst = await roomFor(plan, choice.removeFirst, doors);
    const { accessKeyId } = plan.current;
    const profile = await doors.pointer.profile(plan.profile);
    const place = placeOf(profile);
    if (profile.accessKeyId !== accessKeyId || place.region !== plan.place.region || place.endpoint !== plan.place.endpoint) {
      throw new UserError('The profile {profile} changed since the preview. Nothing was done; look at it again.', {
        profile: plan.profile,
      });
    }
    const old = await keptKey(accessKeyId, doors);
    const { account, arn } = plan.identity;
    const begun: RotationRecord = {
      version: 1,
      profile: plan.profile,
      account,
      arn,
      ...place,
      phase: removeFirst === undefined ? 'creating' : 'clearing',
      oldKeyId: accessKeyId,
      ...(removeFirst === undefined ? {} : { removeFirst }),
      before: [],
      graceDays: plan.graceDays,
    };
    expectIdentity(await patiently(() => cloudOf(begun, doors).identity(old), doors), plan.identity, old);
    const before = (await patiently(() => cloudOf(begun, doors).list(old), doors)).map((key) => key.accessKeyId);
    if (before.some((id) => id !== accessKeyId && id !== removeFirst)) throw tooManyKeys(begun);
    const record = { ...begun, before };
    await doors.journal.write(record);
    return goOn(record, doors);
  }, lockWaitMs);
}

/** The key of the person's choice that is to be deleted first; the old key of a rotation in grace is deleted at once, as that rotation's end. */
async function roomFor(plan: RotationPlan, choice: string | undefined, doors: RotationDoors): Promise<string | undefined> {
  if (plan.question !== undefined && !plan.question.choices.some(({ accessKeyId }) => accessKeyId === choice)) throw tooManyKeys(plan);
  if (plan.question === undefined && choice !== undefined) throw new Error('a key to delete that the plan does not ask about');
  let left = choice;
  for (const record of await doors.journal.list()) {
    const ids = [record.oldKeyId, record.newKeyId];
    if (record.phase === 'grace' && record.oldKeyId === choice) {
      await deleteOldKey(record, doors);
      left = undefined;
    } else if (record.profile === plan.profile || ids.includes(plan.current.accessKeyId)) {
      throw new UserError(
        'A rotation of the profile {profile} is not finished. Run "keystow rotate --resume {profile}" to finish it, or "keystow rotate --undo {profile}" to take it back.',
        { profile: record.profile },
      );
    }
  }
  return left;
}

function tooManyKeys({ profile }: { readonly profile: string }): UserError {
  return new UserError(
    'The user of the profile {profile} already has two access keys, the most that IAM allows, inactive ones included. Choose one to delete first, then try again.',
    { profile },
  );
}

/** Finishes a rotation that was interrupted: on to its grace period, or back where it was being undone. @throws UserError where there is none. */
export function resumeRotation(profile: string, doors: RotationDoors): Promise<RotationRecord | undefined> {
  return doors.exclusively(async () => {
    const record = await doors.journal.read(profile);
    if (record !== undefined) return resume(record, doors);
    throw new UserError('There is no unfinished rotation of the profile {profile}.', { profile });
  }, lockWaitMs);
}

/** @returns the record in its grace period, undefined where the rotation is now over or taken back. */
export async function resume(record: RotationRecord, doors: RotationDoors): Promise<RotationRecord | undefined> {
  if (record.phase === 'undoing') await takeBack(record, doors);
  else if (record.phase === 'deleting') await deleteOldKey(record, doors);
  else return goOn(record, doors);
  return undefined;
}

type Forward = Exclude<RotationRecord['phase'], 'grace' | 'deleting' | 'undoing'>;

/** Each does what its phase says, or finds it done, and gives the record of the next phase, written. */
const steps: Readonly<Record<Forward, (record: RotationRecord, doors: RotationDoors) => Promise<RotationRecord>>> = {
  clearing,
  creating,
  storing,
  proving,
  switching,
  deactivating,
};

async function goOn(begun: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  let record = begun;
  try {
    while (Object.hasOwn(steps, record.phase)) record = await steps[record.phase as Forward](record, doors);
    return record;
  } catch (error) {
    const left = (await doors.journal.read(record.profile)) ?? record;
    if (left.phase === 'deactivating') throw servesAlready(error, left);
    await takeBack(left, doors).catch((stuck: unknown) => {
      throw notTakenBack(error, stuck, left);
    });
    throw error;
  }
}

function servesAlready(error: unknown, { profile, newKeyId = '', oldKeyId }: RotationRecord): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(
    'The profile {profile} uses its new key {newKeyId}, but the old one, {oldKeyId}, is not inactive yet: {reason} When that is mended, run "keystow rotate --resume {profile}", or "keystow rotate --undo {profile}" to take it all back.',
    { profile, newKeyId, oldKeyId, reason: error.said },
    { cause: error },
  );
}

function notTakenBack(error: unknown, stuck: unknown, { profile }: RotationRecord): unknown {
  if (!(error instanceof UserError && stuck instanceof UserError)) return new AggregateError([error, stuck], 'a rotation failed');
  return new UserError(
    'The rotation of the profile {profile} stopped: {reason} It could not be taken back: {stuck} Run "keystow rotate --undo {profile}" when that is mended.',
    { profile, reason: error.said, stuck: stuck.said },
    { cause: error },
  );
}

async function written(record: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  await doors.journal.write(record);
  return record;
}

async function clearing(record: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  const { removeFirst = '', before } = record;
  const old = await keptKey(record.oldKeyId, doors);
  doors.progress?.(message('Deleting the key {accessKeyId}', { accessKeyId: removeFirst }));
  await patiently(() => cloudOf(record, doors).remove(old, removeFirst), doors);
  return written({ ...record, phase: 'creating', before: before.filter((id) => id !== removeFirst) }, doors);
}

async function creating(begun: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  const old = await keptKey(begun.oldKeyId, doors);
  let record = begun;
  for (let left = createTries; ; left--) {
    const listed = await removeLost(record, old, doors);
    if (listed.length > 1) throw tooManyKeys(record);
    record = await written({ ...record, askedAt: doors.now().toISOString() }, doors);
    doors.progress?.(message('Making a new key'));
    let made: AccessKey;
    try {
      made = await cloudOf(record, doors).create(old);
    } catch (error) {
      if (left === 1 || !mayPass(error)) throw error;
      await doors.pause(doors.pace.retryMs);
      continue;
    }
    return store(made, record, doors);
  }
}

async function store(made: AccessKey, asked: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  const record = await written({ ...asked, phase: 'storing', newKeyId: made.accessKeyId }, doors);
  const account = keyAccount(made.accessKeyId);
  doors.progress?.(message('Storing the new key {accessKeyId} in the keychain', { accessKeyId: made.accessKeyId }));
  await doors.keychain.write(account, keyContent(made));
  if ((await doors.keychain.read(account)) !== keyContent(made)) {
    throw new UserError('The keychain gave back something else than the new key {accessKeyId}.', { accessKeyId: made.accessKeyId });
  }
  return written({ ...record, phase: 'proving' }, doors);
}

/** Reached only after an interruption: without its secret the new key is worth nothing. */
async function storing(record: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  const { newKeyId = '', ...rest } = record;
  if ((await keysOf(doors.keychain).read(newKeyId)) !== undefined) return written({ ...record, phase: 'proving' }, doors);
  const old = await keptKey(record.oldKeyId, doors);
  await patiently(() => cloudOf(record, doors).remove(old, newKeyId), doors);
  return written({ ...rest, phase: 'creating' }, doors);
}

async function proving(record: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  const { newKeyId = '' } = record;
  const fresh = await keysOf(doors.keychain).read(newKeyId);
  if (fresh === undefined) return written({ ...record, phase: 'storing' }, doors);
  doors.progress?.(message('Waiting until AWS takes the new key every time'));
  await waitUntilUsable(fresh, record, cloudOf(record, doors), doors);
  return written({ ...record, phase: 'switching' }, doors);
}

async function switching(record: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  const { oldKeyId, newKeyId = '' } = record;
  doors.progress?.(message('Serving the new key {accessKeyId}', { accessKeyId: newKeyId }));
  await doors.pointer.flip(oldKeyId, newKeyId);
  const { accessKeyId } = await doors.pointer.profile(record.profile);
  if (accessKeyId !== newKeyId) {
    throw new UserError('The profile {profile} was changed meanwhile and uses {accessKeyId} now.', {
      profile: record.profile,
      accessKeyId,
    });
  }
  for (const profile of await doors.pointer.profilesOf(newKeyId)) await doors.forgetSession({ ...profile, accessKeyId: oldKeyId });
  return written({ ...record, phase: 'deactivating' }, doors);
}

async function deactivating(record: RotationRecord, doors: RotationDoors): Promise<RotationRecord> {
  const { oldKeyId, newKeyId = '' } = record;
  const fresh = await keptKey(newKeyId, doors);
  const cloud = cloudOf(record, doors);
  doors.progress?.(message('Waiting for tools that have just asked for the old key'));
  await doors.pause(doors.pace.settleMs);
  await doors.pointer.flip(oldKeyId, newKeyId);
  expectIdentity(await patiently(() => cloud.identity(fresh), doors), record, fresh);
  doors.progress?.(message('Making the old key {accessKeyId} inactive', { accessKeyId: oldKeyId }));
  await patiently(() => cloud.setActive(fresh, oldKeyId, false), doors);
  const now = doors.now();
  const deleteAfter = new Date(now.getTime() + record.graceDays * dayMs).toISOString();
  return written({ ...record, phase: 'grace', deactivatedAt: now.toISOString(), deleteAfter }, doors);
}
