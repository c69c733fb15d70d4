import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChunkedText } from '../../src/detect/chunked-text.ts';
import { allRules, type DetectOptions, detect } from '../../src/detect/detect.ts';
import { type Change, LiveText } from '../../src/detect/live-text.ts';
import type { Draw } from '../../src/detect/rules/rule.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

const { accessKeyId, secretAccessKey } = sampleKeyPair('live');
const other = sampleKeyPair('other');
const temporaryId = accessKeyId.replace('AKIA', 'ASIA');
const token = sampleGitHubToken('live');
const pem = samplePrivateKey();
const sessionToken = `IQoJb3JpZ2luX2Vj${secretAccessKey.repeat(8)}`;

const plain = 'const plain = value;\n'.repeat(3000);

const whole = [
  accessKeyId,
  temporaryId,
  other.accessKeyId,
  secretAccessKey,
  other.secretAccessKey,
  encodeURIComponent(`${secretAccessKey.slice(0, 38)}/+`),
  `${secretAccessKey.slice(0, 20)}' + '${secretAccessKey.slice(20)}`,
  token,
  pem,
  sessionToken,
  'aws_secret_access_key = ',
  'AWS_SESSION_TOKEN=',
  'const secretAccessKey = "',
  ' // keystow:ignore\n',
  '# pragma: allowlist nextline secret\n',
];
/** Lines that hold a finding each. */
const lines = [
  `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  `export AWS_SECRET_ACCESS_KEY="${other.secretAccessKey}"\n`,
  `${other.accessKeyId},${other.secretAccessKey}\n`,
  `"${temporaryId}": "${secretAccessKey}",\n`,
  `const secretAccessKey = '${secretAccessKey.slice(0, 20)}' +\n  '${secretAccessKey.slice(20)}';\n`,
  `TOKEN=${token}\n`,
  `AWS_SESSION_TOKEN=${sessionToken}\n`,
  `token = '${token}'; // keystow:ignore\n`,
  `# pragma: allowlist nextline secret\n${accessKeyId}\n`,
  `"x\\n${accessKeyId}\\n${secretAccessKey}\\n"\n`,
  `\n${pem}\n`,
];
const pieces = [
  ...lines,
  ...lines,
  ...whole,
  ...whole.map((one) => one.slice(0, one.length >> 1)),
  ...whole.map((one) => one.slice(one.length >> 1)),
  ...['AKIA', 'secret', 'secret=', '-----BEGIN ', '-----END PRIVATE KEY-----', 'ghp_', 'aws ', 'key', 'IQoJb3JpZ2luX2Vj'],
  ...[
    '\n',
    '\n',
    '\r\n',
    '\n\n',
    ' ',
    '"',
    "'",
    '=',
    ':',
    ',',
    '+',
    '\\',
    '\\n',
    '%',
    '%2F',
    '%3D',
    '}',
    '[',
    'A',
    'x9',
    '/',
    '\u0141',
    '😀',
  ],
  `${' '.repeat(400)}\n`,
  `${'let plainProgram = otherThing(text);\n'.repeat(60)}`,
  `${secretAccessKey}\\n`.repeat(30),
  ...Array.from({ length: 4 }, (_, i) => plain.slice(0, 2000 * (i + 1))),
];

/** As fractions of the text's length, so that a change fits whatever the ones before it did. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(3), fc.nat(3), fc.nat(60), fc.nat(1500)),
  inserted: fc.oneof(fc.constant(''), fc.constantFrom(...pieces), fc.string({ maxLength: 3 }), fc.constantFrom(...accessKeyId, '\n', ' ')),
});
const start = fc.array(fc.constantFrom(...pieces), { maxLength: 40, size: 'max' }).map((parts) => parts.join(''));

function apply(text: string, { offset, removed, inserted }: Change): string {
  return text.slice(0, offset) + inserted + text.slice(offset + removed);
}

test('after any changes the findings are those of the whole text: 6,000 changes', () => {
  const options: DetectOptions[] = [{}, { disabledRules: new Set(['aws-access-key-id']) }];
  let found = 0;
  fc.assert(
    fc.property(
      start,
      fc.array(change, { minLength: 10, maxLength: 30, size: 'max' }),
      fc.constantFrom(...options),
      (first, changes, option) => {
        let text = first;
        const live = new LiveText(text, option);
        for (const { at, removed, inserted } of changes) {
          const offset = Math.floor(at * text.length);
          const one = { offset, removed: Math.min(removed, text.length - offset), inserted };
          text = apply(text, one);
          live.change(one);
          const expected = detect(text, option);
          assert.deepEqual(live.findings(), expected);
          assert.equal(live.length, text.length);
          found += expected.length;
        }
      },
    ),
    { numRuns: 300 },
  );
  assert.ok(found > 10_000, `${found} findings only`);
});

test('each rule’s own texts, taken apart and put together in the middle of a long text', () => {
  let seed = 0;
  const draw: Draw = (alphabet, count) =>
    Array.from({ length: count }, () => alphabet[createHash('sha256').update(`${seed++}`).digest()[0]! % alphabet.length]).join('');
  for (const rule of allRules) {
    const { ok, ng } = rule.cases(draw);
    for (const [index, example] of [...ok, ...ng].entries()) {
      const before = plain.slice(0, 30_000 + 997 * (index % 50));
      let text = `${before}${example}\n${plain}`;
      const live = new LiveText(text);
      const changes: Change[] = [1, 2, 3, 4].flatMap((part) => {
        const offset = before.length + Math.floor((example.length * part) / 5);
        const taken = text.slice(offset, offset + 7);
        return [
          { offset, removed: 7, inserted: '' },
          { offset, removed: 0, inserted: taken },
        ];
      });
      for (const one of changes) {
        text = apply(text, one);
        live.change(one);
        assert.deepEqual(live.findings(), detect(text), `${rule.id}, case ${index}`);
      }
    }
  }
});

test('a long text in chunks reads and changes as a string does', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(200_000), fc.nat(50_000), fc.nat(60_000)), { maxLength: 20, size: 'max' }), (changes) => {
      let text = plain;
      const chunked = new ChunkedText(text);
      for (const [at, removed, length] of changes) {
        const one = {
          offset: Math.min(at, text.length),
          removed: Math.min(removed, text.length - Math.min(at, text.length)),
          inserted: plain.slice(7, length),
        };
        text = apply(text, one);
        chunked.replace(one.offset, one.removed, one.inserted);
        assert.equal(chunked.length, text.length);
        assert.ok(chunked.slice(at, at + removed) === text.slice(at, at + removed));
      }
      assert.ok(chunked.slice() === text);
    }),
    { numRuns: 50 },
  );
});

test('a text that is written letter by letter, and taken away again', () => {
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n\n${pem}\ntoken = ${token} # keystow:ignore\n`;
  const live = new LiveText('');
  for (let at = 0; at < text.length; at++) {
    live.change({ offset: at, removed: 0, inserted: text[at]! });
    assert.deepEqual(live.findings(), detect(text.slice(0, at + 1)));
  }
  assert.equal(live.findings().length, 3);
  for (let at = 0; at < text.length; at++) {
    live.change({ offset: 0, removed: 1, inserted: '' });
    assert.deepEqual(live.findings(), detect(text.slice(at + 1)));
  }
});

test('a change far from a finding moves it, and one far behind leaves it', () => {
  const text = `${plain}${accessKeyId},${secretAccessKey}\n${plain}`;
  const live = new LiveText(text);
  const [id, secret] = live.findings();
  live.change({ offset: 0, removed: 0, inserted: 'x' });
  assert.deepEqual(live.findings(), [
    { ...id, start: id!.start + 1, end: id!.end + 1 },
    { ...secret, start: secret!.start + 1, end: secret!.end + 1 },
  ]);
  live.change({ offset: text.length - 10, removed: 3, inserted: '' });
  assert.equal(live.findings()[0]!.start, id!.start + 1);
  live.change({ offset: id!.start + 1, removed: 1, inserted: '' });
  assert.deepEqual(live.findings(), []);
});
