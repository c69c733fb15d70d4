import type { GenericSchema } from 'valibot';
import type { Message } from '../message.ts';
import type { Burning } from './burning.ts';
import type { ContainmentCloud } from './cloud.ts';
import type { Suspect } from './users.ts';

/** What the steps of a plan are found from. */
export interface Survey {
  readonly cloud: ContainmentCloud;
  /** The users who have access keys, but never the one who acts. */
  readonly users: readonly Suspect[];
  readonly regions: readonly string[];
  /** Undefined where nobody knows. */
  readonly burning: readonly Burning[] | undefined;
  /** What the reading gives; undefined where it failed, which the plan then says. */
  attempt<T>(what: Message, reading: Promise<T>): Promise<T | undefined>;
}

/** A step that a plan proposes. */
export interface Found<Facts> {
  readonly facts: Facts;
  readonly ticked: boolean;
  /** What goes on being paid without it, in US dollars an hour; undefined where nobody knows. */
  readonly perHour?: number;
  /** Why it is ticked or not. */
  readonly because?: Message;
}

/**
 * A kind of step: how it is found, done, read back and undone. Facts are what the undo file keeps of a step: no secret, and all that its undo needs.
 * Everything here may be done again, since a crash may come at any moment.
 */
export interface StepKind<Facts extends { readonly kind: string }> {
  readonly kind: Facts['kind'];
  /** What an undo file may hold of it. */
  readonly schema: GenericSchema<Facts>;
  /** As policies name the call. */
  readonly action: string;
  readonly service: string;
  /** How many regions are worked on at once. */
  readonly regionsAtOnce: number;
  where(facts: Facts): { readonly region: string; readonly resource: string };
  /** The user whose rights it takes. */
  denies?(facts: Facts): string;
  find(survey: Survey): Promise<readonly Found<Facts>[]>;
  does(facts: Facts): Message;
  undoes(facts: Facts): Message;
  /** The facts as they are at the moment of acting; undefined where there is nothing to do any more, and so nothing to undo. */
  look(facts: Facts, cloud: ContainmentCloud): Promise<Facts | undefined>;
  apply(facts: Facts, cloud: ContainmentCloud): Promise<void>;
  /** Whether it is still in force; absent where nobody is likely to take it back at once. */
  stands?(facts: Facts, cloud: ContainmentCloud): Promise<boolean>;
  /** Gives back what was before. @returns why something was left as it is, where it was. */
  undo(facts: Facts, cloud: ContainmentCloud): Promise<Message | undefined>;
}
