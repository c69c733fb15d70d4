import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel in WebAssembly. From source it is compiled first, unless that was done before; the build puts the compiled bytes in the place of this file. */
export function kernelCode(): Uint8Array<ArrayBuffer> {
  const compiled = execFileSync(process.execPath, [join(import.meta.dirname, 'assembly/compile.mjs')], { encoding: 'utf8' });
  return new Uint8Array(readFileSync(compiled));
}
