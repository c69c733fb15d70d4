import * as vscode from 'vscode';
import { readProfileFiles, servedProfiles } from '../credentials/profile.ts';
import type { Machine } from '../machine.ts';
import { format, type Message, message, UserError } from '../message.ts';
import type { RotationDoors } from '../rotation/doors.ts';
import { type KeyFacts, planRotation, type RotationPlan } from '../rotation/plan.ts';
import { runRotation } from '../rotation/run.ts';
import { undoRotation as undo } from '../rotation/undo.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview, type PreviewLine } from './preview.ts';
import { setting } from './settings.ts';
import { inWords } from './words.ts';

/** `keystow.rotateKey`: a new access key in the place of a profile's, after a preview; the old one stays inactive for the grace period. */
export async function rotateKey(machine: Machine, log: vscode.LogOutputChannel): Promise<void> {
  const profile = await pickProfile(machine);
  const doors = await machine.rotationDoors();
  const asking = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Asking AWS about the keys of the profile…') };
  const plan = await vscode.window.withProgress(asking, () => planRotation(profile, setting('rotation.graceDays'), doors));
  const removeFirst = await chooseToDelete(plan);
  await confirmPreview(async () => preview(plan, removeFirst));
  const choice = removeFirst === undefined ? {} : { removeFirst: removeFirst.accessKeyId };
  const { newKeyId = '' } = await withSteps(vscode.l10n.t('Rotating the access key'), doors, log, (stepping) =>
    runRotation(plan, choice, stepping),
  );
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The profile {profile} uses the key {newKey} now. The old one is inactive and is deleted in {days} days; until then the rotation can be undone.',
      {
        profile,
        newKey: newKeyId,
        days: plan.graceDays,
      },
    ),
  );
}

/** `keystow.undoRotation`: makes the old key of a rotation the profile's key again. */
export async function undoRotation(machine: Machine, log: vscode.LogOutputChannel): Promise<void> {
  const doors = await machine.rotationDoors();
  const records = await doors.journal.list();
  if (records.length === 0) throw new UserError('There is no rotation that could be undone: none was begun, or the old keys are deleted.');
  const picked = await vscode.window.showQuickPick(
    records.map(({ profile, oldKeyId, newKeyId }) => ({ label: profile, description: newKeyId ?? '', detail: oldKeyId })),
    {
      title: vscode.l10n.t('Undo a Rotation'),
      placeHolder: vscode.l10n.t('The old key, in the second line, becomes the key of the profile again'),
      ignoreFocusOut: true,
    },
  );
  if (!picked) throw new vscode.CancellationError();
  await withSteps(vscode.l10n.t('Undoing the rotation'), doors, log, (stepping) => undo(picked.label, stepping));
  void vscode.window.showInformationMessage(vscode.l10n.t('The rotation of the profile {profile} is undone.', { profile: picked.label }));
}

async function pickProfile(machine: Machine): Promise<string> {
  const { config } = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const profiles = servedProfiles(config);
  if (profiles.length === 0) {
    throw new UserError('No profile has its key in the keychain yet. Move one there first: Keystow: Move Plaintext AWS Keys to Keychain…');
  }
  if (profiles.length === 1) return profiles[0]!.name;
  const picked = await vscode.window.showQuickPick(
    profiles.map(({ name, accessKeyId }) => ({ label: name, description: accessKeyId })),
    { title: vscode.l10n.t('Rotate Access Key'), placeHolder: vscode.l10n.t('Which profile?'), ignoreFocusOut: true },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.label;
}

/** Where the user already has two keys, the most there can be, the person says which of them shall be deleted. */
async function chooseToDelete({ question }: RotationPlan): Promise<KeyFacts | undefined> {
  if (!question) return undefined;
  const picked = await vscode.window.showQuickPick(
    question.choices.map((key) => ({ label: key.accessKeyId, detail: inWords(facts(key)), key })),
    {
      title: vscode.l10n.t('Two keys are the most that IAM allows'),
      placeHolder: vscode.l10n.t('Which one shall be deleted first, for good?'),
      ignoreFocusOut: true,
    },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.key;
}

function facts({ ageDays, active, lastUse }: KeyFacts): Message {
  const values = { days: ageDays, at: lastUse.at?.toISOString().slice(0, 10) ?? '', service: lastUse.service ?? '' };
  if (!lastUse.at)
    return active ? message('{days} days old, active, never used', values) : message('{days} days old, inactive, never used', values);
  return active
    ? message('{days} days old, active, last used on {at} by {service}', values)
    : message('{days} days old, inactive, last used on {at} by {service}', values);
}

function preview({ profile, identity, place, current, profiles, graceDays, notes }: RotationPlan, removeFirst: KeyFacts | undefined) {
  const happens: PreviewLine[] = [];
  const say = (icon: string, text: Message) => happens.push({ icon, text });
  say('account', message('The keys of {arn}', { arn: identity.arn }));
  if (place.endpoint) say('globe', message('AWS is asked at {endpoint}', { endpoint: place.endpoint }));
  if (removeFirst) say('trash', message('First the key {accessKeyId} is deleted, for good', { accessKeyId: removeFirst.accessKeyId }));
  say('add', message('A new key is made, stored in the keychain, read back and tried several times'));
  say('arrow-swap', message('Then these profiles use it: {profiles}', { profiles: profiles.map(({ name }) => name).join(', ') }));
  say(
    'circle-slash',
    message('The old key {accessKeyId} becomes inactive, and is deleted after {days} days', {
      accessKeyId: current.accessKeyId,
      days: graceDays,
    }),
  );
  say('history', facts(current));
  for (const note of notes) say('info', note);
  return {
    title: message('Rotate the key of the profile {profile}', { profile }),
    go: message('Rotate the key'),
    happens,
    choices: [],
    changes: [],
  };
}

/** Shows each step while it is done, and writes it into the log. */
function withSteps<T>(
  title: string,
  doors: RotationDoors,
  log: vscode.LogOutputChannel,
  work: (doors: RotationDoors) => Promise<T>,
): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, (bar) =>
    work({
      ...doors,
      progress(step) {
        log.info(format(step));
        bar.report({ message: inWords(step) });
      },
    }),
  );
}
