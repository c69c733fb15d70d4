import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { addToBaseline, takeFromBaseline } from '../scan/baseline.ts';
import { baselineName } from '../scan/baseline-names.ts';
import type { Known } from './closed-files.ts';
import { fileOf, folderOf } from './document-kinds.ts';
import type { KnownFindings } from './known-findings.ts';
import { inWords } from './words.ts';

interface Row extends vscode.QuickPickItem {
  readonly known: Known;
}

/** `keystow.acceptBaseline`: a list of findings, with the one at `range` ticked; the ticked ones are shown no more, with the reason that is given; can be undone at once. */
export async function acceptBaseline(known: KnownFindings, file?: vscode.Uri, range?: vscode.Range): Promise<void> {
  const rows = known.inFiles().flatMap((one): Row[] => {
    if (folderOf(one.file)?.uri.scheme !== 'file') return [];
    const { line, column, rule, redacted } = one.report;
    const picked = one.file.toString() === file?.toString() && range?.start.isEqual(new vscode.Position(line - 1, column - 1)) === true;
    return [
      { label: `${vscode.workspace.asRelativePath(fileOf(one.file))}:${line}`, description: `${rule} ${redacted}`, known: one, picked },
    ];
  });
  if (rows.length === 0) throw new UserError('There is no finding to accept. Scan the workspace first (Keystow: Scan Workspace).');
  const picked = await vscode.window.showQuickPick(rows, {
    canPickMany: true,
    title: vscode.l10n.t('Accept Findings into the Baseline'),
    placeHolder: vscode.l10n.t('Tick what is known and stays where it is'),
    ignoreFocusOut: true,
  });
  if (!picked || picked.length === 0) throw new vscode.CancellationError();
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t('Accept Findings into the Baseline'),
    prompt: vscode.l10n.t('Why? For whoever reads {file}; may be left empty', { file: baselineName }),
    ignoreFocusOut: true,
  });
  if (reason === undefined) throw new vscode.CancellationError();
  const today = new Date().toISOString().slice(0, 10);
  const byFolder = Map.groupBy(picked, (row) => folderOf(row.known.file)!.uri);
  const undos: (() => Promise<void>)[] = [];
  let count = 0;
  let failure: UserError | undefined;
  for (const [folder, rowsOfFolder] of byFolder) {
    const reports = rowsOfFolder.map((row) => row.known.report);
    const { fsPath } = vscode.Uri.joinPath(folder, baselineName);
    try {
      const added = await addToBaseline(fsPath, reports, today, reason.trim() || undefined);
      undos.push(() => takeFromBaseline(fsPath, added));
      count += reports.length;
    } catch (error) {
      if (!(error instanceof UserError) || count === 0) throw error;
      failure = error; // what went into the other folders' files can still be undone
      break;
    }
  }
  const undo = vscode.l10n.t('Undo');
  const done = vscode.l10n.t('{count} accepted in {file}. Take a line out of it to see its finding again.', { count, file: baselineName });
  const answer = await (failure === undefined
    ? vscode.window.showInformationMessage(done, undo)
    : vscode.window.showErrorMessage(`${inWords(failure.said)} ${done}`, undo));
  if (answer === undo) for (const back of undos) await back();
}
