import { nonEmpty, object, pipe, regex, string } from 'valibot';
import { UserError } from '../message.ts';
import type { AccessKey } from './access-key.ts';
import type { KeyStore } from './broker.ts';
import { readStored } from './stored.ts';

/** What the long-term keys need of the keychain. */
export interface SecretReader {
  read(account: string): Promise<string | undefined>;
}

const storedKey = object({ accessKeyId: pipe(string(), regex(/^\w{16,128}$/)), secretAccessKey: pipe(string(), nonEmpty()) });

/** The keychain's account name of a long-term key. */
export const keyAccount = (accessKeyId: string): string => `aws/${accessKeyId}`;

/** A long-term key as its keychain item holds it. */
export const keyContent = ({ accessKeyId, secretAccessKey }: AccessKey): string => JSON.stringify({ accessKeyId, secretAccessKey });

/** The long-term keys of a keychain. Reading throws a UserError where the item holds something else. */
export function keysOf(keychain: SecretReader): KeyStore {
  return {
    async read(accessKeyId) {
      const account = keyAccount(accessKeyId);
      const content = await keychain.read(account);
      if (content === undefined) return undefined;
      const key = readStored(storedKey, content);
      if (key?.accessKeyId === accessKeyId) return key;
      throw new UserError(
        'The keychain item {account} does not hold the access key of this id. Delete the item, then move the key to the keychain again.',
        {
          account,
        },
      );
    },
  };
}
