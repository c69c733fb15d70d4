// Several stows at once: each is planned for the files as those before it leave them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProfileFiles } from '../../src/credentials/profile.ts';
import { detect } from '../../src/detect/detect.ts';
import { fingerprint } from '../../src/detect/report.ts';
import { type BatchDoors, planAll, type Wanted } from '../../src/stow/batch.ts';
import { applyEdits } from '../../src/stow/edit.ts';
import { sampleGitHubToken, sampleKeyPair } from '../sample-keys.ts';

const awsFiles = { config: '/home/config', credentials: '/home/credentials' };
const pairOf = ({ accessKeyId, secretAccessKey }: ReturnType<typeof sampleKeyPair>) =>
  `AWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\n`;

function doorsOn(files: ReadonlyMap<string, string>, stored: Readonly<Record<string, string>> = {}): BatchDoors {
  let count = 0;
  return {
    read: async (path) => files.get(path),
    findingsIn: (text) => detect(text),
    stored: { accounts: async () => Object.keys(stored), read: async (account) => stored[account] },
    planDoors: async (_, read) => ({
      awsFiles: await readProfileFiles(awsFiles, read),
      launcher: '/k',
      folder: '/project',
      envFile: async () => ({ path: '/project/.env', text: (await read('/project/.env')) ?? '' }),
      workspaceFiles: async () => [],
      parser: () => assert.fail('no program is edited'),
      resolves: () => false,
      id: () => `${count++}`,
    }),
  };
}

/** All secrets of the files, as a person ticks them. */
function allOf(files: ReadonlyMap<string, string>): Wanted[] {
  return [...files].flatMap(([path, text]) =>
    detect(text)
      .filter(({ severity }) => severity === 'error')
      .map((one) => ({ file: { path, languageId: 'dotenv' }, rule: one.rule, fingerprint: fingerprint(text, one) })),
  );
}

test('keys and tokens of several files, run one after another, leave a name of its own for each', async () => {
  const [one, two] = [sampleGitHubToken('one'), sampleGitHubToken('two')];
  const files = new Map([
    ['/project/.env', `FIRST=${one}\n${pairOf(sampleKeyPair('first'))}SECOND=${two}\n`],
    ['/project/other/.env', `AGAIN=${one}\n${pairOf(sampleKeyPair('second'))}`],
  ]);
  const planned = await planAll(allOf(files), doorsOn(files, { 'github/project': 'another token' }));
  const now = new Map(files);
  for (const one of planned) {
    assert.ok('plan' in one);
    for (const { path, before, edits } of [...one.plan.additions, ...one.plan.removals]) {
      assert.equal(now.get(path) ?? '', before, 'planned for the file as it is by then');
      now.set(path, applyEdits(before, edits));
    }
  }
  assert.equal(now.get('/project/.env'), 'FIRST=keystow://github/project-2\nAWS_PROFILE=project\nSECOND=keystow://github/project-3\n');
  assert.equal(now.get('/project/other/.env'), 'AGAIN=keystow://github/project-2\nAWS_PROFILE=project-2\n');
  assert.match(now.get(awsFiles.config)!, /\[profile project\][\s\S]*\[profile project-2\]/);
});

test('a secret in several files is one item, also where it lies in the keychain already', async () => {
  const [one, two] = [sampleGitHubToken('one'), sampleGitHubToken('two')];
  const files = new Map([
    ['/project/.env', `FIRST=${one}\nSECOND=${two}\n`],
    ['/project/a.sh', `login "${one}" "${two}"\n`],
  ]);
  const planned = await planAll(allOf(files), doorsOn(files, { 'github/shop': two }));
  assert.deepEqual(
    planned.map((one) => 'plan' in one && one.plan.item.account),
    ['github/project', 'github/shop', 'github/project', 'github/shop'],
  );
});

test('what cannot be stowed says why, and does not keep the others', async () => {
  const files = new Map([
    ['/project/.env', `TOKEN=${sampleGitHubToken('kept')}\nLONE=aws_secret_access_key=${sampleKeyPair('lone').secretAccessKey}\n`],
  ]);
  const gone = { ...allOf(files)[0]!, fingerprint: '0'.repeat(16) };
  const planned = await planAll([gone, ...allOf(files).toReversed()], doorsOn(files));
  assert.deepEqual(
    planned.map((one) => ('refused' in one ? one.refused.text.slice(0, 24) : one.plan.item.account)),
    ['The secret is not in the', 'Only one half of an AWS ', 'github/project'],
  );
});

test('however many secrets are planned, an item of the keychain is read once', async () => {
  const tokens = ['one', 'two', 'three'].map((name) => sampleGitHubToken(name));
  const files = new Map(tokens.map((token, index) => [`/project/${index}/.env`, `T=${token}\n`]));
  const doors = doorsOn(files, { 'github/other': 'another token', 'github/project': tokens[2]! });
  const reads: string[] = [];
  const stored = {
    ...doors.stored,
    read: (account: string) => {
      reads.push(account);
      return doors.stored.read(account);
    },
  };
  const planned = await planAll(allOf(files), { ...doors, stored });
  const accounts = planned.map((one) => 'plan' in one && one.plan.item.account);
  assert.deepEqual(accounts, ['github/project-2', 'github/project-3', 'github/project']);
  assert.deepEqual(reads.toSorted(), [...new Set(reads)].toSorted());
});
