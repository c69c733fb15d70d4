import assert from 'node:assert/strict';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { removeFile, replaceFile } from '../../src/files/write.ts';
import { UserError } from '../../src/message.ts';

describe('replacing a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystow-write-'));
  });
  afterEach(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true });
  });

  const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;
  const says = (...words: RegExp[]) => {
    return (error: unknown) => {
      assert(error instanceof UserError, String(error));
      for (const word of words) assert.match(error.message, word);
      return true;
    };
  };

  test('a new file is for the owner only, and so are the folders made for it', async () => {
    const file = join(folder, 'a', 'b', 'secret');
    await replaceFile(file, 'text');
    assert.equal(await readFile(file, 'utf8'), 'text');
    assert.equal(await modeOf(file), 0o600);
    assert.equal(await modeOf(join(folder, 'a')), 0o700);
    assert.equal(await modeOf(join(folder, 'a', 'b')), 0o700);
  });

  test('a file that no longer holds what was read is not removed', async () => {
    const file = join(folder, 'list');
    await replaceFile(file, 'a line of somebody else');
    await assert.rejects(removeFile(file, ''), says(/was changed by another program meanwhile/));
    assert.equal(await readFile(file, 'utf8'), 'a line of somebody else');
    await removeFile(file, 'a line of somebody else');
    assert.deepEqual(await readdir(folder), []);
  });

  test('bytes stay bytes', async () => {
    const file = join(folder, 'bytes');
    await replaceFile(file, Uint8Array.of(0, 255, 128));
    assert.deepEqual([...(await readFile(file))], [0, 255, 128]);
  });

  test('an existing file keeps its mode', async () => {
    const file = join(folder, 'script');
    await writeFile(file, 'old');
    await chmod(file, 0o754);
    await replaceFile(file, 'new');
    assert.equal(await modeOf(file), 0o754);
    assert.equal(await readFile(file, 'utf8'), 'new');
    assert.deepEqual(await readdir(folder), ['script']);
  });

  test('an existing file keeps its owner', { skip: process.getuid?.() !== 0 && 'only root can give files away' }, async () => {
    const file = join(folder, 'theirs');
    await writeFile(file, 'old');
    await chown(file, 1234, 5678);
    await replaceFile(file, 'new');
    const { uid, gid } = await stat(file);
    assert.deepEqual({ uid, gid }, { uid: 1234, gid: 5678 });
  });

  test('a symbolic link stays, and what it leads to is written, in its own folder', async () => {
    await mkdir(join(folder, 'dotfiles'));
    await writeFile(join(folder, 'dotfiles', 'credentials'), 'old');
    await symlink('dotfiles/credentials', join(folder, 'link'));
    await replaceFile(join(folder, 'link'), 'new');
    assert.equal(await readlink(join(folder, 'link')), 'dotfiles/credentials');
    assert.equal(await readFile(join(folder, 'dotfiles', 'credentials'), 'utf8'), 'new');
  });

  test('a link that leads nowhere is refused', async () => {
    const link = join(folder, 'link');
    await symlink('gone', link);
    await assert.rejects(replaceFile(link, 'new'), says(/link that leads nowhere/, /link/));
    assert((await lstat(link)).isSymbolicLink());
    assert.deepEqual(await readdir(folder), ['link']);
  });

  test('a read-only file is refused and left as it is', async () => {
    const file = join(folder, 'fixed');
    await writeFile(file, 'old');
    await chmod(file, 0o444);
    await assert.rejects(replaceFile(file, 'new'), says(/fixed/, /read-only/));
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(folder), ['fixed']);
  });

  test('a read-only folder is refused and left as it is', async () => {
    const file = join(folder, 'in-fixed');
    await writeFile(file, 'old');
    await chmod(folder, 0o500);
    await assert.rejects(replaceFile(file, 'new'), says(/folder/, /read-only/));
    await assert.rejects(replaceFile(join(folder, 'other'), 'new'), says(/folder/, /read-only/));
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(folder), ['in-fixed']);
  });

  test('a folder in the place of the file, or a file in the place of a folder, is refused', async () => {
    await assert.rejects(replaceFile(folder, 'new'), says(/not an ordinary file/));
    await writeFile(join(folder, 'file'), 'old');
    await assert.rejects(replaceFile(join(folder, 'file', 'below'), 'new'), says(/file where a folder is expected/));
    assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'old');
  });

  test('what another program wrote meanwhile is not overwritten', async () => {
    const file = join(folder, 'shared');
    await writeFile(file, 'theirs');
    await assert.rejects(replaceFile(file, 'mine', { expected: 'read before' }), says(/shared/, /changed by another program/));
    await assert.rejects(replaceFile(file, 'mine', { expected: null }), says(/shared/, /changed by another program/));
    assert.equal(await readFile(file, 'utf8'), 'theirs');
    await assert.rejects(replaceFile(join(folder, 'gone'), 'mine', { expected: 'was here' }), says(/gone/));
    assert.deepEqual(await readdir(folder), ['shared']);

    await replaceFile(file, 'mine', { expected: Buffer.from('theirs') });
    assert.equal(await readFile(file, 'utf8'), 'mine');
    await replaceFile(join(folder, 'first'), 'mine', { expected: null });
    assert.equal(await readFile(join(folder, 'first'), 'utf8'), 'mine');
  });

  test('what a crash left behind goes with the next write; what another process writes just now stays', async () => {
    const abandoned = join(folder, '.keystow-0123456789abcdef.tmp');
    const fresh = join(folder, '.keystow-fedcba9876543210.tmp');
    const foreign = join(folder, '.keystow-mine.tmp');
    for (const name of [abandoned, fresh, foreign]) {
      await mkdir(name);
      await writeFile(join(name, 'new'), 'half of it');
    }
    const longAgo = new Date(Date.now() - 120_000);
    for (const name of [abandoned, foreign]) await utimes(name, longAgo, longAgo);
    await replaceFile(join(folder, 'file'), 'new');
    assert.deepEqual((await readdir(folder)).sort(), ['.keystow-fedcba9876543210.tmp', '.keystow-mine.tmp', 'file']);
  });
});
