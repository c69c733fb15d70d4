import { ReadableStream } from 'node:stream/web';
import { createGunzip, inflateRawSync, constants as zlib } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { type Message, message } from '../message.ts';
import { archiveKind, headSize } from './archive-kind.ts';
import { tooLarge } from './too-large.ts';

// Looks into archives in memory: nothing is written to a disk, and a path inside is a name that is shown and no more.

/** A file inside of an archive, and why it is not looked at where its content is not there. */
export interface FileInside {
  /** `archive.zip!path/in/it`, with a `!` more for each archive in an archive. */
  readonly file: string;
  readonly content: Uint8Array | Message;
}

/** How much of an archive is looked at. */
export interface ArchiveLimits {
  /** Bytes of a file inside. */
  readonly file: number;
  /** Bytes of an archive, also of one inside of another. */
  readonly archive: number;
  /** Bytes of all that is unpacked. */
  readonly unpacked: number;
  /** Files and folders, those of archives inside among them. */
  readonly entries: number;
  /** How many archives may lie in each other. */
  readonly depth: number;
}

const megabyte = 1024 * 1024;

/** What no archive that people make for themselves comes to, and what is looked at in seconds. */
export const archiveLimits: ArchiveLimits = {
  file: 10 * megabyte,
  archive: 100 * megabyte,
  unpacked: 500 * megabyte,
  entries: 100_000,
  depth: 5,
};

const encrypted = message('encrypted');

/**
 * The files inside of an archive and of the archives inside of it, in their order. Where one of these is broken, or holds more than the limits allow, that is told under its name
 * after the files before that point.
 * @param bytes of a kind that `archiveKind` knows; not to be changed until all is read
 */
export async function* filesIn(bytes: Uint8Array, file: string, limits: ArchiveLimits): AsyncGenerator<FileInside> {
  try {
    yield* opened(bytes, file, limits.depth, new Allowance(limits));
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    const values = { megabytes: limits.unpacked / megabyte, count: limits.entries };
    yield { file, content: message('in part: it holds more than {megabytes} MB, or than {count} files', values) };
  }
}

class TooMuch extends Error {}

/** What may still be unpacked. */
class Allowance {
  readonly limits: ArchiveLimits;
  private bytes: number;
  private entries: number;

  constructor(limits: ArchiveLimits) {
    this.limits = limits;
    this.bytes = limits.unpacked;
    this.entries = limits.entries;
  }

  /** @throws TooMuch where it is used up */
  unpack(bytes: number): void {
    this.bytes -= bytes;
    if (this.bytes < 0) throw new TooMuch();
  }

  /** @throws TooMuch where there are too many */
  enter(): void {
    if (--this.entries < 0) throw new TooMuch();
  }

  /** How large a file that begins so may be. */
  limitOf(head: Uint8Array): number {
    return archiveKind(head) === undefined ? this.limits.file : this.limits.archive;
  }
}

async function* opened(bytes: Uint8Array, file: string, depth: number, allowance: Allowance): AsyncGenerator<FileInside> {
  if (depth === 0) {
    yield { file, content: message('an archive inside of too many others') };
    return;
  }
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = archiveKind(archive);
  const inside =
    kind === 'zip'
      ? unzipped(archive, allowance)
      : kind === 'gzip'
        ? gunzipped(archive, nameOf(file), allowance)
        : untarred(piecesOf(archive), allowance);
  try {
    for await (const { file: path, content } of inside) {
      const name = `${file}!${path}`;
      if (content instanceof Uint8Array && archiveKind(content) !== undefined) yield* opened(content, name, depth - 1, allowance);
      else yield { file: name, content };
    }
  } catch (error) {
    if (error instanceof TooMuch) throw error;
    yield { file, content: message('in part: it is broken ({reason})', { reason: (error as Error).message }) };
  }
}

async function* unzipped(archive: Buffer, allowance: Allowance): AsyncGenerator<FileInside> {
  // with names undecoded, since one that leads out of a folder would else be the end of all
  const zip = await fromBufferPromise(archive, { decodeStrings: false, validateEntrySizes: false });
  for await (const entry of zip.eachEntry()) {
    allowance.enter();
    const file = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
    if (!file.endsWith('/')) yield { file, content: await unzippedFile(entry, zip, archive, allowance) };
  }
}

const stored = 0;
const deflated = 8;

async function unzippedFile(entry: Entry, zip: ZipFile, archive: Buffer, allowance: Allowance): Promise<Uint8Array | Message> {
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted()) return encrypted;
  if (method !== stored && method !== deflated) return message('compressed by a method that is not read here ({method})', { method });
  try {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = archive.subarray(fileDataStart, fileDataStart + compressedSize);
    const head = method === stored ? packed : inflateRawSync(packed.subarray(0, headSize), { finishFlush: zlib.Z_SYNC_FLUSH });
    const limit = allowance.limitOf(head);
    if (uncompressedSize > limit || packed.length > limit) return tooLarge(limit);
    return method === stored ? packed : inflated(packed, limit, allowance);
  } catch (error) {
    if (error instanceof TooMuch) throw error;
    return notUnpacked(error);
  }
}

const notUnpacked = (error: unknown): Message => message('not to be unpacked ({reason})', { reason: (error as Error).message });

/** What a deflated file is, whatever its archive says of its size. */
function inflated(packed: Uint8Array, limit: number, allowance: Allowance): Uint8Array | Message {
  try {
    const content = inflateRawSync(packed, { maxOutputLength: limit });
    allowance.unpack(content.length);
    return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    allowance.unpack(limit); // so much was unpacked to see it
    return tooLarge(limit);
  }
}

/** What a gzip file holds: what is in its tar file, or the one file that has its name. */
async function* gunzipped(archive: Buffer, name: string, allowance: Allowance): AsyncGenerator<FileInside> {
  const pieces = unpackedPieces(archive, allowance);
  const { head, all } = await withHead(pieces);
  if (archiveKind(head) === 'tar') yield* untarred(all, allowance);
  else yield { file: name, content: await collected(all, allowance.limitOf(head)) };
}

/** `log.txt` of `logs/log.txt.gz`. */
const nameOf = (file: string): string => file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('!')) + 1).replace(/\.gz$/i, '');

async function* unpackedPieces(archive: Buffer, allowance: Allowance): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  gunzip.end(archive);
  for await (const piece of gunzip as AsyncIterable<Buffer>) {
    allowance.unpack(piece.length);
    yield piece;
  }
}

async function* untarred(pieces: AsyncIterable<Uint8Array>, allowance: Allowance): AsyncGenerator<FileInside> {
  const { readable, writable } = createTarDecoder();
  const fed = ReadableStream.from(pieces).pipeTo(writable);
  fed.catch(() => {}); // what breaks it off breaks off what is read below, or is asked for at the end
  for await (const { header, body } of readable) {
    allowance.enter();
    if (header.type !== 'file') {
      await body.cancel();
      continue;
    }
    const { head, all } = await withHead(body);
    const content = await collected(all, allowance.limitOf(head));
    if (content instanceof Uint8Array && content.length < header.size) throw new Error('it ends in the middle of a file');
    yield { file: header.name, content };
  }
  await fed;
}

async function* piecesOf(archive: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += pieceSize) yield archive.subarray(at, at + pieceSize);
}

const pieceSize = 64 * 1024;

/** The beginning, by which the kind of a file is told, and all with it. */
async function withHead(pieces: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const rest = pieces[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < headSize) {
    const { value, done } = await rest.next();
    if (done) break;
    first.push(value);
    size += value.length;
  }
  const head = Buffer.concat(first);
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  }
  return { head, all: all() };
}

/** All of it in one piece; what is larger than the limit is passed over without being held. */
async function collected(pieces: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array | Message> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size <= limit) parts.push(piece);
    else parts = [];
  }
  return size > limit ? tooLarge(limit) : Buffer.concat(parts);
}
