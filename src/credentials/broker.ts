import { hash } from 'node:crypto';
import { UserError } from '../message.ts';
import type { AccessKey, SessionCredentials } from './access-key.ts';
import { placeOf } from './call-place.ts';
import type { ServedProfile } from './profile.ts';

/**
 * The object that a `credential_process` prints; an SDK asks again when `Expiration` is near, and never where there is none
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
 */
export interface ProcessCredentials {
  readonly Version: 1;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
  /** ISO 8601, whole seconds, UTC. */
  readonly Expiration?: string;
}

/** Where sessions wait, encrypted. */
export interface SessionStore {
  read(name: string): Promise<string | undefined>;
  write(name: string, content: string): Promise<void>;
}

/** The long-term keys, by the id of the access key; undefined where there is none of this id. */
export interface KeyStore {
  read(accessKeyId: string): Promise<AccessKey | undefined>;
}

/** Asks AWS for temporary credentials that last `minutes`; gives up when `signal` says so. */
export interface SessionIssuer {
  getSessionToken(key: AccessKey, place: SessionPlace, minutes: number, signal: AbortSignal): Promise<SessionCredentials>;
}

export interface SessionPlace {
  readonly region: string;
  readonly endpoint?: string;
}

export interface BrokerDoors {
  readonly sessions: SessionStore;
  readonly keys: KeyStore;
  /** Called only when a session must be made: the AWS client costs more than everything else together. */
  readonly issuer: () => Promise<SessionIssuer>;
  /** Runs the work while no other process refreshes the session of this name; throws a UserError after `waitMs`. */
  readonly lock: <T>(name: string, work: () => Promise<T>, waitMs: number) => Promise<T>;
  readonly clock: () => Date;
  /** How long a new session lasts: 20 to 2160 (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html). */
  readonly sessionMinutes: number;
  /** Within this time there is an answer or an error, in milliseconds; 18 seconds unless told, as the strictest SDK gives up at about 21. */
  readonly answerWithinMs?: number;
}

// With less than 15 minutes left botocore runs the process a second time at once.
const leastMinutesLeft = 16;

/**
 * Credentials for a tool that uses the served profile: in mode *key* the long-term key; in mode *session* a session with at least 16 minutes
 * left, made anew by one process for all when the stored one is older.
 * @throws UserError in one line with the remedy: no key in the keychain, keychain locked, key refused by AWS, AWS out of reach, too slow.
 */
export async function serveCredentials(profile: ServedProfile, doors: BrokerDoors): Promise<ProcessCredentials> {
  const withinMs = doors.answerWithinMs ?? 18_000;
  return answerInTime(profile.name, withinMs, (signal) =>
    profile.mode === 'key' ? readKey(profile, doors.keys).then(processCredentials) : serveSession(profile, doors, withinMs, signal),
  );
}

/** What the work gives. @throws UserError when `withinMs` have passed first; the work is told by its signal */
export function answerInTime<T>(profile: string, withinMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const giveUp = new AbortController();
  return firstOf(work(giveUp.signal), withinMs, () => {
    giveUp.abort();
    return new UserError(
      'Nothing answered within {seconds} seconds for the profile {profile}. Check the network and the keychain, then try again.',
      { seconds: Math.round(withinMs / 1000), profile },
    );
  });
}

async function serveSession(
  profile: ServedProfile,
  doors: BrokerDoors,
  withinMs: number,
  signal: AbortSignal,
): Promise<ProcessCredentials> {
  const name = sessionName(profile);
  const stored = await readSession(name, doors);
  if (stored !== undefined) return processCredentials(stored);
  return doors.lock(
    name,
    async () => {
      const madeMeanwhile = await readSession(name, doors);
      return processCredentials(madeMeanwhile ?? (await makeSession(profile, name, doors, signal)));
    },
    withinMs,
  );
}

/**
 * The name under which a session is stored. It holds for one access key, region and endpoint: a profile that has come to point elsewhere never
 * gets the session of the account it pointed at before. Letters, digits and hyphens only.
 */
export function sessionName({ accessKeyId, region, endpoint }: ServedProfile): string {
  const place = hash('sha256', JSON.stringify([accessKeyId, region ?? null, endpoint ?? null]));
  return `session-${accessKeyId}-${place.slice(0, 32)}`;
}

async function readSession(name: string, { sessions, clock }: BrokerDoors): Promise<SessionCredentials | undefined> {
  const content = await sessions.read(name);
  const session = content === undefined ? undefined : sessionOf(content);
  return session !== undefined && lastsLongEnough(session, clock()) ? session : undefined;
}

function sessionOf(content: string): SessionCredentials | undefined {
  try {
    return storedSession(JSON.parse(content));
  } catch {
    return undefined; // the parser's own error quotes what it could not read, and that may be a secret
  }
}

/**
 * A session as JSON has it; undefined for anything else. Read without the library that checks other stored texts: loading it would take as long
 * as everything else that a stored session needs.
 */
export function storedSession(stored: unknown): SessionCredentials | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = stored as Readonly<Record<string, unknown>>;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string' || typeof sessionToken !== 'string') return undefined;
  const ends = new Date(String(expiration));
  const isMoment = !Number.isNaN(ends.getTime()) && ends.toISOString() === expiration;
  return isMoment ? { accessKeyId, secretAccessKey, sessionToken, expiration: ends } : undefined;
}

async function makeSession(profile: ServedProfile, name: string, doors: BrokerDoors, signal: AbortSignal): Promise<SessionCredentials> {
  const key = await readKey(profile, doors.keys);
  const issuer = await doors.issuer();
  const minutes = Math.min(Math.max(Math.round(doors.sessionMinutes), 20), 2160);
  // us-east-1 answers for every account of AWS's public regions, and its sessions are good in all of them.
  const place = placeOf(profile);
  const session = await issuer.getSessionToken(key, place, minutes, signal);
  if (!lastsLongEnough(session, doors.clock())) throw overAtOnce(profile.name);
  await doors.sessions.write(name, JSON.stringify({ ...session, expiration: session.expiration.toISOString() }));
  return session;
}

/** A session that AWS has just made is of no use by this machine's clock. */
export const overAtOnce = (profile: string): UserError =>
  new UserError('The new session of the profile {profile} is over by the clock of this machine. Set the clock, then try again.', {
    profile,
  });

/** The long-term key of a served profile. @throws UserError where the keychain does not hold it */
export async function readKey({ name, accessKeyId }: ServedProfile, keys: KeyStore): Promise<AccessKey> {
  const key = await keys.read(accessKeyId);
  if (key !== undefined) return key;
  throw new UserError(
    'The keychain does not hold the access key {accessKeyId} of the profile {profile}. Put a key of this account into the profile again, then move it to the keychain.',
    { accessKeyId, profile: name },
  );
}

/** Whether a session has so many minutes left: the 16 that every SDK is content with, unless told. */
export function lastsLongEnough({ expiration }: SessionCredentials, now: Date, leastMinutes = leastMinutesLeft): boolean {
  return expiration.getTime() - now.getTime() >= leastMinutes * 60_000;
}

/** A key or session as a `credential_process` prints it. */
export function processCredentials(key: AccessKey | SessionCredentials): ProcessCredentials {
  const pair = { Version: 1, AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey } as const;
  if (!('sessionToken' in key)) return pair;
  return { ...pair, SessionToken: key.sessionToken, Expiration: `${key.expiration.toISOString().slice(0, 19)}Z` };
}

async function firstOf<T>(work: Promise<T>, withinMs: number, tooLate: () => UserError): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
