import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AccessKey, Identity } from '../credentials/access-key.ts';
import { addGrants, removeGrants } from '../credentials/grants.ts';
import type { ProfileFiles } from '../credentials/profile.ts';
import type { ReferringVariable } from '../credentials/references.ts';
import { type AwsFilePaths, parseAwsFile } from '../files/aws-files.ts';
import { withLock } from '../files/lock.ts';
import type { Places } from '../files/places.ts';
import { type Message, message, UserError } from '../message.ts';
import { loadParser } from '../stow/grammar.ts';
import { openStowJournal } from '../stow/journal.ts';
import type { PlanDoors, Proposal } from '../stow/plan.ts';
import { proofOf } from '../stow/proof.ts';
import type { WorkspaceFile } from '../stow/readers.ts';
import type { StowDoors, StowPlan } from '../stow/run.ts';
import { documentFiles } from './document-files.ts';
import type { Preview, PreviewLine } from './preview.ts';

/** Where a call goes: a region, and an endpoint that is not AWS's own. */
export interface CallPlace {
  readonly region: string;
  readonly endpoint?: string;
}

/** What stowing in the editor needs of the machine and of AWS; the composition root gives it. */
export interface StowingDoors {
  readonly places: Places;
  readonly awsFiles: AwsFilePaths;
  readonly keychain: StowDoors['keychain'];
  readonly grantsFile: string;
  readonly stowsFolder: string;
  readonly grammars: string;
  resolve(variables: readonly ReferringVariable[]): Promise<Readonly<Record<string, string | undefined>>>;
  /** Who a key acts as. @throws UserError where AWS does not take it or does not answer. */
  identityOfKey(key: AccessKey, place: CallPlace): Promise<Identity>;
  identityOfProfile(profile: string, files: AwsFilePaths, place: CallPlace): Promise<Identity>;
  /** Makes sure that the launcher is in place, since files will name it. */
  ensureLauncher(): Promise<void>;
}

/** The doors of `runStow`, `runRestore` and `recoverStows` in the editor. */
export function stowDoors(doors: StowingDoors, acted?: Identity): StowDoors {
  const { keychain, grantsFile, awsFiles, places } = doors;
  return {
    keychain,
    files: documentFiles,
    grants: {
      add: (folder, references) => addGrants(grantsFile, folder, references),
      remove: (folder, references) => removeGrants(grantsFile, folder, references),
    },
    journal: openStowJournal(doors.stowsFolder),
    exclusively: (work) => withLock(join(places.runtime, 'stow'), work, { waitMs: 60_000 }),
    prove: proofOf(acted, {
      awsFiles,
      launcher: places.launcher,
      scratch: places.runtime,
      identityOfProfile: doors.identityOfProfile,
      async resolve(reference, folder) {
        const resolved = await doors.resolve([{ variable: 'KEYSTOW_PROOF', value: reference, folder }]);
        return resolved.KEYSTOW_PROOF ?? '';
      },
    }),
    now: () => new Date(),
  };
}

/** Both AWS files, as open editors or the disk have them. */
export async function readProfileFiles({ config, credentials }: AwsFilePaths): Promise<ProfileFiles> {
  const text = async (path: string) => (await documentFiles.read(path)) ?? '';
  return {
    config: parseAwsFile(await text(config), config, 'config'),
    credentials: parseAwsFile(await text(credentials), credentials, 'credentials'),
  };
}

/** What a plan for this document is made of. */
export async function planDoors(document: vscode.TextDocument, doors: StowingDoors): Promise<PlanDoors> {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri ?? vscode.Uri.joinPath(document.uri, '..');
  return {
    awsFiles: await readProfileFiles(doors.awsFiles),
    launcher: doors.places.launcher,
    folder: await realpath(folder.fsPath),
    workspaceFiles: () => readableFiles(folder),
    parser: (grammar) => loadParser(doors.grammars, grammar),
    resolves: (packageName) => resolves(packageName, document.uri.fsPath),
    id: randomUUID,
  };
}

function resolves(packageName: string, from: string): boolean {
  try {
    createRequire(from).resolve(packageName);
    return true;
  } catch {
    return false; // resolve says only by throwing that there is none
  }
}

const programs =
  '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx,py,rb,go,java,kt,kts,scala,cs,php,rs,sh,bash,zsh,ps1,yml,yaml,json,toml,tf,vue,svelte,ipynb}';
const namedPrograms = '**/{Dockerfile,Dockerfile.*,Makefile,makefile,Procfile,justfile,Justfile,Jenkinsfile,Gemfile,Rakefile}';
const others = '**/{node_modules,.git,.venv,venv,dist,build,out,target,vendor,__pycache__}/**';

/** The folder's files that may read a variable by its name, as open editors or the disk have them. */
async function readableFiles(folder: vscode.Uri): Promise<WorkspaceFile[]> {
  const found = await Promise.all(
    [programs, namedPrograms].map((pattern) =>
      vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), new vscode.RelativePattern(folder, others)),
    ),
  );
  const files = await Promise.all(
    found.flat().map(async (uri) => {
      const { size } = await vscode.workspace.fs.stat(uri);
      const text = size > 1_000_000 ? undefined : await documentFiles.read(uri.fsPath);
      return text === undefined ? undefined : { path: vscode.workspace.asRelativePath(uri, false), text };
    }),
  );
  return files.filter((file) => file !== undefined);
}

/** How AWS answered for the key of a plan. */
export type KeyCheck = { readonly acted: Identity } | { readonly failure: Message } | undefined;

/** Asks AWS who the plan's key acts as; the answer is part of the preview, and a failure lets the person choose. */
export async function checkKey({ key, profile }: StowPlan, doors: StowingDoors): Promise<KeyCheck> {
  if (!key) return undefined;
  const place = { region: profile?.region ?? 'us-east-1', ...(profile?.endpoint === undefined ? {} : { endpoint: profile.endpoint }) };
  const title = vscode.l10n.t('Asking AWS whose key this is…');
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () => {
    try {
      return { acted: await doors.identityOfKey(key, place) };
    } catch (error) {
      if (error instanceof UserError) return { failure: error.said };
      throw error;
    }
  });
}

/** The preview of a stow: what goes where, what to run afterwards, and how AWS answered. */
export function stowPreview(title: Message, proposal: Proposal, check: KeyCheck, choices: readonly PreviewLine[]): Preview {
  const { plan, refused, profile, notes, runAfterwards, needsPackage } = proposal;
  if (!plan) {
    return {
      title,
      happens: [{ icon: 'circle-slash', text: message('Nothing is changed'), detail: refused ?? message('') }],
      choices: [],
      changes: [],
    };
  }
  const happens: PreviewLine[] = [];
  if (check && 'acted' in check) happens.push({ icon: 'verified', text: message('The key works: {arn}', { arn: check.acted.arn }) });
  if (profile?.endpoint) happens.push({ icon: 'globe', text: message('AWS is asked at {endpoint}', { endpoint: profile.endpoint }) });
  happens.push({
    icon: 'key',
    text: message('The keychain gets the item {account}, and gives it back as a test', { account: plan.item.account }),
  });
  for (const { path } of plan.additions)
    happens.push({ icon: 'add', text: message('{file} gets the profile {profile}', { file: path, profile: profile?.name ?? '' }) });
  for (const { path } of plan.removals)
    happens.push({ icon: 'edit', text: message('{file} is edited as the comparison shows', { file: path }) });
  if (runAfterwards)
    happens.push({ icon: 'terminal', text: message('From now on start the program so: {command}', { command: runAfterwards }) });
  if (needsPackage)
    happens.push({
      icon: 'package',
      text: message('The program needs the package {package}, which is not installed yet', { package: needsPackage }),
    });
  happens.push(...notes.map((text) => ({ icon: 'info', text })));
  if (check && 'failure' in check) {
    return {
      title,
      go: message('Stow it without this proof'),
      happens: [
        {
          icon: 'warning',
          text: message('AWS did not answer for this key, so nothing proves that the reference will work'),
          detail: check.failure,
        },
        ...happens,
      ],
      choices,
      changes: plan.removals,
    };
  }
  return { title, go: message('Move it to the keychain'), happens, choices, changes: plan.removals };
}
