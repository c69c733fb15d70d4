import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../message.ts';
import { type AwsFile, type AwsFileKind, type AwsSection, parseAwsFile } from './aws-file-parser.ts';
import { errorCode, fileError } from './file-error.ts';

export { changeProfile, type ProfileChange } from './aws-file-editor.ts';
export { type AwsEntry, type AwsFile, type AwsFileKind, type AwsSection, parseAwsFile } from './aws-file-parser.ts';

export interface AwsFilePaths {
  readonly config: string;
  readonly credentials: string;
}

/** Where the tools look for their files: `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` (a leading `~/` is the home folder), else `~/.aws`. */
export function awsFilePaths(env: NodeJS.ProcessEnv, home: string): AwsFilePaths {
  const path = (variable: string, name: string): string => {
    const named = env[variable] || join(home, '.aws', name);
    return /^~[/\\]/.test(named) ? join(home, named.slice(2)) : named;
  };
  return { config: path('AWS_CONFIG_FILE', 'config'), credentials: path('AWS_SHARED_CREDENTIALS_FILE', 'credentials') };
}

/** The file at `path`, read and taken apart; a missing one is an empty one. It is read at once: waiting would cost more than reading. Throws a UserError where it cannot be read, and as `parseAwsFile`. */
export async function readAwsFile(path: string, kind: AwsFileKind): Promise<AwsFile> {
  try {
    return parseAwsFile(decode(bytesOfAwsFile(path), path), path, kind);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return parseAwsFile('', path, kind);
    throw fileError(error, path);
  }
}

/** What an AWS file holds, as it lies there. @throws UserError where it is a pipe: whoever opens one waits until somebody writes, and a commit would wait too */
export function bytesOfAwsFile(path: string): Buffer {
  if (!statSync(path).isFIFO()) return readFileSync(path);
  throw new UserError('{file} is a pipe, which cannot be read whenever it is needed. Put a file in its place, then try again.', {
    file: path,
  });
}

/** The section of a profile by the profile's own name; undefined where the file has none. */
export function findProfile(file: AwsFile, name: string): AwsSection | undefined {
  return file.sections.find((section) => section.kind === 'profile' && section.name === name);
}

/**
 * The value of a key, in whatever case the key is written; undefined where it is missing. Throws a UserError where a comment stands behind the
 * value: botocore takes it for a part of the value, the JavaScript SDK does not.
 */
export function valueOf(section: AwsSection | undefined, key: string): string | undefined {
  const entry = section?.entries.find((candidate) => candidate.key.toLowerCase() === key.toLowerCase());
  if (section === undefined || entry === undefined) return undefined;
  if (entry.commented) {
    throw new UserError(
      '{file}, line {line}: some tools read the comment behind {key} as a part of its value. Put the comment on a line of its own, then try again.',
      { file: section.path, line: entry.line, key: entry.key },
    );
  }
  return entry.value;
}

function decode(bytes: Buffer, file: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const line = firstInvalidLine(bytes);
  throw new UserError('{file}, line {line}: this is not UTF-8 text. Save the file as UTF-8, then try again.', { file, line });
}

function firstInvalidLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const next = bytes.indexOf(0x0a, start);
    const end = next === -1 ? bytes.length : next;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}
