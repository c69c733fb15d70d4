import { chmod, readFile, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';

/** What the launcher starts. */
export interface LauncherTarget {
  /** The program that runs JavaScript here: the editor's own. */
  readonly node: string;
  /** The path of `cli.js`. */
  readonly cli: string;
  /** Whether that program is Electron, which is Node only when told. */
  readonly electron: boolean;
}

/**
 * Puts the launcher at `path`, the name under which AWS files know Keystow: 0755, whole or not at all, untouched where it already is this one.
 * It starts the editor's own Node with `cli.js`. After an update `cli.js` lies in the folder of another version, which the launcher finds by itself; where
 * there is none, or the editor is gone, it says in one line what to do and exits
 * with 1 for an SDK, else with 2: for a hook, 1 is a finding.
 */
export async function writeLauncher(path: string, target: LauncherTarget, platform: NodeJS.Platform): Promise<void> {
  const script = platform === 'win32' ? windowsScript(target) : posixScript(target);
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== script) await replaceFile(path, script);
  if (platform !== 'win32' && ((await stat(path)).mode & 0o777) !== 0o755) await chmod(path, 0o755);
}

const uninstalled =
  'keystow: Keystow was uninstalled, and this still asks it for a secret, which is in the keychain of this system. Install it again and start the editor once; "Keystow: Undo a Stow..." there puts secrets back into files. Or replace the credential_process line in ~/.aws/credentials by a new key.';
const uninstalledBehindHook =
  'keystow: Keystow was uninstalled, and a hook of this repository still asks it to look at what is committed. Install it again and start the editor once, or take what says keystow out of the hook, mostly .git/hooks/pre-commit.';
const moved = 'keystow: the editor that Keystow runs in has moved or was updated. Start it once, then try again.';

/** What every version's folder begins with, beside which the editor puts the next one: `…/publisher.keystow-`; undefined where `cli.js` was not installed. */
function versionFolders(cli: string, { dirname, basename, join }: typeof posix): string | undefined {
  const extension = dirname(dirname(cli));
  const name = /^(.+-)\d+\.\d+\.\d+/.exec(basename(extension))?.[1];
  return name === undefined ? undefined : join(dirname(extension), name);
}

const stop = '[ "$1" = credential-process ] && exit 1; exit 2';

/**
 * An SDK reads what this prints, and a commit waits for a scan, so neither must depend on what a debugger or a preload script, which may lie in one project alone, puts into
 * NODE_OPTIONS: where Node does not find it, it ends with 1.
 */
function posixScript({ node, cli, electron }: LauncherTarget): string {
  const versions = versionFolders(cli, posix);
  const search =
    versions === undefined
      ? ''
      : `if [ ! -r "$cli" ]; then
  for version in ${singleQuoted(versions)}*; do
    if [ -r "$version/dist/cli.js" ]; then cli=$version/dist/cli.js; fi
  done
fi
`;
  return `#!/bin/sh
# Starts Keystow. Written by its extension at each start of the editor: changes here are lost.
node=${singleQuoted(node)}
cli=${singleQuoted(cli)}
${search}if [ ! -r "$cli" ]; then
  if [ "$1" = scan ]; then echo '${uninstalledBehindHook}' >&2; else echo '${uninstalled}' >&2; fi
  ${stop}
fi
if [ ! -x "$node" ]; then
  echo '${moved}' >&2
  ${stop}
fi
case $1 in credential-process|scan)
  case " $NODE_OPTIONS" in *" -r"*|*--require*|*--import*|*--inspect*|*loader*) unset NODE_OPTIONS ;; esac
esac
${electron ? 'export ELECTRON_RUN_AS_NODE=1\n' : ''}exec "$node" --no-warnings "$cli" "$@"
`;
}

function windowsScript({ node, cli, electron }: LauncherTarget): string {
  const versions = versionFolders(cli, win32);
  const search = `for /d %%V in ("${forBatch(versions ?? '')}*") do if not exist "%KEYSTOW_CLI%" if exist "%%V\\dist\\cli.js" set "KEYSTOW_CLI=%%V\\dist\\cli.js"`;
  const lines = [
    '@echo off',
    'rem Starts Keystow. Written by its extension at each start of the editor: changes here are lost.',
    'setlocal',
    `set "KEYSTOW_NODE=${forBatch(node)}"`,
    `set "KEYSTOW_CLI=${forBatch(cli)}"`,
    ...(versions === undefined ? [] : [search]),
    'if not exist "%KEYSTOW_CLI%" goto uninstalled',
    'if not exist "%KEYSTOW_NODE%" goto moved',
    ...(electron ? ['set ELECTRON_RUN_AS_NODE=1'] : []),
    '"%KEYSTOW_NODE%" --no-warnings "%KEYSTOW_CLI%" %*',
    'exit /b %ERRORLEVEL%',
    ':uninstalled',
    'if "%~1"=="scan" goto behindhook',
    `echo ${uninstalled} 1>&2`,
    'goto stop',
    ':behindhook',
    `echo ${uninstalledBehindHook} 1>&2`,
    'goto stop',
    ':moved',
    `echo ${moved} 1>&2`,
    ':stop',
    'if "%~1"=="credential-process" exit /b 1',
    'exit /b 2',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function forBatch(path: string): string {
  if (/["\r\n]/.test(path)) throw new UserError('The path {path} cannot stand in a batch file.', { path });
  return path.replaceAll('%', '%%');
}
