import * as vscode from 'vscode';
import { ruleOf } from '../detect/detect.ts';
import type { Finding } from '../detect/finding.ts';
import { stowObstacle } from '../stow/target.ts';
import { whyNotMoved } from './document-kinds.ts';
import { type Findings, rangeOf } from './findings.ts';
import { asMarkdown } from './words.ts';

/** Says what a finding is, what is known of it without asking anybody, and what to do. */
export function findingHover(findings: Findings): vscode.HoverProvider {
  return {
    provideHover(document, position) {
      const all = findings.of(document);
      const finding = findings.at(document, position);
      if (!finding) return undefined;
      const rule = ruleOf(finding.rule);
      const text = new vscode.MarkdownString();
      text.isTrusted = { enabledCommands: ['keystow.stowSecret'] };
      text.appendMarkdown('**').appendText(vscode.l10n.t(rule.name)).appendMarkdown('**\n\n');
      const other = finding.pairedWith === undefined ? finding.elsewhere?.finding : all[finding.pairedWith];
      for (const fact of new Set([finding, ...(other ? [other] : [])].flatMap(facts))) text.appendMarkdown(`${asMarkdown(fact)}\n\n`);
      if (finding.suspect && finding.otherAt) {
        const file = vscode.workspace.asRelativePath(finding.otherAt.uri);
        const told = vscode.l10n.t('Its name alone would not tell: it is the secret of the access key id in {file}.', { file });
        text.appendMarkdown(`${asMarkdown(told)}\n\n`);
      }
      const reason = finding.severity === 'error' ? whyNotMoved(document.uri) : undefined;
      if (reason !== undefined) text.appendMarkdown(`${asMarkdown(reason)}\n\n`);
      const movable = finding.severity === 'error' && reason === undefined && vscode.workspace.isTrusted;
      if (movable && stowObstacle(all, finding, { path: document.uri.fsPath, languageId: document.languageId }) === undefined) {
        text.appendMarkdown('[').appendText(vscode.l10n.t('Move it to the keychain…')).appendMarkdown('](command:keystow.stowSecret) · ');
      }
      text.appendMarkdown('[').appendText(vscode.l10n.t('If it was pushed or shared: replace it')).appendMarkdown(`](${rule.revocation})`);
      return new vscode.Hover(text, rangeOf(document, finding));
    },
  };
}

/** What is known of a credential without asking anybody, in the editor's language. */
function facts({ rule, value, credential = value }: Finding): string[] {
  return (ruleOf(rule).facts?.(credential) ?? []).map((fact) => {
    const values = Object.entries(fact.values).map(([name, of]) => [
      name,
      of instanceof Date ? of.toLocaleString(vscode.env.language) : of,
    ]);
    return vscode.l10n.t(fact.text, Object.fromEntries(values));
  });
}
