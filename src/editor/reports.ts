import { relative, sep } from 'node:path';
import type * as vscode from 'vscode';
import { fingerprint, type Report, redact } from '../detect/report.ts';
import { folderOf } from './document-kinds.ts';
import { rangeOf } from './findings.ts';
import type { Paired } from './pairing.ts';

// A fingerprint depends on nothing that stands farther before its finding.
const before = 400;

/** The findings of a document as reports; of all of them, as the halves of a pair name each other. Makes no whole text of a document, which may be long. */
export function reportsOf(document: vscode.TextDocument, findings: readonly Paired[], file: string): Report[] {
  const prints = findings.map((finding) => {
    const from = Math.max(0, finding.start - before);
    const text = document.getText(rangeOf(document, { ...finding, start: from, end: finding.start }));
    return fingerprint(text, { ...finding, start: text.length });
  });
  return findings.map((finding, index): Report => {
    const { start, end } = rangeOf(document, finding);
    const { pairedWith, elsewhere } = finding;
    // the halves of a key are long and random: what stands before one is not in its fingerprint
    const other = pairedWith === undefined ? elsewhere && fingerprint('', elsewhere.finding) : prints[pairedWith];
    return {
      rule: finding.rule,
      severity: finding.severity,
      file,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
      redacted: redact(finding),
      fingerprint: prints[index]!,
      ...(other === undefined ? {} : { pairedWith: other }),
      ...(finding.inTests ? { inTests: true } : {}),
    };
  });
}

/** What a finding's file is called, as a scan of its folder calls it. */
export function nameOf(file: vscode.Uri): string {
  const folder = folderOf(file);
  return folder === undefined ? file.fsPath : relative(folder.uri.fsPath, file.fsPath).replaceAll(sep, '/');
}
