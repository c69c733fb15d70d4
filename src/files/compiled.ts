import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { inFolder } from './in-folder.ts';

/** The files of one folder that are loaded so, by name: what tells the content of each from any other of that name. They are in ASCII. */
export type Prints = Readonly<Record<string, string>>;

/** Where what was compiled is kept: in `all`, a folder for each engine, as one does not take what was compiled for another, and in that one for each use, which calls other functions. */
export interface Kept {
  readonly all: string;
  readonly engine: string;
  readonly use: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Loads a CommonJS file, and those that it requires of its own folder, as `require` does, but with the functions compiled that earlier processes called. Node's own cache (module.enableCompileCache)
 * has only those that it compiles before anything is called, which is the lesser part. What was compiled lies in the folder that `place` names, which nobody else can write to, as what lies there is run; it is written by
 * the first process, and anew by one a day later. Where nothing can be kept, nothing is lost; where `place` is undefined, nothing is.
 * Such a file has no `import()`, which Node takes from a script only with a warning, but `importBeside`. @returns what the file exports
 */
export function requireCompiled(file: string, prints: Prints, place: Kept | undefined): unknown {
  const kept = place === undefined ? undefined : inFolder(place.all, place.engine, place.use);
  const load = createRequire(file);
  const folder = dirname(file);
  const isKept = kept !== undefined && isSafe(kept);
  const scripts: Record<string, Script> = {};

  const begin = (name: string): unknown => {
    const path = inFolder(folder, name);
    const before = load.cache[path];
    if (before !== undefined) return before.exports;
    const module = new Module(path);
    module.filename = path;
    load.cache[path] = module;
    // joined as bytes: joined as text it is copied within V8's heap, whose garbage is then collected while somebody waits
    const source = Buffer.concat([wrapper, readFileSync(path), wrapperEnd]).toString('latin1');
    const compiled = isKept ? contentOf(inFolder(kept, keptName(name, prints))) : undefined;
    const placed = { filename: path, columnOffset: -wrapper.length };
    const script = new Script(source, { ...placed, ...(compiled === undefined ? {} : { cachedData: compiled.content }) });
    if (compiled === undefined || compiled.isOld || script.cachedDataRejected) scripts[keptName(name, prints)] = script;
    script.runInThisContext().call(module.exports, module.exports, requireBeside, module, path, folder, importBeside);
    module.loaded = true;
    return module.exports;
  };
  const requireBeside = (id: string): unknown => (id.startsWith('./') && id.slice(2) in prints ? begin(id.slice(2)) : load(id));
  const importBeside = (id: string): Promise<unknown> => import(id.startsWith('./') ? pathToFileURL(join(folder, id)).href : id);

  if (kept !== undefined && isKept !== false) process.once('exit', () => keep(scripts, kept, place!.all));
  return begin(basename(file));
}

const wrapper = Buffer.from('(function (exports, require, module, __filename, __dirname, importBeside) { ');
const wrapperEnd = Buffer.from('\n})');

const keptName = (name: string, prints: Prints): string => `${name}-${prints[name]}`;

/** Whether a folder is this user's, and nobody else can write to it; undefined where there is none yet. */
function isSafe(path: string): boolean | undefined {
  try {
    const folder = statSync(path, { throwIfNoEntry: false });
    if (folder === undefined || process.getuid === undefined) return folder?.isDirectory();
    return folder.isDirectory() && folder.uid === process.getuid() && (folder.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/** What is kept in a file; undefined where that cannot be read, or is damaged: V8 would not see it, and end the process. */
function contentOf(file: string): { readonly content: Buffer; readonly isOld: boolean } | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    // it is there twice: two copies are compared in less time than it takes to load what hashes
    const both = readFileSync(file);
    const content = both.subarray(0, both.length / 2);
    return content.equals(both.subarray(content.length)) ? { content, isOld: Math.abs(Date.now() - stats.mtimeMs) > day } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what was compiled of some scripts, each whole or not at all, and takes away what no version and no engine wrote for a month: whoever is at work writes every day. */
function keep(scripts: Readonly<Record<string, Script>>, folder: string, all: string): void {
  if (Object.keys(scripts).length === 0) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isSafe(folder)) return;
    removeUnwritten(folder);
    if (isSafe(all) && !lstatSync(all).isSymbolicLink()) removeUnwritten(all);
    for (const [name, script] of Object.entries(scripts)) {
      const written = inFolder(folder, `${name}.${process.pid}.${process.hrtime.bigint()}.tmp`);
      const content = script.createCachedData();
      writeFileSync(written, Buffer.concat([content, content]), { flag: 'wx', mode: 0o600, flush: true });
      renameSync(written, inFolder(folder, name));
    }
  } catch {
    // a home that cannot be written to keeps nobody from working
  }
}

/** Removes from a folder what nobody wrote to for a month. A link is removed, never what it leads to. */
function removeUnwritten(folder: string): void {
  for (const one of readdirSync(folder).map((name) => inFolder(folder, name))) {
    if (Date.now() - lastWritten(one) > 30 * day) rmSync(one, { recursive: true, force: true });
  }
}

/** When a file was written, or a folder or what lies in it. */
function lastWritten(path: string): number {
  const stats = lstatSync(path);
  const within = stats.isDirectory() ? readdirSync(path).map((name) => lstatSync(inFolder(path, name)).mtimeMs) : [];
  return Math.max(stats.mtimeMs, ...within);
}
