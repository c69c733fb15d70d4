import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type Job, scanInWorker } from '../../src/scan/in-worker.ts';
import { repository } from '../git-repository.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

test('a folder below the top of its repository: baselines above it count, and names count from it, also those of the history', async (t) => {
  const { folder, write, commit } = repository(t);
  write('app/known.env', `TOKEN=${sampleGitHubToken('known')}\n`);
  write('app/new.env', `TOKEN=${sampleGitHubToken('new')}\n`);
  write('top.env', `TOKEN=${sampleGitHubToken('top')}\n`);
  commit();
  const thread = { program: resolve('src/scan/worker.ts'), onSlow: () => assert.fail('there is no rule of one’s own') };
  const scanned = async (what: Job['what'], at = join(folder, 'app')) => {
    const job: Job = {
      what,
      folder: at,
      isTrusted: true,
      maxBytes: 1_000_000,
      disabledRules: [],
      exclude: [],
      rules: { own: [], generic: false },
      known: undefined,
    };
    return (await scanInWorker(thread, job, () => {}, new AbortController().signal)).findings;
  };
  const before = await scanned('files');
  assert.deepEqual(before.map(({ file }) => file).sort(), ['known.env', 'new.env']);
  const { fingerprint, rule } = before.find(({ file }) => file === 'known.env')!;
  write('.keystow-baseline.jsonl', `${JSON.stringify({ fingerprint, rule, file: 'app/known.env', date: '2026-11-29' })}\n`);
  assert.deepEqual(
    (await scanned('files')).map(({ file }) => file),
    ['new.env'],
  );
  assert.deepEqual((await scanned('history')).map(({ file }) => file).sort(), ['../top.env', 'new.env']);
  const link = join(folder, 'link');
  symlinkSync(folder, link);
  for (const what of ['files', 'history'] as const)
    assert.deepEqual((await scanned(what, link)).map(({ file }) => file).sort(), ['app/new.env', 'top.env']);
});
