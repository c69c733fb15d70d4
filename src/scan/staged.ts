import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { credentialOf } from '../detect/report.ts';
import type { Git } from '../files/git.ts';
import { inFolder } from '../files/in-folder.ts';
import { readPlainFile } from '../files/plain-file.ts';
import type { Message } from '../message.ts';
import { type Change, changeOf, type GitScanOptions, rawDiff, readBlobsSoon, runSoon } from './blobs.ts';
import { type FoundIn, filesInside, foldersOf, type LookedInto, lookInto, type Scanned, Scanning } from './content.ts';
import { defaultMaxBytes } from './too-large.ts';

export interface StagedScan extends Scanned {
  /** How many are in a parent of the commit already. */
  readonly committedBefore: number;
}

/**
 * Scans what is staged, as the index has it and not as the work tree does. A secret that the last commit, or one that is merged, already has in the same file, or in one that this
 * commit takes away as a move does, is counted but not reported, as this commit does not add it. The halves of a key in two files, of which one is staged, are one key. Paths count from the top of the repository.
 * @throws UserError where git cannot do it, e.g. outside a repository.
 */
export async function scanStaged(git: Git, options: GitScanOptions): Promise<StagedScan> {
  const { maxBytes = defaultMaxBytes } = options;
  const reading = { ...options, maxBytes };
  const { changes, removed } = await stagedChanges(git, options);
  const scanning = new Scanning(options, true);
  const found: { readonly change: Change; readonly in: readonly FoundIn[] }[] = [];
  let index = 0;
  for await (const content of readBlobsSoon(
    git,
    changes.map(({ after }) => after),
    reading,
  )) {
    const change = changes[index++]!;
    found.push({ change, in: await scanning.lookWithin(content, change.file) });
  }
  const staged = found.flatMap((one) => one.in);
  scanning.pairUp([...staged, ...(await besides(git, changes, staged, options))]);

  // what was there before is read only of the few files in which something was found
  const known = new Known();
  const suspicious = found.filter((one) => one.in.some(({ reports }) => reports.length > 0));
  const before: Before[] = suspicious.flatMap(({ change: { file, before } }) => (before === undefined ? [] : [{ file, before }]));
  if (suspicious.length > 0) {
    before.push(...removed);
    for (const head of await mergedHeads(git, options)) {
      const merged = await stagedChanges(git, options, head);
      const beforeOf = new Map(merged.changes.map(({ file, before }) => [file, before]));
      for (const { change } of suspicious) {
        const { file, after } = change;
        const there = beforeOf.has(file) ? beforeOf.get(file) : after; // what does not differ is there as it is
        if (there !== undefined) before.push({ file, before: there });
      }
      before.push(...merged.removed);
    }
  }
  index = 0;
  const blobs = before.map((one) => one.before);
  for await (const content of readBlobsSoon(git, blobs, reading)) {
    const { file, isRemoved } = before[index++]!;
    for await (const looked of lookedInto(content, file, options)) known.add(looked, isRemoved);
  }
  const all = staged.flatMap(({ reports, credentials }) => reports.map((report, at) => ({ report, credential: credentials[at]! })));
  const findings = all.flatMap(({ report, credential }) => (known.has(report.file, credential) ? [] : [report]));
  const { files, bytes, skipped, accepted } = scanning;
  return { findings, files, bytes, skipped, accepted, committedBefore: all.length - findings.length };
}

/**
 * The credentials that the parents of the commit have: themselves, in memory, as the fingerprint of a short one says nothing of it, and one that was changed would seem to be known.
 */
class Known {
  private readonly inFiles = new Set<string>();
  private readonly removed = new Set<string>();

  add({ file, found }: LookedInto, isRemoved = false): void {
    for (const finding of found) {
      const credential = credentialOf(finding);
      if (isRemoved) this.removed.add(credential);
      else this.inFiles.add(`${file}\0${credential}`);
    }
  }

  has(file: string, credential: string): boolean {
    return this.removed.has(credential) || this.inFiles.has(`${file}\0${credential}`);
  }
}

/** All that a file holds, also what is no secret without its other half. */
async function* lookedInto(content: Uint8Array | Message, file: string, options: GitScanOptions): AsyncGenerator<LookedInto> {
  const { detect, notebooks } = options;
  const lookOptions = { ...detect, suspects: true, ...(notebooks === undefined ? {} : { notebooks }) };
  for await (const one of filesInside(content, file, options) ?? [{ content, file }]) {
    const looked = lookInto(one.content, one.file, lookOptions);
    if ('found' in looked) yield looked;
  }
}

/** How many files are looked into for the other halves of keys, and how large one may be. */
const mostBesides = 64;
const largestBesides = 1024 * 1024;

/** What the index has beside staged files in which a half of a key stands alone: its other half may have been committed long ago. Nothing of it is reported. */
async function besides(
  git: Git,
  changes: readonly Change[],
  staged: readonly FoundIn[],
  options: GitScanOptions,
): Promise<readonly FoundIn[]> {
  const lone = staged.filter(({ halves }) => halves === 'lone').map(({ file }) => foldersOf(file));
  if (lone.length === 0) return [];
  const nearest = new Set(lone.map(([folder]) => folder));
  const folders = new Set(lone.flat());
  const { leavesOut, signal } = options;
  const changed = new Set(changes.map(({ file }) => file));
  // a name of the top is none that git takes
  const where = folders.has('.') ? [] : ['--', ...folders];
  const listed = await runSoon(git, ['ls-files', '--stage', '-z', '--full-name', ...where], signal);
  const files = listed
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const [, id, file] = /^100\d{3} ([0-9a-f]+) 0\t(.+)$/s.exec(line) ?? [];
      return id === undefined || !folders.has(posix.dirname(file!)) || changed.has(file!) || leavesOut?.(file!)
        ? []
        : [{ id, file: file! }];
    })
    .sort((a, b) => Number(nearest.has(posix.dirname(b.file))) - Number(nearest.has(posix.dirname(a.file))))
    .slice(0, mostBesides);
  const scanning = new Scanning({ ...options, onSkip: () => {}, onFile: () => {} }, true);
  const found: FoundIn[] = [];
  let index = 0;
  const blobs = files.map(({ id }) => id);
  for await (const content of readBlobsSoon(git, blobs, { ...options, maxBytes: largestBesides })) {
    found.push(...(await scanning.lookWithin(content, files[index++]!.file)));
  }
  return found;
}

/** How many branches a merge may have: git asks about each, and some merge as many as 60. */
const mostMerged = 64;
const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The commits that are merged, if some are: they are parents of the commit too. git itself names only the first of them, and keeps all in a file. (https://git-scm.com/docs/gitrevisions, MERGE_HEAD)
 * What is no id is passed over: somebody who made the folder may have written an option of git there.
 */
async function mergedHeads(git: Git, { signal }: GitScanOptions): Promise<readonly string[]> {
  const folder = (await runSoon(git, ['rev-parse', '--absolute-git-dir'], signal)).toString('utf8').replace(/\n$/, '');
  const file = inFolder(folder, 'MERGE_HEAD');
  const lines = existsSync(file) ? readPlainFile(file, 'followed').split('\n') : [];
  return lines.filter((line) => commitId.test(line)).slice(0, mostMerged);
}

/** What a file was in a parent of the commit: its blob. */
interface Before {
  readonly file: string;
  readonly before: string;
  /** The commit takes the file away, or gives it another name. */
  readonly isRemoved?: true;
}

/** How the index differs from the last commit, or from another one that the commit has as a parent. */
async function stagedChanges(
  git: Git,
  { paths = [], leavesOut, signal }: GitScanOptions,
  ...parent: readonly string[]
): Promise<{ readonly changes: readonly Change[]; readonly removed: readonly Before[] }> {
  const listed = await runSoon(git, ['diff', '--cached', ...rawDiff, '--diff-filter=ADMT', ...parent, '--', ...paths], signal).catch(
    async (error: unknown) => {
      await runSoon(git, ['rev-parse', '--git-dir'], signal); // where there is no repository that git opens, this says why, and diff does not
      throw error;
    },
  );
  const tokens = listed.toString('utf8').split('\0');
  const changes: Change[] = [];
  const removed: Before[] = [];
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [raw, file] = [tokens[at]!, tokens[at + 1]!];
    const change = changeOf(raw, file);
    if (change && !leavesOut?.(file)) changes.push(change);
    const [, before] = /^:100\d{3} 000000 ([0-9a-f]+) 0+ D$/.exec(raw) ?? [];
    if (before !== undefined) removed.push({ file, before, isRemoved: true });
  }
  return { changes, removed };
}
