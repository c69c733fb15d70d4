import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { IgnoreRules } from '../../src/files/ignore-rules.ts';
import { repository } from '../git-repository.ts';

const paths = [
  ...['a', 'ab', 'b.log', 'c d', 'c ', '!b', '#c', '[d]', 'e*', 'f]', 'A', 'g-', '**', '3'],
  ...['x/a', 'x/b.log', 'x/y/a', 'x/y/z/a', 'x/y/z/b.log', 'y/x/a', 'y/z/x/a', 'z.d/a'],
];

/** Each is a whole ignore file. */
const files: readonly string[] = [
  ...['a', '/a', 'a/', 'x/', 'x/a', '/x/a', 'x/*', '*', '*.log', '*.*', '?', 'a?', '**', '/**', '**/', '/'],
  ...[
    '**/a',
    '**/x/a',
    'x/**',
    'x/**/a',
    'x/**/z/**/a',
    '**/z/**',
    '**/x/**/*.log',
    'x/**/',
    'x**',
    'x/***/a',
    'x/y**',
    '*/*/a',
    'x\\/a',
    'x\\/',
  ],
  ...[
    '[ab]',
    '[!ab]',
    '[^ab]*',
    '[a-c]',
    '[c-a]',
    '[]f]]',
    'f[]]',
    '[[]d]',
    '\\[d\\]',
    '[\\[]d]',
    '[[:digit:]]',
    '[[:alpha:]]b',
    '[![:alpha:]]',
    '[[:none:]]',
    '[a',
    'g[a-]',
  ],
  ...['c d', 'c\\ ', 'c ', '\\!b', '!b', '\\#c', '#c', 'e\\*', '\\a', 'a\\', '\\*\\*', 'a  ', '', '   '],
  ...['*\n!a', 'x/\n!x/a', 'x/*\n!x/a', '!a\na', '*.log\n!/b.log', 'x/**\n!x/y/\n!x/y/z', 'a\n!x/a\nx/a'],
];

test('patterns mean what they mean to git', (t) => {
  const { folder, env, write } = repository(t);
  for (const path of paths) write(path, '');
  for (const text of files) {
    write('.gitignore', `${text}\n`);
    const asked = ['check-ignore', '--no-index', '-z', '--stdin'];
    const { stdout } = spawnSync('git', asked, { cwd: folder, env, encoding: 'utf8', input: paths.map((path) => `./${path}\0`).join('') });
    const rules = new IgnoreRules(false).and(text.split('\n'));
    assert.deepEqual(
      paths.filter((path) => rules.ignores(path)),
      stdout.split('\0').flatMap((path) => (path === '' ? [] : [path.slice(2)])),
      text,
    );
  }
});

test('names that differ only in case are one where the file system says so', () => {
  const ignores = (ignoreCase: boolean) => new IgnoreRules(ignoreCase).and(['/Build/', '*.LOG', '[A-C]x']);
  for (const path of ['build/', 'build/a', 'a.log', 'bx']) {
    assert.deepEqual([ignores(true).ignores(path), ignores(false).ignores(path)], [true, false], path);
  }
});

test('what a stranger’s pattern costs is in proportion to its length and that of a path', () => {
  const hostile: readonly (readonly [string, string])[] = [
    [`${'**/a*/'.repeat(8)}b`, `${'a/'.repeat(1000)}f`],
    [`${'a/**/'.repeat(40)}b`, `${'a/'.repeat(1000)}f`],
    [`${'*a'.repeat(100)}*b`, 'a'.repeat(4000)],
    [`${'**/*a*b*/'.repeat(60)}b`, `${(`${'a'.repeat(60)}/`).repeat(60)}f`],
    [`[${'a-'.repeat(10_000)}]`, 'a'],
  ];
  for (const [pattern, path] of hostile) {
    const before = process.cpuUsage();
    new IgnoreRules(false).and([pattern]).ignores(path);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 2_000_000, `${pattern.slice(0, 20)}: ${user} µs`);
  }
});
