import type { Commit } from '../detect/report.ts';
import type { Git } from '../files/git.ts';
import { UserError } from '../message.ts';
import { scanHistory } from './history.ts';

/** What git knows of a file and of what is found in it. */
export interface GitFacts {
  readonly state: 'tracked' | 'untracked' | 'ignored';
  /** The first commit that has each finding, by its fingerprint. */
  readonly since: ReadonlyMap<string, Commit>;
}

/**
 * What git knows of the file `name`, relative to git's folder; undefined where it knows nothing, as outside a repository.
 * @throws the signal's reason when it is aborted
 */
export async function gitFacts(git: Git, name: string, signal: AbortSignal): Promise<GitFacts | undefined> {
  const inIndex = await git.run(['ls-files', '-z', '--', name], { signal }).catch(undefinedWhereRefused);
  if (inIndex === undefined) return undefined;
  if (inIndex.length === 0) {
    const ignored = await git.run(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--', name], { signal });
    if (ignored.length > 0) return { state: 'ignored', since: new Map() };
  }
  const { findings } = await scanHistory(git, { paths: [name], signal });
  const since = new Map<string, Commit>();
  for (const { fingerprint, commit, date, pushed } of findings) {
    if (!since.has(fingerprint)) since.set(fingerprint, { commit, date, pushed });
  }
  return { state: inIndex.length > 0 ? 'tracked' : 'untracked', since };
}

function undefinedWhereRefused(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}
