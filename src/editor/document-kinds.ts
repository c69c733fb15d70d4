import * as vscode from 'vscode';
import { type Message, message } from '../message.ts';
import type { SourceFile } from '../stow/plan.ts';

/** The scheme of what a notebook's cells are as documents. */
export const cellScheme = 'vscode-notebook-cell';

/** A document as what is stowed from. */
export const sourceFileOf = (document: vscode.TextDocument): SourceFile => ({
  path: document.uri.fsPath,
  text: document.getText(),
  languageId: document.languageId,
});

/** Whether nothing can be changed in a document, as in an older version that git keeps. */
export const isReadOnly = ({ scheme }: vscode.Uri): boolean =>
  scheme === 'git' || vscode.workspace.fs.isWritableFileSystem(scheme) === false;

/** Why no secret can be moved out of a document, as far as its kind says; undefined where it may be. */
export function whyNotMoved(uri: vscode.Uri): Message | undefined {
  if (uri.scheme === 'file') return undefined;
  if (uri.scheme === 'git') {
    return message(
      'This is a version of the file that git keeps, so nothing can be changed here. Whoever has the repository has this secret.',
    );
  }
  if (isReadOnly(uri)) return message('This document is read-only, so nothing can be changed here.');
  if (uri.scheme === 'untitled') return message('Save this document to a file first: then the secret can be moved to the keychain.');
  if (uri.scheme === cellScheme) {
    return message('Out of a notebook no secret is moved. Move it to a .env file, and let the cell read it from its environment.');
  }
  return message('This file is not on a disk of this machine, so the secret cannot be moved to the keychain from here.');
}

/** The file whose settings a document has: those of a cell are its notebook's, and those of what git keeps the file's of now, which alone lie in a folder. */
export function fileOf(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme === 'git') return vscode.Uri.file(uri.fsPath);
  if (uri.scheme !== cellScheme) return uri;
  // a cell has the path of its notebook, and in a remote window the name of the server too, which the notebook has not
  const notebooks = vscode.workspace.notebookDocuments.filter(({ uri: { path } }) => path === uri.path);
  return (notebooks.find(({ uri: { scheme } }) => scheme === 'file') ?? notebooks[0])?.uri ?? uri;
}

/** The window's folder in which a document lies; a cell lies where its notebook does, and what git keeps where the file does. */
export const folderOf = (uri: vscode.Uri): vscode.WorkspaceFolder | undefined => vscode.workspace.getWorkspaceFolder(fileOf(uri));
