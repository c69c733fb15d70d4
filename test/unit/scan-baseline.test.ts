import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Exclusions } from '../../src/files/ignore-files.ts';
import {
  addToBaseline,
  baselineOf,
  baselinesOf,
  namedBaseline,
  namesFrom,
  parseBaseline,
  readBaseline,
  takeFromBaseline,
} from '../../src/scan/baseline.ts';
import { baselineName } from '../../src/scan/baseline-names.ts';
import { scan } from '../../src/scan/files.ts';
import { repository } from '../git-repository.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

function project(t: TestContext): { cwd: string; write: (file: string, text: string) => void } {
  const cwd = mkdtempSync(join(tmpdir(), 'keystow-baseline-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  return { cwd, write: (file, text) => writeFileSync(join(cwd, file), text) };
}

const one = sampleGitHubToken('one');
const two = sampleGitHubToken('two');

test('what is accepted stays accepted when lines move and code is reformatted, and anything new is reported', async (t) => {
  const { cwd, write } = project(t);
  write('a.js', `const token = '${one}';\n`);
  const found = (await scan(['a.js'], { cwd })).findings;
  assert.equal((await addToBaseline(join(cwd, baselineName), found, '2026-11-24', 'a sample')).accepted.length, 1);
  const { accepts } = await baselineOf(cwd);
  write('a.js', `// moved\n\nconst token =\n    "${one}"\nconst other = '${two}';\n`);
  const { findings, accepted } = await scan(['a.js'], { cwd, accepts });
  assert.deepEqual([findings.map(({ line }) => line), accepted], [[5], 1]);
  write('b.js', `const token = '${one}';\n`);
  assert.equal((await scan(['b.js'], { cwd, accepts })).findings.length, 1, 'in another file it is new');
});

test('the file: a line an entry, sorted, no secret in it; older entries keep date and reason', async (t) => {
  const { cwd, write } = project(t);
  const path = join(cwd, baselineName);
  write('b.env', `T=${one}\n`);
  const first = await addToBaseline(path, (await scan(['b.env'], { cwd })).findings, '2026-11-01', 'known');
  assert.equal(statSync(path).mode & 0o444, 0o444, 'everybody who has the folder can read it');
  write('a.env', `T=${two}\n`);
  const added = await addToBaseline(path, (await scan(['.'], { cwd })).findings, '2026-11-24');
  assert.deepEqual([added.accepted.length, added.madeFile], [1, false]);
  const text = readFileSync(path, 'utf8');
  assert.ok(!text.includes(one) && !text.includes(two));
  const entries = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    entries.map(({ file, date, reason }) => [file, date, reason]),
    [
      ['a.env', '2026-11-24', undefined],
      ['b.env', '2026-11-01', 'known'],
    ],
  );

  await takeFromBaseline(path, added);
  assert.deepEqual(
    parseBaseline(readFileSync(path, 'utf8'), path).map(({ file, reason }) => [file, reason]),
    [['b.env', 'known']],
  );
  await takeFromBaseline(path, first);
  assert.ok(!existsSync(path), 'a file that was made for what is taken out goes');
});

test('a baseline that somebody had made stays, also where it was empty and nothing is left in it', async (t) => {
  const { cwd, write } = project(t);
  const path = join(cwd, baselineName);
  write(baselineName, '');
  write('a.env', `T=${one}\n`);
  const added = await addToBaseline(path, (await scan(['a.env'], { cwd })).findings, '2026-11-24');
  assert.equal(added.accepted.length, 1);
  await takeFromBaseline(path, added);
  assert.equal(readFileSync(path, 'utf8'), '');
});

test('what somebody else accepts meanwhile stays when the rest is taken out', async (t) => {
  const { cwd, write } = project(t);
  const path = join(cwd, baselineName);
  write('a.env', `T=${one}\n`);
  const added = await addToBaseline(path, (await scan(['a.env'], { cwd })).findings, '2026-11-24');
  write('b.env', `T=${two}\n`);
  await addToBaseline(path, (await scan(['b.env'], { cwd })).findings, '2026-11-25');
  await takeFromBaseline(path, added);
  assert.deepEqual(
    parseBaseline(readFileSync(path, 'utf8'), path).map(({ file }) => file),
    ['b.env'],
  );
});

test('git merges what two branches accepted, at the same place and at others', async (t) => {
  const { folder, write, git, commit } = repository(t);
  const path = join(folder, baselineName);
  const accept = async (...names: readonly string[]) => {
    for (const name of names) write(`${name}.env`, `T=${sampleGitHubToken(name)}\n`);
    await addToBaseline(path, (await scan(['.'], { cwd: folder })).findings, '2026-11-24', 'a sample');
  };
  write('.gitattributes', `${baselineName} merge=union\n`);
  await accept('a', 'm');
  commit();
  git('checkout', '--quiet', '-b', 'side');
  await accept('n1', 'z');
  commit();
  git('checkout', '--quiet', 'main');
  await accept('n2', 'b');
  commit();
  git('merge', '--quiet', '--no-edit', 'side');
  const { accepts } = await baselineOf(folder);
  const { findings, accepted } = await scan(['.'], { cwd: folder, accepts });
  assert.deepEqual([findings.length, accepted], [0, 6]);
  await accept();
  const files = parseBaseline(readFileSync(path, 'utf8'), path).map(({ file }) => file);
  assert.deepEqual(files, ['a.env', 'b.env', 'm.env', 'n1.env', 'n2.env', 'z.env']);
});

test('a line that cannot be read is named', async (t) => {
  const { cwd, write } = project(t);
  write(baselineName, '{"fingerprint":"0123456789abcdef","rule":"r","file":"f","date":"2026-11-24"}\n<<<<<<< HEAD\n');
  await assert.rejects(baselineOf(cwd), /\.keystow-baseline\.jsonl, line 2, is no entry of a baseline/);
  await assert.rejects(readBaseline(join(cwd, 'none.jsonl'), true), /There is no file or folder .*none\.jsonl\. Check its spelling\./);
});

test('baselines of gitleaks and detect-secrets count too', async (t) => {
  const { cwd, write } = project(t);
  write('a.env', `T=${one}\nU=${two}\n`);
  write('.gitleaksignore', `# known\na.env:github-pat:1\n`);
  assert.deepEqual(
    (await scan(['a.env'], { cwd, accepts: (await baselineOf(cwd)).accepts })).findings.map(({ line }) => line),
    [2],
  );
  const hash = createHash('sha1').update(two).digest('hex');
  write(
    '.secrets.baseline',
    JSON.stringify({ version: '1.5.0', results: { 'a.env': [{ type: 'GitHub Token', hashed_secret: hash, line_number: 9 }] } }),
  );
  assert.equal((await scan(['a.env'], { cwd, accepts: (await baselineOf(cwd)).accepts })).findings.length, 0);
});

test('of some kinds detect-secrets hashes a part of each secret alone: these are accepted where they stand, and no others', async (t) => {
  const { cwd, write } = project(t);
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
  write('a.env', `T=${one}\nU=${two}\n`);
  write('key.pem', pem);
  const entry = (type: string, part: string) => ({ type, hashed_secret: createHash('sha1').update(part).digest('hex'), line_number: 1 });
  const results = { 'a.env': [entry('GitHub Token', 'ghp')], 'key.pem': [entry('Private Key', 'BEGIN RSA PRIVATE KEY')] };
  write('.secrets.baseline', JSON.stringify({ version: '1.5.0', results }));
  const { findings, accepted } = await scan(['.'], { cwd, accepts: (await baselineOf(cwd)).accepts });
  assert.deepEqual([findings.map(({ file, line }) => `${file}:${line}`), accepted], [['a.env:2'], 2]);
});

test('names in a baseline count from the folder that it lies in, whatever folder the reports have theirs from', async (t) => {
  const { folder, write } = repository(t);
  write('a/.keep', '');
  write('a/s.env', `T=${one}\n`);
  write('s.env', `T=${one}\n`);
  const found = (await scan(['s.env'], { cwd: join(folder, 'a') })).findings;
  await addToBaseline(join(folder, 'a', baselineName), found, '2026-11-24');
  const left = async (cwd: string, paths: readonly string[], folders: readonly string[]) => {
    const { accepts } = await baselinesOf(new Set(folders.map((one) => join(folder, one))), cwd);
    return (await scan(paths, { cwd, accepts })).findings.map(({ file }) => file);
  };
  assert.deepEqual(await left(folder, ['.'], ['', 'a']), ['s.env']);
  assert.deepEqual(await left(join(folder, 'a'), ['..'], ['', 'a']), ['../s.env']);
  assert.deepEqual(await left(tmpdir(), [folder], ['', 'a']), [`${relative(tmpdir(), folder)}/s.env`]);
  assert.equal((await left(folder, ['.'], [''])).length, 2);
});

test('a baseline that is named: names count from its folder, or from the top where an older one was written there or it lies elsewhere', async (t) => {
  const { folder, write } = repository(t);
  write('a/s.env', `T=${one}\n`);
  write('s.env', `T=${one}\n`);
  write('ci/.keep', '');
  const elsewhere = mkdtempSync(join(tmpdir(), 'keystow-elsewhere-'));
  t.after(() => rmSync(elsewhere, { recursive: true }));
  const from = (path: string, cwd = folder) => namesFrom(join(path, 'base.jsonl'), cwd);
  assert.deepEqual([from(join(folder, 'ci')), from(folder, join(folder, 'a')), from(elsewhere)], [join(folder, 'ci'), folder, folder]);
  assert.deepEqual([from(join(folder, 'ci'), '/'), from(elsewhere, elsewhere)], [join(folder, 'ci'), elsewhere]);

  const [finding] = (await scan(['s.env'], { cwd: folder })).findings;
  const path = join(folder, 'ci/base.jsonl');
  const left = async () => {
    const { accepts } = await namedBaseline(path, folder, folder);
    return (await scan(['.'], { cwd: folder, accepts })).findings.map(({ file }) => file);
  };
  await addToBaseline(path, [{ ...finding!, file: '../s.env' }], '2026-11-24');
  assert.deepEqual(await left(), ['a/s.env']);
  rmSync(path);
  await addToBaseline(path, [finding!], '2026-11-24');
  assert.deepEqual(await left(), ['a/s.env'], 'named from the top');
  write('ci/s.env', `T=${one}\n`);
  assert.deepEqual(await left(), ['a/s.env', 's.env'], 'there is such a file beside the baseline');
});

test('a byte order mark is no part of a baseline; and nothing is written through a link', async (t) => {
  const { cwd, write } = project(t);
  const path = join(cwd, baselineName);
  write('a.env', `T=${one}\nU=${two}\n`);
  const [first, second] = (await scan(['a.env'], { cwd })).findings;
  await addToBaseline(path, [first!], '2026-11-24');
  write(baselineName, `\ufeff${readFileSync(path, 'utf8')}`);
  assert.equal((await scan(['a.env'], { cwd, accepts: (await baselineOf(cwd)).accepts })).accepted, 1);
  assert.equal((await addToBaseline(path, [second!], '2026-11-24')).accepted.length, 1);
  assert.equal(parseBaseline(readFileSync(path, 'utf8'), path).length, 2);

  rmSync(path);
  write('else.jsonl', '');
  symlinkSync('else.jsonl', path);
  await assert.rejects(addToBaseline(path, [first!], '2026-11-24'), /is a symbolic link, so nothing was written through it/);
  assert.equal(readFileSync(join(cwd, 'else.jsonl'), 'utf8'), '');
});

test('nothing is written into the baseline of another tool, nor under its name', async (t) => {
  const { cwd, write } = project(t);
  write('a.env', `T=${one}\n`);
  const { findings } = await scan(['a.env'], { cwd });
  for (const name of ['.gitleaksignore', '.secrets.baseline']) {
    await assert.rejects(
      addToBaseline(join(cwd, name), findings, '2026-11-24'),
      /is the baseline of another tool.* such as \.keystow-baseline\.jsonl/,
    );
    assert.ok(!existsSync(join(cwd, name)));
  }
});

test('a repository whose baseline or ignore file is a device without end holds nothing up', async (t) => {
  const { cwd, write } = project(t);
  write('a.env', `T=${one}\n`);
  symlinkSync('/dev/zero', join(cwd, '.keystowignore'));
  assert.equal((await scan(['.'], { cwd })).findings.length, 1);
  assert.equal(new Exclusions().leaveOut(cwd, 'a.env', []), false);
  symlinkSync('/dev/zero', join(cwd, baselineName));
  await assert.rejects(baselineOf(cwd), /The baseline .*keystow-baseline\.jsonl cannot be read: it is no plain file/);
});

test('a path of another tool from Windows is one, blanks around a line mean nothing, and a commit may have a longer id', async (t) => {
  const { cwd, write } = project(t);
  mkdirSync(join(cwd, 'd'));
  write('d/a.env', `T=${one}\n`);
  const accepted = async () => (await scan(['d'], { cwd, accepts: (await baselineOf(cwd)).accepts })).accepted;
  for (const line of ['d\\a.env:github-pat:1\r', ' \td/a.env:github-pat:1 ', `${'ab'.repeat(32)}:d/a.env:github-pat:1`]) {
    write('.gitleaksignore', `${line}\n`);
    assert.equal(await accepted(), 1, line);
  }
  write('.gitleaksignore', '');
  assert.equal(await accepted(), 0);
  const hashed_secret = createHash('sha1').update(one).digest('hex');
  write('.secrets.baseline', JSON.stringify({ results: { 'd\\a.env': [{ hashed_secret }] } }));
  assert.equal(await accepted(), 1);
});
