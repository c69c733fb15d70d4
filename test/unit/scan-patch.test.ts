import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Git, openGit } from '../../src/files/git.ts';
import { textsIn, wholeTextSettings, wholeTexts } from '../../src/scan/patch.ts';
import { scanStaged } from '../../src/scan/staged.ts';
import { repository } from '../git-repository.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const token = (name: string) => `token = ${sampleGitHubToken(name)}\n`;

/** A git that writes down which commands it is asked for while it is waited for. */
function watched(git: Git): { readonly git: Git; readonly asked: string[] } {
  const asked: string[] = [];
  const runBlocking: Git['runBlocking'] = (args, options) => {
    asked.push(args[0]!);
    return git.runBlocking(args, options);
  };
  return { asked, git: { ...git, runBlocking } };
}

const one = <T>(of: readonly T[]): T => of[randomInt(of.length)]!;

// what begins a line of git's own, a mark, or nothing
const beginnings = [
  '',
  '',
  'word',
  ' ',
  '-',
  '+',
  '\\ No newline at end of file',
  'diff --git a/x b/x',
  '@@ -1 +1 @@',
  'index 1..2',
  '--- a/x',
  '\t\r',
];
const lines = () => Array.from({ length: randomInt(12) }, () => `${one(beginnings)}${one(['', 'é', '\xff', ' more'])}`);
const textOf = (of: readonly string[]) => Buffer.from(`${of.join(one(['\n', '\n', '\r\n']))}${one(['', '\n', '\n\n'])}`, 'latin1');

test('of a patch of whole texts, each text after the change is the blob that git has, whatever it holds and whatever the configuration says', (t) => {
  const { folder, env, write, git, commit } = repository(t);
  for (const [name, value] of [
    ['diff.context', '1'],
    ['diff.suppressBlankEmpty', 'true'],
    ['diff.algorithm', 'patience'],
    ['diff.noprefix', 'true'],
    ['diff.mnemonicPrefix', 'true'],
    ['diff.wsErrorHighlight', 'all'],
    ['color.ui', 'always'],
    ['diff.colorMoved', 'zebra'],
    ['diff.renames', 'copies'],
    ['core.quotePath', 'true'],
  ] as const) {
    git('config', name, value);
  }
  const names = Array.from({ length: 60 }, (_, index) => one([`${index}`, `${index}\nindex 1..2 3`, `${index} "é"`]));
  const before = names.map(lines);
  names.forEach((name, index) => {
    if (one([true, true, false])) write(name, textOf(before[index]!));
  });
  commit();
  names.forEach((name, index) => {
    const after = one([before[index]!, lines(), before[index]!.flatMap((line) => one([[line], [line, 'new'], []]))]);
    write(name, textOf(after));
  });
  git('add', '--all');
  const listed = git('diff', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', '--diff-filter=AM').split('\0');
  const ids = listed.filter((_, index) => index % 2 === 0 && index + 1 < listed.length).map((raw) => raw.split(' ')[3]!);
  const patch = openGit(folder, { ...env, GIT_DIFF_OPTS: '--unified=1', GIT_EXTERNAL_DIFF: 'false' }).runBlocking(
    ['diff', '--cached', '--no-renames', '--no-ext-diff', '--diff-filter=AM', ...wholeTexts],
    { settings: wholeTextSettings, mostBytes: 1e6 },
  );
  const texts = textsIn(patch!);
  assert.ok(ids.length > 20);
  for (const id of ids) {
    const blob = execFileSync('git', ['cat-file', 'blob', id], { cwd: folder, env });
    assert.deepEqual(texts.get(id), blob, JSON.stringify(blob.toString('latin1')));
  }
  assert.deepEqual(new Set(texts.keys()), new Set(ids));
});

test('what is staged takes one process of git; a second one only where something is no small text', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('old.env', 'nothing\n'.repeat(100));
  commit();
  write('old.env', `${'nothing\n'.repeat(99)}${token('end')}`);
  write('new.env', `${token('first')}the end`);
  write('__init__.py', '');
  git('add', '--all');
  const small = watched(openGit(folder, env));
  const { findings, files } = await scanStaged(small.git, { onFile: () => {} });
  assert.deepEqual(findings.map(({ file, line }) => `${file}:${line}`).sort(), ['new.env:1', 'old.env:100']);
  assert.equal(files, 3);
  // what the last commit has of the file in which something is found
  assert.deepEqual(small.asked, ['diff', 'cat-file']);

  write('old.env', 'nothing\n'.repeat(100));
  write('new.env', 'the end');
  write('large.env', `${'nothing\n'.repeat(20_000)}${token('large')}`);
  write('wide.env', Buffer.from(`\ufeff${token('wide')}`, 'utf16le'));
  write('named.env', token('no diff'));
  write('.gitattributes', 'named.env -diff\n');
  git('add', '--all');
  const other = watched(openGit(folder, env));
  const found = await scanStaged(other.git, {});
  assert.deepEqual(found.findings.map(({ file, line }) => `${file}:${line}`).sort(), ['large.env:20001', 'named.env:1', 'wide.env:1']);
  assert.deepEqual(other.asked, ['diff', 'cat-file']);

  write('new.env', 'the very end');
  git('add', '--all');
  git('rm', '--quiet', '--cached', 'large.env', 'wide.env', 'named.env');
  const nothing = watched(openGit(folder, env));
  assert.deepEqual((await scanStaged(nothing.git, {})).findings, []);
  assert.deepEqual(nothing.asked, ['diff']);
});

test('no program that a repository names is run for a patch, which is whole all the same', async (t) => {
  const { folder, env, write, git } = repository(t);
  const inside = (...args: readonly string[]) => git('-C', 'module', ...args);
  const commitInside = (words: string) => {
    write('module/file', words);
    inside('add', '--all');
    inside('commit', '--quiet', '--no-verify', '-m', words);
    git('update-index', '--add', '--cacheinfo', `160000,${inside('rev-parse', 'HEAD').trim()},module`);
  };
  git('init', '--quiet', 'module');
  for (const name of ['.gitattributes', 'module/.gitattributes']) write(name, '* diff=evil filter=evil\n');
  write('.env', 'nothing\n');
  commitInside('first');
  git('add', '.env', '.gitattributes');
  git('commit', '--quiet', '--no-verify', '-m', 'a module');
  write('.env', token('new'));
  git('add', '.env');
  commitInside('second');

  const program = join(folder, 'evil.sh');
  write('evil.sh', `#!/bin/sh\necho "$0 $*" >> '${join(folder, 'ran')}'\n`);
  chmodSync(program, 0o755);
  for (const name of [
    'diff.external',
    'diff.evil.command',
    'diff.evil.textconv',
    'filter.evil.clean',
    'filter.evil.smudge',
    'core.fsmonitor',
  ]) {
    git('config', name, program);
    inside('config', name, program);
  }
  // of a submodule git would ask another git, which goes by the configuration of that one
  git('config', 'diff.submodule', 'diff');
  const { git: asking, asked } = watched(openGit(folder, { ...env, GIT_EXTERNAL_DIFF: program }));
  const { findings } = await scanStaged(asking, {});
  assert.deepEqual(
    findings.map(({ file, line }) => `${file}:${line}`),
    ['.env:1'],
  );
  assert.ok(!existsSync(join(folder, 'ran')));
  // also of the file before
  assert.deepEqual(asked, ['diff', 'cat-file']);
});

test('what git says of a submodule or of a conflict behind a text is no part of it', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  git('config', 'diff.submodule', 'log');
  write('b.env', 'nothing\n');
  commit();
  const last = git('rev-parse', 'HEAD').trim();
  const base = git('rev-parse', 'HEAD:b.env').trim();
  write('a.env', `${token('first')}the end`);
  git('add', 'a.env');
  git('update-index', '--add', '--cacheinfo', `160000,${last},aside`);
  execFileSync('git', ['update-index', '--index-info'], {
    cwd: folder,
    env,
    input: `0 ${'0'.repeat(40)}\tb.env\n100644 ${base} 1\tb.env\n100644 ${base} 2\tb.env\n`,
  });
  const patch = openGit(folder, env).runBlocking(['diff', '--cached', ...wholeTexts], { settings: wholeTextSettings, mostBytes: 1e6 })!;
  assert.match(patch.toString(), /^\+Subproject commit/m);
  assert.match(patch.toString(), /^\* Unmerged path b\.env/m);
  for (const text of textsIn(patch).values()) assert.doesNotMatch(text.toString(), /Submodule|Unmerged/);
  const { findings } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(
    findings.map(({ file, line }) => `${file}:${line}`),
    ['a.env:1'],
  );
});

test('a text of very many lines is not cut short: at its end there may be the other half of a key', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  const { accessKeyId, secretAccessKey } = sampleKeyPair('many lines');
  write('.gitattributes', '*.txt diff\n');
  const lines = (first: string) => `${first}${'\n'.repeat(70_000)}id = ${accessKeyId}\n`;
  write('lines.txt', lines('one'));
  commit();
  write('lines.txt', lines('two'));
  write('settings.js', `const secret = '${secretAccessKey}';\n`);
  git('add', '--all');
  const { findings } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(
    findings.map(({ file, line }) => `${file}:${line}`),
    ['settings.js:1'],
  );
});

test('what is staged is looked at, not a file of the work tree that seems to be the same', async (t) => {
  const { folder, env, write, git } = repository(t);
  git('config', 'core.trustctime', 'false');
  git('config', 'core.checkStat', 'minimal');
  const file = join(folder, '.env');
  write('.env', token('staged'));
  utimesSync(file, 1_600_000_000, 1_600_000_000);
  git('add', '--all');
  write('.env', 'x'.repeat(token('staged').length));
  utimesSync(file, 1_600_000_000, 1_600_000_000);
  const { findings } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(
    findings.map(({ file, line }) => `${file}:${line}`),
    ['.env:1'],
  );
});

test('where git does not have what a staged file was before, its content is looked at all the same', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('.env', 'nothing\n');
  commit();
  const id = git('rev-parse', 'HEAD:.env').trim();
  write('.env', token('new'));
  git('add', '--all');
  rmSync(`${folder}/.git/objects/${id.slice(0, 2)}/${id.slice(2)}`);
  const { findings } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(
    findings.map(({ file, line }) => `${file}:${line}`),
    ['.env:1'],
  );
});
