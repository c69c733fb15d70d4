import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { detect } from '../../src/detect/detect.ts';
import { buildMatcher, type Literal } from '../../src/detect/engine/automaton.ts';
import { report } from '../../src/detect/report.ts';
import { sampleGitHubToken, sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

function placesOf(literals: readonly Literal[], text: string): string[] {
  const places: string[] = [];
  buildMatcher(literals).each(text, (literal, start, end) => places.push(`${literal} ${start} ${end}`));
  return places.sort();
}

test('the automaton finds every place of every literal, overlapping ones and those inside others too', () => {
  const literals: Literal[] = [
    { text: 'ab' },
    { text: 'abab' },
    { text: 'b' },
    { text: 'ba', anyCase: true },
    { text: 'a@' },
    { text: 'é' },
  ];
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '@', '`', ' ', 'é', '\u4161', '\u4162'), maxLength: 60 }), (text) => {
      const expected: string[] = [];
      literals.forEach(({ text: wanted, anyCase }, index) => {
        for (let at = 0; at < text.length; at++) {
          const there = text.slice(at, at + wanted.length);
          if ((anyCase ? there.toLowerCase() : there) === wanted) expected.push(`${index} ${at} ${at + wanted.length}`);
        }
      });
      assert.deepEqual(placesOf(literals, text), expected.sort());
    }),
  );
});

test('any text: no exception, ranges inside it and in order, partners mutual, the same answer twice', () => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('engine');
  const pieces = [
    accessKeyId,
    secretAccessKey,
    accessKeyId.replace('AKIA', 'ASIA'),
    sampleGitHubToken('engine'),
    samplePrivateKey(),
    samplePrivateKey().slice(0, 90),
    ...[
      'AKIA',
      'ghp_',
      'ghs_eyJ',
      'github_pat_',
      '-----BEGIN ',
      'PRIVATE KEY-----',
      'secret',
      'aws_secret_access_key',
      'IQoJb3JpZ2luX2Vj',
      'LS0tLS1CRUdJTi',
    ],
    ...[
      '=',
      ':',
      '"',
      "'",
      '\\',
      '\\n',
      '%2F',
      '%',
      '\n',
      '\r\n',
      ' ',
      '+',
      '" + "',
      '(',
      ')',
      '{',
      '}',
      '\u0000',
      '\ud800',
      '😀',
      'keystow:ignore',
      'A',
      'z9/',
    ],
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })), { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const found = detect(text);
      let end = 0;
      found.forEach((finding, index) => {
        assert.ok(finding.start < finding.end && finding.end > end && finding.end <= text.length);
        assert.equal(finding.value, text.slice(finding.start, finding.end));
        if (finding.pairedWith !== undefined) assert.equal(found[finding.pairedWith]?.pairedWith, index);
        end = finding.end;
      });
      assert.deepEqual(detect(text), found);
      const told = JSON.stringify(report(text, found, 'f'));
      for (const { value } of found) assert.ok(!told.includes(value));
    }),
    { numRuns: 1500 },
  );
});
