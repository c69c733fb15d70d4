import * as vscode from 'vscode';
import type { AnyRule, RuleSet } from '../detect/detect.ts';
import { withGeneric, withOwnRules } from '../detect/rule-set.ts';
import { format, type Message, message } from '../message.ts';
import { type RuleChoice, ruleSetOf, type WrittenRules } from '../scan/own-rules.ts';
import { setting } from './settings.ts';
import { inWords } from './words.ts';

const customRules = 'keystow.detect.customRules';

/**
 * The rules that documents and files are looked at with: the catalogue, those of the setting `keystow.detect.customRules` and, where a file's settings ask for
 * it, the one for values that only their names call secrets. Nothing of the detection is loaded before somebody asks.
 */
export class Rules implements vscode.Disposable {
  private readonly log: vscode.LogOutputChannel;
  private readonly listeners: vscode.Disposable;
  private readonly changed = new vscode.EventEmitter<void>();
  private lists: readonly WrittenRules[] = [];
  private plain: RuleSet | undefined;
  private generic: RuleSet | undefined;
  /** What was said of rules that take too long. */
  private readonly slow = new Set<string>();

  /** A person's own rules are others now. */
  readonly onDidChange = this.changed.event;

  /** `background` runs what nobody waits for, and reports what goes wrong. */
  constructor(log: vscode.LogOutputChannel, background: (work: () => Promise<void>) => Promise<void>) {
    this.log = log;
    const load = () => void background(() => this.load());
    this.listeners = vscode.Disposable.from(
      this.changed,
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(customRules) && load()),
      vscode.workspace.onDidGrantWorkspaceTrust(load),
    );
  }

  /** Reads the setting, and says what is wrong in it. */
  async load(): Promise<void> {
    const lists = writtenRules();
    if (JSON.stringify(lists) === JSON.stringify(this.lists)) return;
    this.lists = lists;
    const { rules, problems } = await ruleSetOf({ own: lists, generic: false }, this.onSlow);
    if (this.lists !== lists) return; // the setting changed meanwhile
    this.slow.clear();
    this.plain = rules;
    this.generic = undefined;
    this.changed.fire();
    this.say(problems);
  }

  /** Those for a file. */
  of(file: vscode.Uri): RuleSet {
    return setting('detect.generic', file) ? this.all() : this.withoutGeneric();
  }

  /** The same for another thread. */
  choiceFor(file: vscode.Uri): RuleChoice {
    return { own: this.lists, generic: setting('detect.generic', file) };
  }

  /** The rule of an id that a finding carries; undefined where it was taken out of the setting since. */
  find(id: string): AnyRule | undefined {
    return this.all().find(id);
  }

  /** The same where it is there. Throws where it is not: a bug. */
  ruleOf(id: string): AnyRule {
    const rule = this.find(id);
    if (rule === undefined) throw new Error(`no rule ${id}`);
    return rule;
  }

  /** Says that a rule is left out since it takes too long: once, as each thread that looks at texts finds that by itself. */
  readonly onSlow = (problem: Message): void => {
    const said = format(problem);
    if (this.slow.has(said)) return;
    this.slow.add(said);
    this.say([problem]);
  };

  dispose(): void {
    this.listeners.dispose();
  }

  private withoutGeneric(): RuleSet {
    this.plain ??= withOwnRules([]);
    return this.plain;
  }

  private all(): RuleSet {
    this.generic ??= withGeneric(this.withoutGeneric());
    return this.generic;
  }

  private say(problems: readonly Message[]): void {
    const [first, ...more] = problems;
    if (first === undefined) return;
    for (const problem of problems) this.log.warn(format(problem));
    const said = more.length === 0 ? first : message('{problem} (And {count} more: see the log.)', { problem: first, count: more.length });
    const open = vscode.l10n.t('Open Settings');
    void vscode.window
      .showWarningMessage(inWords(said), open)
      .then((picked) => picked === open && vscode.commands.executeCommand(openSettings, customRulesQuery));
  }
}

/** The editor's command that shows settings, and what shows that of a person's own rules. */
export const openSettings = 'workbench.action.openSettings';
export const customRulesQuery = `@id:${customRules}`;

/**
 * A person's list, and that of the workspace beside it: it takes none of theirs away, and counts only where they trust the folder. What is no list is one entry,
 * which is then said to be no rule.
 */
function writtenRules(): WrittenRules[] {
  const { globalValue, workspaceValue } = vscode.workspace.getConfiguration('keystow').inspect<unknown>('detect.customRules') ?? {};
  const ofWorkspace = vscode.workspace.isTrusted ? workspaceValue : undefined;
  return [
    { where: customRules, rules: asList(globalValue) },
    { where: message('{setting} of this workspace', { setting: customRules }), rules: asList(ofWorkspace) },
  ];
}

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
