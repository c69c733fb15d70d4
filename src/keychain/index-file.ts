import { readFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { errorCode, fileError } from '../files/file-error.ts';
import { replaceFile } from '../files/write.ts';
import { UserError } from '../message.ts';

/** `changing`: a write or a removal began, and a crash may have kept it from its end. The item may be there or not. */
export type State = 'stored' | 'changing';

/** The names of the items that Keystow has in the keychain, in a file of its own. It changes only under the keychain's lock. */
export interface Index {
  /** Undefined where nothing was ever written. Throws a UserError where the file is damaged. */
  read(): Promise<Map<string, State> | undefined>;
  mark(account: string, state: State): Promise<void>;
  drop(account: string): Promise<void>;
  /** Takes the file away. */
  remove(): Promise<void>;
}

export function openIndex(file: string): Index {
  const read = async (): Promise<Map<string, State> | undefined> => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8'); // a commit waits for it, and to load Node's promises of files takes longer than to read it
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw fileError(error, file);
    }
    const accounts = accountsIn(text);
    if (accounts === undefined) {
      throw new UserError(
        "The list of Keystow's keychain items, {file}, is damaged. Put it back from a backup, or delete it: the items stay in the keychain, and can be used.",
        { file },
      );
    }
    return accounts;
  };

  const change = async (edit: (accounts: Map<string, State>) => void): Promise<void> => {
    const accounts = (await read()) ?? new Map<string, State>();
    edit(accounts);
    await replaceFile(file, `${JSON.stringify({ version: 1, accounts: Object.fromEntries(accounts) }, null, 2)}\n`);
  };

  return {
    read,
    mark: (account, state) => change((accounts) => accounts.set(account, state)),
    drop: (account) => change((accounts) => accounts.delete(account)),
    remove: () => unlink(file),
  };
}

function accountsIn(text: string): Map<string, State> | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(content) || content.version !== 1 || !isObject(content.accounts)) return undefined;
  const accounts = Object.entries(content.accounts);
  const valid = (entry: [string, unknown]): entry is [string, State] => entry[1] === 'stored' || entry[1] === 'changing';
  return accounts.every(valid) ? new Map(accounts) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
