import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../message.ts';
import type { Page, Portal, SsoAccount, SsoDoors } from './cloud.ts';
import type { SsoSession } from './sso-session.ts';
import { alone, usableToken } from './tokens.ts';

/** The lists of the portal, as the person who signed in sees them. */
export interface PortalLists {
  /** The accounts, by name. @throws UserError; SignInNeeded where nobody is signed in, or no longer. */
  accounts(signal?: AbortSignal): Promise<readonly SsoAccount[]>;
  /** The names of the roles in an account. @throws UserError; SignInNeeded where nobody is signed in, or no longer. */
  roles(account: string, signal?: AbortSignal): Promise<readonly string[]>;
}

// The portal answers more than about five questions a second with TooManyRequestsException.
const pauseMs = 200;

/** The lists of a sign-in, page by page and never more than five pages a second; `profile` is what a message tells to sign in. */
export function portalLists(session: SsoSession, profile: string, doors: SsoDoors): PortalLists {
  let next = Promise.resolve();
  const inTurn = async () => {
    const turn = next;
    next = turn.then(() => sleep(pauseMs));
    await turn;
  };

  const all = async <Item>(ask: (portal: Portal, token: string, page: string | undefined) => Promise<Page<Item> | 'signed-out'>) => {
    const portal = await doors.portal();
    const tokenFor = (refused?: string) => alone(session, doors, () => usableToken(session, profile, doors, refused));
    let token = await tokenFor();
    const items: Item[] = [];
    for (let page: Page<Item> | undefined; page === undefined || page.next !== undefined; ) {
      const asked = page?.next;
      await inTurn();
      let answer = await ask(portal, token, asked);
      if (answer === 'signed-out') {
        token = await tokenFor(token);
        answer = await ask(portal, token, asked);
      }
      if (answer === 'signed-out') throw refusedNewToken(session);
      items.push(...answer.items);
      page = answer;
    }
    return items;
  };

  return {
    async accounts(signal) {
      const accounts = await all((portal, token, page) => portal.accounts(session, token, page, signal));
      return accounts.toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
    },
    async roles(account, signal) {
      const roles = await all(async (portal, token, page) => {
        const answer = await portal.roles(session, token, account, page, signal);
        return answer === 'no-access' ? { items: [] } : answer;
      });
      return roles.toSorted();
    },
  };
}

/** The portal does not take what the sign-in service has just given out. */
export const refusedNewToken = (session: SsoSession) =>
  new UserError('The portal does not take the new token of the sign-in {session}. Sign out, then sign in again.', {
    session: session.name,
  });
