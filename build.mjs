// Builds dist/: the extension, the command, detection and scan as CommonJS, and what they load on first use (AWS clients, stow, simulator …) as one ESM build with code splitting.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from './notices.mjs';
import { compiledIn } from './src/detect/engine/assembly/compile.mjs';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'], // jsonc-parser's other build asks for its parts at run time
  minify: true,
  sourcemap: process.argv.includes('--sourcemap'),
  logLevel: 'warning',
  metafile: true,
};

/**
 * The files of ours that an entry reaches by `import()`, or starts on a thread. Each stays outside of it, so that nothing of them is read before it is needed.
 * What a commit waits for, the scan and the knowledge of one's own secrets, is in CommonJS, a file each: twenty files of ESM take Node 30 ms.
 */
const later = new Set(['src/scan/worker.ts']);
const commonJs = { 'scan/command.ts': 'scan', 'stow/own-secrets.ts': 'own-secrets', 'keychain/secret-service.ts': 'secret-service' };
/** What the extension loads once it is activated: `activate` itself is a file that the editor reads in no time. */
const afterActivation = { 'editor/wiring.ts': 'wiring' };
const loadedOnFirstUse = {
  name: 'loaded-on-first-use',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = relative('src', join(resolveDir, path)).replaceAll(sep, '/');
      if (file in commonJs || file in afterActivation) return { path: file, namespace: 'common-js' };
      later.add(`src/${file}`);
      return { path: `./${file.replace(/\.ts$/, '.mjs')}`, external: true };
    });
    onResolve({ filter: /.*/, namespace: 'common-js' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'common-js' }, ({ path }) => ({
      contents: `module.exports = require('./${{ ...commonJs, ...afterActivation }[path]}.js')`,
    }));
  },
};

/** The source of a function `load` that gives what an expression loads, which it asks for once: the editor's host takes 30 µs for each `require` of what is loaded already. */
const loading = (expression) => `let loaded; const load = () => (loaded ??= ${expression});`;

/** Node takes milliseconds to load these modules of its own, 4 for the promises of files, which is a tenth of all that credential-process may take: here each function loads its module when it is called. */
const nodeModulesOnFirstUse = {
  name: 'node-modules-on-first-use',
  setup({ onResolve, onLoad }) {
    const load = createRequire(import.meta.url);
    onResolve({ filter: /^node:(?:fs\/promises|crypto|zlib|child_process|os|timers\/promises|url)$/ }, ({ path, namespace, kind }) => {
      if (namespace === 'on-first-use' || kind !== 'import-statement') return { path, external: true };
      return { path, namespace: 'on-first-use', sideEffects: false };
    });
    onLoad({ filter: /.*/, namespace: 'on-first-use' }, ({ path }) => {
      const functions = Object.keys(load(path)).filter((name) => typeof load(path)[name] === 'function');
      const exported = functions.map((name) => `export const ${name} = (...given) => load().${name}(...given);`);
      const constants = path === 'node:fs/promises' ? "export { constants } from 'node:fs';" : '';
      return { contents: `${constants} ${loading(`require('${path}')`)} ${exported.join(' ')}` };
    });
  },
};

/**
 * The editor gives out its API by `require` alone to every version and fork; only src/editor and the extension may ask for it: from anywhere else it does not build. Of what is imported
 * from CommonJS, esbuild would copy the hundreds of names once for each file.
 */
const editorApi = {
  name: 'editor-api',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ kind, path, namespace }) => {
      if (namespace === 'editor-api') return { path, external: true };
      return kind === 'require-call' ? { path, namespace: 'editor-api' } : undefined;
    });
    // the editor looks up who asks at each `require` of it
    onLoad({ filter: /.*/, namespace: 'editor-api' }, () => ({ contents: "module.exports = require('vscode');" }));
    onLoad({ filter: /[\\/]src[\\/](?:editor[\\/][\w-]+|extension)\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace("import * as vscode from 'vscode';", "const vscode = require('vscode');"),
      loader: 'ts',
    }));
  },
};

const kernel = await compiledIn();

/** The modules of detection: the files of src/detect but for the engine of one's own rules, which is for few. */
const modules = readdirSync('src/detect', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(sep, '/'))
  .filter((file) => /^(?!engine\/assembly\/|rules\/own\.ts$).+(?<!\.d)\.ts$/.test(file))
  .map((file) => file.slice(0, -'.ts'.length));
const exporting = (some) => ({
  contents: some.map((module) => `export * as '${module}' from './src/detect/${module}.ts';`).join('\n'),
  resolveDir: '.',
});
const moduleOf = (file) => (/^src\/detect\/(.+)\.ts$/.exec(relative('.', file).replaceAll(sep, '/')) ?? [])[1];

/** All of detection as it runs from source, and which modules import which. */
async function fromSource() {
  const { outputFiles, metafile } = await build({ ...common, stdin: exporting(modules), write: false, format: 'esm', plugins: [kernel] });
  const imports = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.map(({ path }) => [moduleOf(file), moduleOf(path)]).filter(([from, to]) => from !== undefined && to !== undefined),
  );
  return { exported: await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`), imports };
}
const source = await fromSource();

/** Most texts need no rule at all: what is known of the catalogue without its rules is worked out here, from the same sources, and stands in the bundle as data. */
function preparedIn() {
  const contents = `const bytes = (text) => Uint8Array.from(Buffer.from(text, 'base64'));
    const words = (text) => new Uint16Array(bytes(text).buffer);
    const prepared = ${inSource(source.exported['prepared-catalogue'].preparedCatalogue())};
    export const preparedCatalogue = () => prepared;`;
  return {
    name: 'prepared',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]detect[\\/]prepared-catalogue\.ts$/ }, () => ({ contents }));
    },
  };
}
const prepared = preparedIn();

/** The source text of a value of objects, lists, texts, numbers and their arrays in binary. A long text is of literals one behind the other, in which whoever packs an extension sees tokens: it is in base 64. */
function inSource(value) {
  const inBase64 = ({ buffer, byteOffset, byteLength }) => `'${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}'`;
  if (value instanceof Uint8Array) return `bytes(${inBase64(value)})`;
  if (value instanceof Uint16Array) return `words(${inBase64(value)})`;
  if (typeof value === 'string' && value.length > 1000)
    return `Buffer.from(${inBase64(Buffer.from(value, 'latin1'))}, 'base64').toString('latin1')`;
  if (Array.isArray(value) || typeof value !== 'object') return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${name}: ${inSource(one)}`)
    .join(', ')} }`;
}

rmSync('out/packed-from', { force: true });
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');

/**
 * What each text needs of detection; all else lies beside it in rules.js, which is loaded when a text leads to a rule: most commits lead to none. What these modules
 * import of the others are functions alone.
 */
const isOfEachText = (module) =>
  /^(?:detect|rule-set|first-pass|prepared-catalogue|key-files|ignore|group|known-secrets|variety|printable|text|unit-at|base64|remembered|rules\/(?:rule|known-secret)|(?:engine|known)\/.+)$/.test(
    module,
  );
/** The modules that an editor, a command or a thread imports. */
const parts = modules.filter((module) => !module.includes('/'));

/** The source of the functions of a module, each of which loads `file`, which exports it, when it is called. */
function onFirstUse(file, module) {
  const functions = Object.entries(source.exported[module]).filter(([, value]) => typeof value === 'function');
  const exported = functions.map(
    ([name]) => `export function ${name}(...given) { const it = load().${name}; return new.target ? new it(...given) : it(...given); }`,
  );
  return `${loading(`require('${file}')['${module}']`)}\n${exported.join('\n')}`;
}

/** The source of all that a module exports, of a file that is loaded already. */
const atHand = (file, module) =>
  `const it = require('${file}')['${module}'];\n${Object.keys(source.exported[module])
    .map((name) => `export const ${name} = it.${name};`)
    .join('\n')}`;

/** Builds the modules of detection for which `isOwn` holds; what they import of the others is in `otherFile`, and `contents` is the source of how. */
function partOfDetection(file, isOwn, otherFile, contents, more) {
  const isAsked = (module) => parts.includes(module) || source.imports.some(([from, to]) => to === module && !isOwn(from));
  const others = {
    name: 'others',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
        const module = moduleOf(resolve(resolveDir, path));
        return module === undefined || isOwn(module) ? undefined : { path: module, namespace: 'others', sideEffects: false };
      });
      onLoad({ filter: /.*/, namespace: 'others' }, ({ path }) => ({ contents: contents(otherFile, path) }));
      onResolve({ filter: /.*/, namespace: 'others' }, ({ path }) => ({ path, external: true }));
    },
  };
  return build({
    ...common,
    stdin: exporting(modules.filter((module) => isOwn(module) && isAsked(module))),
    outfile: `dist/${file}`,
    format: 'cjs',
    plugins: [kernel, prepared, others, nodeModulesOnFirstUse],
    ...more,
  });
}
const ofRules = parts.filter((module) => !isOfEachText(module));
const [detection, rules] = await Promise.all([
  partOfDetection('detection.js', isOfEachText, './rules.js', onFirstUse, {
    footer: {
      js: `for (const part of ${JSON.stringify(ofRules)}) Object.defineProperty(module.exports, part, { get: () => require('./rules.js')[part] });`,
    },
  }),
  partOfDetection('rules.js', (module) => !isOfEachText(module), './detection.js', atHand),
]);
/** Detection is needed at the first document, not when the editor starts: in the extension each function of it loads it when it is called. */
const detectionOnFirstUse = {
  name: 'detection-on-first-use',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/detect\/[\w-]+\.ts$/ }, ({ path }) => ({
      path: basename(path, '.ts'),
      namespace: 'detection-on-first-use',
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: 'detection-on-first-use' }, ({ path }) => ({
      contents: onFirstUse('./detection.js', path),
    }));
    onResolve({ filter: /^\.\/detection\.js$/, namespace: 'detection-on-first-use' }, ({ path }) => ({ path, external: true }));
  },
};

/**
 * What looks at files by the thousand, and all that is loaded on first use, has what each text needs at hand; `file` is what leads from there to detection. What only
 * texts need in which something may be found is loaded when it is called.
 */
const detectionAtOnce = (file) => ({
  name: 'detection-at-once',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/detect\/[\w-]+\.ts$/ }, ({ path }) => ({ path: basename(path, '.ts'), namespace: 'detection-at-once' }));
    onLoad({ filter: /.*/, namespace: 'detection-at-once' }, ({ path }) => ({
      contents: isOfEachText(path) ? `module.exports = require('${file}')['${path}'];` : onFirstUse(file, path),
    }));
    onResolve({ filter: /.*/, namespace: 'detection-at-once' }, ({ path }) => ({ path, external: true }));
  },
});

const entry = (source, name, more) =>
  build({
    ...common,
    entryPoints: [`src/${source}`],
    outfile: `dist/${name}.js`,
    format: 'cjs',
    plugins: [...more, loadedOnFirstUse, nodeModulesOnFirstUse],
  });
// only the extension may import vscode: what reaches for it from the command does not build
const [extension, wiring, verbs, ...commonJsFiles] = await Promise.all([
  entry('extension.ts', 'extension', [editorApi]),
  entry('editor/wiring.ts', 'wiring', [editorApi, detectionOnFirstUse]),
  entry('cli.ts', 'verbs', []),
  ...Object.entries(commonJs).map(([file, name]) => entry(file, name, [detectionAtOnce('./detection.js')])),
]);

/** The command begins with what loads these, with the functions compiled that are called (src/files/compiled.ts): here they are made what it takes. By name, what tells each from any other. */
const prints = Object.fromEntries(
  ['verbs.js', 'detection.js', 'rules.js', ...Object.values(commonJs).map((name) => `${name}.js`)].map((name) => {
    const built = readFileSync(join('dist', name), 'utf8');
    if (/[^\0-\x7f]/.test(built)) throw new Error(`${name} is to be in ASCII, but esbuild leaves other characters in regular expressions`);
    if (!['verbs.js', 'scan.js'].includes(name) && /\bimport\(/.test(built))
      throw new Error(`${name} is loaded by the editor too, which has no importBeside`);
    const content = built.replaceAll(/\bimport\((?=")/g, 'importBeside(');
    writeFileSync(join('dist', name), content);
    return [name, createHash('sha256').update(content).digest('hex').slice(0, 16)];
  }),
);
const cli = await build({
  ...common,
  entryPoints: ['src/start.ts'],
  outfile: 'dist/cli.js',
  format: 'cjs',
  define: { prints: JSON.stringify(prints) },
  plugins: [nodeModulesOnFirstUse],
});

/** Stands for the way to detection until it is known in which folder a file comes to lie. */
const fromAnyFolder = 'keystow:detection';

const rest = await build({
  ...common,
  entryPoints: [...later].sort(),
  outbase: 'src',
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'shared/[hash]',
  plugins: [editorApi, detectionAtOnce(fromAnyFolder)],
  // the SDK's CommonJS parts ask for `require`, which an ES module has not
  banner: { js: "import { createRequire as keystowRequire } from 'node:module'; const require = keystowRequire(import.meta.url);" },
});

for (const file of Object.keys(rest.metafile.outputs)) {
  const way = relative(dirname(file), 'dist/detection.js').replaceAll(sep, '/');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(fromAnyFolder, way));
}

copyKeychainBinaries();
cpSync('node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.js', 'dist/grammars/tree-sitter.js');
cpSync('node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.wasm', 'dist/grammars/tree-sitter.wasm');
const grammars = ['javascript', 'typescript', 'tsx', 'python', 'go', 'java', 'php'];
await Promise.all(grammars.map((language) => compressedGrammar(`tree-sitter-${language}.wasm`)));

/**
 * keytar looks beside the bundle for prebuilds/, and there for the folder of Node's platform and architecture. No platform is called `linuxmusl`, so that none of those is ever loaded; what
 * lies in `linux-arm` is for 64 bits, while `armv7l`, which Node calls `arm`, has its own; and no editor that Keystow asks for is made for ia32 any more.
 */
function copyKeychainBinaries() {
  const from = 'node_modules/keytar/prebuilds';
  for (const folder of readdirSync(from)) {
    if (folder.startsWith('linuxmusl-') || folder.endsWith('-ia32') || folder === 'linux-arm') continue;
    cpSync(join(from, folder), join('dist/prebuilds', folder === 'linux-armv7l' ? 'linux-arm' : folder), { recursive: true });
  }
}

/** A grammar as small as can be: what the VSIX itself would make of it is half as large again. That takes seconds, so it is kept beside the other results. */
async function compressedGrammar(file) {
  const { version } = JSON.parse(readFileSync('node_modules/@vscode/tree-sitter-wasm/package.json', 'utf8'));
  const kept = join(`out/grammars-${version}`, `${file}.br`);
  if (!existsSync(kept)) {
    const grammar = readFileSync(join('node_modules/@vscode/tree-sitter-wasm/wasm', file));
    const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
    const compressed = await promisify(brotliCompress)(grammar, {
      params: { [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: grammar.length },
    });
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, compressed);
  }
  cpSync(kept, join('dist/grammars', `${file}.br`));
}

const metafiles = {
  extension: extension.metafile,
  wiring: wiring.metafile,
  detection: detection.metafile,
  rules: rules.metafile,
  cli: cli.metafile,
  verbs: verbs.metafile,
  ...Object.fromEntries(commonJsFiles.map(({ metafile }, index) => [Object.values(commonJs)[index], metafile])),
  rest: rest.metafile,
};
const folders = bundledPackages(Object.values(metafiles));
writeFileSync('THIRD_PARTY_NOTICES', thirdPartyNotices({ folders, grammars, ownLicense: readFileSync('LICENSE', 'utf8') }));

mkdirSync('out', { recursive: true });
writeFileSync('out/build.json', JSON.stringify(metafiles));
