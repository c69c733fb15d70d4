// Live spend as a person sees it: off and silent until it is turned on, then red over the replayed incident.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { incident, type ScenarioFile } from '../../src/simulator/scenario.ts';
import { type RequestRecord, startSimulator } from '../../src/simulator/server.ts';
import { pictures, scene } from './session.ts';
import { openWindow, tried } from './vscode.ts';

/** A window whose profile `default` is served, on an account where this scenario has been going on for an hour. */
async function watched(t: TestContext, scenario: ScenarioFile) {
  const records: RequestRecord[] = [];
  const simulator = await startSimulator({ scenario, beganMs: 3_600_000, record: (record) => records.push(record) });
  t.after(() => simulator.stop());
  const { accessKeyId, secretAccessKey } = simulator.accessKeys.find(({ user }) => user === 'demo')!;
  const home = {
    '.aws/config': `[default]\nregion = eu-west-1\nendpoint_url = ${simulator.endpoint}\n`,
    '.aws/credentials': `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  };
  const place = await scene(() => ({ home }), { newPerson: true }); // the offer is made once
  await place.window.runCommand('Keystow: Move Plaintext AWS Keys to Keychain…');
  await place.window.pick(/Move it to the keychain/);
  const calls = (action?: string) =>
    records.filter((record) => record.service !== 'sts' && (action === undefined || record.action === action)).length;
  return { ...place, world: simulator.world, calls };
}

test('spend: nobody is asked before it is turned on; then the incident is red and named, and Refresh shows it falling', async (t) => {
  const instances = [{ type: 'p3.16xlarge', regions: ['ap-south-1'] as string[], count: 2 }];
  const { window, world, calls, browser, server, folder } = await watched(t, { ...incident, instances });
  const { page } = window;
  const picture = (name: string) => page.screenshot({ path: `${pictures}/spend-${name}.png` });
  const item = page.locator('.statusbar-item[id$="keystow.spend"]');

  await window.notified(/what your AWS account costs an hour right now/);
  await picture('offer');
  assert.equal(calls(), 0, 'before that, AWS is asked about nothing');
  assert.equal(await item.count(), 0);
  await window.pressNotification(/what your AWS account costs/, 'Watch the spend');

  await window.notified(/spends about \$1\d\d\.\d\d an hour, in 17 regions; most of it EC2 in ap-south-1: \$\d\d\.\d\d an hour/);
  await item.getByText(/^\s*\$\d+ · \$1\d\d\.\d\d\/h$/).waitFor();
  assert.match(await item.evaluate((element) => getComputedStyle(element).backgroundColor), /rgb\(\d{3}, [0-9]{1,2}, [0-9]{1,2}\)/, 'red');
  assert.match(
    (await item.getAttribute('aria-label')) ?? (await item.locator('a').getAttribute('aria-label')) ?? '',
    /^Alert: the account of default spends/,
  );
  await picture('red');

  const hover = await window.statusTooltip(/\/h/);
  assert.match(hover, /Spend of default \(account \d{12}\)/);
  assert.match(hover, /EC2\s+ap-south-1\s+\$\d\d\.\d\d\s+2 × p3\.16xlarge running/);
  assert.match(hover, /Lambda\s+[a-z]+-[a-z]+-\d\s+\$5\.25\s+10 at once, 8\.75 GB each\s+\d min ago/);
  assert.match(hover, /10 more\s+\$52\.50/);
  assert.match(hover, /This month: \$\d+ \(Cost Explorer, unblended/);
  assert.match(hover, /AWS is asked at http:\u200b?\/\/127\.0\.0\.1:\d+/);
  assert.match(hover, /Not watched: ECS and Fargate, /);
  assert.match(hover, /own calls today: \d+, at most \$0\.01\d\d of the \$0\.25/);
  await picture('hover');
  await page.mouse.move(640, 300);
  assert.equal(calls('GetCostAndUsage'), 1);
  const metrics = calls('GetMetricStatistics');
  assert.equal(metrics, 17);

  await window.pressNotification(/spends about \$1/, 'Contain…');
  await window.row(/Functions: 34 of 34/).waitFor();
  await window.dismiss();

  // a second window reads what the first found
  const other = await openWindow(browser, server, { folder, beside: window });
  await other.notified(/spends about \$1\d\d\.\d\d an hour/);
  await other.close();
  assert.equal(calls('GetMetricStatistics'), metrics);

  for (const instance of world.resources.instancesIn('ap-south-1')) instance.terminate(new Date());
  await window.openStatus(item, /an hour: EC2 in ap-south-1/);
  await picture('list');
  // a refresh asks no more often than every 5 seconds
  await tried(async (timeout) => {
    await window.filter('Refresh');
    await window.pick('Refresh');
    await item.getByText(/\$89\.\d\d\/h/).waitFor({ timeout: 3 * timeout });
  });
  await window.row(/an hour: Lambda in/).waitFor();
  const refreshed = calls('GetMetricStatistics') - metrics;
  assert.ok(refreshed > 0 && refreshed % 17 === 0, `${refreshed} calls where each refresh asks 17 regions once`);

  await window.filter('Set the alert');
  await window.pick('Set the alert…');
  await window.quickInput.locator('input').first().fill('a lot');
  await window.quickInput.getByText('Write an amount such as 5 or 0.50.').waitFor();
  await window.fillInput('120,50');
  await page.waitForFunction(
    () =>
      !/rgb\(\d{3}, \d{1,2}, \d{1,2}\)/.test(
        getComputedStyle(document.querySelector('.statusbar-item[id$="keystow.spend"]')!).backgroundColor,
      ),
  );
  assert.equal(await window.notification(/spends about \$89/).count(), 0, 'one message an episode');
  assert.match(await window.statusTooltip(/\/h/), /Alert above \$120\.50 an hour/);
  await picture('quiet');

  await page.mouse.move(640, 300);
  await window.runCommand('Keystow: Show Spend');
  await window.filter('Stop');
  await window.pick('Stop watching the spend');
  await item.waitFor({ state: 'detached' });
});
