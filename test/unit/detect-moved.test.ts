import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import type { Change } from '../../src/detect/live-text.ts';
import { moved } from '../../src/detect/moved.ts';
import { apply } from '../adversarial-texts.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const { accessKeyId, secretAccessKey } = sampleKeyPair('moved');
const text = `one line\ntoken = ${sampleGitHubToken('moved')}\n\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\nlast line\n`;
const before = detect(text);
const at = (part: string) => text.indexOf(part);

test('after a change beside them, findings are where a new look would find them', () => {
  const changes: Change[] = [
    { offset: 0, removed: 0, inserted: 'a new line\n' },
    { offset: 0, removed: at('token'), inserted: '' },
    { offset: at('\n\naws') + 1, removed: 1, inserted: '\n# keys\n' },
    { offset: at('aws_secret'), removed: 0, inserted: 'region = eu-west-1\n' },
    { offset: at('last'), removed: 4, inserted: 'the last' },
    { offset: text.length, removed: 0, inserted: 'more' },
  ];
  for (const change of changes) assert.deepEqual(moved(before, change), detect(apply(text, change)), JSON.stringify(change));
});

test('a change that touches a finding ends it, and its other half is alone', () => {
  const [token, id, secret] = before as [(typeof before)[0], (typeof before)[0], (typeof before)[0]];
  const alone = ({ pairedWith: _, ...finding }: typeof id) => finding;
  assert.deepEqual(moved(before, { offset: secret.start + 3, removed: 1, inserted: '' }), [token, alone(id)]);
  assert.deepEqual(moved(before, { offset: secret.end, removed: 0, inserted: 'x' }), [token, alone(id)]);
  assert.deepEqual(moved(before, { offset: token.start - 2, removed: 4, inserted: '' }), [
    { ...id, start: id.start - 4, end: id.end - 4, pairedWith: 1 },
    { ...secret, start: secret.start - 4, end: secret.end - 4, pairedWith: 0 },
  ]);
  assert.deepEqual(moved(before, { offset: 0, removed: text.length, inserted: '' }), []);
});
