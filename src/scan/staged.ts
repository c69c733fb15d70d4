import type { Git } from '../files/git.ts';
import { type Change, changeOf, type GitScanOptions, rawDiff, readBlobs } from './blobs.ts';
import { type Scanned, Scanning } from './content.ts';
import { defaultMaxBytes } from './too-large.ts';

export interface StagedScan extends Scanned {
  /** How many are in the last commit already. */
  readonly committedBefore: number;
}

/**
 * Scans what is staged, as the index has it and not as the work tree does. A secret that the last commit already has in the same file is counted but not
 * reported, as this commit does not add it. Paths count from the top of the repository.
 * @throws UserError where git cannot do it, e.g. outside a repository.
 */
export async function scanStaged(git: Git, options: GitScanOptions): Promise<StagedScan> {
  const { signal, maxBytes = defaultMaxBytes, paths = [] } = options;
  const reading = { ...options, maxBytes };
  const changes = await stagedChanges(git, paths, signal);
  const scanning = new Scanning(options);
  const suspects: (Change & { readonly before: string })[] = [];
  let index = 0;
  for await (const content of readBlobs(git, ids(changes, 'after'), reading)) {
    const { file, after, before } = changes[index++]!;
    if ((await scanning.lookWithin(content, file)).length > 0 && before !== undefined) suspects.push({ file, after, before });
  }

  // what was there before is read only of the few files in which something was found
  const committed = new Scanning({ ...options, onSkip: () => {}, onFile: () => {} });
  if (suspects.length > 0) {
    index = 0;
    for await (const content of readBlobs(git, ids(suspects, 'before'), reading))
      await committed.lookWithin(content, suspects[index++]!.file);
  }
  const known = new Set(committed.findings.map(({ file, fingerprint }) => `${fingerprint} ${file}`));
  const findings = scanning.findings.filter(({ file, fingerprint }) => !known.has(`${fingerprint} ${file}`));
  const { files, bytes, skipped, accepted } = scanning;
  return { findings, files, bytes, skipped, accepted, committedBefore: scanning.findings.length - findings.length };
}

const ids = (changes: readonly Change[], side: 'before' | 'after'): readonly string[] => changes.map((change) => change[side]!);

async function stagedChanges(git: Git, paths: readonly string[], signal: AbortSignal | undefined): Promise<readonly Change[]> {
  const listed = await git.run(['diff', '--cached', ...rawDiff, '--', ...paths], signal === undefined ? {} : { signal });
  const tokens = listed.toString('utf8').split('\0');
  const changes: Change[] = [];
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const change = changeOf(tokens[at]!, tokens[at + 1]!);
    if (change) changes.push(change);
  }
  return changes;
}
