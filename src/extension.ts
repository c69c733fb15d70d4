import * as vscode from 'vscode';
import { registerCommands } from './editor/commands.ts';
import { inBackground } from './editor/error-boundary.ts';
import type { Wired } from './editor/wiring.ts';

/**
 * Registers the commands, and nothing else: other extensions and the editor's first frame wait for what happens here. The parts are loaded, put together and started
 * after that, a turn each, as other extensions wait for a turn too.
 */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Keystow', { log: true });
  let wired: Promise<Wired> | undefined;
  const parts = () => {
    wired ??= import('./editor/wiring.ts').then(async ({ wire }) => {
      await nextTurn();
      return wire(context, log);
    });
    return wired;
  };
  context.subscriptions.push(
    log,
    registerCommands(async () => (await parts()).commands, log),
  );
  void inBackground(log, async () => {
    await nextTurn();
    const { start } = await parts();
    await nextTurn();
    await start();
  });
}

const nextTurn = () => new Promise<void>((done) => setImmediate(done));
