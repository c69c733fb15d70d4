import * as vscode from 'vscode';
import { inheritedNotes } from '../credentials/inherited.ts';
import { type ProfileOverview, profileOverview, profileOverviews, signInOf } from '../credentials/overview.ts';
import { readProfileFiles } from '../credentials/profile.ts';
import { type TimeLeft, timeLeft } from '../credentials/sso/time-left.ts';
import { type SignedIn, signedIn } from '../credentials/sso/tokens.ts';
import type { Machine } from '../machine.ts';
import { type Message, message, UserError } from '../message.ts';
import type { ActiveProfile, Reason } from './active-profile.ts';
import { documentFiles } from './document-files.ts';
import { inBackground } from './error-boundary.ts';
import type { Provided } from './folder-environment.ts';
import { actsIn, timeOfDay, toolsGet } from './profile-words.ts';
import { inWords, withoutIcons } from './words.ts';

const lookEveryMs = 10_000;

/** What is known here about the profile that the window works with; AWS is not asked. */
export interface ProfileFacts {
  readonly overview: ProfileOverview;
  readonly reason: Reason;
  /** What new terminals of the folder get; undefined without a folder. */
  readonly provided?: Provided;
  readonly signedIn?: SignedIn;
  /** Why it is not known whether somebody is signed in. */
  readonly problem?: Message;
}

/** The active profile with its sign-in, as it lies in this machine's files; undefined where there is none. @throws UserError where a file cannot be read */
export async function activeFacts(active: ActiveProfile, machine: Machine): Promise<ProfileFacts | undefined> {
  const chosen = await active.chosen();
  const overview = chosen && profileOverview(await readProfileFiles(machine.awsFiles, documentFiles.read), chosen.profile);
  if (!chosen || !overview) return undefined;
  const provided = await active.provided();
  const facts = { overview, reason: chosen.reason, ...(provided && { provided }) };
  const session = signInOf(overview);
  if (session === undefined) return facts;
  try {
    const found = await signedIn(session, machine.sso);
    return found === undefined ? facts : { ...facts, signedIn: found };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...facts, problem: error.said };
  }
}

/** Shows the profile of the window and what is left of its sign-in in the status bar, as long as there is a profile at all. */
export class ProfileStatus implements vscode.Disposable {
  private readonly active: ActiveProfile;
  private readonly machine: Machine;
  private readonly log: vscode.LogOutputChannel;
  private readonly item = vscode.window.createStatusBarItem('keystow.profile', vscode.StatusBarAlignment.Left, 91);
  private readonly subscriptions: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;
  private looks = 0;

  constructor(active: ActiveProfile, machine: Machine, log: vscode.LogOutputChannel) {
    this.active = active;
    this.machine = machine;
    this.log = log;
    this.item.name = vscode.l10n.t('Keystow: profile');
    this.item.command = 'keystow.showProfile';
    const look = () => void this.look();
    this.subscriptions = vscode.Disposable.from(
      this.item,
      active.onDidChange(look),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && look()),
    );
  }

  /** Looks anew, as after a sign-in. */
  async look(): Promise<void> {
    const turn = ++this.looks;
    clearTimeout(this.timer);
    await inBackground(this.log, async () => {
      const facts = await activeFacts(this.active, this.machine);
      const isAny = facts !== undefined || profileOverviews(await readProfileFiles(this.machine.awsFiles, documentFiles.read)).length > 0;
      if (turn !== this.looks) return; // what was begun later knows more
      const again = this.show(facts, isAny);
      if (again !== undefined) this.timer = setTimeout(() => vscode.window.state.focused && void this.look(), again);
    });
  }

  /** In how many milliseconds the time that is shown, or a sign-in in another window, is to be looked at again. */
  private show(facts: ProfileFacts | undefined, isAny: boolean): number | undefined {
    if (!isAny) {
      this.item.hide();
      return undefined;
    }
    if (!facts) {
      this.item.text = `$(key) ${vscode.l10n.t('Choose a profile')}`;
      this.item.tooltip = vscode.l10n.t('No AWS profile was chosen for this window, and there is none of the name default.');
      this.item.accessibilityInformation = { label: vscode.l10n.t('AWS profile: none chosen') };
      this.item.show();
      return undefined;
    }
    const { overview, signedIn: found, problem } = facts;
    const signsIn = signInOf(overview) !== undefined;
    const left = signsIn && problem === undefined ? timeLeft(found, new Date()) : undefined;
    const short = left && inWords(leftInWords(left));
    this.item.text = `$(key) ${withoutIcons(overview.name)}${short ? ` · ${short}` : ''}`;
    this.item.tooltip = hover(facts);
    this.item.accessibilityInformation = {
      label: short
        ? vscode.l10n.t('AWS profile {profile}, {left}', { profile: overview.name, left: short })
        : vscode.l10n.t('AWS profile {profile}', { profile: overview.name }),
    };
    this.item.show();
    if (!signsIn) return undefined;
    if (left?.kind !== 'minutes' || !found) return lookEveryMs;
    return ((found.until.getTime() - Date.now()) % 60_000) + 500;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.dispose();
  }
}

/** What stands behind the profile's name in the status bar. */
function leftInWords(left: TimeLeft): Message {
  if (left.kind !== 'minutes') return left.kind === 'signed-out' ? message('sign in') : message('signed in');
  const { minutes } = left;
  if (minutes < 60) return message('{minutes} min', { minutes });
  return message('{hours} h {minutes} min', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

function hover({ overview, reason, provided, signedIn: found, problem }: ProfileFacts): vscode.MarkdownString {
  const { name, served, region } = overview;
  const { account, role } = actsIn(overview);
  const rows: [Message, Message | string][] = [];
  if (account !== undefined) rows.push([message('Account'), account]);
  if (role !== undefined) rows.push([message('Role'), role]);
  if (signInOf(overview)) rows.push([message('Signed in'), problem ?? until(found)]);
  if (served && 'accessKeyId' in served) rows.push([message('Key'), served.accessKeyId]);
  rows.push([message('Region'), region ?? message('none: tools need one from elsewhere')]);
  rows.push([message('Tools get'), toolsGet(overview)], [message('Used'), reasons[reason]]);
  if (provided) rows.push([message('New terminals'), terminalsGet(provided)]);
  const markdown = new vscode.MarkdownString(
    `| | |\n|---|---|\n| **${cell(inWords(message('Profile')))}**&nbsp;&nbsp; | **${cell(name)}** |\n`,
  );
  for (const [title, value] of rows)
    markdown.appendMarkdown(`| ${cell(inWords(title))}&nbsp;&nbsp; | ${cell(typeof value === 'string' ? value : inWords(value))} |\n`);
  for (const note of inheritedNotes(process.env, provided && 'profile' in provided ? provided.profile : undefined)) {
    markdown.appendMarkdown('\n\n');
    markdown.appendText(inWords(note));
  }
  return markdown;
}

/** Text of a file as the text it is, inside a table. */
const cell = (text: string): string => new vscode.MarkdownString().appendText(text.replace(/\s+/g, ' ')).value.replaceAll('|', '\\|');

function until(found: SignedIn | undefined): Message {
  if (found === undefined) return message('no: sign in first');
  const time = timeOfDay(found.until);
  return found.renewable
    ? message('until {time}, then renewed by itself as long as the company allows', { time })
    : message('until {time}', { time });
}

const reasons: Readonly<Record<Reason, Message>> = {
  window: message('chosen for this window, until it closes'),
  folder: message('chosen for this folder'),
  settings: message('chosen in your settings'),
  default: message('nothing was chosen: tools use default by themselves'),
};

function terminalsGet(provided: Provided): Message {
  if ('profile' in provided) return message('{profile}, as AWS_PROFILE', { profile: provided.profile });
  if (provided.because !== 'own setting') return nothingProvided[provided.because];
  const { file, variable } = provided.own;
  return message('nothing from Keystow: {file} sets {variable} itself', { file, variable });
}

const nothingProvided: Readonly<Record<Exclude<Extract<Provided, { because: string }>['because'], 'own setting'>, Message>> = {
  'not trusted': message('nothing from Keystow: the folder is not trusted'),
  'switched off': message('nothing from Keystow: keystow.terminal.provideProfile is off'),
  'nobody chose': message('nothing from Keystow until you choose a profile for the folder'),
  'no section': message('nothing from Keystow: the AWS files that they read have no such section'),
};
