import * as vscode from 'vscode';
import type { KnownSecrets } from '../detect/known-secrets.ts';
import { asIgnored, type Commit, type Report } from '../detect/report.ts';
import type { Baselines } from './baselines.ts';
import { ClosedFiles, type Known } from './closed-files.ts';
import { cellScheme, fileOf } from './document-kinds.ts';
import type { Findings } from './findings.ts';
import { FollowedFiles } from './followed-files.ts';
import { nameOf, reportsOf } from './reports.ts';
import type { Rules } from './rules.ts';

interface LastScan {
  readonly rules: string;
  readonly own: KnownFindings['own'];
  readonly clean: Uint8Array;
}

/** All that is known of the window's folders: what open documents hold now, of other files what was found in them last, and what the history holds. */
export class KnownFindings implements vscode.Disposable {
  private readonly findings: Findings;
  private readonly closed: ClosedFiles;
  private followed: FollowedFiles | undefined;
  private readonly follow: () => FollowedFiles;
  /** By folder. */
  private readonly history = new Map<string, readonly Known[]>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;

  readonly onDidChange = this.changed.event;

  /** By folder, what its last scan found nothing in, and with which rules: the next one need not look at it again. */
  readonly lastScans = new Map<string, LastScan>();

  /** `background` runs what nobody waits for, and reports what goes wrong. */
  constructor(findings: Findings, baselines: Baselines, background: (work: () => Promise<void>) => Promise<void>) {
    this.findings = findings;
    this.closed = new ClosedFiles(findings.rules, baselines, (file) => this.inCellsOf(file));
    this.follow = () => (this.followed ??= new FollowedFiles(this.closed, findings, baselines, background));
    this.subscriptions = vscode.Disposable.from(
      this.closed,
      this.closed.onDidChange(() => this.changed.fire()),
      findings.onDidChange(({ uri }) => {
        if (uri.scheme === cellScheme) this.closed.open(fileOf(uri));
        this.changed.fire();
      }),
      baselines.onDidChange(() => {
        findings.showAll();
        this.closed.sift();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.keep(document)),
      vscode.workspace.onDidCloseNotebookDocument(({ uri }) => this.closed.open(uri)),
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
    const open = openDocuments();
    return [...open.flatMap((document) => this.ofDocument(document)), ...this.besides(open)].sort(byPlace);
  }

  /** How many of those in files are an error or a warning; takes no time for what else is known of them. */
  countInFiles(): number {
    const open = openDocuments();
    const shown = open.filter(({ uri }) => !this.closed.isIgnored(uri)).flatMap((document) => this.findings.shown(document));
    const told = [...shown, ...this.besides(open).map(({ report }) => report)];
    return told.filter(({ severity }) => severity !== 'information').length;
  }

  /** Whether a rule finds something in the files, or in what git keeps of one that is compared. */
  isFoundBy(rule: string): boolean {
    const isOf = (one: { readonly rule: string }) => one.rule === rule;
    return (
      vscode.workspace.textDocuments.some((document) => !document.isClosed && this.findings.shown(document).some(isOf)) ||
      this.inFiles().some(({ report }) => isOf(report))
    );
  }

  inHistory(): readonly Known[] {
    return [...this.history.values()].flat().filter(({ report }) => this.rules.find(report.rule) !== undefined);
  }

  /** Takes the place of what an earlier scan of the folder found. */
  setFiles(folder: vscode.Uri, reports: readonly Report[]): void {
    this.closed.setFolder(folder, reports);
    if (reports.length > 0) this.follow().askGitSoon();
  }

  setHistory(folder: vscode.Uri, reports: readonly (Report & Partial<Commit>)[]): void {
    this.history.set(
      folder.toString(),
      reports.map((one) => ({ report: one, file: vscode.Uri.joinPath(folder, one.file) })),
    );
    this.changed.fire();
  }

  dispose(): void {
    this.followed?.dispose();
    this.subscriptions.dispose();
  }

  /** A document that is closed leaves what it held, where it is a file of the window's folders. */
  private keep(document: vscode.TextDocument): void {
    const { uri } = document;
    if (uri.scheme !== 'file' || document.isDirty || !vscode.workspace.getWorkspaceFolder(uri)) return;
    const isNew = this.closed.of(uri) === undefined;
    this.closed.set(uri, this.ofDocument(document));
    if (this.closed.of(uri) === undefined) return;
    this.follow().lookWhetherThere(uri);
    if (isNew) this.follow().askGitSoon();
  }

  private besides(open: readonly vscode.TextDocument[]): Known[] {
    const shown = new Set(open.map(({ uri }) => uri.toString()));
    return [...this.closed.counting().keys()]
      .filter((file) => !shown.has(file))
      .flatMap((file) => this.closed.told(vscode.Uri.parse(file)));
  }

  /** What the cells of a file hold that is an open notebook: the file says it once more. */
  private inCellsOf(file: vscode.Uri): readonly Known[] {
    const notebook = vscode.workspace.notebookDocuments.find(({ uri, isClosed }) => !isClosed && uri.toString() === file.toString());
    return notebook === undefined ? [] : notebook.getCells().flatMap(({ document }) => this.ofDocument(document));
  }

  private ofDocument(document: vscode.TextDocument): Known[] {
    const shown = new Set(this.findings.shown(document));
    if (shown.size === 0) return [];
    const all = this.findings.of(document);
    const found = reportsOf(document, all, nameOf(document.uri));
    const reports = this.closed.isIgnored(document.uri) ? found.map(asIgnored) : found;
    return all.flatMap((finding, index): Known[] => {
      if (!shown.has(finding)) return [];
      const { otherAt } = finding;
      return [{ report: reports[index]!, file: document.uri, ...(otherAt === undefined ? {} : { otherAt }) }];
    });
  }
}

/** Without what git keeps of a file, which is not what the file holds. */
const openDocuments = (): vscode.TextDocument[] =>
  vscode.workspace.textDocuments.filter(({ isClosed, uri }) => !isClosed && uri.scheme !== 'git');

const byPlace = (a: Known, b: Known): number => {
  const [first, second] = [a.file.toString(), b.file.toString()];
  if (first !== second) return first < second ? -1 : 1;
  return a.report.line - b.report.line || a.report.column - b.report.column;
};
