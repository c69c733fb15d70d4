import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionTokenEnds } from '../../src/detect/aws-session-token.ts';
import { detect } from '../../src/detect/detect.ts';
import { sampleKeyPair } from '../sample-keys.ts';

const random = ['a', 'b', 'c'].map((seed) => sampleKeyPair(seed).secretAccessKey).join('');
const text = (field: number, content: string): number[] => [field * 8 + 2, content.length, ...Buffer.from(content)];
const number = (field: number, value: number): number[] => {
  const bytes = [field * 8];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | (rest > 127 ? 128 : 0));
  return bytes;
};
const token = (...fields: number[][]): string => Buffer.from([33, ...fields.flat()]).toString('base64');
const issuedAt = (time: Date): string =>
  token(text(1, 'origin_ec'), number(2, 31), text(3, 'us-east-1'), text(5, random), number(6, Math.floor(time.getTime() / 1000)));

const hours = (count: number): number => count * 3_600_000;
const now = Date.UTC(2026, 5, 1, 12);
const found = (line: string): string[] => detect(line, { now }).map(({ rule }) => rule);

test('a session token says when it was issued, and has ended 36 hours later', () => {
  const issued = new Date('2020-10-03T23:22:02Z');
  assert.equal(sessionTokenEnds(issuedAt(issued)), issued.getTime() + hours(36));
  assert.equal(sessionTokenEnds(encodeURIComponent(issuedAt(issued))), issued.getTime() + hours(36), 'in an address');
  assert.equal(sessionTokenEnds(issuedAt(issued).replaceAll('/', '\\/')), issued.getTime() + hours(36), 'in JSON');
});

test('what is no such message says nothing of its end: no field twice, none cut short, no other number', () => {
  const time = number(6, 1_700_000_000);
  assert.equal(sessionTokenEnds(token(text(1, 'origin_ec'), text(1, 'origin_ec'), time)), undefined);
  assert.equal(sessionTokenEnds(token(text(1, 'origin_ec'), [5 * 8 + 2, 100, 1, 2, 3])), undefined);
  assert.equal(sessionTokenEnds(token(text(1, 'origin_ec'), number(2, 1_700_000_000))), undefined);
  assert.equal(sessionTokenEnds(token(text(1, 'origin_ec'), number(6, 17))), undefined);
  assert.equal(sessionTokenEnds(token(text(1, 'another'), time)), undefined);
  assert.equal(sessionTokenEnds(token(number(1, 9), time)), undefined);
  assert.equal(sessionTokenEnds(''), undefined);
});

test('a token of this day is found, and one that has ended is none', () => {
  assert.deepEqual(found(`AWS_SESSION_TOKEN=${issuedAt(new Date(now - hours(35)))}`), ['aws-session-token']);
  assert.deepEqual(found(`AWS_SESSION_TOKEN=${issuedAt(new Date(now - hours(37)))}`), []);
});

test('a temporary key id that signed a request on a day long past is none', () => {
  const id = sampleKeyPair('temporary').accessKeyId.replace('AKIA', 'ASIA');
  assert.deepEqual(found(`"X-Amz-Credential": "${id}/20260601/us-east-1/s3/aws4_request"`), ['aws-temporary-access-key-id']);
  assert.deepEqual(found(`"X-Amz-Credential": "${id}/20260531/us-east-1/s3/aws4_request"`), ['aws-temporary-access-key-id']);
  assert.deepEqual(found(`"X-Amz-Credential": "${id}/20260529/us-east-1/s3/aws4_request"`), []);
  assert.deepEqual(found(`X-Amz-Credential=${id}%2F20190108%2Fus-east-1%2Fs3%2Faws4_request`), []);
});
