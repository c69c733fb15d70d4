import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { toText } from '../../src/detect/report.ts';
import { toSarif } from '../../src/detect/sarif.ts';
import { openGit } from '../../src/files/git.ts';
import { format } from '../../src/message.ts';
import { scan } from '../../src/scan/files.ts';
import { gitFacts, ignoredAmong, listsOfIgnored } from '../../src/scan/git-facts.ts';
import { scanHistory } from '../../src/scan/history.ts';
import { scanStaged } from '../../src/scan/staged.ts';
import { trackedThoughIgnored } from '../../src/scan/tracked.ts';
import { repository } from '../git-repository.ts';
import { type SampleKeyPair, sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const token = (name: string) => `token = ${sampleGitHubToken(name)}\n`;
const places = (findings: readonly { file: string; line: number }[]) => findings.map(({ file, line }) => `${file}:${line}`);

test('staged: the index counts, not the work tree, and before the first commit too', async (t) => {
  const { folder, env, write, git } = repository(t);
  write('staged.env', `# settings\n${token('one')}`);
  write('a folder/naïve.env', token('two'));
  git('add', '--all');
  write('staged.env', 'clean again in the work tree\n');
  write('unstaged.env', token('three'));
  const { findings, files } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(places(findings).sort(), ['a folder/naïve.env:1', 'staged.env:2']);
  assert.equal(files, 2);
});

test('staged: what the last commit has already is counted, not reported', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('.env', token('old'));
  commit();
  write('.env', `${token('new')}\n\n${token('old')}`);
  git('add', '--all');
  const { findings, committedBefore } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(places(findings), ['.env:1']);
  assert.equal(committedBefore, 1);
});

test('staged: more than is held at once is read in pieces', async (t) => {
  const { folder, env, write, git } = repository(t);
  const lines = 'nothing here\n'.repeat(600_000);
  for (const name of ['one', 'two', 'three']) write(`${name}.log`, `${lines}${name === 'two' ? '' : token(name)}`);
  git('add', '--all');
  const { findings, bytes } = await scanStaged(openGit(folder, env), {});
  assert.deepEqual(places(findings).sort(), ['one.log:600001', 'three.log:600001']);
  assert.ok(bytes > 16 * 1024 * 1024);
});

test('staged: removed files, links and submodules have no content; binary and large files are skipped with a reason', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('gone.env', token('gone'));
  const head = commit();
  git('rm', '--quiet', 'gone.env');
  git('update-index', '--add', '--cacheinfo', `160000,${head},module`);
  write('target', 'x');
  git('update-index', '--add', '--cacheinfo', `120000,${git('hash-object', '-w', 'target').trim()},link`);
  write('large.txt', `${'x'.repeat(5000)}\n${token('large')}`);
  write('logo.png', Buffer.from([0x89, 0x50, 0, 0]));
  git('add', 'large.txt', 'logo.png');
  const { findings, files, skipped } = await scanStaged(openGit(folder, env), { maxBytes: 4096 });
  assert.deepEqual([findings.length, files], [0, 0]);
  assert.deepEqual(
    skipped.map(({ file, reason }) => `${file}: ${format(reason)}`),
    ['large.txt: larger than 0.00390625 MB', 'logo.png: binary'],
  );
});

test('history: every commit, each version once, with the first commit that has the secret and whether it is on a remote', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('.env', token('deep'));
  const first = commit();
  write('.env', 'clean\n');
  commit();
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  write('.env', `# again\n${token('deep')}`);
  write('other.env', token('local'));
  const last = commit();
  git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
  write('side.env', token('side'));
  const side = commit();
  const { findings, commits } = await scanHistory(openGit(folder, env), {});
  assert.equal(commits, 4);
  assert.deepEqual(
    findings.map(({ file, commit: id, pushed }) => `${file} ${id} ${pushed}`).sort(),
    [`.env ${first} true`, `other.env ${last} false`, `side.env ${side} false`].sort(),
  );
  assert.ok(findings.every(({ date }) => Math.abs(Date.parse(date) - Date.now()) < 3_600_000));
  const words = (id: string, remote: string) =>
    `, since commit ${id.slice(0, 12)} of ${findings[0]!.date.slice(0, 10)}, on ${remote} remote`;
  const told = [words(first, 'a'), words(last, 'no'), words(side, 'no')];
  assert.deepEqual(
    toText(findings)
      .match(/, since commit .*/gm)
      ?.sort(),
    told.sort(),
  );
  for (const one of told) assert.ok(toSarif(findings).includes(one), one);
});

test('history: a secret that only a merge brought in', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('a', '1');
  commit();
  git('checkout', '--quiet', '-b', 'side');
  write('b', '2');
  commit();
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '--no-commit', 'side');
  write('.env', token('merge'));
  const merge = commit();
  const { findings } = await scanHistory(openGit(folder, env), {});
  assert.deepEqual(
    findings.map(({ file, commit: id }) => `${file} ${id}`),
    [`.env ${merge}`],
  );
});

test('a repository whose configuration runs programs runs none of them', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('.gitattributes', '* diff=evil filter=evil\n');
  write('.env', token('evil'));
  commit();
  write('.env', `${token('evil')}${token('more')}`);
  git('update-index', '--add', '--cacheinfo', `100644,${git('hash-object', '-w', '--no-filters', '.env').trim()},.env`);
  git('update-index', '--add', '--cacheinfo', `100644,${'1'.repeat(40)},not-fetched.env`);

  const ran = join(folder, 'ran');
  const program = join(folder, 'evil.sh');
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${ran}'\ncat\n`);
  chmodSync(program, 0o755);
  for (const key of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'diff.external', 'diff.evil.command', 'diff.evil.textconv'])
    git('config', key, program);
  for (const key of ['filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'gpg.program', 'core.alternateRefsCommand'])
    git('config', key, program);
  git('config', 'log.showSignature', 'true');
  git('config', 'diff.orderFile', '/nowhere');
  git('config', 'remote.origin.url', `ext::${program}`);
  git('config', 'remote.origin.promisor', 'true');
  git('config', 'core.hooksPath', folder);

  const opened = openGit(folder, env);
  const staged = await scanStaged(opened, {});
  assert.deepEqual(places(staged.findings), ['.env:2']);
  assert.deepEqual(
    staged.skipped.map(({ file }) => file),
    ['not-fetched.env'],
  );
  assert.deepEqual(places((await scanHistory(opened, {})).findings), ['.env:1']);
  assert.ok(!existsSync(ran));
});

test('history: commits that a graft or a replacement hides are looked at', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('gone.env', token('hidden'));
  commit();
  git('rm', '--quiet', 'gone.env');
  const head = commit();
  for (const hide of [() => write('.git/info/grafts', `${head}\n`), () => git('replace', '--graft', 'HEAD')]) {
    hide();
    assert.deepEqual(places((await scanHistory(openGit(folder, env), {})).findings), ['gone.env:1']);
    writeFileSync(join(folder, '.git/info/grafts'), '');
  }
});

test('how the environment wants paths to be read means nothing for those of a scan', async (t) => {
  const { folder, env, write, git } = repository(t);
  write('[a].env', token('literal'));
  git('add', '--all');
  for (const name of ['GIT_GLOB_PATHSPECS', 'GIT_NOGLOB_PATHSPECS', 'GIT_ICASE_PATHSPECS']) {
    const opened = openGit(folder, { ...env, [name]: '1' });
    assert.deepEqual(places((await scanStaged(opened, { paths: ['[a].env'] })).findings), ['[a].env:1'], name);
  }
});

test('what git knows of one file: tracked, untracked or ignored, and since when each secret is in a commit', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('.gitignore', 'local.env\n');
  write('local.env', token('local'));
  write('shop.env', token('shop'));
  const first = commit();
  write('shop.env', `${token('later')}${token('shop')}`);
  write('new.env', token('new'));
  const opened = openGit(folder, env);
  const of = (name: string) => gitFacts(opened, name, new AbortController().signal);
  const shop = await of('shop.env');
  assert.equal(shop?.state, 'tracked');
  assert.deepEqual(
    [...shop.since.values()].map(({ commit: id, pushed }) => [id, pushed]),
    [[first, false]],
  );
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  assert.equal([...((await of('shop.env'))?.since.values() ?? [])][0]?.pushed, true);
  assert.equal((await of('local.env'))?.state, 'ignored');
  assert.deepEqual([(await of('new.env'))?.state, (await of('new.env'))?.since.size], ['untracked', 0]);
  assert.equal(await gitFacts(openGit('/', env), 'x', new AbortController().signal), undefined);
});

test('which of many files git ignores: by its own list of the repository and that of a person too, but none that it tracks', async (t) => {
  const { folder, env, write, git } = repository(t);
  const many = Array.from({ length: 250 }, (_, index) => `many/${index}.env`);
  for (const name of ['tracked.env', 'new.env', 'excluded [1].env', 'of-person.env', ...many]) write(name, '');
  write('.git/info/exclude', 'tracked.env\nexcluded*\nmany\n');
  write('.git/ignored-by-person', 'of-person.env\n');
  git('config', 'core.excludesFile', join(folder, '.git/ignored-by-person'));
  git('add', '--force', 'tracked.env');
  const ignored = await ignoredAmong(openGit(folder, env), [
    'tracked.env',
    'new.env',
    'excluded [1].env',
    'of-person.env',
    'gone.env',
    ...many,
  ]);
  assert.deepEqual([...(ignored ?? [])].sort(), ['excluded [1].env', 'of-person.env', ...many].sort());
  assert.equal(await ignoredAmong(openGit('/', env), ['x']), undefined);
});

test('what git tracks though the list of the repository itself names it is scanned', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  for (const name of ['tracked.txt', 'own.txt', 'of-ignore-file.txt']) write(name, token(name));
  write('.gitignore', 'of-ignore-file.txt\n');
  write('.git/info/exclude', 'tracked.txt\nown.txt\n.home\n');
  git('add', '--force', 'tracked.txt', 'of-ignore-file.txt');
  commit();
  const { findings } = await scan(['.'], { cwd: folder, tracked: trackedThoughIgnored(env, () => assert.fail()) });
  assert.deepEqual(places(findings), ['of-ignore-file.txt:1', 'tracked.txt:1']);
});

test('which files say what git ignores: those of a worktree and a submodule lie elsewhere, and a person may name theirs', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('a.txt', '');
  commit();
  const lists = (place: string, more: NodeJS.ProcessEnv = {}) => listsOfIgnored(openGit(place, env), place, { ...env, ...more });
  const usual = join(folder, '.home/.config/git/ignore');
  assert.deepEqual(await lists(folder), [join(folder, '.git/index'), join(folder, '.git/info/exclude'), usual]);
  git('worktree', 'add', '--quiet', 'beside');
  assert.deepEqual(await lists(join(folder, 'beside')), [
    join(folder, '.git/worktrees/beside/index'),
    join(folder, '.git/info/exclude'),
    usual,
  ]);
  assert.equal((await lists(folder, { XDG_CONFIG_HOME: '/settings' })).at(-1), '/settings/git/ignore');
  git('config', 'core.excludesFile', '~/of-person');
  assert.equal((await lists(folder)).at(-1), join(folder, '.home/of-person'));
  assert.deepEqual(await listsOfIgnored(openGit('/', env), '/', env), []);
});

test('git is named by an absolute path, and what it complains of is said', async (t) => {
  const { folder, env } = repository(t);
  assert.throws(() => openGit(folder, { ...env, PATH: '.' }), /git was not found on the PATH/);
  const failed = /^UserError: This folder lies in no git repository\./;
  await assert.rejects(openGit('/', env).run(['rev-parse', 'HEAD']), failed);
  assert.throws(() => openGit('/', env).runBlocking(['rev-parse', 'HEAD'], { mostBytes: 100 }), failed);
  const unread = { input: 'x\n'.repeat(1_000_000), mostBytes: 100 };
  assert.throws(() => openGit('/', env).runBlocking(['cat-file', '--batch'], unread), /This folder lies in no git repository/);

  const warns = { ...env, PATH: `${folder}:${env.PATH}` };
  writeFileSync(join(folder, 'git'), '#!/bin/sh\necho "warning: a home that may not be read\nfatal: the reason" >&2\nexit 128\n', {
    mode: 0o755,
  });
  await assert.rejects(openGit(folder, warns).run(['diff']), /git diff failed: the reason/);

  const killed = { ...env, PATH: `${folder}:${env.PATH}` };
  writeFileSync(join(folder, 'git'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
  await assert.rejects(openGit(folder, killed).run(['diff']), /git diff failed: SIGKILL/);
  assert.throws(() => openGit(folder, killed).runBlocking(['diff'], { mostBytes: 100 }), /git diff failed: SIGKILL/);
});

test('git that hangs is waited for once, whatever is asked of it after that', async (t) => {
  const { folder, env } = repository(t);
  const ran = join(folder, 'ran');
  writeFileSync(ran, '');
  const calls = () => readFileSync(ran, 'utf8').length; // on a busy machine it may be stopped before it has said that it runs
  const hanging = { ...env, PATH: `${folder}:${env.PATH}` };
  writeFileSync(join(folder, 'git'), `#!/bin/sh\nprintf x >> '${ran}'\nexec sleep 60\n`, { mode: 0o755 });
  const silent = /git \S+ failed: it said nothing for too long/;
  await assert.rejects(scanStaged(openGit(folder, hanging, 'of the folder', 500), {}), silent);
  assert.ok(calls() <= 1);
  const git = openGit(folder, hanging, 'of the folder', 500);
  await assert.rejects(git.run(['diff']), silent);
  await assert.rejects(scanHistory(git, {}), silent);
  assert.throws(() => git.runBlocking(['diff'], { mostBytes: 100 }), silent);
  assert.ok(calls() <= 2);
  assert.equal(openGit(folder, hanging).runBlocking(['diff'], { mostBytes: 100, longestMs: 100 }), undefined, 'who gives a limit goes on');
});

test('history: git may look through all commits for longer than it may be silent about anything else', async (t) => {
  const { folder, env, write, commit } = repository(t);
  write('a.env', token('long ago'));
  commit();
  const real = execFileSync('sh', ['-c', 'command -v git'], { env, encoding: 'utf8' }).trim();
  const slow = { ...env, PATH: `${folder}:${env.PATH}` };
  writeFileSync(join(folder, 'git'), `#!/bin/sh\ncase "$*" in *--topo-order*|*diff-tree*) sleep 2.5;; esac\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  assert.deepEqual(places((await scanHistory(openGit(folder, slow, 'of the folder', 2000), {})).findings), ['a.env:1']);
});

test('whoever reads slowly does not take it for git that hangs', async (t) => {
  const { folder, env, write, git } = repository(t);
  write('a', 'x'.repeat(1_000_000));
  const id = git('hash-object', '-w', 'a').trim();
  let [bytes, pieces] = [0, 0];
  for await (const piece of openGit(folder, env, 'of the folder', 1000).stream(['cat-file', 'blob', id])) {
    if (pieces++ === 0) await setTimeout(1500);
    bytes += piece.length;
  }
  assert.equal(bytes, 1_000_000);
});

test('git is waited for where it prints little; where it prints more, nothing is held', (t) => {
  const { folder, env, write, git } = repository(t);
  write('a', 'some content');
  const { runBlocking } = openGit(folder, env);
  const id = git('hash-object', '-w', 'a').trim();
  const read = (mostBytes: number) => runBlocking(['cat-file', '--batch'], { input: `${id}\n`, mostBytes })?.toString();
  assert.equal(read(100), `${id} blob 12\nsome content\n`);
  assert.equal(read(50), undefined);
});

test('staged: the halves of a key in two files are one key, also where one was committed before; only what is staged is reported', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  const { accessKeyId, secretAccessKey } = sampleKeyPair('staged');
  const [id, secret] = [`AWS_ACCESS_KEY_ID=${accessKeyId}\n`, `export default { secret: '${secretAccessKey}' };\n`];
  write('app/one.txt', id);
  write('app/config.js', secret);
  git('add', '--all');
  const opened = openGit(folder, env);
  const both = (await scanStaged(opened, {})).findings;
  assert.deepEqual(places(both), ['app/config.js:1', 'app/one.txt:1']);
  assert.deepEqual([both[0]?.pairedWith, both[1]?.pairedWith], [both[1]?.fingerprint, both[0]?.fingerprint]);

  git('rm', '--quiet', '--cached', 'app/config.js');
  git('commit', '--quiet', '--no-verify', '-m', 'the id alone');
  git('add', '--all');
  const one = await scanStaged(opened, {});
  assert.deepEqual([places(one.findings), one.findings[0]?.pairedWith, one.files], [['app/config.js:1'], both[1]?.fingerprint, 1]);

  commit();
  write('app/config.js', `\n${secret}`);
  git('add', '--all');
  const again = await scanStaged(opened, {});
  assert.deepEqual([again.findings.length, again.committedBefore], [0, 1], 'it was there before, in a pair or not');
});

test('history: the halves of a key in two files are one key where a commit that brings in one of them has both', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  const [first, second, third] = ['first', 'second', 'third'].map((name) => sampleKeyPair(name)) as [
    SampleKeyPair,
    SampleKeyPair,
    SampleKeyPair,
  ];
  const config = ({ secretAccessKey }: SampleKeyPair) => `export default { secret: '${secretAccessKey}' };\n`;
  write('a/one.txt', `AWS_ACCESS_KEY_ID=${first.accessKeyId}\n`);
  write('a/config.js', config(first));
  write('b/one.txt', `AWS_ACCESS_KEY_ID=${second.accessKeyId}\n`);
  const start = commit();
  write('b/config.js', config(second));
  const later = commit();
  write('c/one.txt', `AWS_ACCESS_KEY_ID=${third.accessKeyId}\n`);
  commit();
  git('rm', '--quiet', 'c/one.txt');
  commit();
  write('c/config.js', config(third));
  commit();
  const { findings } = await scanHistory(openGit(folder, env), {});
  const told = findings.map(({ file, commit: id, pairedWith }) => [
    file,
    id,
    findings.find(({ fingerprint }) => fingerprint === pairedWith)?.file,
  ]);
  assert.deepEqual(told.slice(0, 4).sort(), [
    ['a/config.js', start, 'a/one.txt'],
    ['a/one.txt', start, 'a/config.js'],
    ['b/config.js', later, 'b/one.txt'],
    ['b/one.txt', start, 'b/config.js'],
  ]);
  assert.deepEqual(
    told.slice(4).map(([file, , other]) => [file, other]),
    [['c/one.txt', undefined]],
    'a secret whose id was gone before it came is none by its name alone',
  );
});

test('history: every stash, a detached HEAD and a tag count; a bare repository has one too; of a shallow clone it is said', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('x.env', 'nothing\n');
  commit();
  for (const name of ['older', 'newer']) {
    write('x.env', token(name));
    git('stash', '--quiet');
  }
  git('checkout', '--quiet', '--detach');
  write('tag.env', token('tag'));
  commit();
  git('tag', 'v1');
  git('checkout', '--quiet', '--detach', 'main');
  write('detached.env', token('detached'));
  commit();
  const { findings, shallow } = await scanHistory(openGit(folder, env), {});
  assert.deepEqual([places(findings).sort(), shallow], [['detached.env:1', 'tag.env:1', 'x.env:1', 'x.env:1'], false]);

  git('clone', '--quiet', '--bare', '.', '.home/bare');
  assert.deepEqual(places((await scanHistory(openGit(join(folder, '.home/bare'), env), {})).findings).sort(), [
    'detached.env:1',
    'tag.env:1',
  ]);
  git('clone', '--quiet', '--depth', '1', '--branch', 'v1', `file://${folder}`, '.home/shallow');
  const short = await scanHistory(openGit(join(folder, '.home/shallow'), env), {});
  assert.deepEqual([places(short.findings), short.commits, short.shallow], [['tag.env:1'], 1, true]);
});

test('a partial clone: what is here of its history is looked at and the rest counted, and what is staged too; nothing is fetched', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  git('config', 'uploadpack.allowFilter', 'true');
  const { accessKeyId, secretAccessKey } = sampleKeyPair('partial');
  write('old.env', token('old'));
  write('keys.js', `const secret = '${secretAccessKey}';\n`);
  write('in/old.env', token('old in'));
  commit();
  const clone = (filter: string, name: string) => {
    git('clone', '--quiet', '--no-checkout', `--filter=${filter}`, `file://${folder}`, name);
    return openGit(join(folder, name), env);
  };
  const withoutFiles = clone('blob:none', '.home/files');
  const inClone = (...args: readonly string[]) => git('-C', '.home/files', ...args).trim();
  inClone('read-tree', 'HEAD');
  write('.home/files/old.env', token('new'));
  write('.home/files/id.txt', `id = ${accessKeyId}\n`); // the other half may stand in a file beside it
  inClone('add', 'old.env', 'id.txt');
  assert.deepEqual(places((await scanStaged(withoutFiles, {})).findings), ['id.txt:1', 'old.env:1']);
  // git commit would fetch what it compares
  inClone('update-ref', 'refs/heads/more', inClone('commit-tree', '-p', 'HEAD', '-m', 'more', inClone('write-tree', '--missing-ok')));
  const { findings, skipped } = await scanHistory(withoutFiles, {});
  assert.deepEqual(places(findings), ['id.txt:1', 'old.env:1']);
  assert.deepEqual(
    skipped.map(({ file, kind }) => `${file} ${kind}`),
    ['in/old.env absent', 'keys.js absent', 'old.env absent'],
  );

  const partial = /as this is a partial clone. Fetch all of it: git fetch --refetch --no-filter/;
  await assert.rejects(scanHistory(clone('tree:0', '.home/folders'), {}), partial);
});

test('a partial clone with a submodule, whose .gitmodules is not here', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  git('config', 'uploadpack.allowFilter', 'true');
  write('old.env', token('old'));
  const first = commit();
  write('.gitmodules', '[submodule "library"]\n\tpath = library\n\turl = https://example.com/library.git\n');
  git('update-index', '--add', '--cacheinfo', `160000,${first},library`);
  git('add', '.gitmodules');
  git('commit', '--quiet', '-m', 'a submodule');
  git('clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${folder}`, '.home/clone');
  const { skipped } = await scanHistory(openGit(join(folder, '.home/clone'), env), {});
  assert.deepEqual(
    skipped.map(({ file, kind }) => `${file} ${kind}`),
    ['old.env absent', '.gitmodules absent'],
  );
  git('-C', '.home/clone', 'read-tree', 'HEAD');
  assert.deepEqual((await scanStaged(openGit(join(folder, '.home/clone'), env), {})).findings, []);
});

test('history: a commit whose author date cannot be read has the date of its committer', async (t) => {
  const { folder, env, write, git, commit } = repository(t);
  write('good.env', token('good'));
  const good = commit();
  write('odd.env', token('odd'));
  git('add', '--all');
  const lines = [
    `tree ${git('write-tree').trim()}`,
    `parent ${good}`,
    'author A <a@example.com>',
    'committer A <a@example.com> 1700000000 +0000',
  ];
  write('.home/commit', `${lines.join('\n')}\n\nodd\n`);
  const odd = git('hash-object', '-t', 'commit', '-w', '--literally', '.home/commit').trim();
  git('update-ref', 'refs/heads/main', odd);
  const { findings } = await scanHistory(openGit(folder, env), {});
  assert.deepEqual(
    findings.map(({ file, commit: id }) => [file, id]),
    [
      ['good.env', good],
      ['odd.env', odd],
    ],
  );
  assert.equal(findings[1]?.date, '2023-11-14T22:13:20+00:00');
});

test('a hook of one repository that asks about another one is told of that, whatever git has set for the hook', async (t) => {
  const outer = repository(t);
  outer.write('outer.env', token('outer'));
  outer.commit();
  const { folder, env, write, git } = repository(t);
  write('.gitignore', '.env\n');
  write('.env', token('inner'));
  git('add', '--force', '.env');
  const own = join(outer.folder, '.git');
  const inHook = { ...env, GIT_DIR: own, GIT_WORK_TREE: outer.folder, GIT_INDEX_FILE: join(own, 'index'), GIT_PREFIX: '' };
  assert.deepEqual(trackedThoughIgnored(inHook, () => assert.fail())(folder), ['.env']);
  assert.deepEqual(places((await scanHistory(openGit(folder, inHook, 'of the environment'), {})).findings), ['outer.env:1']);
});

test('a repository whose own list of ignored files is a pipe that nobody writes to holds nothing up', {
  skip: process.platform === 'win32' && 'needs mkfifo',
}, (t) => {
  const { folder, env, write, git } = repository(t);
  write('.gitignore', '.env\n');
  write('.env', token('kept'));
  git('add', '--force', '.env');
  mkdirSync(join(folder, '.git/info'), { recursive: true });
  rmSync(join(folder, '.git/info/exclude'), { force: true });
  execFileSync('mkfifo', [join(folder, '.git/info/exclude')]);
  assert.deepEqual(trackedThoughIgnored(env, () => assert.fail())(folder), ['.env']);
});

test('git that does not end in one repository has little time in the next ones, of which there may be a thousand', (t) => {
  const { folder, env, write } = repository(t);
  writeFileSync(join(folder, 'git'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  const told: string[] = [];
  const tracked = trackedThoughIgnored({ ...env, PATH: `${folder}:${env.PATH}` }, (reason) => told.push(format(reason)), 3000);
  const began = performance.now();
  for (const name of ['a', 'b', 'c', 'd']) {
    write(`${name}/.git/HEAD`, 'ref: refs/heads/main\n');
    assert.deepEqual(tracked(join(folder, name)), []);
  }
  assert.ok(performance.now() - began < 3 * 3000);
  assert.equal(told.length, 1);
});

test('which files git tracks though an ignore file names them: a folder where git says nothing stands for itself alone', (t) => {
  const { folder, env, write, git } = repository(t);
  write('.gitignore', '.env\n');
  write('z/.env', token('kept'));
  git('add', '--force', 'z/.env');
  write('a/.git', 'gitdir: /nonexistent\n');
  const told: string[] = [];
  const tracked = trackedThoughIgnored(env, (reason) => told.push(format(reason)));
  assert.deepEqual([tracked(join(folder, 'a')), tracked(join(folder, 'a')), tracked(folder)], [[], [], ['z/.env']]);
  assert.equal(told.length, 1);
});
