import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Finding } from '../detect/finding.ts';
import { positions, type Report } from '../detect/report.ts';

// A notebook is JSON that holds the texts of its cells as strings, mostly one a line: cut and escaped (https://nbformat.readthedocs.io/en/latest/format_description.html).

/** The text of a notebook's file with the texts of its cells, and of what they printed, as people read them. */
export interface Notebook {
  readonly text: string;
  readonly json: string;
  /** Offsets in the file of a range of `text`. */
  inFile(start: number, end: number): { readonly start: number; readonly end: number };
  /** Where in a cell an offset of `text` lies; undefined where it is in none. */
  inCell(offset: number): Report['cell'];
}

/** @param json the file's text. @returns undefined where it is no notebook, or a broken one */
export function readNotebook(json: string): Notebook | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(json, errors);
  const cells = root === undefined || errors.length > 0 ? [] : cellsOf(root);
  if (cells.length === 0) return undefined;
  const made = new TextOfNotebook(json);
  cells.forEach((cell, index) => {
    for (const part of partsOf(cell)) made.decode(part, index + 1);
  });
  return made.finished();
}

/** The reports of what was found in the text of a notebook, each with its place in the file, and in a cell. */
export function inNotebook(reports: readonly Report[], findings: readonly Finding[], { json, inFile, inCell }: Notebook): Report[] {
  const placeOf = positions(json);
  return reports.map((one, index) => {
    const { start, end } = findings[index]!;
    const range = inFile(start, end);
    const [from, to] = [placeOf(range.start), placeOf(range.end)];
    const cell = inCell(start);
    return { ...one, ...from, endLine: to.line, endColumn: to.column, ...(cell === undefined ? {} : { cell }) };
  });
}

function itemsAt(node: Node, ...path: readonly (string | number)[]): readonly Node[] {
  const list = findNodeAtLocation(node, [...path]);
  return list?.type === 'array' ? (list.children ?? []) : [];
}

/** Notebooks before version 4 had them in sheets. */
const cellsOf = (root: Node): readonly Node[] => [
  ...itemsAt(root, 'cells'),
  ...itemsAt(root, 'worksheets').flatMap((sheet) => itemsAt(sheet, 'cells')),
];

/** One text of a cell: a string, or a list of strings. */
interface Part {
  readonly node: Node;
  readonly output: boolean;
  /** What stands between its strings. */
  readonly between: '' | '\n';
}

/** The texts of a cell in the order of their places. */
function partsOf(cell: Node): Part[] {
  const found: Part[] = [];
  const add = (node: Node | undefined, output: boolean, between: Part['between'] = '') => {
    if (node !== undefined && (node.type === 'string' || (node.type === 'array' && node.children?.every(({ type }) => type === 'string'))))
      found.push({ node, output, between });
  };
  for (const name of ['source', 'input']) add(findNodeAtLocation(cell, [name]), false);
  for (const output of itemsAt(cell, 'outputs')) {
    for (const name of ['text', 'evalue']) add(findNodeAtLocation(output, [name]), true);
    add(findNodeAtLocation(output, ['traceback']), true, '\n');
    for (const { children } of findNodeAtLocation(output, ['data'])?.children ?? []) {
      const [kind, value] = children ?? [];
      if (!/^(?:image\/(?!svg)|application\/pdf)/.test(kind?.value)) add(value, true); // those are in base 64
    }
  }
  return found.sort((a, b) => a.node.offset - b.node.offset);
}

/** The colours of a terminal, in which tracebacks are kept: they may lie inside of a value. */
const colour = /\\u001[bB]\[[\d;]*m/y;
const escape = /\\(?:u([\da-fA-F]{4})|(.))/y;
const unescaped: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** A run of characters that stand together in the text and in the file, or one character that is an escape there. */
interface Piece {
  readonly at: number;
  readonly inFile: number;
  /** How long each of its characters is in the file. */
  readonly width: number;
}

/** Over this no value is read on, as it is over a line break, a comma and quotes. */
const boundary = '\u001e\n';

class TextOfNotebook {
  private readonly json: string;
  private readonly written: string[] = [];
  private readonly pieces: Piece[] = [];
  private readonly cells: { readonly at: number; readonly end: number; readonly number: number; readonly output: boolean }[] = [];
  private length = 0;
  /** So much of the file is done. */
  private done = 0;

  constructor(json: string) {
    this.json = json;
  }

  decode({ node, output, between }: Part, number: number): void {
    this.copy(this.done, node.offset);
    this.write(boundary, node.offset, 0);
    const at = this.length;
    for (const [index, string] of (node.children ?? [node]).entries()) {
      if (index > 0) this.write(between, string.offset, 0);
      this.unescape(string.offset + 1, string.offset + string.length - 1);
    }
    this.cells.push({ at, end: this.length, number, output });
    this.done = node.offset + node.length;
    this.write(boundary, this.done, 0);
  }

  finished(): Notebook {
    this.copy(this.done, this.json.length);
    const { pieces, cells } = this;
    const text = this.written.join('');
    const placeOf = positions(text);
    const fileOffset = (offset: number) => {
      const { at, inFile, width } = lastAt(pieces, offset)!;
      return { start: inFile + (width === 1 ? offset - at : 0), width };
    };
    return {
      text,
      json: this.json,
      inFile(start, end) {
        const last = fileOffset(end - 1);
        return { start: fileOffset(start).start, end: last.start + last.width };
      },
      inCell(offset) {
        const cell = lastAt(cells, offset);
        if (cell === undefined || offset >= cell.end) return undefined;
        const [from, place] = [placeOf(cell.at), placeOf(offset)];
        return { number: cell.number, line: place.line - from.line + 1, column: place.column, ...(cell.output ? { output: true } : {}) };
      },
    };
  }

  private copy(from: number, to: number): void {
    this.write(this.json.slice(from, to), from, 1);
  }

  private unescape(from: number, to: number): void {
    const string = this.json.slice(from, to);
    let run = 0;
    for (let at = string.indexOf('\\'); at >= 0; at = string.indexOf('\\', run)) {
      this.copy(from + run, from + at);
      escape.lastIndex = colour.lastIndex = at;
      const [all, hexadecimal, letter = ''] = colour.exec(string) ?? escape.exec(string)!;
      const character = hexadecimal === undefined ? (unescaped[letter] ?? letter) : String.fromCharCode(Number.parseInt(hexadecimal, 16));
      this.write(character, from + at, all.length);
      run = at + all.length;
    }
    this.copy(from + run, to);
  }

  private write(text: string, inFile: number, width: number): void {
    if (text === '') return;
    this.pieces.push({ at: this.length, inFile, width });
    this.written.push(text);
    this.length += text.length;
  }
}

/** The last of those that begin at an offset or before it. */
function lastAt<One extends { readonly at: number }>(sorted: readonly One[], offset: number): One | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.at <= offset) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}
