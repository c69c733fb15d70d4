// `keystow scan` as a person or a script runs it: the built command in a folder of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tgzOf, zipOf } from '../archives.ts';
import { repository } from '../git-repository.ts';
import { sampleGitHubToken } from '../sample-keys.ts';

/** A repository, and the command in it, with a home of its own. */
function project(t: TestContext) {
  const repo = repository(t);
  const home = mkdtempSync(join(tmpdir(), 'keystow-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const env = { ...repo.env, HOME: home, XDG_RUNTIME_DIR: home };
  const scan = (args: readonly string[] = [], input: string | Uint8Array = '') => {
    const done = spawnSync(process.execPath, [resolve('dist/cli.js'), 'scan', ...args], { cwd: repo.folder, env, encoding: 'utf8', input });
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
    /^skipped, binary: logo\.png\nskipped, archives, which --archives looks into: app\.jar and 1 more\n1 found in 1 files, /,
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

test('what is accepted in an archive stays accepted', (t) => {
  const { write, scan } = project(t);
  write('a.zip', zipOf({ name: 'x.env', content: line('accepted') }));
  assert.match(scan(['--archives', '--write-baseline', '.keystow-baseline.jsonl']).stderr, /^1 found, 1 new in/m);
  const again = scan(['--archives']);
  assert.deepEqual([again.status, again.stdout], [0, '']);
  assert.match(again.stderr, /^1 accepted before, not shown$/m);
});
