import { isoTimestamp, nonEmpty, object, optional, pipe, string } from 'valibot';
import { UserError } from '../../message.ts';
import { readStored } from '../stored.ts';
import type { Registration, SsoDoors, TokenAnswer } from './cloud.ts';
import { keyOf, rolesName, type SsoSession } from './sso-session.ts';

/** A person must sign in, for the first time or again. */
export class SignInNeeded extends UserError {
  readonly session: SsoSession;

  constructor(text: string, session: SsoSession, profile: string) {
    super(text, { session: session.name, profile });
    this.name = 'SignInNeeded';
    this.session = session;
  }
}

const signInNeeded = (session: SsoSession, profile: string) =>
  new SignInNeeded(
    'The sign-in {session} is over, or was never made. Run "keystow login {profile}", or Sign In in the editor.',
    session,
    profile,
  );

interface StoredTokens {
  readonly accessToken: string;
  readonly expiresAt: Date;
  readonly refreshToken?: string;
  /** The client that got the tokens: no other may refresh them. */
  readonly client: Registration;
}

/** How long a sign-in still holds. */
export interface SignedIn {
  /** The end of the access token. */
  readonly until: Date;
  /** Whether another follows without a person. */
  readonly renewable: boolean;
}

const time = pipe(string(), isoTimestamp());
const text = pipe(string(), nonEmpty());
const storedClient = object({ clientId: text, clientSecret: text, expiresAt: time });
const storedTokens = object({ accessToken: text, expiresAt: time, refreshToken: optional(text), client: storedClient });

// A token that is over a moment later is of no use to the call that it is for.
const leastSecondsLeft = 60;

const tokensName = (session: SsoSession) => `sso-token-${keyOf(session)}`;

/** Runs the work while no other process refreshes, ends or uses up this sign-in. */
export function alone<T>(session: SsoSession, doors: SsoDoors, work: () => Promise<T>, waitMs = 20_000): Promise<T> {
  return doors.lock(`sso-${keyOf(session)}`, work, waitMs);
}

/** Whether somebody is signed in, as far as is known here; undefined where a sign-in is needed. */
export async function signedIn(session: SsoSession, doors: Pick<SsoDoors, 'vault' | 'clock'>): Promise<SignedIn | undefined> {
  const stored = await readTokens(session, doors);
  if (stored === undefined) return undefined;
  const renewable = stored.refreshToken !== undefined && stored.client.expiresAt > doors.clock();
  return renewable || lasts(stored, doors) ? { until: stored.expiresAt, renewable } : undefined;
}

/** Keeps the tokens of a new sign-in; what the one before it gave is dropped, as it may have been another person's. */
export async function storeTokens(
  session: SsoSession,
  client: Registration,
  answer: Extract<TokenAnswer, { kind: 'tokens' }>,
  doors: SsoDoors,
): Promise<void> {
  await alone(session, doors, async () => {
    await doors.vault.remove(rolesName(session));
    await writeTokens(session, tokensOf(answer, client, doors), doors);
  });
}

/**
 * An access token with a minute left, renewed if need be; to be called inside `alone`, as a refresh token works once. `refused` is a token that
 * the portal did not take. The renewal is never given up half-way: its answer holds the only refresh token that still works.
 * @throws SignInNeeded
 */
export async function usableToken(session: SsoSession, profile: string, doors: SsoDoors, refused?: string): Promise<string> {
  const stored = await readTokens(session, doors);
  if (stored !== undefined && stored.accessToken !== refused && lasts(stored, doors)) return stored.accessToken;
  const renewed = stored === undefined ? undefined : await renew(session, stored, doors);
  if (renewed === undefined) {
    await forgetTokens(session, doors);
    throw signInNeeded(session, profile);
  }
  await writeTokens(session, renewed, doors);
  return renewed.accessToken;
}

/** Takes the tokens out of the vault; gives what could still be ended at the portal with them. To be called inside `alone`. */
export async function takeTokens(session: SsoSession, doors: SsoDoors): Promise<(() => Promise<string | undefined>) | undefined> {
  const stored = await readTokens(session, doors);
  await forgetTokens(session, doors);
  if (stored === undefined) return undefined;
  return async () => (lasts(stored, doors) ? stored.accessToken : (await renew(session, stored, doors))?.accessToken);
}

async function forgetTokens(session: SsoSession, { vault }: SsoDoors): Promise<void> {
  await vault.remove(rolesName(session));
  await vault.remove(tokensName(session));
}

async function renew(session: SsoSession, stored: StoredTokens, doors: SsoDoors): Promise<StoredTokens | undefined> {
  const { refreshToken, client } = stored;
  if (refreshToken === undefined || client.expiresAt <= doors.clock()) return undefined;
  const service = await doors.signInService();
  const answer = await service.token(session, client, { kind: 'refresh', refreshToken });
  return answer.kind === 'tokens' ? tokensOf({ refreshToken, ...answer }, client, doors) : undefined;
}

function tokensOf(answer: Extract<TokenAnswer, { kind: 'tokens' }>, client: Registration, { clock }: SsoDoors): StoredTokens {
  const { accessToken, refreshToken, expiresInSeconds } = answer;
  const expiresAt = new Date(clock().getTime() + expiresInSeconds * 1000);
  return { accessToken, expiresAt, client, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

const lasts = ({ expiresAt }: StoredTokens, { clock }: Pick<SsoDoors, 'clock'>) =>
  expiresAt.getTime() - clock().getTime() >= leastSecondsLeft * 1000;

async function readTokens(session: SsoSession, { vault }: Pick<SsoDoors, 'vault'>): Promise<StoredTokens | undefined> {
  const content = await vault.read(tokensName(session));
  const stored = content === undefined ? undefined : readStored(storedTokens, content);
  if (stored === undefined) return undefined;
  const { accessToken, refreshToken, expiresAt, client } = stored;
  return {
    accessToken,
    expiresAt: new Date(expiresAt),
    client: { ...client, expiresAt: new Date(client.expiresAt) },
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}

const writeTokens = (session: SsoSession, tokens: StoredTokens, { vault }: SsoDoors) =>
  vault.write(tokensName(session), JSON.stringify(tokens));

/** The registration that an earlier sign-in made, if it holds for another ten minutes. */
export async function storedRegistration(name: string, { vault, clock }: SsoDoors): Promise<Registration | undefined> {
  const content = await vault.read(name);
  const stored = content === undefined ? undefined : readStored(storedClient, content);
  if (stored === undefined) return undefined;
  const expiresAt = new Date(stored.expiresAt);
  return expiresAt.getTime() - clock().getTime() > 600_000 ? { ...stored, expiresAt } : undefined;
}
