import { execFile, spawnSync } from 'node:child_process';
import { programOnPath } from '../files/program.ts';

const answerWithinMs = 2_000;

/**
 * Whether there are items of this service and all of them are unlocked, asked of Linux's Secret Service without a prompt: a search tells unlocked and locked items
 * apart (https://specifications.freedesktop.org/secret-service-spec/latest/, SearchItems), where to read a locked one brings up a dialog. False where it cannot
 * be asked. `mayBlock`: this thread waits meanwhile, which takes half the CPU.
 */
export async function isUnlocked(service: string, mayBlock: boolean): Promise<boolean> {
  const program = programOnPath('dbus-send', process.env);
  if (program === undefined) return false;
  const search = [
    '--session',
    '--print-reply',
    `--reply-timeout=${answerWithinMs}`,
    '--dest=org.freedesktop.secrets',
    '/org/freedesktop/secrets',
    'org.freedesktop.Secret.Service.SearchItems',
    `dict:string:string:service,${service}`,
  ];
  const reply = await (mayBlock ? printedBlocking(program, search) : printed(program, search));
  const [unlocked, locked] = reply.split('array [').slice(1);
  const hasItems = (list: string | undefined) => list?.includes('object path') ?? false;
  return hasItems(unlocked) && !hasItems(locked);
}

const limits = { timeout: 2 * answerWithinMs, encoding: 'utf8' } as const;

/** What a program prints; nothing where it fails, as where there is no bus, no keychain on it, or no answer: nobody is asked then. */
const printed = (program: string, args: readonly string[]): Promise<string> =>
  // not `promisify`, which gives the stdout of Node's own function alone: the build has another in its place, which loads the module when it is called
  new Promise((resolve) => {
    execFile(program, args, limits, (error, stdout) => resolve(error ? '' : stdout));
  });

function printedBlocking(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(program, args, { ...limits, stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout : '';
}
