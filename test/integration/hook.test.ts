// The hook as git runs it: a real commit, with the built command.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { type Repository, repository } from '../git-repository.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

/** A repository, and a data folder of Keystow beside its work tree's files. */
function project(t: TestContext) {
  const repo = repository(t);
  const env = { ...repo.env, XDG_DATA_HOME: join(repo.folder, '.home/data'), XDG_RUNTIME_DIR: join(repo.folder, '.home/run') };
  writeFileSync(join(repo.folder, '.git/info/exclude'), '.home\n');
  const keystow = (...args: readonly string[]) =>
    spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], { cwd: repo.folder, env, encoding: 'utf8' });
  return { ...repo, env, keystow, launcher: join(env.XDG_DATA_HOME, 'keystow/bin/keystow') };
}

function commit({ folder, env, git }: Repository): { status: number | null; stderr: string } {
  git('add', '--all');
  const own = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return spawnSync('git', [...own, 'commit', '--quiet', '-m', 'a change'], { cwd: folder, env, encoding: 'utf8' });
}

test('a commit that would add a secret is stopped, any other passes, and so does every one where Keystow cannot run', (t) => {
  const repo = project(t);
  const { keystow, write, folder, launcher } = repo;
  assert.equal(keystow('hook', 'install').status, 0);
  const again = keystow('hook', 'install');
  assert.deepEqual([again.status, again.stdout], [0, '']);
  assert.match(again.stderr, /pre-commit already stops a commit/);
  write('clean.txt', 'nothing here\n');
  assert.deepEqual([commit(repo).status], [0]);

  const token = sampleGitHubToken('hook');
  write('.env', `T=${token}\n`);
  const stopped = commit(repo);
  assert.equal(stopped.status, 1);
  assert.match(stopped.stderr, /^\.env:1:3: error: GitHub personal access token/m);
  assert.ok(!stopped.stderr.includes(token));
  const [, accept = ''] = /^Keystow stops .*\n.*keystow:ignore.*: (".+" scan .+)\n.*git commit --no-verify$/m.exec(stopped.stderr) ?? [];
  assert.equal(spawnSync('sh', ['-c', accept], { cwd: folder, env: repo.env }).status, 0);
  assert.equal(commit(repo).status, 0, 'accepted as was told');
  rmSync(join(folder, '.keystow-baseline.jsonl'));
  write('.env', `T=${sampleGitHubToken('another')}\n`);
  assert.equal(commit(repo).status, 1);

  const script = readFileSync(launcher, 'utf8');
  rmSync(launcher);
  const passed = commit(repo);
  assert.equal(passed.status, 0);
  assert.match(passed.stderr, /not installed here: this commit is not checked/);
  writeFileSync(launcher, script.replace(/^cli=.*$/m, "cli='/nowhere/cli.js'"));
  chmodSync(launcher, 0o755);
  write('other.env', `T=${sampleGitHubToken('hook2')}\n`);
  assert.equal(commit(repo).status, 0, 'an editor that has moved does not stop a commit');

  assert.equal(keystow('hook', 'remove').status, 0);
  assert.ok(!existsSync(join(folder, '.git/hooks/pre-commit')));
  assert.match(keystow('hook', 'remove').stderr, /There is no hook of Keystow/);
});

test('what git commit -a and git commit PATH would add is stopped too, and can be accepted as is told there', (t) => {
  const { keystow, write, git, folder, env } = project(t);
  assert.equal(keystow('hook', 'install').status, 0);
  write('a.env', 'nothing\n');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'first');
  const own = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  for (const what of ['-a', 'a.env']) {
    write('a.env', `T=${sampleGitHubToken(`directly ${what}`)}\n`);
    const commit = () => spawnSync('git', [...own, 'commit', '--quiet', '-m', 'next', what], { cwd: folder, env, encoding: 'utf8' });
    const { status, stderr } = commit();
    assert.deepEqual([status, /^a\.env:1:3: error: /m.test(stderr)], [1, true]);
    const [, accept = ''] = /keystow:ignore on its line, or git add the file and accept all of them: (.+)/.exec(stderr) ?? [];
    const accepted = spawnSync('sh', ['-c', `git add a.env && ${accept}`], { cwd: folder, env, encoding: 'utf8' });
    assert.match(accepted.stderr, /^1 found, 1 new in /m);
    assert.equal(commit().status, 0);
  }
});

test('who commits from a folder below the top is told a command that accepts from there', (t) => {
  const { keystow, write, git, folder, env } = project(t);
  keystow('hook', 'install');
  write('sub/a.env', `T=${sampleGitHubToken('below')}\n`);
  git('add', '--all');
  const own = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const cwd = join(folder, 'sub');
  const commit = () => spawnSync('git', [...own, 'commit', '--quiet', '-m', 'from below'], { cwd, env, encoding: 'utf8' });
  const [, accept = ''] = /keystow:ignore on its line, or accept all of them: (.+)/.exec(commit().stderr) ?? [];
  assert.equal(spawnSync('sh', ['-c', accept], { cwd, env }).status, 0);
  assert.equal(commit().status, 0);
});

test('what breaks Node, an update half-way or a baseline that cannot be read stops no commit, and a line says that it was not checked', (t) => {
  const repo = project(t);
  const { keystow, write, folder, launcher } = repo;
  const wasNotChecked = (why: RegExp) => {
    write('clean.txt', `${Math.random()}\n`);
    const { status, stderr } = commit(repo);
    assert.equal(status, 0, stderr);
    assert.match(stderr, why);
    assert.match(stderr, /^Keystow cannot run: this commit is not checked for secrets\.$/m);
  };
  keystow('hook', 'install');
  write('.env', `T=${sampleGitHubToken('preload')}\n`);
  const preload = { ...repo, env: { ...repo.env, NODE_OPTIONS: '--require=./nowhere.js' } };
  assert.match(commit(preload).stderr, /^\.env:1:3: error/m, 'a script that only another project has is none of the hook');
  write('.env', '');

  write('.keystow-baseline.jsonl', 'not a baseline\n');
  wasNotChecked(/\.keystow-baseline\.jsonl, line 1, is no entry/);
  write('.keystow-baseline.jsonl', '');

  const half = join(folder, '.home/half');
  mkdirSync(half, { recursive: true });
  copyFileSync(resolve('dist/cli.js'), join(half, 'cli.js'));
  writeFileSync(launcher, readFileSync(launcher, 'utf8').replace(/^cli=.*$/m, `cli='${half}/cli.js'`));
  wasNotChecked(/^keystow: Error: ENOENT/m);
});

test('a hook that is there already goes on running, and is as it was after the removal', (t) => {
  const repo = project(t);
  const { keystow, folder, write } = repo;
  const file = join(folder, '.git/hooks/pre-commit');
  const own = `#!/bin/bash\nset -e\necho own hook ran >&2\nexec true\n`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, own, { mode: 0o755 });
  keystow('hook', 'install');
  write('clean.txt', 'nothing\n');
  assert.match(commit(repo).stderr, /own hook ran/);
  write('.env', `T=${sampleGitHubToken('own')}\n`);
  assert.equal(commit(repo).status, 1);
  keystow('hook', 'remove');
  assert.equal(readFileSync(file, 'utf8'), own);
  assert.equal(statSync(file).mode & 0o777, 0o755);
});

test('a hook of an older version is brought up to date where it stands', (t) => {
  const { keystow, folder, write } = project(t);
  const older = (text: string) => text.replaceAll(' for secrets', ' for anything');
  const update = (name: string) => {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    assert.notEqual(older(text), text);
    writeFileSync(file, older(text));
    assert.equal(keystow('hook', 'install').status, 0);
    assert.equal(readFileSync(file, 'utf8'), text);
    assert.match(keystow('hook', 'install').stderr, /already stops/);
  };
  keystow('hook', 'install');
  update('.git/hooks/pre-commit');
  keystow('hook', 'remove');
  write('.git/hooks/pre-commit', '#!/bin/sh\nnpm test\n');
  chmodSync(join(folder, '.git/hooks/pre-commit'), 0o755);
  keystow('hook', 'install');
  update('.git/hooks/pre-commit');
  write('.pre-commit-config.yaml', 'repos: # ours\n- repo: meta\n  hooks:\n  - id: identity\n');
  keystow('hook', 'install');
  update('.pre-commit-config.yaml');
});

test('a hook that somebody switched off stays so: it is not made executable', (t) => {
  const { keystow, folder } = project(t);
  const file = join(folder, '.git/hooks/pre-commit');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\nexit 1\n', { mode: 0o644 });
  const { status, stderr } = keystow('hook', 'install');
  assert.deepEqual([status, /pre-commit is not executable, so git does not run it/.test(stderr)], [2, true]);
  assert.deepEqual([statSync(file).mode & 0o777, readFileSync(file, 'utf8')], [0o644, '#!/bin/sh\nexit 1\n']);
});

test('a hook that is a program, or no text in UTF-8, stays as it is', (t) => {
  const { keystow, folder } = project(t);
  const file = join(folder, '.git/hooks/pre-commit');
  mkdirSync(dirname(file), { recursive: true });
  for (const content of [Buffer.from('\x7fELF\0\0'), Buffer.from('#!/bin/sh\necho d\xe9j\xe0\n', 'latin1')]) {
    writeFileSync(file, content, { mode: 0o755 });
    const { status, stderr } = keystow('hook', 'install');
    assert.deepEqual([status, /pre-commit is no text in UTF-8, so nothing was added to it/.test(stderr)], [2, true], stderr);
    assert.deepEqual(readFileSync(file), content);
  }
});

test('where core.hooksPath switches hooks off, that is said and nothing is written', (t) => {
  const { keystow, folder, git } = project(t);
  for (const path of ['', '/dev/null']) {
    git('config', 'core.hooksPath', path);
    const { status, stderr } = keystow('hook', 'install', '--yes');
    assert.deepEqual(
      [status, /^keystow: core\.hooksPath is “.*”, which is no folder, so git runs no hook here/.test(stderr)],
      [2, true],
      stderr,
    );
    assert.ok(!existsSync(join(folder, 'pre-commit')));
  }
});

test('in a bare repository, where nothing is committed, that is said', (t) => {
  const { keystow, git } = project(t);
  git('config', 'core.bare', 'true');
  const { status, stderr } = keystow('hook', 'install', '--yes');
  assert.deepEqual(
    [status, stderr.split('.')[0]],
    [2, 'keystow: No files of a repository are checked out in this folder, as in a bare one'],
  );
});

test('the hook finds the launcher where it lies on Windows', (t) => {
  const repo = project(t);
  const { keystow, write, folder, launcher } = repo;
  keystow('hook', 'install');
  const local = join(folder, '.home/AppData');
  mkdirSync(join(local, 'Keystow/bin'), { recursive: true });
  renameSync(launcher, join(local, 'Keystow/bin/keystow.cmd'));
  write('.env', `T=${sampleGitHubToken('windows')}\n`);
  assert.match(commit({ ...repo, env: { ...repo.env, LOCALAPPDATA: local } }).stderr, /^\.env:1:3: error/m);
  assert.match(commit(repo).stderr, /not installed here/);
});

test('beside husky, lefthook and pre-commit, with the comments of their files kept', (t) => {
  const { keystow, folder, write, git, env } = project(t);
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  git('config', 'core.hooksPath', '.husky/_');
  write('.husky/pre-commit', 'npm test\n');
  assert.equal(keystow('hook', 'install').status, 0);
  assert.match(text('.husky/pre-commit'), /^# >>> keystow[\s\S]*# <<< keystow <<<\nnpm test\n$/);
  keystow('hook', 'remove');
  assert.equal(text('.husky/pre-commit'), 'npm test\n');

  const config =
    '# ours\nrepos:\n  - repo: local # here\n    hooks:\n      - id: lint\n        name: lint\n        entry: npm run lint\n        language: system\n';
  write('.pre-commit-config.yaml', config);
  assert.match(keystow('hook', 'install').stderr, /pre-commit runs it where it is set up: pre-commit install/);
  const { repos } = parse(text('.pre-commit-config.yaml'));
  assert.deepEqual(
    repos.map(({ hooks }: { hooks: { id: string }[] }) => hooks[0]?.id),
    ['lint', 'keystow'],
  );
  assert.match(text('.pre-commit-config.yaml'), /^# ours\nrepos:\n {2}- repo: local # here\n/);
  const [, argument = ''] = /^sh -c '(.*)'$/.exec(repos[1].hooks[0].entry) ?? [];
  assert.equal(spawnSync('sh', ['-c', argument], { cwd: folder, env }).status, 0);
  keystow('hook', 'remove');
  assert.equal(text('.pre-commit-config.yaml'), config);

  const lefthook = '# ours\npre-push:\n  commands:\n    test:\n      run: npm test # all\n';
  write('lefthook.yml', lefthook);
  keystow('hook', 'install');
  assert.match(parse(text('lefthook.yml'))['pre-commit'].commands.keystow.run, /scan --staged/);
  keystow('hook', 'remove');
  assert.equal(text('lefthook.yml'), lefthook);

  rmSync(join(folder, 'lefthook.yml'));
  write('lefthook.toml', '[pre-commit]\n');
  const refused = keystow('hook', 'install');
  assert.deepEqual([refused.status, text('lefthook.toml')], [2, '[pre-commit]\n']);
  assert.match(refused.stderr, /lefthook\.toml is not in YAML.*scan --staged/s);
});

test('beside husky that is not set up in this clone yet, as it will then run nothing of git’s own folder', (t) => {
  const { keystow, folder, write } = project(t);
  write('.husky/pre-push', 'npm test\n');
  write('package.json', '{ "devDependencies": { "husky": "9.1.7" } }\n');
  assert.match(keystow('hook', 'install').stderr, /husky runs it where it is set up: npx husky/);
  assert.match(readFileSync(join(folder, '.husky/pre-commit'), 'utf8'), /scan --staged/);
  assert.ok(!existsSync(join(folder, '.git/hooks/pre-commit')));
});

test('outside the repository a person is asked, and nothing is written through a link', (t) => {
  const { keystow, folder, git } = project(t);
  const elsewhere = join(folder, '.home/hooks');
  mkdirSync(elsewhere, { recursive: true });
  git('config', 'core.hooksPath', '/tmp/keystow-no-such-hooks');
  const asked = keystow('hook', 'install');
  assert.notEqual(asked.status, 0);
  assert.match(asked.stderr, /lies outside this repository/);
  assert.ok(!existsSync('/tmp/keystow-no-such-hooks'));

  const own = join(tmpdir(), `keystow-hooks-${process.pid}`);
  git('config', 'core.hooksPath', own);
  t.after(() => rmSync(own, { recursive: true, force: true }));
  assert.equal(keystow('hook', 'install', '--yes').status, 0);
  assert.ok(existsSync(join(own, 'pre-commit')));
  assert.equal(keystow('hook', 'remove', '--yes').status, 0);

  git('config', '--unset', 'core.hooksPath');
  rmSync(join(folder, '.git/hooks'), { recursive: true, force: true });
  symlinkSync(elsewhere, join(folder, '.git/hooks'));
  assert.match(keystow('hook', 'install').stderr, /is a symbolic link, so the hook was not written through it/);
  assert.ok(!existsSync(join(elsewhere, 'pre-commit')));

  mkdirSync(join(folder, '.home/out/hooks'), { recursive: true });
  symlinkSync('.home/out', join(folder, 'tools'));
  for (const path of ['tools/hooks', 'tools/more/hooks', 'tools/.husky/_']) {
    git('config', 'core.hooksPath', path);
    const refused = keystow('hook', 'install', '--yes');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /\/tools is a symbolic link, so the hook was not written through it/);
  }
  assert.deepEqual(readdirSync(join(folder, '.home/out'), { recursive: true }), ['hooks']);
});
