import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { inWords } from './words.ts';

/**
 * Runs what a person asked for. A `UserError` is shown to them in their language, a cancellation ends in silence, and a bug goes to the log with its stack.
 */
export async function withErrorBoundary<T>(log: vscode.LogOutputChannel, work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof vscode.CancellationError) return undefined;
    if (error instanceof UserError) {
      log.warn(error.message);
      void vscode.window.showErrorMessage(inWords(error.said));
      return undefined;
    }
    log.error(error instanceof Error ? error : String(error));
    const showLog = vscode.l10n.t('Show Log');
    const picked = await vscode.window.showErrorMessage(
      vscode.l10n.t('Keystow made a mistake. Your files are as the message in the log says.'),
      showLog,
    );
    if (picked === showLog) log.show();
    return undefined;
  }
}

/** Runs what nobody asked for, such as a look at the AWS files when the editor starts: what goes wrong is in the log and disturbs no one. */
export async function inBackground(log: vscode.LogOutputChannel, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) log.warn(error.message);
    else log.error(error instanceof Error ? error : String(error));
  }
}
