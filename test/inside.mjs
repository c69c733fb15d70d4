// Runs a script of the tests where its keychain is: on Linux inside a private, throw-away one; on macOS and Windows with the person's own, under names of the tests.
import { spawnSync } from 'node:child_process';

const script = process.argv.slice(2);
const command = process.platform === 'linux' ? ['sh', 'test/keyring.sh', process.execPath, ...script] : [process.execPath, ...script];
const { status, signal, error } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
if (error) throw error;
process.exit(signal === null ? status : 1);
