import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

interface ZipEntry {
  readonly fileName: string;
  readonly uncompressedSize: number;
}

/** The part of yauzl that is used here; the package has no types. */
interface Zip {
  eachEntry(): AsyncIterable<ZipEntry>;
  openReadStreamPromise(entry: ZipEntry): Promise<Readable>;
}

export function openZip(path: string): Promise<Zip> {
  const yauzl = createRequire(import.meta.url)('yauzl') as { openPromise(path: string): Promise<Zip> };
  return yauzl.openPromise(path);
}

/** Every file of an archive by its path in it. */
export async function filesOfZip(path: string): Promise<Map<string, Buffer>> {
  const zip = await openZip(path);
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}
