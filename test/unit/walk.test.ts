import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decode, unmarkedUtf16 } from '../../src/files/decode.ts';
import { Exclusions, OwnIgnoreFiles } from '../../src/files/ignore-files.ts';
import { type WalkOptions, walk } from '../../src/files/walk.ts';

/** A folder of these files, removed after the test. */
function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'keystow-walk-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

const names = (cwd: string, paths: string[], options: Partial<WalkOptions> = {}) =>
  [...walk(paths, { cwd, ...options })].map(({ path, file }) => {
    assert.equal(relative(cwd, path).replaceAll('\\', '/'), file);
    return file;
  });

test('nested ignore files with negation, as git reads them', (t) => {
  const cwd = folder(t, {
    '.gitignore': '*.log\nbuild/*\n!build/keep\n/rooted.txt\nx\n# comment\n\\#hash\nsub/only.txt\n',
    'sub/.gitignore': '!a.log\n!x\n/own.txt\nb/skip.txt\n',
    'sp [x]/.gitignore': 'q.txt\n/in/w.txt\n',
    ...Object.fromEntries(
      [
        ...['r.log', 'rooted.txt', 'a/rooted.txt', 'build/z', 'build/keep/k', 'sub/a.log', 'sub/b.log', 'sub/x/f', 'x/f', 'sub/own.txt'],
        ...[
          'sub/only.txt',
          'sub/b/skip.txt',
          '#hash',
          'sp [x]/q.txt',
          'sp [x]/in/q.txt',
          'sp [x]/in/w.txt',
          'sp [x]/in/v.txt',
          '.git/config',
        ],
      ].map((name) => [name, '']),
    ),
  });
  assert.deepEqual(names(cwd, ['.']), [
    '.gitignore',
    'a/rooted.txt',
    'build/keep/k',
    'sp [x]/.gitignore',
    'sp [x]/in/v.txt',
    'sub/.gitignore',
    'sub/a.log',
    'sub/x/f',
  ]);
});

test('.keystowignore counts too, with the last word', (t) => {
  const cwd = folder(t, { '.gitignore': '.env\n', '.keystowignore': '!.env\nfixtures/\n', '.env': '', 'fixtures/f': '', f: '' });
  assert.deepEqual(names(cwd, ['.']), ['.env', '.gitignore', '.keystowignore', 'f']);
  assert.deepEqual(names(cwd, ['.'], { noIgnore: true }), ['.env', '.gitignore', '.keystowignore', 'f', 'fixtures/f']);
});

test('a named path is walked though excluded; below it only the ignore files inside it count; each file once', (t) => {
  const cwd = folder(t, { '.gitignore': 'dist\n.env\n', '.env': '', 'dist/a': '', 'dist/p/b': '', 'dist/p/.gitignore': 'b\n', c: '' });
  assert.deepEqual(names(cwd, ['.env', 'dist', 'dist/a', '.']), ['.env', 'dist/a', 'dist/p/.gitignore', '.gitignore', 'c']);
});

test('the ignore files above a named folder count too, up to the top of its repository, unless they exclude the folder itself', (t) => {
  const files = {
    '.gitignore': 'below\n',
    'repo/.git/HEAD': '',
    'repo/.gitignore': '*.log\n/sub/rooted\n/dist\n.env\n',
    'repo/.keystowignore': 'fixtures/\n!kept.log\n',
    'repo/dist/a.log': '',
    'repo/sub/.gitignore': '!b.log\n',
    ...Object.fromEntries(
      ['.env', 'a.log', 'b.log', 'kept.log', 'rooted', 'in/rooted', 'fixtures/f', 'below'].map((name) => [`repo/sub/${name}`, '']),
    ),
  };
  const cwd = folder(t, files);
  const left = ['.gitignore', 'b.log', 'below', 'in/rooted', 'kept.log'];
  const repository = join(cwd, 'repo');
  assert.deepEqual(names(join(repository, 'sub'), ['.']), left);
  for (const path of ['sub', join(repository, 'sub')]) {
    assert.deepEqual(
      names(repository, [path]),
      left.map((name) => `sub/${name}`),
    );
  }
  const [env] = [...walk(['.'], { cwd: join(repository, 'sub'), evenIgnored: (name) => name === '.env' })];
  assert.deepEqual([env?.file, env?.ignored], ['.env', true]);
  assert.deepEqual(
    [...walk(['..'], { cwd: join(repository, 'sub/in') })].map(({ path }) => relative(join(repository, 'sub'), path)),
    left,
  );
  assert.deepEqual(names(repository, ['dist']), ['dist/a.log']);
  assert.deepEqual(names(join(repository, 'dist'), ['.']), ['a.log']);
  assert.ok(names(join(repository, 'sub'), ['.'], { noIgnore: true }).includes('a.log'));
});

test('a pattern that would take for ever excludes nothing, and those beside it do', (t) => {
  const [deep, long] = [`${'a/'.repeat(60)}f`, 'a'.repeat(200)];
  const patterns = [`${'**/a/'.repeat(12)}b`, `${'*a'.repeat(12)}b`, '*.log'];
  const cwd = folder(t, { [deep]: '', [long]: '', 'a.log': '', '.gitignore': `${patterns.join('\n')}\n` });
  assert.deepEqual(names(cwd, ['.']), ['.gitignore', deep, long]);
  assert.deepEqual(names(cwd, ['.'], { exclude: patterns, noIgnore: true }), ['.gitignore', deep, long]);
});

test('an ignore file that cannot be read excludes nothing', { skip: process.platform === 'win32' }, (t) => {
  const cwd = folder(t, { 'a.log': '', '.gitignore': '', 'sub/.keystowignore': '' });
  for (const name of ['.gitignore', 'sub/.keystowignore']) truncateSync(join(cwd, name), 100 * 1024 ** 2); // nobody wrote so much by hand; root may read all else
  assert.deepEqual(names(cwd, ['.']), ['.gitignore', 'a.log', 'sub/.keystowignore']);
});

test('what git tracks is walked whatever .gitignore says of it, in each repository as it says itself; .keystowignore has the last word', (t) => {
  const cwd = folder(t, {
    '.gitignore': '.env\nbuild/\nfixtures/\n',
    '.keystowignore': 'fixtures/\n',
    ...Object.fromEntries(['.env', 'build/deep/a.js', 'build/b.js', 'fixtures/f', 'c'].map((name) => [name, ''])),
    'module/.git': '',
    'module/.gitignore': '*.log\n',
    'module/in/a.log': '',
    'module/b.log': '',
  });
  const asked: string[] = [];
  const tracked = (path: string) => {
    asked.push(relative(cwd, path));
    return path === cwd ? ['.env', 'build/deep/a.js', 'fixtures/f', 'module/b.log'] : ['in/a.log'];
  };
  const found = [...walk(['.'], { cwd, tracked, evenIgnored: (name) => name === '.env' })];
  const left = ['.env', '.gitignore', '.keystowignore', 'build/deep/a.js', 'c', 'module/.gitignore', 'module/in/a.log'];
  assert.deepEqual(
    found.map(({ file, ignored }) => (ignored ? `${file} ignored` : file)),
    left,
  );
  assert.deepEqual(asked, ['', 'module']);
  assert.deepEqual(names(join(cwd, 'module/in'), ['.'], { tracked: () => ['a.log'] }), ['a.log']);
  assert.deepEqual(names(cwd, ['c'], { tracked: () => assert.fail('nothing is excluded') }), ['c']);
});

test('what a repository keeps for itself excludes too, before each .gitignore, in a worktree and a submodule as well', (t) => {
  const cwd = folder(t, {
    '.git/info/exclude': '# its own\nnotes/\n*.log\n.env\n',
    '.gitignore': '!kept.log\n',
    'in/.gitignore': '!deep.log\n',
    ...Object.fromEntries(['.env', 'a.log', 'kept.log', 'notes/n', 'in/deep.log', 'in/b.log', 'in/c'].map((name) => [name, ''])),
    'beside/.git': 'gitdir: ../.git/worktrees/beside\n',
    '.git/worktrees/beside/commondir': '../..\n',
    'beside/d.log': '',
    'beside/e': '',
    'module/.git': 'gitdir: ../.git/modules/module\n',
    '.git/modules/module/info/exclude': 'f\n',
    'module/f': '',
    'module/g': '',
    'module/in/f': '',
  });
  const tracked = () => [];
  assert.deepEqual(names(join(cwd, 'beside'), ['.'], { tracked }), ['e']);
  assert.deepEqual(names(join(cwd, 'module'), ['.'], { tracked }), ['g']);
  assert.deepEqual(names(join(cwd, 'in'), ['.']), ['.gitignore', 'c', 'deep.log']);
  const left = ['.env ignored', '.gitignore', 'beside/e', 'in/.gitignore', 'in/c', 'in/deep.log', 'kept.log', 'module/g'];
  const all = [...walk(['.'], { cwd, tracked, evenIgnored: (name) => name === '.env' })];
  assert.deepEqual(
    all.map(({ file, ignored }) => (ignored ? `${file} ignored` : file)),
    left,
  );
  assert.ok(names(cwd, ['.'], { noIgnore: true }).includes('notes/n'));
});

test('outside of a repository those of the folder that the command is run in count', (t) => {
  const cwd = folder(t, { '.keystowignore': 'f\n', 'a/b/f': '', 'a/b/g': '' });
  assert.deepEqual(names(cwd, ['a/b']), ['a/b/g']);
  assert.deepEqual(names(join(cwd, 'a/b'), ['.']), ['f', 'g']);
});

test('whoever asks for many files reads each ignore file once; whoever asks anew has what they say then', (t) => {
  const cwd = folder(t, { '.keystowignore': '*.log\n', 'in/.keystowignore': '!kept.log\n' });
  const asked = (exclusions: Exclusions) => ['a.log', 'in/kept.log', 'in/b.txt'].filter((file) => exclusions.leaveOut(cwd, file, []));
  const exclusions = new Exclusions();
  assert.deepEqual(asked(exclusions), ['a.log']);
  rmSync(join(cwd, 'in/.keystowignore'));
  assert.deepEqual(asked(exclusions), ['a.log']);
  assert.deepEqual(asked(new Exclusions()), ['a.log', 'in/kept.log']);
});

test('one file by itself is excluded as it is in a walk', (t) => {
  const files = {
    '.keystowignore': '*.log\n!keep.log\n/rooted\nlib/\n',
    'a.log': '',
    'keep.log': '',
    rooted: '',
    'in/rooted': '',
    'in/b.log': '',
  };
  const more = {
    'lib/x': '',
    'in/lib/y': '',
    'sub/.keystowignore': '!a.log\nown\n',
    'sub/a.log': '',
    'sub/own': '',
    'sub/in/own': '',
    z: '',
  };
  const named = Object.fromEntries(Object.entries({ ...files, ...more }).map(([name, content]) => [`in a folder/${name}`, content]));
  const cwd = join(folder(t, named), 'in a folder');
  const agree = (exclude: readonly string[] = []) => {
    const walked = new Set(names(cwd, ['.'], { exclude }));
    const exclusions = new Exclusions();
    for (const file of Object.keys({ ...files, ...more })) assert.equal(exclusions.leaveOut(cwd, file, exclude), !walked.has(file), file);
    return walked.size;
  };
  const size = agree();
  assert.ok(agree(['z', '/in']) < size);

  mkdirSync(join(dirname(cwd), '.git'));
  const above = join(dirname(cwd), '.keystowignore');
  writeFileSync(above, `own\n/${basename(cwd)}/sub/in\nz\n`);
  assert.ok(agree() < size);
  writeFileSync(above, `z\n${basename(cwd)}/\n`);
  assert.equal(agree(), size, 'the folder itself is excluded, and was opened all the same');
});

test('a name in an object of git that somebody made by hand is left out by no file, where it leads out of the repository', (t) => {
  const root = folder(t, { '.keystowignore': '*\n', 'top/.keystowignore': '*.env\n' });
  const own = new OwnIgnoreFiles(join(root, 'top'), false);
  assert.equal(own.ignore('a.env'), true);
  for (const name of ['/a.env', '../a.env', 'sub/../../a.env', '..']) assert.equal(own.ignore(name), false, name);
});

test('case decides, unless the file system knows none', (t) => {
  const cwd = folder(t, { '.gitignore': 'BUILD\n', 'build/f': '' });
  assert.deepEqual(names(cwd, ['.']), ['.gitignore', 'build/f']);
  assert.deepEqual(names(cwd, ['.'], { ignoreCase: true }), ['.gitignore']);
});

test('symbolic links below a path are not followed, a named one is', (t) => {
  const cwd = folder(t, { 'in/f': '', 'out/secret': '' });
  symlinkSync('..', join(cwd, 'in/loop'));
  symlinkSync('../out', join(cwd, 'in/out'));
  symlinkSync('../out/secret', join(cwd, 'in/link'));
  assert.deepEqual(names(cwd, ['in']), ['in/f']);
  assert.deepEqual(names(cwd, ['in/out']), ['in/out/secret']);
});

test('a path that does not exist is said', () => {
  assert.throws(() => [...walk(['nowhere'], { cwd: tmpdir() })], { name: 'UserError', message: /no file or folder nowhere/ });
});

test('bytes to text: UTF-8 and UTF-16 without their marks; anything else says why', () => {
  const text = 'a é 😀\n';
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  assert.deepEqual(decode(Buffer.from(text)), { text });
  assert.deepEqual(decode(Buffer.from(`\ufeff${text}`)), { text });
  assert.deepEqual(decode(little), { text });
  assert.deepEqual(decode(Buffer.from(little).swap16()), { text });
  assert.deepEqual(decode(new Uint8Array()), { text: '' });
  const reason = (bytes: Buffer) => (decode(bytes) as { skipped: { text: string } }).skipped.text;
  assert.equal(reason(Buffer.from('a\0b')), 'binary');
  assert.equal(reason(Buffer.from([0x61, 0xe9, 0x62])), 'neither UTF-8 nor UTF-16');
  assert.equal(reason(little.subarray(0, -1)), 'not valid UTF-16');
  const wide = Buffer.from(Uint32Array.from(`\ufeff${text}`, (sign) => sign.codePointAt(0)!).buffer);
  assert.equal(reason(wide), 'binary', 'UTF-32, whose mark begins as that of UTF-16');
  assert.equal(unmarkedUtf16(Buffer.from('some text', 'utf16le')), 'utf-16le');
  assert.equal(unmarkedUtf16(Buffer.from('some text', 'utf16le').swap16()), 'utf-16be');
  assert.equal(unmarkedUtf16(Buffer.from([1, 0, 0, 0, 2, 0, 0, 0])), undefined);
  assert.equal(unmarkedUtf16(Buffer.alloc(8)), undefined);
});

test('the list of a repository that lies elsewhere is read only where the repository is trusted: its path may be one of another machine', (t) => {
  const cwd = folder(t, {
    'elsewhere/info/exclude': 'left.txt\n',
    'led/.git': 'gitdir: ../elsewhere\n',
    'led/left.txt': '',
    'shared/.git/commondir': '../../elsewhere\n',
    'shared/left.txt': '',
  });
  for (const name of ['led', 'shared']) {
    assert.ok(names(join(cwd, name), ['.']).includes('left.txt'), name);
    assert.ok(!names(join(cwd, name), ['.'], { tracked: () => [] }).includes('left.txt'), name);
  }
});
