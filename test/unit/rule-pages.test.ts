import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { documentedRules, ruleIndex, rulePage } from '../../src/detect/rule-page.ts';

test('docs/rules says what the catalogue says: npm run docs writes it anew', () => {
  const expected = new Map([
    ['README.md', ruleIndex(documentedRules())],
    ...documentedRules().map((rule) => [`${rule.id}.md`, rulePage(rule)] as const),
  ]);
  assert.deepEqual(readdirSync('docs/rules').sort(), [...expected.keys()].sort());
  const stale = [...expected].filter(([file, text]) => readFileSync(`docs/rules/${file}`, 'utf8') !== text).map(([file]) => file);
  assert.deepEqual(stale, []);
});
