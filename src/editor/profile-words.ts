import * as vscode from 'vscode';
import type { ProfileOverview } from '../credentials/overview.ts';
import { accountOf } from '../detect/aws-account.ts';
import { type Message, message } from '../message.ts';

/** The time of day, as people here write it. */
export const timeOfDay = (date: Date): string => date.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });

/** The account and the role that tools act in by the profile, as far as the files say. */
export function actsIn({ served }: ProfileOverview): { readonly account?: string; readonly role?: string } {
  if (served === undefined) return {};
  if ('sso' in served) return { account: served.sso.account, role: served.sso.role };
  if ('role' in served) {
    const [, account = '', role = ''] = /:iam::(\d{12}):role\/(.*)$/.exec(served.role.arn) ?? [];
    return { account, role };
  }
  const account = accountOf(served.accessKeyId);
  return account === undefined ? {} : { account };
}

/** What a tool that uses the profile gets. */
export function toolsGet({ served, own, problem }: ProfileOverview): Message {
  if (problem) return problem;
  if (served && 'sso' in served) return message('credentials of the role, from Keystow');
  if (served && 'role' in served) return message('credentials of the role, taken by Keystow with {source}', { source: served.source.name });
  if (served && 'mode' in served)
    return served.mode === 'key' ? message('the key itself, from the keychain') : message('sessions of 60 minutes, from Keystow');
  return ownWords[own ?? 'none'];
}

const ownWords: Readonly<Record<NonNullable<ProfileOverview['own']>, Message>> = {
  key: message('a key in plain text, from the AWS files'),
  sso: message('a sign-in of the AWS CLI'),
  role: message('a role that they assume themselves'),
  process: message('what another program gives them'),
  none: message('nothing: the section names no credentials'),
};
