import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { withErrorBoundary } from './error-boundary.ts';
import type { RangeOrEnds, UriOrText } from './place-in-link.ts';

/** Every command of the palette and what it may be called with. A command never acts on its arguments without a preview. */
export interface Commands {
  'keystow.stowSecret': (file?: UriOrText, range?: RangeOrEnds, replacement?: 'environment') => Promise<void>;
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

/** Whether a command changes no file and no key, and runs nothing of the folder; every other one is for a trusted folder only. */
const harmless: Readonly<Record<keyof Commands, boolean>> = {
  'keystow.stowSecret': false,
  'keystow.stowAll': false,
  'keystow.movePlaintextKeys': false,
  'keystow.restoreSecret': false,
  'keystow.addProfile': false,
  'keystow.switchProfile': false,
  'keystow.signIn': false,
  'keystow.signOut': false,
  'keystow.openTerminal': false,
  'keystow.showProfile': true,
  'keystow.rotateKey': false,
  'keystow.undoRotation': false,
  'keystow.disableKey': false,
  'keystow.containAccount': false,
  'keystow.undoContainment': false,
  'keystow.showSpend': true,
  'keystow.refreshSpend': true,
  'keystow.setSpendAlert': true,
  'keystow.scanWorkspace': true,
  'keystow.scanHistory': false,
  'keystow.installGitHook': false,
  'keystow.removeGitHook': false,
  'keystow.acceptBaseline': false,
  'keystow.ignoreFinding': false,
  'keystow.disableRule': false,
  'keystow.groupFindingsByRule': true,
  'keystow.groupFindingsByFile': true,
  'keystow.showLog': true,
};

/** Registers the whole table: a command without a handler does not compile. `handlers` is asked at the first call of one. */
export function registerCommands(handlers: () => Promise<Commands>, log: vscode.LogOutputChannel): vscode.Disposable {
  const registered = Object.entries(harmless).map(([id, isHarmless]) =>
    vscode.commands.registerCommand(id, (...args: never[]) =>
      withErrorBoundary(log, async () => {
        if (!isHarmless && !vscode.workspace.isTrusted) throw notTrusted();
        const run: (...args: never[]) => unknown = (await handlers())[id as keyof Commands];
        await run(...args);
      }),
    ),
  );
  return vscode.Disposable.from(...registered);
}

const notTrusted = () =>
  new UserError('Keystow changes files and keys only in a trusted folder. Trust it first (Workspaces: Manage Workspace Trust).');
