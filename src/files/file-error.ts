import { UserError } from '../message.ts';

/** The code of a system error, such as ENOENT; undefined for every other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed access to `file` means for a person. An error that does not come from the file system is a bug and comes back as it is. */
export function fileError(error: unknown, file: string): unknown {
  const code = errorCode(error);
  if (error instanceof UserError || code === undefined) return error;
  const cause = { cause: error };
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new UserError(
        'No permission to use {file}. Give your user the right to read and write it and its folder, then try again.',
        { file },
        cause,
      );
    case 'EROFS':
      return new UserError(
        '{file} lies on a read-only file system, so nothing was changed. Mount it writable, then try again.',
        { file },
        cause,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(
        'There is no space left to write {file}, so nothing was changed. Free some space, then try again.',
        { file },
        cause,
      );
    case 'EISDIR':
      return new UserError('{file} is a folder where a file is expected. Move it away, then try again.', { file }, cause);
    case 'ENOTDIR':
    case 'EEXIST':
      return new UserError(
        'A part of the path {file} is a file where a folder is expected. Move it away, then try again.',
        { file },
        cause,
      );
    case 'ELOOP':
      return new UserError('The symbolic links of {file} lead in a circle. Mend the link, then try again.', { file }, cause);
    default:
      return new UserError('{file} could not be used: the system answered {code}.', { file, code }, cause);
  }
}
