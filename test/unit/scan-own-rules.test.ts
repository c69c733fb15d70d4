import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { catalogue } from '../../src/detect/rule-set.ts';
import type { Message } from '../../src/message.ts';
import { type ScanChoices, scanCommand } from '../../src/scan/command.ts';
import { ruleSetOf } from '../../src/scan/own-rules.ts';
import { readRulesFile } from '../../src/scan/rules-file.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const rule = { id: 'acme-token', name: 'ACME token', pattern: '\\bACME-[A-Z0-9]{20}\\b', keywords: ['acme-'], severity: 'warning' };
const token = `ACME-Q7P2${sampleKeyPair('acme').accessKeyId.slice(4)}`;

/** A folder with a token in it and this file of rules beside it. */
function folder(t: TestContext, rules: string) {
  const home = mkdtempSync(join(tmpdir(), 'keystow-rules-'));
  t.after(() => rmSync(home, { recursive: true }));
  const cwd = join(home, 'project');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'a.txt'), `const token = '${token}';\n`);
  writeFileSync(join(home, 'rules.json'), rules);
  return { cwd, rules: join(home, 'rules.json') };
}

const slow = ({ text }: Message): void => assert.fail(text);

/** What the command prints, says and exits with. */
async function command(cwd: string, choices: Partial<ScanChoices>) {
  let printed = '';
  const said: string[] = [];
  const code = await scanCommand(
    { paths: [], format: 'text', what: 'files', noIgnore: false, inside: { archives: false, notebooks: false }, threads: 1, ...choices },
    {
      cwd,
      env: {},
      platform: 'linux',
      worker: resolve('src/scan/worker.ts'),
      ownCommand: () => 'keystow',
      hasColours: () => false,
      now: () => new Date(),
      ownSecrets: async () => ({ known: undefined, unread: [] }),
      print: (text) => {
        printed += text;
      },
      say: (text) => said.push(text),
    },
  );
  return { code, printed, said };
}

test('nothing that a file of rules holds speaks to the terminal', async (t) => {
  const { cwd, rules } = folder(t, JSON.stringify([{ ...rule, id: '\u001b]0;title\u0007x', keywords: ['\u001b[2J'] }]));
  const { said } = await command(cwd, { rules });
  assert.match(said.join('\n'), /is left out/);
  assert.doesNotMatch(said.join(''), /[\u0000-\u001f]/);
});

test('the rules of a file join the scan, and its report says who found it', async (t) => {
  const { cwd, rules } = folder(t, JSON.stringify([rule]));
  const found = await command(cwd, { rules });
  assert.equal(found.code, 1);
  assert.equal(found.printed, `a.txt:1:16: warning: ACME token …${token.slice(-4)} [acme-token]\n`);
  assert.equal((await command(cwd, {})).code, 0);
  const { printed } = await command(cwd, { rules, format: 'sarif' });
  assert.equal(JSON.parse(printed).runs[0].tool.driver.rules[0].name, 'ACME token');
});

test('several threads find the same in the same order, with rules of one’s own', async (t) => {
  const { cwd, rules } = folder(t, JSON.stringify([rule]));
  for (let at = 0; at < 600; at++)
    writeFileSync(join(cwd, `${at}.txt`), at % 50 === 0 ? `token ${sampleGitHubToken(`${at}`)}\n` : 'nothing\n');
  const { accessKeyId, secretAccessKey } = sampleKeyPair('threads');
  writeFileSync(join(cwd, '.env'), `AWS_ACCESS_KEY_ID=${accessKeyId}\n`);
  writeFileSync(join(cwd, 'zz.js'), `const aws = { secretAccessKey: '${secretAccessKey}' };\n`);
  writeFileSync(join(cwd, '5.bin'), Buffer.from([1, 0, 0, 2]));
  const { printed, said, code } = await command(cwd, { rules, format: 'json' });
  const found = JSON.parse(printed) as { file: string; pairedWith?: string }[];
  assert.deepEqual([code, found.length, found.filter(({ pairedWith }) => pairedWith).length], [1, 15, 2]);
  const threads = await command(cwd, { rules, format: 'json', threads: 2 });
  assert.deepEqual(JSON.parse(threads.printed), found);
  const withoutTime = (lines: readonly string[]) => lines.map((line) => line.replace(/[\d.]+ s$/, ''));
  assert.deepEqual(withoutTime(threads.said), withoutTime(said));
  await assert.rejects(command(cwd, { threads: 2, paths: ['nowhere'] }), /no file or folder nowhere/);
});

test('a settings file is a file of rules too, with its comments; a byte order mark is passed over', async (t) => {
  const { cwd, rules } = folder(t, `\ufeff// ours\n{ "keystow.detect.customRules": [${JSON.stringify(rule)},] }`);
  assert.equal((await command(cwd, { rules })).code, 1);
});

test('a rule that is left out is said, and without a finding the exit code says that not all was looked for', async (t) => {
  const { cwd, rules } = folder(
    t,
    JSON.stringify([
      { ...rule, id: 'other', pattern: 'OTHER-[0-9]{9}' },
      { ...rule, pattern: '(' },
    ]),
  );
  const { code, said } = await command(cwd, { rules });
  assert.equal(code, 2);
  assert.ok(said[0]?.startsWith(`Rule 2 (acme-token) of ${rules} is left out: its pattern is none of RE2`), said[0]);
});

test('a rule that takes too long is left out from then on and named once, however many threads look, and the exit code says it', async (t) => {
  const costly = { id: 'costly', pattern: '(?:([a-z]{1,20})([a-z]{1,20})([a-z]{1,20})(!)|abc)', group: 4, keywords: ['abc'] };
  const { cwd, rules } = folder(t, JSON.stringify([rule, costly]));
  for (const file of ['b.txt', 'c.txt']) writeFileSync(join(cwd, file), `${'abc'.repeat(100_000)} ${token}x`);
  for (const threads of [1, 2]) {
    const { code, said } = await command(cwd, { rules, threads, paths: ['b.txt', 'c.txt'] });
    assert.equal(code, 2);
    assert.deepEqual(
      said.filter((line) => line.startsWith('Rule')),
      [
        `Rule 2 (costly) of ${rules} is left out: it takes more than 10 ms for 1000 characters, so all else is looked at without it. Let its pattern count less high or have fewer groups, or give it rarer keywords.`,
      ],
    );
  }
});

test('a file that cannot be read, is no JSON or holds no list is refused by its name', async (t) => {
  const { rules } = folder(t, '[\n{"id": \n');
  await assert.rejects(readRulesFile(rules), { name: 'UserError', message: `${rules}, line 3, is no JSON (ValueExpected). Mend it.` });
  writeFileSync(rules, '{}');
  await assert.rejects(readRulesFile(rules), { message: /holds no list of rules\. Write one/ });
  await assert.rejects(readRulesFile(`${rules}.not`), { name: 'UserError', message: /^There is no file or folder .*\.not\./ });
});

test('lists are joined, the first one wins; without a rule it is the catalogue', async () => {
  const lists = [
    { where: 'mine', rules: [rule] },
    { where: 'theirs', rules: [{ ...rule, severity: 'information' }] },
  ];
  const { rules, problems } = await ruleSetOf({ own: lists, generic: false }, slow);
  assert.equal(rules.find('acme-token')?.severity, 'warning');
  assert.equal(problems[0]?.values.where, 'theirs');
  assert.equal((await ruleSetOf({ own: [], generic: false }, slow)).rules, catalogue);
});

test('in SARIF names count from the top of the repository, wherever in it or beside it the command was run; a file of none has its own address', async (t) => {
  const { cwd: top } = folder(t, '');
  for (const name of ['.git', 'a b', 'a b/c', '../other']) mkdirSync(join(top, name));
  writeFileSync(join(top, 'a b/c/.env'), `token = ${sampleGitHubToken('sarif')}\n`);
  writeFileSync(join(top, '../other/x#y.env'), `token = ${sampleGitHubToken('sarif')}\n`);
  const placesFrom = async (cwd: string, ...paths: string[]) => {
    const { printed } = await command(resolve(top, cwd), { paths, format: 'sarif' });
    const [run] = JSON.parse(printed).runs;
    assert.deepEqual(Object.keys(run.originalUriBaseIds), ['%SRCROOT%']);
    return run.results.map(
      ({ locations }: { locations: { physicalLocation: { artifactLocation: object } }[] }) =>
        locations[0]!.physicalLocation.artifactLocation,
    );
  };
  const inside = [{ uri: 'a%20b/c/.env', uriBaseId: '%SRCROOT%' }];
  const outside = { uri: pathToFileURL(join(top, '../other/x#y.env')).href };
  assert.deepEqual(await placesFrom('.'), inside);
  assert.deepEqual(await placesFrom('a b'), inside);
  assert.deepEqual(await placesFrom('a b/c', '.'), inside);
  assert.deepEqual(await placesFrom('a b/c', '.env', '../../a.txt'), inside);
  assert.deepEqual(await placesFrom('../other', '../project'), inside);
  assert.deepEqual(await placesFrom('../other'), [{ uri: 'x%23y.env', uriBaseId: '%SRCROOT%' }]);
  assert.deepEqual(await placesFrom('a b', 'c', '../../other'), [...inside, outside]);
});
