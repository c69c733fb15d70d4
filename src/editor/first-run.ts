import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { readProfileFiles } from '../credentials/profile.ts';
import type { AwsFilePaths } from '../files/aws-files.ts';
import { plaintextProfiles } from '../stow/plaintext.ts';
import { documentFiles } from './document-files.ts';

const answered = 'plaintextKeysOffered';

/** One quiet notification where a key lies in plain text in the AWS files; a person who said “later” hears of it again only for another key. */
export async function offerMove(awsFiles: AwsFilePaths, memory: vscode.Memento): Promise<void> {
  const seen = new Set(memory.get<string[]>(answered, []));
  const profiles = plaintextProfiles(await readProfileFiles(awsFiles, documentFiles.read)).filter(({ key }) => !seen.has(key.accessKeyId));
  const [first] = profiles;
  if (!first) return;
  const move = vscode.l10n.t('Move it…');
  const text = vscode.l10n.t('Your AWS key lies in plain text in {file}', { file: first.file.replace(homedir(), '~') });
  const picked = await vscode.window.showInformationMessage(text, move, vscode.l10n.t('Later'));
  if (picked === undefined) return;
  await memory.update(answered, [...seen, ...profiles.map(({ key }) => key.accessKeyId)]);
  if (picked === move) await vscode.commands.executeCommand('keystow.movePlaintextKeys');
}
