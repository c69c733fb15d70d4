import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openGit } from '../../src/files/git.ts';
import { format } from '../../src/message.ts';
import { type ArchiveLimits, archiveLimits, filesIn } from '../../src/scan/archives.ts';
import { type Scanned, scanText } from '../../src/scan/content.ts';
import { scan } from '../../src/scan/files.ts';
import { scanHistory } from '../../src/scan/history.ts';
import { insideOf } from '../../src/scan/inside.ts';
import { scanStaged } from '../../src/scan/staged.ts';
import { cutGzip, gzipOf, type Packed, tarOf, tgzOf, zipOf } from '../archives.ts';
import { repository } from '../git-repository.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const archives = await insideOf({ archives: true, notebooks: false });
const line = (name: string) => `token = ${sampleGitHubToken(name)}\n`;
const one = (name: string, seed = name): Packed => ({ name, content: `# settings\n${line(seed)}` });
const places = ({ findings }: Scanned) => findings.map(({ file, line: at, column }) => `${file}:${at}:${column}`);
const reasons = ({ skipped }: Scanned) => skipped.map(({ file, reason }) => `${file}: ${format(reason)}`);

function folder(t: TestContext, files: Readonly<Record<string, Uint8Array>>): string {
  const cwd = mkdtempSync(join(tmpdir(), 'keystow-archives-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  return cwd;
}

async function within(bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}): Promise<string[]> {
  const said: string[] = [];
  for await (const { file, content } of filesIn(bytes, 'a', { ...archiveLimits, ...limits })) {
    said.push(`${file}: ${content instanceof Uint8Array ? content.length : format(content)}`);
  }
  return said;
}

test('what is in zip, jar, tar, tar.gz and gz files is found where it is in them, also in archives in archives', async (t) => {
  const cwd = folder(t, {
    'app.jar': zipOf(one('META-INF/app.properties'), { ...one('stored.env'), stored: true }),
    'backup.tgz': await tgzOf(one('etc/naïve.env')),
    'deep.zip': zipOf({ name: 'lib/inner.tar.gz', content: await tgzOf({ name: 'x.whl', content: zipOf(one('pkg/conf.py')) }) }),
    'log.txt.gz': gzipOf(line('log')),
    'plain.tar': await tarOf(one(`${'a-long-folder/'.repeat(12)}x.env`), one('b.env')),
  });
  const found = await scan(['.'], { cwd, ...archives });
  assert.deepEqual(places(found), [
    'app.jar!META-INF/app.properties:2:9',
    'app.jar!stored.env:2:9',
    'backup.tgz!etc/naïve.env:2:9',
    'deep.zip!lib/inner.tar.gz!x.whl!pkg/conf.py:2:9',
    'log.txt.gz!log.txt:1:9',
    `plain.tar!${'a-long-folder/'.repeat(12)}x.env:2:9`,
    'plain.tar!b.env:2:9',
  ]);
  assert.equal(found.findings[3]?.archive, 'deep.zip');
  assert.deepEqual([found.skipped, found.files], [[], 7]);
});

test('without being asked, an archive is no text: it is skipped as one', async (t) => {
  const cwd = folder(t, { 'a.zip': zipOf(one('x.env')), 'b.tgz': await tgzOf(one('x.env')), 'c.png': Buffer.from([0x89, 0x50, 0, 0]) });
  const { findings, skipped } = await scan(['.'], { cwd });
  assert.deepEqual(
    [findings, skipped.map(({ file, kind }) => `${file} ${kind}`)],
    [[], ['a.zip archive', 'b.tgz archive', 'c.png binary']],
  );
});

test('the halves of a key in two files of an archive are one key', async (t) => {
  const { accessKeyId, secretAccessKey } = sampleKeyPair('archive');
  const cwd = folder(t, {
    'a.zip': zipOf(
      { name: '.env', content: `AWS_ACCESS_KEY_ID=${accessKeyId}\n` },
      { name: 'config.js', content: `secret = '${secretAccessKey}'` },
    ),
  });
  const [id, secret] = (await scan(['.'], { cwd, ...archives })).findings;
  assert.deepEqual([id?.pairedWith, secret?.pairedWith], [secret?.fingerprint, id?.fingerprint]);
});

test('an archive of more than 10 MB is looked into, a file of more than that in it is not; what is read next is read as ever', async (t) => {
  const noise = Buffer.alloc(11_000_000, 'x');
  const cwd = folder(t, {
    'a.zip': zipOf({ name: 'large.txt', content: noise, stored: true }, one('x.env')),
    'b.tar': await tarOf({ name: 'large.txt', content: noise }, one('x.env')),
    'c.txt': noise,
    'd.env': Buffer.from(line('d')),
  });
  const found = await scan(['.'], { cwd, ...archives });
  assert.deepEqual(places(found), ['a.zip!x.env:2:9', 'b.tar!x.env:2:9', 'd.env:1:9']);
  assert.deepEqual(
    reasons(found),
    ['a.zip!large.txt', 'b.tar!large.txt', 'c.txt'].map((file) => `${file}: larger than 10 MB`),
  );
});

test('what cannot be read is told with its reason, and the rest is looked at', async () => {
  const zip = zipOf(
    { ...one('locked.env'), encrypted: true },
    { ...one('lzma.env'), method: 14 },
    { name: 'broken.env', content: Buffer.from('no deflate'), method: 8 },
    one('fine.env'),
  );
  const deflated = zip.indexOf('broken.env') + 'broken.env'.length;
  zip.fill(0xff, deflated, deflated + 4);
  const [locked, lzma, broken, fine] = await within(zip);
  assert.equal(locked, 'a!locked.env: encrypted');
  assert.match(lzma!, /^a!lzma\.env: compressed by a method that is not read here \(14\)$/);
  assert.match(broken!, /^a!broken\.env: not to be unpacked/);
  assert.match(fine!, /^a!fine\.env: \d+$/);

  const tar = await tarOf(one('first.env'), one('second.env'));
  assert.match(
    (await within(tar.subarray(0, 512 + 512 + 512 + 20))).at(-1)!,
    /^a: in part: it is broken \(it ends in the middle of a file\)$/,
  );
  assert.match((await within(cutGzip(await tarOf({ name: 'x', content: 'y'.repeat(50_000) })))).at(-1)!, /^a: in part: it is broken/);
  assert.match((await within(zip.subarray(0, 100))).at(-1)!, /^a: in part: it is broken/);
});

test('a bomb is given up: what a file is, not what it says, counts, and so does all that is unpacked', async () => {
  const before = process.cpuUsage();
  const zeros = Buffer.alloc(40_000_000);
  const lying = zipOf({ name: 'zeros', content: zeros, said: 100 }, one('after.env'));
  assert.deepEqual((await within(lying))[0], 'a!zeros: larger than 10 MB');
  const honest = { name: 'x', content: Buffer.alloc(9_000_000) };
  const much = /^a: in part: it holds more than \d+ MB, or than \d+ files$/;
  assert.match((await within(zipOf(honest, honest, honest, honest), { unpacked: 20 * 1024 * 1024 })).at(-1)!, much);
  assert.match((await within(await tgzOf(honest, honest, honest, honest), { unpacked: 20 * 1024 * 1024 })).at(-1)!, much);
  assert.match((await within(gzipOf(Buffer.alloc(60_000_000)), { unpacked: 20 * 1024 * 1024 })).at(-1)!, much);
  const many = Array.from({ length: 50 }, (_, index) => ({ name: `${index}`, content: 'x' }));
  assert.equal((await within(zipOf(...many), { entries: 10 })).length, 11);
  assert.equal((await within(await tarOf(...many), { entries: 10 })).length, 11);
  const inOthers = zipOf({ name: 'b', content: zipOf(...many) }, ...many);
  assert.equal((await within(inOthers, { entries: 20 })).length, 20, 'archives inside count too, and one sentence is enough');
  let nested = zipOf(one('x.env'));
  for (let depth = 0; depth < 6; depth++) nested = zipOf({ name: 'z', content: nested });
  assert.deepEqual(await within(nested), ['a!z!z!z!z!z: an archive inside of too many others']);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 5_000_000, `${(user + system) / 1e6} s`);
});

test('names that lead out of the folder are names and no more', async (t) => {
  const names = ['../../outside.env', '/etc/passwd.env', 'C:\\keys.env', 'a\nb.env', '\u202eenv.x', '__proto__'];
  const cwd = folder(t, { 'a.zip': zipOf(...names.map((name) => one(name))), 'b.tar': await tarOf(...names.map((name) => one(name))) });
  const { findings } = await scan(['.'], { cwd, ...archives });
  assert.deepEqual(
    findings.map(({ file }) => file),
    [...names.map((name) => `a.zip!${name.replaceAll('\\', '/')}`), ...names.map((name) => `b.tar!${name}`)],
  );
  assert.deepEqual(readdirSync(cwd), ['a.zip', 'b.tar']);
});

test('staged, in the history and piped in: archives are looked into there too, and what was committed before is known', async (t) => {
  const { folder: top, env, write, git, commit } = repository(t);
  write('a.zip', zipOf(one('old.env')));
  const first = commit();
  write('a.zip', zipOf(one('old.env'), one('new.env')));
  git('add', '--all');
  const staged = await scanStaged(openGit(top, env), archives);
  assert.deepEqual([places(staged), staged.committedBefore], [['a.zip!new.env:2:9'], 1]);
  const last = commit();
  const history = await scanHistory(openGit(top, env), archives);
  assert.deepEqual(
    history.findings.map(({ file, commit: id }) => `${file} ${id}`),
    [`a.zip!old.env ${first}`, `a.zip!new.env ${last}`],
  );
  assert.deepEqual(places(await scanText(zipOf(one('x.env')), 'in.zip', archives)), ['in.zip!x.env:2:9']);
});

test('bytes of archives that are changed anywhere throw nothing and take no more than their share', async () => {
  const made = [zipOf(one('x.env'), { ...one('y.env'), stored: true }), await tgzOf(one('x.env'), one('y.env')), await tarOf(one('x.env'))];
  const before = process.cpuUsage();
  const changes = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...made), changes, fc.option(fc.nat()), async (archive, changed, cut) => {
      const bytes = Buffer.from(archive);
      for (const { at, byte } of changed) bytes[at % bytes.length] = byte;
      const end = cut === null ? bytes.length : cut % bytes.length;
      for await (const { file } of filesIn(bytes.subarray(0, end), 'a', archiveLimits)) assert.ok(file.startsWith('a'));
    }),
    { numRuns: 300 * Number(process.env.RUNS ?? 1) },
  );
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 20_000_000 * Number(process.env.RUNS ?? 1), `${(user + system) / 1e6} s`);
});
