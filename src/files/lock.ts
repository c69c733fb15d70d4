import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../message.ts';
import { errorCode, fileError } from './file-error.ts';

export interface LockOptions {
  /** How long to wait for another process, in milliseconds; 10 seconds unless told. */
  readonly waitMs?: number;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When that process began, as the system counts it: a number of a process comes back, both together do not. */
  readonly began: string;
}

const beatMs = 10_000;
const silentMs = 6 * beatMs;
const halfWrittenMs = 5_000;

/**
 * Runs `work` while no other process (and no other call of this one) runs its own for the same `file`, and gives what it gives. The lock is the
 * file `<file>.lock`, with 0700 folders where they are missing. A lock whose process has died is taken over at once; that of a process on
 * another machine, or in another container, when it has given no sign of life for a minute.
 *
 * Throws a UserError that names the holder when `waitMs` have passed.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = `${file}.lock`;
  const claim = JSON.stringify({ pid: process.pid, host: hostname(), began: beginOf(process.pid), id: randomUUID() });
  await acquire(lock, claim, options.waitMs ?? 10_000);
  const beat = setInterval(() => touch(lock), beatMs).unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (contentOf(lock) === claim) unlinkSync(lock);
  }
}

async function acquire(lock: string, claim: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  let pause = 10;
  try {
    mkdirSync(dirname(lock), { recursive: true, mode: 0o700 });
    while (!create(lock, claim)) {
      if (removeIfStale(lock)) continue;
      if (performance.now() >= until) throw held(lock);
      await sleep(Math.min(pause * (0.5 + Math.random()), Math.max(1, until - performance.now())));
      pause = Math.min(pause * 2, 200);
    }
  } catch (error) {
    throw fileError(error, lock);
  }
}

function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    // Windows answers EPERM while a file of that name is being deleted.
    if (errorCode(error) === 'EEXIST' || (process.platform === 'win32' && errorCode(error) === 'EPERM')) return false;
    throw error;
  }
}

/**
 * Two processes that find the same dead lock must not each remove what the other has just put in its place. So the removal is itself done
 * by one at a time, without a pause inside, and only while the lock is still the one that was found dead.
 */
function removeIfStale(lock: string): boolean {
  const found = contentOf(lock);
  if (found === undefined || !isStale(lock, found)) return false;

  const removal = `${lock}.removal`;
  if (!create(removal, '')) {
    if (ageOf(removal) > halfWrittenMs) remove(removal);
    return false;
  }
  try {
    if (contentOf(lock) === found) unlinkSync(lock);
  } finally {
    remove(removal);
  }
  return true;
}

function isStale(lock: string, content: string): boolean {
  const holder = holderOf(content);
  if (holder === undefined) return ageOf(lock) > halfWrittenMs;
  if (holder.host !== hostname()) return ageOf(lock) > silentMs;
  return !runs(holder.pid) || beginOf(holder.pid) !== holder.began;
}

function held(lock: string): UserError {
  const holder = holderOf(contentOf(lock) ?? '');
  if (holder === undefined) return new UserError('Keystow is busy: {lock} is held. Try again in a moment.', { lock });
  return new UserError(
    'Another Keystow process (number {pid} on {host}) is busy and holds {lock}. Wait until it is done, then try again; if no such process is there, delete that file.',
    { pid: String(holder.pid), host: holder.host, lock },
  );
}

function holderOf(content: string): Holder | undefined {
  try {
    const { pid, host, began } = JSON.parse(content);
    const whole = Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string' && typeof began === 'string';
    return whole ? { pid, host, began } : undefined;
  } catch {
    return undefined; // its process stopped, or has not finished, while writing it
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * The fields 3 and 22 of /proc/PID/stat (proc_pid_stat(5)), counted after the name, which may hold blanks and brackets. Empty where there is
 * no /proc, and for a process that has died but was not yet collected by its parent.
 */
function beginOf(pid: number): string {
  const line = contentOf(`/proc/${pid}/stat`) ?? '';
  const [state, ...fields] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? '' : (fields[18] ?? '');
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return undefined;
    throw error;
  }
}

function ageOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // The work goes on without a sign of life: on this machine the process is asked, not the file.
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
