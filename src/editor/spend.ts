import * as vscode from 'vscode';
import type { Machine } from '../machine.ts';
import { UserError } from '../message.ts';
import { AlertEpisodes } from '../spend/episodes.ts';
import type { SpendAlert } from '../spend/report.ts';
import { subjectOf } from '../spend/spend.ts';
import { statusOf } from '../spend/status.ts';
import { type SpendState, SpendWatch } from '../spend/watch.ts';
import type { ActiveProfile } from './active-profile.ts';
import { inBackground } from './error-boundary.ts';
import { setting } from './settings.ts';
import { askForAlert, listSpend } from './show-spend.ts';
import { spendHover } from './spend-hover.ts';
import { alertPerHour, spendSettings, turnSpend } from './spend-settings.ts';
import { inWords } from './words.ts';

/** How often a window looks whether there are newer figures, and makes them where they are too old; ages are told anew as often. */
const lookEveryMs = 15_000;
/** A profile that is just being taken over may be given back a moment later. */
const settledMs = 3_000;
const offered = 'spendOffered';

/**
 * The spend of the window's profile in the status bar. Nothing is asked of AWS before a person turned it on; from then on it is read as long as the editor
 * runs, also in a window in the background: what runs up a bill does not wait until somebody looks.
 */
export class SpendItem implements vscode.Disposable {
  readonly #machine: Machine;
  readonly #activeProfile: ActiveProfile;
  readonly #memory: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #item = vscode.window.createStatusBarItem('keystow.spend', vscode.StatusBarAlignment.Left, 90);
  readonly #watch: SpendWatch;
  readonly #episodes = new AlertEpisodes();
  readonly #subscriptions: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #offering: NodeJS.Timeout | undefined;
  #state: SpendState = { kind: 'nothing' };
  /** A person asked for new figures and waits for them. */
  #refreshing = false;
  /** What the item shows: set anew, it would close a hover that somebody reads. */
  #drawn = '';

  constructor(machine: Machine, activeProfile: ActiveProfile, memory: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#machine = machine;
    this.#activeProfile = activeProfile;
    this.#memory = memory;
    this.#log = log;
    this.#item.name = vscode.l10n.t('Keystow: Spend');
    this.#item.command = 'keystow.showSpend';
    this.#watch = new SpendWatch({
      profile: () => activeProfile.current(),
      async watched(name) {
        const profile = await machine.anyProfile(name);
        const { endpoint } = profile;
        return { subject: subjectOf(profile), doors: machine.spendDoors(profile), ...(endpoint !== undefined && { endpoint }) };
      },
      settings: spendSettings,
      show: (state) => this.#show(state),
    });
    this.#subscriptions = vscode.Disposable.from(
      this.#item,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('keystow.spend')) this.start();
      }),
      activeProfile.onDidChange(() => this.start()),
    );
  }

  /** Watches where a person turned it on, and offers it once where they did not. */
  start(): void {
    if (!setting('spend.enabled')) {
      this.#stop();
      clearTimeout(this.#offering);
      this.#offering = setTimeout(() => void inBackground(this.#log, () => this.#offerOnce()), settledMs);
      return;
    }
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs).unref();
    this.#look();
  }

  /** `keystow.showSpend`: everything that is known, and what can be done. */
  async list(): Promise<void> {
    if (await this.#isOff()) return;
    if (this.#state.kind === 'nothing') throw noProfile();
    await listSpend(
      () => this.#state,
      () => this.refresh(),
    );
  }

  /** `keystow.refreshSpend`: reads the figures now. @throws UserError where they cannot be read */
  async refresh(): Promise<void> {
    if (await this.#isOff()) return;
    this.#refreshing = true;
    this.#draw();
    try {
      await this.#watch.refresh();
    } finally {
      this.#refreshing = false;
      this.#draw();
    }
    if (this.#state.kind === 'nothing') throw noProfile();
  }

  /** `keystow.setSpendAlert`: asks above how many dollars an hour the profile's account is red. */
  async setAlert(): Promise<void> {
    const profile = await this.#activeProfile.current();
    if (profile === undefined) throw noProfile();
    const report = 'report' in this.#state && this.#state.profile === profile ? this.#state.report : undefined;
    await askForAlert(profile, report);
  }

  dispose(): void {
    this.#stop();
    clearTimeout(this.#offering);
    this.#subscriptions.dispose();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#state = { kind: 'nothing' };
    this.#hide();
  }

  #hide(): void {
    this.#drawn = '';
    this.#item.hide();
  }

  #look(): void {
    void inBackground(this.#log, () => this.#watch.look());
    this.#draw();
  }

  #show(state: SpendState): void {
    if (this.#timer === undefined) return; // turned off while it was being read
    this.#state = state;
    this.#draw();
    if (state.kind !== 'known') return;
    const alert = this.#episodes.begun(state.report, alertPerHour(state.profile));
    if (alert) void inBackground(this.#log, () => warn(alert));
  }

  #draw(): void {
    const state = this.#state;
    const options = {
      ...spendSettings(),
      now: new Date(),
      alertPerHour: state.kind === 'nothing' ? 0 : alertPerHour(state.profile),
    };
    const status = statusOf(state, options);
    if (status === undefined) {
      this.#hide();
      return;
    }
    const icon = this.#refreshing ? 'loading~spin' : status.icon;
    const note = status.note && inWords(status.note);
    const text = [icon && `$(${icon})`, status.figures, status.figures && note ? `(${note})` : note].filter(Boolean).join(' ');
    const label = inWords(status.spoken);
    const tooltip = spendHover(state, { ...options, alarm: status.alarm });
    const drawn = JSON.stringify([text, label, status.alarm, tooltip.value]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#item.text = text;
    this.#item.backgroundColor = status.alarm ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.accessibilityInformation = { label };
    this.#item.tooltip = tooltip;
    this.#item.show();
  }

  /** Offers to turn it on where it is off. */
  async #isOff(): Promise<boolean> {
    if (setting('spend.enabled')) return false;
    await offer();
    return true;
  }

  async #offerOnce(): Promise<void> {
    if (!vscode.workspace.isTrusted || this.#memory.get(offered, false)) return;
    const profile = await this.#activeProfile.current();
    if (profile === undefined) return;
    try {
      await this.#machine.anyProfile(profile);
    } catch (error) {
      if (error instanceof UserError) return; // not served, so there is nothing to watch
      throw error;
    }
    await this.#memory.update(offered, true);
    await offer();
  }
}

async function offer(): Promise<void> {
  const turnOn = vscode.l10n.t('Watch the spend');
  const { pollMinutes, maxCostPerDay } = spendSettings();
  const picked = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Show in the status bar what your AWS account costs an hour right now? Keystow then calls CloudWatch, Lambda, EC2, Account and STS in all regions every {minutes} minutes, free as a rule, and Cost Explorer up to four times a day, $0.01 a page; at most {cap} a day. Until you turn it on, it calls nobody.',
      { minutes: pollMinutes, cap: `$${maxCostPerDay}` },
    ),
    turnOn,
    vscode.l10n.t('Not now'),
  );
  if (picked === turnOn) await turnSpend(true);
}

async function warn(alert: SpendAlert): Promise<void> {
  const commands = new Map([
    [vscode.l10n.t('Contain…'), 'keystow.containAccount'],
    [vscode.l10n.t('Show'), 'keystow.showSpend'],
    [vscode.l10n.t('Raise the alert…'), 'keystow.setSpendAlert'],
  ]);
  const picked = await vscode.window.showErrorMessage(inWords(alert.message), ...commands.keys());
  const command = commands.get(picked ?? '');
  if (command !== undefined) await vscode.commands.executeCommand(command);
}

const noProfile = () =>
  new UserError(
    'There is no profile whose spend could be read: none was chosen for this folder, and the AWS files have no profile default.',
  );
