import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { message, UserError } from '../message.ts';
import { type Proposal, plaintextProfiles, planMove } from '../stow/plan.ts';
import { afterwards, runStow } from '../stow/run.ts';
import { Cancelled } from './error-boundary.ts';
import { confirmPreview } from './preview.ts';
import { modeChoice } from './stow-secret.ts';
import { checkKey, type KeyCheck, readProfileFiles, type StowingDoors, stowDoors, stowPreview } from './stowing.ts';
import { inWords } from './words.ts';

/** `keystow.movePlaintextKeys`: takes a profile's key out of the AWS files; asks which where there are several. */
export async function movePlaintextKeys(doors: StowingDoors): Promise<void> {
  const profiles = plaintextProfiles(await readProfileFiles(doors.awsFiles));
  if (profiles.length === 0)
    throw new UserError('No profile of {file} has a long-term key in plain text.', { file: doors.awsFiles.credentials });
  if (profiles.length === 1) return moveProfile(profiles[0]!.name, doors);
  const picked = await vscode.window.showQuickPick(
    profiles.map(({ name, key, file }) => ({ label: name, description: key.accessKeyId, detail: file })),
    { title: vscode.l10n.t('Move Plaintext AWS Keys to Keychain'), placeHolder: vscode.l10n.t('Which profile?'), ignoreFocusOut: true },
  );
  if (!picked) throw new Cancelled();
  return moveProfile(picked.label, doors);
}

/** The move of one profile, with its preview. */
export async function moveProfile(name: string, doors: StowingDoors): Promise<void> {
  await doors.ensureLauncher();
  const awsFiles = await readProfileFiles(doors.awsFiles);
  const profile = plaintextProfiles(awsFiles).find((one) => one.name === name);
  if (!profile) throw new UserError('The profile {profile} has no long-term key in plain text.', { profile: name });
  let mode: 'session' | 'key' = 'session';
  let proposal: Proposal = { notes: [] };
  let check: KeyCheck;
  await confirmPreview(async () => {
    proposal = planMove(profile, { mode }, { awsFiles, launcher: doors.places.launcher, id: randomUUID });
    if (proposal.plan && check === undefined) check = await checkKey(proposal.plan, doors);
    const choice = modeChoice(mode, false, (wanted) => {
      mode = wanted;
    });
    return stowPreview(message('Move the key of the profile {profile} to the keychain', { profile: name }), proposal, check, [choice]);
  });
  const { plan } = proposal;
  if (!plan) throw new Cancelled();
  const acted = check && 'acted' in check ? check.acted : undefined;
  const title = vscode.l10n.t('Moving the secret to the keychain…');
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () => runStow(plan, stowDoors(doors, acted)));
  void vscode.window.showInformationMessage(inWords(afterwards(plan)));
}
