import * as vscode from 'vscode';
import type { AccessKey } from '../credentials/access-key.ts';
import { placeOf } from '../credentials/call-place.ts';
import { profileOverviews } from '../credentials/overview.ts';
import { type AnyServedProfile, readProfileFiles } from '../credentials/profile.ts';
import type { Machine } from '../machine.ts';
import { message, UserError } from '../message.ts';
import { disableKey as disable } from '../rotation/disable.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview, type PreviewLine } from './preview.ts';
import { withoutIcons } from './words.ts';

/** `keystow.disableKey`: makes a leaked access key inactive, after a preview, acting as a profile of its account. */
export async function disableKey(machine: Machine): Promise<void> {
  const all = profileOverviews(await readProfileFiles(machine.awsFiles, documentFiles.read)).flatMap(({ served }) => served ?? []);
  if (all.length === 0) {
    throw new UserError('Keystow serves no profile yet that could make the key inactive. Sign in with one first: Keystow: Add Profile…');
  }
  const accessKeyId = await pickKey(all);
  const acting = await pickActing(accessKeyId, all);
  const key: AccessKey = await machine.actingKey(acting);
  const doors = await machine.rotationDoors();
  const place = placeOf(acting);
  const happens: PreviewLine[] = [
    { icon: 'account', text: message('The profile {profile} acts', { profile: acting.name }) },
    ...(place.endpoint === undefined ? [] : [{ icon: 'globe', text: message('AWS is asked at {endpoint}', { endpoint: place.endpoint }) }]),
    { icon: 'circle-slash', text: message('The access key {accessKeyId} becomes inactive, at once', { accessKeyId }) },
    ...servedWith(accessKeyId, all).map(({ name }) => ({
      icon: 'warning',
      text: message('The profile {profile} stops working: move another key into it afterwards', { profile: name }),
    })),
    { icon: 'info', text: message('Sessions that were made with the key go on until they end: Contain Account… denies them too') },
    { icon: 'history', text: message('It can be made active again in the AWS console, under IAM') },
  ];
  await confirmPreview(async () => ({
    title: message('Make a leaked key inactive'),
    go: message('Make it inactive now'),
    happens,
    choices: [],
    changes: [],
  }));
  const title = vscode.l10n.t('Making the key inactive');
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    disable(accessKeyId, key, place, doors),
  );
  void vscode.window.showInformationMessage(vscode.l10n.t('The access key {accessKeyId} is inactive.', { accessKeyId }));
}

const servedWith = (accessKeyId: string, all: readonly AnyServedProfile[]) =>
  all.filter((one) => 'accessKeyId' in one && one.accessKeyId === accessKeyId);

/** One of the keys in the keychain, or any other by its id. */
async function pickKey(all: readonly AnyServedProfile[]): Promise<string> {
  const known = all.flatMap((one) =>
    'accessKeyId' in one
      ? [{ label: one.accessKeyId, description: withoutIcons(one.name), accessKeyId: one.accessKeyId as string | undefined }]
      : [],
  );
  const other = { label: `$(edit) ${vscode.l10n.t('Another key, by its id…')}`, description: '', accessKeyId: undefined };
  const picked = await vscode.window.showQuickPick([other, ...known], {
    title: vscode.l10n.t('Disable a Leaked Key'),
    placeHolder: vscode.l10n.t('Which key leaked?'),
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  if (picked.accessKeyId !== undefined) return picked.accessKeyId;
  return ask(vscode.l10n.t('The id of the access key that leaked'), '', (text) =>
    /^AKIA\w{12,124}$/.test(text) ? undefined : message('The id of a long-term key begins with AKIA and has no blanks'),
  );
}

/** Who makes it inactive: anybody of its account but the key itself, or the key itself where there is nobody else. */
async function pickActing(accessKeyId: string, all: readonly AnyServedProfile[]): Promise<AnyServedProfile> {
  const own = servedWith(accessKeyId, all);
  const others = all.filter((one) => !own.includes(one));
  const candidates = [...others, ...own];
  if (candidates.length === 1) return candidates[0]!;
  const picked = await vscode.window.showQuickPick(
    candidates.map((profile) => ({
      label: withoutIcons(profile.name),
      description: own.includes(profile) ? vscode.l10n.t('with the leaked key itself') : '',
      profile,
    })),
    {
      title: vscode.l10n.t('Disable a Leaked Key'),
      placeHolder: vscode.l10n.t('Which profile of the account acts?'),
      ignoreFocusOut: true,
    },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.profile;
}
