// Runs under test/keyring.sh: beside a real, unlocked, throw-away keychain.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import keytar from 'keytar';
import { type Keychain, openKeychain } from '../../src/keychain/keychain.ts';
import { MissingItemError } from '../../src/keychain/keychain-error.ts';
import { UserError } from '../../src/message.ts';
import { sampleKeyPair, samplePrivateKey } from '../sample-keys.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'keychain-program.ts');
const keyring = join(import.meta.dirname, '..', 'keyring.sh');
const onLinux = { skip: process.platform !== 'linux' && 'a matter of D-Bus' };

let folder: string;
let service: string;
let indexFile: string;
let keychain: Keychain;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keystow-keychain-'));
  service = `keystow-test-${randomUUID()}`;
  indexFile = join(folder, 'keychain.json');
  keychain = openKeychain({ service, indexFile });
});
afterEach(async () => {
  for (const account of await keychain.accounts()) await keychain.remove(account);
  await rm(folder, { recursive: true });
});

describe('an open keychain', () => {
  test('gives back what was stored, lists the names, and forgets what is removed', async () => {
    const { secretAccessKey } = sampleKeyPair();
    assert.equal(await keychain.read('github/ci'), undefined);
    await keychain.write('github/ci', secretAccessKey);
    await keychain.write('aws/one', 'first');
    await keychain.write('aws/one', 'second');
    assert.equal(await keychain.read('github/ci'), secretAccessKey);
    assert.equal(await keychain.read('aws/one'), 'second');
    assert.equal(await keychain.read('aws/two'), undefined);
    assert.deepEqual(await keychain.accounts(), ['aws/one', 'github/ci']);
    assert.equal(await keychain.remove('aws/one'), true);
    assert.equal(await keychain.remove('aws/one'), false);
    assert.equal(await keychain.read('aws/one'), undefined);
    assert.deepEqual(await keychain.accounts(), ['github/ci']);
  });

  test('keeps long, multi-line and non-English secrets', async () => {
    const secret = `${samplePrivateKey()}\r\nпароль 🔑 ${'x'.repeat(process.platform === 'win32' ? 100 : 100_000)}`;
    await keychain.write('pem', secret);
    assert.equal(await keychain.read('pem'), secret);
  });

  test('writes the names, never a secret, to a file for the owner only', async () => {
    const { secretAccessKey } = sampleKeyPair();
    await keychain.write('aws/one', secretAccessKey);
    const index = await readFile(indexFile, 'utf8');
    assert.match(index, /aws\/one/);
    assert(!index.includes(secretAccessKey));
    assert.equal((await stat(indexFile)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['keychain.json']);
  });

  test('leaves nothing behind when the last item is removed', async () => {
    await keychain.write('aws/one', 'text');
    assert.notEqual(await keytar.getPassword(service, 'keystow-is-open'), null);
    await keychain.remove('aws/one');
    assert.equal(await keytar.getPassword(service, 'keystow-is-open'), null);
    assert.deepEqual(await readdir(folder), []);
  });

  test('loses no name when several processes write at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const answers = await Promise.all(names.map((name) => inProcess(['write', name, `secret of ${name}`])));
    assert.deepEqual(answers, Array(5).fill({ value: null }));
    assert.deepEqual(await keychain.accounts(), names);
    for (const name of names) assert.equal(await keychain.read(name), `secret of ${name}`);
  });

  test('says which item another program has taken away; storing it again mends that', async () => {
    await keychain.write('aws/one', 'text');
    await keytar.deletePassword(service, 'aws/one');
    await assert.rejects(
      keychain.read('aws/one'),
      (error: Error) => error instanceof MissingItemError && error.message.includes('aws/one'),
    );
    await keychain.write('aws/one', 'text');
    assert.equal(await keychain.read('aws/one'), 'text');
  });

  test('counts an item as absent when a crash kept its first write from the end', async () => {
    await keychain.write('aws/one', 'text');
    const index = JSON.parse(await readFile(indexFile, 'utf8'));
    index.accounts['aws/two'] = 'changing';
    await writeFile(indexFile, JSON.stringify(index));
    assert.equal(await keychain.read('aws/two'), undefined);
    assert.deepEqual(await keychain.accounts(), ['aws/one', 'aws/two'], 'so that it can be removed');
  });

  test('that was reset is not mistaken for an empty one', async () => {
    await keychain.write('aws/one', 'text');
    for (const account of ['aws/one', 'keystow-is-open']) await keytar.deletePassword(service, account);
    await assert.rejects(keychain.read('aws/one'), says(/locked or not reachable.*delete .*keychain\.json/));
    await assert.rejects(keychain.read('never-written'), says(/locked or not reachable/));
    await keychain.write('aws/two', 'text');
    assert.equal(await keychain.read('never-written'), undefined);
  });

  test('with a damaged list is an error that names the list', async () => {
    await keychain.write('aws/one', 'text');
    const index = await readFile(indexFile);
    for (const text of ['{', '[]', '{"version":1,"accounts":{"a":"?"}}', '{"version":2,"accounts":{}}']) {
      await writeFile(indexFile, text);
      await assert.rejects(keychain.accounts(), says(/keychain\.json, is damaged/));
      assert.equal(await keychain.read('aws/one'), 'text', 'which needs no list');
    }
    await writeFile(indexFile, index);
  });
});

describe('a keychain that cannot be used', onLinux, () => {
  test('locked: nothing is taken for absent, nothing is written, nothing is forgotten', async () => {
    const [empty, written, open, closed, ...answers] = await besideOwnKeychain([
      'keystow 5000 answers-unasked',
      'keystow 5000 write aws/one text',
      'keystow 5000 answers-unasked',
      'dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login > /dev/null',
      'keystow 5000 answers-unasked',
      ...['read aws/one', 'read other', 'write aws/two text', 'remove aws/one', 'accounts'].map((verb) => `keystow 5000 ${verb}`),
    ]);
    const accounts = answers.pop();
    assert.deepEqual(written, { value: null });
    assert.deepEqual(
      [empty, open, closed],
      [false, true, false].map((value) => ({ value })),
    );
    assert.equal(answers.length, 4);
    for (const { error, message } of answers) {
      assert.equal(error, 'UserError');
      assert.match(message ?? '', /keychain is locked.*unlock it in your desktop’s password manager/);
    }
    assert.deepEqual(accounts, { value: ['aws/one'] });
  });

  test('silent: the wait has an end, and the program too', async () => {
    const began = performance.now();
    const [, answer, after] = await besideOwnKeychain([
      'keystow 5000 write aws/one text',
      'owner=$(dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | sed -n "s/.*uint32 //p")',
      'kill -STOP "$owner"',
      'keystow 300 read aws/one',
      'kill -CONT "$owner"',
      'keystow 5000 read aws/one',
    ]);
    assert.equal(answer?.error, 'SilentKeychainError');
    assert.match(answer?.message ?? '', /did not answer within 0\.3 seconds/);
    assert.deepEqual(after, { value: 'text' });
    assert(performance.now() - began < 22_000, 'not the 25 seconds of D-Bus');
  });

  test('no D-Bus: says what to install', async () => {
    const { DBUS_SESSION_BUS_ADDRESS: _, XDG_RUNTIME_DIR: __, DISPLAY: ___, ...env } = process.env;
    for (const verb of [
      ['read', 'a'],
      ['write', 'a', 'b'],
      ['remove', 'a'],
    ]) {
      const answer = await inProcess(verb, env);
      assert.equal(answer.error, 'UserError');
      assert.match(answer.message ?? '', /no D-Bus.*apt install dbus-user-session/);
    }
    assert.deepEqual(await readdir(folder), []);
  });

  test('D-Bus without a keychain behind it: says what to install', async () => {
    const bus = join(folder, 'bus.conf');
    await writeFile(bus, busWithoutServices);
    const command = [`--config-file=${bus}`, '--', process.execPath, program, service, folder, '5000', 'write', 'a', 'b'];
    const { stdout } = await run('dbus-run-session', command).catch((ended: { stdout: string }) => ended);
    assert.match(JSON.parse(stdout).message, /No keychain is running.*apt install gnome-keyring/);
  });
});

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
  readonly message?: string;
}

async function inProcess(verb: readonly string[], env = process.env, timeoutMs = 5000): Promise<Answer> {
  const { stdout } = await run(process.execPath, [program, service, folder, String(timeoutMs), ...verb], { env }).catch(
    (ended: { stdout: string }) => ended,
  );
  return JSON.parse(stdout);
}

/** The answers to the lines that call `keystow TIMEOUT_MS VERB…`, in a session whose keychain may be locked or stopped. */
async function besideOwnKeychain(script: readonly string[]): Promise<Answer[]> {
  const keystow = `keystow() { timeout=$1; shift; "$node" "$program" service "$HOME/data" "$timeout" "$@" || :; }`;
  const env = { ...process.env, node: process.execPath, program };
  const { stdout } = await run('sh', [keyring, 'sh', '-ec', [keystow, ...script].join('\n')], { env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const busWithoutServices = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

function says(words: RegExp) {
  return (error: unknown) => error instanceof UserError && words.test(error.message);
}
