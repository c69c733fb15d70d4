import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DetectOptions, RuleSet } from '../detect/detect.ts';
import type { KnownSecrets } from '../detect/known-secrets.ts';
import { printable } from '../detect/printable.ts';
import { type Report, toJson, toText } from '../detect/report.ts';
import { type Git, openGit } from '../files/git.ts';
import { OwnIgnoreFiles } from '../files/ignore-files.ts';
import { inFolder } from '../files/in-folder.ts';
import { isFolder } from '../files/is-folder.ts';
import { foldersUpTo, foldersUpToTop, isWithin, nameInside, realFolder, repositoryTop } from '../files/repository.ts';
import { noSuchPath } from '../files/walk.ts';
import { format, type Message, UserError } from '../message.ts';
import { addToBaseline, baselinesOf, namedBaseline, namesFrom } from './baseline.ts';
import { baselineName } from './baseline-names.ts';
import { notHere } from './blobs.ts';
import { type Scanned, type ScanOptions, type Skipped, scanText } from './content.ts';
import { scan } from './files.ts';
import { type HistoryScan, scanHistory } from './history.ts';
import { hookManagers } from './hook-command.ts';
import { type InsideChoice, insideOf } from './inside.ts';
import { type RuleChoice, ruleSetOf } from './own-rules.ts';
import { renamed } from './renamed.ts';
import { type StagedScan, scanStaged } from './staged.ts';
import { trackedThoughIgnored } from './tracked.ts';

export { loadRules } from '../detect/detect.ts';

// The verbs `scan` and `hook` of the command.

export interface ScanChoices {
  readonly paths: readonly string[];
  readonly format: 'text' | 'json' | 'sarif';
  /** What is looked at: files, what the next commit would add, all commits, or a text that is given. */
  readonly what: 'files' | 'staged' | 'history' | { readonly text: Uint8Array | Message; readonly name: string };
  /** A file of accepted findings; those that lie in the folder where it is not given. */
  readonly baseline?: string | undefined;
  /** Accepts what is found, into this file. */
  readonly writeBaseline?: string | undefined;
  /** Why it is accepted. */
  readonly reason?: string | undefined;
  /** Whether neither ignore files nor the folder's own baselines count. */
  readonly noIgnore: boolean;
  /** How many threads look at files; one is this one. */
  readonly threads: number;
  /** A file of rules of one's own. */
  readonly rules?: string | undefined;
  /** Whether files inside of archives, and the cells of notebooks, are looked at as such. */
  readonly inside: InsideChoice;
  /** Whether values count too that only their names call secrets. */
  readonly generic?: boolean | undefined;
}

export interface Terminal {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Asked only where something is to be shown. */
  hasColours(): boolean;
  /** The built `scan/worker.mjs`. */
  readonly worker: string;
  /** How a person calls this command here. */
  ownCommand(): string;
  now(): Date;
  print(text: string): void;
  say(text: string): void;
  /** The person's own secrets, which are told to be theirs, and what of them could not be read. Asks nobody for anything. */
  ownSecrets(): Promise<{ readonly known: KnownSecrets | undefined; readonly unread: readonly Message[] }>;
}

/**
 * The verb `scan`. @returns the exit code: 1 where something was found that git does not ignore, 2 where nothing was but a rule could not be used, or what was named, or a part of the history, could not be looked at, else 0.
 * @throws UserError where it could not run
 */
export async function scanCommand(choices: ScanChoices, given: Terminal): Promise<number> {
  const terminal = sayingPrintable(given);
  const { cwd, print, say } = terminal;
  const { writeBaseline } = choices;
  const began = Date.now();
  const leftOut = new Set<string>();
  const sayOnce = (problem: Message): void => {
    const said = format(problem);
    if (!leftOut.has(said)) say(said);
    leftOut.add(said);
  };
  const { rules, problems } = await ruleSetOf(await ruleChoice(choices, cwd), sayOnce);
  problems.forEach(sayOnce);
  const { known, unread } = await terminal.ownSecrets();
  for (const reason of unread) say(format(reason));
  const detect = { rules, ...(known === undefined ? {} : { known }) };
  const {
    findings,
    files,
    bytes,
    accepted,
    skipped,
    committedBefore = 0,
    commits,
    shallow = false,
  } = await scanned(choices, detect, sayOnce, terminal);
  const committable = findings.filter(({ ignored }) => !ignored);
  if (writeBaseline !== undefined) {
    const file = resolve(cwd, writeBaseline);
    const named = committable.map((one) => renamed(one, cwd, namesFrom(file, cwd)));
    const added = await addToBaseline(file, named, terminal.now().toISOString().slice(0, 10), choices.reason?.trim() || undefined);
    say(`${committable.length} found, ${added.accepted.length} new in ${writeBaseline}`);
    if (!(await mergesByUnion(file, terminal.env))) {
      say(`so that git merges what two people add, put this line into .gitattributes: ${basename(writeBaseline)} merge=union`);
    }
    return 0;
  }
  print(await shown(findings, rules, choices, terminal));
  for (const line of skippedByKind(skipped)) say(line);
  if (accepted > 0) say(`${accepted} accepted before, not shown`);
  if (committedBefore > 0) say(`${committedBefore} committed before, not shown: keystow scan shows them`);
  if (shallow) say('this is a shallow clone: what lies before its first commits is not here and was not looked at (git fetch --unshallow)');
  const of = commits === undefined ? '' : ` of ${counted(commits, 'commit')}`;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  say(`${findings.length} found in ${counted(files, 'file')}${of}, ${sizeOf(bytes)}, ${seconds} s`);
  if (choices.what === 'staged' && choices.format === 'text' && committable.length > 0) for (const line of whatToDo(terminal)) say(line);
  const isUnread = skipped.some(({ file, reason, kind }) => {
    const isOfHistory = choices.what === 'history' && reason === notHere;
    return kind === 'absent' || isOfHistory || (kind === undefined && isNamed(file, choices, cwd));
  });
  return committable.length > 0 ? 1 : leftOut.size > 0 || isUnread ? 2 : 0;
}

const counted = (count: number, what: 'file' | 'commit'): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const sizeOf = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** Whether somebody asked for this very file, or for the archive that it is in: nothing is known of it then where it was not looked at. */
function isNamed(file: string, { what, paths }: ScanChoices, cwd: string): boolean {
  const named = typeof what === 'object' ? [what.name] : paths;
  return named.some((path) => `${resolve(cwd, file)}!`.startsWith(`${resolve(cwd, path)}!`));
}

/** Not only the name of a file may hold what speaks to the terminal: a rule of a file of rules may too, and what git complains of. */
const sayingPrintable = (terminal: Terminal): Terminal => ({ ...terminal, say: (text) => terminal.say(printable(text)) });

/** For whom a commit is stopped, perhaps at night: who stops it, and each way on. */
function whatToDo({ cwd, env, ownCommand }: Terminal): string[] {
  const whereAsked = resolve(cwd, env.GIT_PREFIX ?? ''); // git runs a hook at the top, wherever below it somebody commits
  const baseline = relative(whereAsked, inFolder(repositoryTop(cwd) ?? cwd, baselineName));
  const ofThisCommit = env.GIT_INDEX_FILE?.endsWith('.lock'); // git commit -a or PATH has an index of its own, which goes with it
  return [
    '',
    `Keystow stops a commit that adds a secret. Take it out, by hand or to the keychain (${ownCommand()} stow FILE), git add the file again, and commit.`,
    `No secret? Put the comment keystow:ignore on its line, or ${ofThisCommit ? 'git add the file and ' : ''}accept all of them: ${ownCommand()} scan --staged --write-baseline ${baseline}`,
    'Commit without this check: git commit --no-verify',
  ];
}

/** What is no text, or not here, is told of in a line, as there may be hundreds of pictures and packages. */
function skippedByKind(skipped: readonly Skipped[]): string[] {
  const named = (kind: Skipped['kind']): string | undefined => {
    const files = skipped.filter((one) => one.kind === kind).map(({ file }) => file);
    if (files.length === 0) return undefined;
    return `${printable(files[0]!)}${files.length === 1 ? '' : ` and ${files.length - 1} more`}`;
  };
  const [binary, archives, others, absent] = [named('binary'), named('archive'), named('other archive'), named('absent')];
  return [
    ...(binary === undefined ? [] : [`skipped, binary: ${binary}`]),
    ...(archives === undefined ? [] : [`skipped, archives, which --archives looks into: ${archives}`]),
    ...(others === undefined
      ? []
      : [`skipped, archives of other kinds, which nothing here looks into (bzip2, xz, zstd, 7z, rar): ${others}`]),
    ...(absent === undefined ? [] : [`skipped, not in this partial clone (git fetch --refetch --no-filter gets all of it): ${absent}`]),
  ];
}

/** Whether git keeps the lines of both sides when it merges a file, as its attributes say; so it is where there is no repository, and nothing to merge. */
async function mergesByUnion(file: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const folder = dirname(file);
  if (repositoryTop(realFolder(folder)) === undefined) return true;
  try {
    const [, , value] = (await openGit(folder, env).run(['check-attr', '-z', 'merge', '--', basename(file)])).toString('utf8').split('\0');
    return value === 'union';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return false; // the line that is said then does no harm
  }
}

async function ruleChoice({ rules, generic = false }: ScanChoices, cwd: string): Promise<RuleChoice> {
  if (rules === undefined) return { own: [], generic };
  const { readRulesFile } = await import('./rules-file.ts');
  return { own: [await readRulesFile(resolve(cwd, rules))], generic };
}

type AnyScan = Scanned & Partial<Pick<StagedScan, 'committedBefore'>> & Partial<Pick<HistoryScan, 'commits' | 'shallow'>>;

async function scanned(
  choices: ScanChoices,
  detect: DetectOptions,
  onSlow: (problem: Message) => void,
  terminal: Terminal,
): Promise<AnyScan> {
  const { what, paths, noIgnore, baseline, writeBaseline } = choices;
  const { cwd, env, platform, say } = terminal;
  const git = what === 'staged' || what === 'history' ? openGit(cwd, env, 'of the environment') : undefined;
  // where the names of the reports count from, at first
  const top = git === undefined ? cwd : await topOf(git, cwd, env);
  // an old baseline does not hide anything from the new one, which keeps what it has
  const known =
    baseline !== undefined
      ? await namedBaseline(resolve(cwd, baseline), cwd, top)
      : noIgnore || writeBaseline !== undefined
        ? undefined
        : await baselinesOf(git === undefined ? foldersOfAll(choices, cwd) : new Set([...foldersUpTo(cwd, top), top]), top);
  const options: ScanOptions = {
    detect,
    ...(known === undefined ? {} : { accepts: known.accepts }),
    ...(await insideOf(choices.inside)),
    onSkip({ file, reason, kind }) {
      if (kind === undefined) say(`${file}: skipped, ${format(reason)}`);
    },
  };
  if (typeof what === 'object') return scanText(what.text, what.name, options);
  const ignoreCase = platform === 'win32' || platform === 'darwin';
  if (git === undefined) {
    const where = paths.length === 0 ? ['.'] : paths;
    const tracked = trackedThoughIgnored(env, (reason) => say(format(reason)));
    const folders = where
      .map((path) => relative(cwd, resolve(cwd, path)).replaceAll(sep, '/'))
      .filter((name) => /^\.\.(?:\/|$)|^[A-Za-z]:/.test(name));
    const fileOptions = { ...options, detect: { ...detect, folders }, cwd, noIgnore, ignoreCase, tracked };
    if (choices.threads === 1) return scan(where, fileOptions);
    const { scanOnThreads } = await import('./threads.ts');
    return scanOnThreads(where, {
      ...fileOptions,
      threads: choices.threads,
      program: terminal.worker,
      rules: await ruleChoice(choices, cwd),
      onSlow,
    });
  }
  await throwIfUnknown(paths, git, cwd);
  const gitOptions = { ...options, paths, leavesOut: noIgnore ? undefined : leftOutOf(top, paths, cwd, ignoreCase) };
  const found = what === 'staged' ? await scanStaged(git, gitOptions) : await scanHistory(git, gitOptions);
  return { ...found, findings: found.findings.map((one) => renamed(one, top, cwd)) };
}

/** @throws UserError where a path is neither here nor in the index or a commit: nothing would be found there, however it was meant. */
async function throwIfUnknown(paths: readonly string[], git: Git, cwd: string): Promise<void> {
  for (const path of paths) {
    if (existsSync(resolve(cwd, path))) continue;
    const committed = await git.run(['rev-list', '--all', '--max-count=1', '--', path], { ofAllCommits: true });
    if (committed.length === 0 && (await git.run(['diff', '--cached', '--name-only', '--', path])).length === 0) throw noSuchPath(path);
  }
}

/** What `.keystowignore` leaves out of a repository, by paths from its top; what somebody named is not left out. */
function leftOutOf(top: string, paths: readonly string[], cwd: string, ignoreCase: boolean): (file: string) => boolean {
  const own = new OwnIgnoreFiles(top, ignoreCase);
  const named = paths
    .map((path) => nameInside(top, resolve(cwd, path)))
    .filter((name) => name !== '' && (own.ignore(name) || own.ignore(name.slice(0, -1))));
  return (file) => own.ignore(file) && !named.some((name) => `${file}/`.startsWith(name));
}

/** The folders whose baselines count for files: the one that the command is run in, those that are looked at, and those above them in their repository. */
function foldersOfAll({ what, paths }: ScanChoices, cwd: string): ReadonlySet<string> {
  const named = (typeof what === 'object' ? [what.name] : paths).map((path) => resolve(cwd, path));
  const folders = new Set([cwd, ...named.map((path) => (isFolder(path) ? path : dirname(path)))]);
  return new Set([...folders].flatMap((folder) => foldersUpToTop(folder, cwd)));
}

/** The folder that names in SARIF count from, as GitHub's code scanning reads them: the top of the repository that all lies in which is looked at, else of that of the command, if there is one. */
function rootOf({ what, paths }: ScanChoices, cwd: string): string {
  const named = what === 'files' && paths.length > 0 ? paths : ['.'];
  const tops = new Set(named.map((path) => repositoryTop(resolve(cwd, path))));
  const [top] = tops;
  return (tops.size === 1 ? top : undefined) ?? repositoryTop(cwd) ?? cwd;
}

/** The top of the repository's work tree; where it has none, as on a server, its own folder. */
async function topOf(git: Git, cwd: string, { GIT_DIR, GIT_WORK_TREE }: NodeJS.ProcessEnv): Promise<string> {
  if (GIT_DIR === undefined && GIT_WORK_TREE === undefined && existsSync(inFolder(cwd, '.git'))) return cwd; // saves a hook the start of a process
  const top = await git.run(['rev-parse', '--show-toplevel']).catch(async (error: unknown) => {
    await git.run(['rev-parse', '--git-dir']); // where there is no repository either, this says why
    if (!(error instanceof UserError)) throw error;
    return '';
  });
  return resolve(cwd, top.toString('utf8').replace(/\n$/, ''));
}

async function shown(findings: readonly Report[], rules: RuleSet, choices: ScanChoices, { cwd, hasColours }: Terminal): Promise<string> {
  if (choices.format === 'sarif') {
    const root = rootOf(choices, cwd);
    const uriOutside = (file: string): string | undefined => {
      const path = resolve(root, file);
      return isWithin(path, root) ? undefined : pathToFileURL(path).href;
    };
    const { toSarif } = await import('../detect/sarif.ts');
    return toSarif(
      findings.map((one) => renamed(one, cwd, root)),
      rules,
      uriOutside,
    );
  }
  if (choices.format === 'json') return toJson(findings);
  return findings.length === 0 ? '' : toText(findings, { colours: hasColours(), rules });
}

/** The verbs `hook install` and `hook remove`. @throws UserError where it cannot be done, or a person says no */
export async function hookCommand(
  action: 'install' | 'remove',
  ask: (question: string) => Promise<string>,
  terminal: Terminal,
): Promise<void> {
  const { planHook, writeHook } = await import('./hook.ts');
  const change = await planHook(openGit(terminal.cwd, terminal.env, 'of the environment'), terminal.cwd, action);
  const { file, outside, before, after } = change;
  const isInPlace = before === after;
  const { say } = sayingPrintable(terminal);
  if (outside && !isInPlace) {
    say(`${file} lies outside this repository (core.hooksPath) and may serve other repositories too.`);
    if (!/^y(?:es)?$/i.test(await ask('Change it? [y/N]'))) throw new UserError('Nothing was changed.');
  }
  if (!isInPlace) await writeHook(change);
  if (action === 'install') say(`${file} ${isInPlace ? 'already' : 'now'} stops a commit that would add a secret`);
  else say(after === undefined ? `${file} is removed` : `the hook is taken out of ${file}`);
  if (action === 'remove') return;
  const manager = hookManagers[change.kind];
  if (manager !== undefined) say(`${change.kind} runs it where it is set up: ${manager}`);
}
