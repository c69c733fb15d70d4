import * as vscode from 'vscode';
import { readProfileFiles } from '../credentials/profile.ts';
import { portalLists } from '../credentials/sso/accounts.ts';
import { addSsoProfile as describeSsoProfile, knownSsoSession, newProfileName, newSessionName } from '../credentials/sso/add-profile.ts';
import type { SsoAccount } from '../credentials/sso/cloud.ts';
import { signOut } from '../credentials/sso/sign-in.ts';
import { defaultScopes, isStartUrl, readSsoSession, type SsoSession, ssoSessionNames } from '../credentials/sso/sso-session.ts';
import { SignInNeeded, signedIn } from '../credentials/sso/tokens.ts';
import { type Message, message, UserError } from '../message.ts';
import { type Adding, confirmNewProfile, regionProblem } from './adding.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import { signIn } from './sign-in.ts';
import type { Stowing } from './stowing.ts';
import { withoutIcons } from './words.ts';

/** A profile of a role that a person gets by signing in: start URL, sign-in, account, role, preview. */
export async function addSsoProfile(adding: Adding): Promise<void> {
  const { stowing } = adding;
  const { machine } = stowing;
  const { session, isNew } = await pickSession(stowing);
  try {
    if ((await signedIn(session, machine.sso)) === undefined) await signIn(session, machine);
    const { account, role } = await pickRole(session, stowing);
    await confirm({ session, account, role }, adding);
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

async function confirm(
  { session, account, role }: { readonly session: SsoSession; readonly account: SsoAccount; readonly role: string },
  adding: Adding,
): Promise<void> {
  const { machine } = adding.stowing;
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  await confirmNewProfile(adding, { name: newProfileName(files, account.name, role), region: session.region }, ({ name, region }) => ({
    texts: describeSsoProfile(
      files,
      {
        name,
        sso: { session, account: account.id, role },
        region,
        // credentials of a stand-in for AWS are of no use at AWS
        ...(session.endpoint === undefined ? {} : { endpoint: session.endpoint }),
      },
      machine.places.launcher,
    ),
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
    ],
    choices: [],
  }));
}
