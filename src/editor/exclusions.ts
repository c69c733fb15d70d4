import { relative, sep } from 'node:path';
import type * as vscode from 'vscode';
import { Exclusions } from '../files/ignore-files.ts';
import { fileOf, folderOf } from './document-kinds.ts';
import { listSetting } from './settings.ts';

/** Is a file, or a cell's notebook, left out by the setting `keystow.detect.exclude` or by a `.keystowignore`? `.gitignore` does not count: an open file is looked at. */
export function isLeftOut(uri: vscode.Uri): boolean {
  const folder = folderOf(uri);
  if (folder?.uri.scheme !== 'file') return false;
  const inside = relative(folder.uri.fsPath, fileOf(uri).fsPath).replaceAll(sep, '/');
  return exclusionsNow().leaveOut(folder.uri.fsPath, inside, listSetting('detect.exclude', uri));
}

let exclusions: Exclusions | undefined;

/** A thousand files are often asked for at once; whoever asks later has what the ignore files say then. */
function exclusionsNow(): Exclusions {
  if (exclusions === undefined) {
    exclusions = new Exclusions(process.platform === 'win32' || process.platform === 'darwin');
    setImmediate(() => {
      exclusions = undefined;
    });
  }
  return exclusions;
}
