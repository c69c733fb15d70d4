import * as vscode from 'vscode';
import type { Message } from '../message.ts';
import { inWords } from './words.ts';

/** What the person types, without blanks around it. @throws CancellationError where they step back */
export async function ask(
  prompt: string,
  value: string,
  problem: (text: string) => Message | undefined = () => undefined,
  options: { readonly password?: boolean } = {},
): Promise<string> {
  const answer = await vscode.window.showInputBox({
    ...options,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const wrong = problem(text.trim());
      return wrong === undefined ? undefined : inWords(wrong);
    },
  });
  if (answer === undefined) throw new vscode.CancellationError();
  return answer.trim();
}
