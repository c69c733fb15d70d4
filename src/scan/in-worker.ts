import { Worker } from 'node:worker_threads';
import type { DetectOptions } from '../detect/detect.ts';
import type { Finding } from '../detect/finding.ts';
import type { KnownSecrets } from '../detect/known-secrets.ts';
import type { Commit, Report } from '../detect/report.ts';
import { type Message, UserError } from '../message.ts';
import type { Scanned } from './content.ts';
import type { InsideChoice } from './inside.ts';
import type { RuleChoice } from './own-rules.ts';

/** What is scanned, and where. */
export interface Job {
  readonly what: 'files' | 'history';
  readonly folder: string;
  /** Whether git may be asked in it: whoever does not trust a folder runs none there. */
  readonly isTrusted: boolean;
  readonly maxBytes: number;
  readonly disabledRules: readonly string[];
  /** Patterns of the files that are left out, beside those of `.keystowignore`; of the history they leave out nothing. */
  readonly exclude: readonly string[];
  readonly rules: RuleChoice;
  /** The person's own secrets. */
  readonly known: KnownSecrets | undefined;
  /** What an earlier scan of the folder with the same rules found nothing in. */
  readonly clean?: Uint8Array;
}

/** A text that is looked at, as it is too long for the thread that has it. */
export interface TextJob {
  readonly what: 'text';
  readonly text: string;
  readonly options: Omit<DetectOptions, 'rules'>;
  readonly rules: RuleChoice;
}

/** Files are looked at as they are told, some at a time. */
export interface BatchesJob {
  readonly what: 'batches';
  readonly maxBytes: number;
  readonly inside: InsideChoice;
  readonly options: Omit<DetectOptions, 'rules'>;
  readonly rules: RuleChoice;
}

/** `clean`: what it found nothing in, for the next scan of the folder. */
export type ScannedInWorker = Scanned & { readonly findings: readonly (Report & Partial<Commit>)[]; readonly clean: Uint8Array };

/** What the worker says. */
export type Told =
  | { readonly kind: 'progress'; readonly files: number; readonly file: string }
  | { readonly kind: 'done'; readonly scanned: ScannedInWorker }
  | { readonly kind: 'found'; readonly found: readonly Finding[] }
  | { readonly kind: 'refused'; readonly said: Message }
  | SlowRule;

/** A rule is left out from now on, since it takes too long. */
export interface SlowRule {
  readonly kind: 'slow';
  readonly said: Message;
}

/** A thread of its own, and who is told what it has to say. */
export interface WorkerThread {
  /** The built `scan/worker.mjs`. */
  readonly program: string;
  /** Told of each rule that it leaves out since it takes too long. */
  readonly onSlow: (problem: Message) => void;
}

/**
 * Scans on a thread of its own. An abort ends the thread at once.
 * @throws UserError where it cannot be done, the signal's reason when it is aborted.
 */
export async function scanInWorker(
  thread: WorkerThread,
  job: Job,
  onProgress: (files: number, file: string) => void,
  signal: AbortSignal,
): Promise<ScannedInWorker> {
  const last = await inWorker(thread, job, signal, (told) => {
    if (told.kind === 'progress') onProgress(told.files, told.file);
    return told.kind === 'done' ? told : undefined;
  });
  return last.scanned;
}

/**
 * The findings of one text, looked at on a thread of its own, as `scanInWorker` does.
 * @throws the signal's reason when it is aborted.
 */
export async function detectInWorker(
  thread: WorkerThread,
  text: string,
  options: Omit<DetectOptions, 'rules'>,
  rules: RuleChoice,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const job: TextJob = { what: 'text', text, options, rules };
  return (await inWorker(thread, job, signal, (told) => (told.kind === 'found' ? told : undefined))).found;
}

/** Runs a job; `lastOf` tells the worker's last word from those before it. */
function inWorker<Last extends Told>(
  { program, onSlow }: WorkerThread,
  job: Job | TextJob,
  signal: AbortSignal,
  lastOf: (told: Told) => Last | undefined,
): Promise<Last> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(program, { workerData: job });
    const abort = () => {
      reject(signal.reason);
      void worker.terminate();
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', (told: Told) => {
      if (told.kind === 'refused') return reject(UserError.of(told.said));
      if (told.kind === 'slow') return onSlow(told.said);
      const last = lastOf(told);
      if (last) resolve(last);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', abort);
      reject(new Error(`the scan ended with ${code} and said nothing`));
    });
  });
}
