import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { credentialOf, type Report } from '../detect/report.ts';
import { inFolder } from '../files/in-folder.ts';
import { foldersUpToTop } from '../files/repository.ts';
import { UserError } from '../message.ts';
import type { Baseline } from '../scan/baseline.ts';
import { baselineNames } from '../scan/baseline-names.ts';
import { folderOf } from './document-kinds.ts';
import type { Accepted } from './findings.ts';
import { reportsOf } from './reports.ts';
import { inWords } from './words.ts';

/** The baselines of the window's folders, and of those above them in their repository. Nothing is read where there is none. */
export class Baselines implements vscode.Disposable {
  private readonly byFolder = new Map<string, Baseline>();
  /** By folder, why its baselines cannot be read. */
  private readonly unread = new Map<string, string>();
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
    const folder = this.byFolder.size === 0 ? undefined : folderOf(document.uri);
    const baseline = folder && this.byFolder.get(folder.uri.toString());
    if (folder === undefined || baseline === undefined) return undefined;
    const name = relative(folder.uri.fsPath, document.uri.fsPath).replaceAll(sep, '/');
    const reports = reportsOf(document, findings, name);
    return new Set(reports.flatMap((one, index) => (baseline.accepts(one, credentialOf(findings[index]!)) ? [index] : [])));
  };

  /** Whether the finding of a file that is not open was accepted. Where its credential is not known any more, only since it was scanned. */
  accepts(file: vscode.Uri, found: Report, credential = ''): boolean {
    const folder = this.byFolder.size === 0 ? undefined : vscode.workspace.getWorkspaceFolder(file);
    return (folder && this.byFolder.get(folder.uri.toString())?.accepts(found, credential)) ?? false;
  }

  dispose(): void {
    this.listener.dispose();
    for (const folder of [...this.watchers.keys()]) this.forget(folder);
    this.changed.dispose();
  }

  private async watch(folder: vscode.WorkspaceFolder): Promise<void> {
    if (folder.uri.scheme !== 'file') return;
    const read = () => this.background(() => this.read(folder));
    const folders = foldersUpToTop(folder.uri.fsPath, folder.uri.fsPath);
    const watchers = folders.flatMap((path) => {
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.file(path), `{${baselineNames.join()}}`),
      );
      return [watcher, watcher.onDidChange(read), watcher.onDidCreate(read), watcher.onDidDelete(read)];
    });
    this.watchers.set(folder.uri.toString(), vscode.Disposable.from(...watchers));
    if (folders.some((path) => baselineNames.some((name) => existsSync(inFolder(path, name))))) await read();
  }

  /** What cannot be read leaves what was accepted before, and the person is told of it once, until it can be. */
  private async read({ uri }: vscode.WorkspaceFolder): Promise<void> {
    const { fsPath: path } = uri;
    const folder = uri.toString();
    const { baselinesOf } = await import('../scan/baseline.ts');
    try {
      this.byFolder.set(folder, await baselinesOf(new Set(foldersUpToTop(path, path)), path));
      this.unread.delete(folder);
    } catch (error) {
      if (error instanceof UserError && this.unread.get(folder) !== error.message) void this.background(() => tell(error));
      this.unread.set(folder, (error as Error).message);
      throw error;
    }
    this.changed.fire();
  }

  private forget(folder: string): void {
    this.watchers.get(folder)?.dispose();
    this.watchers.delete(folder);
    this.byFolder.delete(folder);
    this.unread.delete(folder);
  }
}

async function tell({ said }: UserError): Promise<void> {
  const open = vscode.l10n.t('Open');
  if ((await vscode.window.showErrorMessage(inWords(said), open)) !== open) return;
  const { file, line = 1 } = said.values;
  const place = new vscode.Position(Number(line) - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(String(file)), { selection: new vscode.Range(place, place) });
}
