import { openGit } from '../files/git.ts';
import { listOfRepository } from '../files/ignore-files.ts';
import { realFolder, repositoryTop } from '../files/repository.ts';
import { type Message, message, UserError } from '../message.ts';

/** Such files are few. */
const mostBytes = 64 * 1024 * 1024;

/**
 * What says which files at and below a folder git tracks though a `.gitignore`, or the repository's own list, names them, by their paths there. Outside of a repository there are none; where git cannot say it, `onFailure` is told why, once;
 * where it takes longer than `longestMs`, each repository after that one has but a thirtieth of it, as there may be a thousand such. This thread waits for it: not for one that anybody else waits for.
 */
export function trackedThoughIgnored(
  env: NodeJS.ProcessEnv,
  onFailure: (reason: Message) => void,
  longestMs = 30_000,
): (folder: string) => readonly string[] {
  let leftMs = longestMs;
  let hasFailed = false; // somewhere, as in a folder whose `.git` leads nowhere: elsewhere git is asked all the same
  const listed = (folder: string, top: string): Buffer => {
    const own = listOfRepository(top, true);
    const listing = ['ls-files', '-z', '--cached', '--ignored', '--exclude-per-directory=.gitignore'];
    if (own !== undefined) listing.push(`--exclude-from=${own.path}`);
    const printed = openGit(folder, env).runBlocking(listing, { mostBytes, longestMs: leftMs });
    if (printed === undefined) {
      leftMs = longestMs / 30;
      throw new UserError('git did not list its files in time');
    }
    return printed;
  };
  return (folder) => {
    const top = repositoryTop(realFolder(folder));
    if (top === undefined) return [];
    try {
      return listed(folder, top).toString('utf8').split('\0').filter(Boolean);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!hasFailed)
        onFailure(
          message('What .gitignore names is left out, as git does not say which files it tracks all the same: {reason}', {
            reason: error.said,
          }),
        );
      hasFailed = true;
      return [];
    }
  };
}
