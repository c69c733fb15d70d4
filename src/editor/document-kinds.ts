import * as vscode from 'vscode';

/** Whether nothing can be changed in a document, as in an older version that git keeps. */
export const isReadOnly = ({ scheme }: vscode.Uri): boolean =>
  scheme === 'git' || vscode.workspace.fs.isWritableFileSystem(scheme) === false;

/** Why no secret can be moved out of a document, as far as its kind says; undefined where it may be. */
export function whyNotMoved(uri: vscode.Uri): string | undefined {
  if (uri.scheme === 'file') return undefined;
  if (uri.scheme === 'git') {
    return vscode.l10n.t(
      'This is a version of the file that git keeps, so nothing can be changed here. Whoever has the repository has this secret.',
    );
  }
  if (isReadOnly(uri)) return vscode.l10n.t('This document is read-only, so nothing can be changed here.');
  if (uri.scheme === 'untitled') return vscode.l10n.t('Save this document to a file first: then the secret can be moved to the keychain.');
  if (uri.scheme === 'vscode-notebook-cell') {
    return vscode.l10n.t('Out of a notebook no secret is moved. Move it to a .env file, and let the cell read it from its environment.');
  }
  return vscode.l10n.t('This file is not on a disk of this machine, so the secret cannot be moved to the keychain from here.');
}
