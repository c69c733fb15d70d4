import { hash } from 'node:crypto';
import { join } from 'node:path';
import { MfaNeeded } from '../credentials/role/assume.ts';
import { SignInNeeded } from '../credentials/sso/tokens.ts';
import { withLock } from '../files/lock.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { readCached } from './cached.ts';
import type { OnCall, SpendCloud } from './cloud.ts';
import { LastFailure } from './last-failure.ts';
import { OwnCostMeter } from './own-cost.ts';
import { type SpendReport, spendReport } from './report.ts';
import { sweep } from './sweep.ts';

/** Whose spend it is. */
export interface SpendSubject {
  readonly profile: string;
  /** What the profile points at (key id or role, endpoint): figures read before it pointed elsewhere are not its own. */
  readonly identity: string;
}

/** The subject that a served profile is, whatever it points at. */
export function subjectOf(served: { readonly name: string }): SpendSubject {
  const { name, ...pointsAt } = served;
  return { profile: name, identity: JSON.stringify(Object.entries(pointsAt).sort()) };
}

export interface SpendSettings {
  /** How old figures may be; 5 unless told. */
  readonly pollMinutes: number;
  readonly regions: 'all' | readonly string[];
  /** What our own calls may cost a day, in US dollars, for all profiles together. */
  readonly maxCostPerDay: number;
}

/** As the settings `keystow.spend.…` are where nobody changed them. */
export const defaultSettings: SpendSettings = { pollMinutes: 5, regions: 'all', maxCostPerDay: 0.25 };
export const defaultAlertPerHour = 5;

export interface SpendDoors {
  /** The cloud, with credentials that last a sweep; `onCall` hears of every request before it is sent. */
  open(onCall: OnCall): Promise<SpendCloud>;
  /** Where figures lie; may be deleted at any time. */
  readonly cacheFolder: string;
  /** One process at a time asks AWS, for whichever profile: the others read what it found. */
  readonly lockFile: string;
  readonly clock: () => Date;
}

export interface ReadOptions {
  /** How old figures may be, in milliseconds; `pollMinutes` unless told. 0 asks AWS now. */
  readonly maxAgeMs?: number;
  /** For who asks again and again: after a failure AWS is left alone for a minute, then two, four, up to `pollMinutes`, by all windows together. */
  readonly patient?: boolean;
}

/**
 * What the profile's account spends. Asks AWS where the figures in the cache folder are too old; what the month has cost is asked four times a day at
 * most, whatever is asked.
 * @throws UserError where AWS does not take the credentials, or another process has been asking for two minutes; one for which `needsPerson` is true where nobody is signed in.
 */
export async function readSpend(
  subject: SpendSubject,
  settings: SpendSettings,
  doors: SpendDoors,
  { maxAgeMs = settings.pollMinutes * 60_000, patient = false }: ReadOptions = {},
): Promise<SpendReport> {
  const file = fileOf(subject, doors, 'json');
  const lastFailure = new LastFailure(fileOf(subject, doors, 'failed.json'));
  const oldest = doors.clock().getTime() - maxAgeMs;
  const fresh = (report: SpendReport | undefined) => {
    const age = report === undefined ? undefined : Date.parse(report.asOf);
    // Figures from the future were written before the clock was set back.
    return age !== undefined && age >= oldest && age <= doors.clock().getTime() ? report : undefined;
  };
  const beforeItsTime = async () => {
    const failed = patient ? await lastFailure.tooEarly(doors.clock(), settings.pollMinutes) : undefined;
    if (failed) throw failed;
  };
  const known = fresh(await readCached(spendReport, file));
  if (known) return known;
  await beforeItsTime();
  return withLock(
    doors.lockFile,
    async () => {
      const previous = await readCached(spendReport, file);
      const readMeanwhile = fresh(previous);
      if (readMeanwhile) return readMeanwhile;
      await beforeItsTime();
      const meter = await OwnCostMeter.open(join(doors.cacheFolder, 'own-cost.json'), settings.maxCostPerDay, doors.clock);
      try {
        const cloud = await doors.open(meter.onCall);
        const swept = await sweep({ profile: subject.profile, cloud, clock: doors.clock, regions: settings.regions, previous });
        const report = { ...swept, ownCost: meter.today };
        await replaceFile(file, JSON.stringify(report));
        await lastFailure.forget();
        return report;
      } catch (error) {
        // Whether somebody has signed in meanwhile is not asked of AWS.
        if (error instanceof UserError && !needsPerson(error)) await lastFailure.remember(error, doors.clock());
        throw error;
      } finally {
        await meter.save();
      }
    },
    { waitMs: 120_000 },
  );
}

/** Whether credentials come only once a person has signed in, or said the code of an MFA device. */
export function needsPerson(error: unknown): error is UserError {
  return error instanceof SignInNeeded || error instanceof MfaNeeded;
}

/** What was last found, however old; undefined where nothing was. For what a window shows until the first figures come. */
export async function lastSpend(subject: SpendSubject, doors: Pick<SpendDoors, 'cacheFolder'>): Promise<SpendReport | undefined> {
  return readCached(spendReport, fileOf(subject, doors, 'json'));
}

function fileOf({ profile, identity }: SpendSubject, { cacheFolder }: Pick<SpendDoors, 'cacheFolder'>, extension: string): string {
  return join(cacheFolder, `${hash('sha256', JSON.stringify([profile, identity])).slice(0, 32)}.${extension}`);
}
