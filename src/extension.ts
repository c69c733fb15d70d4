import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { writeLauncher } from './credentials/launcher.ts';
import { detect } from './detect/detect.ts';
import { registerCommands } from './editor/commands.ts';
import { withErrorBoundary } from './editor/error-boundary.ts';
import { Findings } from './editor/findings.ts';
import { offerMove } from './editor/first-run.ts';
import { findingHover } from './editor/hover.ts';
import { movePlaintextKeys } from './editor/move-plaintext-keys.ts';
import { registerPreviews } from './editor/preview.ts';
import { quickFixes } from './editor/quick-fixes.ts';
import { restoreSecret } from './editor/restore-secret.ts';
import { stowSecret } from './editor/stow-secret.ts';
import { type StowingDoors, stowDoors } from './editor/stowing.ts';
import { FolderProfiles } from './editor/terminals.ts';
import { machineOf } from './machine.ts';
import { secretsOfItem } from './stow/plan.ts';
import { recoverStows } from './stow/restore.ts';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Keystow', { log: true });
  const findings = new Findings((text, disabledRules) => detect(text, { disabledRules }));
  const machine = machineOf(process.env, process.platform, homedir());
  const folderProfiles = new FolderProfiles(context.environmentVariableCollection, machine.places.data, machine.awsFiles);
  const cli = join(context.extensionPath, 'dist/cli.js');

  const stowing: StowingDoors = {
    ...machine,
    grammars: join(context.extensionPath, 'dist/grammars'),
    async identityOfKey(key, place) {
      const { callerIdentity } = await import('./aws/sts.ts');
      return callerIdentity(key, { ...place, env: process.env });
    },
    async identityOfProfile(profile, files, place) {
      const { identityOfProfile } = await import('./aws/identity-of-profile.ts');
      return identityOfProfile(profile, files, { ...place, env: process.env });
    },
    ensureLauncher: () => {
      const target = { node: process.execPath, cli, electron: process.versions.electron !== undefined };
      return writeLauncher(machine.places.launcher, target, process.platform);
    },
  };

  const commands = registerCommands(
    {
      'keystow.stowSecret': (file, range) =>
        stowSecret(findings, stowing, (folder, profile) => folderProfiles.choose(folder, profile), file, range),
      'keystow.movePlaintextKeys': () => movePlaintextKeys(stowing),
      'keystow.restoreSecret': () => restoreSecret(stowing),
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
      await recoverStows(stowDoors(stowing), secretsOfItem);
      await folderProfiles.apply();
      await offerMove(machine.awsFiles, context.globalState);
    }),
  );
}
