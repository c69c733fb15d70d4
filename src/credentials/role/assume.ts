import { UserError } from '../../message.ts';
import type { AccessKey, SessionCredentials } from '../access-key.ts';
import {
  answerInTime,
  type KeyStore,
  lastsLongEnough,
  overAtOnce,
  type ProcessCredentials,
  processCredentials,
  readKey,
  type SessionPlace,
} from '../broker.ts';
import { placeOf } from '../call-place.ts';
import type { AnyServedProfile, ServedProfile, ServedRoleProfile, ServedSsoProfile } from '../profile.ts';
import { type SessionBundle, sessionBundle } from '../session-bundle.ts';
import type { SsoDoors } from '../sso/cloud.ts';
import { rolesName } from '../sso/sso-session.ts';

/** What AWS is asked for. */
export interface RoleRequest {
  readonly arn: string;
  readonly sessionName: string;
  readonly minutes: number;
  readonly externalId?: string;
  /** A code that counts once. */
  readonly mfa?: MfaCode;
}

export interface MfaCode {
  readonly serial: string;
  readonly code: string;
}

/** Asks AWS for a session of a role, acting with these credentials. @throws UserError */
export interface RoleAssumer {
  assumeRole(
    acting: AccessKey | SessionCredentials,
    place: SessionPlace,
    request: RoleRequest,
    signal?: AbortSignal,
  ): Promise<SessionCredentials>;
}

export interface AssumeDoors extends SsoDoors {
  readonly keys: KeyStore;
  /** Called only when a role must be assumed: the AWS client costs more than everything else together. */
  readonly assumer: () => Promise<RoleAssumer>;
  /** How long a session lasts where the profile does not say: 20 to 720. */
  readonly sessionMinutes: number;
  /** Within this time there is an answer or an error, in milliseconds; 18 seconds unless told, as the strictest SDK gives up at about 21. */
  readonly answerWithinMs?: number;
}

/** A person must say the code of their MFA device. */
export class MfaNeeded extends UserError {
  readonly serial: string;
  /** The profile that names the device: the one that was asked for, or one that it comes from. */
  readonly profile: string;

  constructor(text: string, profile: string, serial: string) {
    super(text, { profile, serial });
    this.name = 'MfaNeeded';
    this.serial = serial;
    this.profile = profile;
  }
}

const mfaNeeded = (profile: string, serial: string) =>
  new MfaNeeded(
    'The role of the profile {profile} is given only for a code of the MFA device {serial}. Run "keystow login {profile}" in a terminal, then try again.',
    profile,
    serial,
  );

/**
 * Credentials of the role for a tool that uses the profile, with at least 16 minutes left: those that wait in the vault, else new ones, got by one
 * process for all. They hold for one key or sign-in, and end with it.
 * @throws UserError in one line with the remedy; MfaNeeded and SignInNeeded where it takes a person.
 */
export function serveAssumedRole(profile: ServedRoleProfile, doors: AssumeDoors): Promise<ProcessCredentials> {
  const withinMs = doors.answerWithinMs ?? 18_000;
  return answerInTime(profile.name, withinMs, async (signal) => {
    const origin = originOf(profile, doors, withinMs);
    const session =
      (await origin.bundle.read(entryOf(profile))) ?? (await origin.alone(() => roleSession(profile, { origin, doors, signal })));
    return processCredentials(session);
  });
}

/** The profile whose MFA device must be asked before this one is served; undefined where none is in its chain. */
export function mfaProfileOf(profile: AnyServedProfile): ServedRoleProfile | undefined {
  if (!('role' in profile)) return undefined;
  return profile.role.mfaSerial === undefined ? mfaProfileOf(profile.source) : profile;
}

/**
 * Assumes the role of a profile that `mfaProfileOf` gave, by the code that a person read off the device; its tools are served from then on.
 * @returns when the session ends.
 * @throws UserError
 */
export async function assumeWithCode(
  profile: ServedRoleProfile,
  code: string,
  doors: AssumeDoors,
  signal?: AbortSignal,
): Promise<{ readonly until: Date }> {
  if (!/^\d{6}$/.test(code)) throw new UserError('A code of an MFA device has six digits. Read it off the device, then try again.');
  const origin = originOf(profile, doors, 20_000);
  const session = await origin.alone(() => assume(profile, { origin, doors, code, ...(signal === undefined ? {} : { signal }) }));
  return { until: session.expiration };
}

/** Drops the sessions of all roles that were assumed with this key: tools get new ones, and a code is asked for again. */
export async function forgetAssumed(accessKeyId: string, { lock, vault }: AssumeDoors): Promise<void> {
  const item = assumedItem(accessKeyId);
  await lock(item, () => vault.remove(item), 20_000);
}

/** The vault's item with the sessions of all roles that were assumed, at whatever remove, with this key: removed, they are gone. */
export const assumedItem = (accessKeyId: string): string => `assumed-${accessKeyId}`;

/** The key or the sign-in that a chain of roles begins with. */
export function originProfile(profile: AnyServedProfile): ServedProfile | ServedSsoProfile {
  return 'role' in profile ? originProfile(profile.source) : profile;
}

/** Where the sessions of a chain wait: they are all written under one lock, and removed as one. */
interface Origin {
  readonly bundle: SessionBundle;
  alone<T>(work: () => Promise<T>): Promise<T>;
}

interface Assuming {
  readonly origin: Origin;
  readonly doors: AssumeDoors;
  readonly code?: string;
  readonly signal?: AbortSignal;
}

function originOf(profile: ServedRoleProfile, doors: AssumeDoors, waitMs: number): Origin {
  const first = originProfile(profile);
  if ('accessKeyId' in first) {
    const item = assumedItem(first.accessKeyId);
    return { bundle: sessionBundle(item, doors), alone: (work) => doors.lock(item, work, waitMs) };
  }
  const { session } = first.sso;
  return {
    // In the item of the sign-in, under its lock: signing out waits for what is under way, and then removes it.
    bundle: sessionBundle(rolesName(session), doors),
    async alone(work) {
      // Not needed while a stored session is good, and every tool waits for what is loaded.
      const { alone } = await import('../sso/tokens.ts');
      return alone(session, doors, work, waitMs);
    },
  };
}

/** A role's session that tools can use, from the bundle or anew. `leastMinutes`: 1 is enough for taking another role with it. */
async function roleSession(profile: ServedRoleProfile, assuming: Assuming, leastMinutes?: number): Promise<SessionCredentials> {
  return (await assuming.origin.bundle.read(entryOf(profile), leastMinutes)) ?? assume(profile, assuming);
}

async function assume(profile: ServedRoleProfile, assuming: Assuming): Promise<SessionCredentials> {
  const { role, source, region, endpoint } = profile;
  const { origin, doors, code, signal } = assuming;
  if (role.mfaSerial !== undefined && code === undefined) throw mfaNeeded(profile.name, role.mfaSerial);
  const acting = await credentialsOf(source, assuming);
  const request: RoleRequest = {
    arn: role.arn,
    sessionName: role.sessionName ?? 'keystow',
    minutes: minutesOf(profile, doors.sessionMinutes),
    ...(role.externalId === undefined ? {} : { externalId: role.externalId }),
    ...(role.mfaSerial === undefined || code === undefined ? {} : { mfa: { serial: role.mfaSerial, code } }),
  };
  // us-east-1 answers for every account of AWS's public regions, and its sessions are good in all of them.
  const place = placeOf({ region, endpoint });
  const made = await (await doors.assumer()).assumeRole(acting, place, request, signal);
  if (!lastsLongEnough(made, doors.clock())) throw overAtOnce(profile.name);
  await origin.bundle.write(entryOf(profile), made);
  return made;
}

/**
 * What a role is assumed with. Of a key it is the key itself, whose sessions the tools get: one call less, and only the key's own user has an MFA device.
 */
async function credentialsOf(source: AnyServedProfile, assuming: Assuming): Promise<AccessKey | SessionCredentials> {
  const { doors, signal, origin } = assuming;
  if ('role' in source) return roleSession(source, { origin, doors, ...(signal === undefined ? {} : { signal }) }, 1);
  if ('accessKeyId' in source) return readKey(source, doors.keys);
  const { roleSession: ssoSession } = await import('../sso/role-sessions.ts');
  return ssoSession(source, doors, signal ?? new AbortController().signal);
}

/**
 * 20 to 720 minutes; 60 at most where the role is assumed with the session of another
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining).
 */
function minutesOf({ role, source }: ServedRoleProfile, usual: number): number {
  const most = 'accessKeyId' in source ? 720 : 60;
  return Math.min(Math.max(role.seconds === undefined ? Math.round(usual) : Math.ceil(role.seconds / 60), 20), most);
}

/** A name within the bundle that holds for all that a session depends on: a profile that has come to point elsewhere never gets an earlier one. */
function entryOf(profile: AnyServedProfile): string {
  const { name: _, ...pointsAt } = profile;
  if (!('role' in pointsAt)) return JSON.stringify('sso' in pointsAt ? [pointsAt.sso.account, pointsAt.sso.role] : [pointsAt.accessKeyId]);
  const { role, source, region, endpoint } = pointsAt;
  const { arn, externalId, sessionName, mfaSerial, seconds } = role;
  return JSON.stringify([arn, externalId, sessionName, mfaSerial, seconds, region, endpoint, entryOf(source)]);
}
