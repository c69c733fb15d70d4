import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { fingerprint } from '../detect/report.ts';
import { UserError } from '../message.ts';
import type { GitFacts } from '../scan/git-facts.ts';
import { type Findings, rangeOf } from './findings.ts';
import { asMarkdown } from './words.ts';

// A hover that is late is no hover.
const longestMs = 2_000;
const keptMs = 10_000;

/**
 * What git says of a finding in a file of a trusted folder. A hover of its own, as the one that says what the finding is does not wait for git; kept for a
 * moment, as a hover comes again at each move of the mouse.
 */
export class GitHover implements vscode.HoverProvider {
  private readonly findings: Findings;
  private readonly kept = new Map<string, { readonly at: number; readonly facts: Promise<GitFacts | undefined> }>();

  constructor(findings: Findings) {
    this.findings = findings;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const { uri } = document;
    if (uri.scheme !== 'file' || !vscode.workspace.isTrusted || !vscode.workspace.getWorkspaceFolder(uri)) return undefined;
    const finding = this.findings.at(document, position);
    if (!finding) return undefined;
    const said = words(await this.factsOf(uri.fsPath), fingerprint(document.getText(), finding));
    return said === undefined ? undefined : new vscode.Hover(new vscode.MarkdownString(asMarkdown(said)), rangeOf(document, finding));
  }

  private factsOf(path: string): Promise<GitFacts | undefined> {
    const known = this.kept.get(path);
    if (known !== undefined && Date.now() - known.at < keptMs) return known.facts;
    const facts = ask(path);
    this.kept.clear(); // one file is under the mouse
    this.kept.set(path, { at: Date.now(), facts });
    return facts;
  }
}

async function ask(path: string): Promise<GitFacts | undefined> {
  const [{ openGit }, { gitFacts }] = await Promise.all([import('../files/git.ts'), import('../scan/git-facts.ts')]);
  try {
    return await gitFacts(openGit(dirname(path), process.env), basename(path), AbortSignal.timeout(longestMs));
  } catch (error) {
    // no git, or a history too long for a hover: the other hover says what else is known
    if (error instanceof UserError || (error as Error).name === 'TimeoutError') return undefined;
    throw error;
  }
}

function words(facts: GitFacts | undefined, print: string): string | undefined {
  if (facts === undefined) return undefined;
  if (facts.state === 'ignored') return vscode.l10n.t('git ignores this file, so it is not committed.');
  const since = facts.since.get(print);
  if (since === undefined) {
    return facts.state === 'tracked'
      ? vscode.l10n.t('Not committed yet, but git tracks this file: the next commit may take it along.')
      : vscode.l10n.t('Not committed yet: git does not know this file.');
  }
  const values = { date: new Date(since.date).toLocaleDateString(vscode.env.language), commit: since.commit.slice(0, 8) };
  return since.pushed
    ? vscode.l10n.t('In the git history since {date} (commit {commit}), and on a remote: whoever reads that has it. Replace it.', values)
    : vscode.l10n.t(
        'In the git history since {date} (commit {commit}), on this machine only: moving it does not take it out of there.',
        values,
      );
}
