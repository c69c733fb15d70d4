import { type Message, message, UserError } from '../message.ts';
import { deleteOldKey } from './delete.ts';
import type { RotationDoors } from './doors.ts';
import type { RotationRecord } from './journal.ts';
import { resume } from './run.ts';

/** What became of a rotation that was interrupted, or whose grace period is over. */
export interface FinishedRotation {
  readonly profile: string;
  readonly outcome: 'in grace' | 'taken back' | 'old key deleted' | 'failed';
  readonly said: Message;
}

/**
 * Finishes every rotation that was interrupted and deletes every old key whose grace period is over; of one profile where one is named. While another
 * process rotates nothing is done: what it left over is found the next time. One that fails keeps none of the others, and is tried again the next time.
 */
export async function finishRotations(doors: RotationDoors, only?: string): Promise<readonly FinishedRotation[]> {
  const due = async () =>
    (await doors.journal.list()).filter((record) => isDue(record, doors.now()) && (only ?? record.profile) === record.profile);
  if ((await due()).length === 0) return [];
  let free = false;
  try {
    return await doors.exclusively(async () => {
      free = true;
      const finished: FinishedRotation[] = [];
      for (const record of await due()) finished.push(await finish(record, doors));
      return finished;
    }, 0);
  } catch (error) {
    if (free || !(error instanceof UserError)) throw error;
    return [];
  }
}

function isDue({ phase, deleteAfter }: RotationRecord, now: Date): boolean {
  return phase !== 'grace' || (deleteAfter !== undefined && Date.parse(deleteAfter) <= now.getTime());
}

async function finish(record: RotationRecord, doors: RotationDoors): Promise<FinishedRotation> {
  const { profile, phase, oldKeyId } = record;
  try {
    if (phase === 'grace') await deleteOldKey(record, doors);
    const left = phase === 'grace' ? undefined : await resume(record, doors);
    if (left !== undefined) {
      return { profile, outcome: 'in grace', said: message('An interrupted rotation of the profile {profile} was finished.', { profile }) };
    }
    if (phase === 'undoing') {
      return {
        profile,
        outcome: 'taken back',
        said: message('An interrupted rotation of the profile {profile} was taken back.', { profile }),
      };
    }
    return {
      profile,
      outcome: 'old key deleted',
      said: message('The old access key {accessKeyId} of the profile {profile} was deleted: its grace period is over.', {
        accessKeyId: oldKeyId,
        profile,
      }),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { profile, outcome: 'failed', said: error.said };
  }
}
