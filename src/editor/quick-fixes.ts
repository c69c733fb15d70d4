import * as vscode from 'vscode';
import { ignoreComment } from '../detect/ignore.ts';
import { stowObstacle } from '../stow/target.ts';
import { type Findings, rangeOf } from './findings.ts';

/** What the light bulb offers at a finding: stow it, or have this line ignored from now on. */
export function quickFixes(findings: Findings): vscode.CodeActionProvider {
  return {
    provideCodeActions(document, range, { diagnostics }) {
      const ours = diagnostics.filter(({ source }) => source === 'Keystow');
      if (ours.length === 0) return [];
      const here = findings.of(document).filter((finding) => rangeOf(document, finding).intersection(range));
      const actions: vscode.CodeAction[] = [];
      const stowable = here.find(({ severity, pairedWith }) => severity === 'error' || pairedWith !== undefined);
      if (stowable && vscode.workspace.isTrusted && document.uri.scheme === 'file') {
        const obstacle = stowObstacle(findings.of(document), stowable, document.uri.fsPath);
        const title = obstacle ? vscode.l10n.t('Why it cannot be moved to the keychain…') : vscode.l10n.t('Move to the keychain…');
        const stow = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        stow.command = { command: 'keystow.stowSecret', title: stow.title, arguments: [document.uri, rangeOf(document, stowable)] };
        stow.diagnostics = ours;
        stow.isPreferred = obstacle === undefined;
        actions.push(stow);
      }
      const ignore = here[0] && ignoreThisLine(document, document.positionAt(here[0].start).line);
      if (ignore) {
        ignore.diagnostics = ours;
        actions.push(ignore);
      }
      return actions;
    },
  };
}

function ignoreThisLine(document: vscode.TextDocument, number: number): vscode.CodeAction | undefined {
  const line = document.lineAt(number);
  const comment = ignoreComment(document.fileName, line.text) ?? ignoreComment(document.languageId, line.text);
  if (!comment) return undefined;
  const action = new vscode.CodeAction(vscode.l10n.t('Ignore this line'), vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  if (comment.where === 'end-of-line') action.edit.insert(document.uri, line.range.end, comment.insert);
  else action.edit.insert(document.uri, line.range.start, `${comment.insert}${document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'}`);
  return action;
}
