import * as vscode from 'vscode';
import { asIgnored, type Commit, type Report } from '../detect/report.ts';
import type { Baselines } from './baselines.ts';
import { isLeftOut } from './exclusions.ts';
import { diagnosticOfReport } from './findings.ts';
import type { Rules } from './rules.ts';
import { listSetting } from './settings.ts';

/** A finding in a file, or in a commit. */
export interface Known {
  readonly report: Report & Partial<Commit>;
  readonly file: vscode.Uri;
  /** Where its other half stands, if that is in another document or in a file beside it. */
  readonly otherAt?: vscode.Location;
}

/** What was found in files, the last time that they were looked at; shown in Problems where a file is no open document. */
export class ClosedFiles implements vscode.Disposable {
  private readonly rules: Rules;
  private readonly baselines: Baselines;
  private readonly inCellsOf: (file: vscode.Uri) => readonly Known[];
  /** By file; also of those that hold nothing any more, as git changes files back with a branch. */
  private readonly found = new Map<string, readonly Known[]>();
  /** That of it which counts. */
  private readonly standing = new Map<string, readonly Known[]>();
  /** What was found in files that are gone, and may come back: git takes them away with a branch. */
  private readonly gone = new Map<string, readonly Known[]>();
  /** The files that git ignores, as far as it was asked. */
  private readonly ignored = new Set<string>();
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('keystow-scan');
  private readonly changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.changed.event;

  /** `inCellsOf`: what the cells of a file hold that is an open notebook. */
  constructor(rules: Rules, baselines: Baselines, inCellsOf: (file: vscode.Uri) => readonly Known[]) {
    this.rules = rules;
    this.baselines = baselines;
    this.inCellsOf = inCellsOf;
  }

  /** Those in which something was found since the last scan. */
  files(): vscode.Uri[] {
    return [...this.found.keys()].map((key) => vscode.Uri.parse(key));
  }

  /** What was found in a file; undefined where nothing ever was. */
  of(file: vscode.Uri): readonly Known[] | undefined {
    return this.found.get(file.toString());
  }

  /** What counts, by file. */
  counting(): ReadonlyMap<string, readonly Known[]> {
    return this.standing;
  }

  /** That of a file which no open cell tells already. */
  told(file: vscode.Uri): readonly Known[] {
    const standing = this.standing.get(file.toString()) ?? [];
    const inCells = new Set(this.inCellsOf(file).map(({ report }) => report.fingerprint));
    return inCells.size === 0 ? standing : standing.filter(({ report }) => !inCells.has(report.fingerprint));
  }

  isIgnored(file: vscode.Uri): boolean {
    return this.ignored.has(file.toString());
  }

  /** Takes the place of what was found in the file before. */
  set(file: vscode.Uri, found: readonly Known[]): void {
    if (found.length === 0 && !this.found.has(file.toString())) return;
    this.found.set(file.toString(), this.isIgnored(file) ? found.map((one) => ({ ...one, report: asIgnored(one.report) })) : found);
    this.stand(file);
    this.changed.fire();
  }

  /** Takes the place of what was found in the folder before, and of what git said of its files. */
  setFolder(folder: vscode.Uri, reports: readonly Report[]): void {
    for (const key of [...this.found.keys()].filter(isAt(folder))) this.set(vscode.Uri.parse(key), []);
    for (const keys of [this.found, this.gone, this.ignored]) for (const key of [...keys.keys()].filter(isAt(folder))) keys.delete(key);
    for (const [name, found] of Map.groupBy(reports, ({ file }) => file)) {
      const file = vscode.Uri.joinPath(folder, name);
      if (found.some((one) => one.ignored)) this.ignored.add(file.toString());
      this.set(
        file,
        found.map((one) => ({ report: one, file })),
      );
    }
  }

  /** A file, or its cells, may be open documents now, which speak for themselves, or are none any more. */
  open(file: vscode.Uri): void {
    if (this.of(file) === undefined) return;
    this.stand(file);
    this.changed.fire();
  }

  /** What git says of a file. Where it says another thing than before, what was found in it has yet to be told anew. */
  setIgnored(file: vscode.Uri, isIgnored: boolean): void {
    if (isIgnored) this.ignored.add(file.toString());
    else this.ignored.delete(file.toString());
    this.changed.fire();
  }

  /** A file, or a folder with all that is in it, is gone. */
  forget(place: vscode.Uri): void {
    for (const [key, known] of this.take(place)) this.gone.set(key, known);
  }

  /** A file that was gone, or a folder of such, is there again. @returns those in which something was found. */
  bringBack(place: vscode.Uri): vscode.Uri[] {
    return [...this.gone.keys()].filter(isAt(place)).map((key) => {
      const file = vscode.Uri.parse(key);
      const known = this.gone.get(key)!;
      this.gone.delete(key);
      this.set(file, known);
      return file;
    });
  }

  /** A file or a folder has another name; what git said of it is taken along. `nameOf`: what a report calls a file. */
  rename(from: vscode.Uri, to: vscode.Uri, nameOf: (file: vscode.Uri) => string): void {
    for (const [key, known] of this.take(from)) {
      const file = vscode.Uri.parse(to.toString() + key.slice(from.toString().length));
      this.setIgnored(file, this.ignored.has(key));
      this.set(
        file,
        known.map((one) => ({ ...one, report: { ...one.report, file: nameOf(file) }, file })),
      );
    }
  }

  /** What counts may be another: rules, settings, ignore files or what is accepted changed. */
  sift(): void {
    for (const file of this.files()) this.stand(file);
    this.changed.fire();
  }

  dispose(): void {
    this.diagnostics.dispose();
    this.changed.dispose();
  }

  /** Tells what of a file's findings counts, and shows it where the file is no open document. */
  private stand(file: vscode.Uri): void {
    const found = this.of(file) ?? [];
    const disabled = new Set(listSetting('detect.disabledRules', file));
    const counts = ({ report: one }: Known): boolean =>
      this.rules.find(one.rule) !== undefined && !disabled.has(one.rule) && !this.baselines.accepts(file, one);
    const known = found.length === 0 || isLeftOut(file) ? [] : found.filter(counts);
    if (known.length === 0) this.standing.delete(file.toString());
    else this.standing.set(file.toString(), known);
    const told = isOpen(file) ? [] : this.told(file);
    if (told.length > 0) {
      this.diagnostics.set(
        file,
        told.map(({ report: one }) => diagnosticOfReport(one, this.rules)),
      );
    } else if (this.diagnostics.has(file)) this.diagnostics.delete(file); // each call is a message to the editor's window
  }

  private take(place: vscode.Uri): [string, readonly Known[]][] {
    const isThere = isAt(place);
    const taken = [...this.found].filter(([key]) => isThere(key));
    for (const [key] of taken) {
      this.set(vscode.Uri.parse(key), []);
      this.found.delete(key);
    }
    return taken;
  }
}

export const isOpen = (file: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some(({ uri, isClosed }) => !isClosed && uri.toString() === file.toString());

/** Whether the key of a file stands for what is at a place, or below. Called for each of many files whenever any is made or deleted. */
function isAt(place: vscode.Uri): (key: string) => boolean {
  const [itself, below] = [place.toString(), `${place.toString().replace(/\/$/, '')}/`];
  return (key) => key === itself || key.startsWith(below);
}
