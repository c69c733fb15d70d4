import type { SessionCredentials } from '../access-key.ts';
import type { SsoSession } from './sso-session.ts';

// What signing in needs of AWS. The two services answer what a client must expect of them as values, and throw a UserError for the rest.

/** How a person allows the sign-in: in a browser that comes back to this machine, or anywhere, by comparing a code. */
export type SignInFlow = 'browser' | 'code';

/** This program as the sign-in service knows it: a public client, whose secret is none but is kept like one. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiresAt: Date;
}

export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly address: string;
  /** With the user code filled in. */
  readonly addressWithCode: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

export type Grant =
  | { readonly kind: 'authorization'; readonly code: string; readonly verifier: string; readonly redirectUri: string }
  | { readonly kind: 'device'; readonly deviceCode: string }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

export type TokenAnswer =
  | { readonly kind: 'tokens'; readonly accessToken: string; readonly expiresInSeconds: number; readonly refreshToken?: string }
  /** `pending`, `slow-down`: ask again. `denied`: by the person. `expired`: too late. `refused`: the grant, or this client, is not known, or no longer. */
  | { readonly kind: 'pending' | 'slow-down' | 'denied' | 'expired' | 'refused' };

/** IAM Identity Center OIDC. */
export interface SignInService {
  /** The address of the service, without a slash at its end. */
  origin(session: SsoSession): Promise<string>;
  register(session: SsoSession, flow: SignInFlow, signal?: AbortSignal): Promise<Registration>;
  /** Undefined where the service does not know the client, or no longer. */
  startDevice(session: SsoSession, client: Registration, signal?: AbortSignal): Promise<DeviceAuthorization | undefined>;
  token(session: SsoSession, client: Registration, grant: Grant, signal?: AbortSignal): Promise<TokenAnswer>;
}

export interface SsoAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** The portal of IAM Identity Center. `signed-out`: it does not know the token, or no longer. `no-access`: not this role in this account. */
export interface Portal {
  accounts(session: SsoSession, accessToken: string, page?: string, signal?: AbortSignal): Promise<Page<SsoAccount> | 'signed-out'>;
  /** The names of the roles. */
  roles(
    session: SsoSession,
    accessToken: string,
    account: string,
    page?: string,
    signal?: AbortSignal,
  ): Promise<Page<string> | 'signed-out' | 'no-access'>;
  credentials(
    session: SsoSession,
    accessToken: string,
    account: string,
    role: string,
    signal?: AbortSignal,
  ): Promise<SessionCredentials | 'signed-out' | 'no-access'>;
  logout(session: SsoSession, accessToken: string): Promise<void>;
}

/** What all of signing in is done with. */
export interface SsoDoors {
  /** Where tokens and sessions wait, encrypted. */
  readonly vault: {
    read(name: string): Promise<string | undefined>;
    write(name: string, content: string): Promise<void>;
    remove(name: string): Promise<void>;
  };
  /** Called only when they are needed: their clients cost more than everything else together. */
  readonly signInService: () => Promise<SignInService>;
  readonly portal: () => Promise<Portal>;
  /** Runs the work while no other process does anything under this name; throws a UserError after `waitMs`. */
  readonly lock: <T>(name: string, work: () => Promise<T>, waitMs: number) => Promise<T>;
  readonly clock: () => Date;
}
