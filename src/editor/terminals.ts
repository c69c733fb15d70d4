import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { chooseFolderProfile, readFolderProfiles } from '../credentials/folder-profiles.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import { type AwsFilePaths, findProfile } from '../files/aws-files.ts';
import { documentFiles } from './document-files.ts';

/**
 * The folders' profiles in their new terminals, as `AWS_PROFILE` and nothing else. Set only where a person chose one, and only while its section
 * exists: a name without a section would break tools that need no profile at all.
 */
export class FolderProfiles {
  private readonly environment: vscode.GlobalEnvironmentVariableCollection;
  private readonly file: string;
  private readonly awsFiles: AwsFilePaths;

  constructor(environment: vscode.GlobalEnvironmentVariableCollection, dataFolder: string, awsFiles: AwsFilePaths) {
    this.environment = environment;
    this.file = join(dataFolder, 'folders.json');
    this.awsFiles = awsFiles;
    environment.persistent = false;
    environment.description = vscode.l10n.t('The AWS profile that you chose for the folder');
  }

  async choose(folder: vscode.Uri, profile: string): Promise<void> {
    await chooseFolderProfile(this.file, await realpath(folder.fsPath), profile);
    await this.apply();
  }

  async apply(): Promise<void> {
    const chosen = await readFolderProfiles(this.file);
    if (Object.keys(chosen).length === 0) return;
    const { config, credentials } = await readProfileFiles(this.awsFiles, documentFiles.read);
    for (const workspaceFolder of vscode.workspace.workspaceFolders ?? []) {
      if (workspaceFolder.uri.scheme !== 'file') continue;
      const profile = chosen[await realpath(workspaceFolder.uri.fsPath)];
      const variables = this.environment.getScoped({ workspaceFolder });
      if (profile !== undefined && (findProfile(config, profile) ?? findProfile(credentials, profile)))
        variables.replace('AWS_PROFILE', profile);
      else variables.clear();
    }
  }
}
