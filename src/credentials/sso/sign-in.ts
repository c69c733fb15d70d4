import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, UserError } from '../../message.ts';
import type { DeviceAuthorization, Registration, SignInFlow, SignInService, SsoDoors, TokenAnswer } from './cloud.ts';
import { type CallbackPage, openLoopbackListener } from './loopback.ts';
import { keyOf, type SsoSession } from './sso-session.ts';
import { alone, storedRegistration, storeTokens, takeTokens } from './tokens.ts';

/** What is known about where the person's browser runs. */
export interface Surroundings {
  /** Whether a port of 127.0.0.1 could be opened here. */
  readonly loopbackListens: boolean;
  /** Whether editor and browser run on this machine. */
  readonly windowIsLocal: boolean;
  /** The host, with or without a port, under which the person's browser reaches a loopback address of this machine, as the editor says. */
  readonly externalHost?: string;
}

/** The browser where its way back to this machine is open, else a code: it works anywhere, but can be asked for by somebody else. */
export function signInFlow({ loopbackListens, windowIsLocal, externalHost }: Surroundings): SignInFlow {
  const comesBack = windowIsLocal || (externalHost !== undefined && isLoopback(externalHost));
  return loopbackListens && comesBack ? 'browser' : 'code';
}

const isLoopback = (host: string) => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);

export interface BrowserSignIn {
  /** Chooses once the way back to this machine is known: the redirect address, undefined where no loopback port opens. The browser unless told. */
  readonly chooseFlow?: (redirectUri: string | undefined) => Promise<SignInFlow>;
  /** Opens the address in the person's browser, or shows it. */
  readonly open: (address: string) => unknown;
  /** What the browser shows at the end. */
  readonly page?: CallbackPage;
  /** Gives up; the sign-in rejects with its reason. */
  readonly signal?: AbortSignal;
  /** How long a person may take, in milliseconds; five minutes unless told. */
  readonly waitMs?: number;
}

const englishPage: CallbackPage = { language: 'en', title: 'Back to your editor', text: 'Keystow has the answer. You can close this tab.' };

/**
 * Signs in by the person's browser: authorization code with PKCE (RFC 7636) and a loopback redirect (RFC 8252).
 * @returns `code` where that was chosen, or is all that is left: nothing was asked of anybody then.
 * @throws UserError where the person denied or nothing came in time, and for whatever the service refuses.
 */
export async function signInWithBrowser(session: SsoSession, doors: SsoDoors, how: BrowserSignIn): Promise<'signed in' | 'code'> {
  const { chooseFlow = async () => 'browser', open, page = englishPage, signal, waitMs = 5 * 60_000 } = how;
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const listener = await openLoopbackListener({ state, page, waitMs, ...(signal === undefined ? {} : { signal }) });
  try {
    const flow = await chooseFlow(listener?.redirectUri);
    if (listener === undefined || flow === 'code') return 'code';
    const service = await doors.signInService();
    await withRegistration(session, 'browser', service, doors, signal, async (client) => {
      const address = new URL(`${await service.origin(session)}/authorize`);
      address.search = new URLSearchParams({
        response_type: 'code',
        client_id: client.clientId,
        redirect_uri: listener.redirectUri,
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...(session.scopes.length === 0 ? {} : { scopes: session.scopes.join(' ') }),
      }).toString();
      signal?.throwIfAborted();
      await open(address.href);
      const back = await listener.answer;
      if (back === undefined) throw tooLate();
      if ('error' in back) throw back.error === 'access_denied' ? denied() : notAllowed(back.error);
      const { redirectUri } = listener;
      const answer = await service.token(session, client, { kind: 'authorization', code: back.code, verifier, redirectUri }, signal);
      return keep(session, client, answer, doors);
    });
    return 'signed in';
  } finally {
    listener?.close();
  }
}

export interface CodeSignIn {
  /** Shows the code and the address where the person compares it. */
  readonly show: (device: Pick<DeviceAuthorization, 'userCode' | 'address' | 'addressWithCode'>) => unknown;
  /** Gives up; the sign-in rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Signs in by a code that the person compares in a browser anywhere (RFC 8628).
 * @throws UserError where the person denied or took too long, and for whatever the service refuses.
 */
export async function signInWithCode(session: SsoSession, doors: SsoDoors, { show, signal }: CodeSignIn): Promise<void> {
  const service = await doors.signInService();
  await withRegistration(session, 'code', service, doors, signal, async (client) => {
    const device = await service.startDevice(session, client, signal);
    if (device === undefined) return 'unknown client';
    await show({ userCode: device.userCode, address: device.address, addressWithCode: device.addressWithCode });
    const until = performance.now() + device.expiresInSeconds * 1000;
    for (let seconds = device.intervalSeconds; performance.now() < until; ) {
      await pause(seconds * 1000, signal);
      const answer = await service.token(session, client, { kind: 'device', deviceCode: device.deviceCode }, signal);
      if (answer.kind === 'slow-down') seconds += 5;
      else if (answer.kind !== 'pending') return keep(session, client, answer, doors);
    }
    throw tooLate();
  });
}

async function keep(session: SsoSession, client: Registration, answer: TokenAnswer, doors: SsoDoors): Promise<'done'> {
  if (answer.kind === 'tokens') {
    await storeTokens(session, client, answer, doors);
    return 'done';
  }
  if (answer.kind === 'denied') throw denied();
  if (answer.kind === 'expired') throw tooLate();
  throw notAllowed(answer.kind);
}

const denied = () => new UserError('The sign-in was denied in the browser. Sign in again if that was not meant.');
const tooLate = () => new UserError('Nobody answered in the browser in time. Sign in again.');
const notAllowed = (error: string) =>
  new UserError('The sign-in service refused the sign-in ({error}). Sign in again.', {
    error: error.replace(/[^\w-]+/g, ' ').slice(0, 100),
  });

/**
 * Does the work with a registration, an earlier one where it still holds. One that did not lead to a sign-in is forgotten: a service that no
 * longer knows it shows that to the browser only.
 */
async function withRegistration(
  session: SsoSession,
  flow: SignInFlow,
  service: SignInService,
  doors: SsoDoors,
  signal: AbortSignal | undefined,
  work: (client: Registration) => Promise<'done' | 'unknown client'>,
): Promise<void> {
  const name = `sso-client-${flow}-${keyOf(session)}`;
  const register = async () => {
    const made = await service.register(session, flow, signal);
    await doors.vault.write(name, JSON.stringify(made));
    return made;
  };
  const earlier = await storedRegistration(name, doors);
  try {
    if ((await work(earlier ?? (await register()))) === 'done') return;
    if ((await work(await register())) === 'unknown client') throw notAllowed('invalid_client');
  } catch (error) {
    await doors.vault.remove(name);
    throw error;
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** What a sign-out came to. */
export interface SignedOut {
  /** Whether there was a sign-in to end. */
  readonly wasSignedIn: boolean;
  /** Why the portal could not be told; the session may go on there until it ends by itself. */
  readonly notTold?: Message;
}

/** Signs out: tokens and role sessions are removed here, and then the portal is told, so that they are worth nothing elsewhere either. */
export async function signOut(session: SsoSession, doors: SsoDoors): Promise<SignedOut> {
  return alone(session, doors, async () => {
    const lastToken = await takeTokens(session, doors);
    if (lastToken === undefined) return { wasSignedIn: false };
    try {
      const token = await lastToken();
      if (token !== undefined) await (await doors.portal()).logout(session, token);
      return { wasSignedIn: true };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { wasSignedIn: true, notTold: error.said };
    }
  });
}
