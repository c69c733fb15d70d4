import { relative } from 'node:path';
import { run } from 'node:test';

export interface Result {
  readonly name: string;
  readonly ms: number;
  readonly error?: string;
}

/** Runs test files as `options` of node:test say, and gives each test's result as it ends; a test that is skipped has failed. */
export async function* resultsOf(options: Parameters<typeof run>[0]): AsyncGenerator<Result> {
  for await (const { type, data } of run(options)) {
    if (type === 'test:stderr' || type === 'test:stdout') process.stderr.write(data.message);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const file = data.file === undefined ? '' : relative('test', data.file);
    const name = `${file}: ${data.name}`;
    const ms = data.details.duration_ms;
    if (data.skip !== undefined || data.todo !== undefined) yield { name, ms, error: 'a test is never skipped' };
    else if (type === 'test:fail') yield { name, ms, error: reason(data.details.error) };
    else if (data.details.type !== 'suite' && data.name !== data.file) yield { name, ms };
  }
}

function reason(error: Error): string {
  const cause = error.cause;
  return cause instanceof Error ? `${cause.stack ?? cause.message}` : `${cause ?? error.message}`;
}
