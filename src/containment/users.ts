import { type Message, message } from '../message.ts';
import type { Burning } from './burning.ts';
import type { ContainmentCloud, KeyUse, UserKey } from './cloud.ts';

/** A user of the account who has access keys, as a person decides about it. */
export interface UserFacts {
  readonly name: string;
  readonly keys: readonly (UserKey & { readonly lastUse: KeyUse | undefined })[];
  /** The ARNs of the managed policies that are attached. */
  readonly policies: readonly string[];
}

/** A user, and whether its key looks leaked. */
export interface Suspect extends UserFacts {
  readonly leaked: boolean;
  /** Why, or when its key was last used. */
  readonly because: Message;
}

const usersAtOnce = 8;
const lateMs = 60 * 60_000;

type Attempt = <T>(what: Message, reading: Promise<T>) => Promise<T | undefined>;

/** What is known of these users, of those who have access keys. What cannot be read is told to `attempt`, and keeps no user from being denied. */
export async function readUsers(names: readonly string[], cloud: ContainmentCloud, attempt: Attempt): Promise<readonly UserFacts[]> {
  const found: UserFacts[] = [];
  const left = [...names];
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const keys = await attempt(message('the keys of the user {user}', { user: name }), cloud.keys(name));
      if (keys !== undefined && keys.length > 0) found.push(await readUser(name, keys, cloud, attempt));
    }
  };
  await Promise.all(Array.from({ length: usersAtOnce }, worker));
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

async function readUser(name: string, keys: readonly UserKey[], cloud: ContainmentCloud, attempt: Attempt): Promise<UserFacts> {
  const used = keys.map(async (key) => {
    const { accessKeyId } = key;
    const what = message('the last use of the access key {accessKeyId}', { accessKeyId });
    return { ...key, lastUse: await attempt(what, cloud.lastUse(accessKeyId)) };
  });
  const policies = attempt(message('the policies of the user {user}', { user: name }), cloud.attachedPolicies(name));
  return { name, keys: await Promise.all(used), policies: (await policies) ?? [] };
}

/** AWS attaches it to the user of a key that it found in public, in one of several versions. */
export function isQuarantined({ policies }: Pick<UserFacts, 'policies'>): boolean {
  return policies.some((arn) => /^arn:aws[\w-]*:iam::aws:policy\/AWSCompromisedKeyQuarantine/.test(arn));
}

/**
 * Why the user looks as if its key had leaked; undefined where it does not. A key counts that AWS itself marks, and one that was used within the hour for
 * a service that burns money in that region; where nobody knows what burns, for Lambda.
 */
export function suspicion(user: UserFacts, burning: readonly Burning[] | undefined, now: Date): Message | undefined {
  if (isQuarantined(user)) return message('AWS marks its key as leaked');
  const burns = ({ service, region }: KeyUse) =>
    burning === undefined
      ? service === 'lambda'
      : burning.some((part) => part.perHour > 0 && part.service.toLowerCase() === service && part.region === region);
  const use = newestUse(user);
  return use !== undefined && now.getTime() - use.at.getTime() <= lateMs && burns(use) ? used(user, now) : undefined;
}

/** When and for what one of the user's keys was last used. */
export function used(user: UserFacts, now: Date): Message {
  const use = newestUse(user);
  if (use === undefined) return message('its key was never used');
  const minutes = Math.max(0, Math.round((now.getTime() - use.at.getTime()) / 60_000));
  const { service, region } = use;
  if (minutes < 120) return message('its key was used {minutes} min ago for {service} in {region}', { minutes, service, region });
  const day = use.at.toISOString().slice(0, 10);
  return message('its key was used on {day} for {service} in {region}', { day, service, region });
}

function newestUse({ keys }: UserFacts): KeyUse | undefined {
  return keys
    .flatMap(({ lastUse }) => lastUse ?? [])
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .at(0);
}
