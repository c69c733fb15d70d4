import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { credentialOf, type Report } from '../detect/report.ts';
import type { Baseline } from '../scan/baseline.ts';
import type { Accepted } from './findings.ts';
import { reportsOf } from './reports.ts';

const files = '{.keystow-baseline.jsonl,.gitleaksignore,.secrets.baseline}';

/** The baselines of the window's folders. Nothing is read of a folder that has none. */
export class Baselines implements vscode.Disposable {
  private readonly byFolder = new Map<string, Baseline>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly watchers = new Map<string, vscode.Disposable>();
  private readonly listener: vscode.Disposable;
  private readonly background: (work: () => Promise<void>) => Promise<void>;

  readonly onDidChange = this.changed.event;

  /** `background` runs what nobody waits for, and reports what goes wrong. */
  constructor(background: (work: () => Promise<void>) => Promise<void>) {
    this.background = background;
    this.listener = vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const { uri } of removed) this.forget(uri.toString());
      for (const folder of added) void this.watch(folder);
    });
  }

  /** Reads what the folders have. */
  async start(): Promise<void> {
    for (const folder of vscode.workspace.workspaceFolders ?? []) await this.watch(folder);
  }

  readonly accepted: Accepted = (document, findings) => {
    const folder = this.byFolder.size === 0 ? undefined : vscode.workspace.getWorkspaceFolder(document.uri);
    const baseline = folder && this.byFolder.get(folder.uri.toString());
    if (folder === undefined || baseline === undefined) return undefined;
    const name = relative(folder.uri.fsPath, document.uri.fsPath).replaceAll(sep, '/');
    const reports = reportsOf(document, findings, name);
    return new Set(reports.flatMap((one, index) => (baseline.accepts(one, credentialOf(findings[index]!)) ? [index] : [])));
  };

  /** Whether the finding of a file that is not open was accepted since it was scanned. */
  accepts(file: vscode.Uri, found: Report): boolean {
    const folder = this.byFolder.size === 0 ? undefined : vscode.workspace.getWorkspaceFolder(file);
    return (folder && this.byFolder.get(folder.uri.toString())?.accepts(found, '')) ?? false;
  }

  dispose(): void {
    this.listener.dispose();
    for (const folder of [...this.watchers.keys()]) this.forget(folder);
    this.changed.dispose();
  }

  private async watch(folder: vscode.WorkspaceFolder): Promise<void> {
    if (folder.uri.scheme !== 'file') return;
    const read = () => this.background(() => this.read(folder));
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, files));
    const listeners = [watcher.onDidChange(read), watcher.onDidCreate(read), watcher.onDidDelete(read)];
    this.watchers.set(folder.uri.toString(), vscode.Disposable.from(watcher, ...listeners));
    if ((await vscode.workspace.findFiles(new vscode.RelativePattern(folder, files), null, 1)).length > 0) await read();
  }

  private async read({ uri }: vscode.WorkspaceFolder): Promise<void> {
    const { baselineOf } = await import('../scan/baseline.ts');
    this.byFolder.set(uri.toString(), await baselineOf(uri.fsPath));
    this.changed.fire();
  }

  private forget(folder: string): void {
    this.watchers.get(folder)?.dispose();
    this.watchers.delete(folder);
    this.byFolder.delete(folder);
  }
}
