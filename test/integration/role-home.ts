// A home whose profiles take roles: of a key, of a sign-in, of each other; a simulator that gives them, and the real command.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { keyAccount, keyContent } from '../../src/credentials/keys.ts';
import { writeLauncher } from '../../src/credentials/launcher.ts';
import type { ProfileFiles } from '../../src/credentials/profile.ts';
import type { AssumedRole } from '../../src/credentials/role/assumed-role.ts';
import { serveProfile, serveRoleProfile, serveSsoProfile } from '../../src/credentials/serve-profile.ts';
import { addSsoSession, defaultScopes } from '../../src/credentials/sso/sso-session.ts';
import { parseAwsFile } from '../../src/files/aws-files.ts';
import { machineOf } from '../../src/machine.ts';
import { quiet, type ScenarioFile } from '../../src/simulator/scenario.ts';
import { type RequestRecord, startSimulator } from '../../src/simulator/server.ts';

const account = '111122223333';
const arn = (role: string) => `arn:aws:iam::${account}:role/${role}`;
const trusting = (principal: string, condition: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...condition }],
});

const scenario: ScenarioFile = {
  ...quiet,
  account,
  users: [{ name: 'demo', attached: ['AdministratorAccess'], mfa: true }],
  roles: [
    { name: 'operator', attached: ['AdministratorAccess'], maxSessionSeconds: 43_200 },
    { name: 'auditor', attached: ['ReadOnlyAccess'], maxSessionSeconds: 43_200, trust: trusting(arn('operator')) },
    {
      name: 'guest',
      attached: ['ReadOnlyAccess'],
      trust: trusting('*', { Condition: { StringEquals: { 'sts:ExternalId': 'partner/7' } } }),
    },
    {
      name: 'careful',
      attached: ['AdministratorAccess'],
      trust: trusting(`arn:aws:iam::${account}:root`, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
    },
  ],
};

const cli = join(import.meta.dirname, '../../src/cli.ts');

/**
 * `base` has a key; `operator`, `auditor` (by `operator`), `guest` and `careful` (with MFA), `later` (by `careful`) begin with it; `admin` signs in, and
 * `visitor` takes the role of `operator` with it.
 */
export async function roleHome(t: TestContext) {
  const requests: RequestRecord[] = [];
  const simulator = await startSimulator({ scenario, record: (request) => requests.push(request) });
  t.after(() => simulator.stop());
  const home = await mkdtemp(join(tmpdir(), 'role-home-'));
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    DBUS_SESSION_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS,
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_DATA_HOME: join(home, 'data'),
  };
  await mkdir(join(home, 'data/keystow'), { recursive: true });
  await writeFile(join(home, 'data/keystow/keychain-service'), `keystow-test ${home}`);
  const machine = machineOf(env, process.platform, home);
  t.after(async () => {
    for (const name of await machine.keychain.accounts()) await machine.keychain.remove(name);
    await rm(home, { recursive: true });
  });

  const { world, endpoint } = simulator;
  const key = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  await machine.keychain.write(keyAccount(key.accessKeyId), keyContent(key));
  const device = world.mfaDevices.get(`arn:aws:iam::${account}:mfa/demo`)!;
  const place = { region: 'eu-west-1', endpoint };
  const session = { name: 'company', startUrl: world.identityCenter.startUrl, region: 'eu-west-1', scopes: defaultScopes, endpoint };
  const { launcher } = machine.places;
  const role = (name: string, sourceProfile: string, more: Partial<AssumedRole> = {}) => ({
    name,
    role: { arn: arn(name), ...more },
    sourceProfile,
    ...place,
  });
  let files: { config: string; credentials: string } = { config: '', credentials: '' };
  const parsed = (): ProfileFiles => ({
    config: parseAwsFile(files.config, machine.awsFiles.config, 'config'),
    credentials: parseAwsFile(files.credentials, machine.awsFiles.credentials, 'credentials'),
  });
  files = { ...files, config: addSsoSession(parsed().config, session) };
  files = serveProfile(parsed(), { name: 'base', accessKeyId: key.accessKeyId, mode: 'session', ...place }, launcher);
  files = serveSsoProfile(parsed(), { name: 'admin', sso: { session, account, role: 'AdministratorAccess' }, ...place }, launcher);
  for (const one of [
    role('operator', 'base', { sessionName: 'ana@work', seconds: 7200 }),
    role('auditor', 'operator', { seconds: 7200 }),
    role('guest', 'base', { externalId: 'partner/7' }),
    role('careful', 'base', { mfaSerial: device.serial }),
    { ...role('later', 'careful'), role: { arn: arn('operator') } },
    { ...role('visitor', 'admin'), role: { arn: arn('operator') } },
  ]) {
    files = serveRoleProfile(parsed(), one, launcher);
  }
  await mkdir(join(home, '.aws'), { mode: 0o700 });
  await writeFile(machine.awsFiles.config, files.config);
  await writeFile(machine.awsFiles.credentials, files.credentials);
  await writeLauncher(launcher, { node: process.execPath, cli, electron: false }, process.platform);

  return {
    simulator,
    world,
    home,
    env,
    machine,
    key,
    device,
    session,
    place: { ...place, env: {} },
    calls: (action: string) => requests.filter((request) => request.action === action).length,
    credentials: async (name: string) => machine.credentials(await machine.anyProfile(name)),
  };
}
