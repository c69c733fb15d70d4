import { rm } from 'node:fs/promises';
import * as v from 'valibot';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { readCached } from './cached.ts';
import { said } from './report.ts';

const failure = v.object({
  at: v.pipe(v.string(), v.isoTimestamp()),
  why: said,
  /** How often it failed in a row. */
  times: v.number(),
});

const minuteMs = 60_000;

/** How the last reading failed, for all windows: none of them asks again before its time. */
export class LastFailure {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** What the last reading failed with, while it is too early to try again: for a minute after the first failure, then two, four, up to `mostMinutes`. */
  async tooEarly(now: Date, mostMinutes: number): Promise<UserError | undefined> {
    const last = await readCached(failure, this.#file);
    if (!last) return undefined;
    const ageMs = now.getTime() - Date.parse(last.at);
    const waitMs = Math.min(2 ** (last.times - 1), mostMinutes) * minuteMs;
    return ageMs >= 0 && ageMs < waitMs ? new UserError(last.why.text, last.why.values) : undefined;
  }

  async remember(error: UserError, now: Date): Promise<void> {
    const times = ((await readCached(failure, this.#file))?.times ?? 0) + 1;
    await replaceFile(this.#file, JSON.stringify({ at: now.toISOString(), why: error.said, times }));
  }

  async forget(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
