// A home with a keychain, a vault and AWS files, and a simulator to sign in to.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { portal } from '../../src/aws/sso.ts';
import { signInService } from '../../src/aws/sso-oidc.ts';
import { assumeRole } from '../../src/aws/sts.ts';
import { keysOf } from '../../src/credentials/keys.ts';
import type { ServedSsoProfile } from '../../src/credentials/profile.ts';
import type { AssumeDoors } from '../../src/credentials/role/assume.ts';
import { serveSsoProfile } from '../../src/credentials/serve-profile.ts';
import { addSsoSession, defaultScopes, type SsoSession } from '../../src/credentials/sso/sso-session.ts';
import { awsFilePaths, parseAwsFile } from '../../src/files/aws-files.ts';
import { withLock } from '../../src/files/lock.ts';
import { places } from '../../src/files/places.ts';
import { openKeychain } from '../../src/keychain/keychain.ts';
import { openVault } from '../../src/keychain/vault.ts';
import type { ScenarioFile } from '../../src/simulator/scenario.ts';
import { type RequestRecord, startSimulator } from '../../src/simulator/server.ts';

/** Homes never share an item: files of tests run at the same time. */
const keychainOf = (env: NodeJS.ProcessEnv, data: string) =>
  openKeychain({ service: `keystow-test ${env.HOME}`, indexFile: join(data, 'keychain.json') });

/** The doors of this environment, as the `keystow` command would open them. */
export function ssoDoors(env: NodeJS.ProcessEnv): AssumeDoors {
  const { data, runtime } = places(env, process.platform, homedir());
  const keychain = keychainOf(env, data);
  return {
    vault: openVault({ keychain, folder: join(data, 'sessions') }),
    signInService: async () => signInService(env),
    portal: async () => portal(env),
    lock: (name, work, waitMs) => withLock(join(runtime, name), work, { waitMs }),
    clock: () => new Date(Date.now() + Number(env.TEST_CLOCK_AHEAD_MS ?? 0)),
    keys: keysOf(keychain),
    assumer: async () => ({ assumeRole: (acting, place, request) => assumeRole(acting, { ...place, env }, request) }),
    sessionMinutes: 60,
  };
}

/** A home whose profiles `admin` and `reader` sign in to the simulator's Identity Center. */
export async function ssoHome(t: TestContext, more: { scenario?: ScenarioFile; scopes?: readonly string[]; launcher?: string } = {}) {
  const requests: RequestRecord[] = [];
  const simulator = await startSimulator({
    record: (request) => requests.push(request),
    ...(more.scenario === undefined ? {} : { scenario: more.scenario }),
  });
  t.after(() => simulator.stop());
  const home = await mkdtemp(join(tmpdir(), 'sso-home-'));
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS,
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_DATA_HOME: join(home, 'data'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
  };
  const { data } = places(env, process.platform, homedir());
  const keychain = keychainOf(env, data);
  t.after(async () => {
    for (const account of await keychain.accounts()) await keychain.remove(account);
    await rm(home, { recursive: true });
  });

  const { world, endpoint } = simulator;
  const session: SsoSession = {
    name: 'company',
    startUrl: world.identityCenter.startUrl,
    region: 'eu-west-1',
    scopes: more.scopes ?? defaultScopes,
    endpoint,
  };
  const profile = (name: string, role: string, account = world.accountId): ServedSsoProfile => ({
    name,
    sso: { session, account, role },
    region: 'eu-west-1',
    endpoint,
  });
  const admin = profile('admin', 'AdministratorAccess');
  const reader = profile('reader', 'ReadOnly');
  const paths = awsFilePaths(env, home);
  let files = { config: addSsoSession(parseAwsFile('', paths.config, 'config'), session), credentials: '' };
  for (const one of [admin, reader]) {
    const parsed = {
      config: parseAwsFile(files.config, paths.config, 'config'),
      credentials: parseAwsFile(files.credentials, paths.credentials, 'credentials'),
    };
    files = serveSsoProfile(parsed, one, more.launcher ?? '/opt/keystow');
  }
  await writeFile(paths.config, files.config);
  await writeFile(paths.credentials, files.credentials);
  return {
    simulator,
    world,
    center: world.identityCenter,
    endpoint,
    home,
    data,
    env,
    paths,
    session,
    profile,
    admin,
    reader,
    doors: ssoDoors(env),
    place: { region: 'eu-west-1', endpoint, env: {} },
    calls: (action: string) => requests.filter((request) => request.action === action).length,
  };
}
