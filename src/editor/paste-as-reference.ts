import * as vscode from 'vscode';
import { detect } from '../detect/detect.ts';
import { UserError } from '../message.ts';
import { applyEdits, editsBetween } from '../stow/edit.ts';
import type { StowTarget } from '../stow/plan.ts';
import { stowObstacle, targetOf } from '../stow/target.ts';
import { whyNotMoved } from './document-kinds.ts';
import { withErrorBoundary } from './error-boundary.ts';
import { optionsFor } from './findings.ts';
import type { Stowing } from './stowing.ts';

type SecretTarget = StowTarget & { kind: 'secret' };

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
  readonly target: SecretTarget;
}

/**
 * Offers to paste a secret as a reference, in the menu that the editor shows after Ctrl+V, which pastes the text as ever. Nothing is stored before a
 * person picks it there, or prefers it by `editor.pasteAs.preferences`; then the secret goes to the keychain, is read back, and what is inserted is its reference, or what reads it from the environment.
 */
export function registerPasteAsReference(stowing: Stowing, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.languages.registerDocumentPasteEditProvider('*', pasteAsReference(stowing, log), {
    providedPasteEditKinds: [kind],
    pasteMimeTypes: ['text/plain'],
  });
}

function pasteAsReference(stowing: Stowing, log: vscode.LogOutputChannel): vscode.DocumentPasteEditProvider<ReferencePaste> {
  return {
    async provideDocumentPasteEdits(document, ranges, dataTransfer, { triggerKind }) {
      const [range] = ranges;
      // of what is picked in “Paste As…” the editor takes the text without asking for the reference, and the secret would be pasted
      if (triggerKind !== vscode.DocumentPasteTriggerKind.Automatic) return undefined;
      if (!range || ranges.length > 1 || !vscode.workspace.isTrusted || whyNotMoved(document.uri) !== undefined) return undefined;
      const copied = await dataTransfer.get('text/plain')?.asString();
      if (copied === undefined || copied.trim() === '' || copied.length > longestPaste) return undefined;
      const pasted = copied.replace(/\r?\n/g, document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
      const found = secretIn(document, range, pasted);
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

/** The one secret of a text that is to be pasted, found in it or in what it stands in; undefined where there is none, or no reference can stand for it. */
function secretIn(document: vscode.TextDocument, range: vscode.Range, pasted: string): { text: string; target: SecretTarget } | undefined {
  const options = optionsFor(document.uri);
  if (options === undefined) return undefined;
  const before = document.getText();
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const base = Math.max(0, from - around);
  const findings = detect(before.slice(base, from) + pasted + before.slice(to, to + around), options);
  const isPasted = ({ start, end }: { start: number; end: number }) => start >= from - base && end <= from - base + pasted.length;
  const [finding, ...more] = findings.filter((one) => one.severity === 'error' && isPasted(one));
  const file = { path: document.uri.fsPath, languageId: document.languageId };
  if (!finding || more.length > 0 || stowObstacle(findings, finding, file) !== undefined) return undefined;
  const target = targetOf(findings, finding);
  if (target.kind !== 'secret') return undefined;
  const { start, end, value } = target.place;
  return {
    text: before.slice(0, from) + pasted + before.slice(to),
    target: { ...target, place: { start: start + base, end: end + base, value } },
  };
}

/**
 * Puts the pasted secret into the keychain and its reference into `.env`, and notes down what the paste will change, for its undo.
 * @returns the document as it will be.
 * @throws UserError that says why not; then nothing is left behind.
 */
async function stowed({ document, text, target }: ReferencePaste, stowing: Stowing, token: vscode.CancellationToken): Promise<string> {
  const { planDoors, tilde } = await import('./stowing.ts');
  const { documentFiles } = await import('./document-files.ts');
  const { planStow } = await import('../stow/plan.ts');
  const { runStow } = await import('../stow/run.ts');
  const { machine } = stowing;
  try {
    await machine.ensureLauncher(stowing.cli);
    const doors = await planDoors(document.uri, stowing);
    const file = { path: document.uri.fsPath, text, languageId: document.languageId };
    const propose = (itemName?: string) => planStow(file, target, itemName === undefined ? {} : { itemName }, doors);
    let proposal = await propose();
    for (let i = 2; proposal.plan && (await isTaken(proposal.plan.item)); i++) {
      proposal = await propose(`${proposal.plan.item.account.split('/')[1]!.replace(/-\d+$/, '')}-${i}`);
    }
    const { plan, refused, runAfterwards } = proposal;
    if (!plan) throw new UserError(refused!.text, refused!.values);
    const own = plan.removals.at(-1)!;
    const here = await machine.stowDoors(documentFiles);
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

  async function isTaken({ account, content }: { account: string; content: string }): Promise<boolean> {
    const present = await machine.keychain.read(account);
    return present !== undefined && present !== content;
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
