import type { Message } from '../message.ts';
import type { ContainmentCloud } from './cloud.ts';
import type { UndoFiles } from './undo-file.ts';

/** An identity that acts. */
export interface Acting {
  readonly profile: string;
  /** An endpoint that is not AWS's own. */
  readonly endpoint?: string;
  /** The long-term key that it acts with, or got its session with; undefined where a person signed in. */
  readonly keyId?: string;
  readonly cloud: ContainmentCloud;
}

/** How long after IAM was changed it is read back, in milliseconds: at the end of the run, and once more. IAM itself may lag, and an attacker resist. */
export interface ContainmentPace {
  readonly readBackMs: number;
  readonly readAgainMs: number;
}

export const usualPace: ContainmentPace = { readBackMs: 5_000, readAgainMs: 60_000 };

/** The outside world as a containment needs it. */
export interface ContainmentDoors {
  /** The identity of this profile as the files and the keychain have it now. @throws UserError where it has no credentials */
  open(profile: string): Promise<Acting>;
  /** The regions that an account has from the beginning, for one that does not tell. */
  readonly usualRegions: readonly string[];
  readonly undoFiles: UndoFiles;
  /** Runs the work while no other process contains or undoes. @throws UserError after `waitMs` */
  exclusively<T>(work: () => Promise<T>, waitMs: number): Promise<T>;
  readonly now: () => Date;
  /** Ends early, without an error, when `signal` is aborted. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
  readonly pace: ContainmentPace;
  /** Hears of each step when it is begun, and how many of all are over. */
  readonly progress?: (step: Message, over: number, all: number) => void;
}
