import { type AnyRule, ruleOf } from './detect.ts';
import type { Severity } from './finding.ts';
import { groupBy } from './group.ts';
import { printable } from './printable.ts';
import { type Commit, inCell, type Report, sinceCommit, whose } from './report.ts';
import type { RuleSet } from './rule-set.ts';
import { generic, ofPerson } from './rules/rule.ts';

const levels: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', information: 'note' };

/** From 0 to 10, as GitHub's code scanning counts: over 9 critical, from 4 medium, below low. */
const severities: Record<Severity, string> = { error: '9.5', warning: '6.0', information: '2.0' };

/** What stands for the folder that the names of files count from. GitHub's code scanning, and who opens the log elsewhere, puts there where the repository lies. */
const sourceRoot = '%SRCROOT%';

/** The longest description that GitHub's code scanning takes. */
const longest = 1024;

/**
 * The reports as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), for code scanning (what GitHub's reads of it:
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning) and for other tools' viewers. What a
 * report holds beside the place, such as the commit, goes along as properties. It holds no secret, and of where the files lie nothing but their names from one folder.
 * `rules`: those that the reports are of. `uriOutside`: gives the URI of a file that does not lie in that folder.
 */
export function toSarif(
  reports: readonly Report[],
  rules?: RuleSet,
  uriOutside: (file: string) => string | undefined = () => undefined,
): string {
  const ids = [...new Set(reports.map(({ rule }) => rule))].sort();
  const others = otherHalves(reports);
  const fingerprintIn = numbered();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Keystow', rules: ids.map((id) => ruleInSarif(ruleOf(id, rules))) } },
        originalUriBaseIds: {
          [sourceRoot]: { description: { text: 'The top of the repository, or the folder of a scan outside of any.' } },
        },
        columnKind: 'utf16CodeUnits',
        results: reports.map((report) => {
          const other = others(report);
          return {
            ruleId: report.rule,
            ruleIndex: ids.indexOf(report.rule),
            level: levels[report.severity],
            message: { text: `${messageOf(report, ruleOf(report.rule, rules))}${other ? ', with [its other half](1)' : ''}` },
            locations: [locationOf(report, uriOutside)],
            ...(other
              ? {
                  relatedLocations: [
                    { id: 1, ...locationOf(other, uriOutside), message: { text: messageOf(other, ruleOf(other.rule, rules)) } },
                  ],
                }
              : {}),
            partialFingerprints: { 'keystow/v1': report.fingerprint, primaryLocationLineHash: fingerprintIn(report) },
            properties: propertiesOf(report),
          };
        }),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleInSarif({ id, name, risk, format, severity, revocation, rank = 0 }: AnyRule) {
  const text = risk.slice(0, longest);
  return {
    id,
    name,
    shortDescription: { text: name },
    fullDescription: { text },
    help: {
      text: `${risk} ${format}`,
      ...(revocation === undefined ? {} : { markdown: `${risk}\n\n${format}\n\n[Where to revoke it](${revocation})` }),
    },
    ...(revocation === undefined ? {} : { helpUri: revocation }),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ['security', 'secret'],
      precision: rank === generic ? 'medium' : rank === ofPerson ? 'high' : 'very-high',
      'security-severity': severities[severity],
    },
  };
}

function messageOf(report: Report & Partial<Commit>, { name }: AnyRule): string {
  const { redacted, owner, inTests, cell, archive, file, line, column } = report;
  const inside = archive === undefined ? '' : `, in ${printable(file.slice(archive.length + 1))}:${line}:${column} of the archive`;
  return `${name} ${redacted}${inside}${inCell(cell)}${inTests ? ', in a test or an example' : ''}${sinceCommit(report)}${whose(owner)}`;
}

/** An archive is one file for those who read this, and has no lines: what is inside of it is a logical place. */
function locationOf({ file, line, column, endLine, endColumn, archive }: Report, uriOutside: (file: string) => string | undefined) {
  const outside = uriOutside(archive ?? file);
  const artifactLocation = outside === undefined ? { uri: uriOf(archive ?? file), uriBaseId: sourceRoot } : { uri: outside };
  if (archive === undefined)
    return { physicalLocation: { artifactLocation, region: { startLine: line, startColumn: column, endLine, endColumn } } };
  return {
    physicalLocation: { artifactLocation, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } },
    logicalLocations: [{ fullyQualifiedName: `${file}:${line}:${column}`, kind: 'resource' }],
  };
}

/** The other half of a report, if it is among the reports: the one in the same file where there are several. */
function otherHalves(reports: readonly Report[]): (report: Report) => Report | undefined {
  const byFingerprint = groupBy(reports, ({ fingerprint }) => fingerprint);
  return ({ pairedWith, file }) => {
    const halves = pairedWith === undefined ? undefined : byFingerprint.get(pairedWith);
    return halves?.find((one) => one.file === file) ?? halves?.[0];
  };
}

/** GitHub tells an alert from others, and knows it again, by this alone; what is twice in a file is numbered. */
function numbered(): (report: Report) => string {
  const counts = new Map<string, number>();
  return ({ fingerprint, file }) => {
    const key = `${fingerprint} ${file}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return `${fingerprint}:${count}`;
  };
}

function propertiesOf({ rule, severity, file, line, column, endLine, endColumn, redacted, fingerprint, owner, ...more }: Report) {
  return more;
}

const uriOf = (file: string): string => file.toWellFormed().split('/').map(encodeURIComponent).join('/');
