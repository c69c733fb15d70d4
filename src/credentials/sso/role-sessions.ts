import { UserError } from '../../message.ts';
import type { SessionCredentials } from '../access-key.ts';
import { answerInTime, lastsLongEnough, overAtOnce, type ProcessCredentials, processCredentials } from '../broker.ts';
import type { ServedSsoProfile } from '../profile.ts';
import { sessionBundle } from '../session-bundle.ts';
import type { SsoDoors } from './cloud.ts';
import { rolesName } from './sso-session.ts';

export interface RoleDoors extends SsoDoors {
  /** Within this time there is an answer or an error, in milliseconds; 18 seconds unless told, as the strictest SDK gives up at about 21. */
  readonly answerWithinMs?: number;
}

/**
 * Credentials of the role for a tool that uses the profile, with at least 16 minutes left: those that wait in the vault, else new ones, got by one
 * process for all. They hold for one sign-in, account and role.
 * @throws UserError in one line with the remedy; SignInNeeded where a person must sign in.
 */
export async function serveRoleCredentials(profile: ServedSsoProfile, doors: RoleDoors): Promise<ProcessCredentials> {
  const withinMs = doors.answerWithinMs ?? 18_000;
  return answerInTime(profile.name, withinMs, async (signal) => {
    const session = (await bundleOf(profile, doors).read(roleName(profile))) ?? (await freshSession(profile, doors, withinMs, signal));
    return processCredentials(session);
  });
}

const roleName = ({ sso }: ServedSsoProfile) => `${sso.account}/${sso.role}`;

const bundleOf = ({ sso }: ServedSsoProfile, doors: SsoDoors) => sessionBundle(rolesName(sso.session), doors);

async function freshSession(
  profile: ServedSsoProfile,
  doors: SsoDoors,
  withinMs: number,
  signal: AbortSignal,
): Promise<SessionCredentials> {
  // Not needed while a stored session is good, and every tool waits for what is loaded.
  const { alone } = await import('./tokens.ts');
  return alone(profile.sso.session, doors, () => roleSession(profile, doors, signal), withinMs);
}

/**
 * The session of the role with at least 16 minutes left, a stored one where there is one; to be called inside `alone`.
 * @throws UserError; SignInNeeded where a person must sign in.
 */
export async function roleSession(profile: ServedSsoProfile, doors: SsoDoors, signal: AbortSignal): Promise<SessionCredentials> {
  const bundle = bundleOf(profile, doors);
  const stored = await bundle.read(roleName(profile));
  if (stored !== undefined) return stored;
  const made = await askPortal(profile, doors, signal);
  if (!lastsLongEnough(made, doors.clock())) throw overAtOnce(profile.name);
  await bundle.write(roleName(profile), made);
  return made;
}

async function askPortal({ name, sso }: ServedSsoProfile, doors: SsoDoors, signal: AbortSignal): Promise<SessionCredentials> {
  const { usableToken } = await import('./tokens.ts');
  const token = await usableToken(sso.session, name, doors);
  const portal = await doors.portal();
  const ask = (accessToken: string) => portal.credentials(sso.session, accessToken, sso.account, sso.role, signal);
  let answer = await ask(token);
  if (answer === 'signed-out') answer = await ask(await usableToken(sso.session, name, doors, token));
  if (answer === 'signed-out') {
    const { refusedNewToken } = await import('./accounts.ts');
    throw refusedNewToken(sso.session);
  }
  if (answer === 'no-access') {
    throw new UserError(
      'The sign-in {session} does not give the role {role} in the account {account}. Ask who administers the accounts, or choose another role for the profile {profile}.',
      { session: sso.session.name, role: sso.role, account: sso.account, profile: name },
    );
  }
  return answer;
}
