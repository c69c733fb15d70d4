import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';
import { inFolder } from './in-folder.ts';

/** A program of this name on the PATH, by absolute path: a file of the folder that is open is never meant. Undefined where there is none. */
export function programOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const program = inFolder(folder, name);
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // the next folder may have it
    }
  }
  return undefined;
}
