// Small programs that a test runs before and after a stow: they have to behave the same.
import { spawn } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'jsonc-parser';

const templates = join(import.meta.dirname, 'fixtures/programs');
const modules = join(import.meta.dirname, '../node_modules');

/** What comes with a program: the template and the path that it gets. */
const companions: Readonly<Record<string, readonly [template: string, path: string]>> = {
  'dotenv-app.mjs': ['dotenv-app.env', '.env'],
  'dotenv-by-name.mjs': ['dotenv-by-name.env', '.env'],
  'github-token.mjs': ['github-token.env', '.env'],
  'split-key.mjs': ['split-key.env', '.env'],
  'launch.mjs': ['launch.json', '.vscode/launch.json'],
};

/** What fills the holes of the templates, e.g. `ACCESS_KEY_ID` that of `{{ACCESS_KEY_ID}}`. */
export type FixtureValues = Readonly<
  Partial<Record<'ACCESS_KEY_ID' | 'SECRET_ACCESS_KEY' | 'ENDPOINT' | 'REGION' | 'GITHUB_TOKEN', string>>
>;

/**
 * Writes a program, and the `.env` or `launch.json` that it reads, into a folder where its imports resolve.
 * @returns the file that holds the secret.
 */
export async function writeProgram(name: string, folder: string, values: FixtureValues): Promise<string> {
  const fill = async (template: string, path: string) => {
    const text = await readFile(join(templates, template), 'utf8');
    const filled = text.replace(/\{\{(\w+)\}\}/g, (_, hole: keyof FixtureValues) => {
      const value = values[hole];
      if (value === undefined) throw new Error(`${template} needs a value for ${hole}.`);
      return value;
    });
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), filled, { mode: 0o600 });
    return join(folder, path);
  };
  await mkdir(folder, { recursive: true });
  await symlink(modules, join(folder, 'node_modules'), 'junction').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const program = await fill(name, name);
  const companion = companions[name];
  return companion ? fill(...companion) : program;
}

export interface RunOptions {
  /** Beside PATH and the environment that `launch.json` gives, all that the program gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs the program, e.g. `['keystow', 'exec', '--']`. */
  readonly through?: readonly string[];
  /** The interpreter for Python programs; `python3` unless given. */
  readonly python?: string;
}

/** Runs a program of the folder to its end, as its preview or `launch.json` says to start it. */
export async function runProgram(
  name: string,
  folder: string,
  { env = {}, through = [], python = 'python3' }: RunOptions = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const interpreter = name.endsWith('.py') ? python : process.execPath;
  const [command = interpreter, ...args] = [...through, interpreter, name];
  const launched = name === 'launch.mjs' ? await launchEnvironment(folder) : {};
  const { PATH, SystemRoot } = process.env;
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...(PATH && { PATH }), ...(SystemRoot && { SystemRoot }), ...env, ...launched },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, stdout, stderr };
}

async function launchEnvironment(folder: string): Promise<Record<string, string>> {
  const launch = parse(await readFile(join(folder, '.vscode/launch.json'), 'utf8')) as {
    configurations: { env: Record<string, string> }[];
  };
  return launch.configurations[0]?.env ?? {};
}
