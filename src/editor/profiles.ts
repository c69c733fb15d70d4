import * as vscode from 'vscode';
import { type ProfileOverview, profileOverview, profileOverviews, signInOf } from '../credentials/overview.ts';
import { type AnyServedProfile, readProfileFiles } from '../credentials/profile.ts';
import { assumeWithCode, forgetAssumed, mfaProfileOf, originProfile } from '../credentials/role/assume.ts';
import { signOut } from '../credentials/sso/sign-in.ts';
import type { SsoSession } from '../credentials/sso/sso-session.ts';
import { signedIn } from '../credentials/sso/tokens.ts';
import type { Machine } from '../machine.ts';
import { message, UserError } from '../message.ts';
import type { ActiveProfile } from './active-profile.ts';
import { ask } from './ask.ts';
import { documentFiles } from './document-files.ts';
import { activeFacts } from './profile-status.ts';
import { actsIn, timeOfDay, toolsGet } from './profile-words.ts';
import { signIn } from './sign-in.ts';
import type { Stowing } from './stowing.ts';
import { takeOverProfile } from './take-over-profile.ts';
import type { FolderProfiles } from './terminals.ts';
import { inWords, withoutIcons } from './words.ts';

/** `keystow.signIn`: signs in for the window's profile, or for one that is picked where that one does not sign in. */
export async function signInToProfile(stowing: Stowing, active: ActiveProfile): Promise<void> {
  const { machine } = stowing;
  const all = profileOverviews(await readProfileFiles(machine.awsFiles, documentFiles.read));
  const signing = all.filter(signsIn);
  if (signing.length === 0) return addProfile();
  const current = await active.current();
  const picked = signing.find(({ name }) => name === current) ?? (await pickToSignIn(signing, machine));
  if (picked === undefined) return addProfile();
  const served = picked.served ?? (await takeOverProfile(picked.name, stowing));
  const until = await signInFor(served, machine);
  active.signInChanged();
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Signed in until {time}. Tools that use the profile {profile} have credentials now.', {
      time: until ? timeOfDay(until) : '',
      profile: picked.name,
    }),
  );
}

/** Signs in to what the profile's credentials begin with, or takes its role by the code of an MFA device; gives when that ends. */
async function signInFor(profile: AnyServedProfile, machine: Machine): Promise<Date | undefined> {
  const wanting = mfaProfileOf(profile);
  if (wanting) {
    const code = await ask(vscode.l10n.t('Code of the MFA device {device}', { device: wanting.role.mfaSerial ?? '' }), '', (text) =>
      /^\d{6}$/.test(text) ? undefined : message('A code has six digits'),
    );
    const title = vscode.l10n.t('Taking the role…');
    const location = vscode.ProgressLocation.Notification;
    return (await vscode.window.withProgress({ location, title }, () => assumeWithCode(wanting, code, machine.roles))).until;
  }
  const origin = originProfile(profile);
  if (!('sso' in origin))
    throw new UserError('The profile {profile} has its key in the keychain and needs no sign-in.', { profile: profile.name });
  await signIn(origin.sso.session, machine);
  return (await signedIn(origin.sso.session, machine.sso))?.until;
}

const addProfile = async () => vscode.commands.executeCommand<void>('keystow.addProfile');

/** Whether it takes a person to get the profile's credentials: by a sign-in, Keystow's or so far the AWS CLI's, or by the code of an MFA device. */
const signsIn = (profile: ProfileOverview): boolean =>
  profile.own === 'sso' || signInOf(profile) !== undefined || (profile.served !== undefined && mfaProfileOf(profile.served) !== undefined);

async function pickToSignIn(profiles: readonly ProfileOverview[], machine: Machine): Promise<ProfileOverview | undefined> {
  const rows = await Promise.all(profiles.map((profile) => rowOf(profile, machine)));
  const add = { label: `$(add) ${vscode.l10n.t('Add a profile…')}`, profile: undefined };
  const picked = await vscode.window.showQuickPick([...rows, add], {
    title: vscode.l10n.t('Sign In'),
    placeHolder: vscode.l10n.t('Which profile?'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.profile;
}

/** `keystow.signOut`: ends the sign-in of the window's profile, or one that is picked, here and at the portal. */
export async function signOutOfProfile(machine: Machine, active: ActiveProfile): Promise<void> {
  const facts = await activeFacts(active, machine);
  const served = facts?.overview.served;
  const wanting = served && mfaProfileOf(served);
  const origin = wanting && originProfile(wanting);
  if (origin && 'accessKeyId' in origin) {
    await forgetAssumed(origin.accessKeyId, machine.roles);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The sessions of the roles that are taken with {source} are gone here. AWS takes them until they end by themselves.', {
        source: origin.name,
      }),
    );
    return;
  }
  const own = facts?.signedIn && signInOf(facts.overview);
  const session = own ?? (await pickSession(machine));
  const { notTold } = await signOut(session, machine.sso);
  active.signInChanged();
  if (notTold === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Signed out of {session}.', { session: session.name }));
    return;
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Signed out of {session} here. The portal could not be told, so the session may go on there until it ends by itself: {reason}',
      {
        session: session.name,
        reason: inWords(notTold),
      },
    ),
  );
}

async function pickSession(machine: Machine): Promise<SsoSession> {
  const all = profileOverviews(await readProfileFiles(machine.awsFiles, documentFiles.read));
  const sessions = new Map<string, { session: SsoSession; profiles: string[] }>();
  for (const profile of all) {
    const session = signInOf(profile);
    if (session === undefined) continue;
    const known = sessions.get(session.name);
    if (known) known.profiles.push(profile.name);
    else if (await signedIn(session, machine.sso)) sessions.set(session.name, { session, profiles: [profile.name] });
  }
  if (sessions.size === 0) throw new UserError('Nobody is signed in here.');
  const picked = await vscode.window.showQuickPick(
    [...sessions.values()].map(({ session, profiles }) => ({
      label: withoutIcons(session.name),
      description: session.startUrl,
      detail: profiles.join(', '),
      session,
    })),
    { title: vscode.l10n.t('Sign Out'), placeHolder: vscode.l10n.t('Which sign-in?'), ignoreFocusOut: true },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.session;
}

/** `keystow.switchProfile`: another profile for the folder, or for this window until it closes. What runs keeps the account it began with. */
export async function switchProfile(machine: Machine, active: ActiveProfile, folderProfiles: FolderProfiles): Promise<void> {
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const profiles = profileOverviews(files);
  if (profiles.length === 0) return addProfile();
  const current = await active.current();
  const rows = await Promise.all(profiles.map((profile) => rowOf(profile, machine, profile.name === current)));
  const picked = await vscode.window.showQuickPick([...rows, { label: `$(add) ${vscode.l10n.t('Add a profile…')}`, profile: undefined }], {
    title: vscode.l10n.t('Switch Profile'),
    placeHolder: vscode.l10n.t('Which profile? What runs already keeps its account.'),
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  if (picked.profile === undefined) return addProfile();
  const { name } = picked.profile;
  const where = await pickPlace(name);
  if (where === 'window') {
    active.chooseForWindow(name);
    return;
  }
  active.chooseForWindow(undefined);
  await folderProfiles.choose(where.uri, name);
}

/** Where a choice holds: in a folder, or in this window. A window without a folder has only itself. */
async function pickPlace(profile: string): Promise<vscode.WorkspaceFolder | 'window'> {
  const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === 'file') ?? [];
  if (folders.length === 0) return 'window';
  const rows = folders.map((folder) => ({
    label: `$(folder) ${vscode.l10n.t('For the folder {folder}', { folder: withoutIcons(folder.name) })}`,
    detail: vscode.l10n.t('New terminals get it as AWS_PROFILE, in every window and also later'),
    place: folder as vscode.WorkspaceFolder | 'window',
  }));
  const window = {
    label: `$(window) ${vscode.l10n.t('For this window')}`,
    detail: vscode.l10n.t('Status bar and spend, until the window closes; terminals stay as they are'),
    place: 'window' as const,
  };
  const picked = await vscode.window.showQuickPick([...rows, window], {
    title: vscode.l10n.t('Use {profile}', { profile }),
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.place;
}

/** A profile as a row of a list: its name, what tools get by it, account and region, and until when somebody is signed in. */
async function rowOf(profile: ProfileOverview, machine: Machine, isCurrent = false) {
  const { name, region } = profile;
  const { account, role } = actsIn(profile);
  const place = [role, account, region].filter(Boolean).join(' · ');
  return {
    label: `${isCurrent ? '$(check)' : '$(blank)'} ${withoutIcons(name)}`,
    description: withoutIcons(place),
    detail: `$(blank) ${withoutIcons([inWords(toolsGet(profile)), await signInState(profile, machine)].filter(Boolean).join(' · '))}`,
    profile: profile as ProfileOverview | undefined,
  };
}

async function signInState(profile: ProfileOverview, machine: Machine): Promise<string | undefined> {
  const session = signInOf(profile);
  if (session === undefined) return undefined;
  const found = await signedIn(session, machine.sso);
  if (!found) return vscode.l10n.t('signed out');
  return vscode.l10n.t('signed in until {time}', {
    time: timeOfDay(found.until),
  });
}

/** `keystow.showProfile`: what can be done with the window's profile, from the status bar. */
export async function showProfile(stowing: Stowing, active: ActiveProfile): Promise<void> {
  const facts = await activeFacts(active, stowing.machine);
  if (!facts) return vscode.commands.executeCommand('keystow.switchProfile');
  const { overview, signedIn: found } = facts;
  const { name, served, own } = overview;
  const rows: (vscode.QuickPickItem & { readonly act: () => Thenable<unknown> })[] = [];
  const offer = (icon: string, label: string, act: string | (() => Promise<unknown>)) =>
    rows.push({ label: `$(${icon}) ${label}`, act: typeof act === 'string' ? () => vscode.commands.executeCommand(act) : act });
  if (signsIn(overview) && own === undefined) {
    offer('sign-in', found ? vscode.l10n.t('Sign in again') : vscode.l10n.t('Sign in'), 'keystow.signIn');
    if (found || signInOf(overview) === undefined) offer('sign-out', vscode.l10n.t('Sign out'), 'keystow.signOut');
  }
  if (own === 'sso') offer('shield', vscode.l10n.t('Let Keystow sign in for this profile…'), 'keystow.signIn');
  if (own === 'role')
    offer('shield', vscode.l10n.t('Let Keystow take the role of {profile}…', { profile: withoutIcons(name) }), () =>
      takeOverProfile(name, stowing),
    );
  if (own === 'key') offer('lock', vscode.l10n.t('Move its key to the keychain…'), 'keystow.movePlaintextKeys');
  if (served && 'accessKeyId' in served) offer('sync', vscode.l10n.t('Rotate its key…'), 'keystow.rotateKey');
  offer('arrow-swap', vscode.l10n.t('Switch profile…'), 'keystow.switchProfile');
  offer('add', vscode.l10n.t('Add a profile…'), 'keystow.addProfile');
  offer('terminal', vscode.l10n.t('Open a terminal with {profile}', { profile: withoutIcons(name) }), 'keystow.openTerminal');
  const picked = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('Profile {profile}', { profile: name }),
    placeHolder: inWords(toolsGet(overview)),
  });
  if (!picked) throw new vscode.CancellationError();
  await picked.act();
}

/** `keystow.openTerminal`: a new terminal whose tools use the window's profile, by its name alone. */
export async function openTerminal(machine: Machine, active: ActiveProfile, folderProfiles: FolderProfiles): Promise<void> {
  const name = await active.current();
  const overview = name && profileOverview(await readProfileFiles(machine.awsFiles, documentFiles.read), name);
  if (!name || !overview) throw new UserError('There is no profile to open a terminal with. Add one first: Keystow: Add Profile…');
  await folderProfiles.openTerminal(name);
}
