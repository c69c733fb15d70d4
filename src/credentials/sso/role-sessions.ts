import { UserError } from '../../message.ts';
import type { SessionCredentials } from '../access-key.ts';
import { answerInTime, lastsLongEnough, type ProcessCredentials, processCredentials, storedSession } from '../broker.ts';
import type { ServedSsoProfile } from '../profile.ts';
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
    const session = (await readSession(profile, doors)) ?? (await freshSession(profile, doors, withinMs, signal));
    return processCredentials(session);
  });
}

/** By `roleName`. */
type StoredRoles = Readonly<Record<string, unknown>>;

const roleName = ({ sso }: ServedSsoProfile) => `${sso.account}/${sso.role}`;

async function readSession(profile: ServedSsoProfile, doors: SsoDoors): Promise<SessionCredentials | undefined> {
  const role = roleName(profile);
  const roles = await readRoles(profile, doors);
  const session = Object.hasOwn(roles, role) ? storedSession(roles[role]) : undefined;
  return session !== undefined && lastsLongEnough(session, doors.clock()) ? session : undefined;
}

async function readRoles(profile: ServedSsoProfile, { vault }: SsoDoors): Promise<StoredRoles> {
  const content = await vault.read(rolesName(profile.sso.session));
  try {
    const roles: unknown = JSON.parse(content ?? '{}');
    return typeof roles === 'object' && roles !== null ? { ...roles } : {};
  } catch {
    return {}; // the parser's own error quotes what it could not read, and that may be a secret
  }
}

async function freshSession(
  profile: ServedSsoProfile,
  doors: SsoDoors,
  withinMs: number,
  signal: AbortSignal,
): Promise<SessionCredentials> {
  // Not needed while a stored session is good, and every tool waits for what is loaded.
  const { alone } = await import('./tokens.ts');
  return alone(
    profile.sso.session,
    doors,
    async () => {
      const madeMeanwhile = await readSession(profile, doors);
      if (madeMeanwhile !== undefined) return madeMeanwhile;
      const made = await askPortal(profile, doors, signal);
      if (!lastsLongEnough(made, doors.clock())) {
        throw new UserError(
          'The new session of the profile {profile} is over by the clock of this machine. Set the clock, then try again.',
          {
            profile: profile.name,
          },
        );
      }
      const others = Object.entries(await readRoles(profile, doors)).filter(([, stored]) => {
        const session = storedSession(stored);
        return session !== undefined && lastsLongEnough(session, doors.clock());
      });
      const roles = { ...Object.fromEntries(others), [roleName(profile)]: { ...made, expiration: made.expiration.toISOString() } };
      await doors.vault.write(rolesName(profile.sso.session), JSON.stringify(roles));
      return made;
    },
    withinMs,
  );
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
