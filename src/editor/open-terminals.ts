import * as vscode from 'vscode';
import { message, UserError } from '../message.ts';
import type { OwnSetting, Provided } from './folder-environment.ts';
import type { FolderChoice, FolderProfiles } from './terminals.ts';
import { inWords } from './words.ts';

/** On a busy machine a terminal takes a while to come to the front; so long is waited for all together. */
const activeWithinMs = 15_000;

/**
 * What the open terminals started with and whether they run something. A process keeps the account that it started with: after a choice the idle
 * ones can be relaunched, and the others are named.
 */
export class OpenTerminals implements vscode.Disposable {
  private readonly folderProfiles: FolderProfiles;
  private readonly startedWith = new WeakMap<vscode.Terminal, string | undefined>();
  /** Idle is a terminal only when a command was seen to end: one that came over from before a reload may run what nobody saw begin. */
  private readonly running = new WeakMap<vscode.Terminal, boolean>();
  private readonly sessions = new Set<vscode.DebugSession>();
  private readonly subscriptions: vscode.Disposable;

  constructor(folderProfiles: FolderProfiles) {
    this.folderProfiles = folderProfiles;
    const { window, debug } = vscode;
    this.subscriptions = vscode.Disposable.from(
      window.onDidOpenTerminal((terminal) => this.startsNow(terminal)),
      window.onDidStartTerminalShellExecution(({ terminal }) => this.running.set(terminal, true)),
      window.onDidEndTerminalShellExecution(({ terminal }) => this.running.set(terminal, false)),
      debug.onDidStartDebugSession((session) => this.sessions.add(session)),
      debug.onDidTerminateDebugSession((session) => this.sessions.delete(session)),
    );
  }

  /** Says what a choice means for what is open, and relaunches the idle terminals if the person wants it. @throws UserError where one could not be */
  async tell({ folder, profile }: FolderChoice): Promise<void> {
    const provided = await this.folderProfiles.provided(folder);
    if (!('profile' in provided)) {
      sayWhyNot(profile, provided);
      return;
    }
    const { idle, busy } = this.withAnother(folder, profile);
    const running = [...busy.map(({ name }) => name), ...tasksIn(folder), ...this.debuggedIn(folder)].join(', ');
    const names = idle.map(({ name }) => name).join(', ');
    if (idle.length === 0) {
      if (running !== '')
        void vscode.window.showInformationMessage(
          inWords(
            message('New terminals use the profile {profile}. These run something and keep the account that they began with: {running}', {
              profile,
              running,
            }),
          ),
        );
      return;
    }
    const relaunch = vscode.l10n.t('Relaunch the Idle Ones');
    const text =
      running === ''
        ? message('New terminals use the profile {profile}. These are open and idle: {names}', { profile, names })
        : message(
            'New terminals use the profile {profile}. These are open and idle: {names}. These run something and keep the account that they began with: {running}',
            { profile, names, running },
          );
    if ((await vscode.window.showInformationMessage(inWords(text), relaunch)) !== relaunch) return;
    // Meanwhile one may have been closed, or have begun to run something.
    const left: string[] = [];
    const deadline = Date.now() + activeWithinMs;
    for (const terminal of this.withAnother(folder, profile).idle.filter((one) => idle.includes(one))) {
      if (!(await this.relaunch(terminal, deadline))) left.push(terminal.name);
    }
    if (left.length > 0) {
      throw new UserError('These terminals could not be relaunched: {names}. Close them, and open new ones.', { names: left.join(', ') });
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private startsNow(terminal: vscode.Terminal): void {
    const folder = folderOf(terminal);
    this.startedWith.set(terminal, folder && this.folderProfiles.inNewTerminals(folder));
  }

  /** The folder's terminals that did not start with the profile. */
  private withAnother(
    folder: vscode.WorkspaceFolder,
    profile: string,
  ): { readonly idle: vscode.Terminal[]; readonly busy: vscode.Terminal[] } {
    // Where nobody typed anything yet the editor itself starts the shell anew when its variables change, unless told not to.
    const editorRelaunches = vscode.workspace.getConfiguration('terminal.integrated').get<boolean>('environmentChangesRelaunch', true);
    const others = vscode.window.terminals.filter((terminal) => {
      if (folderOf(terminal)?.index !== folder.index || terminal.exitStatus !== undefined || isTask(terminal)) return false;
      if (!terminal.state.isInteractedWith && editorRelaunches && !this.running.get(terminal)) return false;
      return this.startedWith.get(terminal) !== profile;
    });
    const isIdle = (terminal: vscode.Terminal) => this.running.get(terminal) === false;
    return { idle: others.filter(isIdle), busy: others.filter((terminal) => !isIdle(terminal)) };
  }

  private debuggedIn(folder: vscode.WorkspaceFolder): string[] {
    return [...this.sessions]
      .filter(({ workspaceFolder, parentSession }) => !parentSession && workspaceFolder?.index === folder.index)
      .map(({ name }) => name);
  }

  /** The editor has a command for the active terminal only. */
  private async relaunch(terminal: vscode.Terminal, deadline: number): Promise<boolean> {
    if (!(await becomesActive(terminal, deadline)) || this.running.get(terminal) !== false) return false;
    await vscode.commands.executeCommand('workbench.action.terminal.relaunch');
    this.running.delete(terminal);
    this.startsNow(terminal);
    return true;
  }
}

function sayWhyNot(profile: string, provided: Exclude<Provided, { readonly profile: string }>): void {
  const said =
    provided.because === 'own setting'
      ? ownSettingWins(profile, provided.own)
      : provided.because === 'no section'
        ? message('Terminals do not get the profile {profile}: the AWS files that they read have no such section.', { profile })
        : undefined;
  if (said !== undefined) void vscode.window.showInformationMessage(inWords(said));
}

const ownSettingWins = (profile: string, { file, variable }: OwnSetting) =>
  message(
    'Terminals of this folder do not get the profile {profile}, because its {file} sets {variable} itself. Take that out to have it set.',
    {
      profile,
      file,
      variable,
    },
  );

/** The folder whose variables a terminal got: that of its working folder, else the first. */
function folderOf({ creationOptions, shellIntegration }: vscode.Terminal): vscode.WorkspaceFolder | undefined {
  const named = 'cwd' in creationOptions ? creationOptions.cwd : undefined;
  const cwd = typeof named === 'string' ? vscode.Uri.file(named) : (named ?? shellIntegration?.cwd);
  return (cwd && vscode.workspace.getWorkspaceFolder(cwd)) ?? vscode.workspace.workspaceFolders?.[0];
}

const isTask = ({ name }: vscode.Terminal) => vscode.tasks.taskExecutions.some(({ task }) => task.name === name);

function tasksIn(folder: vscode.WorkspaceFolder): string[] {
  const ofFolder = ({ scope }: vscode.Task) => typeof scope !== 'object' || scope.index === folder.index;
  return vscode.tasks.taskExecutions.filter(({ task }) => ofFolder(task)).map(({ task }) => task.name);
}

async function becomesActive(terminal: vscode.Terminal, deadline: number): Promise<boolean> {
  terminal.show(true);
  const least = Date.now() + 1_000; // those behind one that does not come may come at once
  while (vscode.window.activeTerminal !== terminal) {
    if (Date.now() > Math.max(deadline, least)) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
