import { createHmac } from 'node:crypto';
import { ruleOf } from './detect.ts';
import type { Finding, Severity } from './finding.ts';
import { genericRule } from './generic/rule.ts';
import type { Owner } from './owner.ts';
import { printable } from './printable.ts';
import { isUnguessable } from './randomness.ts';
import { catalogue, type RuleSet } from './rule-set.ts';
import { ownedBy } from './rules/facts.ts';
import { variety } from './variety.ts';

/** A finding as people and scripts are told of it: it holds no secret. Lines and columns count from 1, columns in UTF-16 units. */
export interface Report {
  readonly rule: string;
  readonly severity: Severity;
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly redacted: string;
  readonly fingerprint: string;
  /** Whose it is, where it is one of the known secrets. */
  readonly owner?: Owner;
  /** The fingerprint of the other half of a key pair. */
  readonly pairedWith?: string;
  /** Git ignores the file: what is in it is on this machine alone. */
  readonly ignored?: true;
  /** It is told at Information since its file is of tests or examples. */
  readonly inTests?: true;
  /** The archive that the file is in; `file` then is `archive.zip!path/in/it`. */
  readonly archive?: string;
  /** Where it is in a cell of a notebook, whose lines and columns are those of its text and not of the file. */
  readonly cell?: {
    /** Of the cell in the notebook, from 1. */
    readonly number: number;
    readonly line: number;
    readonly column: number;
    /** It is in what the cell printed. */
    readonly output?: true;
  };
}

/** Where in a repository's history a finding came in. */
export interface Commit {
  readonly commit: string;
  /** When its author made it, ISO 8601; where that is not told, when it was committed; empty where neither can be read. */
  readonly date: string;
  /** Whether it is on a remote, as far as this repository knows. */
  readonly pushed: boolean;
}

/** What git ignores is on this machine alone, which is worth a word and no more. */
export const asIgnored = <One extends Report>(found: One): One => ({ ...found, severity: 'information', ignored: true });

/** The findings of one text as reports. */
export function report(text: string, findings: readonly Finding[], file: string): Report[] {
  const place = positions(text);
  const fingerprints = findings.map((finding) => fingerprint(text, finding));
  return findings.map((finding, index) => {
    const from = place(finding.start);
    const to = place(finding.end);
    return {
      rule: finding.rule,
      severity: finding.severity,
      file,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
      redacted: redact(finding),
      fingerprint: fingerprints[index]!,
      ...(finding.owner === undefined ? {} : { owner: finding.owner }),
      ...(finding.pairedWith === undefined ? {} : { pairedWith: fingerprints[finding.pairedWith]! }),
      ...(finding.inTests ? { inTests: true } : {}),
    };
  });
}

/** The credential as a program would use it. Never shown. */
export const credentialOf = ({ value, credential = value }: Finding): string => credential;

/** Line and column, from 1, of an offset of this text; a line ends as the editor says: `\n`, `\r\n` or `\r`. */
export function positions(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}

/** The part that every credential of the kind begins with, and at most four characters of this one: of a short one, no more than a quarter. */
export function redact({ rule, value }: Finding): string {
  const prefix = catalogue.find(rule)?.publicPrefix?.exec(value)?.[0] ?? '';
  const shown = Math.min(4, Math.floor((value.length - prefix.length) / 4));
  const lines = /[\r\n]|\\[rn]/.test(value);
  return lines ? `${prefix}…` : `${prefix}…${value.slice(value.length - shown)}`;
}

/**
 * Recognises a finding after its line has moved or was written differently: a hash of the rule and of the value or, where somebody could guess the value,
 * of the name before it. 16 hexadecimal digits.
 */
export function fingerprint(text: string, { rule, start, value, credential = value }: Finding): string {
  const isChosen = rule === genericRule.id || catalogue.find(rule)?.isChosen === true;
  const isSafe = credential.length >= 16 && variety(credential) >= 7 && (!isChosen || isUnguessable(credential));
  return createHmac('sha256', `keystow ${rule} ${isSafe ? '' : nameBefore(text, start)}`)
    .update(isSafe ? linesOf(credential) : '')
    .digest('hex')
    .slice(0, 16);
}

/** A credential of several lines however they end and are indented: git writes other ends on another system. */
const linesOf = (credential: string): string =>
  credential
    .split('\n')
    .map((line) => line.trim())
    .join('\n');

function nameBefore(text: string, start: number): string {
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - 200);
  const names = text.slice(lineStart, start).match(/[A-Za-z_][\w.-]*/g);
  return names?.at(-1) ?? '';
}

/** One JSON array. */
export const toJson = (reports: readonly Report[]): string => `${JSON.stringify(reports, null, 2)}\n`;

const colours: Record<Severity, number> = { error: 31, warning: 33, information: 36 };

/** One line a finding: place, severity, what it is, its redacted form, its rule. `colours` only for a terminal; `rules`: those of the reports. */
export function toText(reports: readonly (Report & Partial<Commit>)[], options: { colours?: boolean; rules?: RuleSet } = {}): string {
  return reports
    .map((found) => {
      const { file, line, column, severity, rule, redacted, owner, ignored, inTests, cell } = found;
      const word = options.colours ? `\u001b[${colours[severity]}m${severity}\u001b[0m` : severity;
      return `${printable(file)}:${line}:${column}: ${word}: ${printable(ruleOf(rule, options.rules).name)} ${printable(redacted)} [${rule}]${inCell(cell)}${ignored ? ', in a file that git ignores' : ''}${inTests ? ', in a test or an example' : ''}${sinceCommit(found)}${whose(owner)}\n`;
    })
    .join('');
}

/** Where in a notebook it is, after a comma. */
export function inCell(cell: Report['cell']): string {
  if (cell === undefined) return '';
  const { number, line, output } = cell;
  return `, in ${output ? 'the output of ' : ''}cell ${number}, line ${line}`;
}

/** Where in the history it came in, after a comma. */
export function sinceCommit({ commit, date, pushed }: Partial<Commit>): string {
  if (commit === undefined) return '';
  return `, since commit ${commit.slice(0, 12)}${date ? ` of ${date.slice(0, 10)}` : ''}, on ${pushed ? 'a' : 'no'} remote`;
}

/** A sentence that says whose it is, after a blank. */
export function whose(owner: Owner | undefined): string {
  if (owner === undefined) return '';
  const { text, values } = ownedBy(owner);
  return ` ${text.replace('{name}', () => printable(String(values.name)))}`;
}
