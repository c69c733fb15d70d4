import { timingSafeEqual } from 'node:crypto';
import { withLock } from '../files/lock.ts';
import { UserError } from '../message.ts';
import { openIndex } from './index-file.ts';
import { keychainError, locked, MissingItemError, notAnswered, notLoaded } from './keychain-error.ts';

export interface Keychain {
  /** The secret of an account; undefined if there is none, which is certain: a locked keychain is an error. */
  read(account: string): Promise<string | undefined>;
  /** Stores a secret and reads it back before it returns. */
  write(account: string, secret: string): Promise<void>;
  /** Whether there was one to remove. */
  remove(account: string): Promise<boolean>;
  /**
   * Whether it answers without asking a person to unlock it; false where that cannot be told. On macOS it is told only once it has answered somebody's own
   * request in this process.
   */
  answersUnasked(): Promise<boolean>;
  /** The accounts that this keychain holds for Keystow, sorted; asks the index only. */
  accounts(): Promise<readonly string[]>;
}

export interface KeychainOptions {
  readonly service: string;
  /** Where the names of the accounts are kept, without a secret: the keychain itself is never asked for a list, which can crash the process. */
  readonly indexFile: string;
  /** Whether this thread may wait for another process, as nobody else waits for it. */
  readonly mayBlock?: boolean;
  /** The longest wait for one answer of the keychain, in milliseconds; 5 seconds unless told. */
  readonly timeoutMs?: number;
}

/** Windows Credential Manager's CRED_MAX_CREDENTIAL_BLOB_SIZE, in bytes (wincred.h). */
const largestOnWindows = 2560;

/**
 * A locked keychain on Linux says "not found". So an item of a fixed name and content lies beside the others from the first write on: as long as
 * that can be read, "not found" is true.
 */
const sentinel = { account: 'keystow-is-open', secret: 'This item tells Keystow that the keychain is open. It holds no secret.' };

/**
 * The keychain of this machine, as one service in it. Every method throws a UserError with the remedy where the keychain is missing, locked or
 * silent; nothing is ever kept elsewhere instead. The keychain's library is loaded by the first call.
 */
export function openKeychain(options: KeychainOptions): Keychain {
  const { service, indexFile, mayBlock = false, timeoutMs = 5_000 } = options;
  const index = openIndex(indexFile);
  const alone = <T>(work: () => Promise<T>) => withLock(indexFile, work, { waitMs: 10_000 + 4 * timeoutMs });
  let hasAnswered = false;
  const get = async (account: string) => {
    const secret = await answered((library) => library.getPassword(service, account), timeoutMs);
    hasAnswered ||= secret !== null;
    return secret;
  };
  const set = (account: string, secret: string) => answered((library) => library.setPassword(service, account, secret), timeoutMs);

  const isOpen = async () => (await get(sentinel.account)) !== null;

  return {
    async read(account) {
      const secret = await get(account);
      if (secret !== null) return secret;
      const known = await index.read();
      if (known === undefined) return undefined;
      if (!(await isOpen())) throw locked(process, indexFile);
      // The keychain may have been unlocked between the two questions.
      const again = await get(account);
      if (again === null && known.get(account) === 'stored') {
        throw new MissingItemError(
          'The item "{account}" of "{service}" is no longer in the keychain. Restore it there, or store that secret again.',
          { account, service },
        );
      }
      return again ?? undefined;
    },

    write(account, secret) {
      if (account === '' || account === sentinel.account) throw new Error(`not an account for a secret: "${account}"`);
      if (secret === '') throw new Error('an empty secret');
      refuseTooLarge(account, secret);
      return alone(async () => {
        if (!(await isOpen())) {
          await set(sentinel.account, sentinel.secret);
          if (!(await isOpen())) throw locked(process, indexFile);
        }
        if ((await index.read())?.get(account) !== 'stored') await index.mark(account, 'changing');
        await set(account, secret);
        if (!equal(await get(account), secret)) {
          throw new UserError('The keychain did not keep the item "{account}": what it gave back differs. Nothing relies on it yet.', {
            account,
          });
        }
        await index.mark(account, 'stored');
      });
    },

    remove(account) {
      return alone(async () => {
        const known = await index.read();
        if (known?.has(account)) await index.mark(account, 'changing');
        const removed = await answered((library) => library.deletePassword(service, account), timeoutMs);
        if (known === undefined) return removed;
        if (!removed && !(await isOpen())) throw locked(process, indexFile);
        known.delete(account);
        if (known.size > 0) await index.drop(account);
        else {
          await answered((library) => library.deletePassword(service, sentinel.account), timeoutMs);
          await index.remove();
        }
        return removed;
      });
    },

    async answersUnasked() {
      if (process.platform === 'win32') return true; // it is open as long as its person is signed in
      if (process.platform === 'darwin') return hasAnswered;
      const { isUnlocked } = await import('./secret-service.ts');
      return isUnlocked(service, mayBlock);
    },

    async accounts() {
      return [...((await index.read()) ?? new Map()).keys()].sort();
    },
  };
}

type Library = typeof import('keytar');

async function answered<T>(ask: (library: Library) => Promise<T>, timeoutMs: number): Promise<T> {
  const library = await load();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notAnswered(process, timeoutMs / 1000)), timeoutMs);
  });
  const answer = ask(library).catch((error: unknown) => {
    throw keychainError(process, error);
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function load(): Promise<Library> {
  try {
    return (await import('keytar')).default;
  } catch (error) {
    throw notLoaded(process, error);
  }
}

function refuseTooLarge(account: string, secret: string): void {
  const bytes = Buffer.byteLength(secret);
  if (process.platform === 'win32' && bytes > largestOnWindows) {
    throw new UserError('Windows keeps at most {largest} bytes in one item of its keychain, and "{account}" has {bytes}.', {
      account,
      bytes,
      largest: largestOnWindows,
    });
  }
}

function equal(found: string | null, secret: string): boolean {
  const [a, b] = [Buffer.from(found ?? ''), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
