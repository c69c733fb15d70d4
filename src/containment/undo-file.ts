import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorCode, fileError } from '../files/file-error.ts';
import { replaceFile } from '../files/write.ts';
import { type Message, UserError } from '../message.ts';
import { stepSchema } from './steps.ts';

const said: v.GenericSchema<Message> = v.object({
  text: v.string(),
  values: v.record(v.string(), v.union([v.string(), v.number(), v.lazy(() => said)])),
});

const entry = v.object({
  step: stepSchema,
  /**
   * `planned`: not touched yet. `begun`: may have been done. `needless`: it was so already, and its undo is nobody's. `undone`: as it was before.
   */
  state: v.picklist(['planned', 'begun', 'done', 'needless', 'undone']),
  /** Why it could not be done, or undone. */
  why: v.optional(said),
});

const recordSchema = v.object({
  version: v.literal(1),
  /** When it was begun. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  /** Who contained, with which profile and where. */
  arn: v.string(),
  profile: v.string(),
  endpoint: v.optional(v.string()),
  /** `containing` and `undoing` are under way, or were cut off; `stopped` by a person. */
  phase: v.picklist(['containing', 'contained', 'stopped', 'undoing', 'undone']),
  entries: v.array(entry),
});

/** A containment: its journal while it goes on, and afterwards all that its undo needs. No secret in it. */
export type UndoRecord = v.InferOutput<typeof recordSchema>;
export type UndoEntry = v.InferOutput<typeof entry>;

export interface NamedRecord {
  readonly path: string;
  readonly record: UndoRecord;
}

/** The undo files of containments, in the data folder. Its methods throw a UserError where a file cannot be read or written, or is something else. */
export interface UndoFiles {
  /** The path of the new file. */
  create(record: UndoRecord): Promise<string>;
  write(path: string, record: UndoRecord): Promise<void>;
  read(path: string): Promise<UndoRecord>;
  /** Newest first. */
  list(): Promise<readonly NamedRecord[]>;
}

const fileName = /^keystow-undo-\d{12}-\d{8}T\d{6}Z\.json$/;

/** The undo files of `folder`. */
export function openUndoFiles(folder: string): UndoFiles {
  const contentOf = (record: UndoRecord) => `${JSON.stringify(record, null, 2)}\n`;
  return {
    async create(record) {
      const path = await freePath(folder, record);
      await replaceFile(path, contentOf(record), { expected: null });
      return path;
    },
    write: (path, record) => replaceFile(path, contentOf(record)),
    read: readRecord,
    async list() {
      const names = await namesIn(folder);
      const files = names.filter((name) => fileName.test(name)).map((name) => join(folder, name));
      const all = await Promise.all(files.map(async (path) => ({ path, record: await readRecord(path) })));
      return all.sort((a, b) => b.record.at.localeCompare(a.record.at));
    },
  };
}

/** Named for its time; where a containment of the same second has the name, for the next second that is free. */
async function freePath(folder: string, { account, at }: UndoRecord): Promise<string> {
  const taken = new Set(await namesIn(folder));
  for (let time = Date.parse(at); ; time += 1000) {
    const second = new Date(time).toISOString().replace(/\.\d+/, '');
    const name = `keystow-undo-${account}-${second.replaceAll(/[-:]/g, '')}.json`;
    if (!taken.has(name)) return join(folder, name);
  }
}

/** @throws UserError where the folder is there and cannot be read. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileError(error, folder);
  });
}

async function readRecord(path: string): Promise<UndoRecord> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
  const parsed = v.safeParse(recordSchema, jsonOf(text));
  if (parsed.success) return parsed.output;
  throw new UserError(
    '{file} is not an undo file of a containment, or was changed by hand. What a containment changes can be given back in the AWS console too: keys and policies under IAM, reserved concurrency under Lambda.',
    { file: path },
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An undo file under way. What is changed while the file is being written goes into the next writing, all together. */
export class OpenRecord {
  readonly path: string;
  readonly #files: UndoFiles;
  #record: UndoRecord;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor({ path, record }: NamedRecord, files: UndoFiles) {
    this.path = path;
    this.#record = record;
    this.#files = files;
  }

  get record(): UndoRecord {
    return this.#record;
  }

  /** Is on the disk when it fulfils. */
  setPhase(phase: UndoRecord['phase']): Promise<void> {
    this.#record = { ...this.#record, phase };
    return this.#save();
  }

  /** Puts `entry` in the place of the one at `index`; is on the disk when it fulfils. */
  setEntry(index: number, entry: UndoEntry): Promise<void> {
    this.#record = { ...this.#record, entries: this.#record.entries.with(index, entry) };
    return this.#save();
  }

  #save(): Promise<void> {
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined;
      this.#writing = this.#files.write(this.path, this.#record);
      return this.#writing;
    });
    return this.#next;
  }
}
