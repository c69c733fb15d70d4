// `keystow scan` as a person or a script runs it: the built command in a folder of its own.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tgzOf, zipOf } from '../archives.ts';
import { repository } from '../git-repository.ts';
import { sampleGitHubToken, samplePrivateKey } from '../sample-keys.ts';

/** A repository, and the command in it, with a home of its own. */
function project(t: TestContext) {
  const repo = repository(t);
  const home = mkdtempSync(join(tmpdir(), 'keystow-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const env = { ...repo.env, HOME: home, XDG_RUNTIME_DIR: home };
  const scan = (args: readonly string[] = [], input: string | Uint8Array = '', below = '.') => {
    const done = spawnSync(process.execPath, [resolve('dist/cli.js'), 'scan', ...args], {
      cwd: join(repo.folder, below),
      env,
      encoding: 'utf8',
      input,
    });
    return { ...done, places: done.stdout.split('\n').flatMap((line) => /^(.+:\d+:\d+): /.exec(line)?.[1] ?? []) };
  };
  return { ...repo, env, scan };
}

const line = (name: string) => `token = ${sampleGitHubToken(name)}\n`;

test('archives and notebooks are looked into where that is asked for; else a line says that they were not', async (t) => {
  const { write, scan, git } = project(t);
  write('app.jar', zipOf({ name: 'x.properties', content: line('jar') }));
  write('b.tgz', await tgzOf({ name: 'etc/y.env', content: line('tgz') }));
  write('logo.png', Buffer.from([0x89, 0x50, 0, 0]));
  const cell = { cell_type: 'code', source: ['import os\n', `t = "${sampleGitHubToken('cell')}"\n`] };
  write('n.ipynb', JSON.stringify({ cells: [cell] }, null, 1));

  const plain = scan();
  assert.deepEqual([plain.status, plain.places], [1, ['n.ipynb:7:12']]);
  assert.match(
    plain.stderr,
    /^skipped, binary: logo\.png\nskipped, archives, which --archives looks into: app\.jar and 1 more\n1 found in 1 file, 1 KB, \d+\.\d s\n$/,
  );

  for (const more of [[], ['--threads', '2']]) {
    const asked = scan(['--archives', '--notebooks', ...more]);
    assert.deepEqual([asked.status, asked.places], [1, ['app.jar!x.properties:1:9', 'b.tgz!etc/y.env:1:9', 'n.ipynb:7:12']]);
    assert.match(asked.stdout, /\], in cell 1, line 2\n/);
    assert.match(asked.stderr, /^skipped, binary: logo\.png\n3 found in 3 files, /);
  }
  const json = JSON.parse(scan(['--archives', '--format', 'json', 'app.jar']).stdout);
  assert.deepEqual([json[0].file, json[0].archive, json[0].line], ['app.jar!x.properties', 'app.jar', 1]);
  const [{ results }] = JSON.parse(scan(['--archives', '--format', 'sarif', 'app.jar']).stdout).runs;
  assert.equal(results[0].locations[0].physicalLocation.artifactLocation.uri, 'app.jar');

  git('add', '--all');
  assert.deepEqual(scan(['--staged', '--archives']).places, ['app.jar!x.properties:1:9', 'b.tgz!etc/y.env:1:9', 'n.ipynb:7:12']);
  git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'all');
  assert.deepEqual(scan(['--history', '--archives']).places.sort(), ['app.jar!x.properties:1:9', 'b.tgz!etc/y.env:1:9', 'n.ipynb:7:12']);
  const piped = zipOf({ name: 'z.env', content: line('piped') });
  assert.deepEqual(scan(['--stdin', 'in.zip', '--archives'], piped).places, ['in.zip!z.env:1:9']);
  assert.equal(scan(['--stdin', 'in.zip'], piped).status, 0);
});

test('a file that is named is looked at also where it is large; one that could not be looked at is no clean one', (t) => {
  const { write, scan, folder } = project(t);
  write('dump.sql', Buffer.concat([Buffer.from(line('dump')), Buffer.alloc(11_000_000, 'x\n')]));
  assert.deepEqual([scan().status, scan(['.']).status], [0, 0], 'only named as too large');
  for (const more of [[], ['--threads', '2']]) {
    const { status, places } = scan(['dump.sql', ...more]);
    assert.deepEqual([status, places], [1, ['dump.sql:1:9']]);
  }
  write('small.txt', 'nothing\n');
  write('logo.png', Buffer.from([0x89, 0x50, 0, 0]));
  assert.equal(scan(['small.txt', 'logo.png']).status, 0);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const { status, stderr } = scan(['small.txt', 'pipe']);
  assert.deepEqual([status, /^pipe: skipped, not a regular file$/m.test(stderr)], [2, true]);
});

test('a path that may not be looked at, or leads in a circle, is said to be unreadable, and is no clean one', (t) => {
  const { write, scan, folder } = project(t);
  symlinkSync('circle', join(folder, 'circle'));
  write('a.env', line('a'));
  write('plain.txt', 'nothing\n');

  const circle = scan(['circle']);
  assert.deepEqual([circle.status, circle.places], [2, []]);
  assert.match(circle.stderr, /^circle: skipped, not readable \(ELOOP\)\n0 found in 0 files, /);
  const both = scan(['circle', 'a.env']);
  assert.deepEqual([both.status, both.places], [1, ['a.env:1:9']]);
  const long = 'x'.repeat(300);
  assert.match(scan([long]).stderr, new RegExp(`^${long}: skipped, not readable \\(ENAMETOOLONG\\)\n`));

  assert.equal(scan(['--stdin', `${long}/a.env`], 'nothing\n').status, 0);
  const baseline = scan(['--write-baseline', `circle/b.jsonl`, 'a.env']);
  assert.equal(baseline.status, 2);
  assert.match(baseline.stderr, /^keystow: The symbolic links of .*circle\/b\.jsonl lead in a circle\./m);
});

test('a pipe in the place of an AWS file, which nobody writes to, holds no scan up', {
  skip: process.platform === 'win32' && 'no pipes have names there',
}, (t) => {
  const { write, env, folder } = project(t);
  write('a.env', line('a'));
  const pipe = join(env.HOME!, '.aws', 'credentials');
  mkdirSync(dirname(pipe));
  execFileSync('mkfifo', [pipe]);
  const done = spawnSync(process.execPath, [resolve('dist/cli.js'), 'scan'], { cwd: folder, env, encoding: 'utf8', timeout: 20_000 });
  assert.equal(done.status, 1);
  assert.ok(done.stderr.startsWith(`${pipe} is a pipe, `), done.stderr);
});

test('a disk that is full is told in a line', {
  skip: process.platform === 'linux' ? false : 'only Linux has a file that is always full',
}, (t) => {
  const { write, env, folder } = project(t);
  write('a.env', line('a'));
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));
  const done = spawnSync(process.execPath, [resolve('dist/cli.js'), 'scan'], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', full, 'pipe'],
  });
  assert.equal(done.status, 2);
  assert.match(done.stderr, /^keystow: ENOSPC: no space left on device, write\n$/);
});

test('an archive that is named is no clean one where a file in it could not be looked at', (t) => {
  const { write, scan } = project(t);
  const locked = zipOf({ name: 'b.env', content: line('b'), encrypted: true });
  write('locked.zip', locked);
  write('picture.zip', zipOf({ name: 'logo.png', content: Buffer.from([0x89, 0x50, 0, 0]) }));
  const exit = (args: readonly string[], input?: Uint8Array) => scan(['--archives', ...args], input).status;
  assert.deepEqual([exit(['locked.zip']), exit(['--stdin', 'x.zip'], locked)], [2, 2]);
  assert.deepEqual([exit(['picture.zip']), exit([])], [0, 0]);
});

test('an archive that cannot be looked into is said to be one, also where that is asked for', (t) => {
  const { write, scan } = project(t);
  write('a.tar.xz', Buffer.from('\xfd7zXZ\0\0\x04', 'latin1'));
  write('b.7z', Buffer.from('7z\xbc\xaf\x27\x1c\0\x04', 'latin1'));
  for (const more of [[], ['--archives']]) {
    assert.match(
      scan(more).stderr,
      /^skipped, archives of other kinds, which nothing here looks into \(bzip2, xz, zstd, 7z, rar\): a\.tar\.xz and 1 more\n0 found /,
    );
  }
});

test('--help says what each option means', (t) => {
  const { scan } = project(t);
  const { status, stdout, stderr } = scan(['--help']);
  assert.deepEqual([status, stderr], [0, '']);
  const [usage = '', ...lines] = stdout.split('\n');
  const options = usage.match(/--[a-z-]+/g) ?? [];
  assert.ok(options.length > 10);
  for (const option of options)
    assert.ok(
      lines.some((one) => one.startsWith(`  ${option} `)),
      option,
    );
});

test('whether a folder elsewhere has a file among its tests, the path in that folder says', (t) => {
  const { write, scan } = project(t);
  write('src/main.js', '');
  write('tests/server/key.pem', samplePrivateKey());
  const told = (...args: readonly string[]) =>
    JSON.parse(scan([...args, '--format', 'json'], '', 'src').stdout).map(({ file, severity }: { file: string; severity: string }) => [
      file,
      severity,
    ]);
  for (const more of [[], ['--threads', '2']]) {
    assert.deepEqual(told('..', ...more), [['../tests/server/key.pem', 'information']]);
    assert.deepEqual(told('../tests', ...more), [['../tests/server/key.pem', 'error']]);
  }
});

test('without a verb, or with one that is none, the verbs are listed', (t) => {
  const { folder, env } = project(t);
  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return [status, /^ {2}keystow scan /m.test(stdout), /^ {2}keystow scan /m.test(stderr), stderr.split('\n')[0]];
  };
  for (const help of ['--help', '-h', 'help']) assert.deepEqual(run(help), [0, true, false, '']);
  assert.deepEqual(run(), [2, false, true, 'keystow: usage:']);
  assert.deepEqual(run('constructor'), [2, false, true, 'keystow: There is no verb constructor.']);
  for (const meant of ['scann', 'sacn', 'scn']) {
    assert.deepEqual(run(meant), [2, false, true, `keystow: There is no verb ${meant}. Did you mean scan?`]);
  }
});

test('--version names the version of the package', (t) => {
  const { folder, env } = project(t);
  const { stdout } = spawnSync(process.execPath, [resolve('dist/cli.js'), '--version'], { cwd: folder, env, encoding: 'utf8' });
  assert.equal(stdout, `keystow ${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
});

test('who asks for help and reads none of it is no error; a full disk is told in a line', { skip: process.platform === 'win32' }, (t) => {
  const { folder, env } = project(t);
  const help = (into: string) =>
    spawnSync('sh', ['-c', `"$0" "$1" scan --help ${into}`, process.execPath, resolve('dist/cli.js')], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
  assert.equal(help('| true').stderr, '');
  if (existsSync('/dev/full')) assert.match(help('> /dev/full').stderr, /^keystow: ENOSPC: .*\n$/);
});

test('what does not go together, or is no value of an option, is refused with the reason', (t) => {
  const { scan } = project(t);
  const refused: readonly (readonly [readonly string[], string])[] = [
    [['--stdin', 'a.env', '.'], '--stdin and a PATH do not go together'],
    [['--stdin='], '--stdin needs a name for the text'],
    [['--staged', '--history'], '--staged, --history and --stdin do not go together'],
    [['--reason', 'a test key'], '--reason goes with --write-baseline'],
    [['--format', 'xml'], '--format is text, json or sarif'],
    [['--threads', '0'], '--threads is a number from 1 to 64'],
    [['--threads', '-1'], "Option '--threads' argument is ambiguous\nusage: "],
    [['--archive'], "Unknown option '--archive'. Did you mean --archives?\nusage: "],
    [['--histroy'], "Unknown option '--histroy'. Did you mean --history?\nusage: "],
    [['--verbose'], "Unknown option '--verbose'\nusage: "],
    [['-'], 'What is piped in needs a name: --stdin NAME\nusage: '],
  ];
  for (const [args, reason] of refused) {
    const { status, stdout, stderr } = scan(args, line('piped'));
    assert.deepEqual([status, stdout], [2, '']);
    assert.ok(stderr.startsWith(`keystow: ${reason}`), stderr);
    assert.match(stderr, /^usage: keystow scan /m);
  }
});

test('a path that is neither here nor in the index or a commit is none, with --staged and --history too', (t) => {
  const { scan, git, write, commit, folder } = project(t);
  write('gone.env', line('gone'));
  commit();
  write('new.env', line('new'));
  git('add', 'new.env');
  for (const file of ['gone.env', 'new.env']) rmSync(join(folder, file));
  const exit = (...args: readonly string[]) => {
    const { status, stderr } = scan(args);
    return [status, /There is no file or folder nowhere\. Check its spelling\./.test(stderr)];
  };
  assert.deepEqual(exit('--staged', 'nowhere'), [2, true]);
  assert.deepEqual(exit('--history', 'nowhere'), [2, true]);
  assert.deepEqual(exit('--staged', 'gone.env'), [0, false]);
  assert.deepEqual(exit('--staged', 'new.env'), [1, false]);
  assert.deepEqual(exit('--history', 'gone.env'), [1, false]);
});

test('colours are for a terminal that can show them, and for none where NO_COLOR is set', {
  skip: process.platform !== 'linux' && 'script makes a terminal there',
}, (t) => {
  const { write, folder, env } = project(t);
  write('a.env', line('coloured'));
  const onTerminal = (more: NodeJS.ProcessEnv) => {
    const command = `"${process.execPath}" "${resolve('dist/cli.js')}" scan`;
    return spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, env: { ...env, ...more }, encoding: 'utf8' }).stdout;
  };
  assert.match(onTerminal({}), /^a\.env:1:9: \u001b\[31merror\u001b\[0m: /);
  for (const without of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) assert.match(onTerminal(without), /^a\.env:1:9: error: /);
});

test('how git merges a baseline is said only where its attributes do not say it: by a pattern, or above the folder, they may', (t) => {
  const { write, scan, folder } = project(t);
  write('sub/a.env', line('accepted'));
  const said = () => scan(['--write-baseline', 'accepted.jsonl'], '', 'sub').stderr.split('\n').slice(1, -1);
  const hint = ['so that git merges what two people add, put this line into .gitattributes: accepted.jsonl merge=union'];
  assert.deepEqual(said(), hint);
  write('.gitattributes', '*.jsonl merge=union\n');
  assert.deepEqual(said(), []);
  rmSync(join(folder, '.gitattributes'));
  mkdirSync(join(folder, '.gitattributes'));
  assert.deepEqual(said(), hint);
});

test('a baseline says when and why a finding was accepted', (t) => {
  const { write, scan, folder } = project(t);
  write('a.env', line('a'));
  assert.equal(scan(['--write-baseline', 'b.jsonl', '--reason', ' opens nothing ']).status, 0);
  const { date, reason } = JSON.parse(readFileSync(join(folder, 'b.jsonl'), 'utf8'));
  assert.deepEqual([/^\d{4}-\d\d-\d\d$/.test(date), reason], [true, 'opens nothing']);
  assert.equal(scan(['--baseline', 'b.jsonl']).status, 0);
});

test('what is accepted in an archive stays accepted', (t) => {
  const { write, scan } = project(t);
  write('a.zip', zipOf({ name: 'x.env', content: line('accepted') }));
  assert.match(scan(['--archives', '--write-baseline', '.keystow-baseline.jsonl']).stderr, /^1 found, 1 new in/m);
  const again = scan(['--archives']);
  assert.deepEqual([again.status, again.stdout], [0, '']);
  assert.match(again.stderr, /^1 accepted before, not shown$/m);
});

test('from a folder below the top, what is accepted of the index is accepted by the hook at the top too', (t) => {
  const { write, scan, git } = project(t);
  write('sub/a.env', line('below'));
  write('b.env', line('top'));
  git('add', '--all');
  const below = scan(['--staged'], '', 'sub');
  assert.deepEqual(below.places, ['../b.env:1:9', 'a.env:1:9']);
  assert.match(below.stderr, /^Keystow stops a commit .*\n.*: keystow scan --staged --write-baseline \.\.\/\.keystow-baseline\.jsonl$/m);
  for (const more of [['--staged', '--format', 'json'], ['--staged', '--format', 'sarif'], []])
    assert.doesNotMatch(scan(more).stderr, /Keystow stops/);
  assert.match(scan(['--staged', '--write-baseline', '../.keystow-baseline.jsonl'], '', 'sub').stderr, /^2 found, 2 new in/m);
  for (const folder of ['sub', '.']) {
    const { status, stderr } = scan(['--staged'], '', folder);
    assert.deepEqual([status, /^2 accepted before, not shown$/m.test(stderr)], [0, true]);
  }
});

test('a sub folder, the folder above and a path from elsewhere know the baseline and the ignore files of the repository', (t) => {
  const { write, scan, folder } = project(t);
  write('sub/in/a.env', line('below'));
  write('sub/b.log', line('log'));
  write('.gitignore', '*.log\n');
  assert.match(scan(['--write-baseline', '../.keystow-baseline.jsonl'], '', 'sub').stderr, /^1 found, 1 new in/m);
  const accepted = ([args, below]: readonly [readonly string[], string]) => {
    const { status, places, stderr } = scan(args, '', below);
    return [status, places, /^1 accepted before, not shown$/m.test(stderr)];
  };
  for (const one of [
    [[], '.'],
    [[], 'sub'],
    [['..'], 'sub/in'],
    [[folder], '../'],
    [['in/a.env'], 'sub'],
  ] as const)
    assert.deepEqual(accepted(one), [0, [], true]);
  assert.equal(scan(['--stdin', 'a.env'], line('below'), 'sub/in').status, 0);
  assert.deepEqual(scan(['--no-ignore'], '', 'sub').places, ['b.log:1:9', 'in/a.env:1:9']);
});

test('a folder that is named through a link, or lies below one, is that of its repository', (t) => {
  const { write, scan, folder } = project(t);
  write('repo/.gitignore', '.env\n');
  write('repo/.keystowignore', 'fixtures/\n');
  write('repo/sub/.env', line('tracked'));
  write('repo/sub/in/a.env', line('accepted'));
  write('repo/sub/fixtures/f.env', line('left out'));
  const repo = join(folder, 'repo');
  execFileSync('git', ['init', '--quiet', repo]);
  execFileSync('git', ['-C', repo, 'add', '--force', '.']);
  assert.equal(scan(['--write-baseline', '.keystow-baseline.jsonl', 'sub/in'], '', 'repo').status, 0);
  symlinkSync('repo/sub', join(folder, 'link'));
  symlinkSync('repo', join(folder, 'above'));
  for (const [path, below = '.'] of [['repo/sub'], ['link'], ['above/sub'], ['.', 'link'], [join(folder, 'link'), 'repo']] as const) {
    const { status, stdout, places, stderr } = scan([path], '', below);
    const told = [status, places.map((place) => basename(place)), /^1 accepted before/m.test(stderr), /: error: /.test(stdout)];
    assert.deepEqual(told, [1, ['.env:1:9'], true, true], `${path} in ${below}: ${stdout}${stderr}`);
  }
});

test('.keystowignore leaves out of the index and of the history what it leaves out of the files, but for what is named', (t) => {
  const { write, scan, git, commit } = project(t);
  write('.keystowignore', 'fixtures/\n');
  write('sub/.keystowignore', '/own.env\n');
  write('a.env', line('here'));
  write('test/fixtures/k.env', line('fixture'));
  write('sub/own.env', line('own'));
  const [none, all] = [['a.env:1:9'], ['a.env:1:9', 'sub/own.env:1:9', 'test/fixtures/k.env:1:9']];
  assert.deepEqual([scan().places, scan(['--no-ignore']).places], [none, all]);
  const agrees = (what: string) => {
    assert.deepEqual([scan([what]).places, scan([what, '--no-ignore']).places.sort()], [none, all]);
    assert.deepEqual(scan([what, 'test/fixtures', 'sub']).places, ['test/fixtures/k.env:1:9']);
    assert.deepEqual(scan([what, 'own.env', '.'], '', 'sub').places, ['own.env:1:9']);
  };
  git('add', '--all');
  agrees('--staged');
  commit();
  agrees('--history');
});

test('a file that git tracks is none that it ignores, whatever .gitignore says later; where git does not answer, a line says so', (t) => {
  const { write, scan, commit, folder, env } = project(t);
  write('.env', line('tracked'));
  write('build/x.js', line('built'));
  commit();
  write('.gitignore', '.env\nbuild/\n');
  write('sub/.env', line('ignored'));
  write('build/y.js', line('not tracked'));
  for (const more of [[], ['--threads', '2']]) {
    const { status, places, stdout } = scan(more);
    assert.deepEqual([status, places], [1, ['.env:1:9', 'build/x.js:1:9', 'sub/.env:1:9']]);
    assert.deepEqual(stdout.match(/^.*(?=:1:9: information.*, in a file that git ignores$)/gm), ['sub/.env']);
  }
  assert.deepEqual(scan([], '', 'build').places, ['x.js:1:9', 'y.js:1:9'], 'the folder itself is excluded, and was named all the same');

  const alone = spawnSync(process.execPath, [resolve('dist/cli.js'), 'scan'], { cwd: folder, env: { ...env, PATH: '' }, encoding: 'utf8' });
  assert.equal(alone.status, 0);
  assert.match(alone.stderr, /^What \.gitignore names is left out, as git does not say .*: git was not found on the PATH/m);
});

test('a bare repository has a history; git that refuses a folder says what to do', (t) => {
  const { write, scan, git, commit, folder } = project(t);
  write('a.env', line('bare'));
  commit();
  git('clone', '--quiet', '--bare', '.', '.home/bare');
  assert.deepEqual(scan(['--history'], '', '.home/bare').places, ['a.env:1:9']);
  if (process.getuid?.() !== 0) return; // only root can give a folder away
  chownSync(join(folder, '.git'), 65534, 65534);
  for (const what of ['--staged', '--history']) {
    const { status, stderr } = scan([what]);
    assert.deepEqual([status, /belongs to another user.*git config --global --add safe\.directory/.test(stderr)], [2, true], stderr);
  }
});

test('a history of which a file is missing is no clean one', (t) => {
  const { write, scan, git, commit, folder } = project(t);
  write('lost.txt', 'nothing\n');
  commit();
  const id = git('rev-parse', 'HEAD:lost.txt').trim();
  rmSync(join(folder, '.git/objects', id.slice(0, 2), id.slice(2)));
  const { status, stderr } = scan(['--history']);
  assert.deepEqual([status, stderr.split('\n')[0]], [2, 'lost.txt: skipped, git does not have its content']);
});

test('a partial clone of which not all could be looked at is told by the exit code of a history', (t) => {
  const { write, scan, git, commit, folder } = project(t);
  git('config', 'uploadpack.allowFilter', 'true');
  write('old.env', line('partial'));
  commit();
  git('clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${folder}`, '.home/partial');
  const { status, places, stderr } = scan(['--history'], '', '.home/partial');
  assert.deepEqual([status, places], [2, []], stderr);
  assert.match(stderr, /^skipped, not in this partial clone .*: old\.env$/m);
  assert.equal(scan(['--staged'], '', '.home/partial').status, 0);
});

test('the repository that the environment names is the one that is asked, as in a hook; names count from where the command is run', (t) => {
  const { git, write, folder } = project(t);
  write('sub/a.env', line('named'));
  git('add', '--all');
  const { folder: cwd, env } = project(t);
  const named = { ...env, GIT_DIR: join(folder, '.git'), GIT_WORK_TREE: folder };
  const { stdout } = spawnSync(process.execPath, [resolve('dist/cli.js'), 'scan', '--staged'], { cwd, env: named, encoding: 'utf8' });
  assert.ok(stdout.startsWith(`../${basename(folder)}/sub/a.env:1:9: `), stdout);
});

test('who reads no further, as head does, is no error', (t) => {
  const { write, env, folder } = project(t);
  for (let count = 0; count < 2000; count++) write(`${count}.env`, line('many'));
  const command = `"${process.execPath}" "${resolve('dist/cli.js')}" scan --format json | head -c 10`;
  const { stderr } = spawnSync('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
  assert.match(stderr, /^2000 found in 2000 files, .*\n$/);
});

test('a file may have any name: it is found, and says nothing to the terminal', (t) => {
  const { write, scan, folder, git } = project(t);
  const odd = ['new\nline.env', 'quo"te\'s.env', 'rtl\u202e\u200f.env', 'esc\u001b[31m.env', 'per%20cent#?.env'];
  for (const name of odd) write(name, line(name));
  const bytes = (...parts: readonly (string | number)[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(typeof part === 'string' ? part : [part])));
  const isLinux = process.platform === 'linux'; // elsewhere a name is a text
  const path = isLinux ? bytes(`${folder}/bad`, 0xff) : bytes(`${folder}/bad\ufffd`);
  mkdirSync(path);
  writeFileSync(Buffer.concat([path, isLinux ? bytes('/in', 0xfe, '.env') : bytes('/in\ufffd.env')]), line('bytes'));
  writeFileSync(join(folder, 'large\u001b[2J.txt'), Buffer.alloc(11_000_000, 'x'));
  const text = scan();
  assert.equal(text.places.length, odd.length + 1);
  assert.doesNotMatch(`${text.stdout}${text.stderr}`, /[\u0000-\u0009\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e]/);
  assert.match(text.stderr, /^large\ufffd\[2J\.txt: skipped, larger than 10 MB$/m);
  const files = JSON.parse(scan(['--format', 'json']).stdout).map(({ file }: { file: string }) => file);
  assert.deepEqual(files.sort(), [...odd, 'bad\ufffd/in\ufffd.env'].sort());
  const [{ results }] = JSON.parse(scan(['--format', 'sarif']).stdout).runs;
  const uris = results.map((one: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
    decodeURIComponent(one.locations[0]!.physicalLocation.artifactLocation.uri),
  );
  assert.deepEqual(uris.sort(), files);
  git('add', '--all');
  assert.equal(scan(['--staged']).places.length, odd.length + 1);
});
