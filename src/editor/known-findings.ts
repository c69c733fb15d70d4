import { dirname, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { KnownSecrets } from '../detect/known-secrets.ts';
import { asIgnored, type Commit, credentialOf, type Report, report } from '../detect/report.ts';
import { decode } from '../files/decode.ts';
import { ownIgnoreFile } from '../files/ignore-files.ts';
import { repositoryTop } from '../files/repository.ts';
import type { Baselines } from './baselines.ts';
import { isLeftOut } from './exclusions.ts';
import { diagnosticOfReport, type Findings } from './findings.ts';
import { reportsOf } from './reports.ts';
import type { Rules } from './rules.ts';
import { setting } from './settings.ts';

/** A finding in a file, or in a commit. */
export interface Known {
  readonly report: Report & Partial<Commit>;
  readonly file: vscode.Uri;
  /** Where its other half stands, if that is in another document or in a file beside it. */
  readonly otherAt?: vscode.Location;
}

// git writes its index several times for one command.
const pauseMs = 500;

interface LastScan {
  readonly rules: string;
  readonly own: KnownFindings['own'];
  readonly clean: Uint8Array;
}

/** All that is known of the window's folders: what open documents hold now, and of other files what the last scan found. */
export class KnownFindings implements vscode.Disposable {
  private readonly findings: Findings;
  private readonly baselines: Baselines;
  /** What was found in files, the last time that they were looked at. */
  private readonly scanned = new Map<string, readonly Known[]>();
  /** Those of it that count. */
  private readonly standing = new Map<string, readonly Known[]>();
  /** Files that are gone, and may come back: git takes them away with a branch. */
  private readonly gone = new Map<string, readonly Known[]>();
  private readonly background: (work: () => Promise<void>) => Promise<void>;
  /** Files that were saved since their last scan, or that git may not ignore any more, as long as nobody has asked it again. */
  private readonly doubted = new Set<string>();
  /** By folder. */
  private readonly history = new Map<string, readonly Known[]>();
  private asking: NodeJS.Timeout | undefined;
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('keystow-scan');
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;

  readonly onDidChange = this.changed.event;

  /** By folder, what its last scan found nothing in, and with which rules: the next one need not look at it again. */
  readonly lastScans = new Map<string, LastScan>();

  /** `background` runs what nobody waits for, and reports what goes wrong. */
  constructor(findings: Findings, baselines: Baselines, background: (work: () => Promise<void>) => Promise<void>) {
    this.findings = findings;
    this.baselines = baselines;
    this.background = background;
    const files = vscode.workspace.createFileSystemWatcher('**/*');
    const ownIgnoreFiles = vscode.workspace.createFileSystemWatcher(`**/${ownIgnoreFile}`);
    const sift = () => this.sift();
    const ignoreFiles = vscode.workspace.createFileSystemWatcher('**/.gitignore');
    const gitFiles = vscode.workspace.createFileSystemWatcher('**/.git/{index,info/exclude}');
    const ask = () => this.askGitSoon();
    const doubtAll = () => {
      for (const file of this.scanned.keys()) this.doubted.add(file);
      this.changed.fire();
      ask();
    };
    this.subscriptions = vscode.Disposable.from(
      findings.onDidChange(() => this.changed.fire()),
      baselines.onDidChange(() => {
        findings.showAll();
        this.sift();
      }),
      findings.rules.onDidChange(sift),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('keystow.detect') && this.sift()),
      ownIgnoreFiles,
      ownIgnoreFiles.onDidChange(sift),
      ownIgnoreFiles.onDidCreate(sift),
      ownIgnoreFiles.onDidDelete(sift),
      files,
      files.onDidChange((file) => this.lookAgain(file)),
      files.onDidCreate((file) => this.comeBack(file)),
      files.onDidDelete((file) => this.forget(file)),
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
      gitFiles,
      gitFiles.onDidChange(ask),
      gitFiles.onDidCreate(ask),
      gitFiles.onDidDelete(ask),
      vscode.workspace.onDidCloseTextDocument((document) => this.keep(document)),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.rename(oldUri, newUri);
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
    const closed = [...this.standing].filter(([file]) => !shown.has(file)).flatMap(([, known]) => known);
    return [...open.flatMap((document) => this.ofDocument(document)), ...closed].sort(byPlace);
  }

  /** The other half of a key, where it is known too; in the same file before any other. */
  otherHalf({ report: { rule, pairedWith }, file }: Known): Known | undefined {
    if (pairedWith === undefined) return undefined;
    const others = this.inFiles().filter(({ report }) => report.fingerprint === pairedWith && report.rule !== rule);
    return others.find((one) => one.file.toString() === file.toString()) ?? others[0];
  }

  inHistory(): readonly Known[] {
    return [...this.history.values()].flat().filter(this.hasRule);
  }

  /** Takes the place of what an earlier scan of the folder found. */
  setFiles(folder: vscode.Uri, reports: readonly Report[]): void {
    for (const key of [...this.scanned.keys()].filter(isAt(folder))) this.set(vscode.Uri.parse(key), []);
    for (const keys of [this.scanned, this.doubted, this.gone]) for (const key of [...keys.keys()].filter(isAt(folder))) keys.delete(key);
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
    this.history.set(
      folder.toString(),
      reports.map((one) => ({ report: one, file: vscode.Uri.joinPath(folder, one.file) })),
    );
    this.changed.fire();
  }

  dispose(): void {
    clearTimeout(this.asking);
    this.subscriptions.dispose();
  }

  /** What counts may be another: rules, settings, ignore files or what is accepted changed. */
  private sift(): void {
    for (const file of this.scanned.keys()) this.stand(vscode.Uri.parse(file));
    this.changed.fire();
  }

  /** What git ignores or tracks may be another: a commit alone changes that many times. */
  private askGitSoon(): void {
    if (this.scanned.size === 0 || !vscode.workspace.isTrusted) return;
    clearTimeout(this.asking);
    this.asking = setTimeout(() => void this.background(() => this.askGit()), pauseMs);
  }

  private async askGit(): Promise<void> {
    const [{ openGit }, { ignoredAmong }] = await Promise.all([import('../files/git.ts'), import('../scan/git-facts.ts')]);
    const files = [...this.scanned.keys()].map((key) => vscode.Uri.parse(key)).filter(({ scheme }) => scheme === 'file');
    for (const [top, some] of Map.groupBy(files, ({ fsPath }) => repositoryTop(dirname(fsPath)))) {
      if (top === undefined) continue;
      const nameIn = ({ fsPath }: vscode.Uri): string => relative(top, fsPath).replaceAll(sep, '/');
      const ignored = await ignoredAmong(openGit(top, process.env), some.map(nameIn));
      if (ignored === undefined) continue;
      for (const file of some) await this.takeVerdict(file, ignored.has(nameIn(file)));
    }
    this.changed.fire();
  }

  /** Whether git ignores a file, of which an earlier scan may have said otherwise. */
  private async takeVerdict(file: vscode.Uri, isIgnored: boolean): Promise<void> {
    const before = this.scanned.get(file.toString()) ?? [];
    this.doubted.delete(file.toString());
    if (before.every(({ report: one }) => (one.ignored === true) === isIgnored)) return;
    if (isIgnored) {
      this.set(
        file,
        before.map((one) => ({ ...one, report: asIgnored(one.report) })),
      );
      return;
    }
    const text = await textOf(file);
    const found = text === undefined ? [] : report(text, await this.findings.inFile(file, text), nameOf(file));
    if (before !== this.scanned.get(file.toString())) return; // it was looked at otherwise meanwhile
    const now = before.map(({ report: { ignored: _, ...one }, ...known }) => {
      const again = found.find(({ rule, fingerprint }) => rule === one.rule && fingerprint === one.fingerprint);
      return { ...known, report: { ...one, severity: again?.severity ?? this.rules.find(one.rule)?.severity ?? one.severity } };
    });
    this.set(file, now);
  }

  /** A file that holds a finding was changed by another program. */
  private lookAgain(file: vscode.Uri): void {
    if (!this.scanned.has(file.toString()) || isOpen(file) || !setting('detect.enabled', file)) return;
    void this.background(async () => {
      const size = await sizeOf(file);
      if (size !== undefined && size > setting('detect.maxFileSizeMb') * 1_000_000) return; // a log that grows; the next scan says that it is skipped
      const before = this.scanned.get(file.toString());
      const text = await textOf(file);
      const found = text === undefined ? [] : await this.findings.inFile(file, text);
      if (before === undefined || before !== this.scanned.get(file.toString()) || isOpen(file)) return; // it was looked at otherwise meanwhile
      const reports = text === undefined ? [] : report(text, found, nameOf(file));
      const known = reports.map((one, index) =>
        this.baselines.accepts(file, one, credentialOf(found[index]!)) ? undefined : asBefore(one, before, found[index]!.suspect === true),
      );
      this.set(
        file,
        known.filter((one) => one !== undefined).map((one) => ({ ...one, file })),
      );
      this.changed.fire();
    });
  }

  /** A file, or a folder with all that is in it, is gone. */
  private forget(file: vscode.Uri): void {
    const keys = [...this.scanned.keys()].filter(isAt(file));
    for (const key of keys) {
      this.gone.set(key, this.scanned.get(key)!);
      this.set(vscode.Uri.parse(key), []);
      this.scanned.delete(key);
    }
    if (keys.length > 0) this.changed.fire();
  }

  /** A file that was gone, or a folder of such, is there again. */
  private comeBack(file: vscode.Uri): void {
    for (const key of [...this.gone.keys()].filter(isAt(file))) {
      const one = vscode.Uri.parse(key);
      const known = this.gone.get(key)!;
      this.gone.delete(key);
      this.set(one, known);
      this.lookAgain(one);
    }
  }

  /** A file or a folder has another name. */
  private rename(from: vscode.Uri, to: vscode.Uri): void {
    for (const key of [...this.scanned.keys()].filter(isAt(from))) {
      const known = this.scanned.get(key)!;
      const file = vscode.Uri.parse(to.toString() + key.slice(from.toString().length));
      this.set(vscode.Uri.parse(key), []);
      this.scanned.delete(key);
      this.set(
        file,
        known.map((one) => ({ ...one, report: { ...one.report, file: nameOf(file) }, file })),
      );
    }
    this.changed.fire();
  }

  private readonly hasRule = ({ report: { rule } }: Known): boolean => this.rules.find(rule) !== undefined;

  private set(file: vscode.Uri, found: readonly Known[]): void {
    // one that held something may hold it again: git changes it with a branch
    if (found.length > 0 || this.scanned.has(file.toString())) this.scanned.set(file.toString(), found);
    this.stand(file);
  }

  /** Tells what of a file's findings counts, and shows it where the file is no open document. */
  private stand(file: vscode.Uri): void {
    const found = this.scanned.get(file.toString()) ?? [];
    const disabled = new Set(setting('detect.disabledRules', file));
    const counts = (one: Known): boolean =>
      this.hasRule(one) && !disabled.has(one.report.rule) && !this.baselines.accepts(file, one.report);
    const known = found.length === 0 || isLeftOut(file) ? [] : found.filter(counts);
    if (known.length === 0) this.standing.delete(file.toString());
    else this.standing.set(file.toString(), known);
    if (known.length === 0 || isOpen(file)) this.diagnostics.delete(file);
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
    if (!this.scanned.has(document.uri.toString())) return;
    void this.background(async () => {
      // it may be closed because its file is gone
      if ((await sizeOf(document.uri)) === undefined) this.forget(document.uri);
    });
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

/** A finding of a file that was looked at before, with what was known of it beside its place; none for a suspect of which nobody knew more. */
function asBefore(now: Report, before: readonly Known[], isSuspect: boolean): Omit<Known, 'file'> | undefined {
  const old = before.find(({ report: one }) => one.rule === now.rule && one.fingerprint === now.fingerprint);
  if (old !== undefined) {
    const { line, column, endLine, endColumn } = now;
    return { ...old, report: { ...old.report, line, column, endLine, endColumn } };
  }
  if (isSuspect) return undefined;
  return { report: before.some(({ report: one }) => one.ignored) ? asIgnored(now) : now };
}

const isOpen = (file: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some(({ uri, isClosed }) => !isClosed && uri.toString() === file.toString());

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

/** What a finding's file is called, as a scan of its folder calls it. */
function nameOf(file: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(file);
  return folder === undefined ? file.fsPath : relative(folder.uri.fsPath, file.fsPath).replaceAll(sep, '/');
}

/** Whether the key of a file stands for what is at a place, or below. Called for each of many files whenever any is made or deleted. */
function isAt(place: vscode.Uri): (key: string) => boolean {
  const [itself, below] = [place.toString(), `${place.toString().replace(/\/$/, '')}/`];
  return (key) => key === itself || key.startsWith(below);
}

const byPlace = (a: Known, b: Known): number => {
  const [first, second] = [a.file.toString(), b.file.toString()];
  if (first !== second) return first < second ? -1 : 1;
  return a.report.line - b.report.line || a.report.column - b.report.column;
};
