import { Worker } from 'node:worker_threads';
import type { Report } from '../detect/report.ts';
import { type Message, UserError } from '../message.ts';
import type { Scanned } from './content.ts';
import type { Commit } from './history.ts';

/** What is scanned, and where. */
export interface Job {
  readonly what: 'files' | 'history';
  readonly folder: string;
  readonly maxBytes: number;
  readonly disabledRules: readonly string[];
}

/** What the worker says. */
export type Told =
  | { readonly kind: 'progress'; readonly files: number; readonly file: string }
  | { readonly kind: 'done'; readonly scanned: Scanned & { readonly findings: readonly (Report & Partial<Commit>)[] } }
  | { readonly kind: 'refused'; readonly said: Message };

/**
 * Scans on a thread of its own; `program` is the built `scan/worker.mjs`. An abort ends the thread at once.
 * @throws UserError where it cannot be done, the signal's reason when it is aborted.
 */
export function scanInWorker(
  program: string,
  job: Job,
  onProgress: (files: number, file: string) => void,
  signal: AbortSignal,
): Promise<Extract<Told, { kind: 'done' }>['scanned']> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(program, { workerData: job });
    const abort = () => {
      reject(signal.reason);
      void worker.terminate();
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', (told: Told) => {
      if (told.kind === 'progress') onProgress(told.files, told.file);
      else if (told.kind === 'done') resolve(told.scanned);
      else reject(UserError.of(told.said));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', abort);
      reject(new Error(`the scan ended with ${code} and said nothing`));
    });
  });
}
