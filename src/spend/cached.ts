import { readFile } from 'node:fs/promises';
import type { GenericSchema, InferOutput } from 'valibot';
import { readStored } from '../credentials/stored.ts';
import { errorCode, fileError } from '../files/file-error.ts';

/** What a JSON file of the cache folder holds; undefined where there is none, or it is of another version: it is made anew then. @throws UserError where it cannot be read. */
export async function readCached<Schema extends GenericSchema>(schema: Schema, file: string): Promise<InferOutput<Schema> | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  });
  return text === undefined ? undefined : readStored(schema, text);
}
