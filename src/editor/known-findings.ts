import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { KnownSecrets } from '../detect/known-secrets.ts';
import { asIgnored, type Commit, type Report } from '../detect/report.ts';
import type { Baselines } from './baselines.ts';
import { diagnosticOfReport, type Findings } from './findings.ts';
import { reportsOf } from './reports.ts';
import type { Rules } from './rules.ts';

/** A finding in a file, or in a commit. */
export interface Known {
  readonly report: Report & Partial<Commit>;
  readonly file: vscode.Uri;
  /** Where its other half stands, if that is in another document or in a file beside it. */
  readonly otherAt?: vscode.Location;
}

interface LastScan {
  readonly rules: string;
  readonly own: KnownFindings['own'];
  readonly clean: Uint8Array;
}

/** All that is known of the window's folders: what open documents hold now, and of other files what the last scan found. */
export class KnownFindings implements vscode.Disposable {
  private readonly findings: Findings;
  private readonly baselines: Baselines;
  private readonly scanned = new Map<string, readonly Known[]>();
  /** Files that were saved since their last scan, or that git may not ignore any more: nobody has asked it again. */
  private readonly doubted = new Set<string>();
  private history: readonly Known[] = [];
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('keystow-scan');
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;

  readonly onDidChange = this.changed.event;

  /** By folder, what its last scan found nothing in, and with which rules: the next one need not look at it again. */
  readonly lastScans = new Map<string, LastScan>();

  constructor(findings: Findings, baselines: Baselines) {
    this.findings = findings;
    this.baselines = baselines;
    const ignoreFiles = vscode.workspace.createFileSystemWatcher('**/.gitignore');
    const doubtAll = () => {
      for (const file of this.scanned.keys()) this.doubted.add(file);
      this.changed.fire();
    };
    this.subscriptions = vscode.Disposable.from(
      findings.onDidChange(() => this.changed.fire()),
      baselines.onDidChange(() => {
        findings.showAll();
        this.sift();
      }),
      findings.rules.onDidChange(() => this.sift()),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (!this.scanned.has(uri.toString())) return;
        this.diagnostics.delete(uri); // an open document speaks for itself
        this.changed.fire();
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (!this.scanned.has(uri.toString())) return;
        this.doubted.add(uri.toString());
        this.changed.fire();
      }),
      ignoreFiles,
      ignoreFiles.onDidChange(doubtAll),
      ignoreFiles.onDidCreate(doubtAll),
      ignoreFiles.onDidDelete(doubtAll),
      vscode.workspace.onDidCloseTextDocument((document) => this.keep(document)),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const file of files) this.set(file, []);
        this.changed.fire();
      }),
      this.diagnostics,
      this.changed,
    );
  }

  /** Those that the findings are of. */
  get rules(): Rules {
    return this.findings.rules;
  }

  /** The person's own secrets, as a scan takes them along. */
  get own(): KnownSecrets | undefined {
    return this.findings.known;
  }

  /** In files, in the order of their names and places. */
  inFiles(): readonly Known[] {
    // what git keeps of a file is not what the file holds
    const open = vscode.workspace.textDocuments.filter(({ isClosed, uri }) => !isClosed && uri.scheme !== 'git');
    const shown = new Set(open.map(({ uri }) => uri.toString()));
    const closed = [...this.scanned].filter(([file]) => !shown.has(file)).flatMap(([, known]) => known);
    return [...open.flatMap((document) => this.ofDocument(document)), ...closed].sort(byPlace);
  }

  /** The other half of a key, where it is known too; in the same file before any other. */
  otherHalf({ report: { rule, pairedWith }, file }: Known): Known | undefined {
    if (pairedWith === undefined) return undefined;
    const others = this.inFiles().filter(({ report }) => report.fingerprint === pairedWith && report.rule !== rule);
    return others.find((one) => one.file.toString() === file.toString()) ?? others[0];
  }

  inHistory(): readonly Known[] {
    return this.history;
  }

  /** Takes the place of what an earlier scan of the folder found. */
  setFiles(folder: vscode.Uri, reports: readonly Report[]): void {
    for (const [key, known] of this.scanned) if (known.some(({ file }) => isIn(folder, file))) this.set(vscode.Uri.parse(key), []);
    for (const key of this.doubted) if (isIn(folder, vscode.Uri.parse(key))) this.doubted.delete(key);
    const byFile = Map.groupBy(reports, ({ file }) => file);
    for (const [name, found] of byFile) {
      const file = vscode.Uri.joinPath(folder, name);
      this.set(
        file,
        found.map((one) => ({ report: one, file })),
      );
    }
    this.changed.fire();
  }

  setHistory(folder: vscode.Uri, reports: readonly (Report & Partial<Commit>)[]): void {
    const others = this.history.filter(({ file }) => !isIn(folder, file));
    this.history = [
      ...others,
      ...reports.map((one) => ({ report: one, file: vscode.Uri.joinPath(folder, one.file) })).filter(this.hasRule),
    ];
    this.changed.fire();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** Leaves out what was accepted since, and what a rule found that is gone since. */
  private sift(): void {
    for (const [file, known] of [...this.scanned]) this.set(vscode.Uri.parse(file), known);
    this.history = this.history.filter(this.hasRule);
    this.changed.fire();
  }

  private readonly hasRule = ({ report: { rule } }: Known): boolean => this.rules.find(rule) !== undefined;

  private set(file: vscode.Uri, found: readonly Known[]): void {
    const known = found.filter((one) => this.hasRule(one) && !this.baselines.accepts(file, one.report));
    if (known.length === 0) this.scanned.delete(file.toString());
    else this.scanned.set(file.toString(), known);
    const open = vscode.workspace.textDocuments.some(({ uri, isClosed }) => !isClosed && uri.toString() === file.toString());
    if (open || known.length === 0) this.diagnostics.delete(file);
    else
      this.diagnostics.set(
        file,
        known.map(({ report: one }) => diagnosticOfReport(one, this.rules)),
      );
  }

  /** A document that is closed leaves what it held, where it is a file of the window's folders. */
  private keep(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file' || document.isDirty || !vscode.workspace.getWorkspaceFolder(document.uri)) return;
    this.set(document.uri, this.ofDocument(document));
    this.changed.fire();
  }

  private ofDocument(document: vscode.TextDocument): Known[] {
    const shown = new Set(this.findings.shown(document));
    if (shown.size === 0) return [];
    const all = this.findings.of(document);
    const found = reportsOf(document, all, nameOf(document.uri));
    // only a scan asks what git ignores: its answer counts for what it saw, where it saw it
    const known = this.doubted.has(document.uri.toString()) ? [] : (this.scanned.get(document.uri.toString()) ?? []);
    const isIgnored = ({ fingerprint, line, column }: Report): boolean =>
      known.some(({ report: one }) => one.ignored && one.fingerprint === fingerprint && one.line === line && one.column === column);
    const reports = found.map((one) => (isIgnored(one) ? asIgnored(one) : one));
    return all.flatMap((finding, index): Known[] => {
      if (!shown.has(finding)) return [];
      const { otherAt } = finding;
      return [{ report: reports[index]!, file: document.uri, ...(otherAt === undefined ? {} : { otherAt }) }];
    });
  }
}

/** What a finding's file is called, as a scan of its folder calls it. */
function nameOf(file: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(file);
  return folder === undefined ? file.fsPath : relative(folder.uri.fsPath, file.fsPath).replaceAll(sep, '/');
}

const isIn = (folder: vscode.Uri, file: vscode.Uri): boolean => file.toString().startsWith(`${folder.toString().replace(/\/$/, '')}/`);

const byPlace = (a: Known, b: Known): number => {
  const [first, second] = [a.file.toString(), b.file.toString()];
  if (first !== second) return first < second ? -1 : 1;
  return a.report.line - b.report.line || a.report.column - b.report.column;
};
