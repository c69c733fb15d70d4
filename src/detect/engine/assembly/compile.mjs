// Compiles the kernel to WebAssembly, in about a second, and keeps what it made under node_modules/.cache by a hash of what it was made from. Run as a script
// it prints the path of the compiled file.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'kernel.ts');
const cache = join(here, '../../../../node_modules/.cache/keystow-kernel');
// One page is 64 KB; the driver adds those that the table needs.
const options = ['-O3', '--enable', 'simd', '--runtime', 'stub', '--initialMemory', '45', '--use', 'abort='];

/** The path of the compiled kernel. Throws with the compiler's words where the source is wrong. */
export async function compiledKernel() {
  const hash = createHash('sha256');
  for (const file of [source, fileURLToPath(import.meta.url)]) hash.update(readFileSync(file));
  const compiled = join(cache, `${hash.digest('hex').slice(0, 16)}.wasm`);
  if (!existsSync(compiled)) {
    const { default: asc } = await import('assemblyscript/asc');
    let wasm;
    const { error, stderr } = await asc.main(['kernel.ts', ...options, '--outFile', 'kernel.wasm'], {
      readFile: (name) => (name === 'kernel.ts' ? readFileSync(source, 'utf8') : null),
      writeFile: (name, contents) => {
        if (name === 'kernel.wasm') wasm = contents;
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
export const compiledIn = (compiled) => ({
  name: 'kernel',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]detect[\\/]engine[\\/]kernel-code\.ts$/ }, () => ({
      contents: `export const kernelCode = () => Buffer.from('${readFileSync(compiled).toString('base64')}', 'base64');`,
    }));
  },
});

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(await compiledKernel());
