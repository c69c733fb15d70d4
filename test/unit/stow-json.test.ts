import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, parseTree } from 'jsonc-parser';
import { format } from '../../src/message.ts';
import { applyEdits, type Edited } from '../../src/stow/edit.ts';
import { editJsonEnvironment } from '../../src/stow/json.ts';
import { withKeys } from '../stow-places.ts';

const cases: readonly (readonly [what: string, path: string, before: string, after: string])[] = [
  [
    'launch.json, with comments and a trailing comma',
    '.vscode/launch.json',
    `{
  // how to start
  "configurations": [
    {
      "program": "app.js",
      "env": {
        "DEBUG": "1", // loud
        "AWS_ACCESS_KEY_ID": "«ID»",
        "AWS_SECRET_ACCESS_KEY": "«SECRET»",
        "AWS_REGION": "eu-west-1",
      },
    },
  ],
}
`,
    `{
  // how to start
  "configurations": [
    {
      "program": "app.js",
      "env": {
        "DEBUG": "1", // loud
        "AWS_PROFILE": "p",
        "AWS_REGION": "eu-west-1",
      },
    },
  ],
}
`,
  ],
  [
    'tasks.json, options of a task, the keys last',
    '.vscode/tasks.json',
    `{\r\n\t"tasks": [{\r\n\t\t"options": {\r\n\t\t\t"env": {\r\n\t\t\t\t"A": "b",\r\n\t\t\t\t"AWS_SECRET_ACCESS_KEY": "«SECRET»",\r\n\t\t\t\t"AWS_ACCESS_KEY_ID": "«ID»"\r\n\t\t\t}\r\n\t\t}\r\n\t}]\r\n}`,
    `{\r\n\t"tasks": [{\r\n\t\t"options": {\r\n\t\t\t"env": {\r\n\t\t\t\t"A": "b",\r\n\t\t\t\t"AWS_PROFILE": "p"\r\n\t\t\t}\r\n\t\t}\r\n\t}]\r\n}`,
  ],
  [
    '.mcp.json on one line, with a session token',
    'C:\\code\\.mcp.json',
    '{"mcpServers":{"aws":{"env":{"AWS_ACCESS_KEY_ID":"«ID»","AWS_SECRET_ACCESS_KEY":"«SECRET»","AWS_SESSION_TOKEN":"x"}}}}',
    '{"mcpServers":{"aws":{"env":{"AWS_PROFILE":"p"}}}}',
  ],
  [
    'mcp.json, a profile that is there is changed, not doubled',
    'mcp.json',
    '\uFEFF{ "servers": { "aws": { "env": { "AWS_ACCESS_KEY_ID": "«ID»", "AWS_SECRET_ACCESS_KEY": "«SECRET»", "AWS_PROFILE": "old" } } } }',
    '\uFEFF{ "servers": { "aws": { "env": { "AWS_PROFILE": "p" } } } }',
  ],
  [
    'a profile before the keys, which stand last',
    'launch.json',
    '{ "env": {\n  "AWS_PROFILE": "old",\n  /* id */ "AWS_ACCESS_KEY_ID": "«ID»",\n  "AWS_SECRET_ACCESS_KEY": "«SECRET»"\n} }',
    '{ "env": {\n  "AWS_PROFILE": "p"\n  /* id */\n} }',
  ],
];

for (const [what, path, before, after] of cases) {
  test(`JSON: ${what}`, () => {
    const { text, pair } = withKeys(before);
    const result = editJsonEnvironment(text, path, pair, { profile: 'p' });
    if ('refused' in result) assert.fail(format(result.refused));
    const edited = applyEdits(text, result.edits);
    assert.equal(edited, after);
    assert.ok(parseTree(edited.replace('\uFEFF', ' '), [], { allowTrailingComma: true }));
    if (/mcp/.test(path)) JSON.parse(edited.replace('\uFEFF', ''));
  });
}

test('JSON: a profile’s name is written as JSON, and the region that the section needs is told', () => {
  const { text, pair } = withKeys('{"env":{"AWS_ACCESS_KEY_ID":"«ID»","AWS_SECRET_ACCESS_KEY":"«SECRET»"}}');
  const result = editJsonEnvironment(text, 'launch.json', pair, { profile: 'a "b" \\c' });
  assert.ok(!('refused' in result));
  assert.deepEqual(parse(applyEdits(text, result.edits)), { env: { AWS_PROFILE: 'a "b" \\c' } });
  assert.equal(result.takesRegionFromProfile, true);
  assert.equal(format((result as Edited).notes[0]!), 'On other machines and in CI, the profile a "b" \\c must exist.');
});

const refusals: readonly (readonly [path: string, text: string, why: RegExp])[] = [
  ['config.json', '{"env":{"AWS_ACCESS_KEY_ID":"«ID»","AWS_SECRET_ACCESS_KEY":"«SECRET»"}}', /JSON cannot name a profile/],
  ['devcontainer.json', '{"env":{"AWS_ACCESS_KEY_ID":"«ID»","AWS_SECRET_ACCESS_KEY":"«SECRET»"}}', /JSON cannot name a profile/],
  ['launch.json', '{"inputs":{"AWS_ACCESS_KEY_ID":"«ID»","AWS_SECRET_ACCESS_KEY":"«SECRET»"}}', /not in an "env" object/],
  ['launch.json', '{"a":{"env":{"AWS_ACCESS_KEY_ID":"«ID»"}},"b":{"env":{"AWS_SECRET_ACCESS_KEY":"«SECRET»"}}}', /not in an "env" object/],
  ['launch.json', '{"env":{"S3_KEY":"«ID»","S3_SECRET":"«SECRET»"}}', /does not stand under AWS_ACCESS_KEY_ID/],
  ['launch.json', '{"env":{"AWS_ACCESS_KEY_ID":"x«ID»","AWS_SECRET_ACCESS_KEY":"«SECRET»"}}', /does not stand under AWS_ACCESS_KEY_ID/],
  [
    'launch.json',
    '{"env":{"AWS_PROFILE":"a","AWS_ACCESS_KEY_ID":"«ID»","AWS_SECRET_ACCESS_KEY":"«SECRET»","AWS_PROFILE":"b"}}',
    /AWS_PROFILE stands twice/,
  ],
  ['launch.json', '{\n"env":{"AWS_ACCESS_KEY_ID":"«ID»" "AWS_SECRET_ACCESS_KEY":"«SECRET»"}}', /^Line 2 is not valid JSON/],
];

for (const [path, template, why] of refusals) {
  test(`JSON is refused: ${path}: ${template}`, () => {
    const { text, pair } = withKeys(template);
    const result = editJsonEnvironment(text, path, pair, { profile: 'p' });
    assert.ok('refused' in result);
    assert.match(format(result.refused), why);
  });
}
