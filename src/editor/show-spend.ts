import * as vscode from 'vscode';
import { type Message, message } from '../message.ts';
import { ageOf, alertOf, clockWarning, type SpendReport } from '../spend/report.ts';
import { dollars } from '../spend/status.ts';
import type { SpendState } from '../spend/watch.ts';
import { lines } from './preview.ts';
import { alertPerHour, changeAlertPerHour, turnSpend } from './spend-settings.ts';
import { clockIsWrong, monthOf, notRead, notWatched, ownCalls, range } from './spend-words.ts';
import { inWords, withoutIcons } from './words.ts';

interface Row extends vscode.QuickPickItem {
  /** What picking it does, after which the list is shown again where it `stays`; a row without one only says something. */
  readonly action?: () => unknown;
  readonly stays?: true;
}

/** Shows the parts of the spend, dearest first, and what can be done, until a person goes or does something elsewhere. */
export async function listSpend(state: () => SpendState, refresh: () => Promise<void>): Promise<void> {
  for (;;) {
    const now = state();
    if (now.kind === 'nothing') return;
    const picked = await vscode.window.showQuickPick(rowsOf(now, refresh), {
      title: inWords(titleOf(now)),
      placeHolder: vscode.l10n.t('What it costs an hour, dearest first; below it what you can do'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (!picked) return;
    await picked.action?.();
    if (picked.action && !picked.stays) return;
  }
}

/** `keystow.setSpendAlert`: asks for US dollars an hour and sets them. */
export async function askForAlert(profile: string, report: SpendReport | undefined): Promise<void> {
  const now = alertPerHour(profile);
  const prompt =
    report === undefined
      ? message('Above how many US dollars an hour shall Keystow warn you?')
      : message('Above how many US dollars an hour shall Keystow warn you? Now it is {rate}.', { rate: dollars(report.perHour.likely) });
  const answer = await vscode.window.showInputBox({
    title: inWords(message('Alert for the account of {profile}', { profile })),
    prompt: inWords(prompt),
    value: String(now),
    validateInput: (text) => (amountOf(text) === undefined ? vscode.l10n.t('Write an amount such as 5 or 0.50.') : undefined),
    ignoreFocusOut: true,
  });
  const amount = amountOf(answer ?? '');
  if (amount === undefined) throw new vscode.CancellationError();
  await changeAlertPerHour(profile, amount);
}

/** US dollars, written with a point or a comma; undefined for what is no amount. */
function amountOf(text: string): number | undefined {
  const amount = /^\s*\$?\s*\d{1,6}([.,]\d{1,4})?\s*\$?\s*$/.test(text) ? Number(text.replace(',', '.').replace(/[$\s]/g, '')) : 0;
  return amount > 0 ? amount : undefined;
}

function titleOf(state: Exclude<SpendState, { kind: 'nothing' }>): Message {
  const { profile } = state;
  if (state.kind === 'unwatched' || state.report === undefined) return message('Spend of {profile}', { profile });
  const { account, perHour, asOf } = state.report;
  const values = { profile, account, rate: range(perHour), age: ageOf(asOf, new Date()) };
  return message('Spend of {profile} (account {account}): {rate} an hour, read {age}', values);
}

function rowsOf(state: Exclude<SpendState, { kind: 'nothing' }>, refresh: () => Promise<void>): Row[] {
  const report = state.kind === 'unwatched' ? undefined : state.report;
  const alarm = report !== undefined && alertOf(report, alertPerHour(report.profile)) !== undefined;
  return [
    ...troubleOf(state),
    ...(alarm ? [contain()] : []), // what is in a hurry does not stand below seventeen regions
    ...(report ? partsOf(report) : []),
    separator(vscode.l10n.t('What you can do')),
    ...actionsOf(state, refresh),
    ...(alarm ? [] : [contain()]),
    { label: `$(circle-slash) ${vscode.l10n.t('Stop watching the spend')}`, action: () => turnSpend(false) },
    ...(report ? factsOf(report) : []),
  ];
}

const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });

/** Rows that only say something; a row shows no more than its width. */
function facts(icon: string, said: Message): Row[] {
  return lines(withoutIcons(inWords(said))).map((line, index) => ({ label: `$(${index === 0 ? icon : 'blank'}) ${line}` }));
}

function troubleOf(state: SpendState): Row[] {
  if (state.kind === 'signInNeeded') return facts('key', state.why);
  return state.kind === 'failed' || state.kind === 'unwatched' ? facts('warning', state.why) : [];
}

function partsOf({ parts }: SpendReport): Row[] {
  if (parts.length === 0) return facts('check', message('Nothing that Keystow watches runs in this account.'));
  const now = new Date();
  return parts.map(({ service, region, detail, asOf, ...rate }) => ({
    label: withoutIcons(inWords(message('{rate} an hour: {service} in {region}', { rate: range(rate), service, region }))),
    description: withoutIcons(`${inWords(detail)}, ${inWords(ageOf(asOf, now))}`),
  }));
}

const command = (id: string) => () => vscode.commands.executeCommand(id);
const contain = (): Row => ({ label: `$(shield) ${vscode.l10n.t('Contain…')}`, action: command('keystow.containAccount') });

function actionsOf(state: SpendState, refresh: () => Promise<void>): Row[] {
  return [
    ...(state.kind === 'signInNeeded' ? [{ label: `$(key) ${vscode.l10n.t('Sign in…')}`, action: command('keystow.signIn') }] : []),
    { label: `$(refresh) ${vscode.l10n.t('Refresh')}`, action: refresh, stays: true },
    { label: `$(bell) ${vscode.l10n.t('Set the alert…')}`, action: command('keystow.setSpendAlert') },
  ];
}

function factsOf(report: SpendReport): Row[] {
  return [
    separator(vscode.l10n.t('What is known besides')),
    ...facts('calendar', monthOf(report, new Date())),
    ...clockWarning(report).flatMap((warning) => facts('warning', clockIsWrong(warning))),
    ...report.missing.flatMap((missing) => facts('warning', notRead(missing))),
    ...facts('eye-closed', notWatched(report)),
    ...facts('dashboard', ownCalls(report)),
  ];
}
