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
  private readonly awsFiles: AwsFilePaths;
  private readonly chosen = new vscode.EventEmitter<void>();

  /** Where the choices of all windows lie. */
  readonly file: string;
  /** A person chose a profile for a folder in this window. */
  readonly onDidChoose = this.chosen.event;

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
    this.chosen.fire();
  }

  /** The profile that a person chose for the folder; undefined where nobody did, or its section is gone. @throws UserError where a file cannot be read. */
  async of({ uri }: vscode.WorkspaceFolder): Promise<string | undefined> {
    if (uri.scheme !== 'file') return undefined;
    const profile = (await readFolderProfiles(this.file))[await realpath(uri.fsPath)];
    if (profile === undefined) return undefined;
    const { config, credentials } = await readProfileFiles(this.awsFiles, documentFiles.read);
    return (findProfile(config, profile) ?? findProfile(credentials, profile)) && profile;
  }

  async apply(): Promise<void> {
    for (const workspaceFolder of vscode.workspace.workspaceFolders ?? []) {
      const profile = await this.of(workspaceFolder);
      const variables = this.environment.getScoped({ workspaceFolder });
      if (profile === undefined) variables.clear();
      else variables.replace('AWS_PROFILE', profile);
    }
  }
}
