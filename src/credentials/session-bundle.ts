import type { SessionCredentials } from './access-key.ts';
import { lastsLongEnough, storedSession } from './broker.ts';

/** Sessions that were all got from one key or one sign-in, by a name each. They lie in one item of the vault, so that they end together. */
export interface SessionBundle {
  /** The session of that name while it has `leastMinutes` left; 16, with which every SDK is content, unless told. */
  read(name: string, leastMinutes?: number): Promise<SessionCredentials | undefined>;
  /** Keeps a session, and drops those that are over. To be called while no other process writes into the bundle. */
  write(name: string, session: SessionCredentials): Promise<void>;
}

export interface BundleDoors {
  readonly vault: { read(name: string): Promise<string | undefined>; write(name: string, content: string): Promise<void> };
  readonly clock: () => Date;
}

/** The bundle in the vault's item of this name; what is damaged there counts as none. */
export function sessionBundle(item: string, { vault, clock }: BundleDoors): SessionBundle {
  const readAll = async (): Promise<Readonly<Record<string, unknown>>> => {
    const content = await vault.read(item);
    try {
      const stored: unknown = JSON.parse(content ?? '{}');
      return typeof stored === 'object' && stored !== null ? { ...stored } : {};
    } catch {
      return {}; // the parser's own error quotes what it could not read, and that may be a secret
    }
  };
  return {
    async read(name, leastMinutes) {
      const all = await readAll();
      const session = Object.hasOwn(all, name) ? storedSession(all[name]) : undefined;
      return session !== undefined && lastsLongEnough(session, clock(), leastMinutes) ? session : undefined;
    },
    async write(name, session) {
      const others = Object.entries(await readAll()).filter(([, stored]) => {
        const other = storedSession(stored);
        return other !== undefined && lastsLongEnough(other, clock(), 0);
      });
      const all = { ...Object.fromEntries(others), [name]: { ...session, expiration: session.expiration.toISOString() } };
      await vault.write(item, JSON.stringify(all));
    },
  };
}
