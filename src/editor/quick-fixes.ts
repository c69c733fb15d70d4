import * as vscode from 'vscode';
import type { Finding } from '../detect/finding.ts';
import { ignoreComment as commentFor } from '../detect/ignore-comment.ts';
import { grammarOf } from '../stow/grammar.ts';
import { environmentReading, stowObstacle, targetOf } from '../stow/target.ts';
import { turningOff } from './disable-rule.ts';
import { folderOf, isReadOnly, sourceFileOf, whyNotMoved } from './document-kinds.ts';
import { type Findings, rangeOf } from './findings.ts';

/** What the light bulb offers at a finding: stow it, or have it ignored from now on, in this line, by the baseline or with its whole rule. */
export function quickFixes(findings: Findings): vscode.CodeActionProvider {
  return {
    provideCodeActions(document, range, { diagnostics }) {
      const ours = diagnostics.filter(({ source }) => source === 'Keystow');
      if (ours.length === 0 || isReadOnly(document.uri)) return [];
      const here = findings.of(document).filter((finding) => rangeOf(document, finding).intersection(range));
      const actions: vscode.CodeAction[] = [];
      const stowable = here.find(
        ({ severity, pairedWith, elsewhere, score }) => severity === 'error' || (pairedWith ?? elsewhere ?? score) !== undefined,
      );
      if (stowable && vscode.workspace.isTrusted) {
        for (const action of stows(document, findings, stowable)) actions.push(Object.assign(action, { diagnostics: ours }));
      }
      const ignore = here[0] && ignoreComment(document, here[0]);
      if (ignore) {
        ignore.diagnostics = ours;
        actions.push(ignore);
      }
      const first = here[0];
      if (first && vscode.workspace.isTrusted) {
        const accept = new vscode.CodeAction(vscode.l10n.t('Accept it into the baseline…'), vscode.CodeActionKind.QuickFix);
        accept.command = { command: 'keystow.acceptBaseline', title: accept.title, arguments: [document.uri, rangeOf(document, first)] };
        const disable = new vscode.CodeAction(turningOff(first.rule, document.uri), vscode.CodeActionKind.QuickFix);
        disable.command = { command: 'keystow.disableRule', title: disable.title, arguments: [first.rule, document.uri] };
        const isInFolder = folderOf(document.uri)?.uri.scheme === 'file';
        for (const action of isInFolder ? [accept, disable] : [disable]) actions.push(Object.assign(action, { diagnostics: ours }));
      }
      return actions;
    },
  };
}

/** The ways to stow a secret: by a profile, or by a variable that its file reads from then on. */
function stows(document: vscode.TextDocument, findings: Findings, finding: Finding): vscode.CodeAction[] {
  const [all, rules] = [findings.of(document), findings.rules.of(document.uri)];
  const range = rangeOf(document, finding);
  const stow = (title: string, replacement?: 'environment') => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { command: 'keystow.stowSecret', title, arguments: [document.uri, range, replacement] };
    return action;
  };
  if (document.isUntitled) return [stow(vscode.l10n.t('Save to a file, then move to the keychain…'))];
  const file = sourceFileOf(document);
  const obstacle = whyNotMoved(document.uri) ?? stowObstacle(all, finding, file, rules);
  if (obstacle) return [stow(vscode.l10n.t('Why it cannot be moved to the keychain…'))];
  const target = targetOf(all, finding, rules);
  const expression = environmentReading(target, file);
  const toProfile = target.kind === 'key pair' && grammarOf(file.languageId) !== undefined;
  const actions: vscode.CodeAction[] = [];
  if (toProfile || expression === undefined) actions.push(stow(vscode.l10n.t('Move to the keychain…')));
  if (expression !== undefined) {
    actions.push(stow(vscode.l10n.t('Move to the keychain and read it from {expression}…', { expression }), 'environment'));
  }
  if (actions[0]) actions[0].isPreferred = true;
  return actions;
}

/** The comment that has a finding ignored; none where it would be none, or would not count. */
export function ignoreComment(document: vscode.TextDocument, finding: Finding): vscode.CodeAction | undefined {
  const comment = commentFor({ path: document.fileName, languageId: document.languageId }, document.getText(), finding);
  if (!comment) return undefined;
  const titles = {
    line: vscode.l10n.t('Ignore this line'),
    value: vscode.l10n.t('Ignore this value of several lines'),
    block: vscode.l10n.t('Ignore this block of code'),
  };
  const action = new vscode.CodeAction(titles[comment.covers], vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, document.positionAt(comment.offset), comment.insert);
  return action;
}
