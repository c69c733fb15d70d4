import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { diskFiles, expectWritable } from '../stow/disk-files.ts';
import type { StowDoors } from '../stow/run.ts';

/** Files as the person sees them: an open editor wins over the disk, and its edits go through its own undo stack. */
export const documentFiles: StowDoors['files'] = {
  async read(path) {
    return open(path)?.getText() ?? (await diskFiles.read(path));
  },

  async apply(change) {
    const { path, before, edits } = change;
    const document = open(path);
    if (!document) return diskFiles.apply(change);
    if (edits.length === 0) return;
    await expectWritable(path);
    if (document.getText() !== before) throw new UserError('{file} changed meanwhile, so nothing was done to it.', { file: path });
    const whole = new vscode.WorkspaceEdit();
    for (const { start, end, text } of edits) {
      whole.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
    }
    if (!(await vscode.workspace.applyEdit(whole))) {
      throw new UserError('The editor did not take the change of {file}. Nothing was done to it.', { file: path });
    }
    if (await isSaved(document)) return;
    const back = new vscode.WorkspaceEdit();
    back.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end), before);
    await vscode.workspace.applyEdit(back);
    throw new UserError('{file} could not be saved, so it is as it was.', { file: path });
  },

  remove: (path) => diskFiles.remove(path),
};

/** How long the editor may take, in milliseconds, to end a save of its own. */
const longestSave = 5_000;

/** Saves a document and says whether it was. While the editor saves it by itself, it refuses to do so for us: then its own save counts, and if that fails, another one. */
async function isSaved(document: vscode.TextDocument): Promise<boolean> {
  if (await document.save()) return true;
  for (const deadline = Date.now() + longestSave; document.isDirty && Date.now() < deadline; ) await pause(50);
  return !document.isDirty || (await document.save());
}

function open(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.scheme === 'file' && uri.fsPath === path);
}
