import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { object, optional, record, string } from 'valibot';
import { readStored } from '../credentials/stored.ts';
import { readPlainFile } from '../files/plain-file.ts';

/** The npm package that a file belongs to. */
export interface OwningPackage {
  readonly folder: string;
  readonly manager: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** The version range of the first AWS client among its dependencies: the SDK's packages go together. */
  readonly clientVersion: string;
}

const manifest = object({ dependencies: optional(record(string(), string())), devDependencies: optional(record(string(), string())) });
const lockfiles = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' } as const;

/** The package whose folder holds the file; undefined where there is none, or its package.json cannot be read or names no client of the AWS SDK. */
export function packageOf(file: string): OwningPackage | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const { dependencies, devDependencies } = readStored(manifest, textOf(path)) ?? {};
      const [, version] =
        Object.entries({ ...devDependencies, ...dependencies }).find(([name]) => name.startsWith('@aws-sdk/client-')) ?? [];
      // it becomes part of a command line
      if (version === undefined || !/^[\w.^~><= |*-]{1,60}$/.test(version)) return undefined;
      return { folder, manager: managerOf(folder), clientVersion: version };
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function managerOf(folder: string): OwningPackage['manager'] {
  for (; ; folder = dirname(folder)) {
    for (const [lockfile, manager] of Object.entries(lockfiles)) if (existsSync(join(folder, lockfile))) return manager;
    if (existsSync(join(folder, 'package-lock.json')) || dirname(folder) === folder) return 'npm';
  }
}

function textOf(path: string): string {
  try {
    return readPlainFile(path, 'followed');
  } catch {
    return ''; // it names no client then
  }
}
