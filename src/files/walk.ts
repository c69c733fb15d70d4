import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { type Message, message, UserError } from '../message.ts';

export interface WalkOptions {
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Also what ignore files exclude; `.git` never. */
  readonly noIgnore?: boolean;
  /** Names of folders that are passed over wherever they lie. */
  readonly without?: ReadonlySet<string>;
  /** Names that differ only in case are one file here: `true` on Windows and macOS. */
  readonly ignoreCase?: boolean;
}

/** A file, as an absolute path; `skipped` says why it cannot be read. */
export interface Walked {
  readonly path: string;
  readonly skipped?: Message;
}

/**
 * The files at and below `paths`, each once, a folder's in the order of their names. A path named here is walked even if an ignore file
 * excludes it; below it, the `.gitignore` and `.keystowignore` files inside it count. Symbolic links below it are not followed: what
 * they point to is walked where it lies, or is none of this tree. Throws UserError for a path that does not exist.
 */
export function* walk(paths: readonly string[], options: WalkOptions): Generator<Walked> {
  const seen = new Set<string>();
  for (const path of paths) {
    const root = resolve(options.cwd, path);
    const kind = statSync(root, { throwIfNoEntry: false });
    if (kind === undefined) throw new UserError('There is no file or folder {path}. Check its spelling.', { path });
    const files = kind.isDirectory() ? folder(root, '', undefined, options) : [named(root, kind.isFile())];
    for (const file of files) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      yield file;
    }
  }
}

const notAFile = message('not a regular file');
const named = (path: string, isFile: boolean): Walked => (isFile ? { path } : { path, skipped: notAFile });

/** `inside` is the folder's path below the root, `''` or ending in `/`; `rules` are those of the folders above it. */
function* folder(root: string, inside: string, rules: Ignore | undefined, options: WalkOptions): Generator<Walked> {
  const path = join(root, inside);
  const entries = list(path);
  if (entries === undefined) return yield { path, skipped: message('not readable') };
  const own = options.noIgnore ? [] : ignoreFiles.filter((name) => entries.some((entry) => entry.name === name && entry.isFile()));
  if (own.length > 0) {
    rules = ignore({ ignorecase: options.ignoreCase ?? false, allowRelativePaths: true }).add(rules ?? []);
    for (const name of own) rules.add(patterns(readFileSync(join(path, name), 'utf8'), inside));
  }
  for (const entry of entries) {
    const below = inside + entry.name;
    if (entry.name === '.git' || entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) {
      if (options.without?.has(entry.name)) continue;
      if (!rules?.ignores(`${below}/`)) yield* folder(root, `${below}/`, rules, options);
    } else if (!rules?.ignores(below)) {
      yield named(join(root, below), entry.isFile());
    }
  }
}

const ignoreFiles = ['.gitignore', '.keystowignore'];

/** A folder's entries by name, `undefined` if it may not be read. */
function list(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

/** The lines of an ignore file in `inside`, rewritten so that they mean the same in the root's: the last line that fits decides, as in git. */
function patterns(text: string, inside: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (inside === '') return lines;
  const prefix = `/${inside.replace(/[\\*?[\]!# ]/g, '\\$&')}`;
  return lines.flatMap((line) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const negation = line.startsWith('!') ? '!' : '';
    const pattern = line.slice(negation.length).replace(/^\\(?=[#!])/, '');
    const anchored = /\/(?=.*\S)/.test(pattern);
    return negation + prefix + (anchored ? pattern.replace(/^\//, '') : `**/${pattern}`);
  });
}
