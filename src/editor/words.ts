import * as vscode from 'vscode';
import type { Fact } from '../detect/rules/rule.ts';
import type { Message } from '../message.ts';

/** The message in the language of the editor. */
export function inWords({ text, values }: Message): string {
  const filled = Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? inWords(value) : asText(value)]);
  return vscode.l10n.t(text, Object.fromEntries(filled));
}

/** The editor makes a link, even one that runs a command, of `[…](…)` in a message: a name that holds such a thing is shown as the text it is. */
function asText(value: string | number): string | number {
  return typeof value === 'string' ? value.replaceAll('](', ']\u200b(') : value;
}

/** What is known of a credential, in the language of the editor. */
export function factInWords({ text, values }: Fact): string {
  const filled = Object.entries(values).map(([name, of]) => [name, of instanceof Date ? of.toLocaleString(vscode.env.language) : of]);
  return vscode.l10n.t(text, Object.fromEntries(filled));
}

/** In a label of the editor a name that holds `$(…)` is shown as the text it is, and not as an icon. */
export const withoutIcons = (text: string): string => text.replaceAll('$(', '\\$(');

/** A text as Markdown that shows it as it is, in lines that break between words: `appendText` alone makes every blank one that does not. */
export const asMarkdown = (text: string): string => new vscode.MarkdownString().appendText(text).value.replaceAll('&nbsp;', ' ');
