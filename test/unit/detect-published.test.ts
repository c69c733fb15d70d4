import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { isPublished, publishedHash } from '../../src/detect/published.ts';
import { publishedKeys } from '../../src/detect/published-keys.ts';
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

test('encrypted keys differ in what follows their headers', () => {
  const key = (body: string) =>
    `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${body}\n-----END RSA PRIVATE KEY-----`;
  assert.notEqual(publishedHash(key('QUJD'.repeat(30))), publishedHash(key('REVG'.repeat(30))));
  assert.equal(publishedHash(key('QUJD'.repeat(30))), publishedHash(key('QUJD'.repeat(30)).replaceAll('\n', '\\n')));
});

test('the list holds whole hashes, each once in its package, and nothing that a scanner takes for a secret', () => {
  for (const [name, lines] of Object.entries(publishedKeys)) {
    assert.match(name, /^(?:npm|PyPI|Go|Python|NuGet|crates) \S/);
    const hashes = lines.join('').match(/.{16}/g) ?? [];
    assert.equal(hashes.join(''), lines.join(''));
    assert.equal(new Set(hashes).size, hashes.length);
  }
  assert.deepEqual(detect(readFileSync('src/detect/published-keys.ts', 'utf8')), []);
  assert.ok(!isPublished(sampleKeyPair('published').secretAccessKey));
});
