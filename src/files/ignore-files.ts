import { existsSync, type PathLike } from 'node:fs';
import { posix, resolve } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { inFolder } from './in-folder.ts';
import { readPlainFile } from './plain-file.ts';
import { foldersUpToTop, nameInside } from './repository.ts';

/** Keystow's own ignore file, in gitignore's language. */
export const ownIgnoreFile = '.keystowignore';

/**
 * The list of ignored files that a repository keeps for itself, `.git/info/exclude`, by its path, and what it says. `top` is the folder that its `.git` lies in; a worktree and a submodule have the list
 * elsewhere (https://git-scm.com/docs/gitrepository-layout), and `mayLead` says whether the repository is trusted to lead there: the path may be one of another machine. Undefined where it names nothing: git makes
 * one of comments.
 */
export function listOfRepository(top: string, mayLead: boolean): { readonly path: string; readonly text: string } | undefined {
  const own = inFolder(top, '.git');
  const led = textOf(own);
  if (!mayLead && (led !== undefined || existsSync(inFolder(own, 'commondir')))) return undefined;
  const leads = led === undefined ? own : /^gitdir: (.+)/.exec(led)?.[1];
  if (leads === undefined) return undefined;
  const folder = resolve(top, leads);
  const common = textOf(inFolder(folder, 'commondir'))?.trim();
  const path = inFolder(common === undefined ? folder : resolve(folder, common), 'info', 'exclude');
  const text = textOf(path);
  return text !== undefined && /^[^#\s]/m.test(text) ? { path, text } : undefined;
}

/** No rules yet, for paths with `/` below one root. `ignoreCase`: names that differ only in case are one file here. */
export const noRules = (ignoreCase = false): Ignore => ignore({ ignorecase: ignoreCase, allowRelativePaths: true });

/** Each one more is tried at every place for every place of those before it. */
const mostWildcards = { inName: 3, forFolders: 2 };
const count = (text: string, wildcard: RegExp): number => text.match(wildcard)?.length ?? 0;

/** Has a pattern no more wildcards than people write? The time for one path would have no end with a stranger's forty. */
export const isPlainPattern = (pattern: string): boolean =>
  count(pattern, /\*\*\//g) <= mostWildcards.forFolders && pattern.split('/').every((name) => count(name, /\*+/g) <= mostWildcards.inName);

/** The lines of an ignore file in `inside`, rewritten so that they mean the same in the root's: the last line that fits decides, as in git. What is no plain pattern excludes nothing. */
export function patterns(text: string, inside: string): string[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter(isPlainPattern);
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

/** What a walk leaves out, asked for one file at a time. Each `.keystowignore` is read once. */
export class Exclusions {
  private readonly ignoreCase: boolean;
  private readonly ownFiles = new Map<string, OwnIgnoreFiles>();
  private readonly places = new Map<string, ReturnType<Exclusions['placeOf']>>();

  constructor(ignoreCase = false) {
    this.ignoreCase = ignoreCase;
  }

  /** Is one file below `root` left out, by these patterns, or by a `.keystowignore` of its folder or of one above it, as in a walk of `root`? `inside` is its path below the root, with `/`. */
  leaveOut(root: string, inside: string, exclude: readonly string[]): boolean {
    if (exclude.length > 0) {
      const patterned = noRules(this.ignoreCase).add(exclude.filter(isPlainPattern));
      if (patterned.ignores(inside)) return true;
    }
    const { above, prefix } = this.placeOf(root);
    return prefix !== '' && above.ignore(prefix) ? this.ownFilesOf(root).ignore(inside) : above.ignore(prefix + inside);
  }

  /** What the files above a root say of it, and its path there. */
  private placeOf(root: string): { readonly above: OwnIgnoreFiles; readonly prefix: string } {
    const known = this.places.get(root);
    if (known !== undefined) return known;
    const folders = foldersUpToTop(root, root);
    const top = folders.at(-1)!;
    const place = { above: this.ownFilesOf(top), prefix: nameInside(top, folders[0]!) };
    this.places.set(root, place);
    return place;
  }

  private ownFilesOf(top: string): OwnIgnoreFiles {
    const files = this.ownFiles.get(top) ?? new OwnIgnoreFiles(top, this.ignoreCase);
    this.ownFiles.set(top, files);
    return files;
  }
}

/** git takes no such name, but an object of its that somebody made by hand may hold it. */
const leadsOut = /^\/|(?:^|\/)\.\.(?:\/|$)/;

/** The `.keystowignore` files at and below a folder; each is read once, when it is asked for something below it. */
export class OwnIgnoreFiles {
  private readonly top: string;
  private readonly ignoreCase: boolean;
  /** By folder; undefined where neither it nor one above it has such a file. */
  private readonly rules = new Map<string, Ignore | undefined>();

  constructor(top: string, ignoreCase: boolean) {
    this.top = top;
    this.ignoreCase = ignoreCase;
  }

  /** Is a path below the top left out? With `/`, which that of a folder ends in. */
  ignore(path: string): boolean {
    return !leadsOut.test(path) && (this.rulesIn(posix.dirname(path))?.ignores(path) ?? false);
  }

  private rulesIn(folder: string): Ignore | undefined {
    if (this.rules.has(folder)) return this.rules.get(folder);
    const isTop = folder === '.';
    const above = isTop ? undefined : this.rulesIn(posix.dirname(folder));
    const text = textOf(isTop ? inFolder(this.top, ownIgnoreFile) : inFolder(this.top, folder, ownIgnoreFile));
    const lines = text === undefined ? undefined : patterns(text, isTop ? '' : `${folder}/`);
    const rules =
      lines === undefined
        ? above
        : noRules(this.ignoreCase)
            .add(above ?? [])
            .add(lines);
    this.rules.set(folder, rules);
    return rules;
  }
}

/** What an ignore file, or another small file of a repository, says; undefined where there is none that may be read. */
export function textOf(path: PathLike): string | undefined {
  if (!existsSync(path)) return undefined; // hardly any folder has one, and an error takes longer than this
  try {
    return readPlainFile(path, 'refused'); // git too follows no link to an ignore file
  } catch {
    return undefined; // there is none, or none that may be read: it excludes nothing
  }
}
