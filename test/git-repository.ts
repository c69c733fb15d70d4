// A git repository for a test, in a throw-away folder, with nothing of the user's own configuration.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

export interface Repository {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  write(file: string, text: string | Uint8Array): void;
  git(...args: readonly string[]): string;
  /** Commits all that lies in the folder, without hooks. */
  commit(): string;
}

export function repository(t: TestContext): Repository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'keystow-git-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH, HOME: join(folder, '.home'), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const own = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main'];
  const git = (...args: readonly string[]) => execFileSync('git', [...own, ...args], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet');
  return {
    folder,
    env,
    git,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    commit() {
      git('add', '--all');
      git('commit', '--quiet', '--no-verify', '--allow-empty', '-m', 'a change');
      return git('rev-parse', 'HEAD').trim();
    },
  };
}
