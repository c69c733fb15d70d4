import * as vscode from 'vscode';
import { type Message, message } from '../message.ts';
import { ageOf, clockWarning, type SpendPart, type SpendReport } from '../spend/report.ts';
import type { SpendSettings } from '../spend/spend.ts';
import { dollars, isStale } from '../spend/status.ts';
import type { SpendState } from '../spend/watch.ts';
import { clockIsWrong, monthOf, notRead, notWatched, ownCalls, range } from './spend-words.ts';
import { inWords } from './words.ts';

export interface HoverOptions extends SpendSettings {
  readonly now: Date;
  readonly alertPerHour: number;
  readonly alarm: boolean;
}

const rows = 8;

/** What the status bar item says when it is pointed at: where the figures come from, how old they are, and what they leave out. */
export function spendHover(state: SpendState, options: HoverOptions): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = {
    enabledCommands: ['keystow.showSpend', 'keystow.refreshSpend', 'keystow.setSpendAlert', 'keystow.containAccount', 'keystow.signIn'],
  };
  if (state.kind === 'nothing') return text;
  const report = state.kind === 'unwatched' ? undefined : state.report;
  title(text, state.profile, report);
  const trouble = troubleIn(state, report, options);
  if (trouble) paragraph(text, trouble, 'warning');
  if (report) figures(text, report, options);
  if (state.kind !== 'unwatched' && state.endpoint !== undefined)
    paragraph(text, message('AWS is asked at {endpoint}', { endpoint: state.endpoint }));
  links(text, state, options.alarm);
  return text;
}

function title(text: vscode.MarkdownString, profile: string, report: SpendReport | undefined): void {
  text.appendMarkdown('**');
  append(text, message('Spend of {profile}', { profile }));
  text.appendMarkdown('**');
  if (report) {
    text.appendMarkdown(' ');
    append(text, message('(account {account})', { account: report.account }));
  }
  text.appendMarkdown('\n\n');
}

function troubleIn(state: SpendState, report: SpendReport | undefined, options: HoverOptions): Message | undefined {
  switch (state.kind) {
    case 'unwatched':
    case 'failed':
    case 'signInNeeded':
      return state.why;
    case 'reading':
      return report === undefined ? message('It is being read; that takes a few seconds.') : undefined;
    default:
      return report !== undefined && isStale(report, options)
        ? message('These figures are old: nobody has read newer ones since.')
        : undefined;
  }
}

function figures(text: vscode.MarkdownString, report: SpendReport, { now, regions, alertPerHour }: HoverOptions): void {
  for (const warning of clockWarning(report)) paragraph(text, clockIsWrong(warning), 'warning');
  const values = { rate: range(report.perHour), age: ageOf(report.asOf, now), alert: dollars(alertPerHour) };
  paragraph(text, message('Now: {rate} an hour, read {age}. Alert above {alert} an hour.', values));
  if (report.parts.length > 0) table(text, report.parts, now);
  paragraph(text, monthOf(report, now));
  for (const missing of report.missing) paragraph(text, notRead(missing), 'warning');
  if (regions !== 'all') paragraph(text, message('Only these regions are looked at: {regions}.', { regions: regions.join(', ') }));
  paragraph(text, notWatched(report));
  paragraph(text, ownCalls(report));
}

function table(text: vscode.MarkdownString, parts: readonly SpendPart[], now: Date): void {
  const row = (cells: readonly (string | Message)[]) => {
    for (const cell of cells) {
      text.appendMarkdown('| ');
      append(text, cell);
      text.appendMarkdown('&nbsp;&nbsp;');
    }
    text.appendMarkdown('|\n');
  };
  row([message('Service'), message('Region'), message('$ an hour'), message('What'), message('Age')]);
  text.appendMarkdown('|:--|:--|--:|:--|:--|\n');
  for (const { service, region, detail, asOf, ...rate } of parts.slice(0, rows))
    row([service, region, range(rate), detail, ageOf(asOf, now)]);
  const rest = parts.slice(rows);
  if (rest.length > 0) {
    const sum = rest.reduce((total, { likely }) => total + likely, 0);
    row([message('{count} more', { count: rest.length }), '', dollars(sum), '', '']);
  }
  text.appendMarkdown('\n');
}

function links(text: vscode.MarkdownString, state: SpendState, alarm: boolean): void {
  const all: [string, string][] = [
    ...(alarm ? [[vscode.l10n.t('Contain…'), 'keystow.containAccount'] as [string, string]] : []),
    ...(state.kind === 'signInNeeded' ? [[vscode.l10n.t('Sign in…'), 'keystow.signIn'] as [string, string]] : []),
    [vscode.l10n.t('Refresh'), 'keystow.refreshSpend'],
    [vscode.l10n.t('Show all'), 'keystow.showSpend'],
    [vscode.l10n.t('Set the alert…'), 'keystow.setSpendAlert'],
  ];
  for (const [index, [label, command]] of all.entries()) {
    text
      .appendMarkdown(index === 0 ? '[' : ' · [')
      .appendText(label)
      .appendMarkdown(`](command:${command})`);
  }
}

function paragraph(text: vscode.MarkdownString, said: Message, icon?: 'warning'): void {
  if (icon) text.appendMarkdown(`$(${icon}) `);
  append(text, said);
  text.appendMarkdown('\n\n');
}

/** As text, whatever it holds, and on one line: a word at a time, since `appendText` makes spaces that do not wrap. A bar would end a cell of a table, and an address become a link. */
function append(text: vscode.MarkdownString, said: string | Message): void {
  const plain = (typeof said === 'string' ? said : inWords(said))
    .replaceAll('|', '¦')
    .replaceAll('://', ':\u200b//')
    .replaceAll('www.', 'www\u200b.');
  for (const [index, word] of plain.split(/\s+/).filter(Boolean).entries()) {
    if (index > 0) text.appendMarkdown(' ');
    text.appendText(word);
  }
}
