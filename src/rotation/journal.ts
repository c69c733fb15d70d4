import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorCode, fileError } from '../files/file-error.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';

const keyId = v.pipe(v.string(), v.regex(/^\w{16,128}$/));
const time = v.pipe(v.string(), v.isoTimestamp());

const recordSchema = v.object({
  version: v.literal(1),
  profile: v.string(),
  /** Whose keys these are: checked again before each change. */
  account: v.string(),
  arn: v.string(),
  region: v.string(),
  endpoint: v.optional(v.string()),
  /** What is about to be done, and may have been done already. */
  phase: v.picklist(['clearing', 'creating', 'storing', 'proving', 'switching', 'deactivating', 'grace', 'deleting', 'undoing']),
  oldKeyId: keyId,
  newKeyId: v.optional(keyId),
  /** The key that the person gave up so that there is room for a new one. */
  removeFirst: v.optional(keyId),
  /** The keys that the user had before the new one was asked for. */
  before: v.array(keyId),
  /** When a new key was last asked for. */
  askedAt: v.optional(time),
  graceDays: v.number(),
  deactivatedAt: v.optional(time),
  deleteAfter: v.optional(time),
});

/** A rotation under way, or in its grace period; no secret in it. */
export type RotationRecord = v.InferOutput<typeof recordSchema>;

/** The journal of rotations: one file a profile in the data folder, until the old key is deleted or the rotation undone. */
export interface RotationJournal {
  read(profile: string): Promise<RotationRecord | undefined>;
  list(): Promise<readonly RotationRecord[]>;
  write(record: RotationRecord): Promise<void>;
  remove(profile: string): Promise<void>;
}

/** The journal in `folder`. Its methods throw a UserError where a file in it cannot be read or is something else. */
export function openRotationJournal(folder: string): RotationJournal {
  const fileOf = (profile: string) => join(folder, `${hash('sha256', profile).slice(0, 32)}.json`);
  return {
    read: (profile) => readRecord(fileOf(profile)),
    async list() {
      const names = await readdir(folder).catch(async (error: unknown) => {
        if (errorCode(error) === 'ENOENT') return [];
        throw fileError(error, folder);
      });
      const files = names.filter((name) => name.endsWith('.json')).sort();
      const records = await Promise.all(files.map((name) => readRecord(join(folder, name))));
      return records.filter((record) => record !== undefined);
    },
    async write(record) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(fileOf(record.profile), `${JSON.stringify(record, null, 2)}\n`);
    },
    remove: (profile) => rm(fileOf(profile), { force: true }),
  };
}

async function readRecord(file: string): Promise<RotationRecord | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
  const parsed = v.safeParse(recordSchema, jsonOf(text));
  if (parsed.success) return parsed.output;
  throw new UserError(
    '{file} is not a record of a rotation. Look in IAM at which keys the user has, then move the file elsewhere and try again.',
    { file },
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
