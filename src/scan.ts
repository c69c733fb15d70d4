import { closeSync, openSync, readSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { detect as detectAll, type Finding } from './detect/detect.ts';
import { type Report, report } from './detect/report.ts';
import { decode } from './files/decode.ts';
import { walk } from './files/walk.ts';
import { type Message, message } from './message.ts';

/** A file that was not scanned, and why. */
export interface Skipped {
  readonly file: string;
  readonly reason: Message;
}

export interface ScanOptions {
  /** What relative paths, and the files of the reports, are relative to. */
  readonly cwd: string;
  /** Also what ignore files exclude. */
  readonly noIgnore?: boolean;
  /** A file of more bytes is skipped; 10 MB if absent. */
  readonly maxBytes?: number;
  readonly ignoreCase?: boolean;
  /** The findings of a text; all rules if absent. */
  readonly detect?: (text: string) => readonly Finding[];
  readonly onSkip?: (skipped: Skipped) => void;
  /** Called after each file that was scanned, e.g. to show progress. */
  readonly onFile?: (file: string) => void;
  readonly signal?: AbortSignal;
}

export interface Scanned {
  readonly findings: readonly Report[];
  /** How many files, and their bytes, were read and looked at. */
  readonly files: number;
  readonly bytes: number;
  readonly skipped: readonly Skipped[];
}

// The longest time between two turns of the event loop, so that a cancel is heard.
const turnMs = 30;

/**
 * Scans the files at and below `paths`. Throws UserError for a path that does not exist, the signal's reason when it is aborted. A file that
 * cannot be read is skipped with a reason.
 */
export async function scan(paths: readonly string[], options: ScanOptions): Promise<Scanned> {
  const { cwd, detect = detectAll, signal } = options;
  const read = reader(options.maxBytes ?? 10 * 1024 * 1024);
  const findings: Report[] = [];
  const skipped: Skipped[] = [];
  let files = 0;
  let bytes = 0;
  let turn = performance.now();
  for (const { path, skipped: reason } of walk(paths, options)) {
    const now = performance.now();
    if (now - turn > turnMs) {
      await setImmediate();
      turn = now;
    }
    signal?.throwIfAborted();
    const file = relative(cwd, path).replaceAll(sep, '/');
    const content = reason ?? read(path);
    const decoded = content instanceof Uint8Array ? decode(content) : { skipped: content };
    if ('skipped' in decoded) {
      const skip = { file, reason: decoded.skipped };
      skipped.push(skip);
      options.onSkip?.(skip);
      continue;
    }
    files++;
    bytes += (content as Uint8Array).length;
    const found = detect(decoded.text);
    if (found.length > 0) findings.push(...report(decoded.text, found, file));
    options.onFile?.(file);
  }
  return { findings, files, bytes, skipped };
}

/**
 * Reads whole files into one buffer that it uses again: what it gives holds until the next call. Three system calls for a small file; the
 * asynchronous functions take ten times as long.
 */
function reader(maxBytes: number): (path: string) => Uint8Array | Message {
  let buffer = Buffer.allocUnsafeSlow(Math.min(maxBytes + 1, 256 * 1024));
  return (path) => {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      let size = 0;
      for (;;) {
        const count = readSync(file, buffer, size, buffer.length - size, null);
        size += count;
        if (count === 0 || size < buffer.length) return buffer.subarray(0, size);
        if (size > maxBytes) return message('larger than {megabytes} MB', { megabytes: maxBytes / 1024 / 1024 });
        const larger = Buffer.allocUnsafeSlow(Math.min(maxBytes + 1, buffer.length * 4));
        buffer.copy(larger);
        buffer = larger;
      }
    } catch (error) {
      return message('not readable ({code})', { code: (error as NodeJS.ErrnoException).code ?? 'unknown' });
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };
}

/** Scans one text that lies in no file, as a hook or an editor hands it over; `name` is what the reports call it. */
export function scanText(content: Uint8Array, name: string, detect: (text: string) => readonly Finding[] = detectAll): Scanned {
  const decoded = decode(content);
  if ('skipped' in decoded) return { findings: [], files: 0, bytes: 0, skipped: [{ file: name, reason: decoded.skipped }] };
  return { findings: report(decoded.text, detect(decoded.text), name), files: 1, bytes: content.length, skipped: [] };
}
