import { readFile } from 'node:fs/promises';
import { record, string } from 'valibot';
import { withLock } from '../files/lock.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { readStored } from './stored.ts';

const storedProfiles = record(string(), string());

/** The profiles that a person chose, by the real path of the folder. @throws UserError where the file holds something else. */
export async function readFolderProfiles(file: string): Promise<Readonly<Record<string, string>>> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw new UserError(
      'The file {file} cannot be read ({code}). Make it readable for you, then try again.',
      { file, code: error.code ?? '' },
      { cause: error },
    );
  });
  const profiles = readStored(storedProfiles, content);
  if (profiles === undefined)
    throw new UserError('The file {file} is damaged. Delete it, then choose the profiles of your folders again.', { file });
  return profiles;
}

/** Remembers the profile of a folder, whatever other windows choose at the same time. */
export function chooseFolderProfile(file: string, folder: string, profile: string): Promise<void> {
  return withLock(file, async () => {
    const profiles = await readFolderProfiles(file);
    await replaceFile(file, `${JSON.stringify({ ...profiles, [folder]: profile }, null, 2)}\n`);
  });
}
