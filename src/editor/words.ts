import * as vscode from 'vscode';
import type { Message } from '../message.ts';

/** The message in the language of the editor. */
export function inWords({ text, values }: Message): string {
  return vscode.l10n.t(text, values);
}
