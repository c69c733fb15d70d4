import { existsSync, realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { inFolder } from './in-folder.ts';

/** The path that leads to a folder through no link, which its repository knows it by; that of what is not there as it is. */
export function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** The folder at which the repository of git begins that a folder lies in, by its path; undefined where it lies in none. */
export function repositoryTop(folder: string): string | undefined {
  if (existsSync(inFolder(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : repositoryTop(above);
}

/** Whether a path is that of a folder, or lies below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** A folder and those above it, the nearest first, up to `top`; the folder alone where it does not lie in that. */
export const foldersUpTo = (folder: string, top: string): string[] =>
  folder === top || !isWithin(folder, top) ? [folder] : [folder, ...foldersUpTo(dirname(folder), top)];

/** The same up to the top of its repository, by paths through no link; where it lies in none, up to `cwd`. */
export function foldersUpToTop(folder: string, cwd: string): string[] {
  const real = realFolder(folder);
  const top = repositoryTop(real);
  return top === undefined ? foldersUpTo(folder, cwd) : foldersUpTo(real, top);
}

/** The path of a folder below another one, with `/`: `''`, or ending in `/`. */
export const nameInside = (top: string, folder: string): string => (folder === top ? '' : `${relative(top, folder).replaceAll(sep, '/')}/`);
