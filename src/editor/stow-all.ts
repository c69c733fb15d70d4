import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Message, message, UserError } from '../message.ts';
import { type PlannedOne, planAll, type Wanted } from '../stow/batch.ts';
import { applyEdits, editsBetween, type FileChange } from '../stow/edit.ts';
import type { Proposal } from '../stow/plan.ts';
import { afterwards, runStow, type StowPlan } from '../stow/run.ts';
import { stowObstacle } from '../stow/target.ts';
import type { Known } from './closed-files.ts';
import { documentFiles } from './document-files.ts';
import { sourceFileOf } from './document-kinds.ts';
import type { Findings } from './findings.ts';
import type { KnownFindings } from './known-findings.ts';
import { confirmPreview, type Preview, type PreviewLine } from './preview.ts';
import { checkKey, type KeyCheck, planDoors, type Stowing, tilde } from './stowing.ts';
import { inWords } from './words.ts';

interface Row extends vscode.QuickPickItem {
  readonly wanted: Wanted;
}

/** A plan that is shown, and how AWS answered for its key. */
interface Shown {
  readonly plan: StowPlan;
  readonly proposal: Proposal;
  readonly wanted: Wanted;
  readonly check: KeyCheck;
}

/** `keystow.stowAll`: the secrets that are ticked in a list go to the keychain, after one preview of all their files. */
export async function stowAll(findings: Findings, known: KnownFindings, stowing: Stowing): Promise<void> {
  const { machine } = stowing;
  const wanted = await pickWanted(findings, known, stowing);
  await machine.ensureLauncher(stowing.cli);
  const planned = await planAll(wanted, {
    read: documentFiles.read,
    findingsIn: (text, path) => findings.inText(openDocument(path), text),
    rulesOf: (path) => findings.rules.of(vscode.Uri.file(path)),
    planDoors: ({ path }, read) => planDoors(vscode.Uri.file(path), stowing, read),
    stored: machine.keychain,
  });
  const shown = await checked(planned, stowing);
  const left = [...planned.flatMap((one) => ('refused' in one ? [{ wanted: one.wanted, why: one.refused }] : [])), ...failures(shown)];
  const going = shown.filter(({ check }) => !(check && 'failure' in check));
  const changes = wholeChanges(going.map(({ plan }) => plan));
  let first = changes[0]?.path;
  await confirmPreview(async () =>
    previewOf(going, left, changes, first, (path) => {
      first = path;
    }),
  );
  if (going.length === 0) throw new vscode.CancellationError();
  await runAll(going, stowing);
}

/** The secrets that may be stowed, of those that are known, as a list to be ticked. */
async function pickWanted(findings: Findings, known: KnownFindings, { machine }: Stowing): Promise<Wanted[]> {
  const own: readonly string[] = [machine.awsFiles.credentials, machine.awsFiles.config];
  const secrets = known.inFiles().filter(({ file, report: { severity, ignored, rule } }) => {
    const isSecret = severity === 'error' || (ignored && known.rules.ruleOf(rule).severity === 'error');
    return file.scheme === 'file' && isSecret && !own.includes(file.fsPath);
  });
  const rows: Row[] = [];
  for (const one of secrets) {
    const row = await rowOf(findings, one);
    if (row) rows.push(row);
  }
  if (rows.length === 0) {
    throw new UserError('No secret is known here that could be moved to the keychain. Scan the workspace first (Keystow: Scan Workspace).');
  }
  const others = secrets.length - rows.length;
  const picked = await vscode.window.showQuickPick(rows, {
    canPickMany: true,
    title: vscode.l10n.t('Stow All Secrets in Workspace'),
    placeHolder:
      others === 0
        ? vscode.l10n.t('Tick what goes to the keychain')
        : vscode.l10n.t('Tick what goes to the keychain ({count} cannot be moved)', { count: others }),
    ignoreFocusOut: true,
  });
  if (!picked || picked.length === 0) throw new vscode.CancellationError();
  return picked.map((row) => row.wanted);
}

async function rowOf(findings: Findings, { file, report }: Known): Promise<Row | undefined> {
  const document = await vscode.workspace.openTextDocument(file);
  const all = findings.of(document);
  const finding = all.find(({ rule, start }) => rule === report.rule && document.positionAt(start).line === report.line - 1);
  if (!finding || stowObstacle(all, finding, sourceFileOf(document), findings.rules.of(file)) !== undefined) return undefined;
  return {
    label: `${vscode.workspace.asRelativePath(file)}:${report.line}`,
    description: `${vscode.l10n.t(findings.rules.ruleOf(report.rule).name)} ${report.redacted}`,
    picked: true,
    wanted: { file: { path: file.fsPath, languageId: document.languageId }, rule: report.rule, fingerprint: report.fingerprint },
  };
}

function openDocument(path: string): vscode.TextDocument {
  const document = vscode.workspace.textDocuments.find(({ uri, isClosed }) => !isClosed && uri.scheme === 'file' && uri.fsPath === path);
  if (!document) throw new UserError('{file} changed since the preview. Nothing was done; look at it again.', { file: path });
  return document;
}

/** Asks AWS once for each key; what stands in several files is one key. */
async function checked(planned: readonly PlannedOne[], { machine }: Stowing): Promise<Shown[]> {
  const checks = new Map<string, KeyCheck>();
  const shown: Shown[] = [];
  for (const one of planned) {
    if ('refused' in one) continue;
    const { plan, proposal, wanted } = one;
    if (!checks.has(plan.item.account)) checks.set(plan.item.account, await checkKey(plan, machine));
    shown.push({ plan, proposal, wanted, check: checks.get(plan.item.account) });
  }
  return shown;
}

interface Left {
  readonly wanted: Wanted;
  readonly why: Message;
}

const failures = (shown: readonly Shown[]): Left[] =>
  shown.flatMap(({ wanted, check }) => (check && 'failure' in check ? [{ wanted, why: check.failure }] : []));

/** What all plans together make of each file from which they take something. */
function wholeChanges(plans: readonly StowPlan[]): FileChange[] {
  const files = new Map<string, { before: string; after: string }>();
  for (const { removals } of plans) {
    for (const { path, before, edits } of removals) {
      files.set(path, { before: files.get(path)?.before ?? before, after: applyEdits(before, edits) });
    }
  }
  return [...files].map(([path, { before, after }]) => ({ path, before, edits: editsBetween(before, after) }));
}

function previewOf(
  going: readonly Shown[],
  left: readonly Left[],
  changes: readonly FileChange[],
  first: string | undefined,
  show: (path: string) => void,
): Preview {
  const happens: PreviewLine[] = going.map(({ plan, wanted, check }) => ({
    icon: check ? 'verified' : 'key',
    text: message('{file}: the keychain gets the item {account}', { file: tilde(wanted.file.path), account: plan.item.account }),
    ...(plan.profile === undefined
      ? {}
      : { detail: message('It is served as the profile {profile} ({mode})', { profile: plan.profile.name, mode: plan.profile.mode }) }),
  }));
  for (const { wanted, why } of left) {
    happens.push({ icon: 'circle-slash', text: message('{file}: left as it is', { file: tilde(wanted.file.path) }) });
    happens.push({ icon: 'blank', text: why });
  }
  happens.push(...once(going.flatMap(({ proposal }) => remarks(proposal))));
  const title = going.length === 1 ? message('Stow one secret') : message('Stow {count} secrets', { count: going.length });
  if (going.length === 0) return { title, happens, choices: [], changes: [] };
  const choices = changes.flatMap(({ path }): PreviewLine[] =>
    path === first ? [] : [{ icon: 'diff', text: message('Show the change of {file}', { file: tilde(path) }), change: () => show(path) }],
  );
  // the last one is compared on the screen
  const ordered = [...changes.filter(({ path }) => path !== first), ...changes.filter(({ path }) => path === first)];
  return { title, go: message('Move all of these to the keychain'), happens, choices, changes: ordered };
}

/** What a person has to know of a stow beside what changes. */
function remarks({ profile, runAfterwards, needsPackage, notes }: Proposal): PreviewLine[] {
  return [
    ...(profile?.endpoint ? [{ icon: 'globe', text: message('AWS is asked at {endpoint}', { endpoint: profile.endpoint }) }] : []),
    ...(runAfterwards
      ? [{ icon: 'terminal', text: message('From now on start the program so: {command}', { command: runAfterwards }) }]
      : []),
    ...(needsPackage ? [{ icon: 'package', text: message('The program needs the package {name}', { name: needsPackage }) }] : []),
    ...notes.map((text) => ({ icon: 'info', text })),
  ];
}

function once(lines: readonly PreviewLine[]): PreviewLine[] {
  return [...new Map(lines.map((line) => [inWords(line.text), line])).values()];
}

/** One after another: each is whole or not at all, and each has its own undo. Where one fails, those after it are not begun. */
async function runAll(going: readonly Shown[], { machine }: Stowing): Promise<void> {
  let count = 0;
  const progressing = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Moving the secrets to the keychain…') };
  await vscode.window.withProgress(progressing, async (progress) => {
    for (const { plan, wanted, check } of going) {
      progress.report({ message: basename(wanted.file.path), increment: 100 / going.length });
      try {
        await runStow(plan, await machine.stowDoors(documentFiles, check && 'acted' in check ? check.acted : undefined));
      } catch (error) {
        if (!(error instanceof UserError) || count === 0) throw error;
        throw new UserError(
          '{count} of {all} secrets are in the keychain; the next one, of {file}, failed: {reason}',
          { count, all: going.length, file: tilde(wanted.file.path), reason: error.said },
          { cause: error },
        );
      }
      count++;
    }
  });
  const stowed =
    count === 1
      ? vscode.l10n.t('One secret is in the keychain now.')
      : vscode.l10n.t('{count} secrets are in the keychain now.', { count });
  const undo = vscode.l10n.t('Each can be undone (Keystow: Undo a Stow…).');
  void vscode.window.showInformationMessage(`${stowed} ${undo} ${inWords(afterwards)}`);
}
