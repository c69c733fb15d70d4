import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { fileOf, folderOf } from './document-kinds.ts';
import type { KnownFindings } from './known-findings.ts';
import { listSetting } from './settings.ts';

/** `keystow.disableRule`: takes one rule of what is found out of use where the file lies, in the settings of its folder; can be undone at once. */
export async function disableRule(known: KnownFindings, rule?: string, file?: vscode.Uri): Promise<void> {
  const id = rule !== undefined && known.isFoundBy(rule) ? rule : await pickRule(known);
  const settings = vscode.workspace.getConfiguration('keystow', file && fileOf(file));
  const where = reachOf(file);
  const setTo = settings.inspect<string[]>('detect.disabledRules');
  const [target, before] = {
    folder: [vscode.ConfigurationTarget.WorkspaceFolder, setTo?.workspaceFolderValue] as const,
    window: [vscode.ConfigurationTarget.Workspace, setTo?.workspaceValue] as const,
    everywhere: [vscode.ConfigurationTarget.Global, setTo?.globalValue] as const,
  }[where];
  const disabled = listSetting('detect.disabledRules', file);
  await settings.update('detect.disabledRules', [...new Set([...disabled, known.rules.ruleOf(id).id])].sort(), target);
  const undo = vscode.l10n.t('Undo');
  const values = { rule: id, setting: 'keystow.detect.disabledRules' };
  const picked = await vscode.window.showInformationMessage(
    where === 'everywhere'
      ? vscode.l10n.t('The rule {rule} is off in all folders (setting {setting}).', values)
      : vscode.l10n.t('The rule {rule} is off here (setting {setting}).', values),
    undo,
  );
  if (picked === undo) await settings.update('detect.disabledRules', before, target);
}

/** What turns the rule off, as a person reads it: a file that lies in no folder has no settings but the person's own. */
export const turningOff = (rule: string, file: vscode.Uri): string =>
  reachOf(file) === 'everywhere'
    ? vscode.l10n.t('Turn off the rule {rule} in all folders', { rule })
    : vscode.l10n.t('Turn off the rule {rule} here', { rule });

function reachOf(file: vscode.Uri | undefined): 'folder' | 'window' | 'everywhere' {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0 || (file && !folderOf(file))) return 'everywhere';
  return file && folders.length > 1 ? 'folder' : 'window';
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
