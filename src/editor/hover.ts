import * as vscode from 'vscode';
import { accountOf, ruleOf } from '../detect/detect.ts';
import { type Findings, rangeOf } from './findings.ts';

/** Says what a finding is, what is known of it without asking anybody, and what to do. */
export function findingHover(findings: Findings): vscode.HoverProvider {
  return {
    provideHover(document, position) {
      const offset = document.offsetAt(position);
      const all = findings.of(document);
      const finding = all.find(({ start, end }) => start <= offset && offset <= end);
      if (!finding) return undefined;
      const rule = ruleOf(finding.rule);
      const text = new vscode.MarkdownString();
      text.isTrusted = { enabledCommands: ['keystow.stowSecret'] };
      text.appendMarkdown('**').appendText(vscode.l10n.t(rule.name)).appendMarkdown('**\n\n');
      const account = facts(finding.rule, finding.value) ?? facts('aws-access-key-id', all[finding.pairedWith ?? -1]?.value);
      if (account) text.appendText(account).appendMarkdown('\n\n');
      if (finding.severity === 'error' && vscode.workspace.isTrusted) {
        text.appendMarkdown('[').appendText(vscode.l10n.t('Move it to the keychain…')).appendMarkdown('](command:keystow.stowSecret) · ');
      }
      text.appendMarkdown('[').appendText(vscode.l10n.t('If it was pushed or shared: replace it')).appendMarkdown(`](${rule.revocation})`);
      return new vscode.Hover(text, rangeOf(document, finding));
    },
  };
}

function facts(rule: string, value: string | undefined): string | undefined {
  const account = rule === 'aws-access-key-id' && value !== undefined ? accountOf(value) : undefined;
  return account === undefined ? undefined : vscode.l10n.t('It belongs to the AWS account {account}.', { account });
}
