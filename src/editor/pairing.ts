import * as vscode from 'vscode';
import type { Finding } from '../detect/finding.ts';
import { type Half, halvesOf, type Placed, pairsAcross, settle } from '../detect/pairs-across.ts';
import { cellScheme } from './document-kinds.ts';
import type { NeighbourFile, NeighbourFiles } from './neighbour-files.ts';

/** A finding whose other half may stand in another document, or in a file beside it. */
export interface Paired extends Placed {
  readonly otherAt?: vscode.Location;
}

interface WithHalves {
  readonly found: readonly Finding[];
  readonly halves: readonly Half[];
  paired: readonly Paired[];
}

/** Joins the halves of keys that stand in two open documents, or in one and in a file beside it. */
export class Pairing {
  private readonly neighbours: NeighbourFiles;
  private readonly documents = new Map<vscode.TextDocument, WithHalves>();

  constructor(neighbours: NeighbourFiles) {
    this.neighbours = neighbours;
  }

  /** What a document's findings are beside the others. */
  of(document: vscode.TextDocument, found: readonly Finding[]): readonly Paired[] {
    const known = this.documents.get(document);
    if (known?.found !== found) this.follow(document, found);
    return this.documents.get(document)?.paired ?? found;
  }

  /** Takes what a document holds now. @returns the other documents of which something is another than before. */
  follow(document: vscode.TextDocument, found: readonly Finding[]): vscode.TextDocument[] {
    const known = this.documents.get(document);
    if (known?.found === found) return [];
    const halves = found.length === 0 ? [] : halvesOf(sliceable(document), found);
    if (halves.length > 0) this.documents.set(document, { found, halves, paired: known?.paired ?? [] });
    else if (!this.documents.delete(document)) return [];
    return this.pairUp().filter((one) => one !== document);
  }

  /** The document is closed. @returns the documents of which something is another than before. */
  forget(document: vscode.TextDocument): vscode.TextDocument[] {
    return this.documents.delete(document) ? this.pairUp() : [];
  }

  /** Joins them all anew. @returns the documents of which something is another than before. */
  pairUp(): vscode.TextDocument[] {
    const open = [...this.documents].map(([document, { halves }]) => ({
      uri: document.uri,
      name: nameOf(document.uri),
      folders: foldersOf(document.uri),
      halves,
      rangeOf: ({ start, end }: Finding) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
    }));
    const places = [...open, ...this.beside().map((file) => ({ ...file, name: nameOf(file.uri), folders: foldersOf(file.uri) }))];
    const partners = pairsAcross(places);
    return [...this.documents].flatMap(([document, known], index) => {
      const before = sayings(known.paired);
      known.paired = settle(known.found, partners[index]!).map((one): Paired => {
        const other = one.elsewhere && places[one.elsewhere.place]!;
        return other ? { ...one, otherAt: new vscode.Location(other.uri, other.rangeOf(one.elsewhere!.finding)) } : one;
      });
      return sayings(known.paired) === before ? [] : [document];
    });
  }

  /** The files in the folders of documents with a lone half; an open one speaks for itself. */
  private beside(): NeighbourFile[] {
    const folders = new Map<string, vscode.Uri>();
    for (const [{ uri }, { halves }] of this.documents) {
      const folder = halves.some(({ finding }) => finding.pairedWith === undefined) ? folderOf(uri) : undefined;
      if (folder) folders.set(folder.toString(), folder);
    }
    const open = new Set(vscode.workspace.textDocuments.filter(({ isClosed }) => !isClosed).map(({ uri }) => uri.toString()));
    return this.neighbours.in([...folders.values()]).filter(({ uri }) => !open.has(uri.toString()));
  }
}

/** All that a document's diagnostics say of its partners elsewhere. */
const sayings = (found: readonly Paired[]): string =>
  found
    .map(({ start, rule, severity, otherAt }) =>
      [start, rule, severity, otherAt?.uri, ...(otherAt ? [otherAt.range.start.line, otherAt.range.start.character] : [])].join(),
    )
    .join(' ');

const sliceable = (document: vscode.TextDocument) => ({
  slice: (from = 0, to = Number.POSITIVE_INFINITY) =>
    document.getText(new vscode.Range(document.positionAt(from), document.positionAt(to))),
});

const nameOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1);
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const untitled = 'untitled:';

/** The folders of a document up to that of the window; one that was never saved counts as lying in all of the window's. A cell lies where its notebook does. */
function foldersOf({ scheme, authority, path }: vscode.Uri): string[] {
  const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.authority + uri.path.replace(/\/$/, ''));
  if (scheme === 'untitled') return [...roots, untitled];
  const above = [authority + parentOf(path)];
  const root = roots.find((one) => `${above[0]}/`.startsWith(`${one}/`));
  while (root === undefined ? above.length < 2 : above.at(-1) !== root) above.push(parentOf(above.at(-1)!));
  return above;
}

/** The folder in which a document's neighbours lie. */
function folderOf(uri: vscode.Uri): vscode.Uri | undefined {
  if (uri.scheme === 'untitled') return undefined;
  const notebook = uri.scheme === cellScheme ? notebookOf(uri) : undefined;
  const { scheme, authority, path } = notebook ?? uri;
  return scheme === cellScheme ? undefined : vscode.Uri.from({ scheme, authority, path: parentOf(path) || '/' });
}

const notebookOf = (cell: vscode.Uri): vscode.Uri | undefined =>
  vscode.workspace.notebookDocuments.find((one) => one.getCells().some(({ document }) => document.uri.toString() === cell.toString()))?.uri;
