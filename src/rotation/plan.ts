import type { AccessKey, Identity } from '../credentials/access-key.ts';
import { placeOf } from '../credentials/call-place.ts';
import { keysOf } from '../credentials/keys.ts';
import type { ServedProfile } from '../credentials/profile.ts';
import { type Message, message, UserError } from '../message.ts';
import type { KeyPlace, LastUse, ListedKey, RotationDoors } from './doors.ts';
import { patiently } from './patience.ts';
import { namingPermissions } from './permissions.ts';

/** An access key of the user, as a person decides about it. */
export interface KeyFacts extends ListedKey {
  readonly ageDays: number;
  readonly lastUse: Omit<LastUse, 'userName'>;
  /** The profiles that Keystow serves with this key. */
  readonly servedTo: readonly string[];
  /** Whether it is the old key of a rotation whose grace period is not over. */
  readonly inGrace: boolean;
}

/** A rotation as it is shown before anything is done. */
export interface RotationPlan {
  readonly profile: string;
  readonly identity: Identity;
  readonly place: KeyPlace;
  /** The key that goes. */
  readonly current: KeyFacts;
  /** Every profile that will use the new key. */
  readonly profiles: readonly ServedProfile[];
  readonly graceDays: number;
  /** Where the user already has two keys, the most there can be: which of these shall be deleted first, for good? */
  readonly question?: { readonly kind: 'delete-first'; readonly choices: readonly KeyFacts[] };
  readonly notes: readonly Message[];
}

const dayMs = 24 * 60 * 60 * 1000;

/** AWS's limit (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html), inactive keys included. */
const keysPerUser = 2;

/** A key of the keychain. @throws UserError where it is not there. */
export async function keptKey(accessKeyId: string, { keychain }: RotationDoors): Promise<AccessKey> {
  const key = await keysOf(keychain).read(accessKeyId);
  if (key === undefined) throw notKept(accessKeyId);
  return key;
}

export function notKept(accessKeyId: string): UserError {
  return new UserError(
    'The keychain does not hold the access key {accessKeyId}, so nothing can be done with it. Look at the user’s keys in the AWS console.',
    { accessKeyId },
  );
}

/**
 * What a rotation of this profile's key will do; `graceDays` is how long the old key stays inactive before it is deleted. Changes nothing.
 * @throws UserError where it cannot be: no such served profile or key, a root key, two keys of which none can go, a missing permission, AWS out of reach.
 */
export async function planRotation(name: string, graceDays: number, doors: RotationDoors): Promise<RotationPlan> {
  const profile = await doors.pointer.profile(name);
  const place = placeOf(profile);
  const cloud = namingPermissions(doors.cloud(place));
  const key = await keptKey(profile.accessKeyId, doors);
  const identity = await cloud.identity(key);
  refuseRoot(identity, key);
  const listed = await patiently(() => cloud.list(key), doors);
  const inGrace = new Set((await doors.journal.list()).filter(({ phase }) => phase === 'grace').map(({ oldKeyId }) => oldKeyId));

  const facts = await Promise.all(
    listed.map(async (one): Promise<KeyFacts> => {
      const use = await patiently(() => cloud.lastUse(key, one.accessKeyId), doors);
      const servedTo = (await doors.pointer.profilesOf(one.accessKeyId)).map((served) => served.name);
      const ageDays = Math.max(0, Math.floor((doors.now().getTime() - one.created.getTime()) / dayMs));
      const { userName: _, ...lastUse } = use ?? { userName: '' };
      return { ...one, ageDays, lastUse, servedTo, inGrace: inGrace.has(one.accessKeyId) };
    }),
  );
  const current = facts.find(({ accessKeyId }) => accessKeyId === key.accessKeyId);
  if (current === undefined) {
    throw new UserError(
      '{arn} does not list the access key {accessKeyId} as its own, so it cannot be rotated here. Check the region and the endpoint of the profile {profile}.',
      { arn: identity.arn, accessKeyId: key.accessKeyId, profile: name },
    );
  }
  const profiles = await doors.pointer.profilesOf(key.accessKeyId);
  const choices = facts.filter((one) => one !== current && one.servedTo.length === 0);
  const full = facts.length >= keysPerUser;
  if (full && choices.length === 0) {
    throw new UserError(
      'The user of the profile {profile} has two access keys, the most that IAM allows, and other profiles use the second one. Give those profiles the key of {profile}, delete the second key, then try again.',
      { profile: name },
    );
  }
  return {
    profile: name,
    identity,
    place,
    current,
    profiles,
    graceDays,
    ...(full ? { question: { kind: 'delete-first', choices } } : {}),
    notes: notesOn(profiles),
  };
}

function refuseRoot({ arn, account }: Identity, { accessKeyId }: AccessKey): void {
  if (!arn.endsWith(':root')) return;
  throw new UserError(
    'The access key {accessKeyId} belongs to the root user of the account {account}, which should have none. Make an IAM user with the permissions that are needed, give the profile a key of that user, then delete the root user’s key in the AWS console under Security credentials.',
    { accessKeyId, account },
  );
}

function notesOn(profiles: readonly ServedProfile[]): Message[] {
  const notes = [message('Tools outside Keystow that hold the old key stop working when it becomes inactive.')];
  const inModeKey = profiles.filter(({ mode }) => mode === 'key').map(({ name }) => name);
  if (inModeKey.length > 0) {
    notes.push(
      message('Programs that run with the profile {profiles} hold the long-term key itself: start them again after the rotation.', {
        profiles: inModeKey.join(', '),
      }),
    );
  }
  return notes;
}
