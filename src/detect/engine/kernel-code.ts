import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A kernel in WebAssembly. From source it is compiled first, unless that was done before; the build puts the compiled bytes in the place of this file. */
export function kernelCode(name: 'kernel' | 'known'): Uint8Array<ArrayBuffer> {
  const compiled = execFileSync(process.execPath, [join(import.meta.dirname, 'assembly/compile.mjs'), name], { encoding: 'utf8' });
  return new Uint8Array(readFileSync(compiled));
}
