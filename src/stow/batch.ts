import type { RuleSet } from '../detect/detect.ts';
import type { Placed } from '../detect/pairs-across.ts';
import { fingerprint } from '../detect/report.ts';
import { type Message, message, UserError } from '../message.ts';
import { applyEdits } from './edit.ts';
import { planUnderOwnName, type StoredItems } from './item-name.ts';
import { type PlanDoors, type Proposal, planStow, type SourceFile, type StowChoices } from './plan.ts';
import type { StowPlan } from './run.ts';
import { targetOf } from './target.ts';

/** A secret of several that are to be stowed. */
export interface Wanted {
  readonly file: Omit<SourceFile, 'text'>;
  /** By rule and fingerprint it is found again once those before it are out of the file. */
  readonly rule: string;
  readonly fingerprint: string;
}

/** What can be done for one of them. */
export type PlannedOne = { readonly wanted: Wanted } & (
  | { readonly plan: StowPlan; readonly proposal: Proposal }
  | { readonly refused: Message }
);

export interface BatchDoors {
  read(path: string): Promise<string | undefined>;
  /** What is found in a text of this file. */
  findingsIn(text: string, path: string): readonly Placed[];
  /** The rules that findings of this file are of; those of the catalogue if absent. */
  rulesOf?(path: string): RuleSet;
  /** What a plan is made of, where the files are as `read` gives them. */
  planDoors(file: Wanted['file'], read: BatchDoors['read']): Promise<PlanDoors>;
  readonly stored: StoredItems;
}

/** Plans stows that are run one after another: each for the files as those before it leave them, and each secret under a name of its own. */
export async function planAll(all: readonly Wanted[], doors: BatchDoors): Promise<PlannedOne[]> {
  const texts = new Map<string, string>();
  // what the plans will store, and what was read of the keychain: each secret is compared with all of its group
  const items = new Map<string, string | undefined>();
  const read = async (path: string) => texts.get(path) ?? (await doors.read(path));
  const stored: StoredItems = {
    accounts: async () => [...new Set([...items.keys(), ...(await doors.stored.accounts())])],
    read: async (account) => {
      if (!items.has(account)) items.set(account, await doors.stored.read(account));
      return items.get(account);
    },
  };
  const planned: PlannedOne[] = [];
  for (const wanted of all) {
    const one = await planOne(wanted, read, stored, doors);
    planned.push(one);
    if ('refused' in one) continue;
    const { additions, removals, item } = one.plan;
    for (const { path, before, edits } of [...additions, ...removals]) texts.set(path, applyEdits(before, edits));
    items.set(item.account, item.content);
  }
  return planned;
}

async function planOne(wanted: Wanted, read: BatchDoors['read'], stored: StoredItems, doors: BatchDoors): Promise<PlannedOne> {
  const refused = (said: Message): PlannedOne => ({ wanted, refused: said });
  try {
    const text = (await read(wanted.file.path)) ?? '';
    const findings = doors.findingsIn(text, wanted.file.path);
    const finding = findings.find((one) => one.rule === wanted.rule && fingerprint(text, one) === wanted.fingerprint);
    if (!finding) return refused(message('The secret is not in the file any more.'));
    const target = targetOf(findings, finding, doors.rulesOf?.(wanted.file.path));
    const planDoors = await doors.planDoors(wanted.file, read);
    const plan = (choices: StowChoices) => planStow({ ...wanted.file, text }, target, choices, planDoors);
    const proposal = await planUnderOwnName(target, {}, plan, stored);
    return proposal.plan ? { wanted, plan: proposal.plan, proposal } : refused(proposal.refused ?? message('Nothing is changed'));
  } catch (error) {
    if (error instanceof UserError) return refused(error.said);
    throw error;
  }
}
