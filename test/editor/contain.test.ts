import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { KeyUser } from '../../src/simulator/resources-starter.ts';
import type { Simulator } from '../../src/simulator/server.ts';
import { stateOf } from '../containment-world.ts';
import { pictures, type Scene, scene, session } from './session.ts';
import type { Files } from './vscode.ts';

/** Two miners in each of three regions, started with a leaked key every three minutes for an hour. */
function infest({ world }: Simulator) {
  const user = world.createUser('ci-deploy');
  user.attachedPolicies.add('arn:aws:iam::aws:policy/AdministratorAccess');
  const leaked = world.createAccessKey('ci-deploy', { createdAt: new Date(Date.now() - 400 * 86_400_000) });
  const from = new Date(Date.now() - 3_600_000);
  const added = ['us-east-1', 'eu-west-1', 'ap-south-1'].flatMap((region) =>
    ['image-resize-a', 'image-resize-b'].map((name) => {
      const schedule = { from, everySeconds: 180, runSeconds: 900, by: new KeyUser(world, user, name, region) };
      const size = { memoryMb: 8960, architecture: 'x86_64', timeoutSeconds: 900, runtime: 'provided.al2023', handler: 'run' } as const;
      return world.resources.addFunction({ name, region, ...size, role: 'arn', createdAt: from, schedule });
    }),
  );
  return {
    leaked,
    clean() {
      world.changeAccessKey(leaked.accessKeyId, 'Deleted');
      world.iam.users.delete('ci-deploy');
      for (const fn of added) world.resources.functions.splice(world.resources.functions.indexOf(fn), 1);
    },
  };
}

/** A window whose profile is the administrator's, with the key in the keychain. */
async function served(more: (simulator: Simulator) => Files = () => ({})): Promise<Scene> {
  const here = await scene((simulator) => {
    const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
    return {
      home: {
        '.aws/config': `[default]\nregion = eu-west-1\nendpoint_url = ${simulator.endpoint}\n`,
        '.aws/credentials': `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
        ...more(simulator),
      },
    };
  });
  await here.window.runCommand('Keystow: Move Plaintext AWS Keys to Keychain…');
  await here.window.pick(/Move it to the keychain/);
  await here.window.notified(/is in the keychain now/);
  return here;
}

test('an account that runs away is contained after a preview, a function left alone, and everything given back', async (t) => {
  const { window, simulator, home } = await served();
  const { world } = simulator;
  const { leaked, clean } = infest(simulator);
  t.after(clean);
  const before = stateOf(world);

  await window.runCommand('Keystow: Contain Account…');
  await window.row(/Functions: 6 of 6/).waitFor();
  await window.row(`Key ${leaked.accessKeyId} of ci-deploy becomes inactive`).waitFor();
  await window.page.screenshot({ path: `${pictures}/contain-preview.png` });
  await window.pick(/Functions: 6 of 6/);
  await window.row('Lambda image-resize-a in ap-south-1 no longer starts').waitFor();
  await window.page.screenshot({ path: `${pictures}/contain-functions.png` });
  await window.pick('Lambda image-resize-a in ap-south-1 no longer starts');
  await window.press('Enter');
  await window.row(/Functions: 5 of 6/).waitFor();
  await window.pick('Contain it now by these 7 steps');
  const toast = await window.notified(/is contained: 7 steps are done/);
  await window.page.screenshot({ path: `${pictures}/contain-done.png` });

  assert.equal(leaked.status, 'Inactive');
  assert.ok(world.iam.users.get('ci-deploy')!.attachedPolicies.has('arn:aws:iam::aws:policy/AWSDenyAll'));
  const running = world.resources.functions.filter((fn) => fn.reservedConcurrency !== 0).map(({ settings }) => settings);
  assert.deepEqual(
    running.map(({ name, region }) => [name, region]),
    [['image-resize-a', 'ap-south-1']],
  );
  const file = /keystow-undo-\d+-\d+T\d+Z\.json/.exec((await toast.innerText()).replaceAll(/\s/g, ''))![0];
  const record = JSON.parse(readFileSync(join(home, '.local/share/keystow', file), 'utf8'));
  assert.equal(record.phase, 'contained');

  await window.runCommand('Keystow: Undo Containment…');
  await window.pick(`Account ${world.accountId}`);
  await window.row(/becomes active again/).waitFor();
  await window.page.screenshot({ path: `${pictures}/contain-undo.png` });
  await window.pick('Give it all back');
  await window.notified(/The containment is undone: everything is as it was before/);
  assert.deepEqual(stateOf(world), before);
});

test('a containment that was cut off goes on when the person says so, and a leaked key is made inactive by its id', async (t) => {
  const { simulator: before } = await session();
  const { leaked, clean } = infest(before);
  t.after(clean);
  const { window, simulator } = await served(({ world, endpoint }) => ({
    [`.local/share/keystow/keystow-undo-${world.accountId}-20261124T030000Z.json`]: JSON.stringify({
      version: 1,
      at: '2026-11-24T03:00:00.000Z',
      account: world.accountId,
      arn: world.iam.users.get('demo')!.arn,
      profile: 'default',
      endpoint,
      phase: 'containing',
      entries: [
        { step: { kind: 'deny-user', user: 'ci-deploy' }, state: 'begun' },
        { step: { kind: 'stop-function', region: 'eu-west-1', name: 'image-resize-b', before: null }, state: 'planned' },
      ],
    }),
  }));
  const { resources, iam } = simulator.world;
  await window.pressNotification(/was cut off in the middle/, 'Finish It');
  await window.notified(/that was cut off was finished/);
  assert.ok(iam.users.get('ci-deploy')!.attachedPolicies.has('arn:aws:iam::aws:policy/AWSDenyAll'));
  assert.deepEqual(
    resources.functions.filter((fn) => fn.reservedConcurrency === 0).map(({ settings }) => [settings.region, settings.name]),
    [['eu-west-1', 'image-resize-b']],
  );

  await window.runCommand('Keystow: Disable a Leaked Key Now…');
  await window.pick('Another key, by its id…');
  await window.fillInput(leaked.accessKeyId);
  await window.row(new RegExp(`The access key ${leaked.accessKeyId} becomes inactive, at once`)).waitFor();
  await window.page.screenshot({ path: `${pictures}/disable-key.png` });
  await window.pick('Make it inactive now');
  await window.notified(new RegExp(`${leaked.accessKeyId} is inactive`));
  assert.equal(leaked.status, 'Inactive');
});
