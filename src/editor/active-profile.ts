import * as vscode from 'vscode';
import { readProfileFiles } from '../credentials/profile.ts';
import { type AwsFilePaths, findProfile } from '../files/aws-files.ts';
import { documentFiles } from './document-files.ts';
import type { Provided } from './folder-environment.ts';
import type { FolderProfiles } from './terminals.ts';
import { whenChanged } from './when-changed.ts';

/** Why a profile is the active one: a person chose it for this window or for its folder, or in the settings, or it is the tools' own default. */
export type Reason = 'window' | 'folder' | 'settings' | 'default';

/**
 * The profile that this window works with: the one that a person chose for the window until it closes, else for its first folder, else in their own
 * settings, else `default` where there is such a section. What a folder's own settings name is a suggestion and counts for nothing here.
 */
export class ActiveProfile implements vscode.Disposable {
  private readonly folderProfiles: FolderProfiles;
  private readonly awsFiles: AwsFilePaths;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  private ofWindow: string | undefined;

  /** Another profile may be the active one now, or the active one may point elsewhere: by a choice or an edit in this window or another one. */
  readonly onDidChange = this.changed.event;

  constructor(folderProfiles: FolderProfiles, awsFiles: AwsFilePaths) {
    this.folderProfiles = folderProfiles;
    this.awsFiles = awsFiles;
    const tell = () => this.changed.fire();
    this.subscriptions = vscode.Disposable.from(
      folderProfiles.onDidChoose(tell),
      vscode.workspace.onDidChangeWorkspaceFolders(tell),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('keystow.profile') && tell()),
      ...[folderProfiles.file, awsFiles.config, awsFiles.credentials].map((file) => whenChanged(file, tell)),
      this.changed,
    );
  }

  /** Undefined where nothing was chosen and there is no section `default`. @throws UserError where a file cannot be read. */
  async current(): Promise<string | undefined> {
    return (await this.chosen())?.profile;
  }

  /** The active profile and why it is; one whose section is gone counts as never chosen. @throws UserError where a file cannot be read. */
  async chosen(): Promise<{ readonly profile: string; readonly reason: Reason } | undefined> {
    const files = await readProfileFiles(this.awsFiles, documentFiles.read);
    const folder = vscode.workspace.workspaceFolders?.[0];
    const candidates: readonly (readonly [string | undefined, Reason])[] = [
      [this.ofWindow, 'window'],
      [folder && (await this.folderProfiles.of(folder)), 'folder'],
      [vscode.workspace.getConfiguration('keystow').inspect<string>('profile')?.globalValue, 'settings'],
      ['default', 'default'],
    ];
    const exists = (profile: string) => (findProfile(files.config, profile) ?? findProfile(files.credentials, profile)) !== undefined;
    for (const [profile, reason] of candidates) if (profile && exists(profile)) return { profile, reason };
    return undefined;
  }

  /** What new terminals of the window's first folder get, or why nothing; undefined without a folder. @throws UserError where a file cannot be read. */
  async provided(): Promise<Provided | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    return folder && this.folderProfiles.provided(folder);
  }

  /** Until the window closes; for new terminals of its folders nothing changes. */
  chooseForWindow(profile: string | undefined): void {
    this.ofWindow = profile;
    this.changed.fire();
  }

  /** Somebody signed in or out here: what the profile gives is another thing now. */
  signInChanged(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}
