import { randomUUID } from 'node:crypto';
import { readProfileFiles, type ServedSsoProfile } from '../credentials/profile.ts';
import { takeOverSsoProfile } from '../credentials/sso/take-over.ts';
import { message } from '../message.ts';
import { profilePlan } from '../stow/profile-plan.ts';
import { runProfileChange } from '../stow/run.ts';
import { documentFiles } from './document-files.ts';
import { confirmPreview } from './preview.ts';
import { type Stowing, tilde } from './stowing.ts';

/**
 * Lets Keystow serve a profile that the AWS CLI signs in for, after a preview; the undo stands in the list of stows.
 * @throws CancellationError where the person steps back, UserError where the profile cannot be taken over
 */
export async function takeOverProfile(name: string, { machine, cli }: Stowing): Promise<ServedSsoProfile> {
  await machine.ensureLauncher(cli);
  const files = await readProfileFiles(machine.awsFiles, documentFiles.read);
  const taken = takeOverSsoProfile(files, name, machine.places.launcher);
  const plan = profilePlan({ id: randomUUID(), what: 'profile taken over', profile: name }, files, taken);
  const { session, account, role } = taken.profile.sso;
  await confirmPreview(async () => ({
    title: message('Let Keystow sign in for the profile {profile}', { profile: name }),
    go: message('Let Keystow serve this profile'),
    happens: [
      {
        icon: 'account',
        text: message('The same as so far: {role} in the account {account}, by {session}', { role, account, session: session.name }),
      },
      {
        icon: 'lock',
        text: message('The sign-in is kept encrypted; what “aws sso login” left in ~/.aws/sso/cache stays until “aws sso logout”'),
      },
      ...plan.changes.map(({ path }) => ({ icon: 'edit', text: message('{file} changes as the comparison shows', { file: tilde(path) }) })),
      {
        icon: 'info',
        text: message('“aws sso login” does not sign this profile in any more: use Sign In, or “keystow login {profile}”', {
          profile: name,
        }),
      },
      { icon: 'history', text: message('“Undo a Stow…” gives the profile back byte for byte') },
    ],
    choices: [],
    changes: plan.changes.toReversed(),
  }));
  await runProfileChange(plan, await machine.stowDoors(documentFiles));
  return taken.profile;
}
