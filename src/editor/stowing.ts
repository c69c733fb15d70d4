import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Identity } from '../credentials/access-key.ts';
import { placeOf } from '../credentials/call-place.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import type { Machine } from '../machine.ts';
import { type Message, message, UserError } from '../message.ts';
import { isDotenv } from '../stow/dotenv.ts';
import type { FileChange } from '../stow/edit.ts';
import { loadParser } from '../stow/grammar.ts';
import { type PlanDoors, type Proposal, resolvesFrom } from '../stow/plan.ts';
import type { StowDoors, StowPlan } from '../stow/run.ts';
import { workspaceFiles } from '../stow/workspace-files.ts';
import { documentFiles } from './document-files.ts';
import type { Preview, PreviewLine } from './preview.ts';

/** What stowing in the editor needs: this machine, and the folder of the grammars. */
export interface Stowing {
  readonly machine: Machine;
  readonly grammars: string;
  /** The command that the launcher starts. */
  readonly cli: string;
}

/** What a plan for this file is made of, where the files are as `read` gives them. */
export async function planDoors(
  file: vscode.Uri,
  { machine, grammars }: Stowing,
  read: StowDoors['files']['read'] = documentFiles.read,
): Promise<PlanDoors> {
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri ?? vscode.Uri.joinPath(file, '..');
  let files: ReturnType<PlanDoors['workspaceFiles']> | undefined;
  return {
    awsFiles: await readProfileFiles(machine.awsFiles, read),
    launcher: machine.places.launcher,
    folder: await realpath(folder.fsPath),
    envFile: async () => {
      const { fsPath } = vscode.Uri.joinPath(folder, '.env');
      return { path: fsPath, text: (await read(fsPath)) ?? '' };
    },
    // a plan asks more than once
    workspaceFiles: () => (files ??= workspaceFiles(folder.fsPath, read)),
    parser: (grammar) => loadParser(grammars, grammar),
    resolves: (packageName) => resolvesFrom(file.fsPath, packageName),
    id: randomUUID,
  };
}

/** How AWS answered for the key of a plan. */
export type KeyCheck = { readonly acted: Identity } | { readonly failure: Message } | undefined;

/** Asks AWS who the plan's key acts as; the answer is part of the preview, and a failure lets the person choose. */
export async function checkKey({ key, profile }: StowPlan, machine: Machine): Promise<KeyCheck> {
  if (!key) return undefined;
  const place = placeOf(profile ?? {});
  const title = vscode.l10n.t('Asking AWS whose key this is…');
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () => {
    try {
      return { acted: await machine.identityOfKey(key, place) };
    } catch (error) {
      if (error instanceof UserError) return { failure: error.said };
      throw error;
    }
  });
}

/** The preview of a stow: what goes where, what to run afterwards, and how AWS answered. */
export function stowPreview(title: Message, proposal: Proposal, check: KeyCheck, choices: readonly PreviewLine[]): Preview {
  const { plan, refused, profile, variables, notes, runAfterwards } = proposal;
  if (!plan) {
    return {
      title,
      happens: [{ icon: 'circle-slash', text: message('Nothing is changed') }, ...(refused ? [{ icon: 'info', text: refused }] : [])],
      choices: [],
      changes: [],
    };
  }
  const happens: PreviewLine[] = [];
  const say = (icon: string, text: Message) => happens.push({ icon, text });
  if (check && 'failure' in check) {
    say('warning', message('Nothing proves that the reference will work:'));
    say('blank', check.failure);
  }
  if (check && 'acted' in check) say('verified', message('The key works: {arn}', { arn: check.acted.arn }));
  if (profile?.endpoint) say('globe', message('AWS is asked at {endpoint}', { endpoint: profile.endpoint }));
  say('key', message('The keychain gets the item {account}', { account: plan.item.account }));
  const [references, sections] = variables === undefined ? [[], plan.additions] : partition(plan.additions);
  for (const { path } of references) {
    const names = (variables ?? []).join(', ');
    say('add', message('{file} gets {variables}: a reference, not the secret', { file: tilde(path), variables: names }));
  }
  if (profile && sections.length > 0) {
    const files = sections.map(({ path }) => tilde(path)).join(', ');
    say('add', message('The profile {profile} is written into {files}', { profile: profile.name, files }));
  }
  for (const { path } of plan.removals) say('edit', message('{file} changes as the comparison shows', { file: tilde(path) }));
  if (runAfterwards) say('terminal', message('From now on start the program so: {command}', { command: runAfterwards }));
  for (const note of notes) say('info', note);
  const go = check && 'failure' in check ? message('Move it to the keychain without this proof') : message('Move it to the keychain');
  return { title, go, happens, choices, changes: plan.removals };
}

/** The line that shows how a profile is served and changes it. */
export function modeChoice(mode: 'session' | 'key', keyOnly: boolean, choose: (mode: 'session' | 'key') => void): PreviewLine {
  if (keyOnly) {
    return {
      icon: 'key',
      text: message('The program gets the key itself'),
      detail: message('It reads the variables by name, and a session has a third part that it does not know of.'),
    };
  }
  return mode === 'session'
    ? {
        icon: 'clock',
        text: message('Tools get sessions of 60 minutes'),
        detail: message('Pick this line to give them the key itself, which calls of IAM need.'),
        change: () => choose('key'),
      }
    : {
        icon: 'key',
        text: message('Tools get the key itself'),
        detail: message('Pick this line to give them sessions of 60 minutes, which is safer.'),
        change: () => choose('session'),
      };
}

/** The changes of `.env` files, and the others. */
function partition(changes: readonly FileChange[]): [FileChange[], FileChange[]] {
  return [changes.filter(({ path }) => isDotenv(path)), changes.filter(({ path }) => !isDotenv(path))];
}

/** A path as people know it: `~` for the home, relative to the folder in the folder. */
export function tilde(path: string): string {
  const relative = vscode.workspace.asRelativePath(path, false);
  if (relative !== path) return relative;
  const home = homedir();
  return path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path;
}
