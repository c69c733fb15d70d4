import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { positions, report, toJson, toText } from '../../src/detect/report.ts';
import { catalogue } from '../../src/detect/rule-set.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

const { accessKeyId, secretAccessKey } = sampleKeyPair('report');
const text = `# 😀\r\naws_access_key_id = ${accessKeyId}\r\naws_secret_access_key = ${secretAccessKey}\r\n`;
const reports = (content: string, file = 'a/.env') => report(content, detect(content), file);

test('JSON: one array, places from 1, the partner by its fingerprint, no secret', () => {
  const [id, secret] = JSON.parse(toJson(reports(text)));
  assert.deepEqual(secret, {
    rule: 'aws-secret-access-key',
    severity: 'error',
    file: 'a/.env',
    line: 3,
    column: 25,
    endLine: 3,
    endColumn: 65,
    redacted: `…${secretAccessKey.slice(-4)}`,
    fingerprint: secret.fingerprint,
    pairedWith: id.fingerprint,
  });
  assert.equal(id.pairedWith, secret.fingerprint);
  assert.match(secret.fingerprint, /^[0-9a-f]{16}$/);
  assert.equal(id.redacted, `AKIA…${accessKeyId.slice(-4)}`);
  assert.equal(toJson([]), '[]\n');
});

test('text: one line a finding, colours only if asked, no control character of a file’s name', () => {
  const [first] = toText(reports(`t = ${sampleGitHubToken('r')}`, 'b\u001b[2J.js')).split('\n');
  assert.match(first!, /^b\ufffd\[2J\.js:1:5: error: GitHub personal access token ghp_…\w{4} \[github-personal-access-token\]$/);
  assert.ok(toText(reports(text), { colours: true }).includes('\u001b[31merror\u001b[0m'));
});

test('a private key is told by its first line only', () => {
  assert.equal(reports(samplePrivateKey())[0]?.redacted, '-----BEGIN PRIVATE KEY-----…');
  assert.equal(reports(JSON.stringify(samplePrivateKey()))[0]?.redacted, '-----BEGIN PRIVATE KEY-----…');
});

test('a fingerprint stays when lines move or are written differently, and changes with the value', () => {
  const prints = (content: string) => reports(content).map(({ fingerprint }) => fingerprint);
  const moved = `\n\n  x\n${text.replaceAll('aws_', '  aws_').replaceAll('\r', '').replace('secret_access_key =', 'secret_access_key =\n   ')}`;
  assert.deepEqual(prints(moved), prints(text));
  const key = samplePrivateKey();
  const written = [key, key.replaceAll('\n', '\r\n'), `key: |\n${key.replace(/^/gm, '  ')}`].map(prints);
  assert.deepEqual(written, [written[0], written[0], written[0]]);
  assert.notEqual(prints(text.replace(secretAccessKey, sampleKeyPair('other').secretAccessKey))[1], prints(text)[1]);
});

test('a fingerprint says nothing of a value that a person may have chosen and another may guess', () => {
  const prints = (content: string) => reports(content).map(({ fingerprint }) => fingerprint);
  const address = (password: string) => `DATABASE_URL=postgres://app:${password}@db.corp.io/app\n`;
  const guessable = ['Summer', 'Winter'].map((season) => address(`${season}Holidays2024!!`));
  assert.equal(prints(guessable[0]!).length, 1);
  assert.deepEqual(prints(guessable[0]!), prints(guessable[1]!));
  const drawn = ['one', 'two'].map((name) => address(sampleGitHubToken(name).slice(-24)));
  assert.notDeepEqual(prints(drawn[0]!), prints(drawn[1]!));
});

test('positions count lines as the editor does', () => {
  const place = positions('a\nb\r\nc\rd');
  assert.deepEqual([0, 1, 2, 5, 7, 8].map(place), [
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 2, column: 1 },
    { line: 3, column: 1 },
    { line: 4, column: 1 },
    { line: 4, column: 2 },
  ]);
});

test('a rule that only leads to what others find has no name to show, and none asks for it by its id', () => {
  assert.equal(catalogue.find('values-of-secrets'), undefined);
  for (const { id, name } of catalogue.rules) assert.equal(catalogue.find(id)?.name, name === '' ? undefined : name);
});
