import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UserError } from '../message.ts';
import { commandLine } from './command-line.ts';

/** A command that could not be started: `exitCode` is 127 where there is none of this name and 126 where it cannot be run, as in a shell. */
export class CommandNotStarted extends UserError {
  readonly exitCode: 126 | 127;

  constructor(command: string, error: NodeJS.ErrnoException) {
    const missing = error.code === 'ENOENT';
    super(
      missing
        ? 'The command {command} was not found. Check its name and your PATH.'
        : 'The command {command} could not be started ({code}). Check that it is a program that you may run.',
      { command, code: error.code ?? error.message },
      { cause: error },
    );
    this.exitCode = missing ? 127 : 126;
  }
}

/**
 * Runs a command in this terminal with exactly this environment, passes on the signals that reach us, and gives the exit code a shell would: the
 * command's own, or 128 and the number of the signal that ended it. No shell stands between.
 * @throws CommandNotStarted
 */
export function runCommand(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const line = commandLine(command, args, env, process.platform);
    const child = spawn(line.file, line.args, { env, stdio: 'inherit', windowsVerbatimArguments: line.verbatim });
    const stopForwarding = forwardSignals((signal) => child.kill(signal));
    child.once('error', (error) => {
      stopForwarding();
      reject(new CommandNotStarted(command, error));
    });
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
    });
  });
}

function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const handlers = (['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    // A terminal's Ctrl+C and Ctrl+\ reach the command by themselves; sent twice, they make many programs stop at once.
    const byTerminal = (signal === 'SIGINT' || signal === 'SIGQUIT') && process.stdin.isTTY;
    const handler = () => {
      if (!byTerminal) send(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const stop of handlers) stop();
  };
}
