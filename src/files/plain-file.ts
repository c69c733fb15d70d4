import { lstatSync, type PathLike, readFileSync, statSync } from 'node:fs';
import { UserError } from '../message.ts';

const mostMegabytes = 64;

/**
 * The text of a file in a folder that somebody else may have made: there a name may be that of a device without an end, or of a pipe that nobody writes to. `links`:
 * whether a link counts as the file that it leads to, or as none.
 * @throws UserError where it is no plain file, or one that nobody wrote by hand; the error of the file system where it is not there or may not be read
 */
export function readPlainFile(path: PathLike, links: 'followed' | 'refused'): string {
  const stats = links === 'followed' ? statSync(path) : lstatSync(path);
  if (!stats.isFile()) throw new UserError('it is no plain file');
  if (stats.size > mostMegabytes * 1_000_000) throw new UserError('it is larger than {megabytes} MB', { megabytes: mostMegabytes });
  return readFileSync(path, 'utf8');
}
