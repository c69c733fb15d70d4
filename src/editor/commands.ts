import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { withErrorBoundary } from './error-boundary.ts';

/** Every command of the palette and what it may be called with. A command never acts on its arguments without a preview. */
export interface Commands {
  'keystow.stowSecret': (file?: vscode.Uri, range?: vscode.Range, replacement?: 'environment') => Promise<void>;
  'keystow.stowAll': () => Promise<void>;
  'keystow.movePlaintextKeys': () => Promise<void>;
  'keystow.restoreSecret': () => Promise<void>;
  'keystow.addProfile': () => Promise<void>;
  'keystow.switchProfile': () => Promise<void>;
  'keystow.signIn': () => Promise<void>;
  'keystow.signOut': () => Promise<void>;
  'keystow.openTerminal': () => Promise<void>;
  /** What the status bar opens: not in the palette. */
  'keystow.showProfile': () => Promise<void>;
  'keystow.rotateKey': () => Promise<void>;
  'keystow.undoRotation': () => Promise<void>;
  'keystow.disableKey': () => Promise<void>;
  'keystow.containAccount': () => Promise<void>;
  'keystow.undoContainment': () => Promise<void>;
  'keystow.showSpend': () => Promise<void>;
  'keystow.refreshSpend': () => Promise<void>;
  'keystow.setSpendAlert': () => Promise<void>;
  'keystow.scanWorkspace': () => Promise<void>;
  'keystow.scanHistory': () => Promise<void>;
  'keystow.installGitHook': () => Promise<void>;
  'keystow.removeGitHook': () => Promise<void>;
  'keystow.acceptBaseline': (file?: vscode.Uri, range?: vscode.Range) => Promise<void>;
  'keystow.ignoreFinding': (file?: vscode.Uri, range?: vscode.Range) => Promise<void>;
  'keystow.disableRule': (rule?: string, file?: vscode.Uri) => Promise<void>;
  'keystow.groupFindingsByRule': () => void;
  'keystow.groupFindingsByFile': () => void;
  'keystow.showLog': () => void;
}

/** What changes no file and no key, and runs nothing of the folder; every other command is for a trusted folder only. */
const harmless: ReadonlySet<string> = new Set<keyof Commands>([
  'keystow.showProfile',
  'keystow.showSpend',
  'keystow.refreshSpend',
  'keystow.setSpendAlert',
  'keystow.scanWorkspace',
  'keystow.groupFindingsByRule',
  'keystow.groupFindingsByFile',
  'keystow.showLog',
]);

/** Registers the whole table: a command without a handler does not compile. */
export function registerCommands(commands: Commands, log: vscode.LogOutputChannel): vscode.Disposable {
  const registered = Object.entries(commands).map(([id, run]: [string, (...args: never[]) => unknown]) =>
    vscode.commands.registerCommand(id, (...args: never[]) =>
      withErrorBoundary(log, () => {
        if (!harmless.has(id) && !vscode.workspace.isTrusted) throw notTrusted();
        return run(...args);
      }),
    ),
  );
  return vscode.Disposable.from(...registered);
}

const notTrusted = () =>
  new UserError('Keystow changes files and keys only in a trusted folder. Trust it first (Workspaces: Manage Workspace Trust).');
