import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import fc from 'fast-check';
import { detect, detectBytes } from '../../src/detect/detect.ts';
import { symbolsOf } from '../../src/detect/known/codes.ts';
import { kernelMatcher } from '../../src/detect/known/kernel.ts';
import { plainMatcher } from '../../src/detect/known/plain.ts';
import { knownSecrets } from '../../src/detect/known-secrets.ts';
import { LiveText } from '../../src/detect/live-text.ts';
import type { Owner } from '../../src/detect/owner.ts';
import { report, toJson, toText } from '../../src/detect/report.ts';
import { toSarif } from '../../src/detect/sarif.ts';
import { apply, plain, textAndChanges } from '../adversarial-texts.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const prod: Owner = { kind: 'profile', name: 'prod' };
const { accessKeyId, secretAccessKey } = sampleKeyPair('known');
/** With a slash and a plus in it, whatever was drawn. */
const secret = `${secretAccessKey.slice(0, 9)}/${secretAccessKey.slice(10, 27)}+${secretAccessKey.slice(28)}`;
const known = knownSecrets([{ secret, owner: prod }], randomBytes(32));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** Cut in two at some place, as a program joins it again. */
const cut = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at);

const ways: Readonly<Record<string, string>> = {
  'as it is': `x = ${secret}`,
  'inside a longer word': `aaaa${secret}bbbb`,
  'in an address': `amqp://app:${secret}@host/`,
  'base 64': `password: ${base64(secret)}`,
  'base 64 of a text that holds it': base64(`[default]\naws_secret_access_key = ${secret}\nregion = eu-west-1\n`),
  'base 64, one byte before it': base64(`a${secret}z`),
  'base 64, two bytes before it': base64(`ab${secret}yz`),
  'base 64 for addresses': Buffer.from(`x${secret}`).toString('base64url'),
  'base 64 in lines of 76': base64(`some text before the secret ${secret} and some after it`).replace(/.{30}/, '$&\n  '),
  'base 64, escaped': encodeURIComponent(base64(`?${secret}`)),
  'escaped for an address': `?key=${encodeURIComponent(secret)}&x=1`,
  'the same in small letters': `?key=${secret.replace('/', '%2f').replace('+', '%2b')}`,
  'JSON with escaped slashes': `{"key":"${secret.replace('/', '\\/')}"}`,
  'JSON with \\u': `{"key":"${secret.replace('/', '\\u002f').replace('+', '\\u002B')}"}`,
  'JSON in a JSON string': `"{\\"key\\":\\"${secret.replace('/', '\\\\/')}\\"}"`,
  'joined by a plus over two lines': `const key = '${cut(secret, 20, `' +\n    '`)}';`,
  'joined by a plus, the first piece short': `const key = "${cut(secret, 5, `" + "`)}";`,
  'joined by a plus, the last piece short': `key := "${cut(secret, 36, `" +\n\t"`)}"`,
  'joined by a dot': `$key = "${cut(secret, 17, `" .\n "`)}";`,
  'side by side': `key = ("${cut(secret, 24, `"\n       "`)}")`,
  'with a backslash at the end of the line': `KEY=${cut(secret, 22, '\\\n')}`,
};

for (const [way, text] of Object.entries(ways)) {
  test(`a known secret is found ${way}`, () => {
    const whole = `${plain.slice(0, 700)}\n${text}\n`;
    const found = detect(whole, { known });
    assert.deepEqual(
      found.map(({ severity, owner }) => ({ severity, owner })),
      [{ severity: 'error', owner: prod }],
    );
    const [{ start, value, credential = value, rule }] = found as [(typeof found)[0]];
    if (rule === 'known-secret') assert.equal(credential, secret);
    assert.ok(start > 700 && value.length >= secret.length);
    assert.deepEqual(
      detectBytes(Buffer.from(whole), 'utf-8', () => whole, { known }),
      found,
    );
    // and nothing of it where one character is another
    const at = whole.indexOf(value) + (value.length >> 1) + 3;
    const other = `${whole.slice(0, at)}${whole[at] === 'k' ? 'q' : 'k'}${whole.slice(at + 1)}`;
    assert.ok(detect(other, { known }).every(({ owner }) => owner === undefined));
  });
}

test('a secret of a rule keeps the rule, and is told to be known; its fingerprint is the same', () => {
  const text = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secret}\n`;
  const [id, found] = detect(text, { known });
  const [, unknown] = detect(text);
  assert.deepEqual([id?.rule, found?.rule, id?.owner, found?.owner], ['aws-access-key-id', 'aws-secret-access-key', undefined, prod]);
  assert.deepEqual({ ...unknown, owner: prod }, found);
  const reports = [report(text, [found!], 'f'), report(text, [unknown!], 'f')].map(([one]) => one!.fingerprint);
  assert.equal(reports[0], reports[1]);
  const temporary = text.replace('AKIA', 'ASIA');
  assert.deepEqual([detect(temporary, { known })[1]?.severity, detect(temporary)[1]?.severity], ['error', 'warning']);
});

test('where its rule is off a known secret stands for itself, and not where its own rule is off or a comment ignores it', () => {
  const text = `aws_secret_access_key = ${secret}\nx = ${base64(secret)} # keystow:ignore\n`;
  const rules = (...disabled: string[]) => detect(text, { known, disabledRules: new Set(disabled) }).map(({ rule }) => rule);
  assert.deepEqual(rules(), ['aws-secret-access-key']);
  assert.deepEqual(rules('aws-secret-access-key'), ['known-secret']);
  assert.deepEqual(rules('aws-secret-access-key', 'known-secret'), []);
});

test('secrets of any printable characters and of 16 characters and more are found; shorter and monotonous ones are not looked for', () => {
  const characters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const value = fc.string({ unit: fc.constantFrom(...characters, ...'_-+/'), minLength: 16, maxLength: 300 });
  const around = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(value, fc.constantFrom('', '!', 'é', ' "', '%41'), around, around, (random, odd, before, after) => {
      fc.pre(new Set(random).size >= 7 && new Set(random.slice(0, 16)).size >= 7);
      const mine = `${odd}${random}${odd}`;
      const own = knownSecrets([{ secret: mine, owner: prod }], randomBytes(32));
      for (const text of [`${before}\n${mine}\n${after}`, `${before}\n${base64(`q${mine}`)}\n${after}`]) {
        const told = detect(text, { known: own }).filter(({ owner }) => owner !== undefined);
        assert.equal(told.length, 1, inspect({ mine, text }));
      }
    }),
    { numRuns: 300 },
  );
  const left = ['short1234567890', 'aaaaaaaaaaaaaaaaaaaaaaaa', '1010101010101010101010'].map((one) => ({ secret: one, owner: prod }));
  assert.equal(knownSecrets(left, randomBytes(32)).digests.size, 0);
});

test('of a secret nothing but hashes is kept, and no output holds it', () => {
  const kept = inspect(known, { depth: 9, maxArrayLength: null, maxStringLength: null });
  for (let at = 0; at + 4 <= secret.length; at++) assert.ok(!kept.includes(secret.slice(at, at + 4)));
  const text = `x: ${base64(secret)}\n`;
  const reports = report(text, detect(text, { known }), 'f');
  assert.deepEqual(reports[0]?.owner, prod);
  for (const output of [toJson(reports), toText(reports), toSarif(reports)]) {
    assert.match(output, /prod/);
    assert.ok(!output.includes(secret) && !output.includes(base64(secret)));
  }
  assert.match(toText(reports), /This is your own key: the secret access key of the profile prod\.\n$/);
});

test('two secrets, one inside the other, and one that is two people’s', () => {
  const long = `Endpoint=https;AccountKey=${secret};x`;
  const both = knownSecrets(
    [
      { secret, owner: prod },
      { secret: long, owner: { kind: 'reference', name: 'keystow://azure/a' } },
      { secret, owner: { kind: 'profile', name: 'second' } },
    ],
    randomBytes(32),
  );
  const owners = (text: string) => detect(text, { known: both }).map(({ owner }) => owner?.name);
  assert.deepEqual(owners(`a ${secret} b ${long} c`), ['prod', 'keystow://azure/a']);
});

test('both first passes find the same places in any text, at every seam', () => {
  const symbols = symbolsOf(crypto.getRandomValues(new Uint32Array(64)));
  const marks = new Uint8Array(8192).fill(0x11);
  const [inKernel, inPlain] = [kernelMatcher(marks, symbols), plainMatcher(marks, symbols)];
  const piece = fc.constantFrom(
    ...['abcdefghijklmnop', 'ABC/def+gh', 'Zm9v'.repeat(40), 'x', '-', '_', 'u', '0', ' ', '"', '\u0141', '\u0125', 'ÿ', '\u0000', '😀'],
    ...['%2F', '%2f', '%3D', '%', '%%2b', '\\/', '\\\\/', '\\\\\\\\/', '\\u002f', '\\u012f', '\\x2B', '\\', '\\n'],
  );
  const text = fc.array(piece, { maxLength: 60, size: 'max' }).map((parts) => parts.join(''));
  let found = 0;
  fc.assert(
    fc.property(text, fc.constantFrom(0, 0, 0, 65_536, 131_072), fc.nat(300), (one, seam, before) => {
      const whole = seam === 0 ? one : `${' ab'.repeat(seam / 3).slice(0, seam - before)}${one}${one}`;
      const places = inKernel.look(whole);
      assert.deepEqual(places, inPlain.look(whole));
      assert.deepEqual(inKernel.look(Buffer.from(whole)), inPlain.look(Buffer.from(whole)));
      found += places.length;
    }),
    { numRuns: 600 },
  );
  assert.ok(found > 1000, `${found} places only`);
});

test('both first passes tell places and hashes as small integers: as floating-point numbers they would slow down all that places come to later', () => {
  setFlagsFromString('--allow-natives-syntax');
  const isOfIntegers = new Function('list', 'return %HasSmiElements(list)');
  const symbols = symbolsOf(crypto.getRandomValues(new Uint32Array(64)));
  const marks = new Uint8Array(8192).fill(0xff);
  const text = randomBytes(3000).toString('base64');
  for (const { look } of [kernelMatcher(marks, symbols), plainMatcher(marks, symbols)]) {
    const found = look(text);
    assert.equal(found.length, 2 * (text.length - 15));
    assert.ok(isOfIntegers(found));
  }
});

test('after any changes the findings are those of the whole text, known secrets among them', () => {
  const live = sampleKeyPair('live');
  const other = sampleKeyPair('other');
  const own = knownSecrets(
    [
      { secret: live.secretAccessKey, owner: prod },
      { secret: sampleGitHubToken('live'), owner: { kind: 'reference', name: 'keystow://github/live' } },
      { secret: `${other.secretAccessKey}x`, owner: { kind: 'access key', name: other.accessKeyId } },
    ],
    randomBytes(32),
  );
  const written = [
    ...Object.values(ways).map((way) => way.replaceAll(secret, live.secretAccessKey)),
    base64(live.secretAccessKey),
    base64(`a${live.secretAccessKey}`),
    base64(`ab${sampleGitHubToken('live')}`),
    cut(live.secretAccessKey, 20, `' +\n '`),
    encodeURIComponent(live.secretAccessKey),
    `${other.secretAccessKey}x`,
  ];
  let count = 0;
  fc.assert(
    fc.property(
      textAndChanges,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...written)), { maxLength: 6 }),
      ({ text: given, changes }, planted) => {
        let text = planted.reduce(
          (whole, [place, one]) => apply(whole, { offset: place % (whole.length + 1), removed: 0, inserted: one }),
          given,
        );
        const live = new LiveText(text, { known: own });
        for (const { offset, removed, inserted } of changes) {
          const one = { offset: Math.min(offset, text.length), removed: Math.min(removed, Math.max(0, text.length - offset)), inserted };
          text = apply(text, one);
          live.change(one);
          const expected = detect(text, { known: own });
          assert.deepEqual(live.findings(), expected);
          count += expected.filter(({ owner }) => owner !== undefined).length;
        }
      },
    ),
    { numRuns: 60 },
  );
  assert.ok(count > 1500, `${count} known secrets only`);
});

test('letter by letter, a known secret in base 64 is found with its last one and lost with the next', () => {
  const text = `data:\n  password: ${base64(secret)}\n`;
  const live = new LiveText('', { known });
  for (let at = 0; at < text.length; at++) {
    live.change({ offset: at, removed: 0, inserted: text[at]! });
    assert.deepEqual(live.findings(), detect(text.slice(0, at + 1), { known }));
  }
  assert.equal(live.findings().length, 1);
  live.change({ offset: text.length - 20, removed: 1, inserted: '' });
  assert.deepEqual(live.findings(), []);
});
