import { chmod, lstat, realpath, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { errorCode } from '../files/file-error.ts';
import type { Git } from '../files/git.ts';
import { readPlainFile } from '../files/plain-file.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import { type HookKind, hookCommand } from './hook-command.ts';

/** The change that puts the hook in place, or takes it out. */
export interface HookChange {
  readonly kind: HookKind;
  readonly file: string;
  /** Undefined where there is no file yet; the same as `after` where the hook is in place already. */
  readonly before: string | undefined;
  /** Undefined where nothing but the hook was in the file, which goes. */
  readonly after: string | undefined;
  /** Whether the file lies outside the repository and so may serve others too: a person is asked first. */
  readonly outside: boolean;
}

/** Where the hook is put, and what the file becomes. Changes nothing. @throws UserError where it cannot be done */
export async function planHook(git: Git, folder: string, action: 'install' | 'remove'): Promise<HookChange> {
  const place = await placeOf(git, folder);
  const before = textOf(place.file);
  await refuseLinks(place);
  const installed = before !== undefined && isInstalled(before, place.kind);
  const { change, isCurrent } = isScript(place.kind) ? script : await import('./hook-yaml.ts');
  if (action === 'remove' && !installed) throw new UserError('There is no hook of Keystow in {file}.', { file: place.file });
  if (action === 'install' && before !== undefined && place.kind === 'git') await refuseSwitchedOff(place.file);
  // that of an older version is taken out first
  const without = action === 'install' && installed ? change(before, 'remove', place) : before;
  const outside = isOutside(relative(place.top, place.file));
  const isInPlace = action === 'install' && installed && isCurrent(before);
  return { kind: place.kind, file: place.file, before, after: isInPlace ? before : change(without ?? '', action, place), outside };
}

/** Writes the change, whole or not at all. @throws UserError where the file changed since */
export async function writeHook({ kind, file, before, after }: HookChange): Promise<void> {
  if (after === undefined) return rm(file);
  await replaceFile(file, after, { expected: before ?? null });
  if (isScript(kind) && before === undefined) await chmod(file, 0o755);
}

const begin = '# >>> keystow: no commit with a secret; "keystow hook remove" takes this out >>>';
const end = '# <<< keystow <<<';

const isScript = (kind: HookKind): boolean => kind === 'git' || kind === 'husky';

const isInstalled = (text: string, kind: HookKind): boolean =>
  isScript(kind) ? text.includes(begin) : /keystow.*scan --staged|\bid: *['"]?keystow\b/.test(text);

const newScript = '#!/bin/sh\n';

interface Place {
  readonly kind: HookKind;
  readonly file: string;
  /** The folder that the repository begins at, or that of git itself where the hook lies in there. */
  readonly top: string;
}

async function placeOf(git: Git, folder: string): Promise<Place> {
  const [top = '', common = ''] = (await git.run(['rev-parse', '--show-toplevel', '--git-common-dir']))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const root = await realpath(resolve(folder, top));
  for (const name of [
    'lefthook.yml',
    'lefthook.yaml',
    '.lefthook.yml',
    '.lefthook.yaml',
    '.config/lefthook.yml',
    '.config/lefthook.yaml',
  ]) {
    if (textOf(join(root, name)) !== undefined) return { kind: 'lefthook', file: join(root, name), top: root };
  }
  for (const name of ['lefthook.toml', '.lefthook.toml', 'lefthook.json', '.lefthook.json']) {
    const file = join(root, name);
    if (textOf(file) === undefined) continue;
    throw new UserError('{file} is not in YAML, so nothing was added to it. Let it run this line before each commit:\n{command}', {
      file,
      command: hookCommand,
    });
  }
  if (textOf(join(root, '.pre-commit-config.yaml')) !== undefined) {
    return { kind: 'pre-commit', file: join(root, '.pre-commit-config.yaml'), top: root };
  }
  const configured = await hooksPath(git);
  if (configured === undefined && (await usesHusky(root))) return { kind: 'husky', file: join(root, '.husky/pre-commit'), top: root };
  const gitFolder = resolve(folder, common);
  if (configured === undefined) return { kind: 'git', file: join(gitFolder, 'hooks', 'pre-commit'), top: gitFolder };
  const hooks = resolve(root, configured);
  if (configured === '' || (await stat(hooks).catch(() => undefined))?.isDirectory() === false) {
    throw new UserError(
      'core.hooksPath is “{path}”, which is no folder, so git runs no hook here. Take that setting out, then try again: {command}',
      {
        path: configured,
        command: 'git config --unset core.hooksPath',
      },
    );
  }
  // husky keeps its own scripts in a folder below the one that people write
  const husky = /^(.*[/\\]\.husky)(?:[/\\]_)?$/.exec(hooks)?.[1];
  return { kind: husky === undefined ? 'git' : 'husky', file: join(husky ?? hooks, 'pre-commit'), top: root };
}

/** Whether husky will set `core.hooksPath` once its packages are installed: what lies in git's own folder would not be run then. */
async function usesHusky(root: string): Promise<boolean> {
  const folder = await lstat(join(root, '.husky')).catch(() => undefined);
  return folder !== undefined && /"husky"\s*:/.test(textOf(join(root, 'package.json')) ?? '');
}

/** `core.hooksPath` as the person set it; our own call sets it too, last. */
async function hooksPath(git: Git): Promise<string | undefined> {
  const listed = await git.run(['config', '--show-origin', '-z', '--type=path', '--get-all', 'core.hooksPath']);
  const tokens = listed.toString('utf8').split('\0');
  let path: string | undefined;
  for (let at = 0; at + 1 < tokens.length; at += 2) if (tokens[at] !== 'command line:') path = tokens[at + 1];
  return path;
}

/** A link could lead the change to a file that belongs to something else: none of the repository's own is followed. */
async function refuseLinks({ file, top }: Place): Promise<void> {
  for (const path of wayTo(file, top)) {
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isSymbolicLink()) continue;
    throw new UserError(
      '{path} is a symbolic link, so the hook was not written through it. Put this line into the hook yourself:\n{command}',
      {
        path,
        command: hookCommand,
      },
    );
  }
}

/** Whoever made a hook not executable has switched it off: it is not for us to run it again. */
async function refuseSwitchedOff(file: string): Promise<void> {
  if (process.platform === 'win32' || ((await stat(file)).mode & 0o111) !== 0) return;
  throw new UserError('{file} is not executable, so git does not run it. Make it executable or take it away, then try again.', { file });
}

/** The file and the folders that it lies in, up to `top`, which is none of them; where it does not lie below that, its own folder alone. */
function wayTo(file: string, top: string): string[] {
  const way = relative(top, file);
  if (isOutside(way)) return [file, dirname(file)];
  return way.split(sep).map((_, index, names) => join(top, ...names.slice(0, index + 1)));
}

const isOutside = (way: string): boolean => /^\.\.(?:$|[/\\])/.test(way) || isAbsolute(way);

function changeScript(before: string, action: 'install' | 'remove', { kind, file }: Place): string | undefined {
  const block = `${begin}\n(${hookCommand}) || exit 1\n${end}\n`;
  if (action === 'remove') {
    const from = before.indexOf(begin);
    const to = before.indexOf(end, from);
    if (to < 0) throw new UserError('{file}: the end of the lines of Keystow is missing. Take them out yourself.', { file });
    const left = before.slice(0, from) + before.slice(to + end.length).replace(/^\r?\n/, '');
    return left.trim() === '' || left === newScript ? undefined : left;
  }
  if (/[\0\ufffd]/.test(before)) {
    throw new UserError('{file} is no text in UTF-8, so nothing was added to it. Let it run this line:\n{command}', {
      file,
      command: hookCommand,
    });
  }
  const shebang = /^#!.*(?:\r?\n|$)/.exec(before)?.[0];
  if (shebang !== undefined && !/\b(?:ba|da|k|z)?sh\b/.test(shebang)) {
    throw new UserError('{file} is no shell script, so nothing was added to it. Let it run this line:\n{command}', {
      file,
      command: hookCommand,
    });
  }
  // first, since a script may end by exec
  if (shebang !== undefined) return shebang.replace(/\n?$/, '\n') + block + before.slice(shebang.length);
  return (kind === 'husky' ? '' : newScript) + block + before;
}

const script = { change: changeScript, isCurrent: (text: string): boolean => text.includes(hookCommand) };

function textOf(file: string): string | undefined {
  try {
    return readPlainFile(file, 'followed');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const reason = error instanceof UserError ? error.said : (error as Error).message;
    throw new UserError('The file {file} cannot be read: {reason}', { file, reason }, { cause: error });
  }
}
