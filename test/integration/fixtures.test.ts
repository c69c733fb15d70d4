// The programs of test/fixtures, before and after their edit: the same caller, the same bytes. A small script stands for `keystow credential-process`.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { format } from '../../src/message.ts';
import { type Simulator, startSimulator } from '../../src/simulator/server.ts';
import { editDotenvPair, editDotenvSecret } from '../../src/stow/dotenv.ts';
import { applyEdits, type Edited, type KeyPairPlace, type Refused } from '../../src/stow/edit.ts';
import { loadParser } from '../../src/stow/grammar.ts';
import { editJavaScript } from '../../src/stow/javascript.ts';
import { editJsonEnvironment } from '../../src/stow/json.ts';
import { editPython } from '../../src/stow/python.ts';
import { type FixtureValues, runProgram, writeProgram } from '../fixture-programs.ts';
import { sampleGitHubToken } from '../sample-keys.ts';
import { placeOf } from '../stow-places.ts';

const grammars = join(import.meta.dirname, '../../node_modules/@vscode/tree-sitter-wasm/wasm');
const javascript = await loadParser(grammars, 'javascript');
const python = await loadParser(grammars, 'python');
/** An interpreter that has boto3; without one, the Python programs are left to `npm run test:clients`. */
const boto3 = process.env.KEYSTOW_TEST_PYTHON;
const region = 'eu-central-1';

let simulator: Simulator;
let home: string;
let values: FixtureValues;

before(async () => {
  simulator = await startSimulator();
  home = await mkdtemp(join(tmpdir(), 'keystow-fixtures-'));
  const key = simulator.accessKeys[0]!;
  values = { ACCESS_KEY_ID: key.accessKeyId, SECRET_ACCESS_KEY: key.secretAccessKey, ENDPOINT: simulator.endpoint, REGION: region };
  const answer = { Version: 1, AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey };
  await mkdir(join(home, '.aws'), { recursive: true });
  await writeFile(join(home, 'answer.mjs'), `console.log(${JSON.stringify(JSON.stringify(answer))});`, { mode: 0o600 });
  await writeFile(join(home, '.aws/credentials'), `[p]\ncredential_process = "${process.execPath}" "${join(home, 'answer.mjs')}"\n`);
  await writeFile(join(home, '.aws/config'), `[profile p]\nregion = ${region}\n`);
});

after(async () => {
  await simulator.stop();
  await rm(home, { recursive: true, force: true });
});

const environment = () => ({
  HOME: home,
  USERPROFILE: home,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
});

/** SDK v2 warns of its end of support in Node's words, which begin with the process id. */
const withoutProcessId = (stderr: string) => stderr.replace(/\(node:\d+\)/g, '(node)');

interface Fixture {
  readonly name: string;
  readonly edit: (text: string, pair: KeyPairPlace) => Edited | Refused;
  /** What `keystow exec` adds to the environment, for programs that are started through it from then on. */
  readonly exec?: () => Record<string, string>;
}

const inJavaScript: Fixture['edit'] = (text, pair) =>
  editJavaScript(text, pair, { profile: 'p', choice: 'profile', credentialProvidersResolvable: true, parser: javascript });
const inPython: Fixture['edit'] = (text, pair) => editPython(text, pair, { profile: 'p', choice: 'profile', parser: python });

const fixtures: readonly Fixture[] = [
  { name: 'sdk-v3.mjs', edit: inJavaScript },
  { name: 'sdk-v3.cjs', edit: inJavaScript },
  { name: 'sdk-v2.cjs', edit: inJavaScript },
  { name: 'sdk-v2-config.cjs', edit: inJavaScript },
  { name: 'launch.mjs', edit: (text, pair) => editJsonEnvironment(text, 'launch.json', pair, { profile: 'p' }) },
  { name: 'dotenv-app.mjs', edit: (text, pair) => editDotenvPair(text, pair, { profile: 'p', shape: 'profile', fileName: '.env' }) },
  {
    name: 'dotenv-by-name.mjs',
    edit: (text, pair) => editDotenvPair(text, pair, { profile: 'p', shape: 'references', fileName: '.env' }),
    exec: () => ({ AWS_ACCESS_KEY_ID: values.ACCESS_KEY_ID!, AWS_SECRET_ACCESS_KEY: values.SECRET_ACCESS_KEY! }),
  },
  ...(boto3 === undefined ? [] : ['boto3_client.py', 'boto3_session.py']).map((name) => ({ name, edit: inPython })),
];

for (const { name, edit, exec } of fixtures) {
  test(`${name} is the same caller before and after its key is taken out`, async () => {
    const folder = join(home, name.replace('.', '-'));
    const file = await writeProgram(name, folder, values);
    const options = { env: environment(), ...(boto3 === undefined ? {} : { python: boto3 }) };

    const first = await runProgram(name, folder, options);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^arn:aws:iam::\d{12}:user\/\S+\n$/);

    const text = await readFile(file, 'utf8');
    const edited = edit(text, {
      accessKeyId: placeOf(text, values.ACCESS_KEY_ID!),
      secretAccessKey: placeOf(text, values.SECRET_ACCESS_KEY!),
    });
    if ('refused' in edited) assert.fail(format(edited.refused));
    const left = applyEdits(text, edited.edits);
    assert.ok(!left.includes(values.ACCESS_KEY_ID!) && !left.includes(values.SECRET_ACCESS_KEY!));
    await writeFile(file, left);

    assert.equal(edited.runAfterwards !== undefined, exec !== undefined);
    const second = await runProgram(name, folder, { ...options, env: { ...options.env, ...exec?.() } });
    assert.deepEqual({ ...second, stderr: withoutProcessId(second.stderr) }, { ...first, stderr: withoutProcessId(first.stderr) });

    await writeFile(file, left.replace(/(['"=])p(['"\n])/, '$1no-such-profile$2'));
    if (exec === undefined) assert.notEqual((await runProgram(name, folder, options)).code, 0, 'the profile is what the program works by');
  });
}

test('github-token.mjs gets the same bytes, and without keystow exec only the reference', async () => {
  const folder = join(home, 'github-token');
  const token = sampleGitHubToken();
  const file = await writeProgram('github-token.mjs', folder, { GITHUB_TOKEN: token });
  const first = await runProgram('github-token.mjs', folder, { env: environment() });
  assert.equal(first.stdout, `${createHash('sha256').update(token).digest('hex')}\n`);

  const text = await readFile(file, 'utf8');
  const edited = editDotenvSecret(text, placeOf(text, token), 'keystow://github/ci-token', { fileName: '.env' });
  assert.ok(!('refused' in edited));
  await writeFile(file, applyEdits(text, edited.edits));
  const bare = await runProgram('github-token.mjs', folder, { env: environment() });
  assert.equal(bare.stdout, `${createHash('sha256').update('keystow://github/ci-token').digest('hex')}\n`);
  const resolved = await runProgram('github-token.mjs', folder, { env: { ...environment(), GITHUB_TOKEN: token } });
  assert.equal(resolved.stdout, first.stdout);
});
