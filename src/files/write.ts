import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { access, constants, type FileHandle, lstat, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../message.ts';
import { errorCode, fileError } from './file-error.ts';

export interface ReplaceOptions {
  /** What the file must still hold at the last moment, else nothing is written: `null`, that there is no such file; undefined, anything. */
  readonly expected?: string | Uint8Array | null;
}

const temporaryName = /^\.keystow-[0-9a-f]{16}\.tmp$/;
const abandonedAfterMs = 60_000;

/**
 * Puts `content` in the place of a file's content, whole or not at all, also when the machine stops in the middle: written beside it, flushed
 * to the disk, renamed. A symbolic link stays and its target is written; mode and owner stay. A new file is 0600, its new folders are 0700.
 *
 * Throws a UserError, with nothing changed, where the file or its folder is read-only or cannot be written, where the link leads nowhere,
 * and where the file does not hold what was `expected`.
 */
export async function replaceFile(path: string, content: string | Uint8Array, options: ReplaceOptions = {}): Promise<void> {
  try {
    const target = await targetOf(path);
    const before = await statOf(target);
    const folder = dirname(target);
    if (before === undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
    else await refuseUnlessWritable(target, before);
    await refuseUnlessFolderWritable(folder);
    await removeAbandoned(folder);

    // In a folder of its own, 0700: whatever mode the file has to get, a crash leaves nothing that others could read.
    const temporary = join(folder, `.keystow-${randomBytes(8).toString('hex')}.tmp`);
    try {
      await mkdir(temporary, { mode: 0o700 });
      const file = join(temporary, 'new');
      await writeNew(file, content, before, target);
      await refuseUnlessExpected(target, options.expected);
      await renameOver(file, target);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    await flushFolder(folder);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Removes a file that at the last moment holds what was `expected`; throws a UserError, with nothing changed, where it does not. */
export async function removeFile(path: string, expected: string | Uint8Array): Promise<void> {
  try {
    await refuseUnlessExpected(path, expected);
    await rm(path);
  } catch (error) {
    throw fileError(error, path);
  }
}

async function targetOf(path: string): Promise<string> {
  const link = await lstat(path).catch(undefinedWhereMissing);
  if (!link?.isSymbolicLink()) return path;
  const target = await realpath(path).catch(undefinedWhereMissing);
  if (target === undefined) {
    throw new UserError(
      '{file} is a symbolic link that leads nowhere, so nothing was written. Remove it or create its target, then try again.',
      {
        file: path,
      },
    );
  }
  return target;
}

function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(undefinedWhereMissing);
}

function undefinedWhereMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined;
  throw error;
}

async function refuseUnlessWritable(file: string, before: Stats): Promise<void> {
  if (!before.isFile()) throw new UserError('{file} is not an ordinary file, so it was left as it is.', { file });
  // The mode is asked as well as the system: for root, the system allows everything.
  const writable = (before.mode & 0o222) !== 0 && (await allowed(file));
  if (!writable) throw new UserError('{file} is read-only, so it was left as it is. Make it writable, then try again.', { file });
}

async function refuseUnlessFolderWritable(folder: string): Promise<void> {
  // On Windows the read-only mark of a folder does not mean that its files are.
  const { mode } = process.platform === 'win32' ? { mode: 0o222 } : await stat(folder);
  const writable = (mode & 0o222) !== 0 && (await allowed(folder));
  if (!writable)
    throw new UserError('The folder {folder} is read-only, so nothing was changed in it. Make it writable, then try again.', { folder });
}

async function allowed(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** A crash before the renaming leaves something behind that may hold a secret: the next write in the same folder takes it away. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!temporaryName.test(name)) continue;
    const found = await statOf(join(folder, name));
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedAfterMs)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function writeNew(file: string, content: string | Uint8Array, before: Stats | undefined, target: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (before !== undefined) {
      await keepOwner(handle, before, target);
      await handle.chmod(before.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keepOwner(handle: FileHandle, { uid, gid }: Stats, file: string): Promise<void> {
  const mine = await handle.stat();
  if (mine.uid === uid && mine.gid === gid) return;
  try {
    await handle.chown(uid, gid);
  } catch (error) {
    throw new UserError(
      '{file} belongs to another user or group, and writing it would change that, so it was left as it is. Take it over with chown, then try again.',
      { file },
      { cause: error },
    );
  }
}

async function refuseUnlessExpected(file: string, expected: string | Uint8Array | null | undefined): Promise<void> {
  if (expected === undefined) return;
  const now = await readFile(file).catch(undefinedWhereMissing);
  const same = expected === null ? now === undefined : now?.equals(typeof expected === 'string' ? Buffer.from(expected) : expected);
  if (same !== true) {
    throw new UserError('{file} was changed by another program meanwhile, so it was left as it is. Look at it, then try again.', { file });
  }
}

async function renameOver(from: string, to: string): Promise<void> {
  // On Windows a virus scanner or an indexer may hold either file open for a moment.
  let tries = process.platform === 'win32' ? 10 : 1;
  while (true) {
    try {
      return await rename(from, to);
    } catch (error) {
      tries -= 1;
      if (tries === 0) throw error;
      await sleep(50);
    }
  }
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // no handle on a folder there
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
