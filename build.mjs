// Builds dist/: the extension and the command as CommonJS, the AWS clients as one ESM build with code splitting, and what is loaded on first use as files of its own.
import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

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

/** Rooms that the entries reach only by `import()`: each stays a file of its own, so that nothing of it is loaded before it is needed. */
const loadedOnFirstUse = {
  name: 'loaded-on-first-use',
  setup({ onResolve }) {
    onResolve({ filter: /\/aws\/[\w-]+\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./aws/${basename(path, '.ts')}.mjs`, external: true } : undefined,
    );
    onResolve({ filter: /\/simulator\/command\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './simulator.js', external: true } : undefined,
    );
  },
};

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');

const entries = [
  // only the extension may import vscode: what reaches for it from anywhere else does not build
  build({
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    format: 'cjs',
    external: ['vscode'],
    plugins: [loadedOnFirstUse],
  }),
  build({ ...common, entryPoints: ['src/cli.ts'], outfile: 'dist/cli.js', format: 'cjs', plugins: [loadedOnFirstUse] }),
  build({ ...common, entryPoints: ['src/simulator/command.ts'], outfile: 'dist/simulator.js', format: 'cjs' }),
  build({
    ...common,
    entryPoints: globSync('src/aws/*.ts'),
    outdir: 'dist/aws',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    // the SDK's CommonJS parts ask for `require`, which an ES module has not
    banner: { js: "import { createRequire as keystowRequire } from 'node:module'; const require = keystowRequire(import.meta.url);" },
  }),
];
const [extension, cli, simulator, aws] = await Promise.all(entries);

cpSync('node_modules/keytar/prebuilds', 'dist/prebuilds', { recursive: true }); // keytar looks for prebuilds/ beside the bundle
const grammars = 'node_modules/@vscode/tree-sitter-wasm/wasm';
for (const file of [
  'tree-sitter.js',
  'tree-sitter.wasm',
  ...['javascript', 'typescript', 'tsx', 'python'].map((language) => `tree-sitter-${language}.wasm`),
]) {
  cpSync(join(grammars, file), join('dist/grammars', file));
}

mkdirSync('out', { recursive: true });
writeFileSync(
  'out/build.json',
  JSON.stringify({ extension: extension.metafile, cli: cli.metafile, simulator: simulator.metafile, aws: aws.metafile }),
);
