import * as vscode from 'vscode';
import { ruleOf } from '../detect/detect.ts';
import type { Finding } from '../detect/finding.ts';
import { LiveText } from '../detect/live-text.ts';
import type { Report } from '../detect/report.ts';
import { rulePageLink } from './rule-pages.ts';
import { setting } from './settings.ts';

const schemes = new Set(['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell']);

/** A document's text as of one of its versions; none where it is not looked at. */
interface Looked {
  readonly version: number;
  readonly text: LiveText | undefined;
}

/** Looks at every open document when it is opened or changed, and shows what it finds as diagnostics. */
export class Findings implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('keystow');
  private readonly looked = new WeakMap<vscode.TextDocument, Looked>();
  private readonly listeners: vscode.Disposable;
  private readonly accepted: Accepted;
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();

  /** What a document holds may be another than before, or the document is closed. */
  readonly onDidChange = this.changed.event;

  constructor(accepted: Accepted) {
    this.accepted = accepted;
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.show(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        this.follow(document, contentChanges);
        this.show(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.diagnostics.delete(document.uri);
        this.changed.fire(document);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('keystow.detect') && this.showAll(true)),
    );
  }

  /** The findings of a document as it is now, in the order of the text. */
  of(document: vscode.TextDocument): readonly Finding[] {
    const known = this.looked.get(document);
    if (known?.version === document.version) return known.text?.findings() ?? [];
    const text = look(document);
    this.looked.set(document, { version: document.version, text });
    return text?.findings() ?? [];
  }

  /** The finding at a place of a document. */
  at(document: vscode.TextDocument, position: vscode.Position): Finding | undefined {
    const offset = document.offsetAt(position);
    return this.of(document).find(({ start, end }) => start <= offset && offset <= end);
  }

  /** Those that nobody accepted. */
  shown(document: vscode.TextDocument): readonly Finding[] {
    const findings = this.of(document);
    const accepted = findings.length === 0 ? undefined : this.accepted(document, findings);
    return accepted === undefined ? findings : findings.filter((_, index) => !accepted.has(index));
  }

  showAll(again = false): void {
    for (const document of vscode.workspace.textDocuments) {
      if (again) this.looked.delete(document);
      this.show(document);
    }
  }

  dispose(): void {
    this.listeners.dispose();
    this.diagnostics.dispose();
    this.changed.dispose();
  }

  /** Brings what is known of a document to its version now, unless it has to be looked at as a whole. */
  private follow(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const text = this.looked.get(document)?.text;
    if (text === undefined) return;
    for (const { rangeOffset, rangeLength, text: inserted } of changes) {
      text.change({ offset: rangeOffset, removed: rangeLength, inserted });
    }
    // what is not as long as the document is not its text: a change was missed
    if (text.length === lengthOf(document) && text.length <= longest()) this.looked.set(document, { version: document.version, text });
    else this.looked.delete(document);
  }

  private show(document: vscode.TextDocument): void {
    const shown = this.shown(document);
    const had = this.diagnostics.has(document.uri);
    if (shown.length === 0) {
      // each call is a message to the editor's window
      if (!had) return;
      this.diagnostics.delete(document.uri);
    } else {
      const findings = this.of(document);
      this.diagnostics.set(
        document.uri,
        shown.map((finding) => diagnosticOf(document, finding, findings)),
      );
    }
    this.changed.fire(document);
  }
}

/** Which of a document's findings, by their index, are in a baseline; undefined where none is. */
export type Accepted = (document: vscode.TextDocument, findings: readonly Finding[]) => ReadonlySet<number> | undefined;

const lengthOf = (document: vscode.TextDocument): number => document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
const longest = (): number => setting('detect.maxFileSizeMb') * 1_000_000;

function look(document: vscode.TextDocument): LiveText | undefined {
  if (!schemes.has(document.uri.scheme) || !setting('detect.enabled', document.uri)) return undefined;
  if (lengthOf(document) > longest()) return undefined;
  return new LiveText(document.getText(), { disabledRules: new Set(setting('detect.disabledRules', document.uri)) });
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Where a finding stands in its document. */
export function rangeOf(document: vscode.TextDocument, { start, end }: Finding): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** A finding of a file that is not open. */
export function diagnosticOfReport({ rule, severity, line, column, endLine, endColumn }: Report): vscode.Diagnostic {
  return diagnosticAt(new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1), rule, severity);
}

function diagnosticAt(range: vscode.Range, id: string, severity: Finding['severity']): vscode.Diagnostic {
  const rule = ruleOf(id);
  const text = vscode.l10n.t('{name}: {risk}', { name: vscode.l10n.t(rule.name), risk: vscode.l10n.t(rule.risk) });
  const diagnostic = new vscode.Diagnostic(range, text, severities[severity]);
  diagnostic.source = 'Keystow';
  diagnostic.code = { value: id, target: rulePageLink(id) };
  return diagnostic;
}

function diagnosticOf(document: vscode.TextDocument, finding: Finding, findings: readonly Finding[]): vscode.Diagnostic {
  const diagnostic = diagnosticAt(rangeOf(document, finding), finding.rule, finding.severity);
  const other = finding.pairedWith === undefined ? undefined : findings[finding.pairedWith];
  if (other) {
    const place = new vscode.Location(document.uri, rangeOf(document, other));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(place, vscode.l10n.t(ruleOf(other.rule).name))];
  }
  return diagnostic;
}
