import { setTimeout as wait } from 'node:timers/promises';
import { format, UserError } from '../message.ts';
import { ageOf, alertOf, clockWarning, type SpendReport, toJson } from './report.ts';
import { readSpend, type SpendDoors, type SpendSettings, type SpendSubject } from './spend.ts';

export interface SpendCommandOptions {
  readonly json: boolean;
  /** Goes on until aborted, with new figures as often as the settings say. */
  readonly watch: boolean;
  readonly alertPerHour: number;
  readonly settings: SpendSettings;
}

/** `print` takes results, `say` words. */
export interface SpendTerminal {
  print(text: string): void;
  say(text: string): void;
}

/**
 * The verb `spend`: what the profile's account spends now and has spent this month.
 * @returns the exit code: 3 above the alert, else 0.
 * @throws UserError where nothing can be read; with `watch` only at the first time.
 */
export async function spend(
  subject: SpendSubject,
  options: SpendCommandOptions,
  doors: SpendDoors,
  terminal: SpendTerminal,
  signal: AbortSignal,
): Promise<number> {
  let shown = await show(subject, options, doors, terminal);
  while (options.watch && !signal.aborted) {
    await wait(options.settings.pollMinutes * 60_000, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    try {
      shown = await show(subject, options, doors, terminal);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      terminal.say(error.message);
    }
  }
  return shown;
}

async function show(
  subject: SpendSubject,
  { json, alertPerHour, settings }: SpendCommandOptions,
  doors: SpendDoors,
  { print, say }: SpendTerminal,
): Promise<number> {
  const report = await readSpend(subject, settings, doors);
  print(json ? JSON.stringify(toJson(report)) : toText(report, doors.clock()));
  const alert = alertOf(report, alertPerHour);
  if (alert) say(format(alert.message));
  return alert ? 3 : 0;
}

/** The report for a person at a terminal. */
export function toText(report: SpendReport, now: Date): string {
  const { perHour, monthToDate, parts, missing, unwatched, ownCost, account, profile } = report;
  const ago = (moment: string) => format(ageOf(moment, now));
  const lines = [
    `${profile} (account ${account}), ${ago(report.asOf)}`,
    `now    $${perHour.likely.toFixed(2)} an hour${rangeOf(perHour)}`,
    monthToDate ? `month  $${monthToDate.amount.toFixed(2)} (${monthToDate.source}; asked ${ago(monthToDate.asOf)})` : 'month  not known',
    ...parts.map(
      (part) =>
        `  ${part.service.padEnd(8)}${part.region.padEnd(16)}$${part.likely.toFixed(2)} an hour${rangeOf(part)}  ${format(part.detail)}, ${ago(part.asOf)}`,
    ),
    ...clockWarning(report).map(({ what, why }) => `${format(what)}: ${format(why)}`),
    ...missing.map(({ what, why }) => `not read: ${format(what)}: ${format(why)}`),
    `not watched: ${unwatched.join(', ')}`,
    `Keystow's own calls today: ${ownCost.calls}, at most $${ownCost.usd.toFixed(4)}`,
  ];
  return lines.join('\n');
}

const rangeOf = ({ low, high }: { low: number; high: number }) =>
  high - low < 0.005 ? '' : ` (between $${low.toFixed(2)} and $${high.toFixed(2)})`;
