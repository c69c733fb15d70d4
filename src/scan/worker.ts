import { parentPort, workerData } from 'node:worker_threads';
import { detect } from '../detect/detect.ts';
import { openGit } from '../files/git.ts';
import { OwnIgnoreFiles } from '../files/ignore-files.ts';
import { foldersUpToTop } from '../files/repository.ts';
import { UserError } from '../message.ts';
import { baselinesOf } from './baseline.ts';
import { CleanFiles } from './clean-files.ts';
import type { LookedInto, ScanOptions, Skipped } from './content.ts';
import { scan } from './files.ts';
import { scanHistory } from './history.ts';
import type { BatchesJob, Job, TextJob, Told } from './in-worker.ts';
import { insideOf } from './inside.ts';
import { lookAtFiles } from './look-at-files.ts';
import { ruleSetOf } from './own-rules.ts';
import { renamed } from './renamed.ts';
import type { Batch, BatchTold } from './threads.ts';
import { trackedThoughIgnored } from './tracked.ts';

// Runs one job on a thread of its own, so that nobody waits for it.

const job = workerData as Job | TextJob | BatchesJob;
const tell = (told: Told): void => parentPort!.postMessage(told);
const tellEveryMs = 200;

let hasSlow = false;
// what is wrong with one was said where it is written
const { rules } = await ruleSetOf(job.rules, (said) => {
  hasSlow = true;
  tell({ kind: 'slow', said });
});

if (job.what === 'text') tell({ kind: 'found', found: detect(job.text, { ...job.options, rules }) });
else if (job.what === 'batches') await runBatches(job);
else await runScan(job);

async function runBatches({ maxBytes, options, inside: choice }: BatchesJob): Promise<void> {
  const inside = await insideOf(choice);
  const { notebooks } = inside;
  const readOptions = { ...inside, maxBytes, look: { ...options, rules, ...(notebooks === undefined ? {} : { notebooks }) } };
  let before = Promise.resolve();
  // one after the other, as each file is read into the same memory
  parentPort!.on('message', (batch: Batch) => {
    before = before.then(() => look(batch));
  });

  async function look({ index, walked }: Batch): Promise<void> {
    const [looked, skipped]: [LookedInto[], Skipped[]] = [[], []];
    let [files, bytes] = [0, 0];
    for await (const some of lookAtFiles(walked, readOptions)) {
      looked.push(...some.looked);
      skipped.push(...some.skipped);
      files += some.files;
      bytes += some.bytes;
    }
    const done: BatchTold = { kind: 'batch', index, looked, skipped, files, bytes };
    parentPort!.postMessage(done);
  }
}

async function runScan({ what, folder, isTrusted, maxBytes, disabledRules, exclude, known, clean: before }: Job): Promise<void> {
  try {
    const folders = foldersUpToTop(folder, folder);
    const [here, top] = [folders[0]!, folders.at(-1)!];
    // where the names of the reports count from, at first
    const from = what === 'files' ? here : top;
    const { accepts } = await baselinesOf(new Set(folders), from);
    let files = 0;
    let told = performance.now();
    const clean = new CleanFiles(before);
    const options: ScanOptions = {
      accepts,
      clean,
      detect: { rules, disabledRules: new Set(disabledRules), ...(known === undefined ? {} : { known }) },
      onFile(file) {
        files++;
        if (performance.now() - told < tellEveryMs) return;
        told = performance.now();
        tell({ kind: 'progress', files, file });
      },
    };
    // without git, what its ignore files name is taken for ignored
    const tracked = isTrusted ? trackedThoughIgnored(process.env, () => {}) : undefined;
    const ignoreCase = process.platform === 'win32' || process.platform === 'darwin';
    const own = new OwnIgnoreFiles(top, ignoreCase);
    const { findings, skipped, accepted, bytes, ...more } =
      what === 'files'
        ? await scan(['.'], { ...options, cwd: folder, maxBytes, ignoreCase, exclude, tracked })
        : await scanHistory(openGit(folder, process.env), { ...options, maxBytes, leavesOut: (file) => own.ignore(file) });
    const named = findings.map((one) => renamed(one, from, here));
    tell({
      kind: 'done',
      scanned: { findings: named, skipped, accepted, bytes, files: more.files, clean: hasSlow ? new Uint8Array() : clean.packed() },
    });
  } catch (error) {
    if (error instanceof UserError) tell({ kind: 'refused', said: error.said });
    else throw error;
  }
}
