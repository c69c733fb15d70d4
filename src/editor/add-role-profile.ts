import * as vscode from 'vscode';
import { profileOverviews } from '../credentials/overview.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import { isExternalId, isMfaSerial, isRoleArn } from '../credentials/role/assumed-role.ts';
import { serveRoleProfile } from '../credentials/serve-profile.ts';
import { newProfileName } from '../credentials/sso/add-profile.ts';
import { type Message, message, UserError } from '../message.ts';
import { type Adding, confirmNewProfile } from './adding.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import type { PreviewLine } from './preview.ts';
import { actsIn, toolsGet } from './profile-words.ts';
import { takeOverProfile } from './take-over-profile.ts';
import { inWords, withoutIcons } from './words.ts';

/** A profile of a role that is taken with the credentials of another profile, or one that the tools take by themselves so far. */
export async function addRoleProfile(adding: Adding): Promise<void> {
  const { machine } = adding.stowing;
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const all = profileOverviews(files);
  const sources = all.filter(({ served }) => served !== undefined);
  if (sources.length === 0) {
    throw new UserError(
      'A role is taken with the credentials of another profile, and Keystow serves none yet. Add one that signs in, or move a key to the keychain.',
    );
  }
  const picked = await vscode.window.showQuickPick(
    [
      ...sources.map((source) => ({
        label: withoutIcons(source.name),
        description: withoutIcons(Object.values(actsIn(source)).join(' · ')),
        detail: withoutIcons(inWords(toolsGet(source))),
        source: source.served,
        takeOver: undefined as string | undefined,
      })),
      ...all
        .filter(({ own }) => own === 'role')
        .map(({ name }) => ({
          label: `$(shield) ${vscode.l10n.t('Let Keystow take the role of {profile}…', { profile: withoutIcons(name) })}`,
          detail: vscode.l10n.t('So far the tools take it themselves and keep its session in plain text'),
          source: undefined,
          takeOver: name as string | undefined,
        })),
    ],
    {
      title: vscode.l10n.t('Add Profile'),
      placeHolder: vscode.l10n.t('With the credentials of which profile is the role taken?'),
      matchOnDescription: true,
      matchOnDetail: true,
      ignoreFocusOut: true,
    },
  );
  if (!picked) throw new vscode.CancellationError();
  if (picked.takeOver !== undefined) {
    await takeOverProfile(picked.takeOver, adding.stowing);
    return;
  }
  const source = picked.source!;
  const arn = await ask(vscode.l10n.t('ARN of the role, as arn:aws:iam::111122223333:role/name'), '', (text) =>
    isRoleArn(text) ? undefined : message('That is no ARN of a role'),
  );
  const [, account = '', role = ''] = /:iam::(\d{12}):role\/(?:.*\/)?(.*)$/.exec(arn) ?? [];
  let externalId = '';
  let mfaSerial = '';
  const suggested = { name: newProfileName(files, account, role), region: source.region ?? 'us-east-1' };
  await confirmNewProfile(adding, suggested, ({ name, region }) => {
    const choices: PreviewLine[] = [
      optional('key', message('External id: {value}', { value: externalId || message('none') }), async () => {
        externalId = await ask(
          vscode.l10n.t('External id that the role asks for; empty for none'),
          externalId,
          optionalProblem(isExternalId),
        );
      }),
    ];
    if ('accessKeyId' in source) {
      choices.push(
        optional('device-mobile', message('MFA device: {value}', { value: mfaSerial || message('none') }), async () => {
          mfaSerial = await ask(
            vscode.l10n.t('ARN of the MFA device whose code the role asks for; empty for none'),
            mfaSerial,
            optionalProblem(isMfaSerial),
          );
        }),
      );
    }
    return {
      texts: serveRoleProfile(
        files,
        {
          name,
          region,
          sourceProfile: source.name,
          role: { arn, ...(externalId === '' ? {} : { externalId }), ...(mfaSerial === '' ? {} : { mfaSerial }) },
          // where the source's credentials are known, the role is
          ...(source.endpoint === undefined ? {} : { endpoint: source.endpoint }),
        },
        machine.places.launcher,
      ),
      happens: [
        { icon: 'account', text: message('The role {role} in {account}, taken with {source}', { role, account, source: source.name }) },
        ...(source.endpoint === undefined
          ? []
          : [{ icon: 'globe', text: message('AWS is asked at {endpoint}', { endpoint: source.endpoint }) }]),
      ],
      choices,
    };
  });
}

const optional = (icon: string, text: Message, change: () => Promise<void>): PreviewLine => ({ icon, text, change });

const optionalProblem =
  (isGood: (text: string) => boolean) =>
  (text: string): Message | undefined =>
    text === '' || isGood(text) ? undefined : message('That cannot be right');
