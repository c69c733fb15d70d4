import { randomUUID } from 'node:crypto';
import { profileOverview } from '../credentials/overview.ts';
import { type AnyServedProfile, readProfileFiles } from '../credentials/profile.ts';
import { takeOverRoleProfile } from '../credentials/role/take-over.ts';
import { takeOverSsoProfile } from '../credentials/sso/take-over.ts';
import { message } from '../message.ts';
import { profilePlan } from '../stow/profile-plan.ts';
import { runProfileChange } from '../stow/run.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview, type PreviewLine } from './preview.ts';
import { type Stowing, tilde } from './stowing.ts';

/**
 * Lets Keystow serve a profile that the AWS CLI signs in for, or whose role the tools take themselves, after a preview; the undo stands in the list of
 * stows.
 * @throws CancellationError where the person steps back, UserError where the profile cannot be taken over
 */
export async function takeOverProfile(name: string, { machine, cli }: Stowing): Promise<AnyServedProfile> {
  await machine.ensureLauncher(cli);
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const takesRole = profileOverview(files, name)?.own === 'role';
  const taken = (takesRole ? takeOverRoleProfile : takeOverSsoProfile)(files, name, machine.places.launcher);
  const plan = profilePlan({ id: randomUUID(), what: 'profile taken over', profile: name }, files, taken);
  await confirmPreview(async () => ({
    title: message('Let Keystow serve the profile {profile}', { profile: name }),
    go: message('Let Keystow serve this profile'),
    happens: [
      ...whatChanges(taken.profile),
      ...plan.changes.map(({ path }) => ({ icon: 'edit', text: message('{file} changes as the comparison shows', { file: tilde(path) }) })),
      { icon: 'history', text: message('“Undo a Stow…” gives the profile back byte for byte') },
    ],
    choices: [],
    changes: plan.changes.toReversed(),
  }));
  await runProfileChange(plan, await machine.stowDoors(documentFiles));
  return taken.profile;
}

function whatChanges(profile: AnyServedProfile): PreviewLine[] {
  if ('sso' in profile) {
    const { session, account, role } = profile.sso;
    return [
      {
        icon: 'account',
        text: message('The same as so far: {role} in the account {account}, by {session}', { role, account, session: session.name }),
      },
      {
        icon: 'lock',
        text: message('The sign-in is kept encrypted; what “aws sso login” left in ~/.aws/sso/cache stays until “aws sso logout”'),
      },
      {
        icon: 'info',
        text: message('“aws sso login” does not sign this profile in any more: use Sign In, or “keystow login {profile}”', {
          profile: profile.name,
        }),
      },
    ];
  }
  if (!('role' in profile)) return [];
  return [
    {
      icon: 'account',
      text: message('The same role as so far, taken with {source}: {arn}', { source: profile.source.name, arn: profile.role.arn }),
    },
    { icon: 'lock', text: message('Its sessions are kept encrypted, and no longer in plain text in ~/.aws/cli/cache') },
  ];
}
