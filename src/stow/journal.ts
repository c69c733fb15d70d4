import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { applyEdits, type FileChange, invertEdits } from './edit.ts';

const fileSchema = v.object({
  path: v.string(),
  /** Whether the stow only added to this file (a profile's section), and took nothing out of it. */
  addition: v.boolean(),
  /** SHA-256 of the text that the stow left behind, which holds no secret. */
  left: v.string(),
  /** What stands where now (`start`, `now`), and what stood there, with a hole where the secret was. */
  undo: v.array(v.object({ start: v.number(), now: v.string(), before: v.string() })),
});

const recordSchema = v.object({
  id: v.string(),
  at: v.string(),
  /** `begun` until the last file is written: a record that stays so was interrupted and is taken back. */
  state: v.picklist(['begun', 'done', 'restored']),
  /** The rule's name, for the list of stows. */
  what: v.string(),
  /** The keychain item; none where profiles were changed and no secret was taken out. */
  account: v.optional(v.string()),
  /** Whether this stow made the keychain item, so that taking it back may remove it. */
  madeItem: v.boolean(),
  profile: v.optional(v.string()),
  folder: v.optional(v.string()),
  references: v.array(v.string()),
  files: v.array(fileSchema),
});

/** One stow, without its secret. */
export type StowRecord = v.InferOutput<typeof recordSchema>;
export type StowedFile = v.InferOutput<typeof fileSchema>;

const hole = '\u0000secret\u0000';

/** What it takes to give a file back: its edits backwards, with the secret cut out. Without a secret, every byte of what the edits replace is kept. */
export function stowedFile(change: FileChange, addition: boolean, secrets: readonly string[]): StowedFile {
  const { path, before, edits } = change;
  const after = applyEdits(before, edits);
  const cut = (text: string) =>
    secrets.length === 0 ? text : withoutTokens(secrets.reduce((rest, secret, i) => rest.replaceAll(secret, `${hole}${i}${hole}`), text));
  const undo = invertEdits(before, edits).map(({ start, end, text }) => ({ start, now: after.slice(start, end), before: cut(text) }));
  return { path, addition, left: digest(after), undo };
}

/** A session token that stood beside a long-term key is of no use and ends by itself: it is neither journaled nor given back. */
function withoutTokens(text: string): string {
  return text.replace(/((?:session|security)_?token["']?[ \t]{0,20}[=:][ \t]{0,20}["']?)[^\s"',]+/gi, '$1').replace(/[\w+/=-]{100,}/g, '');
}

/**
 * The text before the stow, rebuilt from what the file holds now. Byte for byte where the file is as the stow left it; where it was changed since, what
 * was taken out goes back to where its replacement stands; where that is gone and the secret is back, as the editor's own undo leaves it, all stays.
 * @throws UserError where the replacement is no longer there.
 */
export function restoredText(file: StowedFile, now: string, secrets: readonly string[]): string {
  const fill = (text: string) => secrets.reduce((rest, secret, i) => rest.replaceAll(`${hole}${i}${hole}`, () => secret), text);
  let out = '';
  let at = 0;
  const untouched = isAsLeft(file, now);
  const isBack = !untouched && secrets.length > 0 && secrets.every((secret) => now.includes(secret));
  for (const { start, now: standing, before } of file.undo) {
    const found = untouched ? start : standing === '' ? at : now.indexOf(standing, at);
    if (isBack && (standing === '' || found < 0)) return now;
    if (found < 0)
      throw new UserError('{file} was changed since: {text} is no longer there, so the secret cannot be put back in its place.', {
        file: file.path,
        text: standing.trim(),
      });
    out += now.slice(at, found) + fill(before);
    at = found + standing.length;
  }
  return out + now.slice(at);
}

/** Whether the file is byte for byte as the stow left it. */
export function isAsLeft(file: StowedFile, now: string): boolean {
  return digest(now) === file.left;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** The journal of stows: one file each in the data folder, without a secret. */
export interface StowJournal {
  /** All stows, newest first. */
  list(): Promise<StowRecord[]>;
  write(record: StowRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

export function openStowJournal(folder: string): StowJournal {
  const path = (id: string) => join(folder, `${id}.json`);
  return {
    async list() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      const records = await Promise.all(names.map((name) => readRecord(join(folder, name))));
      return records.sort((a, b) => b.at.localeCompare(a.at));
    },
    write: (record) => replaceFile(path(record.id), `${JSON.stringify(record, null, 2)}\n`),
    remove: (id) => rm(path(id)),
  };
}

async function readRecord(path: string): Promise<StowRecord> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UserError(
      '{file} is not readable JSON. Move it elsewhere; what it stowed is still in the keychain.',
      { file: path },
      { cause: error },
    );
  }
  const parsed = v.safeParse(recordSchema, content);
  if (!parsed.success)
    throw new UserError('{file} is not a record of a stow. Move it elsewhere; what it stowed is still in the keychain.', { file: path });
  return parsed.output;
}
