import { type StatsListener, unwatchFile, watchFile } from 'node:fs';
import * as vscode from 'vscode';
import { readProfileFiles } from '../credentials/profile.ts';
import { type AwsFilePaths, findProfile } from '../files/aws-files.ts';
import { documentFiles } from './document-files.ts';
import type { FolderProfiles } from './terminals.ts';

const lookEveryMs = 2_000;

/** The profile that this window works with: the one that a person chose for its first folder, else `default` where there is such a section. */
export class ActiveProfile implements vscode.Disposable {
  private readonly folderProfiles: FolderProfiles;
  private readonly awsFiles: AwsFilePaths;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;

  /** Another profile may be the active one now, or the active one may point elsewhere: by a choice or an edit in this window or another one. */
  readonly onDidChange = this.changed.event;

  constructor(folderProfiles: FolderProfiles, awsFiles: AwsFilePaths) {
    this.folderProfiles = folderProfiles;
    this.awsFiles = awsFiles;
    const tell = () => this.changed.fire();
    this.subscriptions = vscode.Disposable.from(
      folderProfiles.onDidChoose(tell),
      vscode.workspace.onDidChangeWorkspaceFolders(tell),
      ...[folderProfiles.file, awsFiles.config, awsFiles.credentials].map((file) => whenChanged(file, tell)),
      this.changed,
    );
  }

  /** Undefined where nothing was chosen and there is no section `default`. @throws UserError where a file cannot be read. */
  async current(): Promise<string | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const chosen = folder && (await this.folderProfiles.of(folder));
    if (chosen !== undefined) return chosen;
    const { config, credentials } = await readProfileFiles(this.awsFiles, documentFiles.read);
    return (findProfile(config, 'default') ?? findProfile(credentials, 'default')) && 'default';
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

/** Looks at the file's date: a watcher of the system loses a file that is replaced, and sees none that is not there yet. */
function whenChanged(file: string, tell: () => void): vscode.Disposable {
  const look: StatsListener = (now, before) => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) tell();
  };
  watchFile(file, { persistent: false, interval: lookEveryMs }, look);
  return new vscode.Disposable(() => unwatchFile(file, look));
}
