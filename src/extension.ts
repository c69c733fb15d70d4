import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ActiveProfile } from './editor/active-profile.ts';
import { Baselines } from './editor/baselines.ts';
import { FindingLenses } from './editor/code-lens.ts';
import { registerCommands } from './editor/commands.ts';
import { debugEnvironment } from './editor/debug-environment.ts';
import { documentFiles } from './editor/document-files.ts';
import { inBackground, withErrorBoundary } from './editor/error-boundary.ts';
import { Findings } from './editor/findings.ts';
import { FindingsView } from './editor/findings-view.ts';
import { GitHover } from './editor/git-facts.ts';
import { findingHover } from './editor/hover.ts';
import { KnownFindings } from './editor/known-findings.ts';
import { OpenTerminals } from './editor/open-terminals.ts';
import { registerPasteAsReference } from './editor/paste-as-reference.ts';
import { quickFixes } from './editor/quick-fixes.ts';
import { registerRulePages } from './editor/rule-pages.ts';
import { Rules } from './editor/rules.ts';
import type { SpendItem } from './editor/spend.ts';
import { FolderProfiles, whenTerminalsMayChange } from './editor/terminals.ts';
import { inWords } from './editor/words.ts';
import { machineOf } from './machine.ts';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Keystow', { log: true });
  const inDist = (name: string) => join(context.extensionPath, 'dist', name);
  const background = (work: () => Promise<void>) => inBackground(log, work);
  const baselines = new Baselines(background);
  const rules = new Rules(log, background);
  const thread = { program: inDist('scan/worker.mjs'), background, onSlow: rules.onSlow };
  const findings = new Findings(baselines.accepted, rules, thread);
  const known = new KnownFindings(findings, baselines, background);
  const findingsView = new FindingsView(known);
  const machine = machineOf(process.env, process.platform, homedir());
  const folderProfiles = new FolderProfiles(context.environmentVariableCollection, machine.places.data, machine.awsFiles);
  const activeProfile = new ActiveProfile(folderProfiles, machine.awsFiles);
  const openTerminals = new OpenTerminals(folderProfiles);
  const applyProfiles = () => inBackground(log, () => folderProfiles.apply());
  const stowing = { machine, grammars: inDist('grammars'), cli: inDist('cli.js') };
  let spendItem: Promise<SpendItem> | undefined;
  const spend = () => {
    spendItem ??= import('./editor/spend.ts').then(({ SpendItem }) => {
      const item = new SpendItem(machine, activeProfile, context.globalState, log);
      context.subscriptions.push(item);
      return item;
    });
    return spendItem;
  };

  const commands = registerCommands(
    {
      async 'keystow.stowSecret'(file, range, replacement) {
        const { stowSecret } = await import('./editor/stow-secret.ts');
        await stowSecret(findings, stowing, (folder, profile) => folderProfiles.choose(folder, profile), file, range, replacement);
      },
      async 'keystow.stowAll'() {
        const { stowAll } = await import('./editor/stow-all.ts');
        await stowAll(findings, known, stowing);
      },
      async 'keystow.movePlaintextKeys'() {
        const { movePlaintextKeys } = await import('./editor/move-plaintext-keys.ts');
        await movePlaintextKeys(stowing);
      },
      async 'keystow.restoreSecret'() {
        const { restoreSecret } = await import('./editor/restore-secret.ts');
        await restoreSecret(machine);
      },
      async 'keystow.addProfile'() {
        const { addProfile } = await import('./editor/add-profile.ts');
        await addProfile({ stowing, folderProfiles }, activeProfile);
      },
      async 'keystow.switchProfile'() {
        const { switchProfile } = await import('./editor/profiles.ts');
        await switchProfile(machine, activeProfile, folderProfiles);
      },
      async 'keystow.signIn'() {
        const { signInToProfile } = await import('./editor/profiles.ts');
        await signInToProfile(stowing, activeProfile);
      },
      async 'keystow.signOut'() {
        const { signOutOfProfile } = await import('./editor/profiles.ts');
        await signOutOfProfile(machine, activeProfile);
      },
      async 'keystow.openTerminal'() {
        const { openTerminal } = await import('./editor/profiles.ts');
        await openTerminal(machine, activeProfile, folderProfiles);
      },
      async 'keystow.showProfile'() {
        const { showProfile } = await import('./editor/profiles.ts');
        await showProfile(stowing, activeProfile);
      },
      async 'keystow.rotateKey'() {
        const { rotateKey } = await import('./editor/rotate-key.ts');
        await rotateKey(machine, log);
      },
      async 'keystow.undoRotation'() {
        const { undoRotation } = await import('./editor/rotate-key.ts');
        await undoRotation(machine, log);
      },
      async 'keystow.showSpend'() {
        await (await spend()).list();
      },
      async 'keystow.refreshSpend'() {
        await (await spend()).refresh();
      },
      async 'keystow.setSpendAlert'() {
        await (await spend()).setAlert();
      },
      async 'keystow.scanWorkspace'() {
        const { scanWorkspace } = await import('./editor/scan-workspace.ts');
        await scanWorkspace('files', thread, known);
      },
      async 'keystow.scanHistory'() {
        const { scanWorkspace } = await import('./editor/scan-workspace.ts');
        await scanWorkspace('history', thread, known);
      },
      async 'keystow.installGitHook'() {
        const { changeGitHook } = await import('./editor/git-hook.ts');
        await changeGitHook('install', () => machine.ensureLauncher(stowing.cli));
      },
      async 'keystow.removeGitHook'() {
        const { changeGitHook } = await import('./editor/git-hook.ts');
        await changeGitHook('remove', () => machine.ensureLauncher(stowing.cli));
      },
      async 'keystow.acceptBaseline'(file, range) {
        const { acceptBaseline } = await import('./editor/accept-baseline.ts');
        await acceptBaseline(known, file, range);
      },
      async 'keystow.disableRule'(rule, file) {
        const { disableRule } = await import('./editor/disable-rule.ts');
        await disableRule(known, rule, file);
      },
      async 'keystow.ignoreFinding'(file, range) {
        const { ignoreFinding } = await import('./editor/ignore-finding.ts');
        await ignoreFinding(findings, known, file, range);
      },
      'keystow.groupFindingsByRule': () => findingsView.group('rule'),
      'keystow.groupFindingsByFile': () => findingsView.group('file'),
      async 'keystow.disableKey'() {
        const { disableKey } = await import('./editor/disable-key.ts');
        await disableKey(machine);
      },
      async 'keystow.containAccount'() {
        const { containAccount } = await import('./editor/contain-account.ts');
        await containAccount(machine, activeProfile, log);
      },
      async 'keystow.undoContainment'() {
        const { undoContainment } = await import('./editor/contain-account.ts');
        await undoContainment(machine, log);
      },
      'keystow.showLog': () => log.show(),
    },
    log,
  );
  context.subscriptions.push(
    log,
    rules,
    findings,
    folderProfiles,
    activeProfile,
    activeProfile.onDidChange(applyProfiles),
    openTerminals,
    folderProfiles.onDidChoose((choice) => withErrorBoundary(log, () => openTerminals.tell(choice))),
    whenTerminalsMayChange(applyProfiles),
    debugEnvironment(folderProfiles, log),
    commands,
    vscode.languages.registerCodeActionsProvider('*', quickFixes(findings), { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    new FindingLenses(findings),
    vscode.languages.registerHoverProvider('*', findingHover(findings)),
    vscode.languages.registerHoverProvider('*', new GitHover(findings)),
    registerPasteAsReference(findings, stowing, log),
    registerRulePages(),
  );

  // the editor is on the screen first: what reads files or the keychain comes after
  setImmediate(async () => {
    await inBackground(log, () => rules.load());
    findings.showAll();
    await inBackground(log, () => baselines.start());
    await inBackground(log, async () => {
      // an update has put the extension into another folder: what the AWS files name must start this one
      if (existsSync(machine.places.launcher)) await machine.ensureLauncher(stowing.cli);
    });
    await withErrorBoundary(log, async () => {
      const { recoverStows } = await import('./stow/restore.ts');
      const { secretsOfItem } = await import('./stow/plaintext.ts');
      await recoverStows(await machine.stowDoors(documentFiles), secretsOfItem);
    });
    await inBackground(log, async () => {
      const { OwnSecretsWatch } = await import('./editor/own-secrets.ts');
      const watch = new OwnSecretsWatch(machine, findings, log, (work) => inBackground(log, work));
      context.subscriptions.push(watch);
      await watch.look();
    });
    await applyProfiles();
    await inBackground(log, async () => {
      const { ProfileStatus } = await import('./editor/profile-status.ts');
      const status = new ProfileStatus(activeProfile, machine, log);
      context.subscriptions.push(status);
      await status.look();
    });
    await inBackground(log, async () => (await spend()).start());
    await withErrorBoundary(log, async () => {
      for (const { said } of await machine.finishRotations()) void vscode.window.showInformationMessage(inWords(said));
    });
    const suggest = () =>
      inBackground(log, async () => {
        if (!vscode.workspace.isTrusted) return;
        const { offerSuggestedProfiles } = await import('./editor/suggested-profile.ts');
        await offerSuggestedProfiles(machine.awsFiles, folderProfiles, context.globalState);
      });
    context.subscriptions.push(
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('keystow.profile') && void suggest()),
    );
    void suggest();
    log.info(`Keystow ${context.extension.packageJSON.version} has started`);
    // what waits for an answer comes last
    void withErrorBoundary(log, async () => {
      if ((await machine.cutOffContainments()).length === 0) return;
      const { offerToGoOn } = await import('./editor/contain-account.ts');
      await offerToGoOn(machine, log);
    });
    await inBackground(log, async () => {
      if (!vscode.workspace.isTrusted) return;
      const { offerMove } = await import('./editor/first-run.ts');
      await offerMove(machine.awsFiles, context.globalState);
    });
  });
}
