import * as vscode from 'vscode';

// A command behind a link has its arguments as JSON, and behind anything else as they are.

export type UriOrText = vscode.Uri | string;
export type RangeOrEnds = vscode.Range | readonly [Ends, Ends];
type Ends = Pick<vscode.Position, 'line' | 'character'>;

/** The link that calls a command with a place of a document. */
export const linkTo = (command: string, { uri }: vscode.TextDocument, range: vscode.Range): string =>
  `command:${command}?${encodeURIComponent(JSON.stringify([uri.toString(), [range.start, range.end]]))}`;

export const asUri = (uri: UriOrText): vscode.Uri => (typeof uri === 'string' ? vscode.Uri.parse(uri) : uri);

export function asRange(range: RangeOrEnds): vscode.Range {
  if (range instanceof vscode.Range) return range;
  const [start, end] = range;
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
