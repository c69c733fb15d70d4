import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { profileOverview } from '../credentials/overview.ts';
import { type ProfileFiles, readProfileFiles } from '../credentials/profile.ts';
import { profileNameProblem } from '../credentials/serve-profile.ts';
import { isRegion } from '../credentials/sso/sso-session.ts';
import { type Message, message } from '../message.ts';
import { profilePlan } from '../stow/profile-plan.ts';
import { type ProfilePlan, runProfileChange } from '../stow/run.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview, type PreviewLine } from './preview.ts';
import { type Stowing, tilde } from './stowing.ts';
import type { FolderProfiles } from './terminals.ts';

/** What adding a profile needs. */
export interface Adding {
  readonly stowing: Stowing;
  readonly folderProfiles: FolderProfiles;
}

export interface NameAndRegion {
  readonly name: string;
  readonly region: string;
}

/** A new profile as the preview shows it. */
export interface NewProfile {
  /** The new texts of both AWS files. */
  readonly texts: { readonly config: string; readonly credentials: string };
  readonly happens: readonly PreviewLine[];
  readonly choices: readonly PreviewLine[];
}

/**
 * Shows what a new profile is and what it changes, lets the person choose its name and region, and writes it into both files or into none.
 * @throws CancellationError where they step back
 */
export async function confirmNewProfile(
  { stowing, folderProfiles }: Adding,
  suggested: NameAndRegion,
  describe: (chosen: NameAndRegion) => NewProfile,
): Promise<void> {
  const { machine, cli } = stowing;
  await machine.ensureLauncher(cli);
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const folder = folderChoice(folderProfiles);
  let { name, region } = suggested;
  let plan: ProfilePlan | undefined;
  await confirmPreview(async () => {
    const { texts, happens, choices } = describe({ name, region });
    plan = profilePlan({ id: randomUUID(), what: 'profile added', profile: name }, files, texts);
    const own = nameAndRegionLines(files, { name, region }, (chosen) => {
      ({ name, region } = chosen);
    });
    return {
      title: message('Add the profile {profile}', { profile: name }),
      go: message('Add this profile'),
      happens: [
        ...happens,
        ...plan.changes.map(({ path }) => ({
          icon: 'edit',
          text: message('{file} changes as the comparison shows', { file: tilde(path) }),
        })),
        { icon: 'history', text: message('“Undo a Stow…” takes the profile out again') },
      ],
      choices: [...own, ...choices, ...folder.lines(name)],
      changes: plan.changes.toReversed(),
    };
  });
  if (!plan) throw new vscode.CancellationError();
  await runProfileChange(plan, await machine.stowDoors(documentFiles));
  await folder.choose(name);
  sayReady(name);
}

/** The lines that show a new profile's name and region and change them. */
export function nameAndRegionLines(
  files: ProfileFiles,
  { name, region }: NameAndRegion,
  choose: (chosen: NameAndRegion) => void,
): PreviewLine[] {
  return [
    {
      icon: 'tag',
      text: message('Name of the profile: {profile}', { profile: name }),
      change: async () =>
        choose({ region, name: await ask(vscode.l10n.t('Name of the profile'), name, (text) => nameProblem(files, text)) }),
    },
    {
      icon: 'globe',
      text: message('Region that its tools use: {region}', { region }),
      change: async () => choose({ name, region: await ask(vscode.l10n.t('Region that its tools use'), region, regionProblem) }),
    },
  ];
}

/** Whether the first folder's new terminals use a new profile: yes, unless the person picks the line. A window without a folder has no such line. */
export function folderChoice(folderProfiles: FolderProfiles) {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  let use = folder !== undefined;
  const change = () => {
    use = !use;
  };
  return {
    lines: (profile: string): PreviewLine[] =>
      folder === undefined
        ? []
        : [{ icon: use ? 'check' : 'dash', text: message('Use {profile} for this folder’s new terminals too', { profile }), change }],
    async choose(profile: string): Promise<void> {
      if (folder && use) await folderProfiles.choose(folder.uri, profile);
    },
  };
}

export function sayReady(profile: string): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The profile {profile} is ready: the AWS CLI and every SDK get its credentials from Keystow.', { profile }),
  );
}

export const regionProblem = (text: string): Message | undefined =>
  isRegion(text) ? undefined : message('That is no region, as eu-west-1 is one');

export function nameProblem(files: ProfileFiles, name: string): Message | undefined {
  return profileOverview(files, name) ? message('There is a profile {profile} already', { profile: name }) : profileNameProblem(name);
}
