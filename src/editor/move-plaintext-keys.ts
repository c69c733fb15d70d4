import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { readProfileFiles } from '../credentials/profile.ts';
import { message, UserError } from '../message.ts';
import { plaintextProfiles } from '../stow/plaintext.ts';
import { type Proposal, planMove } from '../stow/plan.ts';
import { afterwards, runStow } from '../stow/run.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview } from './preview.ts';
import { checkKey, type KeyCheck, modeChoice, type Stowing, stowPreview } from './stowing.ts';
import { inWords } from './words.ts';

/** `keystow.movePlaintextKeys`: takes a profile's key out of the AWS files; asks which where there are several. */
export async function movePlaintextKeys(stowing: Stowing): Promise<void> {
  const profiles = plaintextProfiles(await readProfileFiles(stowing.machine.awsFiles, documentFiles.read));
  if (profiles.length === 0)
    throw new UserError('No profile of {file} has a long-term key in plain text.', { file: stowing.machine.awsFiles.credentials });
  if (profiles.length === 1) return moveProfile(profiles[0]!.name, stowing);
  const picked = await vscode.window.showQuickPick(
    profiles.map(({ name, key, file }) => ({ label: name, description: key.accessKeyId, detail: file })),
    { title: vscode.l10n.t('Move Plaintext AWS Keys to Keychain'), placeHolder: vscode.l10n.t('Which profile?'), ignoreFocusOut: true },
  );
  if (!picked) throw new vscode.CancellationError();
  return moveProfile(picked.label, stowing);
}

/** The move of one profile, with its preview. */
export async function moveProfile(name: string, stowing: Stowing): Promise<void> {
  const { machine, cli } = stowing;
  await machine.ensureLauncher(cli);
  const awsFiles = await readProfileFiles(stowing.machine.awsFiles, documentFiles.read);
  const profile = plaintextProfiles(awsFiles).find((one) => one.name === name);
  if (!profile) throw new UserError('The profile {profile} has no long-term key in plain text.', { profile: name });
  let mode: 'session' | 'key' = 'session';
  let proposal: Proposal = { notes: [] };
  let check: KeyCheck;
  await confirmPreview(async () => {
    proposal = planMove(profile, { mode }, { awsFiles, launcher: machine.places.launcher, id: randomUUID });
    if (proposal.plan && check === undefined) check = await checkKey(proposal.plan, machine);
    const choice = modeChoice(mode, false, (wanted) => {
      mode = wanted;
    });
    return stowPreview(message('Move the key of the profile {profile} to the keychain', { profile: name }), proposal, check, [choice]);
  });
  const { plan } = proposal;
  if (!plan) throw new vscode.CancellationError();
  const acted = check && 'acted' in check ? check.acted : undefined;
  const title = vscode.l10n.t('Moving the secret to the keychain…');
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () =>
    runStow(plan, await machine.stowDoors(documentFiles, acted)),
  );
  void vscode.window.showInformationMessage(inWords(afterwards));
}
