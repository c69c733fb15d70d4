import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, fileError } from '../files/file-error.ts';
import { withLock } from '../files/lock.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';
import type { Keychain } from './keychain.ts';
import { MissingItemError } from './keychain-error.ts';

/** Encrypted files for what is too large or too short-lived for the keychain: sessions and tokens. All of it can be fetched anew. */
export interface Vault {
  /** What was written under the name; undefined if nothing was, or if it can no longer be decrypted. */
  read(name: string): Promise<string | undefined>;
  write(name: string, content: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface VaultOptions {
  /** Where the wrapping key lies. */
  readonly keychain: Keychain;
  /** Vaults of one keychain must have folders beside each other: they agree about the wrapping key by a lock in the folder above. */
  readonly folder: string;
}

const wrappingKeyAccount = 'wrapping-key';
const version = 1;
const nonceLength = 12;
const tagLength = 16;

/**
 * A vault in `folder`. A file is one byte of version, a random 96-bit nonce, the text under AES-256-GCM (NIST SP 800-38D) and the tag; its name is
 * bound to it, and is itself on the disk as a hash only. What the keychain throws goes through.
 */
export function openVault({ keychain, folder }: VaultOptions): Vault {
  const fileOf = (name: string) => join(folder, hash('sha256', name));

  return {
    async read(name) {
      const sealed = contentOf(fileOf(name));
      if (sealed === undefined) return undefined;
      const key = await existingKey(keychain);
      return key === undefined ? undefined : unseal(sealed, name, key);
    },

    async write(name, content) {
      const key = (await existingKey(keychain)) ?? (await createKey(keychain, join(dirname(folder), wrappingKeyAccount)));
      await replaceFile(fileOf(name), seal(content, name, key));
    },

    async remove(name) {
      const file = fileOf(name);
      await unlink(file).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') throw fileError(error, file);
      });
    },
  };
}

async function existingKey(keychain: Keychain): Promise<Buffer | undefined> {
  let stored: string | undefined;
  try {
    stored = await keychain.read(wrappingKeyAccount);
  } catch (error) {
    // Gone for good, and with it what the vault held: a new key begins a new vault.
    if (error instanceof MissingItemError) return undefined;
    throw error;
  }
  if (stored === undefined) return undefined;
  const key = Buffer.from(stored, 'base64');
  if (key.length !== 32) {
    throw new UserError(
      'The keychain item "{account}" is not what Keystow wrote. Remove it, then try again: you will have to sign in once more.',
      {
        account: wrappingKeyAccount,
      },
    );
  }
  return key;
}

function createKey(keychain: Keychain, lockFile: string): Promise<Buffer> {
  return withLock(lockFile, async () => {
    const made = await existingKey(keychain);
    if (made !== undefined) return made;
    const key = randomBytes(32);
    await keychain.write(wrappingKeyAccount, key.toString('base64'));
    return key;
  });
}

function seal(content: string, name: string, key: Buffer): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(name));
  return Buffer.concat([Buffer.of(version), nonce, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function unseal(sealed: Buffer, name: string, key: Buffer): string | undefined {
  const textStart = 1 + nonceLength;
  const tagStart = sealed.length - tagLength;
  if (sealed[0] !== version || tagStart < textStart) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, textStart), { authTagLength: tagLength })
    .setAAD(boundTo(name))
    .setAuthTag(sealed.subarray(tagStart));
  try {
    return decipher.update(sealed.subarray(textStart, tagStart), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

const boundTo = (name: string): Buffer => Buffer.concat([Buffer.of(version), Buffer.from(name)]);

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
}
