import type { RandomBytes } from './identifiers.ts';
import type { Role } from './principals.ts';

/** An account that people of the Identity Center may enter, by the names of its permission sets. */
export interface SsoAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: Map<string, Role>;
}

/** A program that registered itself. */
export interface SsoClient {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly grantTypes: readonly string[] | undefined;
  readonly redirectUris: readonly string[];
  readonly expiresAt: Date;
}

/** What a client asked a person for, by the authorize page or by a device code; `user` once it was allowed. */
export interface SsoRequest {
  readonly client: SsoClient;
  readonly expiresAt: Date;
  readonly browser?: { readonly redirectUri: string; readonly state: string | undefined; readonly challenge: string };
  readonly device?: { readonly userCode: string };
  user?: string;
  denied?: true;
  /** When a device code was last asked for. */
  asked?: Date;
}

/** What a person signed in to: one access token at a time, and with it, where the client has a scope, one refresh token. */
export interface SsoSession {
  readonly client: SsoClient;
  readonly user: string;
  readonly endsAt: Date;
  accessToken: string;
  accessTokenExpires: Date;
  refreshToken: string | undefined;
}

/** One instance of IAM Identity Center: who may sign in, to what, and what was given out. */
export class IdentityCenter {
  startUrl: string;
  readonly users: string[] = [];
  readonly accounts = new Map<string, SsoAccount>();
  /** How long an access token lasts; without a scope it lasts as long as the session. */
  accessTokenSeconds = 3600;
  sessionSeconds = 8 * 3600;
  requestSeconds = 600;
  /** How long a client must wait between two questions about a device code. */
  pollSeconds = 1;
  /** How much a page of a list holds where the client does not say. */
  pageSize = 20;
  readonly clients = new Map<string, SsoClient>();
  /** By the one-time key of the page, by the authorization code, and by the device code. */
  readonly requests = new Map<string, SsoRequest>();
  readonly sessions = new Set<SsoSession>();
  readonly #random: RandomBytes;

  constructor(random: RandomBytes) {
    this.#random = random;
    this.startUrl = `https://d-${random(5).toString('hex')}.awsapps.com/start`;
  }

  /** A text that nobody can guess. */
  token(bytes = 32): string {
    return this.#random(bytes).toString('base64url');
  }

  /** Eight letters for a person to compare, as AWS words them: no vowels. */
  userCode(): string {
    const letters = [...this.#random(8)].map((byte) => 'BCDFGHJKLMNPQRSTVWXZ'[byte % 20]).join('');
    return `${letters.slice(0, 4)}-${letters.slice(4)}`;
  }

  signIn(client: SsoClient, user: string, now: Date): SsoSession {
    const endsAt = new Date(now.getTime() + this.sessionSeconds * 1000);
    const session: SsoSession = { client, user, endsAt, accessToken: '', accessTokenExpires: now, refreshToken: undefined };
    this.sessions.add(session);
    this.renew(session, now);
    return session;
  }

  /** Gives the session new tokens; the old ones are no longer known. */
  renew(session: SsoSession, now: Date): void {
    const scoped = session.client.scopes.length > 0;
    const until = scoped ? Math.min(now.getTime() + this.accessTokenSeconds * 1000, session.endsAt.getTime()) : session.endsAt.getTime();
    session.accessToken = this.token(48);
    session.accessTokenExpires = new Date(until);
    session.refreshToken = scoped ? this.token(48) : undefined;
  }

  /** The session of an access token that still holds. */
  sessionOf(accessToken: string, now: Date): SsoSession | undefined {
    return [...this.sessions].find((session) => session.accessToken === accessToken && session.accessTokenExpires > now);
  }
}
