import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { profileOverview } from '../credentials/overview.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import type { AwsFilePaths } from '../files/aws-files.ts';
import { documentFiles } from './document-files.ts';
import type { FolderProfiles } from './terminals.ts';

const asked = 'profilesSuggested';

/**
 * A profile that a folder's own settings name is a suggestion of whoever wrote them: the person is asked once for each folder and value, and the answer
 * is kept where a folder cannot write.
 */
export async function offerSuggestedProfiles(
  awsFiles: AwsFilePaths,
  folderProfiles: FolderProfiles,
  memory: vscode.Memento,
): Promise<void> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const setting = vscode.workspace.getConfiguration('keystow', folder.uri).inspect<unknown>('profile');
    const profile = setting?.workspaceFolderValue ?? setting?.workspaceValue;
    if (typeof profile !== 'string' || profile === '' || folder.uri.scheme !== 'file') continue;
    const key = JSON.stringify([await realpath(folder.uri.fsPath), profile]);
    const before = memory.get<string[]>(asked, []);
    if (before.includes(key) || (await folderProfiles.of(folder)) === profile) continue;
    if (!profileOverview(await readProfileFiles(awsFiles, documentFiles.read), profile)) continue;
    const use = vscode.l10n.t('Use it');
    const text = vscode.l10n.t('The settings of the folder {folder} suggest the AWS profile {profile}. Shall its new terminals use it?', {
      folder: folder.name,
      profile,
    });
    const picked = await vscode.window.showInformationMessage(text, use, vscode.l10n.t('Do not use it'));
    await memory.update(asked, [...before, key]);
    if (picked === use) await folderProfiles.choose(folder.uri, profile);
  }
}
