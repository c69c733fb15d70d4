// usage: inside.mjs SCRIPT...
// Installs what is missing, then runs a script of the tests where its keychain is: on Linux inside a private, throw-away one; on macOS and Windows with the person's own,
// under names of the tests. However this process ends, the script is told: a pipe whose other end it holds (test/lifeline.ts) closes.
import { spawn } from 'node:child_process';
import { prepare } from './prepare.mjs';

let leave = (code) => process.exit(code);
const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
for (const [signal, code] of Object.entries(signals)) process.on(signal, () => leave(code));

const node = await prepare().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
const script = [node, ...process.argv.slice(2)];
const [command, ...args] = process.platform === 'linux' ? ['sh', 'test/keyring.sh', ...script] : script;
const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ignore', 'pipe'], env: { ...process.env, LIFELINE: '4' } });
const lifeline = child.stdio[4].on('error', () => {});
leave = () => lifeline.destroy();
// a parent that is killed passes nothing on
const parent = process.ppid;
setInterval(() => process.ppid !== parent && leave(129), 1000).unref();
child.on('error', (error) => {
  throw error;
});
child.on('exit', (code) => process.exit(code ?? 1));
