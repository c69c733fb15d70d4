import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sampleKeyPair } from '../sample-keys.ts';
import { pictures, scene, session } from './session.ts';

const acme = { id: 'acme-token', name: 'ACME token', pattern: '\\bACME-[A-Z0-9]{20}\\b', keywords: ['acme-'], message: 'Orders anvils.' };
const costly = { id: 'costly', pattern: '(?:([a-z]{1,20})([a-z]{1,20})([a-z]{1,20})(!)|abc)', group: 4, keywords: ['abc'] };
const token = `ACME-Q7P2${sampleKeyPair('acme').accessKeyId.slice(4)}`;
const password = `k7${createHash('sha256').update('password').digest('base64').replace(/\W/g, '').slice(0, 20)}`;

test('a rule of one’s own finds while one types and in a scan, whatever the workspace’s settings say; a wrong one and a slow one are named; a name alone is weighed', async (t) => {
  const { server } = await session();
  const user = join(server.root, 'data/User/settings.json');
  const before = readFileSync(user, 'utf8');
  t.after(() => writeFileSync(user, before));
  writeFileSync(user, JSON.stringify({ ...JSON.parse(before), 'keystow.detect.customRules': [acme, costly] }));
  // the workspace tries to make the person's rule another one, and turns the weighing on
  const ofWorkspace = {
    'keystow.detect.customRules': [{ ...acme, pattern: 'NOTHING-[0-9]{9}', severity: 'information' }],
    'keystow.detect.generic': true,
  };
  const { window } = await scene(() => ({
    workspace: {
      '.vscode/settings.json': JSON.stringify(ofWorkspace),
      'order.txt': `token: ${token}\n`,
      'slow.txt': 'abc'.repeat(10_000),
      'other.txt': `The token is ${token}.\n`,
      'app.py': `shop_user = "shop"\nshop_password = "${password}"\n`,
    },
  }));
  await window.notified(
    /Rule 1 \(acme-token\) of keystow\.detect\.customRules of this workspace is left out: a rule before it has the same id/,
  );
  await window.openFile('order.txt');
  await window.squiggle('order.txt', 'error').first().waitFor();
  assert.match(await window.hover('order.txt', 'error', 'A rule of your settings found it'), /ACME token: Orders anvils\./);
  await window.page.screenshot({ path: `${pictures}/own-rule.png` });

  await window.openFile('slow.txt');
  await window.notified(/Rule 2 \(costly\) of keystow\.detect\.customRules is left out: it takes more than 10 ms/);
  await window.page.screenshot({ path: `${pictures}/slow-rule.png` });

  await window.runCommand('Keystow: Scan Workspace');
  await window.notified(/3 secrets and key ids found/);

  await window.openFile('app.py');
  await window.squiggle('app.py', 'warning').first().waitFor();
  const score = await window.hover('app.py', 'warning', 'The name says password');
  assert.match(score, /The value looks random\. \+\d\.\d/);
  assert.match(score, /Together: \d\.\d; 2\.5 would be enough\./);
  assert.ok(!score.includes(password));
  await window.page.screenshot({ path: `${pictures}/score.png` });

  await window.openFile('order.txt');
  await window.quickFix('order.txt', 'Turn off the rule acme-token here');
  await window.squiggle('order.txt').first().waitFor({ state: 'detached' });
});
