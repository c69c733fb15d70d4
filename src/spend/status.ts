import { type Message, message } from '../message.ts';
import { ageOf, alertOf, type SpendReport } from './report.ts';
import { billedName } from './sweep.ts';
import type { SpendState } from './watch.ts';

/** How a state is shown in one line. */
export interface SpendStatus {
  readonly icon?: Icon;
  /** `$412 · $0.38/h`; undefined where nothing is known. */
  readonly figures?: string;
  /** What is said in the place of the figures; behind them, how old they are. */
  readonly note?: Message;
  /** The account spends more than its alert. */
  readonly alarm: boolean;
  /** The whole in words, for a screen reader. */
  readonly spoken: Message;
}

type Icon = 'loading~spin' | 'flame' | 'history' | 'key' | 'warning' | 'eye-closed';

export interface StatusOptions {
  readonly now: Date;
  readonly alertPerHour: number;
  readonly pollMinutes: number;
}

/** The line for a state; undefined where there is no profile to watch. */
export function statusOf(state: SpendState, options: StatusOptions): SpendStatus | undefined {
  if (state.kind === 'nothing') return undefined;
  if (state.kind === 'unwatched' || state.report === undefined) return withoutFigures(state);
  const { report } = state;
  const alarm = alertOf(report, options.alertPerHour) !== undefined;
  const age = ageOf(report.asOf, options.now);
  const { icon, trouble } = troubleOf(state, report, options);
  const shown = alarm && icon !== 'key' ? 'flame' : icon;
  return {
    ...(shown && { icon: shown }),
    figures: figuresOf(report),
    ...(isStale(report, options) && { note: age }),
    alarm,
    spoken: spoken(report, alarm, age, trouble),
  };
}

function withoutFigures({ kind, profile }: Exclude<SpendState, { kind: 'nothing' }>): SpendStatus {
  const line = (icon: Icon, note: Message, said: Message) => ({ icon, note, alarm: false, spoken: said });
  switch (kind) {
    case 'unwatched':
      return line(
        'eye-closed',
        message('spend not watched'),
        message('Keystow does not watch the spend of the profile {profile}.', { profile }),
      );
    case 'signInNeeded':
      return line('key', message('spend: sign in'), message('To read the spend of the profile {profile}, sign in.', { profile }));
    case 'failed':
      return line('warning', message('spend not read'), message('The spend of the profile {profile} cannot be read now.', { profile }));
    default:
      return line(
        'loading~spin',
        message('reading the spend…'),
        message('Keystow is reading the spend of the profile {profile}.', { profile }),
      );
  }
}

function troubleOf({ kind }: SpendState, report: SpendReport, options: StatusOptions): { icon?: Icon; trouble?: Message } {
  if (kind === 'signInNeeded') return { icon: 'key', trouble: message('To read it anew, sign in.') };
  if (kind === 'failed') return { icon: 'warning', trouble: message('It cannot be read now.') };
  if (isStale(report, options)) return { icon: 'history', trouble: message('These figures are old.') };
  if (report.clockOffMs) return { icon: 'warning', trouble: message('The clock of this machine is wrong.') };
  const incomplete = report.missing.some(({ what }) => what.text !== billedName.text);
  return incomplete ? { icon: 'warning', trouble: message('Not everything could be read.') } : {};
}

/** Whether a report is older than the watch lets it become while all is well. */
export function isStale({ asOf }: SpendReport, { now, pollMinutes }: Pick<StatusOptions, 'now' | 'pollMinutes'>): boolean {
  return now.getTime() - Date.parse(asOf) > (2 * pollMinutes + 1) * 60_000;
}

function figuresOf({ monthToDate, currency, perHour }: SpendReport): string {
  const rate = `${dollars(perHour.likely)}/h`;
  return monthToDate === undefined ? rate : `${billedAmount(monthToDate.amount, currency)} · ${rate}`;
}

/** What AWS billed, without cents: `$412`, `EUR 412`. */
export function billedAmount(amount: number, currency: string): string {
  const whole = Math.round(amount).toLocaleString('en-US');
  return currency === 'USD' ? `$${whole}` : `${currency} ${whole}`;
}

/** `$0.38`, from a thousand on without cents. */
export function dollars(amount: number): string {
  return amount < 1000 ? `$${amount.toFixed(2)}` : `$${Math.round(amount).toLocaleString('en-US')}`;
}

function spoken(report: SpendReport, alarm: boolean, age: Message, trouble: Message | undefined): Message {
  const { profile, perHour, monthToDate, currency } = report;
  const values = {
    profile,
    perHour: dollars(perHour.likely),
    month: monthToDate === undefined ? message('an unknown amount') : billedAmount(monthToDate.amount, currency),
    age,
    trouble: trouble ?? '',
  };
  return alarm
    ? message('Alert: the account of {profile} spends {perHour} an hour, and has spent {month} this month (read {age}). {trouble}', values)
    : message('The account of {profile} spends {perHour} an hour, and has spent {month} this month (read {age}). {trouble}', values);
}
