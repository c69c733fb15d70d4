import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { walk } from '../files/walk.ts';
import { type Message, message } from '../message.ts';
import { type Inside, limitOf, type Scanned, Scanning, type ScanOptions } from './content.ts';
import { defaultMaxBytes, tooLarge } from './too-large.ts';

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
  const read = reader(maxBytes, options);
  const scanning = new Scanning(options, true);
  let turn = Date.now();
  for (const { path, bytes, file, skipped, ignored } of walk(paths, { ...options, evenIgnored })) {
    const now = Date.now();
    if (now - turn > turnMs) {
      await setImmediate();
      turn = now;
    }
    signal?.throwIfAborted();
    const content = skipped ?? read(bytes ?? path);
    if (options.archives === undefined) scanning.look(content, file, { ignored });
    else await scanning.lookWithin(content, file, { ignored });
  }
  scanning.pairUp();
  return scanning;
}

/**
 * Reads whole files into one buffer that it uses again: what it gives holds until the next call. Three system calls for a small file; the
 * asynchronous functions take ten times as long.
 */
export function reader(maxBytes: number, inside: Inside = {}): (path: string | Uint8Array) => Uint8Array | Message {
  let kept = Buffer.allocUnsafeSlow(Math.min(maxBytes + 1, 256 * 1024));
  return (path) => {
    let buffer = kept;
    let limit = maxBytes;
    let file: number | undefined;
    try {
      file = openSync(typeof path === 'string' ? path : Buffer.from(path), 'r');
      let size = 0;
      for (;;) {
        const count = readSync(file, buffer, size, buffer.length - size, null);
        size += count;
        if (count === 0 || size < buffer.length) return buffer.subarray(0, size);
        limit = limitOf(buffer, maxBytes, inside);
        if (size > limit || fstatSync(file).size > limit) return tooLarge(limit);
        const larger = Buffer.allocUnsafeSlow(Math.min(limit + 1, buffer.length * 4));
        buffer.copy(larger);
        buffer = larger;
        if (limit === maxBytes) kept = larger;
      }
    } catch (error) {
      return message('not readable ({code})', { code: (error as NodeJS.ErrnoException).code ?? 'unknown' });
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };
}
