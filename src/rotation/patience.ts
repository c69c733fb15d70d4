import type { AccessKey, Identity } from '../credentials/access-key.ts';
import { message, UserError } from '../message.ts';
import type { KeyCloud, RotationDoors } from './doors.ts';
import { failureKind } from './permissions.ts';

/** What it takes to wait. */
export type Patience = Pick<RotationDoors, 'pace' | 'pause' | 'now'>;

const tries = 5;

/** Whether a call that failed may succeed by waiting: neither a policy nor this machine's clock is at fault, nor ourselves. */
export function mayPass(error: unknown): boolean {
  const kind = failureKind(error);
  return kind !== undefined && kind !== 'denied' && kind !== 'clock';
}

/** What a call that may be made twice gives, tried again while its failure may pass: a key that was just made is refused for a while. */
export async function patiently<T>(call: () => Promise<T>, { pace, pause }: Patience): Promise<T> {
  for (let left = tries; ; left--) {
    try {
      return await call();
    } catch (error) {
      if (left === 1 || !mayPass(error)) throw error;
      await pause(pace.retryMs);
    }
  }
}

/**
 * Waits until several calls in a row have succeeded with this key, of STS and of IAM, as each learns of a key for itself.
 * @throws UserError where they have not in time, or where the key acts as somebody else.
 */
export async function waitUntilUsable(key: AccessKey, as: Pick<Identity, 'account' | 'arn'>, cloud: KeyCloud, doors: Patience) {
  const { pace, now, pause } = doors;
  const until = now().getTime() + pace.provenWithinMs;
  for (let inARow = 0; inARow < pace.proofs; ) {
    try {
      expectIdentity(await cloud.identity(key), as, key);
      if (inARow === pace.proofs - 1) await cloud.list(key);
      inARow++;
    } catch (error) {
      if (!mayPass(error)) throw error;
      inARow = 0;
      if (now().getTime() >= until) {
        throw new UserError(
          'AWS did not take the access key {accessKeyId} {proofs} times in a row within {seconds} seconds: {reason}',
          {
            accessKeyId: key.accessKeyId,
            proofs: pace.proofs,
            seconds: Math.round(pace.provenWithinMs / 1000),
            reason: error instanceof UserError ? error.said : message(''),
          },
          { cause: error },
        );
      }
    }
    if (inARow < pace.proofs) await pause(pace.betweenProofsMs);
  }
}

/** @throws UserError where the key is not of the user that the rotation was agreed for. */
export function expectIdentity(found: Identity, agreed: Pick<Identity, 'account' | 'arn'>, { accessKeyId }: AccessKey): void {
  if (found.account === agreed.account && found.arn === agreed.arn) return;
  throw new UserError('The access key {accessKeyId} acts as {found}, not as {agreed}. Nothing more is done; look at it again.', {
    accessKeyId,
    found: found.arn,
    agreed: agreed.arn,
  });
}
