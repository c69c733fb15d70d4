import type { Edited, Refused, SecretPlace } from '../edit.ts';
import type { Grammar, SourceParser } from '../grammar.ts';
import type { WorkspaceFile } from '../readers.ts';

/** A secret in a file, and the environment variable that is to take its place. */
export interface Taken {
  readonly place: SecretPlace;
  readonly variable: string;
}

/** Edits that put environment references in the place of secrets. */
export interface EnvironmentEdited extends Edited {
  /** What each variable has to hold, in the order given: the secret, or the whole string that it is a part of. */
  readonly values: readonly string[];
  /** Nothing is started on this machine that the reference in `.env` would reach: `notes` say what is to be done. */
  readonly startsElsewhere?: true;
}

export interface EnvironmentFile {
  /** From the folder of the workspace, as those of the workspace's files are. */
  readonly path: string;
  readonly text: string;
}

export interface EnvironmentDoors {
  readonly parser: (grammar: Grammar) => Promise<SourceParser>;
  readonly workspaceFiles: () => Promise<Iterable<WorkspaceFile>>;
}

/** The edits of one kind of file, or why none would surely work. `reads`: how it reads a variable, as its language has it. */
export type EnvironmentEdit = (
  file: EnvironmentFile,
  taken: readonly Taken[],
  doors: EnvironmentDoors,
  reads: (variable: string) => string,
) => Promise<EnvironmentEdited | Refused>;

/** Do two files of the workspace lie in one folder? */
export const isBeside = (path: string, other: string): boolean => folderOf(path) === folderOf(other);

/** Does a file of the workspace lie in the folder of the other, or in a folder of that? */
export const isBelow = (path: string, other: string): boolean => `/${folderOf(path)}`.startsWith(`/${folderOf(other)}`);

const folderOf = (path: string): string => path.replaceAll('\\', '/').replace(/[^/]*$/, '');
