import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mayHoldCutOffStow } from '../../src/stow/cut-off.ts';
import { openStowJournal, type StowRecord } from '../../src/stow/journal.ts';

test('a journal of stows tells by its text whether one was begun and not ended; one that cannot be read is looked at', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'keystow-stows-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const stows = join(folder, 'stows');
  assert.equal(await mayHoldCutOffStow(stows), false);
  const journal = openStowJournal(stows);
  const record: StowRecord = {
    id: 'one',
    at: '2026-01-01T00:00:00.000Z',
    state: 'done',
    what: 'GitHub personal access token',
    madeItem: true,
    references: [],
    files: [],
  };
  await journal.list();
  await journal.write(record);
  await journal.write({ ...record, id: 'two', state: 'restored' });
  assert.equal(await mayHoldCutOffStow(stows), false);
  await journal.write({ ...record, id: 'three', state: 'begun' });
  assert.equal(await mayHoldCutOffStow(stows), true);
  writeFileSync(join(folder, 'no-folder'), '');
  assert.equal(await mayHoldCutOffStow(join(folder, 'no-folder')), true);
});
