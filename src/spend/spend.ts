import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorCode, fileError } from '../files/file-error.ts';
import { withLock } from '../files/lock.ts';
import { replaceFile } from '../files/write.ts';
import type { OnCall, SpendCloud } from './cloud.ts';
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

/**
 * What the profile's account spends. Asks AWS where the figures in the cache folder are older than `pollMinutes`, or at once where `refresh` is set;
 * what the month has cost is asked four times a day at most, whatever is set.
 * @throws UserError where AWS does not take the credentials, or another process has been asking for two minutes.
 */
export async function readSpend(
  subject: SpendSubject,
  settings: SpendSettings,
  doors: SpendDoors,
  { refresh = false }: { readonly refresh?: boolean } = {},
): Promise<SpendReport> {
  const file = fileOf(subject, doors);
  const wanted = doors.clock();
  const oldest = refresh ? wanted.getTime() : wanted.getTime() - settings.pollMinutes * 60_000;
  const fresh = (report: SpendReport | undefined) => {
    const age = report === undefined ? undefined : Date.parse(report.asOf);
    // Figures from the future were written before the clock was set back.
    return age !== undefined && age >= oldest && age <= doors.clock().getTime() ? report : undefined;
  };
  const known = fresh(await readReport(file));
  if (known) return known;
  return withLock(
    doors.lockFile,
    async () => {
      const previous = await readReport(file);
      const readMeanwhile = fresh(previous);
      if (readMeanwhile) return readMeanwhile;
      const meter = await OwnCostMeter.open(join(doors.cacheFolder, 'own-cost.json'), settings.maxCostPerDay, doors.clock);
      try {
        const cloud = await doors.open(meter.onCall);
        const swept = await sweep({ profile: subject.profile, cloud, clock: doors.clock, regions: settings.regions, previous });
        const report = { ...swept, ownCost: meter.today };
        await replaceFile(file, JSON.stringify(report));
        return report;
      } finally {
        await meter.save();
      }
    },
    { waitMs: 120_000 },
  );
}

/** What was last found, however old; undefined where nothing was. For what a window shows until the first figures come. */
export async function lastSpend(subject: SpendSubject, doors: Pick<SpendDoors, 'cacheFolder'>): Promise<SpendReport | undefined> {
  return readReport(fileOf(subject, doors));
}

function fileOf({ profile, identity }: SpendSubject, { cacheFolder }: Pick<SpendDoors, 'cacheFolder'>): string {
  return join(cacheFolder, `${hash('sha256', JSON.stringify([profile, identity])).slice(0, 32)}.json`);
}

async function readReport(file: string): Promise<SpendReport | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  });
  if (text === undefined) return undefined;
  try {
    const { success, output } = v.safeParse(spendReport, JSON.parse(text));
    return success ? output : undefined;
  } catch {
    return undefined; // not ours, or of another version: it is made anew
  }
}
