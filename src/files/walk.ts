import { readdirSync, readFileSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Ignore } from 'ignore';
import { type Message, message, UserError } from '../message.ts';
import { noRules, ownIgnoreFile, patterns } from './ignore-files.ts';

export interface WalkOptions {
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Also what ignore files exclude; `.git` never. */
  readonly noIgnore?: boolean;
  /** Names of folders that are passed over wherever they lie. */
  readonly without?: ReadonlySet<string>;
  /** Names that differ only in case are one file here: `true` on Windows and macOS. */
  readonly ignoreCase?: boolean;
  /** More patterns, as in a `.keystowignore` of each folder that is named, with the last word. */
  readonly exclude?: readonly string[];
  /** Names of files that are walked even where `.gitignore` excludes them, though not their folder; they are marked. */
  readonly evenIgnored?: (name: string) => boolean;
}

export interface Walked {
  /** Absolute. */
  readonly path: string;
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  /** Why it cannot be read. */
  readonly skipped?: Message;
  /** `.gitignore` excludes it. */
  readonly ignored?: true;
}

/**
 * The files at and below `paths`, each once, a folder's in the order of their names. A path named here is walked even if an ignore file
 * excludes it; below it, the `.gitignore` and `.keystowignore` files inside it count. Symbolic links below it are not followed: what
 * they point to is walked where it lies, or is none of this tree. Throws UserError for a path that does not exist.
 */
export function* walk(paths: readonly string[], options: WalkOptions): Generator<Walked> {
  const seen = paths.length > 1 ? new Set<string>() : undefined;
  for (const path of paths) {
    const root = resolve(options.cwd, path);
    const kind = statSync(root, { throwIfNoEntry: false });
    if (kind === undefined) throw new UserError('There is no file or folder {path}. Check its spelling.', { path });
    const file = relative(options.cwd, root).replaceAll(sep, '/');
    for (const one of kind.isDirectory() ? tree(root, file, options) : [named(root, file, kind.isFile())]) {
      if (seen?.has(one.path)) continue;
      seen?.add(one.path);
      yield one;
    }
  }
}

const notAFile = message('not a regular file');
const notReadable = message('not readable');
const named = (path: string, file: string, isFile: boolean): Walked => (isFile ? { path, file } : { path, file, skipped: notAFile });

/** What ignore files exclude in a folder, by paths below the root. */
interface Rules {
  readonly all: Ignore;
  /** By `.keystowignore` alone. */
  readonly own: Ignore;
}

interface Entry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** A folder half-way. `inside` is its path below the root, `''` or ending in `/`; `rules` are its own and those of the folders above it. */
interface Folder {
  readonly inside: string;
  readonly rules: Rules | undefined;
  readonly entries: readonly Entry[];
  next: number;
}

/** The files below a folder. A path is put together and never taken apart: there may be a hundred thousand. */
function* tree(root: string, file: string, options: WalkOptions): Generator<Walked> {
  const excluded = options.exclude?.length ? noRules(options.ignoreCase).add([...options.exclude]) : undefined;
  const before = file === '' ? '' : `${file}/`;
  const base = root.endsWith(sep) ? root : root + sep;
  const pathOf = (inside: string): string => base + (sep === '/' ? inside : inside.replaceAll('/', sep));
  const way: Folder[] = [];
  const enter = (path: string, inside: string, above: Rules | undefined): boolean => {
    const entries = list(path);
    if (entries !== undefined)
      way.push({ inside, entries, rules: options.noIgnore ? undefined : rulesIn(path, inside, entries, above, options), next: 0 });
    return entries !== undefined;
  };
  if (!enter(root, '', undefined)) yield { path: root, file, skipped: notReadable };
  for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
    const entry = here.entries[here.next++];
    if (entry === undefined) {
      way.pop();
      continue;
    }
    const { inside, rules } = here;
    const below = inside + entry.name;
    if (entry.name === '.git' || entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) {
      if (options.without?.has(entry.name) || rules?.all.ignores(`${below}/`) || excluded?.ignores(`${below}/`)) continue;
      const path = pathOf(below);
      if (!enter(path, `${below}/`, rules)) yield { path, file: before + below, skipped: notReadable };
    } else if (!excluded?.ignores(below)) {
      const ignored = rules?.all.ignores(below) === true;
      if (ignored && (rules.own.ignores(below) || !options.evenIgnored?.(entry.name))) continue;
      const walked = named(pathOf(below), before + below, entry.isFile());
      yield ignored ? { ...walked, ignored } : walked;
    }
  }
}

/** A folder's entries by name, `undefined` if it may not be read. */
function list(path: string): readonly Entry[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

/** The rules of a folder: those above it and those of its own ignore files, if it has any. */
function rulesIn(
  path: string,
  inside: string,
  entries: readonly Entry[],
  above: Rules | undefined,
  { ignoreCase }: WalkOptions,
): Rules | undefined {
  const has = (name: string): boolean => entries.some((entry) => entry.name === name && entry.isFile());
  const [git, own] = [has('.gitignore'), has(ownIgnoreFile)];
  if (!git && !own) return above;
  const rules = { all: noRules(ignoreCase).add(above?.all ?? []), own: noRules(ignoreCase).add(above?.own ?? []) };
  if (git) rules.all.add(patterns(readFileSync(`${path}${sep}.gitignore`, 'utf8'), inside));
  if (own) {
    const lines = patterns(readFileSync(`${path}${sep}${ownIgnoreFile}`, 'utf8'), inside);
    rules.all.add(lines);
    rules.own.add(lines);
  }
  return rules;
}
