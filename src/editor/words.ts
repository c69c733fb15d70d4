import * as vscode from 'vscode';
import type { Message } from '../message.ts';

/** The message in the language of the editor. */
export function inWords({ text, values }: Message): string {
  const filled = Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? inWords(value) : value]);
  return vscode.l10n.t(text, Object.fromEntries(filled));
}
