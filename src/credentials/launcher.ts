import { chmod, readFile, stat } from 'node:fs/promises';
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
 * It starts the editor's own Node with `cli.js`; when either is gone, as after an update, it says so in one line and exits with 1.
 */
export async function writeLauncher(path: string, target: LauncherTarget, platform: NodeJS.Platform): Promise<void> {
  const script = platform === 'win32' ? windowsScript(target) : posixScript(target);
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== script) await replaceFile(path, script);
  if (platform !== 'win32' && ((await stat(path)).mode & 0o777) !== 0o755) await chmod(path, 0o755);
}

const gone = 'keystow: the editor that Keystow runs in has moved or was updated. Start it once, then try again.';

/** An SDK reads what this prints, so it must not depend on what a debugger or a preload script puts into NODE_OPTIONS. */
function posixScript({ node, cli, electron }: LauncherTarget): string {
  return `#!/bin/sh
# Starts Keystow. Written by its extension at each start of the editor: changes here are lost.
node=${singleQuoted(node)}
cli=${singleQuoted(cli)}
if [ ! -x "$node" ] || [ ! -r "$cli" ]; then
  echo '${gone}' >&2
  exit 1
fi
if [ "$1" = credential-process ]; then
  case $NODE_OPTIONS in *--require*|*--import*|*--inspect*) unset NODE_OPTIONS ;; esac
fi
${electron ? 'export ELECTRON_RUN_AS_NODE=1\n' : ''}exec "$node" --no-warnings "$cli" "$@"
`;
}

function windowsScript({ node, cli, electron }: LauncherTarget): string {
  const lines = [
    '@echo off',
    'rem Starts Keystow. Written by its extension at each start of the editor: changes here are lost.',
    'setlocal',
    `set "KEYSTOW_NODE=${forBatch(node)}"`,
    `set "KEYSTOW_CLI=${forBatch(cli)}"`,
    'if not exist "%KEYSTOW_NODE%" goto gone',
    'if not exist "%KEYSTOW_CLI%" goto gone',
    ...(electron ? ['set ELECTRON_RUN_AS_NODE=1'] : []),
    '"%KEYSTOW_NODE%" --no-warnings "%KEYSTOW_CLI%" %*',
    'exit /b %ERRORLEVEL%',
    ':gone',
    `echo ${gone} 1>&2`,
    'exit /b 1',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function forBatch(path: string): string {
  if (/["\r\n]/.test(path)) throw new UserError('The path {path} cannot stand in a batch file.', { path });
  return path.replaceAll('%', '%%');
}
