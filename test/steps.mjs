// A line a step on standard error while something is installed or started: what is done, and how many seconds it took.
import { spawn } from 'node:child_process';

/**
 * Does the work and gives its result; its line is there from the beginning, its seconds when it is done.
 * @template Result
 * @param {string} text
 * @param {() => Promise<Result> | Result} work
 * @returns {Promise<Result>}
 */
export async function step(text, work) {
  const began = performance.now();
  process.stderr.write(`${text} … `);
  try {
    const result = await work();
    process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
}

const ownGroup = process.platform !== 'win32';
const running = new Set();
process.on('exit', () => {
  for (const { pid } of running) process.kill(ownGroup ? -pid : pid);
});

/**
 * Runs a program to its end; neither it nor what it starts outlives this process. Gives what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<string>}
 * @throws {Error} with what it printed, where it did not exit with 0
 */
export function runProgram(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { ...options, detached: ownGroup, stdio: ['ignore', 'pipe', 'pipe'] });
    if (child.pid !== undefined) running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', fail);
    child.on('close', (code) => {
      running.delete(child);
      if (code === 0) done(stdout);
      else fail(new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`));
    });
  });
}
