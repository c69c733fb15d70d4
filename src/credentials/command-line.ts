import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

/** What to hand to `spawn`. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether the arguments already are as Windows must see them. */
  readonly verbatim: boolean;
}

/**
 * How a command is started without a shell. On Windows a name is looked up in PATH with the endings of PATHEXT; only a batch file goes through
 * `cmd.exe`, which alone can run it, with every character that it would act on escaped.
 */
export function commandLine(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  exists: (file: string) => boolean = existsSync,
): CommandLine {
  const program = platform === 'win32' ? findOnWindows(command, env, exists) : undefined;
  if (program === undefined) return { file: command, args: [...args], verbatim: false };
  if (!/\.(?:cmd|bat)$/i.test(program)) return { file: program, args: [...args], verbatim: false };

  // The shims that npm puts into node_modules hand their arguments to a second command line.
  const twice = /node_modules[\\/]\.bin[\\/][^\\/]{1,255}$/i.test(program);
  const escaped = (argument: string) => (twice ? escapeForCmd(escapeForCmd(argument)) : escapeForCmd(argument));
  const line = [escapeForCmd(program), ...args.map((argument) => escaped(quoteArgument(argument)))].join(' ');
  return { file: variable(env, 'ComSpec') ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

function findOnWindows(command: string, env: NodeJS.ProcessEnv, exists: (file: string) => boolean): string | undefined {
  const endings = ['', ...(variable(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';')];
  const tried = win32.extname(command) === '' ? endings.slice(1) : endings;
  const folders = /[\\/]/.test(command) ? [''] : (variable(env, 'Path') ?? '').split(';').filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => tried.map((ending) => win32.join(folder, command + ending.toLowerCase())));
  return candidates.find(exists);
}

function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const found = Object.keys(env).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : env[found];
}

/** Backslashes count double only before a quote: https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments. */
const quoteArgument = (argument: string): string =>
  `"${argument.replace(/(?<!\\)(\\*)("|$)/g, (_, backslashes: string, quote: string) => backslashes.repeat(2) + (quote && '\\"'))}"`;

const escapeForCmd = (text: string): string => text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&');
