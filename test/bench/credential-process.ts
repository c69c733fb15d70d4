// What every tool that uses a served profile waits for: the launcher, the real keychain, a session in the real vault.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { keyAccount, keyContent } from '../../src/credentials/keys.ts';
import { readProfileFiles, type ServedProfile } from '../../src/credentials/profile.ts';
import { serveProfile } from '../../src/credentials/serve-profile.ts';
import { places } from '../../src/files/places.ts';
import { machineOf } from '../../src/machine.ts';
import { startSimulator } from '../../src/simulator/server.ts';
import { diskFiles } from '../../src/stow/disk-files.ts';
import { type Benchmark, cpuOfCommand } from './benchmark.ts';

/** Works with a home whose profile is served in mode session, with the session in the vault and AWS gone. */
async function withServedProfile<T>(work: (env: NodeJS.ProcessEnv, launcher: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'keystow-bench-'));
  const { AWS_CONFIG_FILE: _, AWS_SHARED_CREDENTIALS_FILE: __, ...inherited } = process.env;
  const env = { ...inherited, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache') };
  const { data, launcher } = places(env, process.platform, home);
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'keychain-service'), 'keystow-bench');
  const { keychain, awsFiles, profile, credentials, ensureLauncher } = machineOf(env, process.platform, home);
  const simulator = await startSimulator();
  try {
    const key = simulator.accessKeys[0]!;
    await keychain.write(keyAccount(key.accessKeyId), keyContent(key));
    await ensureLauncher(resolve('dist/cli.js'));
    const served: ServedProfile = { name: 'p', accessKeyId: key.accessKeyId, mode: 'session', endpoint: simulator.endpoint };
    const texts = serveProfile(await readProfileFiles(awsFiles, diskFiles.read), served, launcher);
    mkdirSync(dirname(awsFiles.config), { recursive: true });
    writeFileSync(awsFiles.config, texts.config);
    writeFileSync(awsFiles.credentials, texts.credentials);
    await credentials(await profile('p'));
    await simulator.stop();
    return await work(env, launcher);
  } finally {
    for (const account of await keychain.accounts()) await keychain.remove(account);
    rmSync(home, { recursive: true });
  }
}

/** Both in turn, so that what else the machine does meets both. */
function compare(env: NodeJS.ProcessEnv, launcher: string): { value: number; floor: number } {
  const turns = 4;
  let [value, floor] = [0, 0];
  for (let turn = 0; turn < turns; turn++) {
    floor += cpuOfCommand({ env }, process.execPath, '-e', '0') / turns;
    value += cpuOfCommand({ env }, launcher, 'credential-process', '--profile', 'p') / turns;
  }
  return { value, floor };
}

/** Not on Windows, whose shell has no such count. */
export const benchmarks: readonly Benchmark[] =
  process.platform === 'win32'
    ? []
    : [
        {
          name: 'credential-process, session in the vault, CPU',
          unit: 'ms',
          floorName: 'node -e 0',
          sample: () => withServedProfile(async (env, launcher) => compare(env, launcher)),
          budget: { most: 2, of: 'floor' },
        },
      ];
