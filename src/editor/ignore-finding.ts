import * as vscode from 'vscode';
import { UserError } from '../message.ts';
import { acceptBaseline } from './accept-baseline.ts';
import { disableRule, turningOff } from './disable-rule.ts';
import { folderOf, isReadOnly } from './document-kinds.ts';
import { type Findings, rangeOf } from './findings.ts';
import type { KnownFindings } from './known-findings.ts';
import { ignoreComment } from './quick-fixes.ts';

interface Way extends vscode.QuickPickItem {
  readonly go: () => Promise<void>;
}

/** `keystow.ignoreFinding`: the ways to have the finding under the cursor, or at `range`, shown no more. */
export async function ignoreFinding(findings: Findings, known: KnownFindings, uri?: vscode.Uri, range?: vscode.Range): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const document = uri ? await vscode.workspace.openTextDocument(uri) : editor?.document;
  const at = range ?? editor?.selection;
  const finding = document && at && findings.shown(document).find((one) => rangeOf(document, one).intersection(at));
  if (!document || !finding) throw new UserError('There is no finding under the cursor. Put the cursor on one, then try again.');
  const here = rangeOf(document, finding);
  const ways: Way[] = [];
  const canChange = !isReadOnly(document.uri);
  const comment = canChange ? ignoreComment(document, finding) : undefined;
  if (comment) ways.push({ label: comment.title, go: () => applied(comment.edit!, document) });
  if (canChange && folderOf(document.uri)?.uri.scheme === 'file') {
    ways.push({ label: vscode.l10n.t('Accept it into the baseline…'), go: () => acceptBaseline(known, document.uri, here) });
  }
  const { rule } = finding;
  ways.push({ label: turningOff(rule, document.uri), go: () => disableRule(known, rule, document.uri) });
  const picked = await vscode.window.showQuickPick(ways, { title: vscode.l10n.t(findings.rules.ruleOf(rule).name) });
  if (!picked) throw new vscode.CancellationError();
  await picked.go();
}

async function applied(edit: vscode.WorkspaceEdit, document: vscode.TextDocument): Promise<void> {
  if (await vscode.workspace.applyEdit(edit)) return;
  throw new UserError('The editor did not take the change of {file}. Nothing was done to it.', { file: document.fileName });
}
