// Needs a keychain of its own: node test/inside.mjs --test test/integration/rotation-kill.test.ts
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { callerIdentity } from '../../src/aws/sts.ts';
import { keyAccount, keyContent, keysOf } from '../../src/credentials/keys.ts';
import { readServedProfile } from '../../src/credentials/profile.ts';
import { describeProfile } from '../../src/credentials/serve-profile.ts';
import { awsFilePaths, parseAwsFile } from '../../src/files/aws-files.ts';
import { places } from '../../src/files/places.ts';
import { openKeychain } from '../../src/keychain/keychain.ts';
import { openRotationJournal } from '../../src/rotation/journal.ts';
import { startSimulator } from '../../src/simulator/server.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'rotation-program.ts');

async function prepared(t: TestContext) {
  const simulator = await startSimulator({ consistencyDelayMs: 200 });
  const home = await mkdtemp(join(tmpdir(), 'killed-'));
  const env = {
    ...process.env,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
  };
  const { data } = places(env, process.platform, homedir());
  const keychain = openKeychain({ service: 'keystow-test', indexFile: join(data, 'keychain.json') });
  t.after(async () => {
    await simulator.stop();
    for (const account of await keychain.accounts()) await keychain.remove(account);
    await rm(home, { recursive: true });
  });
  const old = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  await keychain.write(keyAccount(old.accessKeyId), keyContent(old));
  const paths = awsFilePaths(env, homedir());
  const place = { region: 'eu-west-1', endpoint: simulator.endpoint };
  const profile = { name: 'p', accessKeyId: old.accessKeyId, mode: 'session', ...place } as const;
  await writeFile(paths.config, describeProfile(parseAwsFile('', paths.config, 'config'), profile));
  const { world } = simulator;

  return {
    world,
    keychain,
    journal: openRotationJournal(join(data, 'rotations')),
    start: () => spawn(process.execPath, ['--no-warnings', program, 'rotate', 'p'], { env, stdio: ['ignore', 'pipe', 'inherit'] }),
    resume: () => run(process.execPath, ['--no-warnings', program, 'resume', 'p'], { env }),
    keys: () => world.keysOf(world.iam.users.get('demo')!),
    old,
    async servedKey() {
      const { accessKeyId } = await readServedProfile('p', paths);
      const key = await keysOf(keychain).read(accessKeyId);
      assert.ok(key, `${accessKeyId} is served and not in the keychain`);
      assert.match((await callerIdentity(key, { ...place, env: {} })).arn, /user\/demo$/);
      return accessKeyId;
    },
  };
}

const moments: Readonly<Record<string, RegExp>> = {
  'as it asks for the new key, which IAM makes when it is dead': /Making a new key/,
  'as it stores the new key': /Storing the new key/,
  'as it proves the new key': /Waiting until AWS takes/,
  'as it switches': /Serving the new key/,
  'as it makes the old key inactive': /Making the old key/,
};

for (const [moment, words] of Object.entries(moments)) {
  test(`kill -9 ${moment}: the profile works, and another process finishes`, async (t) => {
    const here = await prepared(t);
    const asking = words.test('Making a new key');
    here.world.faults.add('iam:CreateAccessKey', { kind: 'delay', milliseconds: asking ? 1_500 : 0 });
    const rotating = here.start();
    let said = '';
    rotating.stdout.on('data', (data) => {
      said += data;
      if (words.test(said)) setTimeout(() => rotating.kill('SIGKILL'), asking ? 700 : 0);
    });
    const [, signal] = await once(rotating, 'close');
    assert.equal(signal, 'SIGKILL', said);
    await here.servedKey();
    for (let i = 0; asking && i < 100 && here.keys().length < 2; i++) await sleep(50);
    if (asking) assert.equal(here.keys().length, 2, 'a key that nobody knows');

    const { stdout } = await here.resume();
    assert.match(stdout, /will be deleted after/);
    const served = await here.servedKey();
    assert.notEqual(served, here.old.accessKeyId);
    assert.deepEqual(
      here.keys().map(({ accessKeyId, status }) => [accessKeyId, status]),
      [
        [here.old.accessKeyId, 'Inactive'],
        [served, 'Active'],
      ],
    );
    assert.deepEqual(new Set(await here.keychain.accounts()), new Set([here.old.accessKeyId, served].map(keyAccount)));
    assert.equal((await here.journal.read('p'))?.phase, 'grace');
  });
}
