import { type Message, message } from '../message.ts';
import { ageOf, type SpendReport } from '../spend/report.ts';
import { billedAmount, dollars } from '../spend/status.ts';
import { spendSettings } from './spend-settings.ts';
import { inWords } from './words.ts';

/** `$0.38`, or with its ends where they differ. */
export function range({ low, likely, high }: SpendReport['perHour']): string {
  return high - low < 0.005 ? dollars(likely) : `${dollars(likely)} (${dollars(low)}–${dollars(high)})`;
}

export function monthOf({ monthToDate, currency }: SpendReport, now: Date): Message {
  if (monthToDate === undefined) return message('This month: not known.');
  return message('This month: {amount} ({source}), asked {age}.', {
    amount: billedAmount(monthToDate.amount, currency),
    source: asMessage(monthToDate.source),
    age: ageOf(monthToDate.asOf, now),
  });
}

export function notRead({ what, why }: SpendReport['missing'][number]): Message {
  return message('Not read: {what}. {why}', { what, why });
}

export function clockIsWrong({ why }: { readonly why: Message }): Message {
  return message('The clock of this machine is wrong. {why}', { why });
}

export function notWatched({ unwatched }: SpendReport): Message {
  return message('Not watched: {services}.', { services: unwatched.map((name) => inWords(asMessage(name))).join(', ') });
}

export function ownCalls({ ownCost }: SpendReport): Message {
  return message('Keystow’s own calls today: {calls}, at most {cost} of the {cap} that they may cost.', {
    calls: ownCost.calls,
    cost: `$${ownCost.usd.toFixed(4)}`,
    cap: `$${spendSettings().maxCostPerDay}`,
  });
}

/** What a report holds as plain English is, where we wrote it, translated like any other sentence. */
const asMessage = (text: string): Message => ({ text, values: {} });
