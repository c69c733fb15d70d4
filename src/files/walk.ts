import { readdirSync, type Stats, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Ignore } from 'ignore';
import { type Message, message, UserError } from '../message.ts';
import { errorCode } from './file-error.ts';
import { isPlainPattern, listOfRepository, noRules, ownIgnoreFile, patterns, textOf } from './ignore-files.ts';
import { foldersUpToTop, nameInside } from './repository.ts';

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
  /** The files at and below a folder that git tracks, by their paths there, with `/`: what `.gitignore` says of them means nothing. Asked only where it excludes something; absent where the folder is not trusted. */
  readonly tracked?: ((folder: string) => readonly string[]) | undefined;
  /** Names of files that are walked even where `.gitignore` excludes them, though not their folder; they are marked. */
  readonly evenIgnored?: (name: string) => boolean;
}

export interface Walked {
  /** Absolute. */
  readonly path: string;
  /** The same where a name in it is no UTF-8, so that no text says which it is. */
  readonly bytes?: Uint8Array;
  /** Relative to the working directory, with `/`, to be shown. */
  readonly file: string;
  /** Somebody named it, and not a folder that it lies in. */
  readonly isNamed?: true;
  /** Why it cannot be read. */
  readonly skipped?: Message;
  /** `.gitignore`, or the repository's own list, excludes it. */
  readonly ignored?: true;
}

/** What is said of a path that somebody named and that is none. */
export const noSuchPath = (path: string): UserError => new UserError('There is no file or folder {path}. Check its spelling.', { path });

/**
 * The files at and below `paths`, each once, a folder's in the order of their names. A path named here is walked even if an ignore file
 * excludes it; below it, the `.gitignore` and `.keystowignore` files inside it count, those above it in its repository, and its `.git/info/exclude`, unless they exclude the path itself. Symbolic links below it are not followed: what
 * they point to is walked where it lies, or is none of this tree. Throws UserError for a path that does not exist.
 */
export function* walk(paths: readonly string[], options: WalkOptions): Generator<Walked> {
  const seen = paths.length > 1 ? new Set<string>() : undefined;
  for (const path of paths) {
    const root = resolve(options.cwd, path);
    const file = relative(options.cwd, root).replaceAll(sep, '/');
    for (const one of atOrBelow(root, path, file, options)) {
      const key = one.bytes === undefined ? one.path : Buffer.from(one.bytes).toString('latin1');
      if (seen?.has(key)) continue;
      seen?.add(key);
      yield one;
    }
  }
}

function atOrBelow(root: string, path: string, file: string, options: WalkOptions): Iterable<Walked> {
  let kind: Stats | undefined;
  try {
    kind = statSync(root, { throwIfNoEntry: false });
  } catch (error) {
    return [{ path: root, file, isNamed: true, skipped: notReadableFor(error) }]; // a folder above may not be looked into, or links lead in a circle
  }
  if (kind === undefined) throw noSuchPath(path);
  return kind.isDirectory() ? tree(root, file, options) : [{ ...fileAt(root, file, kind.isFile()), isNamed: true }];
}

/** What is said of what the system lets nobody read. */
export const notReadableFor = (error: unknown): Message => message('not readable ({code})', { code: errorCode(error) ?? 'unknown' });

const notAFile = message('not a regular file');
const notReadable = message('not readable');
const fileAt = (path: string, file: string, isFile: boolean): Walked => (isFile ? { path, file } : { path, file, skipped: notAFile });

/** What ignore files exclude in a folder, by paths below the root, or below the top of its repository where those above it count too. */
interface Rules {
  readonly all: Ignore;
  /** By `.keystowignore` alone. */
  readonly own: Ignore;
}

interface Entry {
  readonly name: string;
  /** Where the name is no UTF-8. */
  readonly bytes?: Buffer;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** A folder half-way. `inside` is its path below the root, `''` or ending in `/`; `rules` are its own and those of the folders above it. */
interface Folder {
  readonly inside: string;
  /** Its path where a name in it is no UTF-8. */
  readonly bytes: Buffer | undefined;
  readonly rules: Rules | undefined;
  readonly tracked: Tracked | undefined;
  readonly entries: readonly Entry[];
  next: number;
}

/** The files below a folder. A path is put together and never taken apart: there may be a hundred thousand. */
function* tree(root: string, file: string, options: WalkOptions): Generator<Walked> {
  const excluded = options.exclude?.length ? noRules(options.ignoreCase).add(options.exclude.filter(isPlainPattern)) : undefined;
  const before = file === '' ? '' : `${file}/`;
  const base = root.endsWith(sep) ? root : root + sep;
  const pathOf = (inside: string): string => base + (sep === '/' ? inside : inside.replaceAll('/', sep));
  const { rules: outer, prefix } = options.noIgnore ? nothingAbove : rulesAbove(root, options);
  const way: Folder[] = [];
  const trackedIn = (path: string | Buffer, inside: string): Tracked | undefined =>
    options.tracked && typeof path === 'string' ? new Tracked(inside, path, options.tracked) : undefined;
  const enter = (path: string | Buffer, inside: string, above: Pick<Folder, 'rules' | 'tracked'>): boolean => {
    const entries = list(path);
    if (entries !== undefined) {
      const bytes = typeof path === 'string' ? undefined : path;
      const rules = options.noIgnore ? undefined : rulesIn(path, prefix + inside, entries, above.rules, options);
      const isTop = above.tracked !== undefined && entries.some(({ name }) => name === '.git');
      way.push({ inside, bytes, entries, rules, tracked: isTop ? trackedIn(path, inside) : above.tracked, next: 0 });
    }
    return entries !== undefined;
  };
  const bytesOf = ({ inside, bytes }: Folder, entry: Entry): Buffer | undefined => {
    if (bytes === undefined && entry.bytes === undefined) return undefined;
    const folder = bytes ?? Buffer.from(inside === '' ? root : pathOf(inside.slice(0, -1)));
    return Buffer.concat([folder, Buffer.from(sep), entry.bytes ?? Buffer.from(entry.name)]);
  };
  if (!enter(root, '', { rules: outer, tracked: trackedIn(root, '') })) yield { path: root, file, skipped: notReadable };
  for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
    const entry = here.entries[here.next++];
    if (entry === undefined) {
      way.pop();
      continue;
    }
    const { inside, rules, tracked } = here;
    const below = inside + entry.name;
    if (entry.name === '.git' || entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) {
      const folder = `${prefix}${below}/`;
      if (options.without?.has(entry.name) || excluded?.ignores(`${below}/`)) continue;
      if (rules?.all.ignores(folder) && (rules.own.ignores(folder) || !tracked?.has(below))) continue;
      const path = pathOf(below);
      if (!enter(bytesOf(here, entry) ?? path, `${below}/`, here)) yield { path, file: before + below, skipped: notReadable };
    } else if (!excluded?.ignores(below)) {
      const excludes = rules?.all.ignores(prefix + below) === true;
      if (excludes && rules.own.ignores(prefix + below)) continue;
      const ignored = excludes && !tracked?.has(below);
      if (ignored && !options.evenIgnored?.(entry.name)) continue;
      const walked = fileAt(pathOf(below), before + below, entry.isFile());
      const bytes = bytesOf(here, entry);
      yield { ...walked, ...(ignored ? { ignored } : {}), ...(bytes === undefined ? {} : { bytes }) };
    }
  }
}

/** What git tracks of a repository, or of a part of it, asked when it is needed. `inside` is its path below the root of the walk. */
class Tracked {
  private readonly inside: string;
  private readonly list: () => readonly string[];
  private paths: Set<string> | undefined;

  constructor(inside: string, folder: string, list: (folder: string) => readonly string[]) {
    this.inside = inside;
    this.list = () => list(folder);
  }

  /** Is the file at this path below the root one, or is one in the folder there? */
  has(below: string): boolean {
    this.paths ??= new Set(this.list().flatMap(withFolders));
    return this.paths.has(below.slice(this.inside.length));
  }
}

const withFolders = (path: string): string[] => path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));

const nothingAbove: Above = { rules: undefined, prefix: '' };

interface Above {
  readonly rules: Rules | undefined;
  /** The root's path below the folder that the rules begin at, `''` or ending in `/`. */
  readonly prefix: string;
}

/** The rules of the folders above a root, up to the top of its repository; none where they exclude the root itself, which somebody named all the same. */
function rulesAbove(root: string, options: WalkOptions): Above {
  const folders = foldersUpToTop(root, options.cwd);
  const top = folders.at(-1)!;
  let rules: Rules | undefined;
  for (const folder of folders.slice(1).reverse()) rules = rulesIn(folder, nameInside(top, folder), list(folder) ?? [], rules, options);
  const prefix = nameInside(top, folders[0]!);
  return rules === undefined || rules.all.ignores(prefix) ? nothingAbove : { rules, prefix };
}

/** A folder's entries by name, `undefined` if it may not be read. */
function list(folder: string | Buffer): readonly Entry[] | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.some(({ name }) => name.includes(notUtf8)) ? listOfBytes(folder) : entries;
  } catch {
    return undefined;
  }
}

const notUtf8 = '\ufffd';

/** The same where a name is no UTF-8, as any bytes are a name on Linux. */
function listOfBytes(folder: string | Buffer): readonly Entry[] {
  const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map((entry): Entry => {
    const name = entry.name.toString('utf8');
    return {
      name,
      ...(name.includes(notUtf8) ? { bytes: entry.name } : {}),
      isFile: () => entry.isFile(),
      isDirectory: () => entry.isDirectory(),
      isSymbolicLink: () => entry.isSymbolicLink(),
    };
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The rules of a folder: those above it and those of its own ignore files, if it has any. */
function rulesIn(
  path: string | Buffer,
  inside: string,
  entries: readonly Entry[],
  above: Rules | undefined,
  { ignoreCase, tracked }: WalkOptions,
): Rules | undefined {
  const has = (name: string): boolean => entries.some((entry) => entry.name === name && entry.isFile());
  const [git, own] = [has('.gitignore'), has(ownIgnoreFile)];
  const ofRepository =
    typeof path === 'string' && entries.some(({ name }) => name === '.git') ? listOfRepository(path, tracked !== undefined) : undefined;
  if (!git && !own && ofRepository === undefined) return above;
  const rules = { all: noRules(ignoreCase).add(above?.all ?? []), own: noRules(ignoreCase).add(above?.own ?? []) };
  const said = (name: string): string =>
    textOf(typeof path === 'string' ? `${path}${sep}${name}` : Buffer.concat([path, Buffer.from(`${sep}${name}`)])) ?? '';
  if (ofRepository !== undefined) rules.all.add(patterns(ofRepository.text, inside)); // each `.gitignore` has a later word
  if (git) rules.all.add(patterns(said('.gitignore'), inside));
  if (own) {
    const lines = patterns(said(ownIgnoreFile), inside);
    rules.all.add(lines);
    rules.own.add(lines);
  }
  return rules;
}
