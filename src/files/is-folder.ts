import { statSync } from 'node:fs';

/** Is a path that of a folder? Not where that cannot be told, as with what may not be looked at or links that lead in a circle: whoever reads it says why. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
