import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import * as v from 'valibot';
import type { Report } from '../detect/report.ts';
import { fileError } from '../files/file-error.ts';
import { inFolder } from '../files/in-folder.ts';
import { readPlainFile } from '../files/plain-file.ts';
import { isWithin, realFolder, repositoryTop } from '../files/repository.ts';
import { noSuchPath } from '../files/walk.ts';
import { removeFile, replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { baselineName, baselineNames, baselinesOfOtherTools } from './baseline-names.ts';
import { renamed } from './renamed.ts';

/** A finding that somebody looked at and leaves where it is. It holds no secret, and no line number. */
export interface Accepted {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  /** The day on which it was accepted, `2026-11-24`. */
  readonly date: string;
  readonly reason?: string;
}

/** What was added to Keystow's file. */
export interface Addition {
  readonly accepted: readonly Accepted[];
  /** There was no file before. */
  readonly madeFile: boolean;
}

/** What was accepted before, in Keystow's own file or in another scanner's. */
export interface Baseline {
  /** The credential itself is needed for files that hold its hash. */
  accepts(report: Report, credential: string): boolean;
}

/**
 * All baselines that lie in these folders, as one: the names in each count from where it lies, those of the reports from the folder `from`.
 * @throws UserError naming the file and the line that cannot be read.
 */
export async function baselinesOf(folders: ReadonlySet<string>, from: string): Promise<Baseline> {
  const found = await Promise.all(Array.from(folders, async (folder) => ({ folder, baseline: await baselineOf(folder) })));
  const real = new Map<string, string>();
  return {
    accepts(report, credential) {
      const its = dirname(resolve(from, report.archive ?? report.file));
      if (!real.has(its)) real.set(its, realFolder(its));
      const named = [report];
      // the baseline of a repository knows a file by its name through no link
      if (real.get(its) !== its) named.push(renamed(renamed(report, from, its), real.get(its)!, from));
      return found.some(({ folder, baseline }) => named.some((one) => baseline.accepts(renamed(one, from, folder), credential)));
    },
  };
}

/** All baselines that lie in a folder, as one, for reports with names from there. @throws UserError naming the file and the line that cannot be read. */
export async function baselineOf(folder: string): Promise<Baseline> {
  const found = await Promise.all(baselineNames.map((name) => readBaseline(inFolder(folder, name), false)));
  return { accepts: (report, credential) => found.some((one) => one?.accepts(report, credential)) };
}

/**
 * A baseline that somebody named, for reports with names from the folder `from`. One that was written by a command elsewhere may have names from the top of the
 * repository: they count where they are none from its own folder.
 * @throws UserError where it is not there, or cannot be read.
 */
export async function namedBaseline(path: string, cwd: string, from: string): Promise<Baseline> {
  const baseline = await readBaseline(path, true);
  const [folder, top] = [namesFrom(path, cwd), topOf(cwd)];
  return {
    accepts(report, credential) {
      if (baseline.accepts(renamed(report, from, folder), credential)) return true;
      const ofTop = renamed(report, from, top);
      return folder !== top && !existsSync(inFolder(folder, ofTop.archive ?? ofTop.file)) && baseline.accepts(ofTop, credential);
    },
  };
}

/**
 * The folder that the names in a baseline count from: its own, so that they mean the same wherever it is read. Where that has nothing to do with the repository, as a folder
 * of temporary files has not, it is the top of the repository that `cwd` lies in.
 */
export function namesFrom(path: string, cwd: string): string {
  const [folder, top] = [dirname(path), topOf(cwd)];
  const isNear = isWithin(folder, top) || isWithin(top, folder) || repositoryTop(folder) !== undefined;
  return isNear ? folder : top;
}

const topOf = (cwd: string): string => repositoryTop(cwd) ?? cwd;

/** A baseline by its path: of which kind it is, its name says. @throws UserError where it is not there, or cannot be read. */
export async function readBaseline(path: string, required: true): Promise<Baseline>;
export async function readBaseline(path: string, required: boolean): Promise<Baseline | undefined>;
export async function readBaseline(path: string, required: boolean): Promise<Baseline | undefined> {
  const text = textOf(path, required)?.replace(mark, '');
  if (text === undefined) return undefined;
  if (basename(path) === '.gitleaksignore') return fromGitleaks(text);
  if (basename(path) === '.secrets.baseline' || v.is(detectSecrets, jsonOf(text))) return fromDetectSecrets(text, path);
  const keys = new Set(parseBaseline(text, path).map(keyOf));
  return { accepts: (report) => keys.has(keyOf(report)) };
}

/** Some editors put it before the first line. */
const mark = /^\ufeff/;

const entry = v.looseObject({
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  rule: v.string(),
  file: v.string(),
  date: v.pipe(v.string(), v.isoDate()),
  reason: v.optional(v.string()),
});

/** The entries of Keystow's file: one JSON object a line, so that git merges two people's additions. @throws UserError */
export function parseBaseline(text: string, path: string): Accepted[] {
  const lines = text.replace(mark, '').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = v.safeParse(entry, jsonOf(line));
    if (!parsed.success) {
      throw new UserError(
        '{file}, line {line}, is no entry of a baseline. Mend the line or take it out; after a merge, take out the marks of git.',
        {
          file: path,
          line: index + 1,
        },
      );
    }
    const { reason, ...said } = parsed.output;
    return [{ ...said, ...(reason === undefined ? {} : { reason }) }];
  });
}

/**
 * Accepts these findings: adds them to the file, which is made where there is none. What it accepted before keeps its date and reason.
 * @returns those that are new in it.
 * @throws UserError
 */
export async function addToBaseline(path: string, reports: readonly Report[], date: string, reason?: string): Promise<Addition> {
  refuseLink(path);
  if (baselinesOfOtherTools.includes(basename(path))) {
    throw new UserError(
      '{file} is the baseline of another tool: Keystow reads it and writes none. Name a file of its own, such as {own}.',
      {
        file: path,
        own: baselineName,
      },
    );
  }
  const before = textOf(path, false);
  const entries = new Map(parseBaseline(before ?? '', path).map((one) => [keyOf(one), one]));
  const known = new Set(entries.keys());
  for (const { fingerprint, rule, file } of reports) {
    const accepted: Accepted = { fingerprint, rule, file, date, ...(reason === undefined ? {} : { reason }) };
    if (!entries.has(keyOf(accepted))) entries.set(keyOf(accepted), accepted);
  }
  const sorted = [...entries.values()].sort(
    (a, b) => compare(a.file, b.file) || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint),
  );
  const text = textFor(sorted);
  if (text !== before) await replaceFile(path, text, { expected: before ?? null });
  if (before === undefined && text !== '') chmodSync(path, 0o666 & ~process.umask()); // it is of all who have the folder, also in a container as another user
  return { accepted: sorted.filter((one) => !known.has(keyOf(one))), madeFile: before === undefined && text !== '' };
}

/** A repository may hold a link, which would lead what is written to a file of something else. */
function refuseLink(path: string): void {
  let isLink: boolean | undefined;
  try {
    isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  } catch (error) {
    throw fileError(error, path);
  }
  if (!isLink) return;
  throw new UserError('{file} is a symbolic link, so nothing was written through it. Name the file that it leads to.', { file: path });
}

/** Takes what was added out of the file again, which goes where it was made for this and nothing else is in it. @throws UserError, also where the file changes meanwhile */
export async function takeFromBaseline(path: string, { accepted, madeFile }: Addition): Promise<void> {
  const before = textOf(path, false);
  if (before === undefined) return;
  const taken = new Set(accepted.map(keyOf));
  const left = parseBaseline(before, path).filter((one) => !taken.has(keyOf(one)));
  if (left.length === 0 && madeFile) await removeFile(path, before);
  else await replaceFile(path, textFor(left), { expected: before });
}

const textFor = (entries: readonly Accepted[]): string => entries.map((one) => `${JSON.stringify(one)}\n`).join('');

const keyOf = ({ fingerprint, file }: { readonly fingerprint: string; readonly file: string }): string => `${fingerprint} ${file}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** gitleaks names file, rule and line, with the commit before them where it was found in one; blanks around them mean nothing. */
function fromGitleaks(text: string): Baseline {
  const places = new Set(
    text.split(/\r?\n/).flatMap((line) => {
      const [, file, at] = /^(?:[0-9a-f]{40}(?:[0-9a-f]{24})?:)?([^#].*):[^:]+:(\d+)$/.exec(line.trim()) ?? [];
      return file === undefined ? [] : [`${withSlashes(file)}:${at}`];
    }),
  );
  return { accepts: ({ file, line }) => places.has(`${file}:${line}`) };
}

/** A path that a tool wrote on Windows. */
const withSlashes = (path: string): string => path.replaceAll('\\', '/');

const detectSecrets = v.looseObject({
  results: v.record(v.string(), v.array(v.looseObject({ hashed_secret: v.string(), line_number: v.optional(v.number()) }))),
});

/**
 * detect-secrets keeps the SHA-1 of each secret by file; of some kinds it is that of a group of its pattern, such as `ghp` or `BEGIN RSA PRIVATE KEY`
 * (https://github.com/Yelp/detect-secrets/blob/master/detect_secrets/plugins/base.py, analyze_string): that says nothing of the secret, and the line has to be the same too.
 */
function fromDetectSecrets(text: string, path: string): Baseline {
  const parsed = v.safeParse(detectSecrets, jsonOf(text));
  if (!parsed.success)
    throw new UserError('{file} is no baseline that Keystow can read. Make it anew, or name another one.', { file: path });
  const byFile = new Map(Object.entries(parsed.output.results).map(([file, accepted]) => [withSlashes(file), accepted]));
  return {
    accepts({ file, line }, credential) {
      const accepted = byFile.get(file) ?? [];
      const whole = sha1(credential);
      if (accepted.some((one) => one.hashed_secret === whole)) return true;
      const onLine = accepted.filter((one) => one.line_number === line);
      return onLine.length > 0 && beginnings(credential).some((beginning) => onLine.some((one) => one.hashed_secret === sha1(beginning)));
    },
  };
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

const longestBeginning = 40;

/** `ghp` of a token, and what stands between the dashes of a private key. */
function beginnings(credential: string): string[] {
  const text = credential.replace(/^-+/, '').slice(0, longestBeginning);
  return Array.from(text, (_, at) => text.slice(0, at + 1));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(path: string, required: boolean): string | undefined {
  if (!required && !existsSync(path)) return undefined; // hardly any folder has one, and a commit waits for this
  try {
    return readPlainFile(path, 'followed'); // to load Node's promises of files takes longer
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      if (!required) return undefined;
      throw noSuchPath(path);
    }
    const reason = error instanceof UserError ? error.said : (error as Error).message;
    throw new UserError('The baseline {file} cannot be read: {reason}', { file: path, reason }, { cause: error });
  }
}
