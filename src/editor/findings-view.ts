import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { AnyRule } from '../detect/detect.ts';
import { generic } from '../detect/rules/rule.ts';
import type { Known } from './closed-files.ts';
import { fileOf } from './document-kinds.ts';
import type { KnownFindings } from './known-findings.ts';

interface Group {
  readonly kind: 'group';
  readonly item: vscode.TreeItem;
  readonly known: readonly Known[];
  /** What a row says beside its group. */
  readonly rowSays: 'rule' | 'file';
}

/** Where the other half of a key stands. */
interface OtherHalf {
  readonly kind: 'other half';
  readonly at: vscode.Location;
}

type Node = Group | { readonly kind: 'finding'; readonly known: Known; readonly rowSays: Group['rowSays'] } | OtherHalf;

type Grouping = 'file' | 'rule';

/** The view `keystow.findings`: by file or by rule, and what the history holds, with the count of what is an error or a warning as its badge. */
export class FindingsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly known: KnownFindings;
  private readonly view: vscode.TreeView<Node>;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listener: vscode.Disposable;
  private grouping: Grouping = 'file';
  /** What the view holds, by its fingerprints: each row asks for the other half of its key. */
  private held: ReadonlyMap<string, readonly Known[]> = new Map();
  private pending: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(known: KnownFindings) {
    this.known = known;
    this.view = vscode.window.createTreeView('keystow.findings', { treeDataProvider: this, showCollapseAll: true });
    this.listener = known.onDidChange(() => this.refreshSoon());
    this.refreshSoon();
  }

  group(by: Grouping): void {
    this.grouping = by;
    void vscode.commands.executeCommand('setContext', 'keystow.findingsBy', by);
    this.changed.fire();
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) return [...this.fileGroups(), ...this.historyGroup()];
    if (node.kind === 'group') return node.known.map((known) => ({ kind: 'finding', known, rowSays: node.rowSays }));
    const at = node.kind === 'finding' ? this.otherHalf(node.known) : undefined;
    return at === undefined ? [] : [{ kind: 'other half', at }];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'group') return node.item;
    return node.kind === 'finding'
      ? row(node.known, this.known.rules.ruleOf(node.known.report.rule), node.rowSays, this.otherHalf(node.known))
      : otherHalfRow(node.at);
  }

  dispose(): void {
    clearTimeout(this.pending);
    this.listener.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  /** Once for many changes: a keystroke is not to wait for the tree. */
  private refreshSoon(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.changed.fire();
      const count = this.known.countInFiles();
      this.view.badge =
        count === 0
          ? undefined
          : {
              value: count,
              tooltip: count === 1 ? vscode.l10n.t('One secret in files') : vscode.l10n.t('{count} secrets in files', { count }),
            };
    }, refreshMs);
  }

  /** Where the other half of a key stands, if that is known too; in the same file before any other. */
  private otherHalf({ report: { rule, pairedWith, commit }, file, otherAt }: Known): vscode.Location | undefined {
    if (otherAt || commit !== undefined || pairedWith === undefined) return otherAt;
    const others = (this.held.get(pairedWith) ?? []).filter(({ report }) => report.rule !== rule);
    const other = others.find((one) => one.file.toString() === file.toString()) ?? others[0];
    return other && new vscode.Location(other.file, rangeOfReport(other.report));
  }

  private fileGroups(): Group[] {
    const byFile = this.grouping === 'file';
    const inFiles = this.known.inFiles();
    this.held = Map.groupBy(inFiles, ({ report }) => report.fingerprint);
    const groups = Map.groupBy(inFiles, ({ file, report }) => (byFile ? file.toString() : report.rule));
    return [...groups.values()].map((known): Group => {
      const [{ file, report }] = known as [Known];
      const name = byFile ? basename(file.path) : vscode.l10n.t(this.known.rules.ruleOf(report.rule).name);
      // the editor would name a document that was never saved by its first line, which may be the secret
      const item =
        byFile && file.scheme !== 'untitled'
          ? new vscode.TreeItem(file, vscode.TreeItemCollapsibleState.Expanded)
          : new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
      if (byFile) item.iconPath = vscode.ThemeIcon.File;
      const folder = byFile ? folderOf(file) : '';
      item.description = `${folder} ${known.length}`.trim();
      item.accessibilityInformation = { label: counted([name, folder].filter(Boolean).join(', '), known.length) };
      return { kind: 'group', item, known, rowSays: byFile ? 'rule' : 'file' };
    });
  }

  private historyGroup(): Group[] {
    const known = this.known.inHistory();
    if (known.length === 0) return [];
    const item = new vscode.TreeItem(vscode.l10n.t('In the git history'), vscode.TreeItemCollapsibleState.Collapsed);
    item.iconPath = new vscode.ThemeIcon('history');
    item.description = String(known.length);
    item.accessibilityInformation = { label: counted(vscode.l10n.t('In the git history'), known.length) };
    return [{ kind: 'group', item, known, rowSays: 'rule' }];
  }
}

const refreshMs = 250;

/** How a screen reader names a group. */
const counted = (name: string, count: number): string =>
  count === 1 ? vscode.l10n.t('{name}, 1 finding', { name }) : vscode.l10n.t('{name}, {count} findings', { name, count });

const icons = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  information: new vscode.ThemeIcon('info'),
};

/** Why a finding is as severe as it is. */
function severityInWords({ severity, ignored, inTests }: Known['report'], { rank }: AnyRule): string {
  if (ignored) return vscode.l10n.t('in a file that git ignores');
  if (inTests) return vscode.l10n.t('in a test or an example');
  if (rank === generic) return vscode.l10n.t('perhaps a secret');
  if (severity === 'error') return vscode.l10n.t('usable secret');
  return severity === 'warning' ? vscode.l10n.t('temporary or partial secret') : vscode.l10n.t('no secret by itself');
}

/** A row says first where its finding stands: in a narrow side bar what comes last is cut off. */
function row({ file, report }: Known, rule: AnyRule, says: Group['rowSays'], other: vscode.Location | undefined): vscode.TreeItem {
  const { severity, line, column, commit, date, pushed } = report;
  const name = vscode.l10n.t(rule.name);
  const path = vscode.workspace.asRelativePath(fileOf(file));
  const place = commit === undefined && says === 'rule' ? `${line}:${column}` : `${basename(path)}:${line}`;
  const label = says === 'rule' ? `${place} ${name}` : place;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState[other ? 'Collapsed' : 'None']);
  item.iconPath = icons[severity];
  const remote = pushed === undefined ? '' : pushed ? vscode.l10n.t('(pushed)') : vscode.l10n.t('(on this machine only)');
  const otherAt = other === undefined ? '' : vscode.l10n.t('other half: {place}', { place: placeOf(other, file) });
  const folder = says === 'file' || commit !== undefined ? folderOf(file) : '';
  const details = [folder, commit?.slice(0, 8), report.redacted, remote].filter(Boolean).join(' ');
  item.description = [details, otherAt].filter(Boolean).join(' · ');
  item.tooltip = `${name}: ${vscode.l10n.t(rule.risk)}${date === undefined ? '' : `\n${new Date(date).toLocaleString(vscode.env.language)}`}`;
  // a screen reader says what stands there, and what the icon and the row above it say
  const above = vscode.l10n.t('{file}, line {line}', { file: path, line });
  const spoken = [label, details, otherAt, ...(says === 'file' ? [name] : []), severityInWords(report, rule), above];
  item.accessibilityInformation = { label: spoken.filter(Boolean).join(', ') };
  item.contextValue = commit === undefined ? 'finding' : 'historic';
  if (commit === undefined) item.command = opening(file, rangeOfReport(report));
  return item;
}

function otherHalfRow({ uri, range }: vscode.Location): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('The other half of the key'));
  item.iconPath = new vscode.ThemeIcon('link');
  item.description = `${vscode.workspace.asRelativePath(fileOf(uri))}:${range.start.line + 1}`;
  item.command = opening(uri, range);
  return item;
}

const opening = (file: vscode.Uri, selection: vscode.Range): vscode.Command => ({
  command: 'vscode.open',
  title: vscode.l10n.t('Open'),
  arguments: [file, { selection }],
});

const rangeOfReport = ({ line, column, endLine, endColumn }: Known['report']): vscode.Range =>
  new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);

/** A place, told from a file: its line alone where it is in that file. */
function placeOf({ uri, range }: vscode.Location, from: vscode.Uri): string {
  const line = range.start.line + 1;
  return uri.toString() === from.toString()
    ? `${line}:${range.start.character + 1}`
    : `${vscode.workspace.asRelativePath(fileOf(uri))}:${line}`;
}

function folderOf(file: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(fileOf(file));
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
