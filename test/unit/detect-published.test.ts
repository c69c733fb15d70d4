import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { isPublished, publishedHash } from '../../src/detect/published.ts';
import { publishedKeys } from '../../src/detect/published-keys.ts';
import { withGeneric } from '../../src/detect/rule-set.ts';
import { sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

// A test key that httpolyglot publishes: a whole RSA key, as it stands in its package.
const published = readFileSync('node_modules/httpolyglot/test/fixtures/server.key', 'utf8');

test('a key that a package publishes is no finding, however it is written; another key in its place is', () => {
  const writings: readonly ((key: string) => string)[] = [
    (key) => key,
    (key) => key.replaceAll('\n', '\r\n'),
    (key) => JSON.stringify({ key }),
    (key) => JSON.stringify(JSON.stringify({ key })),
    (key) => `key: |\n${key.replace(/^/gm, '  ')}`,
    (key) =>
      `const key = ${key
        .trim()
        .split('\n')
        .map((line) => `'${line}\\n'`)
        .join(' +\n  ')};`,
  ];
  for (const write of writings) {
    assert.deepEqual(detect(write(published)), []);
    assert.deepEqual(
      detect(write(samplePrivateKey())).map(({ rule }) => rule),
      ['private-key'],
    );
  }
});

test('a key of which one character differs is another key', () => {
  const at = published.length - 60;
  const other = published.slice(0, at) + (published[at] === 'A' ? 'B' : 'A') + published.slice(at + 1);
  assert.ok(isPublished(published.trim()));
  assert.ok(!isPublished(other.trim()));
  assert.equal(detect(other).length, 1);
});

test('what documentation publishes is none for its name either: the keys of Azure’s emulators, the token of jwt.io', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: '1234567890', name: 'John Doe', iat: 1516239022 })}`;
  const token = `${claims}.${createHmac('sha256', 'your-256-bit-secret').update(claims).digest('base64url')}`;
  const storage = ['Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6', 'IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='].join('');
  const database = ['C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2n', 'Q9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=='].join('');
  const named = (value: string) => `access_token = "${value}"; accountKey = "${value}"`;
  for (const value of [token, storage, database]) {
    assert.deepEqual(detect(named(value), { rules: withGeneric() }), []);
    assert.notEqual(detect(named(`A${value.slice(1, -4)}abcd`), { rules: withGeneric() }).length, 0);
  }
});

test('nor are the examples that the pages of services show', () => {
  const examples = {
    DISCORD_TOKEN: ['MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.', 'ZnCjm1XVW7vRze4b7Cq4se7kKWs'],
    FERNET_KEY: ['46BKJoQYlPPOexq0OhDZ', 'nIlNepKFf87WFwLbfzqDDho='],
    CLOUDFLARE_API_TOKEN: ['YQSn-xWAQiiEh9qM58wZ', 'NnyQS7FUdoqGIUAbrh7T'],
  };
  for (const [name, parts] of Object.entries(examples)) {
    assert.deepEqual(detect(`${name}=${parts.join('')}\n`), []);
  }
  const ofIbm = { apikey: ['0viPHOY7LbLNa9eLftrtHP', 'pTjoGv6hbLD1QalRXikliJ'].join(''), iam_apikey_name: 'shooter' };
  assert.deepEqual(detect(JSON.stringify(ofIbm)), []);
});

test('encrypted keys differ in what follows their headers', () => {
  const key = (body: string) =>
    `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${body}\n-----END RSA PRIVATE KEY-----`;
  assert.notEqual(publishedHash(key('QUJD'.repeat(30))), publishedHash(key('REVG'.repeat(30))));
  assert.equal(publishedHash(key('QUJD'.repeat(30))), publishedHash(key('QUJD'.repeat(30)).replaceAll('\n', '\\n')));
});

test('the list holds whole hashes, each once in its package, and nothing that a scanner takes for a secret', () => {
  for (const [name, lines] of Object.entries(publishedKeys)) {
    assert.match(name, /^(?:(?:npm|PyPI|Go|Python|NuGet|crates|Debian|Azure|JWT|OAuth) \S|[\w -]+ documentation$)/);
    const hashes = lines.join('').match(/.{16}/g) ?? [];
    assert.equal(hashes.join(''), lines.join(''));
    assert.equal(new Set(hashes).size, hashes.length);
  }
  assert.deepEqual(detect(readFileSync('src/detect/published-keys.ts', 'utf8')), []);
  assert.ok(!isPublished(sampleKeyPair('published').secretAccessKey));
});
