// What a commit would bring, in repositories that make it hard to tell.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openGit } from '../../src/files/git.ts';
import { gitFacts } from '../../src/scan/git-facts.ts';
import { scanHistory } from '../../src/scan/history.ts';
import { scanStaged } from '../../src/scan/staged.ts';
import { repository } from '../git-repository.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

/** An address with a password that is too short for a fingerprint of its own. */
const address = (name: string) => `DATABASE_URL=postgres://app:${sampleGitHubToken(name).slice(-9)}@db.corp.io/app\n`;
const token = (name: string) => `token = ${sampleGitHubToken(name)}\n`;

test('no program that a repository or a submodule names is run for what is staged', async (t) => {
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
  const { findings } = await scanStaged(openGit(folder, { ...env, GIT_EXTERNAL_DIFF: program }), {});
  assert.deepEqual(
    findings.map(({ file, line }) => `${file}:${line}`),
    ['.env:1'],
  );
  assert.ok(!existsSync(join(folder, 'ran')));
});

test('a submodule and a conflict beside a staged file are no files', async (t) => {
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

test('a new password is told where one of the same name was, however short: the passwords themselves are compared', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  const opened = openGit(folder, env);
  write('app.env', address('old'));
  const first = commit();
  write('app.env', address('new'));
  git('add', '--all');
  const changed = await scanStaged(opened, {});
  assert.deepEqual([changed.findings.map(({ line }) => line), changed.committedBefore], [[1], 0]);
  write('app.env', `\n${address('old')}${address('new')}`);
  git('add', '--all');
  const added = await scanStaged(opened, {});
  assert.deepEqual([added.findings.map(({ line }) => line), added.committedBefore], [[3], 1]);

  const second = commit();
  const { findings } = await scanHistory(opened, {});
  assert.deepEqual(
    findings.map(({ commit: id, line }) => `${id} ${line}`),
    [`${first} 1`, `${second} 3`],
  );
  const since = (await gitFacts(opened, 'app.env', new AbortController().signal))?.since;
  assert.equal(since?.get(findings[0]!.fingerprint)?.commit, first);
});

test('a merge with a conflict adds none of the secrets that the other branch has', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('a', 'base\n');
  commit();
  git('checkout', '--quiet', '-b', 'side');
  write('a', 'side\n');
  write('side in.env', token('side'));
  commit();
  git('checkout', '--quiet', 'main');
  write('a', 'main\n');
  commit();
  assert.throws(() => git('merge', '--quiet', 'side'));
  write('a', token('resolved'));
  git('add', '--all');
  const { findings, committedBefore } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual([findings.map(({ file }) => file), committedBefore], [['a'], 1]);
});

test('a merge of several branches adds none of the secrets that one of them has, in a worktree too', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('a', 'base');
  const base = commit();
  for (const name of ['first', 'second']) {
    git('checkout', '--quiet', '-b', name, base);
    write(`${name}\n.env`, token(name));
    commit();
  }
  git('checkout', '--quiet', 'main');
  git('worktree', 'add', '--quiet', '.home/beside', 'HEAD');
  for (const at of ['.', '.home/beside']) {
    git('-C', at, 'merge', '--quiet', '--no-commit', '--no-ff', 'first', 'second');
    write(join(at, 'new.env'), token('new'));
    git('-C', at, 'add', 'new.env');
    const { findings, committedBefore } = await scanStaged(openGit(join(folder, at), env), {});
    assert.deepEqual([findings.map(({ file }) => file), committedBefore], [['new.env'], 2]);
  }
});

test('what somebody wrote into the list of merged commits is no option of git, and lets no secret pass', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('a', 'base');
  commit();
  write('.git/MERGE_HEAD', `--output=${join(folder, 'a')}\n-R\n`);
  write('new.env', token('new'));
  git('add', 'new.env');
  const { findings } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(
    findings.map(({ file }) => file),
    ['new.env'],
  );
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), 'base');
});

test('what the merged branch changed in a file that this one has moved is no new secret', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  const lines = '# a line\n'.repeat(9);
  write('app.env', lines);
  commit();
  git('checkout', '--quiet', '-b', 'side');
  write('app.env', lines + token('side'));
  commit();
  git('checkout', '--quiet', 'main');
  git('mv', 'app.env', 'moved.env');
  commit();
  git('merge', '--quiet', '--no-commit', '--no-ff', 'side');
  const { findings, committedBefore } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual([findings.length, committedBefore], [0, 1]);
});

test('what a file had that is moved, renamed or split is no new secret; what is new in it is', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  const opened = openGit(folder, env);
  write('app.env', token('old') + address('old'));
  write('stays.env', token('stays'));
  commit();
  mkdirSync(join(folder, 'config'));
  git('mv', 'app.env', 'config/moved.env');
  const moved = await scanStaged(opened, {});
  assert.deepEqual([moved.findings.length, moved.committedBefore], [0, 2]);

  write('config/moved.env', `# changed too\n${token('old')}${address('new')}`);
  write('config/other.env', address('old'));
  write('copied.env', token('stays'));
  git('add', '--all');
  const { findings, committedBefore } = await scanStaged(opened, {});
  assert.deepEqual([findings.map(({ file, line }) => `${file}:${line}`), committedBefore], [['config/moved.env:3', 'copied.env:1'], 2]);
});
