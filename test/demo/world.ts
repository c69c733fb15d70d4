// What the demo runs on: the simulator, a real VS Code, and a home of its own below out/demo. Nothing of the person's is read or written.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { awsCli } from '../aws-cli.ts';
import { type Server, startServer } from '../editor/vscode.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { step } from '../steps.mjs';
import { type DemoAccount, openAccount } from './incident.ts';
import { demoHome, demoWorkspace } from './workspace.ts';

/** The packed extension, and the one that opens the guide in a person's window. */
export const packed = { keystow: 'out/keystow.vsix', guide: 'out/guide.vsix' };

export interface DemoWorld extends DemoAccount {
  readonly server: Server;
  readonly token: string;
  /** The content of a keychain item of this world, read by the system's own tool; undefined where there is none. */
  keychainItem(name: string): string | undefined;
  /** Ends every process and removes every keychain item. */
  stop(): Promise<void>;
}

/** @param who The tour has a world of its own, so that it finds nothing done and leaves nothing undone; only a person's opens the guide, which takes the focus. */
export async function startDemo(who: 'person' | 'tour'): Promise<DemoWorld> {
  const service = who === 'person' ? 'keystow-demo' : 'keystow-demo-tour';
  const root = resolve('out/demo', who);
  rmSync(root, { recursive: true, force: true });
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  const { command: aws } = await step('making the AWS CLI ready', awsCli);
  symlinkSync(aws, join(bin, 'aws'));
  symlinkSync(process.execPath, join(bin, 'node'));
  writeFileSync(join(bin, 'keystow'), `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli.js')}" "$@"\n`);
  chmodSync(join(bin, 'keystow'), 0o755);

  const account = await step('starting the simulated AWS', () => openAccount(who === 'tour'));
  const token = sampleGitHubToken();
  // the path of a socket has room for 107 characters, which one below the project could be too long for
  const sockets = mkdtempSync(join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), 'demo-'));
  const server = await step('starting the editor', () =>
    startServer({
      root,
      vsix: who === 'person' ? [packed.keystow, packed.guide] : packed.keystow,
      home: demoHome(account, bin, service),
      workspace: demoWorkspace(account, token),
      settings: { 'terminal.integrated.defaultProfile.linux': 'bash' },
      // a bare machine has no pager
      env: { XDG_RUNTIME_DIR: sockets, AWS_PAGER: '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    }),
  );
  // else the ignore file of the checkout that it lies in would speak for it
  spawnSync('git', ['init', '--quiet'], { cwd: server.workspace });
  return {
    ...account,
    server,
    token,
    keychainItem(name) {
      const { status, stdout } = spawnSync('secret-tool', ['lookup', 'service', service, 'account', name], { encoding: 'utf8' });
      return status === 0 && stdout !== '' ? stdout : undefined;
    },
    async stop() {
      await server.stop();
      await account.simulator.stop();
      spawnSync('secret-tool', ['clear', 'service', service]);
      rmSync(sockets, { recursive: true, force: true });
    },
  };
}
