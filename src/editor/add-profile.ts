import * as vscode from 'vscode';
import type { ActiveProfile } from './active-profile.ts';
import { addKeyProfile } from './add-key-profile.ts';
import { addRoleProfile } from './add-role-profile.ts';
import { addSsoProfile } from './add-sso-profile.ts';
import type { Adding } from './adding.ts';

/** `keystow.addProfile`: a new profile, of the kind that is picked. */
export async function addProfile(adding: Adding, active: ActiveProfile): Promise<void> {
  const kinds = [
    {
      label: `$(organization) ${vscode.l10n.t('IAM Identity Center (SSO)')}`,
      detail: vscode.l10n.t('Sign in with the browser, then pick an account and a role'),
      add: () => addSsoProfile(adding).finally(() => active.signInChanged()),
    },
    {
      label: `$(person-add) ${vscode.l10n.t('A role')}`,
      detail: vscode.l10n.t('Taken with the credentials of a profile that Keystow serves, as in another account'),
      add: () => addRoleProfile(adding),
    },
    {
      label: `$(key) ${vscode.l10n.t('A long-term access key')}`,
      detail: vscode.l10n.t('Kept in the keychain; tools get sessions of 60 minutes, or the key itself'),
      add: () => addKeyProfile(adding),
    },
  ];
  const picked = await vscode.window.showQuickPick(kinds, {
    title: vscode.l10n.t('Add Profile'),
    placeHolder: vscode.l10n.t('Where do its credentials come from?'),
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  await picked.add();
}
