import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Machine } from '../machine.ts';
import { type Message, message, UserError } from '../message.ts';
import type { StowRecord } from '../stow/journal.ts';
import { secretsOfItem } from '../stow/plaintext.ts';
import { planRestore, runRestore } from '../stow/restore.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview } from './preview.ts';
import { inWords } from './words.ts';

/** `keystow.restoreSecret`: puts a stowed secret back into its file, rebuilt from the keychain. */
export async function restoreSecret(machine: Machine): Promise<void> {
  const here = await machine.stowDoors(documentFiles);
  const records = (await here.journal.list()).filter(({ state }) => state === 'done');
  if (records.length === 0) throw new UserError('Nothing was stowed on this machine yet.');
  const picked = await vscode.window.showQuickPick(
    records.map((record) => ({
      label: nameOf(record),
      description: new Date(record.at).toLocaleString(vscode.env.language),
      detail: record.account ?? inWords(changeOf(record)),
      record,
    })),
    { title: vscode.l10n.t('Undo a Stow'), placeHolder: vscode.l10n.t('Newest first'), ignoreFocusOut: true },
  );
  if (!picked) throw new vscode.CancellationError();
  const { record } = picked;
  const changes = await planRestore(record, here, secretsOfItem);
  const { account } = record;
  const givenBack = changes
    .filter(({ edits }) => edits.length > 0)
    .map(({ path }) => ({ icon: 'edit', text: message('{file} gets back what was there', { file: path }) }));
  if (account === undefined) {
    await confirmPreview(async () => ({
      title: message('Give the profile {profile} back as it was', { profile: nameOf(record) }),
      go: message('Give it back'),
      happens: givenBack,
      choices: [],
      changes,
    }));
  } else {
    await confirmPreview(async () => ({
      title: message('Put the secret back into {file}', { file: nameOf(record) }),
      go: message('Put it back in plain text'),
      happens: [
        ...givenBack,
        { icon: 'trash', text: message('The keychain item {account} goes, unless something else uses it', { account }) },
      ],
      choices: [],
      changes: [],
    }));
  }
  await runRestore(record, changes, here);
  const said =
    account === undefined
      ? message('The profile {profile} is as it was before.', { profile: nameOf(record) })
      : message('The secret lies in plain text again in {file}.', { file: nameOf(record) });
  void vscode.window.showInformationMessage(inWords(said));
}

/** What was done to a profile, where no secret was taken out. */
const changeOf = ({ what }: StowRecord): Message =>
  what === 'profile added' ? message('The profile was added') : message('The profile was taken over from other tools');

/** The file that the secret was taken out of, or the profile that was changed. */
function nameOf({ files, what, account, profile }: StowRecord): string {
  if (account === undefined) return profile ?? what;
  const file = files.find(({ addition }) => !addition);
  return file ? basename(file.path) : what;
}
