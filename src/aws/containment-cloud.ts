import type { ContainmentCloud } from '../containment/cloud.ts';
import type { AccessKey, SessionCredentials } from '../credentials/access-key.ts';
import type { AwsPlace } from './client.ts';

/** A bill that runs away is worth waiting for a service that throttles; each of these calls may be made again. */
const patient = { attempts: 5 };
/** A region that hangs keeps its own functions only, and those no longer than this. */
const callTimeoutMs = 20_000;

/** What a containment asks of AWS and changes there, as this key. Each client is loaded at its first use. */
export function containmentCloud(key: AccessKey | SessionCredentials, place: Omit<AwsPlace, 'region'>): ContainmentCloud {
  const at = (region: string): AwsPlace => ({ ...place, region });
  // IAM, and Account, answer for all regions there.
  const home = at('us-east-1');
  const keys = async () => (await import('./iam.ts')).keyCloud(home);
  const users = () => import('./iam-users.ts');
  const lambda = () => import('./lambda-concurrency.ts');
  const within = () => ({ ...patient, signal: AbortSignal.timeout(callTimeoutMs) });
  return {
    identity: async () => (await keys()).identity(key),
    users: async () => (await users()).userNames(key, home, patient),
    keys: async (userName) => (await import('./iam.ts')).listUserKeys(key, home, userName, patient),
    async lastUse(accessKeyId) {
      const use = await (await keys()).lastUse(key, accessKeyId);
      return use?.at && { at: use.at, service: use.service ?? '', region: use.region ?? '' };
    },
    setKeyActive: async (userName, accessKeyId, active) => (await keys()).setActive(key, accessKeyId, active, userName),
    attachedPolicies: async (userName) => (await users()).attachedUserPolicies(key, home, userName, patient),
    attachPolicy: async (userName, arn) => (await users()).attachUserPolicy(key, home, userName, arn, patient),
    detachPolicy: async (userName, arn) => (await users()).detachUserPolicy(key, home, userName, arn, patient),
    regions: async () => (await import('./account.ts')).enabledRegions(key, home, () => {}, patient),
    functions: async (region) => (await lambda()).functionLimits(key, at(region)),
    reserved: async (region, name) => (await lambda()).reservedConcurrency(key, at(region), name, within()),
    reserve: async (region, name, reserved) => (await lambda()).reserveConcurrency(key, at(region), name, reserved, within()),
  };
}
