import * as vscode from 'vscode';
import { type AnyRule, type DetectOptions, detect } from '../detect/detect.ts';
import type { Finding } from '../detect/finding.ts';
import type { KnownSecrets } from '../detect/known-secrets.ts';
import { LiveText } from '../detect/live-text.ts';
import { type Elsewhere, type Placed, settle } from '../detect/pairs-across.ts';
import type { Report } from '../detect/report.ts';
import { ownedBy } from '../detect/rules/facts.ts';
import { ownIgnoreFile } from '../files/ignore-files.ts';
import { cellScheme } from './document-kinds.ts';
import { isLeftOut } from './exclusions.ts';
import { LargeText, type OtherThread } from './large-text.ts';
import { NeighbourFiles } from './neighbour-files.ts';
import { type Paired, Pairing } from './pairing.ts';
import { rulePageLink } from './rule-pages.ts';
import type { Rules } from './rules.ts';
import { largestFileMb, listSetting, setting } from './settings.ts';
import { factInWords } from './words.ts';

const schemes = new Set(['file', 'untitled', 'vscode-remote', 'vscode-vfs', cellScheme]);

// A longer document is looked at by another thread: the first look at an ordinary one takes 15 ms a megabyte, at a hostile one a hundred.
const longestLive = 1_000_000;
// So is one in which an edit takes as long as this: somebody who types would feel it.
const slowMs = 50;

/** A document's text as of one of its versions; none where it is not looked at. */
interface Looked {
  readonly version: number;
  readonly text: LiveText | LargeText | undefined;
}

/** Looks at every open document when it is opened or changed, and shows what it finds as diagnostics. */
export class Findings implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('keystow');
  private readonly looked = new WeakMap<vscode.TextDocument, Looked>();
  /** What a document held when it was closed: it is not looked at any more, and no other half of an open one. */
  private readonly closed = new WeakMap<vscode.TextDocument, readonly Paired[]>();
  private readonly listeners: vscode.Disposable;
  private readonly accepted: Accepted;
  /** Those that findings are of. */
  readonly rules: Rules;
  private readonly thread: OtherThread;
  private readonly neighbours: NeighbourFiles;
  private readonly pairing: Pairing;
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private own: KnownSecrets | undefined;
  private ownFiles: readonly string[] = [];

  /** What a document holds may be another than before, or the document is closed. */
  readonly onDidChange = this.changed.event;

  constructor(accepted: Accepted, rules: Rules, thread: OtherThread) {
    this.accepted = accepted;
    this.rules = rules;
    this.thread = thread;
    this.neighbours = new NeighbourFiles((file) => this.withRules(this.optionsFor(file), file), thread.background);
    this.pairing = new Pairing(this.neighbours);
    const ignoreFiles = vscode.workspace.createFileSystemWatcher(`**/${ownIgnoreFile}`);
    this.listeners = vscode.Disposable.from(
      this.neighbours,
      this.neighbours.onDidChange(() => this.displayAll(this.pairing.pairUp())),
      vscode.workspace.onDidOpenTextDocument((document) => this.show(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        this.follow(document, contentChanges);
        this.show(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.close(document)),
      vscode.window.tabGroups.onDidChangeTabs(() => {
        for (const document of vscode.workspace.textDocuments) {
          if (document.uri.scheme === 'git' && isLookedAt(document.uri) !== (this.looked.get(document)?.text !== undefined))
            this.show(document, true);
        }
      }),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('keystow.detect') && this.showAll(true)),
      ignoreFiles,
      ignoreFiles.onDidChange(() => this.showAll(true)),
      ignoreFiles.onDidCreate(() => this.showAll(true)),
      ignoreFiles.onDidDelete(() => this.showAll(true)),
      rules.onDidChange(() => this.showAll(true)),
    );
  }

  /** The findings of a document as it is now, in the order of the text. */
  of(document: vscode.TextDocument): readonly Paired[] {
    const last = this.closed.get(document);
    if (last) return last;
    return this.pairing.of(document, this.alone(document));
  }

  /** The person's own secrets, which are told to be theirs but in these files. */
  setOwn(own: KnownSecrets | undefined, ownFiles: readonly string[]): void {
    const isOther = own !== this.own;
    this.own = own;
    this.ownFiles = ownFiles;
    if (isOther) this.showAll(true);
  }

  /** Those that are known now, for another thread. */
  get known(): KnownSecrets | undefined {
    return this.own;
  }

  /** The finding at a place of a document. */
  at(document: vscode.TextDocument, position: vscode.Position): Paired | undefined {
    const offset = document.offsetAt(position);
    return this.of(document).find(({ start, end }) => start <= offset && offset <= end);
  }

  /** What would be found in the document if this were its text, with the halves elsewhere that it has now. */
  inText(document: vscode.TextDocument, text: string): readonly Placed[] {
    const now = this.of(document);
    if (text === document.getText()) return now;
    const found = this.inPart(document.uri, text);
    const partners = found.flatMap(({ rule, value }, index): (readonly [number, Elsewhere])[] => {
      const elsewhere = now.find((one) => one.rule === rule && one.value === value)?.elsewhere;
      return elsewhere === undefined ? [] : [[index, elsewhere]];
    });
    return settle(found, new Map(partners));
  }

  /** What would be found in a text by itself, such as a part of a document, if it stood in this file; nothing where the file is not looked at. */
  inPart(file: vscode.Uri, text: string): readonly Finding[] {
    const options = this.optionsFor(file);
    return options === undefined ? nothing : detect(text, this.withRules(options, file));
  }

  /** What a file holds whose text this is, but which is no open document; nothing where it is not looked at. A long one is looked at by another thread. */
  async inFile(file: vscode.Uri, text: string): Promise<readonly Finding[]> {
    const options = this.optionsFor(file);
    if (options === undefined || text.length <= longestLive) return this.inPart(file, text);
    const { detectInWorker } = await import('../scan/in-worker.ts');
    return detectInWorker(this.thread, text, options, this.rules.choiceFor(file), new AbortController().signal);
  }

  /** Those that nobody accepted. */
  shown(document: vscode.TextDocument): readonly Paired[] {
    const findings = this.of(document);
    const accepted = findings.length === 0 ? undefined : this.accepted(document, findings);
    return accepted === undefined ? findings : findings.filter((_, index) => !accepted.has(index));
  }

  showAll(again = false): void {
    for (const document of vscode.workspace.textDocuments) this.show(document, again);
    if (again) this.neighbours.refresh();
  }

  dispose(): void {
    this.listeners.dispose();
    for (const document of vscode.workspace.textDocuments) this.stopLooking(document);
    this.diagnostics.dispose();
    this.changed.dispose();
  }

  /** What a document holds by itself. */
  private alone(document: vscode.TextDocument): readonly Finding[] {
    const known = this.looked.get(document);
    if (known?.version === document.version) return known.text?.findings() ?? nothing;
    this.stopLooking(document);
    const text = this.look(document);
    this.looked.set(document, { version: document.version, text });
    return text?.findings() ?? nothing;
  }

  private look(document: vscode.TextDocument): LiveText | LargeText | undefined {
    const options = isLookedAt(document.uri) ? this.optionsFor(document.uri) : undefined;
    const length = options === undefined ? 0 : lengthOf(document);
    if (options === undefined || length > longest()) return undefined;
    return length > longestLive
      ? this.large(document, length, options)
      : new LiveText(document.getText(), this.withRules(options, document.uri));
  }

  private optionsFor(file: vscode.Uri): Options | undefined {
    const options = optionsFor(file);
    return options === undefined || this.own === undefined || this.ownFiles.includes(file.fsPath)
      ? options
      : { ...options, known: this.own };
  }

  private large(document: vscode.TextDocument, length: number, options: Options, found?: readonly Finding[]): LargeText {
    return new LargeText(document, length, options, this.rules.choiceFor(document.uri), this.thread, () => this.show(document), found);
  }

  private withRules(options: Options | undefined, file: vscode.Uri): DetectOptions | undefined {
    return options && { ...options, rules: this.rules.of(file) };
  }

  /** Brings what is known of a document to its version now, unless it has to be looked at as a whole. */
  private follow(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const text = this.looked.get(document)?.text;
    if (text === undefined) return;
    const began = performance.now();
    for (const { rangeOffset, rangeLength, text: inserted } of changes) {
      text.change({ offset: rangeOffset, removed: rangeLength, inserted });
    }
    // what is not as long as the document is not its text: a change was missed
    if (text.length !== lengthOf(document) || text.length > longest()) {
      this.stopLooking(document);
      return;
    }
    const found = text.findings();
    const isSlow = !(text instanceof LargeText) && performance.now() - began > slowMs;
    const options = isSlow ? this.optionsFor(document.uri) : undefined;
    this.looked.set(document, {
      version: document.version,
      text: options ? this.large(document, text.length, options, found) : text,
    });
  }

  private stopLooking(document: vscode.TextDocument): void {
    const text = this.looked.get(document)?.text;
    if (text instanceof LargeText) text.dispose();
    this.looked.delete(document);
  }

  private close(document: vscode.TextDocument): void {
    this.closed.set(document, this.of(document));
    this.stopLooking(document);
    this.diagnostics.delete(document.uri);
    this.displayAll(this.pairing.forget(document));
    this.changed.fire(document);
  }

  private show(document: vscode.TextDocument, again = false): void {
    if (again) this.stopLooking(document);
    const others = this.pairing.follow(document, this.alone(document));
    this.display(document);
    this.displayAll(others);
  }

  private displayAll(documents: readonly vscode.TextDocument[]): void {
    for (const document of documents) this.display(document);
  }

  private display(document: vscode.TextDocument): void {
    const shown = this.shown(document);
    const had = this.diagnostics.has(document.uri);
    if (shown.length === 0 && !isTooLong(document)) {
      // each call is a message to the editor's window
      if (!had) return;
      this.diagnostics.delete(document.uri);
    } else {
      const findings = this.of(document);
      const notes = isTooLong(document) ? [tooLong()] : [];
      this.diagnostics.set(document.uri, [...notes, ...shown.map((finding) => diagnosticOf(document, finding, findings, this.rules))]);
    }
    this.changed.fire(document);
  }
}

/** Which of a document's findings, by their index, are in a baseline; undefined where none is. */
export type Accepted = (document: vscode.TextDocument, findings: readonly Paired[]) => ReadonlySet<number> | undefined;

const nothing: readonly Finding[] = [];
const lengthOf = (document: vscode.TextDocument): number => document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
const longest = (): number => largestFileMb() * 1_000_000;

/** Git's versions are open unseen too, beside each file that is compared with them: those in no tab are nobody's. */
const isLookedAt = (uri: vscode.Uri): boolean => schemes.has(uri.scheme) || (uri.scheme === 'git' && isInTab(uri));

function isInTab(uri: vscode.Uri): boolean {
  const wanted = uri.toString();
  return vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => {
      if (input instanceof vscode.TabInputTextDiff) return input.original.toString() === wanted || input.modified.toString() === wanted;
      return input instanceof vscode.TabInputText && input.uri.toString() === wanted;
    }),
  );
}

type Options = Omit<DetectOptions, 'rules'>;

/** How a document or file is looked at, whatever the rules; undefined where it is not. */
function optionsFor(file: vscode.Uri): Options | undefined {
  if (!setting('detect.enabled', file) || isLeftOut(file)) return undefined;
  // an old version of a file has no neighbours
  const suspects = file.scheme !== 'git';
  // what git keeps and a cell are of a file in the folder, under a scheme of their own
  const named = file.scheme === 'git' || file.scheme === cellScheme ? file.fsPath : file;
  return {
    disabledRules: new Set(listSetting('detect.disabledRules', file)),
    suspects,
    file: vscode.workspace.asRelativePath(named, false),
  };
}

const isTooLong = (document: vscode.TextDocument): boolean =>
  isLookedAt(document.uri) && lengthOf(document) > longest() && optionsFor(document.uri) !== undefined;

/** Stands on the first line of a document that is not looked at, which would seem to be without a secret. */
function tooLong(): vscode.Diagnostic {
  const text = vscode.l10n.t('Keystow did not look at this document, as it is longer than {megabytes} MB (setting {setting}).', {
    megabytes: largestFileMb(),
    setting: 'keystow.detect.maxFileSizeMb',
  });
  const diagnostic = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 0), text, vscode.DiagnosticSeverity.Information);
  diagnostic.source = 'Keystow';
  return diagnostic;
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Where a finding stands in its document. */
export function rangeOf(document: vscode.TextDocument, { start, end }: Pick<Finding, 'start' | 'end'>): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** A finding of a file that is not open. */
export function diagnosticOfReport(report: Report, rules: Rules): vscode.Diagnostic {
  const { line, column, endLine, endColumn, ignored } = report;
  const diagnostic = diagnosticAt(new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1), rules.ruleOf(report.rule), report);
  if (ignored) {
    const { message: text } = diagnostic;
    diagnostic.message = vscode.l10n.t('Git ignores this file. {text}', { text });
  }
  return diagnostic;
}

function diagnosticAt(
  range: vscode.Range,
  rule: AnyRule,
  { severity, owner, inTests }: Pick<Finding, 'severity' | 'owner' | 'inTests'>,
): vscode.Diagnostic {
  const { code, words } = sayingOf(rule);
  const told = owner ? vscode.l10n.t('{whose} {risk}', { whose: factInWords(ownedBy(owner)), risk: vscode.l10n.t(rule.risk) }) : words;
  const text = inTests ? vscode.l10n.t('{text} The file is a test or an example.', { text: told }) : told;
  const diagnostic = new vscode.Diagnostic(range, text, severities[severity]);
  diagnostic.source = 'Keystow';
  diagnostic.code = code;
  return diagnostic;
}

interface Saying {
  readonly code: Exclude<vscode.Diagnostic['code'], undefined>;
  readonly words: string;
}

const sayings = new WeakMap<AnyRule, Saying>();

/** What each diagnostic of a rule says. Made once: a document may hold thousands, and each key makes them all anew. */
function sayingOf(rule: AnyRule): Saying {
  const known = sayings.get(rule);
  if (known !== undefined) return known;
  const saying = {
    // a person's own rule has no page
    code: rule.revocation === undefined ? rule.id : { value: rule.id, target: rulePageLink(rule.id) },
    words: vscode.l10n.t('{name}: {risk}', { name: vscode.l10n.t(rule.name), risk: vscode.l10n.t(rule.risk) }),
  };
  sayings.set(rule, saying);
  return saying;
}

function diagnosticOf(document: vscode.TextDocument, finding: Paired, findings: readonly Finding[], rules: Rules): vscode.Diagnostic {
  const diagnostic = diagnosticAt(rangeOf(document, finding), rules.ruleOf(finding.rule), finding);
  const other = finding.pairedWith === undefined ? finding.elsewhere?.finding : findings[finding.pairedWith];
  if (other) {
    const place = finding.otherAt ?? new vscode.Location(document.uri, rangeOf(document, other));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(place, vscode.l10n.t(rules.ruleOf(other.rule).name))];
  }
  return diagnostic;
}
