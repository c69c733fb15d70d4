import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The Chromium inside @sparticuz/chromium (x64 Linux), unpacked once below node_modules: its own way is one file in the temporary folder, which a second user cannot replace. */
export async function packedChromium() {
  const folder = resolve('node_modules/.cache/chromium');
  mkdirSync(folder, { recursive: true });
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    return await packed.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}
