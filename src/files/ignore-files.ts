import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { foldersUpToTop, nameInside } from './repository.ts';

/** Keystow's own ignore file, in gitignore's language. */
export const ownIgnoreFile = '.keystowignore';

/** No rules yet, for paths with `/` below one root. `ignoreCase`: names that differ only in case are one file here. */
export const noRules = (ignoreCase = false): Ignore => ignore({ ignorecase: ignoreCase, allowRelativePaths: true });

/** The lines of an ignore file in `inside`, rewritten so that they mean the same in the root's: the last line that fits decides, as in git. */
export function patterns(text: string, inside: string): string[] {
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

/**
 * Is one file below `root` left out, by these patterns, or by a `.keystowignore` of its folder or of one above it, as in a walk of `root`? `inside` is its path below the root, with `/`.
 * Reads the ignore files each time.
 */
export function isExcluded(root: string, inside: string, exclude: readonly string[], ignoreCase = false): boolean {
  if (
    exclude.length > 0 &&
    noRules(ignoreCase)
      .add([...exclude])
      .ignores(inside)
  )
    return true;
  const outer = foldersUpToTop(root, root).slice(1).reverse();
  const [top = root] = outer;
  const prefix = nameInside(top, root);
  const names = outer.map((folder) => nameInside(top, folder));
  const above = rulesOf(top, names, noRules(ignoreCase));
  const isNamed = outer.length > 0 && above.ignores(prefix);
  const inner = foldersAbove(inside).map((folder) => prefix + folder);
  return rulesOf(top, inner, isNamed ? noRules(ignoreCase) : above).ignores(prefix + inside);
}

/** Adds to the rules what the `.keystowignore` of these folders say. */
function rulesOf(top: string, folders: readonly string[], rules: Ignore): Ignore {
  for (const folder of folders) {
    const text = textOf(join(top, folder, ownIgnoreFile));
    if (text !== undefined) rules.add(patterns(text, folder));
  }
  return rules;
}

/** From the root's, `''`, to the file's own, each ending in `/`. */
function foldersAbove(inside: string): string[] {
  const folder = dirname(inside);
  if (folder === '.') return [''];
  const names = folder.split('/');
  return ['', ...names.map((_, index) => `${names.slice(0, index + 1).join('/')}/`)];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // there is none, or none that may be read: it excludes nothing
  }
}
