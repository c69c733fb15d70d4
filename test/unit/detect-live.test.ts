import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChunkedText } from '../../src/detect/chunked-text.ts';
import { allRules, type DetectOptions, detect } from '../../src/detect/detect.ts';
import { type Change, LiveText } from '../../src/detect/live-text.ts';
import { withOwnRules } from '../../src/detect/rule-set.ts';
import { assigned } from '../../src/detect/rules/assigned.ts';
import { sampleJwt } from '../../src/detect/rules/jwt.ts';
import { type AnyRule, base64, type Draw, ofPerson } from '../../src/detect/rules/rule.ts';
import { lowerHex, some } from '../../src/detect/rules/shape.ts';
import { apply, ownTexts, ownTextsDrawnAnew, plain, textAndChanges } from '../adversarial-texts.ts';
import { draw, sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

const { accessKeyId, secretAccessKey } = sampleKeyPair('live');
const token = sampleGitHubToken('live');
const pem = samplePrivateKey();

test('after any changes the findings are those of the whole text: 6,000 changes', () => {
  const options: DetectOptions[] = [{}, { file: 'app.ts' }, { disabledRules: new Set(['aws-access-key-id']) }, { suspects: true }];
  let found = 0;
  fc.assert(
    fc.property(textAndChanges, fc.constantFrom(...options), ({ text: first, changes }, option) => {
      let text = first;
      const live = new LiveText(text, option);
      for (const one of changes) {
        text = apply(text, one);
        live.change(one);
        const expected = detect(text, option);
        assert.deepEqual(live.findings(), expected);
        assert.equal(live.length, text.length);
        found += expected.length;
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(found > 10_000, `${found} findings only`);
});

test('after changes of which some came before anybody asked, the findings are those of the whole text, kept ones among them', () => {
  const asked = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
  let found = 0;
  fc.assert(
    fc.property(fc.array(textAndChanges, { minLength: 2, maxLength: 6 }), asked, (parts, isAsked) => {
      let text = parts.map((part) => part.text).join('');
      const live = new LiveText(text);
      const offset = parts[0]!.text.length;
      parts[1]!.changes.forEach((one, index) => {
        const change = { ...one, offset: offset + one.offset };
        text = apply(text, change);
        live.change(change);
        if (!isAsked[index % isAsked.length]) return;
        const expected = detect(text);
        assert.deepEqual(live.findings(), expected);
        found += expected.length;
      });
    }),
    { numRuns: 60 },
  );
  assert.ok(found > 3000, `${found} findings only`);
});

test('a token that ends while its document is open is gone after the next change, wherever that is', () => {
  const end = Date.UTC(2026, 0, 1);
  const draw: Draw = (alphabet, count) => Array.from({ length: count }, (_, index) => alphabet[(index * 37) % alphabet.length]).join('');
  const jwt = sampleJwt(draw, { iss: 'https://id.example.com', sub: 'somebody', exp: end / 1000 });
  const clock = { now: end - 1 };
  const live = new LiveText(`${token}\nAuthorization: Bearer ${jwt}\n${plain}`, clock);
  const type = () => live.change({ offset: live.length, removed: 0, inserted: 'x' });
  const rules = () => live.findings().map(({ rule }) => rule);
  type();
  assert.deepEqual(rules(), ['github-personal-access-token', 'json-web-token']);
  clock.now = end;
  type();
  assert.deepEqual(rules(), ['github-personal-access-token']);
});

test('each rule’s own texts, taken apart and put together in the middle of a long text', () => {
  let seed = 0;
  const draw: Draw = (alphabet, count) =>
    Array.from({ length: count }, () => alphabet[createHash('sha256').update(`${seed++}`).digest()[0]! % alphabet.length]).join('');
  for (const rule of allRules()) {
    const { ok, ng } = rule.cases(draw);
    for (const [index, example] of [...ok.slice(0, 2), ...ng.slice(0, 1)].entries()) {
      const before = plain.slice(0, 30_000 + 997 * (index % 50));
      let text = `${before}${example}\n${plain}`;
      const live = new LiveText(text);
      const changes: Change[] = [1, 2].flatMap((part) => {
        const offset = before.length + Math.floor((example.length * part) / 3);
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

test('in a text of nothing but what rules look for, the findings after any changes are those of the whole text', () => {
  const texts = [...ownTextsDrawnAnew(), ...ownTexts()];
  const changed = fc.record({
    at: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
    removed: fc.nat(40),
    inserted: fc.string({ maxLength: 3 }),
  });
  let found = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.constantFrom(...texts),
      fc.array(changed, { minLength: 3, maxLength: 6 }),
      (one, other, changes) => {
        let text = one.made(10_000) + other.made(10_000) + one.made(10_000);
        const live = new LiveText(text);
        for (const { at, removed, inserted } of changes) {
          const change = { offset: Math.floor(at * text.length), removed, inserted };
          text = apply(text, change);
          live.change(change);
          const expected = detect(text);
          assert.deepEqual(live.findings(), expected, `${one.name}; ${other.name}`);
          found += expected.length;
        }
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(found > 1000, `${found} findings only`);
});

test('where a rule reads from each of its places up to the next, a change does not make it read all that follows', () => {
  let asked = 0;
  const rule: AnyRule = {
    id: 'chained',
    name: 'Chained',
    risk: 'None.',
    format: 'zq=a',
    severity: 'warning',
    rank: ofPerson,
    literals: [{ text: 'zq=' }],
    check(_text, start, end) {
      asked++;
      return { match: { start, end: end + 1 }, next: end + 2 };
    },
  };
  const live = new LiveText('zq=a '.repeat(20_000), { rules: withOwnRules([rule]) });
  assert.equal(live.findings().length, 20_000);
  asked = 0;
  live.change({ offset: 50_002, removed: 0, inserted: 'x' });
  assert.equal(live.findings().length, 19_999);
  assert.ok(asked < 5000, `asked about ${asked} places`);
});

test('a value with a name of its own is read from there: a letter typed among thousands of a service does not have all that follow read anew', () => {
  let asked = 0;
  const { literals, check, ...rest } = assigned({
    id: 'kappalabs-key',
    name: 'Kappalabs key',
    risk: 'None.',
    severity: 'warning',
    source: 'observed',
    revocation: 'https://example.com/',
    near: ['kappalabs'],
    shapes: [[some(lowerHex, 32)]],
  });
  const rule: AnyRule = {
    ...rest,
    rank: ofPerson,
    literals: literals.map(({ gates, ...literal }) => literal),
    check(...place) {
      asked++;
      return check(...place);
    },
  };
  const value = draw('0123456789abcdef', 32);
  for (const line of [`kappalabs_key = ${value}\n`, `- name: KAPPALABS_KEY\n  value: ${value}\n`, `const kappalabsKey = '${value}';\n`]) {
    const live = new LiveText(line.repeat(5000), { rules: withOwnRules([rule]) });
    assert.equal(live.findings().length, 5000);
    for (const at of [2503, 2502, 2501, 2500]) {
      asked = 0;
      live.change({ offset: at * line.length + line.indexOf(value) + 3, removed: 0, inserted: 'x' });
      live.findings();
      assert.ok(asked < 500, `asked about ${asked} places`);
    }
    assert.equal(live.findings().length, 4996);
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

test('a row of a table that is longer than the way to its header: what is found does not depend on what was asked about before', () => {
  const columns = Array.from({ length: 29 }, (_, index) => `k${index}`);
  const fields = columns.map((name) => `${sampleKeyPair(name).secretAccessKey} ${'key '.repeat(30)}`);
  const options = { suspects: true };
  let text = `${[...columns, 'aws_secret_access_key']}\n${[...fields, secretAccessKey]}\naws end\n`;
  const live = new LiveText(text, options);
  live.findings();
  const change = { offset: text.length - 3, removed: 0, inserted: 'z' };
  live.change(change);
  text = apply(text, change);
  assert.deepEqual(live.findings(), detect(text, options));
});

test('a key file of PuTTY that becomes whole by its last line, far behind its name', () => {
  const lines = (count: number) => Array.from({ length: count }, () => draw(base64, 64)).join('\n');
  for (const encryption of ['none', 'aes256-cbc']) {
    const head = `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: ${encryption}\nComment: me\nPublic-Lines: 12\n${lines(12)}\n`;
    const text = `${head}Private-Lines: 120\n${lines(120)}\n`;
    const live = new LiveText(text);
    assert.deepEqual(live.findings(), []);
    const inserted = `Private-MAC: ${draw('0123456789abcdef', 64)}\n`;
    live.change({ offset: text.length, removed: 0, inserted });
    assert.equal(live.findings().length, 1);
    assert.deepEqual(live.findings(), detect(text + inserted));
    live.change({ offset: text.length - 3, removed: 1, inserted: '%' });
    assert.deepEqual(live.findings(), []);
  }
});
