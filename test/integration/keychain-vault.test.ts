// Runs under test/keyring.sh: beside a real, unlocked, throw-away keychain.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import keytar from 'keytar';
import { type Keychain, openKeychain } from '../../src/keychain/keychain.ts';
import { openVault, type Vault } from '../../src/keychain/vault.ts';
import { UserError } from '../../src/message.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'keychain-program.ts');

describe('the vault', () => {
  let data: string;
  let folder: string;
  let service: string;
  let keychain: Keychain;
  let vault: Vault;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'keystow-vault-'));
    folder = join(data, 'sessions');
    service = `keystow-test-${randomUUID()}`;
    keychain = openKeychain({ service, indexFile: join(data, 'keychain.json') });
    vault = openVault({ keychain, folder });
  });
  afterEach(async () => {
    for (const account of await keychain.accounts()) await keychain.remove(account);
    await rm(data, { recursive: true });
  });

  const fileOf = async (name: string) => {
    const before = new Set(await readdir(folder).catch(() => []));
    await vault.write(name, `content of ${name}`);
    return join(folder, (await readdir(folder)).find((file) => !before.has(file))!);
  };

  test('gives back what was written, until it is removed', async () => {
    assert.equal(await vault.read('session'), undefined);
    await vault.write('session', 'первый');
    await vault.write('session', 'second');
    await vault.write('empty', '');
    assert.equal(await vault.read('session'), 'second');
    assert.equal(await vault.read('empty'), '');
    await vault.remove('session');
    await vault.remove('session');
    assert.equal(await vault.read('session'), undefined);
  });

  test('shows neither content nor name, and to the owner only; the same content never looks the same', async () => {
    const file = await fileOf('profile/dev');
    const first = await readFile(file);
    assert(!file.includes('dev') && !first.includes('content'));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    await vault.write('profile/dev', 'content of profile/dev');
    assert.notDeepEqual(await readFile(file), first);
  });

  test('a file with any one byte changed, cut short or empty counts as absent', async () => {
    const file = await fileOf('a');
    const whole = await readFile(file);
    for (let i = 0; i < whole.length; i++) {
      const changed = Buffer.from(whole);
      changed[i]! ^= 1;
      await writeFile(file, changed);
      assert.equal(await vault.read('a'), undefined, `byte ${i}`);
    }
    for (const length of [0, 1, 12, 28, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      assert.equal(await vault.read('a'), undefined, `${length} bytes`);
    }
    await writeFile(file, whole);
    assert.equal(await vault.read('a'), 'content of a');
  });

  test('one session cannot be put in the place of another', async () => {
    const [a, b] = [await fileOf('a'), await fileOf('b')];
    await copyFile(a, b);
    assert.equal(await vault.read('b'), undefined);
  });

  test('under another wrapping key, all is absent and can be written anew', async () => {
    await vault.write('a', 'old');
    await keychain.write('wrapping-key', Buffer.alloc(32, 7).toString('base64'));
    assert.equal(await vault.read('a'), undefined);
    await keytar.deletePassword(service, 'wrapping-key');
    assert.equal(await vault.read('a'), undefined);
    await vault.write('a', 'new');
    assert.equal(await vault.read('a'), 'new');
    await keychain.write('wrapping-key', 'something else');
    await assert.rejects(vault.read('a'), /wrapping-key/);
  });

  test('an error of the keychain is an error; where there is no file, the keychain is not asked', async () => {
    await vault.write('a', 'text');
    const fail = () => Promise.reject(new UserError('locked'));
    const locked = openVault({ keychain: { read: fail, write: fail, remove: fail, answersUnasked: fail, accounts: fail }, folder });
    await assert.rejects(locked.read('a'), /locked/);
    await assert.rejects(locked.write('a', 'other'), /locked/);
    assert.equal(await locked.read('b'), undefined);
    assert.equal(await vault.read('a'), 'text');
  });

  test('processes that meet at an empty keychain agree on one wrapping key', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(names.map((name) => run(process.execPath, [program, service, data, '5000', 'vault-write', name, `from ${name}`])));
    for (const name of names) assert.equal(await vault.read(name), `from ${name}`);
  });
});
