// The demo on macOS and Windows: the editor that is installed, with data folders of its own, on the same simulator and the same files.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openKeychain } from '../../src/keychain/keychain.ts';
import { writeFiles } from '../editor/vscode.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { openAccount } from './incident.ts';
import { demoHome, demoWorkspace } from './workspace.ts';

const service = 'keystow-demo';

/** Opens the demo in the installed editor and stays until its window is closed. @throws Error where no editor is installed. */
export async function openOnDesktop(): Promise<void> {
  const editor = ['code', 'codium', 'cursor'].find(
    (name) => spawnSync(name, ['--version'], { shell: process.platform === 'win32' }).status === 0,
  );
  if (!editor)
    throw new Error(
      'No editor was found: put code, codium or cursor on the PATH (VS Code: Shell Command: Install ‘code’ command in PATH).',
    );
  const root = resolve('out/demo');
  rmSync(root, { recursive: true, force: true });
  const home = join(root, 'home');
  const workspace = join(root, 'workspace');
  for (const folder of [home, workspace]) mkdirSync(folder, { recursive: true });
  const account = await openAccount(false);
  const data = process.platform === 'darwin' ? 'Library/Application Support/Keystow' : 'AppData/Local/keystow';
  writeFiles(home, { ...demoHome(account, join(root, 'bin'), service), [`${data}/keychain-service`]: `${service}\n` });
  writeFiles(workspace, demoWorkspace(account, sampleGitHubToken()));
  const env = { ...process.env, HOME: home, USERPROFILE: home, LOCALAPPDATA: join(home, 'AppData/Local') };
  const own = ['--user-data-dir', join(root, 'editor'), '--extensions-dir', join(root, 'extensions'), '--disable-workspace-trust'];
  console.log(`${editor} opens the demo; close its window to end.`);
  try {
    const extensions = [resolve('.'), resolve('test/demo/guide')].map((folder) => `--extensionDevelopmentPath=${folder}`);
    const child = spawn(editor, ['--wait', '--new-window', ...extensions, ...own, workspace], {
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    await new Promise((done, fail) => child.once('exit', done).once('error', fail));
  } finally {
    await account.simulator.stop();
    const keychain = openKeychain({ service, indexFile: join(home, data, 'keychain-items.json') });
    for (const name of await keychain.accounts()) await keychain.remove(name);
  }
}
