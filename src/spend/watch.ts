import { type Message, UserError } from '../message.ts';
import type { SpendReport } from './report.ts';
import { lastSpend, needsPerson, readSpend, type SpendDoors, type SpendSettings, type SpendSubject } from './spend.ts';

/** A profile whose spend can be read, and what was last found. */
interface Watching {
  readonly profile: string;
  /** Where AWS is asked, if not at its own endpoints. */
  readonly endpoint?: string;
  readonly report?: SpendReport;
}

/** What a window knows of the spend of its profile. */
export type SpendState =
  /** There is no profile. */
  | { readonly kind: 'nothing' }
  /** The profile is not one whose spend can be read. */
  | { readonly kind: 'unwatched'; readonly profile: string; readonly why: Message }
  | (Watching & { readonly kind: 'reading' })
  | (Watching & { readonly kind: 'known'; readonly report: SpendReport })
  | (Watching & { readonly kind: 'signInNeeded' | 'failed'; readonly why: Message });

export interface WatchDoors {
  /** The name of the profile to watch; undefined where there is none. */
  profile(): Promise<string | undefined>;
  /** @throws UserError where the profile is not one whose spend can be read */
  watched(profile: string): Promise<{ readonly subject: SpendSubject; readonly doors: SpendDoors; readonly endpoint?: string }>;
  settings(): SpendSettings;
  show(state: SpendState): void;
}

/** A person who asks for new figures gets them at once, but no more often than this. */
const refreshAfterMs = 5_000;

/**
 * Follows the spend of a window's profile. Any number of them, in any number of processes, ask AWS once per `pollMinutes` and account: whoever finds the
 * figures too old reads them for all. It is told when to look, and has no timer of its own.
 */
export class SpendWatch {
  readonly #doors: WatchDoors;
  #last: Promise<unknown> = Promise.resolve();
  #looks = 0;

  constructor(doors: WatchDoors) {
    this.#doors = doors;
  }

  /** Shows what is known, and reads anew what is too old. A bug is thrown, after it was shown as a failure. */
  async look(): Promise<void> {
    if (this.#looks > 1) return; // one that goes on, and one that begins after it and sees what changed meanwhile
    this.#looks++;
    try {
      await this.#next(() => this.#read({ patient: true }));
    } finally {
      this.#looks--;
    }
  }

  /** Reads anew what is older than a few seconds. @throws UserError where it cannot be read; that is shown too. */
  async refresh(): Promise<void> {
    const failed = await this.#next(() => this.#read({ maxAgeMs: refreshAfterMs }));
    if (failed) throw failed;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #read(how: { readonly maxAgeMs?: number; readonly patient?: boolean }): Promise<UserError | undefined> {
    const { show, settings } = this.#doors;
    const profile = await this.#doors.profile();
    if (profile === undefined) {
      show({ kind: 'nothing' });
      return undefined;
    }
    let watching: Watching = { profile };
    try {
      const found = await this.#doors.watched(profile).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        show({ kind: 'unwatched', profile, why: error.said });
        return error;
      });
      if (found instanceof UserError) return found;
      const { subject, doors, endpoint } = found;
      const report = await lastSpend(subject, doors);
      watching = { profile, ...(endpoint !== undefined && { endpoint }), ...(report && { report }) };
      show({ kind: 'reading', ...watching });
      show({ kind: 'known', ...watching, report: await readSpend(subject, settings(), doors, how) });
      return undefined;
    } catch (error) {
      if (needsPerson(error)) show({ kind: 'signInNeeded', ...watching, why: error.said });
      else if (error instanceof UserError) show({ kind: 'failed', ...watching, why: error.said });
      else throw error;
      return error;
    }
  }
}
