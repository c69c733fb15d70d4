import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/** The files of one folder that are loaded so, by name: what tells the content of each from any other of that name. They are in ASCII. */
export type Prints = Readonly<Record<string, string>>;

const day = 24 * 60 * 60 * 1000;

/**
 * Loads a CommonJS file, and those that it requires of its own folder, as `require` does, but with the functions compiled that earlier processes called. Node's own cache (module.enableCompileCache)
 * has only those that it compiles before anything is called, which is the lesser part. What was compiled lies in `kept`, a folder that nobody else can write to, as what lies there is run; it is written by
 * the first process, and anew by one a day later. Where nothing can be kept, nothing is lost; where `kept` is undefined, nothing is.
 * Such a file has no `import()`, which Node takes from a script only with a warning, but `importBeside`. @returns what the file exports
 */
export function requireCompiled(file: string, prints: Prints, kept: string | undefined): unknown {
  const load = createRequire(file);
  const folder = dirname(file);
  const isKept = kept !== undefined && isSafe(kept);
  const scripts: Record<string, Script> = {};

  const begin = (name: string): unknown => {
    const path = join(folder, name);
    const before = load.cache[path];
    if (before !== undefined) return before.exports;
    const module = new Module(path);
    module.filename = path;
    load.cache[path] = module;
    const source = `${wrapper}${readFileSync(path, 'latin1')}\n})`;
    const compiled = isKept ? contentOf(join(kept, keptName(name, prints))) : undefined;
    const placed = { filename: path, columnOffset: -wrapper.length };
    const script = new Script(source, { ...placed, ...(compiled === undefined ? {} : { cachedData: compiled.content }) });
    if (compiled === undefined || compiled.isOld || script.cachedDataRejected) scripts[keptName(name, prints)] = script;
    script.runInThisContext().call(module.exports, module.exports, requireBeside, module, path, folder, importBeside);
    module.loaded = true;
    return module.exports;
  };
  const requireBeside = (id: string): unknown => (id.startsWith('./') && id.slice(2) in prints ? begin(id.slice(2)) : load(id));
  const importBeside = (id: string): Promise<unknown> => import(id.startsWith('./') ? pathToFileURL(join(folder, id)).href : id);

  if (kept !== undefined && isKept !== false) process.once('exit', () => keep(scripts, kept));
  return begin(basename(file));
}

const wrapper = '(function (exports, require, module, __filename, __dirname, importBeside) { ';

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

/** Keeps what was compiled of some scripts, each whole or not at all, and takes away what no version wrote for a month. */
function keep(scripts: Readonly<Record<string, Script>>, folder: string): void {
  if (Object.keys(scripts).length === 0) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isSafe(folder)) return;
    for (const one of readdirSync(folder).map((name) => join(folder, name))) {
      if (Date.now() - statSync(one).mtimeMs > 30 * day) rmSync(one, { recursive: true, force: true });
    }
    for (const [name, script] of Object.entries(scripts)) {
      const written = join(folder, `${name}.${process.pid}.${process.hrtime.bigint()}.tmp`);
      const content = script.createCachedData();
      writeFileSync(written, Buffer.concat([content, content]), { flag: 'wx', mode: 0o600, flush: true });
      renameSync(written, join(folder, name));
    }
  } catch {
    // a home that cannot be written to keeps nobody from working
  }
}
