import * as vscode from 'vscode';
import { stowObstacle } from '../stow/target.ts';
import { isReadOnly, sourceFileOf, whyNotMoved } from './document-kinds.ts';
import { type Findings, rangeOf } from './findings.ts';
import type { Paired } from './pairing.ts';
import type { Rules } from './rules.ts';
import { setting } from './settings.ts';

/** Says above the line of each finding what it is, with what can be done about it, where `keystow.detect.codeLens` is on. */
export class FindingLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly findings: Findings;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listeners: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(findings: Findings) {
    this.findings = findings;
    this.listeners = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider('*', this),
      // where they are off, nobody is to ask for them again at each keystroke
      findings.onDidChange(({ uri }) => setting('detect.codeLens', uri) && this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('keystow.detect.codeLens') && this.changed.fire()),
      this.changed,
    );
  }

  dispose(): void {
    this.listeners.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!setting('detect.codeLens', document.uri)) return [];
    const all = this.findings.of(document);
    return this.findings.shown(document).flatMap((finding) => lensesOf(document, finding, all, this.findings.rules));
  }

  /** Of those that are in sight alone: whether a finding can be stowed is asked of the whole text. */
  resolveCodeLens(lens: vscode.CodeLens): vscode.CodeLens {
    if (!(lens instanceof StowLens)) return lens;
    const { document, finding, all, range } = lens;
    const isMovable = stowObstacle(all, finding, sourceFileOf(document), this.findings.rules.of(document.uri)) === undefined;
    const title = isMovable ? vscode.l10n.t('Stow…') : vscode.l10n.t('Why it cannot be stowed…');
    lens.command = { command: 'keystow.stowSecret', title, arguments: [document.uri, range] };
    return lens;
  }
}

class StowLens extends vscode.CodeLens {
  readonly document: vscode.TextDocument;
  readonly finding: Paired;
  readonly all: readonly Paired[];

  constructor(document: vscode.TextDocument, finding: Paired, all: readonly Paired[]) {
    super(rangeOf(document, finding));
    this.document = document;
    this.finding = finding;
    this.all = all;
  }
}

function lensesOf(document: vscode.TextDocument, finding: Paired, all: readonly Paired[], rules: Rules): vscode.CodeLens[] {
  const range = rangeOf(document, finding);
  const named: vscode.Command = { command: '', title: vscode.l10n.t(rules.ruleOf(finding.rule).name) };
  const lenses = [new vscode.CodeLens(range, named)];
  if (!vscode.workspace.isTrusted || isReadOnly(document.uri)) return lenses;
  if (finding.severity === 'error' && whyNotMoved(document.uri) === undefined) lenses.push(new StowLens(document, finding, all));
  lenses.push(
    new vscode.CodeLens(range, { command: 'keystow.ignoreFinding', title: vscode.l10n.t('Ignore…'), arguments: [document.uri, range] }),
  );
  return lenses;
}
