import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { machineOf } from '../machine.ts';
import { ActiveProfile } from './active-profile.ts';
import { Baselines } from './baselines.ts';
import { FindingLenses } from './code-lens.ts';
import type { Commands } from './commands.ts';
import { debugEnvironment } from './debug-environment.ts';
import { documentFiles } from './document-files.ts';
import { inBackground, withErrorBoundary } from './error-boundary.ts';
import { Findings } from './findings.ts';
import { FindingsView } from './findings-view.ts';
import { GitHover } from './git-facts.ts';
import { findingHover } from './hover.ts';
import { KnownFindings } from './known-findings.ts';
import { OpenTerminals } from './open-terminals.ts';
import { registerPasteAsReference } from './paste-as-reference.ts';
import { quickFixes } from './quick-fixes.ts';
import { registerRulePages } from './rule-pages.ts';
import { Rules } from './rules.ts';
import type { SpendItem } from './spend.ts';
import { FolderProfiles, whenTerminalsMayChange } from './terminals.ts';
import { inWords } from './words.ts';

/** Keystow in a window, with nothing read yet. */
export interface Wired {
  readonly commands: Commands;
  /** Looks at what is open, reads files and the keychain, and says what there is to say. */
  start(): Promise<void>;
}

/** Puts the parts together and registers all of them but the commands. */
export function wire(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Wired {
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
    spendItem ??= import('./spend.ts').then(({ SpendItem }) => {
      const item = new SpendItem(machine, activeProfile, context.globalState, log);
      context.subscriptions.push(item);
      return item;
    });
    return spendItem;
  };

  const commands: Commands = {
    async 'keystow.stowSecret'(file, range, replacement) {
      const { stowSecret } = await import('./stow-secret.ts');
      await stowSecret(findings, stowing, (folder, profile) => folderProfiles.choose(folder, profile), file, range, replacement);
    },
    async 'keystow.stowAll'() {
      const { stowAll } = await import('./stow-all.ts');
      await stowAll(findings, known, stowing);
    },
    async 'keystow.movePlaintextKeys'() {
      const { movePlaintextKeys } = await import('./move-plaintext-keys.ts');
      await movePlaintextKeys(stowing);
    },
    async 'keystow.restoreSecret'() {
      const { restoreSecret } = await import('./restore-secret.ts');
      await restoreSecret(machine);
    },
    async 'keystow.addProfile'() {
      const { addProfile } = await import('./add-profile.ts');
      await addProfile({ stowing, folderProfiles }, activeProfile);
    },
    async 'keystow.switchProfile'() {
      const { switchProfile } = await import('./profiles.ts');
      await switchProfile(machine, activeProfile, folderProfiles);
    },
    async 'keystow.signIn'() {
      const { signInToProfile } = await import('./profiles.ts');
      await signInToProfile(stowing, activeProfile);
    },
    async 'keystow.signOut'() {
      const { signOutOfProfile } = await import('./profiles.ts');
      await signOutOfProfile(machine, activeProfile);
    },
    async 'keystow.openTerminal'() {
      const { openTerminal } = await import('./profiles.ts');
      await openTerminal(machine, activeProfile, folderProfiles);
    },
    async 'keystow.showProfile'() {
      const { showProfile } = await import('./profiles.ts');
      await showProfile(stowing, activeProfile);
    },
    async 'keystow.rotateKey'() {
      const { rotateKey } = await import('./rotate-key.ts');
      await rotateKey(machine, log);
    },
    async 'keystow.undoRotation'() {
      const { undoRotation } = await import('./rotate-key.ts');
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
      const { scanWorkspace } = await import('./scan-workspace.ts');
      await scanWorkspace('files', thread, known);
    },
    async 'keystow.scanHistory'() {
      const { scanWorkspace } = await import('./scan-workspace.ts');
      await scanWorkspace('history', thread, known);
    },
    async 'keystow.installGitHook'() {
      const { changeGitHook } = await import('./git-hook.ts');
      await changeGitHook('install', () => machine.ensureLauncher(stowing.cli));
    },
    async 'keystow.removeGitHook'() {
      const { changeGitHook } = await import('./git-hook.ts');
      await changeGitHook('remove', () => machine.ensureLauncher(stowing.cli));
    },
    async 'keystow.acceptBaseline'(file, range) {
      const { acceptBaseline } = await import('./accept-baseline.ts');
      await acceptBaseline(known, file, range);
    },
    async 'keystow.disableRule'(rule, file) {
      const { disableRule } = await import('./disable-rule.ts');
      await disableRule(known, rule, file);
    },
    async 'keystow.ignoreFinding'(file, range) {
      const { ignoreFinding } = await import('./ignore-finding.ts');
      await ignoreFinding(findings, known, file, range);
    },
    'keystow.groupFindingsByRule': () => findingsView.group('rule'),
    'keystow.groupFindingsByFile': () => findingsView.group('file'),
    async 'keystow.disableKey'() {
      const { disableKey } = await import('./disable-key.ts');
      await disableKey(machine);
    },
    async 'keystow.containAccount'() {
      const { containAccount } = await import('./contain-account.ts');
      await containAccount(machine, activeProfile, log);
    },
    async 'keystow.undoContainment'() {
      const { undoContainment } = await import('./contain-account.ts');
      await undoContainment(machine, log);
    },
    'keystow.showLog': () => log.show(),
  };
  context.subscriptions.push(
    rules,
    findings,
    folderProfiles,
    activeProfile,
    activeProfile.onDidChange(applyProfiles),
    openTerminals,
    folderProfiles.onDidChoose((choice) => withErrorBoundary(log, () => openTerminals.tell(choice))),
    whenTerminalsMayChange(applyProfiles),
    debugEnvironment(folderProfiles, log),
    vscode.languages.registerCodeActionsProvider('*', quickFixes(findings), { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }),
    new FindingLenses(findings),
    vscode.languages.registerHoverProvider('*', findingHover(findings)),
    vscode.languages.registerHoverProvider('*', new GitHover(findings)),
    registerPasteAsReference(findings, stowing, log),
    registerRulePages(),
  );

  const start = async () => {
    await inBackground(log, () => rules.load());
    findings.showAll();
    await inBackground(log, () => baselines.start());
    await inBackground(log, async () => {
      // an update has put the extension into another folder: what the AWS files name must start this one
      if (existsSync(machine.places.launcher)) await machine.ensureLauncher(stowing.cli);
    });
    await withErrorBoundary(log, () => machine.recoverStows(documentFiles));
    await inBackground(log, async () => {
      const { OwnSecretsWatch } = await import('./own-secrets.ts');
      const watch = new OwnSecretsWatch(machine, findings, log, (work) => inBackground(log, work));
      context.subscriptions.push(watch);
      await watch.look();
    });
    await applyProfiles();
    await inBackground(log, async () => {
      const { ProfileStatus } = await import('./profile-status.ts');
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
        const { offerSuggestedProfiles } = await import('./suggested-profile.ts');
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
      const { offerToGoOn } = await import('./contain-account.ts');
      await offerToGoOn(machine, log);
    });
    await inBackground(log, async () => {
      if (!vscode.workspace.isTrusted) return;
      const { offerMove } = await import('./first-run.ts');
      await offerMove(machine.awsFiles, context.globalState);
    });
  };
  return { commands, start };
}
