import { type Message, message, UserError } from '../message.ts';
import type { ContainmentDoors } from './doors.ts';
import { resumeContainment } from './run.ts';
import { takeBack } from './undo.ts';
import type { NamedRecord } from './undo-file.ts';

/** What became of a containment that was cut off. */
export interface FinishedContainment extends NamedRecord {
  readonly outcome: 'contained' | 'undone' | 'failed';
  readonly said: Message;
}

/** The containments that were cut off, of this profile where one is named, oldest first. One that goes on in another process is among them. */
export async function cutOffContainments({ undoFiles }: Pick<ContainmentDoors, 'undoFiles'>, profile?: string) {
  const isCutOff = ({ record }: NamedRecord) => record.phase === 'containing' || record.phase === 'undoing';
  return (await undoFiles.list()).filter((one) => isCutOff(one) && (profile ?? one.record.profile) === one.record.profile).toReversed();
}

/**
 * Finishes what was cut off: a containment is contained, an undo undone. While another process contains nothing is done: what it leaves is found the next
 * time. One that cannot be finished keeps none of the others.
 */
export async function finishContainments(
  doors: ContainmentDoors,
  profile?: string,
  signal?: AbortSignal,
): Promise<readonly FinishedContainment[]> {
  if ((await cutOffContainments(doors, profile)).length === 0) return [];
  let free = false;
  try {
    return await doors.exclusively(async () => {
      free = true;
      const finished: FinishedContainment[] = [];
      for (const one of await cutOffContainments(doors, profile)) finished.push(await finish(one, doors, signal));
      return finished;
    }, 0);
  } catch (error) {
    if (free || !(error instanceof UserError)) throw error;
    return [];
  }
}

async function finish(cutOff: NamedRecord, doors: ContainmentDoors, signal?: AbortSignal): Promise<FinishedContainment> {
  const { path, record } = cutOff;
  const values = { account: record.account, file: path };
  try {
    const wasUndoing = record.phase === 'undoing';
    const { failed } = wasUndoing ? await takeBack(cutOff, doors, undefined, signal) : await resumeContainment(cutOff, doors, signal);
    if (failed.length > 0) {
      const why = { ...values, count: failed.length, reason: failed[0]!.why };
      return {
        ...cutOff,
        outcome: 'failed',
        said: message('A containment of the account {account} that was cut off went on, but {count} steps failed: {reason}', why),
      };
    }
    return wasUndoing
      ? {
          ...cutOff,
          outcome: 'undone',
          said: message('The undo of a containment of the account {account} that was cut off was finished.', values),
        }
      : {
          ...cutOff,
          outcome: 'contained',
          said: message('A containment of the account {account} that was cut off was finished. Its undo file: {file}', values),
        };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const said = message('A containment of the account {account} was cut off and cannot go on: {reason} Its undo file: {file}', {
      ...values,
      reason: error.said,
    });
    return { ...cutOff, outcome: 'failed', said };
  }
}
