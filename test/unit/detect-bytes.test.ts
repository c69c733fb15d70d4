import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { allRules, type DetectOptions, detect, detectBytes } from '../../src/detect/detect.ts';
import type { Draw } from '../../src/detect/rules/rule.ts';
import { Scanning } from '../../src/scan/content.ts';
import { adversarialBytes, adversarialText, plain } from '../adversarial-texts.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

/** What is found in the bytes of a text, in each encoding that can write it. */
function inBytes(text: string, options: DetectOptions = {}) {
  const utf8 = Buffer.from(text, 'utf8');
  const found = { 'utf-8': detectBytes(utf8, 'utf-8', () => text, options) };
  if (/[^\u0000-\u00ff]/.test(text)) return found;
  const latin1 = Buffer.from(text, 'latin1');
  const more = { latin1: detectBytes(latin1, 'latin1', () => text, options) };
  return utf8.length === text.length
    ? { ...found, ...more, ascii: detectBytes(utf8, 'ascii', () => text, options) }
    : { ...found, ...more };
}

test('the bytes of any text, in any encoding, give what the text gives', () => {
  let found = 0;
  fc.assert(
    fc.property(adversarialText, fc.constantFrom('', 'é', '—', '😀 ', plain.slice(0, 9000)), (given, more) => {
      // half of a pair has no bytes in UTF-8
      const text = `${more}${given}${more}`.toWellFormed();
      const expected = detect(text);
      for (const one of Object.values(inBytes(text))) assert.deepEqual(one, expected);
      const suspected = detect(text, { suspects: true });
      for (const one of Object.values(inBytes(text, { suspects: true }))) assert.deepEqual(one, suspected);
      found += expected.length;
    }),
    { numRuns: 500 },
  );
  assert.ok(found > 1000, `${found} findings only`);
});

test('a gate that is open only in the bytes hides no value from the name behind it', () => {
  const value = `${'YPDI5XVBB2uVLaSFS3jJ'}${'UCHNMca2fYG2vC4b+zDVnO/iZ3weX6'}`;
  const text = `aws_secret_access_key = const secretAccessKey = "${value}`;
  const expected = detect(text);
  assert.deepEqual(
    expected.map((one) => one.value),
    [value],
  );
  for (const [encoding, found] of Object.entries(inBytes(text))) assert.deepEqual(found, expected, encoding);
});

test('any bytes: no exception, the same as in their text, and ranges inside it: 2,000 files', () => {
  let found = 0;
  fc.assert(
    fc.property(adversarialBytes, (bytes) => {
      new Scanning({}).look(bytes, 'file');
      const text = bytes.toString('latin1');
      const expected = detect(text);
      assert.deepEqual(
        detectBytes(bytes, 'latin1', () => text),
        expected,
      );
      for (const { start, end, value } of expected) assert.ok(start < end && end <= text.length && text.slice(start, end) === value);
      found += expected.length;
    }),
    { numRuns: 2000 },
  );
  assert.ok(found > 1000, `${found} findings only`);
});

test('each rule’s own texts in the bytes of a long one, with and without characters of several bytes around them', () => {
  let seed = 0;
  const draw: Draw = (alphabet, count) =>
    Array.from({ length: count }, () => alphabet[createHash('sha256').update(`${seed++}`).digest()[0]! % alphabet.length]).join('');
  for (const rule of allRules()) {
    for (const example of rule.cases(draw).ok.slice(0, 6)) {
      for (const around of [plain.slice(0, 6000), '— '.repeat(3000)]) {
        const text = `${around}\n${example}\n${around}`;
        const expected = detect(text);
        for (const [encoding, one] of Object.entries(inBytes(text))) assert.deepEqual(one, expected, `${rule.id} in ${encoding}`);
      }
    }
  }
});

test('a text is made of bytes that hold something, and of no others', () => {
  const decoded = () => assert.fail('was decoded');
  assert.deepEqual(detectBytes(Buffer.from(plain), 'ascii', decoded), []);
  assert.deepEqual(detectBytes(Buffer.from(`${plain}secret — token ghp_ AKIA`), 'utf-8', decoded), []);
  // most objects of that name are no Secret's
  assert.deepEqual(
    detectBytes(
      Buffer.from(`{ "data": { "shape": "S49" }, "members": { "data": { "type": "structure", "members": {} } } }${plain}`),
      'ascii',
      decoded,
    ),
    [],
  );
  const text = `${plain}${sampleGitHubToken('bytes')}\n`;
  assert.equal(detectBytes(Buffer.from(text), 'ascii', () => text).length, 1);
});
