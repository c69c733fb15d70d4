// Does one thing with a keychain or a vault in a process of its own, and prints how it ended as JSON: { value } or { error, message }.
// usage: keychain-program.ts SERVICE FOLDER TIMEOUT_MS read|write|remove|accounts|answers-unasked|vault-write [NAME [TEXT]]
import { join } from 'node:path';
import { openKeychain } from '../../src/keychain/keychain.ts';
import { openVault } from '../../src/keychain/vault.ts';

const [service = '', folder = '', timeoutMs, verb, name = '', text = ''] = process.argv.slice(2);
const keychain = openKeychain({ service, indexFile: join(folder, 'keychain.json'), timeoutMs: Number(timeoutMs) });
const verbs: Record<string, () => Promise<unknown>> = {
  read: () => keychain.read(name),
  write: () => keychain.write(name, text),
  remove: () => keychain.remove(name),
  accounts: () => keychain.accounts(),
  'answers-unasked': () => keychain.answersUnasked(),
  'vault-write': () => openVault({ keychain, folder: join(folder, 'sessions') }).write(name, text),
};

try {
  console.log(JSON.stringify({ value: (await verbs[verb ?? '']?.()) ?? null }));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.log(JSON.stringify({ error: error.constructor.name, message: error.message }));
  // A question that a silent keychain has not answered would keep the process for most of a minute.
  process.kill(process.pid, 'SIGKILL');
}
