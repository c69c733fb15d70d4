import * as v from 'valibot';
import type { Message } from '../message.ts';
import { denyUser } from './deny-user.ts';
import { disableKey } from './disable-key.ts';
import type { StepKind } from './step.ts';
import { stopFunction } from './stop-function.ts';

const kinds = [disableKey, denyUser, stopFunction] as const;

/** What an undo file may hold of a step. */
export const stepSchema = v.union(kinds.map(({ schema }) => schema));

/** A step, by its facts. */
export type Step = v.InferOutput<typeof stepSchema>;

/** Every kind of step, in the order in which they are done: first what lets an attacker begin anew, then what runs. A new kind is a line above. */
export const stepKinds = kinds as unknown as readonly StepKind<Step>[];

/** The kind that a step is of. */
export function kindOf(step: Step): StepKind<Step> {
  return stepKinds.find(({ kind }) => kind === step.kind)!;
}

/** What happens by a step, for a person. */
export const does = (step: Step): Message => kindOf(step).does(step);

/** What its undo does. */
export const undoes = (step: Step): Message => kindOf(step).undoes(step);

/** The name of a step within its plan, the same each time it is planned. */
export function idOf(step: Step): string {
  const { region, resource } = kindOf(step).where(step);
  return [step.kind, ...(region === 'global' ? [] : [region]), resource].join(':');
}

/**
 * Does `work` with each of the steps, a kind after another, the regions of a kind side by side, the steps of a region one after another.
 * All that was begun has ended when it returns. @throws what the first failing work threw
 */
export async function inOrder<Item extends { readonly step: Step }>(
  items: readonly Item[],
  order: 'forward' | 'backward',
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const turned = <T>(list: readonly T[]): readonly T[] => (order === 'forward' ? list : list.toReversed());
  for (const { kind, where, regionsAtOnce } of turned(stepKinds)) {
    const ofKind = turned(items.filter(({ step }) => step.kind === kind));
    const regions = [...new Set(ofKind.map(({ step }) => where(step).region))];
    const inRegion = (region: string) => ofKind.filter(({ step }) => where(step).region === region);
    const worker = async () => {
      for (let region = regions.shift(); region !== undefined; region = regions.shift())
        for (const item of inRegion(region)) await work(item);
    };
    const ended = await Promise.allSettled(Array.from({ length: regionsAtOnce }, worker));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }
}
