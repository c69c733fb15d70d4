import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { profileOverview } from '../credentials/overview.ts';
import { type ProfileFiles, profileNameProblem, readProfileFiles, type ServedSsoProfile } from '../credentials/profile.ts';
import { portalLists } from '../credentials/sso/accounts.ts';
import { addSsoProfile, knownSsoSession, newProfileName, newSessionName } from '../credentials/sso/add-profile.ts';
import type { SsoAccount } from '../credentials/sso/cloud.ts';
import { signOut } from '../credentials/sso/sign-in.ts';
import { defaultScopes, isRegion, isStartUrl, readSsoSession, type SsoSession, ssoSessionNames } from '../credentials/sso/sso-session.ts';
import { SignInNeeded, signedIn } from '../credentials/sso/tokens.ts';
import { type Message, message, UserError } from '../message.ts';
import { profilePlan } from '../stow/profile-plan.ts';
import { type ProfilePlan, runProfileChange } from '../stow/run.ts';
import type { ActiveProfile } from './active-profile.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview, type PreviewLine } from './preview.ts';
import { signIn } from './sign-in.ts';
import { type Stowing, tilde } from './stowing.ts';
import type { FolderProfiles } from './terminals.ts';
import { withoutIcons } from './words.ts';

/** `keystow.addProfile`: a new profile, of the kind that is picked. */
export async function addProfile(stowing: Stowing, active: ActiveProfile, folderProfiles: FolderProfiles): Promise<void> {
  const kinds = [
    {
      label: `$(organization) ${vscode.l10n.t('IAM Identity Center (SSO)')}`,
      detail: vscode.l10n.t('Sign in with the browser, then pick an account and a role'),
      add: () => addBySigningIn(stowing, folderProfiles).finally(() => active.signInChanged()),
    },
    {
      label: `$(key) ${vscode.l10n.t('A long-term access key')}`,
      detail: vscode.l10n.t('One that lies in plain text in your AWS files moves to the keychain'),
      add: async () => vscode.commands.executeCommand<void>('keystow.movePlaintextKeys'),
    },
  ];
  const picked = await vscode.window.showQuickPick(kinds, {
    title: vscode.l10n.t('Add Profile'),
    placeHolder: vscode.l10n.t('Where do its credentials come from?'),
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  await picked.add();
}

async function addBySigningIn(stowing: Stowing, folderProfiles: FolderProfiles): Promise<void> {
  const { machine } = stowing;
  const { session, isNew } = await pickSession(stowing);
  try {
    if ((await signedIn(session, machine.sso)) === undefined) await signIn(session, machine);
    const { account, role } = await pickRole(session, stowing);
    await confirmAndAdd({ session, account, role }, stowing, folderProfiles);
  } catch (error) {
    // a sign-in that no profile uses would be left behind
    if (isNew && !(await isDescribed(session, stowing))) await signOut(session, machine.sso);
    throw error;
  }
}

async function isDescribed(session: SsoSession, { machine }: Stowing): Promise<boolean> {
  const { config } = await readProfileFiles(machine.awsFiles, documentFiles.read);
  return ssoSessionNames(config).includes(session.name);
}

async function pickSession({ machine }: Stowing): Promise<{ session: SsoSession; isNew: boolean }> {
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const sessions = ssoSessionNames(files.config).map((name) => readSsoSession(files.config, name));
  if (sessions.length > 0) {
    const rows = sessions.map((session) => ({
      label: `$(organization) ${withoutIcons(session.name)}`,
      description: session.startUrl,
      session: session as SsoSession | undefined,
    }));
    const another = { label: `$(add) ${vscode.l10n.t('Another start URL…')}`, session: undefined };
    const picked = await vscode.window.showQuickPick([...rows, another], {
      title: vscode.l10n.t('Add Profile'),
      placeHolder: vscode.l10n.t('Sign in to which Identity Center?'),
      ignoreFocusOut: true,
    });
    if (!picked) throw new vscode.CancellationError();
    if (picked.session) return { session: picked.session, isNew: false };
  }
  const startUrl = await ask(vscode.l10n.t('Start URL, as https://my-company.awsapps.com/start: your company’s AWS portal'), '', (text) =>
    isStartUrl(text) ? undefined : message('That is no address that begins with https://'),
  );
  const region = await ask(
    vscode.l10n.t('Region of the Identity Center, as eu-west-1: who administers the accounts knows it'),
    '',
    regionProblem,
  );
  const known = knownSsoSession(files, startUrl, region);
  if (known) return { session: known, isNew: false };
  return { session: { name: newSessionName(files, startUrl), startUrl, region, scopes: defaultScopes }, isNew: true };
}

/** What the person may enter, from the portal; signs in anew where the portal no longer knows the sign-in. */
async function pickRole(session: SsoSession, { machine }: Stowing): Promise<{ account: SsoAccount; role: string }> {
  const lists = portalLists(session, session.name, machine.sso);
  const accounts = await fromPortal(session, (signal) => lists.accounts(signal), machine);
  const account = await pickOne(
    accounts.map((one) => ({ label: withoutIcons(one.name), description: one.id, detail: one.email, value: one })),
    vscode.l10n.t('Which account?'),
    message('{session} gives you no account. Ask who administers the accounts.', { session: session.name }),
  );
  const roles = await fromPortal(session, (signal) => lists.roles(account.id, signal), machine);
  const role = await pickOne(
    roles.map((name) => ({ label: withoutIcons(name), value: name })),
    vscode.l10n.t('Which role in {account}?', { account: account.name }),
    message('{session} gives you no role in the account {account}. Ask who administers the accounts.', {
      session: session.name,
      account: account.id,
    }),
  );
  return { account, role };
}

async function fromPortal<T>(session: SsoSession, ask: (signal: AbortSignal) => Promise<T>, machine: Stowing['machine']): Promise<T> {
  const once = () =>
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Asking the portal what you may enter…'), cancellable: true },
      async (_, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        try {
          return await ask(cancel.signal);
        } catch (error) {
          throw cancel.signal.aborted ? new vscode.CancellationError() : error;
        }
      },
    );
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof SignInNeeded)) throw error;
    await signIn(session, machine);
    return once();
  }
}

/** The only one there is, or the one that is picked. @throws UserError where there is none */
async function pickOne<T>(rows: readonly (vscode.QuickPickItem & { readonly value: T })[], question: string, none: Message): Promise<T> {
  if (rows.length === 0) throw new UserError(none.text, none.values);
  if (rows.length === 1) return rows[0]!.value;
  const picked = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('Add Profile'),
    placeHolder: question,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.value;
}

async function confirmAndAdd(
  { session, account, role }: { readonly session: SsoSession; readonly account: SsoAccount; readonly role: string },
  { machine, cli }: Stowing,
  folderProfiles: FolderProfiles,
): Promise<void> {
  await machine.ensureLauncher(cli);
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  let name = newProfileName(files, account.name, role);
  let region = session.region;
  let useForFolder = folder !== undefined;
  let plan: ProfilePlan | undefined;
  await confirmPreview(async () => {
    const profile: ServedSsoProfile = {
      name,
      sso: { session, account: account.id, role },
      region,
      // credentials of a stand-in for AWS are of no use at AWS
      ...(session.endpoint === undefined ? {} : { endpoint: session.endpoint }),
    };
    plan = profilePlan(
      { id: randomUUID(), what: 'profile added', profile: name },
      files,
      addSsoProfile(files, profile, machine.places.launcher),
    );
    const choices: PreviewLine[] = [
      {
        icon: 'tag',
        text: message('Name of the profile: {profile}', { profile: name }),
        change: async () => {
          name = await ask(vscode.l10n.t('Name of the profile'), name, (text) => nameProblem(files, text));
        },
      },
      {
        icon: 'globe',
        text: message('Region that its tools use: {region}', { region }),
        change: async () => {
          region = await ask(vscode.l10n.t('Region that its tools use'), region, regionProblem);
        },
      },
    ];
    if (folder) {
      choices.push({
        icon: useForFolder ? 'check' : 'dash',
        text: message('Use {profile} for this folder’s new terminals too', { profile: name }),
        change: () => {
          useForFolder = !useForFolder;
        },
      });
    }
    return {
      title: message('Add the profile {profile}', { profile: name }),
      go: message('Add this profile'),
      happens: [
        {
          icon: 'account',
          text: message('{role} in {name} ({account}), by {session}', {
            role,
            name: account.name,
            account: account.id,
            session: session.name,
          }),
        },
        ...(session.endpoint === undefined
          ? []
          : [{ icon: 'globe', text: message('AWS is asked at {endpoint}', { endpoint: session.endpoint }) }]),
        ...plan.changes.map(({ path }) => ({
          icon: 'edit',
          text: message('{file} changes as the comparison shows', { file: tilde(path) }),
        })),
        { icon: 'history', text: message('“Undo a Stow…” takes the profile out again') },
      ],
      choices,
      changes: plan.changes.toReversed(),
    };
  });
  if (!plan) throw new vscode.CancellationError();
  await runProfileChange(plan, await machine.stowDoors(documentFiles));
  if (folder && useForFolder) await folderProfiles.choose(folder.uri, name);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The profile {profile} is ready: the AWS CLI and every SDK get its credentials from Keystow.', { profile: name }),
  );
}

const regionProblem = (text: string): Message | undefined =>
  isRegion(text) ? undefined : message('That is no region, as eu-west-1 is one');

function nameProblem(files: ProfileFiles, name: string): Message | undefined {
  return profileOverview(files, name) ? message('There is a profile {profile} already', { profile: name }) : profileNameProblem(name);
}
