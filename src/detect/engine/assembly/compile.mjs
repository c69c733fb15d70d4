// Compiles the kernels to WebAssembly, in about a second each, and keeps what it made under node_modules/.cache by a hash of all sources. Run as a script
// with the name of one it prints the path of the compiled file.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, '../../../../node_modules/.cache/keystow-kernel');
/** The kernels, by the pages of 64 KB that each begins with; the driver of the first one adds those that its table needs. */
const pages = { kernel: 45, known: 11 };
const options = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--use', 'abort='];

/** The path of a compiled kernel. Throws with the compiler's words where the source is wrong. */
export async function compiledKernel(name = 'kernel') {
  const hash = createHash('sha256');
  for (const file of readdirSync(here).sort()) hash.update(readFileSync(join(here, file)));
  const compiled = join(cache, `${name}-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (!existsSync(compiled)) {
    const { default: asc } = await import('assemblyscript/asc');
    let wasm;
    const { error, stderr } = await asc.main([`${name}.ts`, ...options, '--initialMemory', String(pages[name]), '--outFile', 'out.wasm'], {
      readFile: (file) => (existsSync(join(here, file)) ? readFileSync(join(here, file), 'utf8') : null),
      writeFile: (file, contents) => {
        if (file === 'out.wasm') wasm = contents;
      },
      listFiles: () => [],
    });
    if (error) throw new Error(`The kernel does not compile.\n${stderr.toString()}`);
    mkdirSync(cache, { recursive: true });
    const unfinished = `${compiled}.${process.pid}`;
    writeFileSync(unfinished, wasm);
    renameSync(unfinished, compiled);
  }
  return compiled;
}

/** For esbuild: puts the compiled bytes where code that runs from source would compile them. They are so few that a file of their own would cost more. */
export async function compiledIn() {
  const codes = {};
  for (const name of Object.keys(pages)) codes[name] = readFileSync(await compiledKernel(name)).toString('base64');
  const contents = `const codes = ${JSON.stringify(codes)}; export const kernelCode = (name) => Buffer.from(codes[name], 'base64');`;
  return {
    name: 'kernel',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]detect[\\/]engine[\\/]kernel-code\.ts$/ }, () => ({ contents }));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(await compiledKernel(process.argv[2]));
