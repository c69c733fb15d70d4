import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { array, check, object, pipe, string } from 'valibot';
import { withLock } from '../files/lock.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { readStored } from './stored.ts';

/** That a reference may be resolved for what lies in a folder. */
export interface Grant {
  /** The folder's real path: one reached through a symbolic link is another one. */
  readonly folder: string;
  readonly reference: string;
}

export type Grants = readonly Grant[];

const storedGrants = array(object({ folder: pipe(string(), check(isAbsolute)), reference: string() }));

/** The grants in this file; none where there is no file. @throws UserError where it holds something else: nothing is granted then. */
export async function readGrants(file: string): Promise<Grants> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw new UserError(
      'The file {file} cannot be read ({code}). Make it readable for you, then try again.',
      { file, code: error.code ?? '' },
      { cause: error },
    );
  });
  const grants = readStored(storedGrants, content);
  if (grants === undefined) {
    throw new UserError(
      'The file {file} is damaged, so no reference is resolved. Delete it, then stow or grant again where you are asked.',
      { file },
    );
  }
  return grants;
}

/** Grants these references to the folder (its real path), whatever other processes grant at the same time. */
export function addGrants(file: string, folder: string, references: readonly string[]): Promise<void> {
  return change(file, (grants) => {
    const missing = references.filter((reference) => !grants.some((grant) => grant.folder === folder && grant.reference === reference));
    return [...grants, ...missing.map((reference) => ({ folder, reference }))];
  });
}

/** Takes the grants of these references to the folder back. */
export function removeGrants(file: string, folder: string, references: readonly string[]): Promise<void> {
  return change(file, (grants) => grants.filter((grant) => grant.folder !== folder || !references.includes(grant.reference)));
}

/** Whether a reference may be resolved in this folder (its real path): it was granted to the folder itself or to one above it. */
export function isGranted(grants: Grants, realFolder: string, reference: string): boolean {
  return grants.some((grant) => grant.reference === reference && holds(grant.folder, realFolder));
}

function holds(folder: string, inner: string): boolean {
  const path = relative(folder, inner);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path));
}

function change(file: string, edit: (grants: Grants) => Grants): Promise<void> {
  return withLock(file, async () => {
    const grants = edit(await readGrants(file));
    await replaceFile(file, `${JSON.stringify(grants, null, 2)}\n`);
  });
}
