import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { detect } from './detect/detect.ts';
import { registerCommands } from './editor/commands.ts';
import { documentFiles } from './editor/document-files.ts';
import { withErrorBoundary } from './editor/error-boundary.ts';
import { Findings } from './editor/findings.ts';
import { offerMove } from './editor/first-run.ts';
import { findingHover } from './editor/hover.ts';
import { movePlaintextKeys } from './editor/move-plaintext-keys.ts';
import { registerPreviews } from './editor/preview.ts';
import { quickFixes } from './editor/quick-fixes.ts';
import { restoreSecret } from './editor/restore-secret.ts';
import { stowSecret } from './editor/stow-secret.ts';
import { FolderProfiles } from './editor/terminals.ts';
import { machineOf } from './machine.ts';
import { secretsOfItem } from './stow/plan.ts';
import { recoverStows } from './stow/restore.ts';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Keystow', { log: true });
  const findings = new Findings((text, disabledRules) => detect(text, { disabledRules }));
  const machine = machineOf(process.env, process.platform, homedir());
  const folderProfiles = new FolderProfiles(context.environmentVariableCollection, machine.places.data, machine.awsFiles);
  const inDist = (name: string) => join(context.extensionPath, 'dist', name);
  const stowing = { machine, grammars: inDist('grammars'), cli: inDist('cli.js') };

  const commands = registerCommands(
    {
      'keystow.stowSecret': (file, range) =>
        stowSecret(findings, stowing, (folder, profile) => folderProfiles.choose(folder, profile), file, range),
      'keystow.movePlaintextKeys': () => movePlaintextKeys(stowing),
      'keystow.restoreSecret': () => restoreSecret(machine),
      'keystow.showLog': () => log.show(),
    },
    log,
  );
  context.subscriptions.push(
    log,
    findings,
    commands,
    registerPreviews(),
    vscode.languages.registerCodeActionsProvider('*', quickFixes(findings), { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    vscode.languages.registerHoverProvider('*', findingHover(findings)),
  );

  // the editor is on the screen first: what reads files or the keychain comes after
  setImmediate(() =>
    withErrorBoundary(log, async () => {
      findings.showAll();
      await recoverStows(machine.stowDoors(documentFiles), secretsOfItem);
      await folderProfiles.apply();
      await offerMove(machine.awsFiles, context.globalState);
    }),
  );
}
