import * as vscode from 'vscode';
import { type DetectOptions, detect } from '../detect/detect.ts';
import type { Finding } from '../detect/finding.ts';
import { type Half, halvesOf } from '../detect/pairs-across.ts';
import { positions } from '../detect/report.ts';
import { decode } from '../files/decode.ts';

/** A file beside an open document, with halves of keys in it. */
export interface NeighbourFile {
  readonly uri: vscode.Uri;
  readonly halves: readonly Half[];
  rangeOf(finding: Finding): vscode.Range;
}

interface Read {
  readonly modified: number;
  readonly size: number;
  readonly file: NeighbourFile | undefined;
}

interface Folder {
  readonly uri: vscode.Uri;
  readonly watcher: vscode.Disposable;
  files: Map<string, Read>;
  reading: boolean;
  again: boolean;
}

/** Where people keep the other half of a key. */
const names =
  /^(?:\.env(?:\..+)?|.+\.env|(?:.*[._-])?(?:config|configuration|settings|appsettings|application|secrets?|credentials?|accesskeys?|keys?|aws|s3|constants|environment|env|local|serverless|docker-compose)(?:[._-].*)?\.(?:[cm]?[jt]s|jsonc?|ya?ml|toml|ini|cfg|conf|properties|py|rb|php|tf|tfvars|xml|csv|txt))$/i;
const mostFiles = 20;
const mostBytes = 256 * 1024;

/**
 * The few files beside open documents in which the other half of a key may stand: only of folders with a lone half, read through the editor and kept while
 * they stay as they are. Runs nothing, so it serves folders that are not trusted too.
 */
export class NeighbourFiles implements vscode.Disposable {
  private readonly folders = new Map<string, Folder>();
  private readonly optionsFor: (file: vscode.Uri) => DetectOptions | undefined;
  private readonly background: (work: () => Promise<void>) => Promise<void>;
  private readonly changed = new vscode.EventEmitter<void>();

  /** What is known of the files may be another than before. */
  readonly onDidChange = this.changed.event;

  /** `optionsFor` says how a file is looked at, or that it is not. `background` runs what nobody waits for, and reports what goes wrong. */
  constructor(optionsFor: (file: vscode.Uri) => DetectOptions | undefined, background: (work: () => Promise<void>) => Promise<void>) {
    this.optionsFor = optionsFor;
    this.background = background;
  }

  /** What is known of the files in these folders. A folder that is new is read soon; what is known of any other is forgotten. */
  in(wanted: readonly vscode.Uri[]): readonly NeighbourFile[] {
    const keys = new Set(wanted.map((uri) => uri.toString()));
    for (const key of this.folders.keys()) if (!keys.has(key)) this.forget(key);
    for (const uri of wanted) if (!this.folders.has(uri.toString())) this.watch(uri);
    return [...this.folders.values()].flatMap(({ files }) => [...files.values()].flatMap(({ file }) => file ?? []));
  }

  /** Looks at all of them again, as their settings are others. */
  refresh(): void {
    for (const folder of this.folders.values()) {
      folder.files = new Map();
      this.read(folder);
    }
  }

  dispose(): void {
    for (const key of [...this.folders.keys()]) this.forget(key);
    this.changed.dispose();
  }

  private watch(uri: vscode.Uri): void {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(uri, '*'));
    const folder: Folder = { uri, watcher, files: new Map(), reading: false, again: false };
    const read = (file: vscode.Uri) => {
      if (names.test(nameOf(file))) this.read(folder);
    };
    watcher.onDidChange(read);
    watcher.onDidCreate(read);
    watcher.onDidDelete(read);
    this.folders.set(uri.toString(), folder);
    this.read(folder);
  }

  private forget(key: string): void {
    this.folders.get(key)?.watcher.dispose();
    this.folders.delete(key);
  }

  private read(folder: Folder): void {
    folder.again = folder.reading;
    if (folder.reading) return;
    folder.reading = true;
    void this.background(async () => {
      try {
        const files = await this.filesOf(folder);
        if (this.folders.get(folder.uri.toString()) !== folder) return;
        folder.files = files;
        this.changed.fire();
      } finally {
        folder.reading = false;
        if (folder.again) this.read(folder);
      }
    });
  }

  private async filesOf({ uri: folder, files: before }: Folder): Promise<Map<string, Read>> {
    const entries = await listed(folder);
    const wanted = entries.filter(([name, type]) => type & vscode.FileType.File && names.test(name)).map(([name]) => name);
    const files = new Map<string, Read>();
    for (const name of wanted.sort().slice(0, mostFiles)) {
      const read = await this.fileOf(vscode.Uri.joinPath(folder, name), before.get(name));
      if (read) files.set(name, read);
    }
    return files;
  }

  private async fileOf(uri: vscode.Uri, before: Read | undefined): Promise<Read | undefined> {
    const options = this.optionsFor(uri);
    if (options === undefined) return undefined;
    try {
      const { mtime: modified, size } = await vscode.workspace.fs.stat(uri);
      if (before?.modified === modified && before.size === size) return before;
      const file = size > mostBytes ? undefined : fileWith(uri, await vscode.workspace.fs.readFile(uri), options);
      return { modified, size, file };
    } catch (error) {
      if (error instanceof vscode.FileSystemError) return undefined; // gone meanwhile, or not to be read
      throw error;
    }
  }
}

async function listed(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return []; // a folder that is gone, or that its provider cannot list, has no neighbours
    throw error;
  }
}

function fileWith(uri: vscode.Uri, content: Uint8Array, options: DetectOptions): NeighbourFile | undefined {
  const decoded = decode(content);
  if ('skipped' in decoded) return undefined;
  const halves = halvesOf(decoded.text, detect(decoded.text, options));
  if (halves.length === 0) return undefined;
  const at = positions(decoded.text);
  const position = (offset: number) => {
    const { line, column } = at(offset);
    return new vscode.Position(line - 1, column - 1);
  };
  return { uri, halves, rangeOf: ({ start, end }) => new vscode.Range(position(start), position(end)) };
}

const nameOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1);
