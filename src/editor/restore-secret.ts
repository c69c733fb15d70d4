import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Machine } from '../machine.ts';
import { message, UserError } from '../message.ts';
import type { StowRecord } from '../stow/journal.ts';
import { secretsOfItem } from '../stow/plan.ts';
import { planRestore, runRestore } from '../stow/restore.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview } from './preview.ts';

/** `keystow.restoreSecret`: puts a stowed secret back into its file, rebuilt from the keychain. */
export async function restoreSecret(machine: Machine): Promise<void> {
  const here = await machine.stowDoors(documentFiles);
  const records = (await here.journal.list()).filter(({ state }) => state === 'done');
  if (records.length === 0) throw new UserError('Nothing was stowed on this machine yet.');
  const picked = await vscode.window.showQuickPick(
    records.map((record) => ({
      label: nameOf(record),
      description: new Date(record.at).toLocaleString(vscode.env.language),
      detail: record.account,
      record,
    })),
    { title: vscode.l10n.t('Undo a Stow'), placeHolder: vscode.l10n.t('Newest first'), ignoreFocusOut: true },
  );
  if (!picked) throw new vscode.CancellationError();
  const { record } = picked;
  const changes = await planRestore(record, here, secretsOfItem);
  await confirmPreview(async () => ({
    title: message('Put the secret back into {file}', { file: nameOf(record) }),
    go: message('Put it back in plain text'),
    happens: [
      ...changes
        .filter(({ edits }) => edits.length > 0)
        .map(({ path }) => ({ icon: 'edit', text: message('{file} gets back what was there', { file: path }) })),
      { icon: 'trash', text: message('The keychain item {account} goes, unless something else uses it', { account: record.account }) },
    ],
    choices: [],
    changes: [],
  }));
  await runRestore(record, changes, here);
  void vscode.window.showInformationMessage(vscode.l10n.t('The secret lies in plain text again in {file}.', { file: nameOf(record) }));
}

/** The file that the secret was taken out of. */
function nameOf({ files, what }: StowRecord): string {
  const file = files.find(({ addition }) => !addition);
  return file ? basename(file.path) : what;
}
