import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { AccessKey } from '../credentials/access-key.ts';
import { readProfileFiles, type ServingMode } from '../credentials/profile.ts';
import { newProfileName } from '../credentials/sso/add-profile.ts';
import { findProfile, valueOf } from '../files/aws-files.ts';
import { type Message, message } from '../message.ts';
import { planNewKey } from '../stow/new-key.ts';
import { plaintextProfiles } from '../stow/plaintext.ts';
import { runStow, type StowPlan } from '../stow/run.ts';
import { type Adding, folderChoice, nameAndRegionLines, sayReady } from './adding.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview } from './preview.ts';
import { checkKey, type KeyCheck, modeChoice, stowPreview } from './stowing.ts';

/** A profile of a long-term key: one that lies in the AWS files already, or one that the person types, which no file ever holds. */
export async function addKeyProfile(adding: Adding): Promise<void> {
  const files = await readProfileFiles(adding.stowing.machine.awsFiles, documentFiles.read);
  if (plaintextProfiles(files).length > 0 && (await pickMove())) return vscode.commands.executeCommand('keystow.movePlaintextKeys');
  const accessKeyId = await ask(vscode.l10n.t('Access key ID, as AKIA…'), '', idProblem);
  const secretAccessKey = await ask(
    vscode.l10n.t('Secret access key: it goes to the keychain and nowhere else'),
    '',
    (text) => (/^[A-Za-z0-9/+]{40}$/.test(text) ? undefined : message('A secret access key has 40 letters, digits, / and +')),
    { password: true },
  );
  await confirmAndStow({ accessKeyId, secretAccessKey }, adding);
}

async function pickMove(): Promise<boolean> {
  const rows = [
    { label: `$(lock) ${vscode.l10n.t('Move one from my AWS files…')}`, move: true },
    { label: `$(edit) ${vscode.l10n.t('Type or paste a key…')}`, move: false },
  ];
  const picked = await vscode.window.showQuickPick(rows, { title: vscode.l10n.t('Add Profile'), ignoreFocusOut: true });
  if (!picked) throw new vscode.CancellationError();
  return picked.move;
}

function idProblem(text: string): Message | undefined {
  if (/^ASIA/.test(text)) return message('That is a temporary key: it ends by itself, and is not kept. Sign in instead.');
  return /^AKIA[A-Z2-7]{16}$/.test(text) ? undefined : message('An access key ID is AKIA and 16 capital letters and digits');
}

async function confirmAndStow(key: AccessKey, { stowing, folderProfiles }: Adding): Promise<void> {
  const { machine, cli } = stowing;
  await machine.ensureLauncher(cli);
  const awsFiles = await readProfileFiles(machine.awsFiles, documentFiles.read);
  let name = newProfileName(awsFiles, 'key', key.accessKeyId.slice(-4));
  // as a stow from a program does: what the tools use so far is where the person's AWS is
  const soFar = findProfile(awsFiles.config, 'default');
  const endpoint = valueOf(soFar, 'endpoint_url');
  let region = valueOf(soFar, 'region') ?? 'us-east-1';
  let mode: ServingMode = 'session';
  let plan: StowPlan | undefined;
  let check: KeyCheck;
  const folder = folderChoice(folderProfiles);
  await confirmPreview(async () => {
    const profile = { name, region, mode, accessKeyId: key.accessKeyId, ...(endpoint === undefined ? {} : { endpoint }) };
    plan = planNewKey(key, profile, { awsFiles, launcher: machine.places.launcher, id: randomUUID });
    check ??= await checkKey(plan, machine);
    return stowPreview(
      message('Add the profile {profile}', { profile: name }),
      { plan, profile: { ...profile, isNew: true }, notes: [] },
      check,
      [
        ...nameAndRegionLines(awsFiles, { name, region }, (chosen) => {
          ({ name, region } = chosen);
        }),
        modeChoice(mode, false, (wanted) => {
          mode = wanted;
        }),
        ...folder.lines(name),
      ],
    );
  });
  if (!plan) throw new vscode.CancellationError();
  const agreed = plan;
  const acted = check && 'acted' in check ? check.acted : undefined;
  const title = vscode.l10n.t('Moving the secret to the keychain…');
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () =>
    runStow(agreed, await machine.stowDoors(documentFiles, acted)),
  );
  await folder.choose(name);
  sayReady(name);
}
