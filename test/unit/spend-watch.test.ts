import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SignInNeeded } from '../../src/credentials/sso/tokens.ts';
import { format, message, UserError } from '../../src/message.ts';
import type { RunningInstance } from '../../src/spend/cloud.ts';
import { AlertEpisodes } from '../../src/spend/episodes.ts';
import type { SpendReport } from '../../src/spend/report.ts';
import { defaultAlertPerHour, defaultSettings, type SpendDoors } from '../../src/spend/spend.ts';
import { statusOf } from '../../src/spend/status.ts';
import { type SpendState, SpendWatch } from '../../src/spend/watch.ts';

const minute = 60_000;
const session = { name: 'corp', startUrl: 'https://corp.example', region: 'eu-west-1', scopes: [] };

/** An account that any number of windows watch, each through doors of its own, as separate processes have. */
async function account(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'spend-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const world = {
    now: Date.parse('2026-11-23T12:00:00Z'),
    instances: [] as RunningInstance[],
    sweeps: 0,
    trouble: undefined as Error | undefined,
    /** Settled while a sweep may go on. */
    gate: Promise.resolve(),
  };
  const doors = (): SpendDoors => ({
    open: async () => {
      world.sweeps++;
      await world.gate;
      if (world.trouble) throw world.trouble;
      return {
        account: async () => ({ id: '123456789012', time: undefined }),
        enabledRegions: async () => ['eu-west-1'],
        concurrency: async () => [],
        functions: async () => [],
        instances: async () => world.instances,
        billed: async () => ({ amount: 412.4, currency: 'USD' }),
      };
    },
    cacheFolder: join(folder, 'cache'),
    lockFile: join(folder, 'lock'),
    clock: () => new Date(world.now),
  });
  const window = (profile: () => string | undefined = () => 'demo') => {
    const shown: SpendState[] = [];
    const watch = new SpendWatch({
      profile: async () => profile(),
      async watched(name) {
        if (name === 'plain') throw new UserError('not served');
        return { subject: { profile: name, identity: name }, doors: doors() };
      },
      settings: () => defaultSettings,
      show: (state) => shown.push(state),
    });
    return { watch, shown, kinds: () => shown.splice(0).map(({ kind }) => kind) };
  };
  return { world, window };
}

test('three windows that look every 15 seconds ask AWS once in five minutes, and all show it', async (t) => {
  const { world, window } = await account(t);
  const windows = [window(), window(), window()];
  for (let seconds = 0; seconds < 15 * 60; seconds += 15) {
    await Promise.all(windows.map(({ watch }) => watch.look()));
    world.now += 15_000;
  }
  assert.equal(world.sweeps, 3);
  for (const { shown } of windows) {
    const last = shown.at(-1)!;
    assert.equal(last.kind, 'known');
    assert.ok(last.kind === 'known' && world.now - Date.parse(last.report.asOf) <= 5 * minute);
  }
});

test('a refresh in one window asks at once, though not twice within seconds, and the others show what it found', async (t) => {
  const { world, window } = await account(t);
  const [one, other] = [window(), window()];
  await one.watch.look();
  world.instances = [{ type: 'p3.16xlarge', spot: false, windows: false }];
  world.now += 2_000;
  await one.watch.refresh();
  assert.equal(world.sweeps, 1, 'within five seconds nothing new is asked');
  world.now += 10_000;
  await Promise.all([one.watch.refresh(), other.watch.refresh()]);
  assert.equal(world.sweeps, 2);
  await other.watch.look();
  const state = other.shown.at(-1)!;
  assert.ok(state.kind === 'known' && state.report.perHour.likely > 20);
});

test('while AWS does not answer, the windows together try after one minute, two, four and five; what was known stays', async (t) => {
  const { world, window } = await account(t);
  const windows = [window(), window()];
  await windows[0]!.watch.look();
  world.trouble = new UserError('no network');
  world.now += 6 * minute;
  const began = world.now;
  const tries: number[] = [];
  for (; world.now < began + 20 * minute; world.now += 15_000) {
    const before = world.sweeps;
    await Promise.all(windows.map(({ watch }) => watch.look()));
    if (world.sweeps > before) tries.push((world.now - began) / minute);
  }
  assert.deepEqual(tries, [0, 1, 3, 7, 12, 17]);
  for (const { shown } of windows) {
    const last = shown.at(-1)!;
    assert.ok(last.kind === 'failed' && last.report?.monthToDate?.amount === 412.4);
    assert.equal(format(last.why), 'no network');
  }
  await assert.rejects(windows[0]!.watch.refresh(), /no network/, 'a person who asks is answered at once');
  world.trouble = undefined;
  await windows[0]!.watch.refresh();
  assert.equal(windows[0]!.shown.at(-1)!.kind, 'known');
});

test('once somebody signed in, the next look reads', async (t) => {
  const { world, window } = await account(t);
  const { watch, kinds } = window();
  world.trouble = new SignInNeeded('sign in', session as never, 'demo');
  await watch.look();
  assert.deepEqual(kinds(), ['reading', 'signInNeeded']);
  world.trouble = undefined;
  world.now += 15_000;
  await watch.look();
  assert.deepEqual(kinds(), ['reading', 'known']);
});

test('a profile that Keystow does not serve is said, none is nothing, and a change during a reading is seen after it', async (t) => {
  const { world, window } = await account(t);
  let profile: string | undefined = 'plain';
  const { watch, kinds, shown } = window(() => profile);
  await watch.look();
  assert.deepEqual(kinds(), ['unwatched']);
  await assert.rejects(watch.refresh(), /not served/);
  profile = undefined;
  kinds();
  await watch.look();
  assert.deepEqual(kinds(), ['nothing']);

  profile = 'a';
  let open = () => {};
  world.gate = new Promise((done) => {
    open = done;
  });
  const first = watch.look();
  await new Promise((done) => setTimeout(done, 50));
  profile = 'b';
  const second = watch.look();
  open();
  await Promise.all([first, second]);
  const last = shown.at(-1)!;
  assert.ok(last.kind === 'known' && last.profile === 'b');
});

test('a bug is thrown, and the next look goes on', async (t) => {
  const { world, window } = await account(t);
  const { watch, kinds } = window();
  world.trouble = new TypeError('a bug');
  await assert.rejects(watch.look(), /a bug/);
  world.trouble = undefined;
  kinds();
  await watch.look();
  assert.deepEqual(kinds(), ['reading', 'known']);
});

const now = new Date('2026-11-23T12:00:00Z');
const reportOf = (perHour: number, given: Partial<SpendReport> = {}): SpendReport => ({
  profile: 'demo',
  account: '123456789012',
  asOf: now.toISOString(),
  currency: 'USD',
  perHour: { low: perHour, likely: perHour, high: perHour },
  monthToDate: { amount: 412.4, asOf: now.toISOString(), source: 'Cost Explorer' },
  parts: [
    { service: 'EC2', region: 'eu-west-1', low: perHour, likely: perHour, high: perHour, detail: message('x'), asOf: now.toISOString() },
  ],
  unwatched: [],
  missing: [],
  ownCost: { calls: 0, usd: 0 },
  lags: {},
  ...given,
});

test('an alert is said once an episode: not at every poll, not when the rate swings around it, but again after it was over', () => {
  const episodes = new AlertEpisodes();
  const said = (perHour: number, alert = 5) => episodes.begun(reportOf(perHour), alert) !== undefined;
  assert.deepEqual(
    [4, 6, 7, 89].map((rate) => said(rate)),
    [false, true, false, false],
  );
  assert.deepEqual(
    [4.9, 5.1, 4.1, 6].map((rate) => said(rate)),
    [false, false, false, false],
    'it swings',
  );
  assert.deepEqual([said(3.9), said(6)], [false, true], 'it was over');
  assert.deepEqual([said(6, 20), said(19, 20), said(21, 20), said(22, 20)], [false, false, true, false], 'the alert was raised');
  assert.equal(episodes.begun(reportOf(6, { account: '210987654321' }), 5) !== undefined, true, 'another account is another matter');
});

test('the settings begin with what the command uses', async () => {
  const { properties } = JSON.parse(await readFile('package.json', 'utf8')).contributes.configuration;
  for (const [name, value] of Object.entries(defaultSettings)) assert.deepEqual(properties[`keystow.spend.${name}`].default, value);
  assert.deepEqual(properties['keystow.spend.alertPerHour'].default, {});
  assert.equal(properties['keystow.spend.enabled'].default, false);
  const { 'spend.alertPerHour': words } = JSON.parse(await readFile('package.nls.json', 'utf8'));
  assert.match(words, new RegExp(`has ${defaultAlertPerHour}\\.$`));
});

test('the line for every state, and its words for a screen reader', () => {
  const options = { now, alertPerHour: 5, pollMinutes: 5 };
  const line = (state: SpendState, at: Date = now) => {
    const status = statusOf(state, { ...options, now: at })!;
    const text = [status.icon, status.figures, status.note && format(status.note)].filter(Boolean).join(' ');
    return [text, status.alarm, format(status.spoken)];
  };
  const later = (minutes: number) => new Date(now.getTime() + minutes * minute);
  const known = (report: SpendReport): SpendState => ({ kind: 'known', profile: 'demo', report });
  const spends = 'The account of demo spends $0.38 an hour, and has spent $412 this month (read';

  assert.deepEqual(line(known(reportOf(0.38))), ['$412 · $0.38/h', false, `${spends} just now). `]);
  assert.deepEqual(line(known(reportOf(0.38)), later(10)), ['$412 · $0.38/h', false, `${spends} 10 min ago). `]);
  assert.deepEqual(line(known(reportOf(0.38)), later(12)), [
    'history $412 · $0.38/h 12 min ago',
    false,
    `${spends} 12 min ago). These figures are old.`,
  ]);
  assert.deepEqual(line(known(reportOf(89.25))), [
    'flame $412 · $89.25/h',
    true,
    'Alert: the account of demo spends $89.25 an hour, and has spent $412 this month (read just now). ',
  ]);
  const { monthToDate: _, ...noBill } = reportOf(2222.4);
  assert.equal(line(known(noBill))[0], 'flame $2,222/h');
  assert.match(String(line(known(noBill))[2]), /an unknown amount this month/);
  assert.equal(line(known(reportOf(0, { currency: 'EUR' })))[0], 'EUR 412 · $0.00/h');

  const denied = message('may not');
  assert.equal(
    line(known(reportOf(1, { missing: [{ what: message('what the month has cost so far'), why: denied }] })))[0],
    '$412 · $1.00/h',
  );
  assert.equal(line(known(reportOf(1, { missing: [{ what: message('EC2 in x'), why: denied }] })))[0], 'warning $412 · $1.00/h');
  assert.match(String(line(known(reportOf(1, { clockOffMs: 11 * minute })))[2]), /The clock of this machine is wrong\.$/);

  const report = reportOf(0.38);
  assert.equal(line({ kind: 'reading', profile: 'demo' })[0], 'loading~spin reading the spend…');
  assert.equal(line({ kind: 'reading', profile: 'demo', report })[0], '$412 · $0.38/h');
  assert.equal(line({ kind: 'signInNeeded', profile: 'demo', why: denied })[0], 'key spend: sign in');
  assert.equal(line({ kind: 'signInNeeded', profile: 'demo', why: denied, report }, later(60))[0], 'key $412 · $0.38/h 60 min ago');
  assert.equal(line({ kind: 'failed', profile: 'demo', why: denied })[0], 'warning spend not read');
  assert.equal(
    line({ kind: 'failed', profile: 'demo', why: denied, report: reportOf(89) }, later(180))[0],
    'flame $412 · $89.00/h 3 h ago',
  );
  assert.equal(line({ kind: 'unwatched', profile: 'demo', why: denied })[0], 'eye-closed spend not watched');
  assert.equal(statusOf({ kind: 'nothing' }, options), undefined);
});
