import * as vscode from 'vscode';
import type { Finding, Score } from '../detect/finding.ts';
import { ownedBy } from '../detect/rules/facts.ts';
import { knownSecretRule } from '../detect/rules/known-secret.ts';
import { stowObstacle } from '../stow/target.ts';
import { sourceFileOf, whyNotMoved } from './document-kinds.ts';
import { type Findings, rangeOf } from './findings.ts';
import { linkTo } from './place-in-link.ts';
import { customRulesQuery, openSettings, type Rules } from './rules.ts';
import { asMarkdown, factInWords, inWords } from './words.ts';

/** Says what a finding is, what is known of it without asking anybody, and what to do. */
export function findingHover(findings: Findings): vscode.HoverProvider {
  return {
    provideHover(document, position) {
      const all = findings.of(document);
      const finding = findings.at(document, position);
      if (!finding) return undefined;
      const { rules } = findings;
      const rule = rules.ruleOf(finding.rule);
      const text = new vscode.MarkdownString();
      text.isTrusted = { enabledCommands: ['keystow.stowSecret', openSettings] };
      // the warning above says it already, where there is one
      if (!findings.shown(document).includes(finding))
        text.appendMarkdown('**').appendText(vscode.l10n.t(rule.name)).appendMarkdown('**\n\n');
      const other = finding.pairedWith === undefined ? finding.elsewhere?.finding : all[finding.pairedWith];
      for (const fact of new Set([finding, ...(other ? [other] : [])].flatMap((one) => facts(one, rules))))
        text.appendMarkdown(`${asMarkdown(fact)}\n\n`);
      if (finding.suspect && finding.otherAt) {
        const file = vscode.workspace.asRelativePath(finding.otherAt.uri);
        const told = vscode.l10n.t('Its name alone would not tell: it is the secret of the access key id in {file}.', { file });
        text.appendMarkdown(`${asMarkdown(told)}\n\n`);
      }
      if (finding.score !== undefined) appendScore(text, finding.score);
      const reason = finding.severity === 'error' ? whyNotMoved(document.uri) : undefined;
      if (reason !== undefined) text.appendMarkdown(`${asMarkdown(inWords(reason))}\n\n`);
      const movable = finding.severity === 'error' && reason === undefined && vscode.workspace.isTrusted;
      if (movable && stowObstacle(all, finding, sourceFileOf(document), rules.of(document.uri)) === undefined) {
        // the cursor may be elsewhere, at another secret too
        const link = linkTo('keystow.stowSecret', document, rangeOf(document, finding));
        text.appendMarkdown('[').appendText(vscode.l10n.t('Move it to the keychain…')).appendMarkdown(`](${link}) · `);
      }
      if (rule.revocation === undefined) {
        text
          .appendMarkdown('[')
          .appendText(vscode.l10n.t('A rule of your settings found it'))
          .appendMarkdown(`](command:${openSettings}?${encodeURIComponent(JSON.stringify([customRulesQuery]))})`);
      } else if (finding.rule !== knownSecretRule.id || finding.owner?.kind !== 'reference') {
        // of a secret that no rule tells, nobody here knows the page
        text
          .appendMarkdown('[')
          .appendText(vscode.l10n.t('If it was pushed or shared: replace it'))
          .appendMarkdown(`](${rule.revocation})`);
      }
      return new vscode.Hover(text, rangeOf(document, finding));
    },
  };
}

/** What is known of a credential without asking anybody, in the editor's language. */
function facts({ rule, value, credential = value, owner }: Finding, rules: Rules): string[] {
  const known = owner === undefined ? [] : [ownedBy(owner)];
  return [...known, ...(rules.ruleOf(rule).facts?.(credential) ?? [])].map(factInWords);
}

/** What speaks for a secret and what against, each with its weight, and what that comes to. */
function appendScore(text: vscode.MarkdownString, { weights, total, needed }: Score): void {
  for (const weight of weights) text.appendMarkdown(`- ${asMarkdown(factInWords(weight))} ${signed(weight.weight)}\n`);
  const told = vscode.l10n.t('Together: {total}; {needed} would be enough.', { total: inDigits(total), needed: inDigits(needed) });
  text.appendMarkdown(`\n${asMarkdown(told)}\n\n`);
}

const inDigits = (number: number): string => number.toLocaleString(vscode.env.language, { minimumFractionDigits: 1 });
const signed = (weight: number): string => `${weight < 0 ? '−' : '+'}${inDigits(Math.abs(weight))}`;
