import { constants } from 'node:fs';
import { access, readFile, stat, unlink } from 'node:fs/promises';
import { decode } from '../files/decode.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { applyEdits } from './edit.ts';
import type { StowDoors } from './run.ts';

/** Files as they lie on the disk. */
export const diskFiles: StowDoors['files'] = {
  async read(path) {
    let content: Uint8Array;
    try {
      content = await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new UserError('{file} cannot be read: {reason}', { file: path, reason: (error as Error).message }, { cause: error });
    }
    const decoded = decode(content);
    if ('skipped' in decoded)
      throw new UserError('{file} is {reason}, so nothing was done to it.', { file: path, reason: decoded.skipped });
    // what is written back is UTF-8 without a mark: a file in anything else would lose its encoding
    if (!Buffer.from(decoded.text).equals(content)) {
      throw new UserError('{file} is not plain UTF-8, and its encoding could not be kept. Open it in the editor and stow it there.', {
        file: path,
      });
    }
    return decoded.text;
  },

  async apply({ path, before, edits }) {
    if (edits.length === 0) return;
    await expectWritable(path);
    const present = await diskFiles.read(path);
    if ((present ?? '') !== before) throw new UserError('{file} changed meanwhile, so nothing was done to it.', { file: path });
    await replaceFile(path, applyEdits(before, edits), { expected: present ?? null });
  },

  remove: (path) => unlink(path),
};

/**
 * Asked before anything happens, since a save that fails would stop a stow in its middle. The administrator may write anything, so the mode counts too.
 * @throws UserError for a file that its owner made read-only.
 */
export async function expectWritable(path: string): Promise<void> {
  try {
    const { mode } = await stat(path);
    await access(path, constants.W_OK);
    if ((mode & 0o222) !== 0) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
  }
  throw new UserError('{file} is read-only, so nothing was done. Make it writable and try again.', { file: path });
}
