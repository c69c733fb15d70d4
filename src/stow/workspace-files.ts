import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { decode, decodeBytes, encodingOf } from '../files/decode.ts';
import { walk } from '../files/walk.ts';
import { UserError } from '../message.ts';
import type { WorkspaceFile } from './readers.ts';

const endings = new Set(
  '.js .cjs .mjs .jsx .ts .cts .mts .tsx .py .rb .go .java .kt .kts .scala .cs .csproj .props .php .rs .sh .bash .zsh .fish .ps1 .yml .yaml .json .toml .tf .vue .svelte .ipynb .gradle'.split(
    ' ',
  ),
);
const names = /^(?:Dockerfile(?:\..+)?|.+\.Dockerfile|Makefile|Procfile|[Jj]ustfile|Jenkinsfile|Gemfile|Rakefile)$/i;
const builtOrFetched = new Set(['node_modules', '.venv', 'venv', 'dist', 'build', 'out', 'target', 'vendor', '__pycache__']);
const largest = 1_000_000;

/** The files of a folder that may read a variable by its name, by paths relative to it; what ignore files exclude or a tool built is left out. */
export async function workspaceFiles(folder: string, read: (path: string) => Promise<string | undefined>): Promise<WorkspaceFile[]> {
  const files: WorkspaceFile[] = [];
  for (const { path, bytes, file, skipped } of walk([folder], { cwd: folder, without: builtOrFetched })) {
    if (skipped || bytes || !(endings.has(extname(path)) || names.test(basename(path))) || statSync(path).size > largest) continue;
    const text = await readIn(path, read);
    if (text !== undefined) files.push({ path: file, text });
  }
  return files;
}

/** What is only looked at may be in an encoding in which it could not be written back, and nothing waits for what cannot be read at all. */
async function readIn(path: string, read: (path: string) => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  if (encodingOf(bytes) === 'latin1') return decodeBytes(bytes, 'latin1');
  const decoded = decode(bytes);
  return 'skipped' in decoded ? undefined : decoded.text;
}
