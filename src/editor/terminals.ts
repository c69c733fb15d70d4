import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { chooseFolderProfile, readFolderProfiles } from '../credentials/folder-profiles.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import { type AwsFilePaths, findProfile } from '../files/aws-files.ts';
import { diskFiles } from '../stow/disk-files.ts';
import type { OwnSetting, Provided, TerminalSetting } from './folder-environment.ts';
import { setting } from './settings.ts';

const variable = 'AWS_PROFILE';

/** A person's choice of a profile for a folder. */
export interface FolderChoice {
  readonly folder: vscode.WorkspaceFolder;
  readonly profile: string;
}

/**
 * The folders' profiles in their new terminals and tasks, as `AWS_PROFILE` and nothing else: region, endpoint and the rest come from the section, and
 * prompts show the truth.
 */
export class FolderProfiles implements vscode.Disposable {
  private readonly environment: vscode.GlobalEnvironmentVariableCollection;
  private readonly awsFiles: AwsFilePaths;
  private readonly chosen = new vscode.EventEmitter<FolderChoice>();

  /** Where the choices of all windows lie. */
  readonly file: string;
  /** A person chose a profile for a folder in this window; its terminals know already. */
  readonly onDidChoose = this.chosen.event;

  constructor(environment: vscode.GlobalEnvironmentVariableCollection, dataFolder: string, awsFiles: AwsFilePaths) {
    this.environment = environment;
    this.file = join(dataFolder, 'folders.json');
    this.awsFiles = awsFiles;
    environment.persistent = false;
    environment.description = vscode.l10n.t('The AWS profile that you chose for the folder');
  }

  async choose(uri: vscode.Uri, profile: string): Promise<void> {
    await chooseFolderProfile(this.file, await realpath(uri.fsPath), profile);
    await this.apply();
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (folder !== undefined) this.chosen.fire({ folder, profile });
  }

  /** The profile that a person chose for the folder; undefined where nobody did, or its section is gone. @throws UserError where a file cannot be read. */
  async of(folder: vscode.WorkspaceFolder): Promise<string | undefined> {
    const profile = await this.choiceOf(folder);
    return profile !== undefined && (await hasSection(profile, this.awsFiles)) ? profile : undefined;
  }

  /** The profile that new terminals, tasks and programs of the folder get, or why none. @throws UserError where a file cannot be read. */
  async provided(folder: vscode.WorkspaceFolder): Promise<Provided> {
    const chosen = await this.choiceOf(folder);
    if (chosen === undefined) return { because: 'nobody chose' };
    // What reads the folder's files is loaded only where somebody chose.
    const { ownSettingsOfTerminals, providedProfile, terminalAwsFiles } = await import('./folder-environment.ts');
    const terminals = terminalSetting(folder);
    const files = terminalAwsFiles(process.env, terminals, folder.uri.fsPath, homedir());
    return providedProfile({
      trusted: vscode.workspace.isTrusted,
      provide: setting('terminal.provideProfile'),
      chosen,
      hasSection: await hasSection(chosen, files),
      own: [...(await ownSettings(folder)), ...ownSettingsOfTerminals(terminals)],
    });
  }

  /** The profile that a terminal which is opened in the folder now starts with. */
  inNewTerminals(workspaceFolder: vscode.WorkspaceFolder): string | undefined {
    return this.environment.getScoped({ workspaceFolder }).get(variable)?.value;
  }

  /** Opens a terminal of the window's first folder with this profile, whatever the others of the folder get. @throws UserError for a name that a shell would misread */
  async openTerminal(profile: string): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const usual = folder && this.inNewTerminals(folder);
    const { commandThatSets } = await import('./folder-environment.ts');
    const command = usual === undefined || usual === profile ? undefined : commandThatSets(variable, profile, vscode.env.shell);
    const terminal = vscode.window.createTerminal({
      name: `AWS ${profile}`,
      ...(folder && { cwd: folder.uri }),
      env: { [variable]: profile },
    });
    terminal.show();
    // The folder's variables win over those that a terminal is created with, so the shell is told in the person's sight.
    if (command !== undefined) terminal.sendText(command);
  }

  /** Gives new terminals what they are to get now. @throws UserError where a file cannot be read: then they get nothing. */
  async apply(): Promise<void> {
    for (const workspaceFolder of vscode.workspace.workspaceFolders ?? []) {
      const variables = this.environment.getScoped({ workspaceFolder });
      const withdraw = () => {
        if (variables.get(variable) !== undefined) variables.delete(variable);
      };
      const provided = await this.provided(workspaceFolder).catch((error: unknown) => {
        withdraw();
        throw error;
      });
      if ('profile' in provided) variables.replace(variable, provided.profile);
      else withdraw();
    }
  }

  dispose(): void {
    this.chosen.dispose();
  }

  private async choiceOf({ uri }: vscode.WorkspaceFolder): Promise<string | undefined> {
    return uri.scheme === 'file' ? (await readFolderProfiles(this.file))[await realpath(uri.fsPath)] : undefined;
  }
}

/** As it is on the disk: an editor's unsaved text is nothing to a tool. */
async function hasSection(profile: string, files: AwsFilePaths): Promise<boolean> {
  const { config, credentials } = await readProfileFiles(files, diskFiles.read);
  return (findProfile(config, profile) ?? findProfile(credentials, profile)) !== undefined;
}

async function ownSettings({ uri }: vscode.WorkspaceFolder): Promise<OwnSetting[]> {
  const { ownFiles, ownSettingsIn } = await import('./folder-environment.ts');
  const found = ownFiles.map(async (file) => {
    const text = await diskFiles.read(vscode.Uri.joinPath(uri, file).fsPath);
    return text === undefined ? [] : ownSettingsIn(file, text);
  });
  return (await Promise.all(found)).flat();
}

function terminalSetting({ uri }: vscode.WorkspaceFolder): TerminalSetting {
  const system = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'osx' : 'linux';
  return vscode.workspace.getConfiguration('terminal.integrated', uri).get<TerminalSetting>(`env.${system}`) ?? {};
}

/** What may change what new terminals are to get, beside a choice and the AWS files. */
export function whenTerminalsMayChange(changed: () => void): vscode.Disposable {
  const files = vscode.workspace.createFileSystemWatcher('**/{.env,.vscode/launch.json,.vscode/tasks.json}');
  return vscode.Disposable.from(
    files,
    files.onDidChange(changed),
    files.onDidCreate(changed),
    files.onDidDelete(changed),
    vscode.workspace.onDidGrantWorkspaceTrust(changed),
    vscode.workspace.onDidChangeWorkspaceFolders(changed),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('keystow.terminal') || change.affectsConfiguration('terminal.integrated')) changed();
    }),
  );
}
