import type { Proposal, StowChoices, StowTarget } from './plan.ts';

// So many names are tried for a secret before a person has to choose one.
const mostNames = 100;

/**
 * The plan for a secret under a name of its own: the one that is proposed, with a number where the keychain holds another secret under it. A name that a
 * person chose stays.
 * @param stored what the keychain holds under a name
 */
export async function planUnderOwnName(
  target: StowTarget,
  choices: StowChoices,
  plan: (choices: StowChoices) => Promise<Proposal>,
  stored: (account: string) => Promise<string | undefined>,
): Promise<Proposal> {
  let proposal = await plan(choices);
  if (target.kind !== 'secret' || choices.itemName !== undefined) return proposal;
  const first = proposal.plan?.item.account.split('/')[1];
  for (let number = 2; proposal.plan && number <= mostNames; number++) {
    const held = await stored(proposal.plan.item.account);
    if (held === undefined || held === proposal.plan.item.content) break;
    proposal = await plan({ ...choices, itemName: `${first}-${number}` });
  }
  return proposal;
}
