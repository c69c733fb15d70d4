import { UserError } from '../message.ts';
import { isDotenv } from './dotenv.ts';
import { applyEdits, editsBetween, type FileChange } from './edit.ts';
import { isAsLeft, restoredText, type StowRecord } from './journal.ts';
import type { StowDoors } from './run.ts';

/** The literal secrets inside a keychain item, in the order in which a plan names them. */
type SecretsOf = (account: string, content: string) => readonly string[];

/**
 * The changes that put a stowed secret back into its files, for the preview. A profile that another stow still uses stays.
 * @throws UserError where the keychain no longer has the secret, or a file was changed so much that there is no place for it.
 */
export async function planRestore(record: StowRecord, doors: StowDoors, secretsOf: SecretsOf): Promise<FileChange[]> {
  const secrets = await storedSecrets(record, doors, secretsOf);
  if (secrets === undefined)
    throw new UserError('The keychain no longer holds {account}, so the text cannot be rebuilt.', { account: record.account ?? '' });
  const shared = (await others(record, doors)).some(({ account, profile }) => account === record.account && profile === record.profile);
  const texts = new Map<string, string>();
  const changes: FileChange[] = [];
  for (const file of record.files) {
    if (file.addition && shared) continue;
    const before = texts.get(file.path) ?? (await doors.files.read(file.path));
    if (before === undefined)
      throw new UserError('{file} is no longer there, so the secret cannot be put back. It stays in the keychain.', { file: file.path });
    const after = restoredText(file, before, secrets);
    texts.set(file.path, after);
    changes.push({ path: file.path, before, edits: editsBetween(before, after) });
  }
  return changes;
}

/**
 * Puts a stowed secret back: the files first, then the keychain item (where this stow made it and no other one needs it) and the grants.
 * @throws UserError that says which file could not be given back; those before it are.
 */
export function runRestore(record: StowRecord, changes: readonly FileChange[], doors: StowDoors): Promise<void> {
  return doors.exclusively(async () => {
    for (const change of changes) await giveBack(change, doors);
    await doors.journal.write({ ...record, state: 'restored' });
    await forget(record, doors);
  });
}

/**
 * Finishes what a crash left in the middle: a stow that was begun and not ended is taken back. Where the plaintext is gone from a file that was
 * changed since, the stow counts as done instead, so that the keychain keeps the only copy.
 * @returns the records that were taken back.
 */
export function recoverStows(doors: StowDoors, secretsOf: SecretsOf): Promise<StowRecord[]> {
  return doors.exclusively(async () => {
    const begun = (await doors.journal.list()).filter(({ state }) => state === 'begun');
    const takenBack: StowRecord[] = [];
    for (const record of begun) {
      const secrets = await storedSecrets(record, doors, secretsOf);
      const plaintext: string[] = [];
      for (const file of record.files) {
        const before = await doors.files.read(file.path);
        if (before === undefined || (secrets === undefined && !file.addition)) continue;
        const after = isAsLeft(file, before) ? restoredText(file, before, secrets ?? []) : before;
        if (after !== before) await giveBack({ path: file.path, before, edits: editsBetween(before, after) }, doors);
        if (!file.addition) plaintext.push(after);
      }
      // with no keychain item the stow never got so far as to take anything out
      if ((secrets ?? []).every((secret) => plaintext.some((text) => text.includes(secret)))) {
        await forget(record, doors);
        await doors.journal.remove(record.id);
        takenBack.push(record);
      } else {
        await doors.journal.write({ ...record, state: 'done' });
      }
    }
    return takenBack;
  });
}

/** A `.env` file that nothing is left of was made by the stow. */
async function giveBack(change: FileChange, { files }: StowDoors): Promise<void> {
  const isOver = isDotenv(change.path) && change.before !== '' && applyEdits(change.before, change.edits) === '';
  if (isOver) await files.remove(change.path);
  else await files.apply(change);
}

/** The secrets that stood in the files, none where only profiles were changed; undefined where the keychain no longer has the item. */
async function storedSecrets(
  { account }: StowRecord,
  { keychain }: StowDoors,
  secretsOf: SecretsOf,
): Promise<readonly string[] | undefined> {
  if (account === undefined) return [];
  const content = await keychain.read(account);
  return content === undefined ? undefined : secretsOf(account, content);
}

/** Takes back what a stow made beside its files; what another stow still needs becomes that one's to take back. */
async function forget(record: StowRecord, doors: StowDoors): Promise<void> {
  const rest = await others(record, doors);
  if (record.folder !== undefined) {
    const { folder } = record;
    const kept = new Set(rest.filter((other) => other.folder === folder).flatMap(({ references }) => references));
    await doors.grants.remove(
      folder,
      record.references.filter((reference) => !kept.has(reference)),
    );
  }
  if (record.account === undefined) return;
  const needing = rest.filter(({ account }) => account === record.account);
  const heir = needing.find(({ profile }) => profile === record.profile) ?? needing[0];
  if (heir) {
    const additions = heir.profile === record.profile ? record.files.filter(({ addition }) => addition) : [];
    await doors.journal.write({ ...heir, madeItem: heir.madeItem || record.madeItem, files: [...heir.files, ...additions] });
  } else if (record.madeItem) {
    await doors.keychain.remove(record.account);
  }
}

/** The stows that still hold, but for this one. */
async function others(record: StowRecord, doors: StowDoors): Promise<StowRecord[]> {
  return (await doors.journal.list()).filter(({ id, state }) => id !== record.id && state !== 'restored');
}
