import * as vscode from 'vscode';
import { registerCommands } from './editor/commands.ts';
import { inBackground } from './editor/error-boundary.ts';
import type { Wired } from './editor/wiring.ts';

/** Registers the commands, and nothing else: other extensions and the editor's first frame wait for what happens here. The parts are loaded and put together after that. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Keystow', { log: true });
  let wired: Promise<Wired> | undefined;
  const parts = () => {
    wired ??= import('./editor/wiring.ts').then(({ wire }) => wire(context, log));
    return wired;
  };
  context.subscriptions.push(
    log,
    registerCommands(async () => (await parts()).commands, log),
  );
  setImmediate(() => inBackground(log, async () => (await parts()).start()));
}
