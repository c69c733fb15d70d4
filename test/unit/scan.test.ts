import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { toText } from '../../src/detect/report.ts';
import { format } from '../../src/message.ts';
import { CleanFiles } from '../../src/scan/clean-files.ts';
import type { Skipped } from '../../src/scan/content.ts';
import { scan } from '../../src/scan/files.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

function project(t: TestContext): string {
  const cwd = mkdtempSync(join(tmpdir(), 'keystow-scan-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, 'src'));
  const { accessKeyId, secretAccessKey } = sampleKeyPair('scan');
  writeFileSync(join(cwd, 'src/keys.ts'), `\ufeffexport const keys = ['${accessKeyId}', '${secretAccessKey}'];\n`);
  writeFileSync(join(cwd, 'src/utf16.txt'), `\ufefftoken ${sampleGitHubToken('scan')}`, 'utf16le');
  writeFileSync(join(cwd, '.env'), `T=${sampleGitHubToken('env')}\n`);
  writeFileSync(join(cwd, '.gitignore'), '.env\n');
  writeFileSync(join(cwd, 'logo.png'), Buffer.from([0x89, 0x50, 0, 0]));
  writeFileSync(join(cwd, 'latin1.txt'), `cl\u00e9 ${sampleGitHubToken('latin1')}`, 'latin1');
  writeFileSync(join(cwd, 'utf8.txt'), `cl\u00e9 \u2013 ${sampleGitHubToken('utf8')}`);
  writeFileSync(join(cwd, 'large.txt'), 'x'.repeat(5000));
  return cwd;
}

test('a folder: findings by file, what was read, what was skipped and why', async (t) => {
  const cwd = project(t);
  const told: Skipped[] = [];
  const { findings, files, bytes, skipped } = await scan(['.'], { cwd, maxBytes: 4096, onSkip: (skip) => told.push(skip) });
  assert.deepEqual(
    findings.map(({ file, rule, line, column }) => `${file}:${line}:${column} ${rule}`),
    [
      '.env:1:3 github-personal-access-token',
      'latin1.txt:1:5 github-personal-access-token',
      'src/keys.ts:1:23 aws-access-key-id',
      'src/keys.ts:1:47 aws-secret-access-key',
      'src/utf16.txt:1:7 github-personal-access-token',
      'utf8.txt:1:7 github-personal-access-token',
    ],
  );
  assert.equal(files, 6);
  assert.ok(bytes > 100);
  assert.deepEqual(
    skipped.map(({ file, reason }) => `${file}: ${format(reason)}`),
    ['large.txt: larger than 0.00390625 MB', 'logo.png: binary'],
  );
  assert.deepEqual(told, skipped);
});

test('a large binary file is told by its beginning, whatever its size; a text is read on, over the seam and in UTF-16 too', async (t) => {
  const cwd = project(t);
  const beginning = 64 * 1024;
  const line = `token: ${sampleGitHubToken('seam')}\n`;
  const text = `${'x\n'.repeat(beginning / 2 - 10)}${line}`;
  const files: Readonly<Record<string, Buffer>> = {
    'image.bin': Buffer.concat([Buffer.from([0x89, 0, 1]), Buffer.alloc(300_000, 'a'), Buffer.from(line)]),
    'late-zero.bin': Buffer.concat([Buffer.alloc(beginning, 'a'), Buffer.from([0]), Buffer.from(line)]),
    'long.txt': Buffer.alloc(300_000, 'a'),
    'seam.txt': Buffer.from(text),
    'wide.txt': Buffer.from(text, 'utf16le'),
    'whole.txt': Buffer.from(`${'x'.repeat(beginning - line.length)}${line}`.replace(/x(?=token)/, '\n')),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const { findings, skipped } = await scan(Object.keys(files), { cwd, maxBytes: 200_000 });
  assert.deepEqual(
    findings.map(({ file }) => file),
    ['seam.txt', 'wide.txt', 'whole.txt'],
  );
  assert.deepEqual(
    skipped.map(({ file, reason }) => `${file}: ${format(reason)}`),
    ['image.bin: binary', 'late-zero.bin: binary'],
  );
  const inFolder = await scan(['.'], { cwd, maxBytes: 200_000 });
  assert.deepEqual(
    inFolder.skipped.map(({ file, reason }) => `${file}: ${format(reason)}`),
    ['image.bin: binary', 'late-zero.bin: binary', 'logo.png: binary', 'long.txt: larger than 0.19073486328125 MB'],
  );
});

test('this repository holds nothing that a scan of it would find', async () => {
  const { findings, files } = await scan(['.'], { cwd: resolve(import.meta.dirname, '../..') });
  assert.ok(files > 500, `${files} files`);
  assert.deepEqual(
    findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`),
    [],
  );
});

test('an excluded file is scanned when it is named, or with noIgnore', async (t) => {
  const cwd = project(t);
  assert.equal((await scan(['.env'], { cwd })).findings[0]?.severity, 'error');
  writeFileSync(join(cwd, '.keystowignore'), '.env\nsrc\n');
  const files = async (options: object) => (await scan(['.'], { cwd, ...options })).findings.map(({ file }) => file);
  assert.deepEqual(await files({}), ['latin1.txt', 'utf8.txt']);
  assert.deepEqual(await files({ exclude: ['*.txt', '!utf8.txt'] }), ['utf8.txt']);
  assert.deepEqual(await files({ noIgnore: true, exclude: ['*.txt'] }), ['.env', 'src/keys.ts', 'src/keys.ts']);
});

test('what git ignores is told of at Information, where the file is made for secrets; an ignored folder is not looked into', async (t) => {
  const cwd = project(t);
  mkdirSync(join(cwd, 'build'));
  writeFileSync(join(cwd, 'build/.env'), `T=${sampleGitHubToken('build')}\n`);
  writeFileSync(join(cwd, 'notes.txt'), `T=${sampleGitHubToken('notes')}\n`);
  const { accessKeyId, secretAccessKey } = sampleKeyPair('ignored');
  writeFileSync(join(cwd, 'prod.tfvars'), `id = "${accessKeyId}"\nsecret_access_key = "${secretAccessKey}"\n`);
  writeFileSync(join(cwd, '.gitignore'), '.env\nbuild\nnotes.txt\n*.tfvars\n');
  const { findings } = await scan(['.'], { cwd });
  const ignored = findings.filter((one) => one.ignored);
  assert.deepEqual(
    ignored.map(({ file, severity }) => `${file} ${severity}`),
    ['.env information', 'prod.tfvars information', 'prod.tfvars information'],
  );
  assert.ok(!findings.some(({ file }) => file === 'notes.txt' || file.startsWith('build')));
  assert.match(toText(ignored), /^\.env:1:3: information: .* in a file that git ignores\n/);
});

test('one line of 50 MB and a file of 200 MB are skipped with a reason, and hold little of the memory', async (t) => {
  const cwd = join(project(t), 'large');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'line.json'), `"${'a'.repeat(50_000_000)}"`);
  writeFileSync(join(cwd, 'dump.sql'), 'x'.repeat(70_000));
  truncateSync(join(cwd, 'dump.sql'), 200_000_000);
  const before = process.memoryUsage().arrayBuffers;
  const { skipped } = await scan(['.'], { cwd });
  assert.deepEqual(
    skipped.map(({ file, reason }) => `${file}: ${format(reason)}`),
    ['dump.sql: larger than 10 MB', 'line.json: larger than 10 MB'],
  );
  assert.ok(process.memoryUsage().arrayBuffers - before < 12_000_000);
});

test('the rules are the caller’s choice', async (t) => {
  const cwd = project(t);
  const disabledRules = new Set(['aws-access-key-id', 'aws-secret-access-key']);
  const { findings } = await scan(['.'], { cwd, detect: { disabledRules } });
  assert.deepEqual(
    findings.map(({ file }) => file),
    ['.env', 'latin1.txt', 'src/utf16.txt', 'utf8.txt'],
  );
});

test('UTF-16 is read with and without its mark, in either order', async (t) => {
  const cwd = project(t);
  for (const [index, mark] of ['\ufeff', ''].entries()) {
    const little = Buffer.from(`${mark}token ${sampleGitHubToken('wide')} – and more text in ASCII after it`, 'utf16le');
    writeFileSync(join(cwd, `wide${index}-le.txt`), little);
    writeFileSync(join(cwd, `wide${index}-be.txt`), Buffer.from(little).swap16());
  }
  const files = ['wide0-le.txt', 'wide0-be.txt', 'wide1-le.txt', 'wide1-be.txt'];
  const { findings } = await scan(files, { cwd });
  assert.deepEqual(
    findings.map(({ file, column }) => `${file}:${column}`),
    files.map((file) => `${file}:7`),
  );
});

test('a second scan looks only at what changed, and finds the same', async (t) => {
  const cwd = project(t);
  const first = new CleanFiles();
  const found = await scan(['.'], { cwd, clean: first });
  const before = new CleanFiles(first.packed());
  assert.ok(before.has(before.printOf(readFileSync(join(cwd, '.gitignore')), '.gitignore')));
  assert.ok(!before.has(before.printOf(readFileSync(join(cwd, '.gitignore')), 'other')), 'a name counts');
  assert.ok(!before.has(before.printOf(readFileSync(join(cwd, 'utf8.txt')), 'utf8.txt')), 'what holds a secret is looked at again');
  const again = await scan(['.'], { cwd, clean: before });
  assert.deepEqual([again.findings, again.files, again.bytes], [found.findings, found.files, found.bytes]);
  assert.deepEqual(before.packed(), first.packed());
  writeFileSync(join(cwd, 'large.txt'), `T=${sampleGitHubToken('new')}\n`);
  const third = await scan(['.'], { cwd, clean: new CleanFiles(before.packed()) });
  assert.equal(third.findings.length, found.findings.length + 1);
});

test('a cancel is heard', async (t) => {
  const controller = new AbortController();
  const reading = scan(['.'], { cwd: project(t), signal: controller.signal, onFile: () => controller.abort() });
  await assert.rejects(reading, { name: 'AbortError' });
});

test('a large file is read whole', async (t) => {
  const cwd = project(t);
  writeFileSync(join(cwd, 'long.txt'), `${'y\n'.repeat(700_000)}${sampleGitHubToken('long')}\n`);
  const { findings } = await scan(['long.txt'], { cwd });
  assert.deepEqual(
    findings.map(({ line }) => line),
    [700_001],
  );
});

test('the halves of a key in two files of a folder name each other, and what is only a secret beside a key id is one', async (t) => {
  const cwd = project(t);
  const { accessKeyId, secretAccessKey } = sampleKeyPair('two files');
  mkdirSync(join(cwd, 'app'));
  writeFileSync(join(cwd, 'app/one.txt'), `AWS_ACCESS_KEY_ID=${accessKeyId}\n`);
  writeFileSync(
    join(cwd, 'app/config.js'),
    `const token = '${sampleGitHubToken('beside')}';\nexport default { secret: '${secretAccessKey}', token };\n`,
  );
  const { findings } = await scan(['app'], { cwd });
  const [token, secret, id] = findings;
  assert.deepEqual(
    findings.map(({ file, rule }) => `${file} ${rule}`),
    ['app/config.js github-personal-access-token', 'app/config.js aws-secret-access-key', 'app/one.txt aws-access-key-id'],
  );
  assert.deepEqual([token?.pairedWith, secret?.pairedWith, id?.pairedWith], [undefined, id?.fingerprint, secret?.fingerprint]);
  assert.equal((await scan(['app/config.js'], { cwd })).findings.length, 1);

  const accepts = ({ fingerprint }: { fingerprint: string }) => fingerprint === secret?.fingerprint;
  const again = await scan(['app'], { cwd, accepts });
  assert.deepEqual([again.findings.length, again.accepted], [2, 1]);
});
