import { type StatsListener, unwatchFile, watchFile } from 'node:fs';
import * as vscode from 'vscode';

const lookEveryMs = 2_000;

/** Looks at the file's date: a watcher of the system loses a file that is replaced, and sees none that is not there yet. It begins when the editor is idle, which may just be starting. */
export function whenChanged(file: string, tell: () => void): vscode.Disposable {
  const look: StatsListener = (now, before) => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) tell();
  };
  const beginning = setImmediate(() => watchFile(file, { persistent: false, interval: lookEveryMs }, look));
  return new vscode.Disposable(() => {
    clearImmediate(beginning);
    unwatchFile(file, look);
  });
}
