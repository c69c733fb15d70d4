import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import type { KnownFindings } from './known-findings.ts';

/** `keystow.disableRule`: takes one rule of what is found out of use in this folder, in its settings; can be undone at once. */
export async function disableRule(known: KnownFindings, rule?: string, file?: vscode.Uri): Promise<void> {
  const found = known.inFiles().some(({ report }) => report.rule === rule);
  const id = rule !== undefined && found ? rule : await pickRule(known);
  const settings = vscode.workspace.getConfiguration('keystow', file);
  const inFolder =
    file !== undefined && vscode.workspace.getWorkspaceFolder(file) !== undefined && (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const target = inFolder
    ? vscode.ConfigurationTarget.WorkspaceFolder
    : vscode.workspace.workspaceFolders
      ? vscode.ConfigurationTarget.Workspace
      : vscode.ConfigurationTarget.Global;
  const setTo = settings.inspect<string[]>('detect.disabledRules');
  const before =
    target === vscode.ConfigurationTarget.WorkspaceFolder
      ? setTo?.workspaceFolderValue
      : target === vscode.ConfigurationTarget.Workspace
        ? setTo?.workspaceValue
        : setTo?.globalValue;
  const disabled = settings.get<string[]>('detect.disabledRules', []);
  await settings.update('detect.disabledRules', [...new Set([...disabled, known.rules.ruleOf(id).id])].sort(), target);
  const undo = vscode.l10n.t('Undo');
  const picked = await vscode.window.showInformationMessage(
    vscode.l10n.t('The rule {rule} is off here (setting {setting}).', { rule: id, setting: 'keystow.detect.disabledRules' }),
    undo,
  );
  if (picked === undo) await settings.update('detect.disabledRules', before, target);
}

async function pickRule(known: KnownFindings): Promise<string> {
  const ids = [...new Set(known.inFiles().map(({ report }) => report.rule))].sort();
  if (ids.length === 0) throw new UserError('Nothing is found here, so there is no rule to turn off.');
  const picked = await vscode.window.showQuickPick(
    ids.map((id) => ({ label: id, description: vscode.l10n.t(known.rules.ruleOf(id).name) })),
    { title: vscode.l10n.t('Turn off a Rule Here'), ignoreFocusOut: true },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.label;
}
