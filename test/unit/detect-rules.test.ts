import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { allRules, detect } from '../../src/detect/detect.ts';
import { isBech32 } from '../../src/detect/rules/bech32.ts';
import { base62, type Draw } from '../../src/detect/rules/rule.ts';

/** The same texts at every run, whatever the cases of other rules are: a random one is lost about once in 10,000. */
function drawsOf(name: string): Draw {
  let drawn = 0;
  return (alphabet, count) =>
    Array.from(
      { length: count },
      () => alphabet[createHash('sha256').update(`${name} ${drawn++}`).digest().readUInt32BE() % alphabet.length],
    ).join('');
}

for (const rule of allRules()) {
  test(`${rule.id}: finds what it should and nothing else, ten draws of each case`, () => {
    const draw = drawsOf(rule.id);
    for (let turn = 0; turn < 10; turn++) {
      const { ok, ng } = rule.cases(draw);
      const found = (text: string) => detect(text).filter((finding) => finding.rule === rule.id).length;
      assert.deepEqual(
        ok.filter((text) => found(text) !== 1),
        [],
        'missed, or found twice',
      );
      assert.deepEqual(
        ng.filter((text) => found(text) !== 0),
        [],
        'found, but is none',
      );
    }
  });
}

test('no finding begins or ends with the quote around it', () => {
  const quoted: string[] = [];
  for (const rule of allRules()) {
    for (const text of rule.cases(drawsOf(rule.id)).ok) {
      const found = detect(text).filter((finding) => finding.rule === rule.id);
      if (found.some(({ start, end }) => /^["'`]|["'`]$/.test(text.slice(start, end)))) quoted.push(`${rule.id}: ${text}`);
    }
  }
  assert.deepEqual(quoted, []);
});

test('ids are unique and every rule says what it is, what to do, and where that is written', () => {
  assert.equal(new Set(allRules().map((rule) => rule.id)).size, allRules().length);
  for (const rule of allRules()) {
    assert.match(rule.id, /^[a-z][a-z0-9-]+$/);
    assert.match(rule.risk, /^[A-Z].+\.$/);
    assert.match(rule.source, /^https:\/\/|^observed$/);
    assert.match(rule.revocation, /^https:\/\//);
    assert.ok(rule.literals.length > 0);
  }
});

test('real private keys of every kind are found whole, and encrypted ones told apart', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ed = generateKeyPairSync('ed25519').privateKey;
  const plain = [
    rsa.export({ type: 'pkcs1', format: 'pem' }),
    rsa.export({ type: 'pkcs8', format: 'pem' }),
    ec.export({ type: 'sec1', format: 'pem' }),
    ec.export({ type: 'pkcs8', format: 'pem' }),
    ed.export({ type: 'pkcs8', format: 'pem' }),
  ].map(String);
  for (const key of plain)
    assert.deepEqual(
      detect(`# mine\n${key}`).map(({ value }) => value),
      [key.trim()],
    );

  const secured = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' } as const;
  const encrypted = [
    rsa.export({ type: 'pkcs8', ...secured }),
    rsa.export({ type: 'pkcs1', ...secured }),
    ec.export({ type: 'sec1', ...secured }),
  ];
  for (const key of encrypted)
    assert.deepEqual(
      detect(String(key)).map(({ rule }) => rule),
      ['protected-private-key'],
    );
});

test('forty characters of an identifier, a path or encoded text are no secret, whatever their name says', () => {
  const none = [
    'UpdateHealthCheckConfigurationRequestV2a',
    'com/AWSEC2/latest/APIReference/Overview1',
    '/definitions/SecretAccessKeyProviderV2Ab',
    'org/PublicSuffixListLoader/AccessKeyImpl',
    Buffer.from('Patient records, 2026 edition.').toString('base64'),
    Buffer.from('{"k":"95c0d07a","id":12345678}').toString('base64'),
  ];
  for (const value of none) {
    assert.equal(value.length, 40);
    assert.deepEqual(detect(`aws_secret_access_key = ${value}\n`), []);
  }
});

test('Bech32, by the public key that the specification of age gives as an example', () => {
  const example = 'AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ';
  assert.ok(isBech32(example));
  for (let at = 4; at < example.length; at++)
    assert.ok(!isBech32(example.slice(0, at) + (example[at] === 'Q' ? 'P' : 'Q') + example.slice(at + 1)));
});

test('what is known of a GitHub token: its checksum is right, or it would be none', () => {
  const rule = allRules().find(({ id }) => id === 'github-personal-access-token')!;
  const [text = ''] = rule.cases(drawsOf('facts')).ok;
  assert.deepEqual(rule.facts?.(detect(text)[0]!.value), [{ text: 'Its checksum is right.', values: {} }]);
});

test('what is known of a Cloudflare token: its checksum is right, or nothing is said of it', () => {
  const rule = allRules().find(({ id }) => id === 'cloudflare-token')!;
  const random = drawsOf('facts of Cloudflare')(base62, 40);
  const sum = crc32(random).toString(16).padStart(8, '0');
  assert.deepEqual(rule.facts?.(`cfut_${random}${sum}`), [{ text: 'Its checksum is right.', values: {} }]);
  assert.deepEqual(rule.facts?.(`cfut_${random.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}${sum}`), []);
});
