import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { diskFiles, expectWritable } from '../stow/disk-files.ts';
import { applyEdits, invertEdits, movedEdits, type TextEdit } from '../stow/edit.ts';
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
    if (!(await isEdited(document, edits))) {
      throw new UserError('The editor did not take the change of {file}. Nothing was done to it.', { file: path });
    }
    if (await isSaved(document)) return;
    const now = document.getText();
    const back = invertEdits(before, edits);
    await isEdited(document, movedEdits(back, applyEdits(before, edits), now) ?? [{ start: 0, end: now.length, text: before }]);
    throw new UserError('{file} could not be saved, so it is as it was.', { file: path });
  },

  remove: (path) => diskFiles.remove(path),
};

/** Makes edits, which the person can undo, and says whether the editor took them. */
async function isEdited(document: vscode.TextDocument, edits: readonly TextEdit[]): Promise<boolean> {
  const whole = new vscode.WorkspaceEdit();
  for (const { start, end, text } of edits) {
    whole.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  }
  return vscode.workspace.applyEdit(whole);
}

/** How long the editor may take, in milliseconds, to end a save of its own. */
const longestSave = 5_000;

/**
 * Saves a document and says whether it was. While the editor saves it by itself, it refuses to begin another save: then its own counts, and if that fails, another one. A save that began
 * and failed is not tried again: the editor has told the person why.
 */
async function isSaved(document: vscode.TextDocument): Promise<boolean> {
  let hasBegun = false;
  const beginnings = vscode.workspace.onWillSaveTextDocument(({ document: other, reason }) => {
    if (other === document && reason === vscode.TextDocumentSaveReason.Manual) hasBegun = true;
  });
  try {
    if (await document.save()) return true;
  } finally {
    beginnings.dispose();
  }
  if (hasBegun) return false;
  for (const deadline = Date.now() + longestSave; document.isDirty && Date.now() < deadline; ) await pause(50);
  return !document.isDirty || (await document.save());
}

function open(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.scheme === 'file' && uri.fsPath === path);
}
