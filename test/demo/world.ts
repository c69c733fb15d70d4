// What the demo runs on: the simulator, a real VS Code, and a home of its own below out/demo. Nothing of the person's is read or written.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Simulator, startSimulator } from '../../src/simulator/server.ts';
import { awsCli } from '../aws-cli.ts';
import { type Server, startServer } from '../editor/vscode.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { demoHome, demoWorkspace } from './workspace.ts';

export type SimulatorKey = Simulator['accessKeys'][number];

export const service = 'keystow-demo';

export interface DemoWorld {
  readonly simulator: Simulator;
  readonly server: Server;
  /** The key that lies in the demo's files. */
  readonly key: SimulatorKey;
  readonly token: string;
  /** Ends every process and removes every keychain item. */
  stop(): Promise<void>;
}

/** @param readme Whether the folder's README opens by itself, as for a person; what is played by keyboard is not to lose the focus to it. */
export async function startDemo(readme: boolean): Promise<DemoWorld> {
  const root = resolve('out/demo');
  rmSync(root, { recursive: true, force: true });
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(root, 'run'), { mode: 0o700 });
  symlinkSync((await awsCli()).command, join(bin, 'aws'));
  symlinkSync(process.execPath, join(bin, 'node'));
  writeFileSync(join(bin, 'keystow'), `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli.js')}" "$@"\n`);
  chmodSync(join(bin, 'keystow'), 0o755);

  const simulator = await startSimulator();
  const key = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  const token = sampleGitHubToken();
  const server = await startServer({
    root,
    vsix: 'out/keystow.vsix',
    home: demoHome(key, simulator.endpoint, bin),
    workspace: demoWorkspace(key, token),
    settings: { 'workbench.startupEditor': readme ? 'readme' : 'none', 'terminal.integrated.defaultProfile.linux': 'bash' },
    env: {
      XDG_RUNTIME_DIR: join(root, 'run'),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  return {
    simulator,
    server,
    key,
    token,
    async stop() {
      await server.stop();
      await simulator.stop();
      if (process.platform === 'linux') spawnSync('secret-tool', ['clear', 'service', service]);
    },
  };
}

/** The content of a keychain item of the demo, read by the system's own tool; undefined where there is none. */
export function keychainItem(account: string): string | undefined {
  const { status, stdout } = spawnSync('secret-tool', ['lookup', 'service', service, 'account', account], { encoding: 'utf8' });
  return status === 0 && stdout !== '' ? stdout : undefined;
}
