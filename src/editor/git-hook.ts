import * as vscode from 'vscode';
import { openGit } from '../files/git.ts';
import { message, UserError } from '../message.ts';
import { planHook, writeHook } from '../scan/hook.ts';
import { hookManagers } from '../scan/hook-command.ts';
import { confirmPreview, type PreviewLine } from './preview.ts';

/** `keystow.installGitHook` and `keystow.removeGitHook`: before a commit, what is staged is scanned. `ensureLauncher` puts the command in place that the hook runs. */
export async function changeGitHook(action: 'install' | 'remove', ensureLauncher: () => Promise<void>): Promise<void> {
  const folder = await pickFolder();
  const change = await planHook(openGit(folder.uri.fsPath, process.env), folder.uri.fsPath, action);
  const { before, after, outside, kind } = change;
  const file = vscode.workspace.asRelativePath(change.file);
  if (before === after) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The hook is already in {file}.', { file }));
    return;
  }
  const manager = hookManagers[kind];
  const outsideWarning: PreviewLine[] = outside
    ? [{ icon: 'warning', text: message('{file} lies outside this repository and may serve other repositories too', { file }) }]
    : [];
  await confirmPreview(async () =>
    action === 'install'
      ? {
          title: message('A commit that would add a secret is stopped'),
          go: message('Install the hook'),
          happens: [
            ...outsideWarning,
            { icon: 'edit', text: message('{file} runs keystow scan --staged before each commit', { file }) },
            { icon: 'info', text: message('Where Keystow is not installed or cannot run, the commit passes, and a line says so') },
            ...(manager === undefined ? [] : [{ icon: 'terminal', text: message('Then run: {command}', { command: manager }) }]),
          ],
          choices: [],
          changes: [],
        }
      : {
          title: message('Commits are no longer scanned'),
          go: message('Remove the hook'),
          happens: [
            ...outsideWarning,
            after === undefined
              ? { icon: 'trash', text: message('{file} goes, as nothing else is in it', { file }) }
              : { icon: 'edit', text: message('{file} loses the lines of Keystow', { file }) },
          ],
          choices: [],
          changes: [],
        },
  );
  if (action === 'install') await ensureLauncher();
  await writeHook(change);
  void vscode.window.showInformationMessage(
    action === 'install' ? vscode.l10n.t('The hook is in {file}.', { file }) : vscode.l10n.t('The hook is out of {file}.', { file }),
  );
}

async function pickFolder(): Promise<vscode.WorkspaceFolder> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) throw new UserError('There is no folder with a repository. Open one first (File: Open Folder).');
  if (folders.length === 1) return folders[0]!;
  const picked = await vscode.window.showWorkspaceFolderPick({ placeHolder: vscode.l10n.t('Which repository?'), ignoreFocusOut: true });
  if (!picked) throw new vscode.CancellationError();
  return picked;
}
