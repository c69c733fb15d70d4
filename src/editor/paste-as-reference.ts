import * as vscode from 'vscode';
import type { Identity } from '../credentials/access-key.ts';
import { UserError } from '../message.ts';
import { isDotenv } from '../stow/dotenv.ts';
import { applyEdits, editsBetween } from '../stow/edit.ts';
import type { StowTarget } from '../stow/plan.ts';
import type { StowPlan } from '../stow/run.ts';
import { environmentReading, stowObstacle, targetOf } from '../stow/target.ts';
import { sourceFileOf, whyNotMoved } from './document-kinds.ts';
import { withErrorBoundary } from './error-boundary.ts';
import type { Findings } from './findings.ts';
import type { Stowing } from './stowing.ts';

const kind = vscode.DocumentDropOrPasteEditKind.Empty.append('keystow', 'reference');

/** More than anybody pastes by hand is not looked at: every paste waits for this. */
const longestPaste = 20_000;
/** How far the text around a paste is looked at for what says that it is a secret. */
const around = 2_000;

/** A paste that could leave a reference in the place of the secret that it holds. */
interface ReferencePaste extends vscode.DocumentPasteEdit {
  readonly document: vscode.TextDocument;
  readonly pasted: string;
  /** The document with the text pasted as it is: nobody has it but this edit. */
  readonly text: string;
  readonly target: StowTarget;
}

/**
 * Offers to paste a secret as a reference, in the menu that the editor shows after Ctrl+V, which pastes the text as ever. Nothing is stored before a
 * person picks it there, or prefers it by `editor.pasteAs.preferences`; then the secret goes to the keychain, is read back, and what is inserted is its reference, or what reads it from the environment.
 */
export function registerPasteAsReference(findings: Findings, stowing: Stowing, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.languages.registerDocumentPasteEditProvider('*', pasteAsReference(findings, stowing, log), {
    providedPasteEditKinds: [kind],
    pasteMimeTypes: ['text/plain'],
  });
}

function pasteAsReference(
  findings: Findings,
  stowing: Stowing,
  log: vscode.LogOutputChannel,
): vscode.DocumentPasteEditProvider<ReferencePaste> {
  return {
    async provideDocumentPasteEdits(document, ranges, dataTransfer, { triggerKind }) {
      const [range] = ranges;
      // of what is picked in “Paste As…” the editor takes the text without asking for the reference, and the secret would be pasted
      if (triggerKind !== vscode.DocumentPasteTriggerKind.Automatic) return undefined;
      if (!range || ranges.length > 1 || !vscode.workspace.isTrusted || whyNotMoved(document.uri) !== undefined) return undefined;
      const copied = await dataTransfer.get('text/plain')?.asString();
      if (copied === undefined || copied.trim() === '' || copied.length > longestPaste) return undefined;
      const pasted = copied.replace(/\r?\n/g, document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
      const found = secretIn(findings, document, range, pasted);
      if (!found) return undefined;
      const edit = new vscode.DocumentPasteEdit(pasted, vscode.l10n.t('Paste as reference'), kind);
      edit.yieldTo = [vscode.DocumentDropOrPasteEditKind.Text];
      return [Object.assign(edit, { document, pasted, ...found })];
    },

    async resolveDocumentPasteEdit(edit, token) {
      const after = await withErrorBoundary(log, () => stowed(edit, stowing, token));
      // without a reference the text is pasted as it was, and what went wrong was said
      if (after === undefined) return edit;
      edit.insertText = '';
      edit.additionalEdit = new vscode.WorkspaceEdit();
      const { document } = edit;
      for (const { start, end, text } of editsBetween(document.getText(), after)) {
        edit.additionalEdit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
      }
      return edit;
    },
  };
}

/**
 * The one secret, or the one key pair, of a text that is to be pasted, found in it or in what it stands in; undefined where there is none, or no
 * reference can stand for it.
 */
function secretIn(
  findings: Findings,
  document: vscode.TextDocument,
  range: vscode.Range,
  pasted: string,
): { text: string; target: StowTarget } | undefined {
  const before = document.getText();
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const base = Math.max(0, from - around);
  const part = findings.inPart(document.uri, before.slice(base, from) + pasted + before.slice(to, to + around));
  const found = part.map((one) => ({ ...one, start: one.start + base, end: one.end + base }));
  const isPasted = ({ start, end }: { start: number; end: number }) => start >= from && end <= from + pasted.length;
  const [finding, ...more] = found.filter((one) => one.severity === 'error' && isPasted(one));
  const text = before.slice(0, from) + pasted + before.slice(to);
  const file = { ...sourceFileOf(document), text };
  const rules = findings.rules.of(document.uri);
  if (!finding || more.length > 0 || stowObstacle(found, finding, file, rules) !== undefined) return undefined;
  const target = targetOf(found, finding, rules);
  // a key pair is taken out of more kinds of files than read a reference
  return isDotenv(file.path) || environmentReading(target, file) !== undefined ? { text, target } : undefined;
}

/**
 * Puts the pasted secret into the keychain and its reference into `.env`, and notes down what the paste will change, for its undo.
 * @returns the document as it will be.
 * @throws UserError that says why not; then nothing is left behind.
 */
async function stowed({ document, text, target }: ReferencePaste, stowing: Stowing, token: vscode.CancellationToken): Promise<string> {
  const { checkKey, planDoors, tilde } = await import('./stowing.ts');
  const { documentFiles } = await import('./document-files.ts');
  const { planStow } = await import('../stow/plan.ts');
  const { planUnderOwnName } = await import('../stow/item-name.ts');
  const { runStow } = await import('../stow/run.ts');
  const { machine } = stowing;
  try {
    await machine.ensureLauncher(stowing.cli);
    const doors = await planDoors(document.uri, stowing);
    const file = { ...sourceFileOf(document), text };
    // no package is to be installed for a paste: a program reads a key by the names of its variables
    const choices = { replacement: 'environment' } as const;
    const { plan, refused, runAfterwards } = await planUnderOwnName(
      target,
      choices,
      (chosen) => planStow(file, target, chosen, doors),
      machine.keychain,
    );
    if (!plan) throw new UserError(refused!.text, refused!.values);
    const own = plan.removals.at(-1)!;
    const here = await machine.stowDoors(documentFiles, await actsAs(plan));
    const prove: typeof here.prove = async (...given) => {
      await here.prove(...given);
      if (token.isCancellationRequested) throw new vscode.CancellationError();
    };
    await runStow({ ...plan, removals: plan.removals.slice(0, -1), leaves: [own] }, { ...here, prove });
    sayHow(tilde(own.path), runAfterwards);
    return applyEdits(text, own.edits);
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError('The secret was pasted as it is: {reason}', { reason: error.said }, { cause: error });
    throw error;
  }

  /** A profile alone is proven by who AWS says that it acts as; a reference gives back what was stored, which needs nobody. */
  async function actsAs(plan: StowPlan): Promise<Identity | undefined> {
    if (plan.references.length > 0) return undefined;
    const check = await checkKey(plan, machine);
    if (check && 'failure' in check) throw new UserError(check.failure.text, check.failure.values);
    return check?.acted;
  }
}

function sayHow(file: string, command: string | undefined): void {
  const text =
    command === undefined
      ? vscode.l10n.t('The secret is in the keychain now, and {file} refers to it.', { file })
      : vscode.l10n.t('The secret is in the keychain now, and {file} refers to it. From now on start the program so: {command}', {
          file,
          command,
        });
  void vscode.window.showInformationMessage(text);
}
