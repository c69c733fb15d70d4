import { type AnyRule, ruleOf } from './detect.ts';
import type { Severity } from './finding.ts';
import { type Report, whose } from './report.ts';
import type { RuleSet } from './rule-set.ts';

const levels: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', information: 'note' };

/**
 * The reports as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), for code scanning and for other tools' viewers. What a
 * report holds beside the place, such as the commit, goes along as properties. It holds no secret.
 * `rules`: those that the reports are of.
 */
export function toSarif(reports: readonly Report[], rules?: RuleSet): string {
  const ids = [...new Set(reports.map(({ rule }) => rule))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Keystow', rules: ids.map((id) => ruleInSarif(ruleOf(id, rules))) } },
        columnKind: 'utf16CodeUnits',
        results: reports.map((report) => resultInSarif(report, ids.indexOf(report.rule), ruleOf(report.rule, rules))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleInSarif({ id, name, risk, format, severity, revocation }: AnyRule) {
  return {
    id,
    name,
    shortDescription: { text: name },
    fullDescription: { text: risk },
    help: { text: `${risk} ${format}` },
    ...(revocation === undefined ? {} : { helpUri: revocation }),
    defaultConfiguration: { level: levels[severity] },
  };
}

function resultInSarif(report: Report, ruleIndex: number, { name }: AnyRule) {
  const { rule, severity, file, line, column, endLine, endColumn, redacted, fingerprint, owner, pairedWith, ...more } = report;
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: `${name} ${redacted}${whose(owner)}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
    partialFingerprints: { 'keystow/v1': fingerprint },
    properties: { ...(pairedWith === undefined ? {} : { pairedWith }), ...more },
  };
}

const uriOf = (file: string): string => file.split('/').map(encodeURIComponent).join('/');
