import type { AccessKey } from '../credentials/access-key.ts';
import type { ServedProfile } from '../credentials/profile.ts';
import { type Message, message, UserError } from '../message.ts';
import { applyEdits, type FileChange } from './edit.ts';
import { type StowJournal, type StowRecord, stowedFile } from './journal.ts';

/** What goes into the keychain: an AWS access key, or any other secret. */
export interface StowedItem {
  readonly account: string;
  readonly content: string;
}

/** A stow as a person agreed to it. */
export interface StowPlan {
  readonly id: string;
  /** The rule's name. */
  readonly what: string;
  readonly item: StowedItem;
  /** The literal secrets that the changes take out of files; the journal never holds them. */
  readonly secrets: readonly string[];
  /** The pair itself, where it is one, and the profile that will serve it. */
  readonly key?: AccessKey;
  readonly profile?: ServedProfile;
  /** Changes that take nothing away (a new profile's section), made before the reference is proven. */
  readonly additions: readonly FileChange[];
  /** Changes that take the secret out, made last. */
  readonly removals: readonly FileChange[];
  /** Changes that another hand makes afterwards, as the editor does of a paste: here only their undo is noted down. */
  readonly leaves?: readonly FileChange[];
  /** The folder that may resolve the references, by its real path. */
  readonly folder?: string;
  readonly references: readonly string[];
}

/** The outside world as a stow needs it. */
export interface StowDoors {
  readonly keychain: {
    read(account: string): Promise<string | undefined>;
    write(account: string, secret: string): Promise<void>;
    remove(account: string): Promise<boolean>;
  };
  readonly files: {
    /** What the file holds now, as the person sees it (an open editor wins over the disk); undefined where there is none. */
    read(path: string): Promise<string | undefined>;
    /** Makes the edits, whole or not at all, and saves; throws where the file no longer holds `before`. */
    apply(change: FileChange): Promise<void>;
    remove(path: string): Promise<void>;
  };
  readonly grants: {
    add(folder: string, references: readonly string[]): Promise<void>;
    remove(folder: string, references: readonly string[]): Promise<void>;
  };
  readonly journal: StowJournal;
  /** Runs the work while no other process stows or restores. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Shows that what is left behind works, through the tools that will use it; throws a UserError where it does not. */
  prove(plan: StowPlan, stage: 'before removal' | 'after removal'): Promise<void>;
  readonly now: () => Date;
}

/**
 * Stows a secret: keychain item written and read back, reference put in place and proven, and only then the plaintext taken out of the file.
 * A failure at any step takes everything back and leaves the files as they were.
 * @throws UserError that says which step failed and why.
 */
export function runStow(plan: StowPlan, doors: StowDoors): Promise<StowRecord> {
  return doors.exclusively(() => stow(plan, doors));
}

async function stow(plan: StowPlan, doors: StowDoors): Promise<StowRecord> {
  await expectUnchanged([...plan.additions, ...plan.removals], doors);
  const present = await doors.keychain.read(plan.item.account);
  const madeItem = present !== plan.item.content;
  if (present !== undefined && madeItem) {
    throw new UserError('The keychain already holds another secret under the name {account}. Choose another name.', {
      account: plan.item.account,
    });
  }
  const record: StowRecord = {
    id: plan.id,
    at: doors.now().toISOString(),
    state: 'begun',
    what: plan.what,
    account: plan.item.account,
    madeItem,
    ...(plan.profile === undefined ? {} : { profile: plan.profile.name }),
    ...(plan.folder === undefined ? {} : { folder: plan.folder }),
    references: [...plan.references],
    files: latestFirst(plan),
  };
  await doors.journal.write(record);
  return orTakenBack(async (undo) => {
    undo.push(() => doors.journal.remove(plan.id));
    if (madeItem) {
      undo.push(() => doors.keychain.remove(plan.item.account));
      await doors.keychain.write(plan.item.account, plan.item.content);
    }
    if ((await doors.keychain.read(plan.item.account)) !== plan.item.content) {
      throw new UserError('The keychain gave back something else than was stored. Nothing was changed.');
    }
    if (plan.folder !== undefined && plan.references.length > 0) {
      const { folder, references } = plan;
      undo.push(() => doors.grants.remove(folder, references));
      await doors.grants.add(folder, references);
    }
    await apply(plan.additions, undo, doors);
    await doors.prove(plan, 'before removal');
    await apply(plan.removals, undo, doors);
    await doors.prove(plan, 'after removal');
    const done: StowRecord = { ...record, state: 'done' };
    await doors.journal.write(done);
    return done;
  });
}

/** Changes of profiles as a person agreed to them: no secret is taken out of any file, and nothing goes to the keychain. */
export interface ProfilePlan {
  readonly id: string;
  /** What it is, for the list of stows. */
  readonly what: string;
  readonly profile: string;
  readonly changes: readonly FileChange[];
}

/**
 * Changes profiles in all files or in none, with an entry in the journal of stows that gives every byte back.
 * @throws UserError that says why; the files are as they were.
 */
export function runProfileChange({ id, what, profile, changes }: ProfilePlan, doors: StowDoors): Promise<StowRecord> {
  return doors.exclusively(async () => {
    await expectUnchanged(changes, doors);
    const files = changes.map((change) => stowedFile(change, false, [])).reverse();
    const record: StowRecord = {
      id,
      at: doors.now().toISOString(),
      state: 'begun',
      what,
      madeItem: false,
      profile,
      references: [],
      files,
    };
    await doors.journal.write(record);
    return orTakenBack(async (undo) => {
      undo.push(() => doors.journal.remove(id));
      await apply(changes, undo, doors);
      const done: StowRecord = { ...record, state: 'done' };
      await doors.journal.write(done);
      return done;
    });
  });
}

type Undo = (() => Promise<unknown>)[];

async function apply(changes: readonly FileChange[], undo: Undo, doors: StowDoors): Promise<void> {
  for (const change of changes) {
    await doors.files.apply(change);
    undo.push(() => takeBack(change, doors));
  }
}

/** Does the work; where it throws, what it noted down to undo is undone, the last first. */
async function orTakenBack<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const undo: Undo = [];
  try {
    return await work(undo);
  } catch (error) {
    const stuck = await takeAllBack(undo);
    if (stuck.length > 0) throw new AggregateError([error, ...stuck], 'a change failed and could not be taken back whole');
    throw error;
  }
}

async function expectUnchanged(changes: readonly FileChange[], doors: StowDoors): Promise<void> {
  const seen = new Set<string>();
  for (const { path, before } of changes) {
    if (seen.has(path)) continue; // a second change of a file starts from what the first one leaves
    seen.add(path);
    if (((await doors.files.read(path)) ?? '') !== before)
      throw new UserError('{file} changed since the preview. Nothing was done; look at it again.', { file: path });
  }
}

/** The order in which the files are given back. */
function latestFirst({ additions, removals, leaves = [], secrets }: StowPlan): StowRecord['files'] {
  const added = additions.map((change) => stowedFile(change, true, secrets));
  return [...added, ...[...removals, ...leaves].map((change) => stowedFile(change, false, secrets))].reverse();
}

async function takeBack({ path, before, edits }: FileChange, doors: StowDoors): Promise<void> {
  const after = applyEdits(before, edits);
  if (before === '') return doors.files.remove(path);
  await doors.files.apply({ path, before: after, edits: [{ start: 0, end: after.length, text: before }] });
}

async function takeAllBack(undo: Undo): Promise<unknown[]> {
  const stuck: unknown[] = [];
  for (const step of [...undo].reverse()) {
    try {
      await step();
    } catch (error) {
      stuck.push(error);
    }
  }
  return stuck;
}

/** What a person should hear after a stow: where the secret may still be. */
export const afterwards: Message = message(
  'The secret is in the keychain now. The old text may still be in the editor’s Local History and in git: if it was ever pushed or shared, replace the key itself.',
);
