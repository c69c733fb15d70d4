import { constants } from 'node:fs';
import { access, readFile, stat, unlink } from 'node:fs/promises';
import * as vscode from 'vscode';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { applyEdits } from '../stow/edit.ts';
import type { StowDoors } from '../stow/run.ts';

/** Files as the person sees them: an open editor wins over the disk, and its edits go through its own undo stack. */
export const documentFiles: StowDoors['files'] = {
  async read(path) {
    return open(path)?.getText() ?? (await onDisk(path));
  },

  async apply({ path, before, edits }) {
    if (edits.length === 0) return;
    await expectWritable(path);
    const document = open(path);
    if (!document) {
      const present = await onDisk(path);
      if ((present ?? '') !== before) throw new UserError('{file} changed meanwhile, so nothing was done to it.', { file: path });
      return replaceFile(path, applyEdits(before, edits), { expected: present ?? null });
    }
    if (document.getText() !== before) throw new UserError('{file} changed meanwhile, so nothing was done to it.', { file: path });
    const change = new vscode.WorkspaceEdit();
    for (const { start, end, text } of edits) {
      change.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
    }
    if (!(await vscode.workspace.applyEdit(change)))
      throw new UserError('The editor did not take the change of {file}. Nothing was done to it.', { file: path });
    if (await document.save()) return;
    const back = new vscode.WorkspaceEdit();
    back.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end), before);
    await vscode.workspace.applyEdit(back);
    throw new UserError('{file} could not be saved, so it is as it was.', { file: path });
  },

  remove: (path) => unlink(path),
};

function open(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.scheme === 'file' && uri.fsPath === path);
}

async function onDisk(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError('{file} cannot be read: {reason}', { file: path, reason: (error as Error).message }, { cause: error });
  }
}

/** Asked before anything happens: a save that fails would stop a stow in its middle. The administrator may write anything, so the mode counts too. */
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
