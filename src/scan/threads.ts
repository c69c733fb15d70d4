import { Worker } from 'node:worker_threads';
import { type Walked, walk } from '../files/walk.ts';
import type { Message } from '../message.ts';
import { type FilesLookedAt, type Scanned, Scanning } from './content.ts';
import { evenIgnored, type FileScanOptions } from './files.ts';
import type { BatchesJob, SlowRule } from './in-worker.ts';
import type { RuleChoice } from './own-rules.ts';
import { defaultMaxBytes } from './too-large.ts';

/** Files for one thread. */
export interface Batch {
  readonly index: number;
  readonly walked: readonly Walked[];
}

/** What a thread says: what it made of a batch, or of which rule it takes no notice any more. */
export type BatchTold = ({ readonly kind: 'batch'; readonly index: number } & FilesLookedAt) | SlowRule;

export interface ThreadOptions extends FileScanOptions {
  readonly threads: number;
  /** The built `scan/worker.mjs`. */
  readonly program: string;
  /** What `detect.rules` was made of, as rules do not go from thread to thread. */
  readonly rules: RuleChoice;
  /** Told of a rule that is left out since it takes too long, by each thread. */
  readonly onSlow: (problem: Message) => void;
}

const batchSize = 256;
// So many lie ready at a thread, so that it does not wait for this one.
const ahead = 2;

/** Scans as `scan` does, and finds the same in the same order, on several threads; this one walks the folders and puts together what they find. */
export async function scanOnThreads(paths: readonly string[], options: ThreadOptions): Promise<Scanned> {
  const { threads, program, maxBytes = defaultMaxBytes, rules, onSlow } = options;
  const { rules: _, ...detect } = options.detect ?? {};
  const inside = { archives: options.archives !== undefined, notebooks: options.notebooks !== undefined };
  const job: BatchesJob = { what: 'batches', maxBytes, options: { ...detect, suspects: true }, rules, inside };
  const batches = batchesOf(walk(paths, { ...options, evenIgnored }));
  const done: FilesLookedAt[] = [];
  const workers = Array.from({ length: threads }, () => new Worker(program, { workerData: job }));
  try {
    await Promise.all(workers.map((worker) => feed(worker, batches, done, onSlow)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  const scanning = new Scanning(options, true);
  for (const batch of done) scanning.add(batch);
  scanning.pairUp();
  return scanning;
}

function* batchesOf(files: Iterable<Walked>): Generator<Batch> {
  let walked: Walked[] = [];
  let index = 0;
  for (const file of files) {
    if (walked.push(file) < batchSize) continue;
    yield { index: index++, walked };
    walked = [];
  }
  if (walked.length > 0) yield { index, walked };
}

/** Gives batches to a thread until there are none, and puts what it makes of them where it belongs. */
function feed(worker: Worker, batches: Iterator<Batch>, done: FilesLookedAt[], onSlow: ThreadOptions['onSlow']): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting = 0;
    const give = (): void => {
      while (waiting < ahead) {
        const { value } = batches.next();
        if (value === undefined) break;
        worker.postMessage(value);
        waiting++;
      }
      if (waiting === 0) resolve();
    };
    worker.on('message', (told: BatchTold) => {
      if (told.kind === 'slow') {
        onSlow(told.said);
        return;
      }
      done[told.index] = told;
      waiting--;
      try {
        give();
      } catch (error) {
        reject(error);
      }
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread of the scan ended with ${code}`)));
    give();
  });
}
