// Archives, made at run time: as tools make them, and as none does.
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';

export interface Packed {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Kept as it is, not deflated. */
  readonly stored?: boolean;
  /** Says of itself that a password is needed. */
  readonly encrypted?: boolean;
  /** The number of a method that says how it is compressed. */
  readonly method?: number;
  /** What it says its size is, where that is another one. */
  readonly said?: number;
}

/** A zip file (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3). */
export function zipOf(...files: readonly Packed[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const { name, content, stored = false, encrypted = false, method = stored ? 0 : 8, said } of files) {
    const bytes = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const path = Buffer.from(name);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2); // the name is in UTF-8
    about.writeUInt16LE(method, 4);
    about.writeUInt32LE(crc32(bytes), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(said ?? bytes.length, 18);
    about.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), about, path, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), about, place, path]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}

export async function tarOf(...files: readonly Packed[]): Promise<Buffer> {
  const entries = files.map(({ name, content }) => ({ header: { name, size: Buffer.byteLength(content) }, body: Buffer.from(content) }));
  return Buffer.from(await packTar(entries));
}

export const gzipOf = (content: string | Uint8Array): Buffer => gzipSync(content);

export const tgzOf = async (...files: readonly Packed[]): Promise<Buffer> => gzipOf(await tarOf(...files));

/** A gzip file that ends too early. */
export const cutGzip = (content: Uint8Array): Buffer =>
  gzipSync(content, { level: constants.Z_NO_COMPRESSION }).subarray(0, content.length / 2);
