import { setImmediate } from 'node:timers/promises';
import { walk } from '../files/walk.ts';
import { type Scanned, Scanning, type ScanOptions } from './content.ts';
import { lookAtFiles } from './look-at-files.ts';
import { defaultMaxBytes } from './too-large.ts';

export interface FileScanOptions extends ScanOptions {
  /** What relative paths, and the files of the reports, are relative to. */
  readonly cwd: string;
  /** Also what ignore files exclude. */
  readonly noIgnore?: boolean;
  /** 10 MB if absent. */
  readonly maxBytes?: number;
  readonly ignoreCase?: boolean;
  /** More patterns of what is left out, as in a `.keystowignore` of each folder that is named. */
  readonly exclude?: readonly string[];
  /** The files of a folder that git tracks though `.gitignore` names them, as `trackedThoughIgnored` has them; none if absent. */
  readonly tracked?: ((folder: string) => readonly string[]) | undefined;
}

/** The names of files that are made to hold secrets: git should ignore them, and a person should know what lies in them. */
const madeForSecrets =
  /^(?:\.env(?:\..+)?|.+\.env|.+\.(?:pem|key|ppk|tfvars|tfstate)|id_(?:rsa|dsa|ecdsa|ed25519)|\.?credentials(?:\.\w+)?|secrets?\.\w+|service[-_]?account.*\.json|accesskeys?.*\.csv|local\.settings\.json|\.?kubeconfig|\.(?:npmrc|pypirc|netrc|pgpass|s3cfg|boto|git-credentials))$/i;
export const evenIgnored = (name: string): boolean => madeForSecrets.test(name);

// The longest time between two turns of the event loop, so that a cancel is heard.
const turnMs = 30;

/**
 * Scans the files at and below `paths`, and those that git ignores where their names say that they are made to hold secrets. Throws UserError for a path that does not exist, the signal's reason when it is aborted. A file that
 * cannot be read is skipped with a reason.
 */
export async function scan(paths: readonly string[], options: FileScanOptions): Promise<Scanned> {
  const { signal, maxBytes = defaultMaxBytes } = options;
  const scanning = new Scanning(options, true);
  const { lookOptions: look } = scanning;
  let turn = Date.now();
  for await (const some of lookAtFiles(walk(paths, { ...options, evenIgnored }), { ...options, maxBytes, look })) {
    scanning.add(some);
    const now = Date.now();
    if (now - turn > turnMs) {
      await setImmediate();
      turn = now;
    }
    signal?.throwIfAborted();
  }
  scanning.pairUp();
  return scanning;
}
