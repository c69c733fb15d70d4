import { join, resolve } from 'node:path';
import type { Commit } from '../detect/report.ts';
import type { Git } from '../files/git.ts';
import { homeFolder } from '../files/home.ts';
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

/** Which of these files, relative to git's folder, git ignores and does not track all the same; undefined where it does not know, as outside a repository. */
export async function ignoredAmong(git: Git, names: readonly string[]): Promise<ReadonlySet<string> | undefined> {
  const ignored = new Set<string>();
  for (let at = 0; at < names.length; at += atOnce) {
    const some = names.slice(at, at + atOnce);
    const listed = await git
      .run(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--', ...some])
      .catch(undefinedWhereRefused);
    if (listed === undefined) return undefined;
    for (const name of listed.toString('utf8').split('\0').filter(Boolean)) ignored.add(name);
  }
  return ignored;
}

/**
 * The files, beside `.gitignore`, that say what the repository of git's folder tracks and ignores, by absolute paths, whether they are there or not: its index and its own list, which a worktree and a
 * submodule have elsewhere, and the person's list (https://git-scm.com/docs/gitignore). None outside a repository.
 */
export async function listsOfIgnored(git: Git, folder: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const told = async (...args: string[]) =>
    (await git.run(args).catch(undefinedWhereRefused))?.toString('utf8').split('\n').filter(Boolean);
  const own = await told('rev-parse', '--git-path', 'index', '--git-path', 'info/exclude');
  if (own === undefined) return [];
  const [named] = (await told('config', '--type=path', '--get', 'core.excludesFile')) ?? [];
  const settings = env.XDG_CONFIG_HOME || join(homeFolder(env, process.platform), '.config');
  return [...own, named ?? join(settings, 'git', 'ignore')].map((path) => resolve(folder, path));
}

// A command line holds so many names wherever it is.
const atOnce = 100;

function undefinedWhereRefused(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}
