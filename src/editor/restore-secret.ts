import * as vscode from 'vscode';
import type { Machine } from '../machine.ts';
import { type Message, message, UserError } from '../message.ts';
import type { StowRecord } from '../stow/journal.ts';
import { secretsOfItem } from '../stow/plaintext.ts';
import { planRestore, runRestore } from '../stow/restore.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview } from './preview.ts';
import { tilde } from './stowing.ts';
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
  const name = nameOf(record);
  const { title, go, afterwards } = wordsOf(record, name);
  const { account } = record;
  await confirmPreview(async () => ({
    title,
    go,
    happens: [
      ...changes
        .filter(({ edits }) => edits.length > 0)
        .map(({ path }) => ({ icon: 'edit', text: message('{file} gets back what was there', { file: path }) })),
      ...(account === undefined
        ? []
        : [{ icon: 'trash', text: message('The keychain item {account} goes, unless something else uses it', { account }) }]),
    ],
    choices: [],
    changes: takesSecretOut(record) ? [] : changes, // the text after it would show the secret
  }));
  await runRestore(record, changes, here);
  void vscode.window.showInformationMessage(inWords(afterwards));
}

/** Whether the stow took a secret out of a file, and did not only add or change profiles. */
const takesSecretOut = ({ account, files }: StowRecord): boolean => account !== undefined && files.some(({ addition }) => !addition);

function wordsOf(record: StowRecord, name: string): Readonly<Record<'title' | 'go' | 'afterwards', Message>> {
  if (record.account === undefined) {
    return {
      title: message('Give the profile {profile} back as it was', { profile: name }),
      go: message('Give it back'),
      afterwards: message('The profile {profile} is as it was before.', { profile: name }),
    };
  }
  if (!takesSecretOut(record)) {
    return {
      title: message('Take out the profile {profile} and its key', { profile: name }),
      go: message('Take it out: the key is then nowhere on this machine'),
      afterwards: message('The profile {profile} and its key are gone from this machine.', { profile: name }),
    };
  }
  return {
    title: message('Put the secret back into {file}', { file: name }),
    go: message('Put it back in plain text'),
    afterwards: message('The secret lies in plain text again in {file}.', { file: name }),
  };
}

/** What was done to a profile, where no secret was taken out. */
const changeOf = ({ what }: StowRecord): Message =>
  what === 'profile added' ? message('The profile was added') : message('The profile was taken over from other tools');

/** The file that the secret was taken out of, or the profile that was changed. */
function nameOf({ files, what, account, profile }: StowRecord): string {
  const file = account === undefined ? undefined : files.find(({ addition }) => !addition);
  return file ? tilde(file.path) : (profile ?? what);
}
