import { type Message, UserError } from '../message.ts';
import type { ContainmentDoors } from './doors.ts';
import { failuresOf, indexed, placeName } from './run.ts';
import { inOrder, kindOf, type Step, undoes } from './steps.ts';
import { type NamedRecord, OpenRecord, type UndoEntry, type UndoRecord } from './undo-file.ts';

/** What became of an undo. */
export interface Undoing extends NamedRecord {
  /** What could not be given back, and why; another try may do it. */
  readonly failed: readonly { readonly step: Step; readonly why: Message }[];
  /** What was left as it is because it is gone, or somebody changed it since. */
  readonly left: readonly Message[];
}

const lockWaitMs = 60_000;

/** The steps that an undo gives back, in its order. */
export function stepsToUndo({ entries }: UndoRecord): readonly Step[] {
  return entries
    .filter(mayBeDone)
    .map(({ step }) => step)
    .toReversed();
}

const mayBeDone = ({ state }: UndoEntry): boolean => state === 'begun' || state === 'done';

/**
 * Undoes a containment from its file alone, the last step first. A step that fails keeps none of the others. `profile` acts, or the one that contained.
 * When `signal` is aborted, the steps under way end and the rest is left as it is.
 * @throws UserError, with nothing changed, where the file is none, or the profile is of another account or endpoint.
 */
export function undoContainment(path: string, doors: ContainmentDoors, profile?: string, signal?: AbortSignal): Promise<Undoing> {
  return doors.exclusively(async () => takeBack({ path, record: await doors.undoFiles.read(path) }, doors, profile, signal), lockWaitMs);
}

/** The undoing itself; may be begun again at any point. */
export async function takeBack(begun: NamedRecord, doors: ContainmentDoors, profile?: string, signal?: AbortSignal): Promise<Undoing> {
  const { path, record } = begun;
  const acting = await doors.open(profile ?? record.profile);
  const { account, arn } = await acting.cloud.identity();
  if (account !== record.account || acting.endpoint !== record.endpoint) {
    throw new UserError(
      'The profile {profile} acts as {found} at {place}, but {file} is of the account {account} at {other}. Nothing was done; name a profile of that account.',
      { profile: acting.profile, found: arn, place: placeName(acting), file: path, account: record.account, other: placeName(record) },
    );
  }
  const file = new OpenRecord(begun, doors.undoFiles);
  await file.setPhase('undoing');
  const steps = indexed(record).filter(mayBeDone);
  const left: Message[] = [];
  let over = 0;
  await inOrder(steps, 'backward', async ({ index, step, state }) => {
    if (signal?.aborted) return;
    doors.progress?.(undoes(step), over, steps.length);
    try {
      const stays = await kindOf(step).undo(step, acting.cloud);
      if (stays !== undefined) left.push(stays);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return file.setEntry(index, { step, state, why: error.said });
    }
    over++;
    await file.setEntry(index, { step, state: 'undone' });
  });
  // What is left is not begun again by itself: it needs a person.
  await file.setPhase(file.record.entries.some(mayBeDone) ? 'contained' : 'undone');
  return { ...failuresOf({ path, record: file.record }), left };
}
