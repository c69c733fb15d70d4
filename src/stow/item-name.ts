import { UserError } from '../message.ts';
import type { Proposal, StowChoices, StowTarget } from './plan.ts';

// So many names are tried for a secret before a person has to choose one.
const mostNames = 100;

/** What the keychain holds, by name. */
export interface StoredItems {
  accounts(): Promise<readonly string[]>;
  read(account: string): Promise<string | undefined>;
}

/**
 * The plan for a secret under a name of its own: the one that its item has where it lies in the keychain already, else the one that is proposed, with a
 * number where the keychain holds another secret under it. A name that a person chose stays.
 */
export async function planUnderOwnName(
  target: StowTarget,
  choices: StowChoices,
  plan: (choices: StowChoices) => Promise<Proposal>,
  stored: StoredItems,
): Promise<Proposal> {
  let proposal = await plan(choices);
  if (target.kind !== 'secret' || choices.itemName !== undefined || !proposal.plan) return proposal;
  const { account, content } = proposal.plan.item;
  const [group = '', first] = account.split('/');
  if ((await stored.read(account)) === content) return proposal;
  const itemName = await nameOf(content, `${group}/`, stored);
  if (itemName !== undefined) return plan({ ...choices, itemName });
  for (let number = 2; proposal.plan && number <= mostNames; number++) {
    if ((await stored.read(proposal.plan.item.account)) === undefined) break;
    proposal = await plan({ ...choices, itemName: `${first}-${number}` });
  }
  return proposal;
}

/** The second half of the name under which this is stored in a group; what cannot be read is another secret. */
async function nameOf(content: string, group: string, stored: StoredItems): Promise<string | undefined> {
  for (const account of await stored.accounts()) {
    if (account.startsWith(group) && (await readable(account, stored)) === content) return account.slice(group.length);
  }
  return undefined;
}

async function readable(account: string, stored: StoredItems): Promise<string | undefined> {
  try {
    return await stored.read(account);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
