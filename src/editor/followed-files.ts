import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { credentialOf, type Report, report } from '../detect/report.ts';
import { decode } from '../files/decode.ts';
import { ownIgnoreFile } from '../files/ignore-files.ts';
import { inFolder } from '../files/in-folder.ts';
import { foldersUpTo, nameInside, realFolder, repositoryTop } from '../files/repository.ts';
import type { Baselines } from './baselines.ts';
import { type ClosedFiles, isOpen, type Known } from './closed-files.ts';
import type { Findings } from './findings.ts';
import { nameOf } from './reports.ts';
import { largestFileMb, setting } from './settings.ts';
import { whenChanged } from './when-changed.ts';

// git writes its index several times for one command.
const pauseMs = 500;

/** Keeps what is known of closed files true while files, settings and what git says of them change. Nothing is watched before it is made, which the first finding asks for. */
export class FollowedFiles implements vscode.Disposable {
  private readonly closed: ClosedFiles;
  private readonly findings: Findings;
  private readonly baselines: Baselines;
  private readonly background: (work: () => Promise<void>) => Promise<void>;
  /** By the top of a repository, what watches the files that say what it tracks and ignores. */
  private readonly lists = new Map<string, vscode.Disposable>();
  private asking: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable;

  /** `background` runs what nobody waits for, and reports what goes wrong. */
  constructor(closed: ClosedFiles, findings: Findings, baselines: Baselines, background: (work: () => Promise<void>) => Promise<void>) {
    this.closed = closed;
    this.findings = findings;
    this.baselines = baselines;
    this.background = background;
    const { workspace } = vscode;
    const files = workspace.createFileSystemWatcher('**/*');
    const sift = () => closed.sift();
    this.subscriptions = vscode.Disposable.from(
      files,
      files.onDidChange((file) => this.lookAgain(file)),
      files.onDidCreate((file) => {
        for (const one of closed.bringBack(file)) this.lookAgain(one);
      }),
      files.onDidDelete((file) => closed.forget(file)),
      workspace.onDidRenameFiles(({ files: renamed }) => {
        for (const { oldUri, newUri } of renamed) closed.rename(oldUri, newUri, nameOf);
        this.doubt();
      }),
      workspace.onDidOpenTextDocument(({ uri }) => closed.open(uri)),
      findings.rules.onDidChange(sift),
      workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('keystow.detect') && sift()),
      whenAny(`**/${ownIgnoreFile}`, sift),
      whenAny('**/.gitignore', () => this.doubt()),
      workspace.onDidGrantWorkspaceTrust(() => this.askGitSoon()),
    );
  }

  /** A file that holds a finding was changed by another program, or what git says of it is another. */
  lookAgain(file: vscode.Uri): void {
    if (this.closed.of(file) === undefined || isOpen(file) || !setting('detect.enabled', file)) return;
    void this.background(async () => {
      const size = await sizeOf(file);
      if (size !== undefined && size > largestFileMb() * 1_000_000) return; // a log that grows; the next scan says that it is skipped
      const before = this.closed.of(file);
      const text = await textOf(file);
      const found = text === undefined ? [] : await this.findings.inFile(file, text);
      if (before === undefined || before !== this.closed.of(file) || isOpen(file)) return; // it was looked at otherwise meanwhile
      const reports = text === undefined ? [] : report(text, found, nameOf(file));
      const known = reports.map((one, index) =>
        this.baselines.accepts(file, one, credentialOf(found[index]!)) ? undefined : asBefore(one, before, found[index]!.suspect === true),
      );
      this.closed.set(
        file,
        known.filter((one) => one !== undefined).map((one) => ({ ...one, file })),
      );
    });
  }

  /** There are other files, or what git ignores or tracks may be another: a commit alone changes that many times. */
  askGitSoon(): void {
    if (!vscode.workspace.isTrusted) return;
    clearTimeout(this.asking);
    this.asking = setTimeout(() => void this.background(() => this.askGit()), pauseMs);
  }

  /** A document was closed, perhaps because its file is gone. */
  lookWhetherThere(file: vscode.Uri): void {
    void this.background(async () => {
      if ((await sizeOf(file)) === undefined) this.closed.forget(file);
    });
  }

  dispose(): void {
    clearTimeout(this.asking);
    this.subscriptions.dispose();
    for (const watched of this.lists.values()) watched.dispose();
  }

  /** What git ignores may be another, and who may not ask it knows of nothing that it ignores. */
  private doubt(): void {
    if (vscode.workspace.isTrusted) this.askGitSoon();
    else for (const file of this.closed.files()) this.takeVerdict(file, false);
  }

  private async askGit(): Promise<void> {
    const [{ openGit }, { ignoredAmong, listsOfIgnored }] = await Promise.all([import('../files/git.ts'), import('../scan/git-facts.ts')]);
    const files = this.closed.files().filter(({ scheme }) => scheme === 'file');
    const inFolders = files.map((file) => ({ file, folder: realFolder(dirname(file.fsPath)) }));
    for (const [top, some] of Map.groupBy(inFolders, ({ folder }) => repositoryTop(folder))) {
      if (top === undefined) continue;
      const git = openGit(top, process.env);
      if (!this.lists.has(top)) this.watchLists(top, await listsOfIgnored(git, top, process.env));
      const named = some.map(({ file, folder }) => ({ file, name: nameInside(top, folder) + basename(file.fsPath) }));
      const ignored = await ignoredAmong(
        git,
        named.map(({ name }) => name),
      );
      if (ignored !== undefined) for (const { file, name } of named) this.takeVerdict(file, ignored.has(name));
    }
  }

  /** Those of a repository may lie outside of the window's folders, and so may `.gitignore` files above these. */
  private watchLists(top: string, lists: readonly string[]): void {
    if (this.lists.has(top)) return; // git was asked once more meanwhile
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => realFolder(uri.fsPath));
    const above = new Set(folders.flatMap((folder) => foldersUpTo(folder, top).slice(1)));
    const files = [...lists, ...Array.from(above, (folder) => inFolder(folder, '.gitignore'))];
    this.lists.set(top, vscode.Disposable.from(...files.map((file) => whenChanged(file, () => this.askGitSoon()))));
  }

  private takeVerdict(file: vscode.Uri, isIgnored: boolean): void {
    if (this.closed.isIgnored(file) === isIgnored) return;
    this.closed.setIgnored(file, isIgnored);
    if (isIgnored) this.closed.set(file, this.closed.of(file) ?? []);
    else this.lookAgain(file);
  }
}

/** A finding of a file that was looked at before, with what was known of it beside its place; none for a suspect of which nobody knew more. */
function asBefore(now: Report, before: readonly Known[], isSuspect: boolean): Omit<Known, 'file'> | undefined {
  const old = before.find(({ report: one }) => one.rule === now.rule && one.fingerprint === now.fingerprint);
  if (old === undefined) return isSuspect ? undefined : { report: now };
  const { line, column, endLine, endColumn } = now;
  const { ignored, ...told } = old.report;
  return { ...old, report: { ...told, line, column, endLine, endColumn, severity: ignored ? now.severity : told.severity } };
}

/** Calls `tell` when a file of this pattern is made, changed or deleted. */
function whenAny(pattern: string, tell: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  return vscode.Disposable.from(watcher, watcher.onDidChange(tell), watcher.onDidCreate(tell), watcher.onDidDelete(tell));
}

/** The size of a file in bytes, where it is there. */
const sizeOf = async (file: vscode.Uri): Promise<number | undefined> => (await ifThere(vscode.workspace.fs.stat(file)))?.size;

/** The text of a file, where it is there and is one. */
async function textOf(file: vscode.Uri): Promise<string | undefined> {
  const content = await ifThere(vscode.workspace.fs.readFile(file));
  const decoded = content && decode(content);
  return decoded && 'text' in decoded ? decoded.text : undefined;
}

async function ifThere<Asked>(asked: Thenable<Asked>): Promise<Asked | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return undefined; // gone meanwhile, or not to be read
    throw error;
  }
}
