import * as vscode from 'vscode';
import { ruleOf } from '../detect/detect.ts';
import type { Known, KnownFindings } from './known-findings.ts';

interface Group {
  readonly kind: 'group';
  readonly item: vscode.TreeItem;
  readonly known: readonly Known[];
  /** What a row says beside its group. */
  readonly rowSays: 'rule' | 'file';
}

type Node = Group | { readonly kind: 'finding'; readonly known: Known; readonly rowSays: Group['rowSays'] };

type Grouping = 'file' | 'rule';

/** The view `keystow.findings`: by file or by rule, and what the history holds, with the count of what is an error or a warning as its badge. */
export class FindingsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly known: KnownFindings;
  private readonly view: vscode.TreeView<Node>;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listener: vscode.Disposable;
  private grouping: Grouping = 'file';
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
    return node.kind === 'group' ? node.known.map((known) => ({ kind: 'finding', known, rowSays: node.rowSays })) : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'group' ? node.item : row(node.known, node.rowSays);
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
      const count = this.known.inFiles().filter(({ report }) => report.severity !== 'information').length;
      this.view.badge = count === 0 ? undefined : { value: count, tooltip: vscode.l10n.t('{count} secrets in files', { count }) };
    }, refreshMs);
  }

  private fileGroups(): Group[] {
    const byFile = this.grouping === 'file';
    const groups = Map.groupBy(this.known.inFiles(), ({ file, report }) => (byFile ? file.toString() : report.rule));
    return [...groups.values()].map((known): Group => {
      const [{ file, report }] = known as [Known];
      const item = byFile
        ? new vscode.TreeItem(file, vscode.TreeItemCollapsibleState.Expanded)
        : new vscode.TreeItem(vscode.l10n.t(ruleOf(report.rule).name), vscode.TreeItemCollapsibleState.Expanded);
      if (byFile) item.iconPath = vscode.ThemeIcon.File;
      item.description = byFile ? `${folderOf(file)} ${known.length}`.trim() : String(known.length);
      return { kind: 'group', item, known, rowSays: byFile ? 'rule' : 'file' };
    });
  }

  private historyGroup(): Group[] {
    const known = this.known.inHistory();
    if (known.length === 0) return [];
    const item = new vscode.TreeItem(vscode.l10n.t('In the git history'), vscode.TreeItemCollapsibleState.Collapsed);
    item.iconPath = new vscode.ThemeIcon('history');
    item.description = String(known.length);
    return [{ kind: 'group', item, known, rowSays: 'rule' }];
  }
}

const refreshMs = 250;

const icons = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  information: new vscode.ThemeIcon('info'),
};

function row({ file, report }: Known, says: Group['rowSays']): vscode.TreeItem {
  const { rule: id, severity, line, column, endLine, endColumn, commit, date, pushed } = report;
  const rule = ruleOf(id);
  const name = vscode.l10n.t(rule.name);
  const item = new vscode.TreeItem(says === 'rule' ? name : vscode.workspace.asRelativePath(file));
  item.iconPath = icons[severity];
  const where = commit === undefined ? `${line}:${column}` : `${vscode.workspace.asRelativePath(file)}:${line}, ${commit.slice(0, 8)}`;
  const remote = pushed === undefined ? '' : ` ${pushed ? vscode.l10n.t('(pushed)') : vscode.l10n.t('(on this machine only)')}`;
  item.description = `${where} ${report.redacted}${remote}`;
  item.tooltip = `${name}: ${vscode.l10n.t(rule.risk)}${date === undefined ? '' : `\n${new Date(date).toLocaleString(vscode.env.language)}`}`;
  item.contextValue = commit === undefined ? 'finding' : 'historic';
  if (commit === undefined) {
    const selection = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
    item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [file, { selection }] };
  }
  return item;
}

function folderOf(file: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(file);
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
