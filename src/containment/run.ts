import { type Message, message, UserError } from '../message.ts';
import type { Acting, ContainmentDoors } from './doors.ts';
import { type ContainmentPlan, refuseItself } from './plan.ts';
import { does, inOrder, kindOf, type Step } from './steps.ts';
import { type NamedRecord, OpenRecord, type UndoRecord } from './undo-file.ts';

/** What became of a containment. */
export interface Containment extends NamedRecord {
  /** What could not be done, and why; another try may do it. */
  readonly failed: readonly { readonly step: Step; readonly why: Message }[];
  /** What was not in force when it was read back, and was done once more. */
  readonly repeated: readonly Step[];
}

const lockWaitMs = 10_000;

/**
 * Contains as a person agreed to: the steps of these ids, keys and users first. A step that fails keeps none of the others. What each step's undo needs is
 * in the undo file before anything is changed. When `signal` is aborted, the steps under way end and the rest is left.
 * @throws UserError, with nothing changed, where the profile has come to act as somebody else, or as one whose rights would be taken.
 */
export function runContainment(
  plan: ContainmentPlan,
  ids: ReadonlySet<string>,
  doors: ContainmentDoors,
  signal?: AbortSignal,
): Promise<Containment> {
  return doors.exclusively(async () => {
    const steps = plan.steps.filter(({ id }) => ids.has(id)).map(({ step }) => step);
    const acting = await doors.open(plan.profile);
    const { account, arn } = plan.identity;
    const agreed = { account, arn, ...(plan.endpoint === undefined ? {} : { endpoint: plan.endpoint }) };
    await expectSame(acting, agreed, steps);
    if (acting.keyId !== plan.keyId) throw changedSince(acting, arn, arn);
    const record: UndoRecord = {
      version: 1,
      at: doors.now().toISOString(),
      ...agreed,
      profile: plan.profile,
      phase: 'containing',
      entries: steps.map((step) => ({ step, state: 'planned' })),
    };
    const path = await doors.undoFiles.create(record);
    return goOn({ path, record }, acting, doors, signal);
  }, lockWaitMs);
}

/**
 * Finishes a containment that was cut off.
 * @throws UserError where its profile acts as somebody else now, or has no credentials.
 */
export async function resumeContainment(cutOff: NamedRecord, doors: ContainmentDoors, signal?: AbortSignal): Promise<Containment> {
  const { record } = cutOff;
  const acting = await doors.open(record.profile);
  await expectSame(
    acting,
    record,
    record.entries.map(({ step }) => step),
  );
  return goOn(cutOff, acting, doors, signal);
}

/** @throws UserError unless this is still the identity, the account and the endpoint that a person agreed to, and none whose rights are to be taken. */
async function expectSame(acting: Acting, agreed: Pick<UndoRecord, 'account' | 'arn' | 'endpoint'>, steps: readonly Step[]): Promise<void> {
  const identity = await acting.cloud.identity();
  if (identity.account !== agreed.account || identity.arn !== agreed.arn || acting.endpoint !== agreed.endpoint) {
    throw changedSince(acting, identity.arn, agreed.arn);
  }
  refuseItself(steps, identity, acting);
}

function changedSince(acting: Acting, found: string, agreed: string): UserError {
  return new UserError(
    'The profile {profile} was changed since the preview: it acts as {found} at {place} now, and was to act as {agreed}. Nothing was done; look at it again.',
    { profile: acting.profile, found, place: placeName(acting), agreed },
  );
}

/** Where AWS is asked. */
export const placeName = ({ endpoint }: { readonly endpoint?: string | undefined }): string => endpoint ?? 'AWS';

/** What is said of a step that had to be done once more. */
export const takenBack = (step: Step): Message =>
  message('{step}: this was not in force when it was read back, and was done again. Somebody with rights in IAM may be taking it back.', {
    step: does(step),
  });

async function goOn(begun: NamedRecord, acting: Acting, doors: ContainmentDoors, signal?: AbortSignal): Promise<Containment> {
  const file = new OpenRecord(begun, doors.undoFiles);
  const all = begun.record.entries.length;
  let over = 0;
  let stepsOfIamOver = doors.now().getTime();
  await inOrder(indexed(begun.record), 'forward', async ({ index, step, state }) => {
    if (signal?.aborted) return;
    if (state !== 'done' && state !== 'needless') {
      doors.progress?.(does(step), over, all);
      await contain(index, file, acting);
    }
    over++;
    if (kindOf(step).stands !== undefined) stepsOfIamOver = doors.now().getTime();
  });
  let repeated: readonly Step[] = [];
  if (!signal?.aborted && file.record.entries.some(isWatched)) {
    doors.progress?.(message('Reading back what was changed'), over, all);
    await doors.pause(Math.max(0, stepsOfIamOver + doors.pace.readBackMs - doors.now().getTime()), signal);
    repeated = await repeatWhatIsGone(file, acting);
  }
  const untouched = file.record.entries.some(({ state, why }) => state === 'planned' && why === undefined);
  await file.setPhase(untouched ? 'stopped' : 'contained');
  return { ...failuresOf(file), repeated };
}

/** Does a step and writes down how it went. Only a refusal of the cloud is a failed step: what keeps the file from being written ends everything. */
async function contain(index: number, file: OpenRecord, { cloud }: Acting): Promise<void> {
  const { step, state } = file.record.entries[index]!;
  const kind = kindOf(step);
  const failed = async (work: Promise<unknown>): Promise<Message | undefined> => {
    try {
      await work;
      return undefined;
    } catch (error) {
      if (error instanceof UserError) return error.said;
      throw error;
    }
  };
  let facts: Step | undefined = step;
  // Of a step that was begun the file has what was before; what is now may be its own doing.
  if (state !== 'begun') {
    const why = await failed(
      kind.look(step, cloud).then((found) => {
        facts = found;
      }),
    );
    if (why !== undefined) return file.setEntry(index, { step, state: 'planned', why });
    if (facts === undefined) return file.setEntry(index, { step, state: 'needless' });
    await file.setEntry(index, { step: facts, state: 'begun' });
  }
  const why = await failed(kind.apply(facts, cloud));
  await file.setEntry(index, why === undefined ? { step: facts, state: 'done' } : { step: facts, state: 'begun', why });
}

/** Does once more what was done and is not in force. */
async function repeatWhatIsGone(file: OpenRecord, { cloud }: Acting): Promise<readonly Step[]> {
  const repeated: Step[] = [];
  for (const { index, step, state } of indexed(file.record)) {
    if (!isWatched({ step, state })) continue;
    const kind = kindOf(step);
    try {
      if (await kind.stands!(step, cloud)) continue;
      repeated.push(step);
      await kind.apply(step, cloud);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      await file.setEntry(index, { step, state, why: error.said });
    }
  }
  return repeated;
}

/**
 * Reads back once more, a minute later, what a containment changed in IAM: somebody with rights in IAM may take it back. What is gone is done again.
 * @returns what that was. @throws UserError where the profile acts as somebody else meanwhile.
 */
export async function lookAgain(path: string, doors: ContainmentDoors, signal?: AbortSignal): Promise<Containment | undefined> {
  await doors.pause(doors.pace.readAgainMs, signal);
  if (signal?.aborted) return undefined;
  return doors.exclusively(async () => {
    const record = await doors.undoFiles.read(path);
    if (record.phase !== 'contained' || !record.entries.some(isWatched)) return undefined;
    const acting = await doors.open(record.profile);
    await expectSame(acting, record, []);
    const file = new OpenRecord({ path, record }, doors.undoFiles);
    const repeated = await repeatWhatIsGone(file, acting);
    return { ...failuresOf(file), repeated };
  }, lockWaitMs);
}

const isWatched = ({ step, state }: Pick<UndoRecord['entries'][number], 'step' | 'state'>): boolean =>
  state === 'done' && kindOf(step).stands !== undefined;

export const indexed = ({ entries }: UndoRecord) => entries.map((entry, index) => ({ ...entry, index }));

export function failuresOf({ path, record }: NamedRecord): Omit<Containment, 'repeated'> {
  return { path, record, failed: record.entries.flatMap(({ step, why }) => (why === undefined ? [] : [{ step, why }])) };
}
