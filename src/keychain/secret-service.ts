import { execFile } from 'node:child_process';
import { programOnPath } from '../files/program.ts';

const answerWithinMs = 2_000;

/**
 * Whether there are items of this service and all of them are unlocked, asked of Linux's Secret Service without a prompt: a search tells unlocked and locked items
 * apart (https://specifications.freedesktop.org/secret-service-spec/latest/, SearchItems), where to read a locked one brings up a dialog. False where it cannot
 * be asked.
 */
export async function isUnlocked(service: string): Promise<boolean> {
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
  try {
    const reply = await new Promise<string>((resolve, reject) => {
      execFile(program, search, { timeout: 2 * answerWithinMs }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    });
    const [unlocked, locked] = reply.split('array [').slice(1);
    const hasItems = (list: string | undefined) => list?.includes('object path') ?? false;
    return hasItems(unlocked) && !hasItems(locked);
  } catch {
    return false; // no bus, no keychain on it, or no answer: nobody is asked then
  }
}
