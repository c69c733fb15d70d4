import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { hookEntry } from '../../src/scan/hook-command.ts';
import { change, isCurrent } from '../../src/scan/hook-yaml.ts';

const install = (text: string, kind: 'lefthook' | 'pre-commit') => change(text, 'install', { kind, file: 'f' });
const remove = (text: string, kind: 'lefthook' | 'pre-commit') => change(text, 'remove', { kind, file: 'f' });

const preCommit: Readonly<Record<string, string>> = {
  'as its own sample is written':
    '# See https://pre-commit.com\nrepos:\n-   repo: https://example.com/hooks\n    rev: v3.2.0\n    hooks:\n    -   id: trailing-whitespace\n    -   id: end-of-file-fixer\n',
  'indented, with keys before and after, and comments':
    "# ours\ndefault_stages: [pre-commit]\nrepos:\n  # the linter\n  - repo: local # here\n    hooks:\n      - {id: lint, name: 'lint', entry: x, language: system}\n\nexclude: '^dist/'\n",
  'without a line break at its end': 'repos:\n  - repo: meta\n    hooks:\n      - id: identity',
  'with lines of Windows': 'repos:\r\n- repo: meta\r\n  hooks:\r\n  - id: identity\r\n',
};

for (const [how, text] of Object.entries(preCommit)) {
  test(`pre-commit’s configuration ${how}: the hook is added to it as lines, and taken out of it without a trace`, () => {
    const installed = install(text, 'pre-commit');
    const { repos } = parse(installed);
    assert.deepEqual([repos.length, repos.at(-1).hooks[0].id], [2, 'keystow']);
    for (const line of text.trimEnd().split('\n')) assert.ok(installed.includes(line), line);
    assert.equal(remove(installed, 'pre-commit').trimEnd(), text.trimEnd());
  });
}

const lefthook: Readonly<Record<string, string>> = {
  'with commands':
    '# ours\npre-commit:\n    parallel: true\n    commands:\n        test:\n            run: npm test # all\npre-push:\n    commands:\n        t: {run: x}\n',
  'with jobs': "pre-commit:\n  jobs:\n    - run: 'true'\n",
  'with other hooks': 'pre-push:\n  commands:\n    t:\n      run: x\n',
};

for (const [how, text] of Object.entries(lefthook)) {
  test(`lefthook’s configuration ${how}: the hook is added to it as lines, and taken out of it without a trace`, () => {
    const installed = install(text, 'lefthook');
    assert.match(parse(installed)['pre-commit'].commands.keystow.run, /scan --staged/);
    for (const line of text.trimEnd().split('\n')) assert.ok(installed.includes(line), line);
    assert.equal(remove(installed, 'lefthook'), text);
  });
}

test('a file that is empty, or written in one line, has the hook too', () => {
  for (const text of ['', '{repos: []}', 'repos: [{repo: meta, hooks: [{id: identity}]}]\n']) {
    const installed = install(text, 'pre-commit');
    assert.equal(parse(installed).repos.at(-1).hooks[0].id, 'keystow');
    assert.ok(!/keystow/.test(remove(installed, 'pre-commit')));
  }
  assert.match(parse(install('', 'lefthook'))['pre-commit'].commands.keystow.run, /scan --staged/);
  assert.match(parse(install('{pre-commit: {commands: {t: {run: x}}}}', 'lefthook'))['pre-commit'].commands.keystow.run, /scan --staged/);
});

test('a hook of an older version is told from the one of this version, and from one that somebody wrote', () => {
  for (const kind of ['lefthook', 'pre-commit'] as const) {
    const text = install('', kind);
    assert.ok(isCurrent(text));
    assert.ok(!isCurrent(text.replaceAll('for secrets', 'for anything')));
  }
  assert.ok(isCurrent('repos:\n- repo: https://example.com/keystow\n  hooks:\n  - id: keystow\n'));
});

test('what is empty is filled; what is not written as expected is left as it is, and a line says what it is to run', () => {
  for (const text of ['', '# nothing yet\n', 'pre-commit:\n', 'pre-commit:\n  commands: # none yet\n']) {
    assert.match(parse(install(text, 'lefthook'))['pre-commit'].commands.keystow.run, /scan --staged/, text);
  }
  for (const text of ['', 'repos:\n']) assert.equal(parse(install(text, 'pre-commit')).repos[0].hooks[0].id, 'keystow', text);
  const said = /^UserError: f is not written as expected.*\n.*scan --staged/;
  const odd = ['pre-commit: 5\n', 'pre-commit:\n  commands: 5\n', 'pre-commit: [a]\n', '- a\n', 'a: &x { b: 1 }\npre-commit: *x\n'];
  for (const text of odd) assert.throws(() => install(text, 'lefthook'), said, text);
  for (const text of ['repos: foo\n', 'repos: { a: 1 }\n', '- a\n', '5\n']) assert.throws(() => install(text, 'pre-commit'), said, text);
  for (const kind of ['lefthook', 'pre-commit'] as const)
    assert.throws(() => remove('x: keystow scan --staged\n', kind), /the hook of Keystow is not where it was put/);
});

test('what pre-commit reads from this repository runs the same as what is written into its configuration', () => {
  const [{ entry, ...rest }] = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8'));
  assert.equal(entry, hookEntry);
  const { entry: own, ...written } = parse(install('repos:\n- repo: meta\n', 'pre-commit')).repos.at(-1).hooks[0];
  assert.equal(own, hookEntry);
  assert.equal(written.verbose, true, 'else pre-commit does not show that a commit was not checked');
  assert.deepEqual({ ...rest, ...written }, rest);
});
