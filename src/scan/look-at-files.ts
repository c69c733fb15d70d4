import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type BytesWithin, beginAfter, mostTexts, roomFor, whichMayHold } from '../detect/detect.ts';
import { decodeBytes, encodingOf } from '../files/decode.ts';
import { notReadableFor, type Walked } from '../files/walk.ts';
import type { Message } from '../message.ts';
import type { FileInside } from './archives.ts';
import type { CleanFiles } from './clean-files.ts';
import {
  type FileFacts,
  type FilesLookedAt,
  filesInside,
  type Inside,
  isBinary,
  isNotebook,
  type LookedInto,
  type LookOptions,
  limitOf,
  lookInto,
  lookIntoText,
  nothingIn,
  type Skipped,
} from './content.ts';
import { largestNamed, tooLarge } from './too-large.ts';

export interface ReadOptions extends Inside {
  /** A file of more bytes is skipped, unless somebody named it. */
  readonly maxBytes: number;
  readonly look: LookOptions;
  /** What an earlier scan with the same rules found nothing in, and where what this one finds nothing in is kept. */
  readonly clean?: CleanFiles | undefined;
  /** Called after each file that was looked at. */
  readonly onFile?: ((file: string) => void) | undefined;
}

/** Looks at files in their order, some at a time: what surely holds nothing is then done with, without having been copied or made a text. */
export async function* lookAtFiles(walked: Iterable<Walked>, options: ReadOptions): AsyncGenerator<FilesLookedAt> {
  const batch = new Batch(options);
  for (const one of walked) {
    const inside = batch.read(one);
    if (inside !== undefined) {
      for await (const { content, file } of inside) {
        batch.lookAside(content, file, { ignored: one.ignored, archive: one.file });
        if (batch.isFull) yield batch.look();
      }
    }
    if (batch.isFull) yield batch.look();
  }
  yield batch.look();
}

// So many bytes are looked at together, and what comes over it of the last file, if they are of no more files than the first pass takes: less is slower, more does
// not stay in the cache.
const enough = 256 * 1024;

// So much of a file is read at first: of one that turns out to be no text, no more.
const beginning = 64 * 1024;

/** A file in the room of the first pass. */
interface InRoom extends BytesWithin {
  readonly file: string;
  readonly facts: FileFacts;
  readonly print: string | undefined;
}

/** Files that are looked at together. */
class Batch {
  private readonly options: ReadOptions;
  private room: Buffer;
  private inRoom: InRoom[] = [];
  /** Those in the room and those that were looked at by themselves, in order. */
  private files: (InRoom | LookedInto)[] = [];
  private skipped: Skipped[] = [];
  private bytes = 0;
  private next = 0;

  constructor(options: ReadOptions) {
    this.options = options;
    this.room = roomFor(options.look, 2 * enough);
  }

  get isFull(): boolean {
    return this.bytes >= enough || this.files.length + this.skipped.length >= mostTexts;
  }

  /** Reads a file. @returns the files inside of it, where it is an archive that is to be looked into: they are the next to be looked at. */
  read({ path, bytes, file, skipped, ignored, isNamed }: Walked): AsyncGenerator<FileInside> | undefined {
    const { look, clean, archives, maxBytes } = this.options;
    const content =
      skipped ?? this.readIn(bytes === undefined ? path : Buffer.from(bytes), isNamed ? Math.max(maxBytes, largestNamed) : maxBytes);
    const facts = { ignored };
    if (archives !== undefined && content instanceof Uint8Array) {
      const inside = filesInside(content, file, { archives, maxBytes });
      // the room is needed before they are looked at
      if (inside !== undefined) return filesInside(Buffer.from(content), file, { archives, maxBytes });
    }
    const encoding = content instanceof Uint8Array ? encodingOf(content) : undefined;
    const isInRoom = (encoding === 'ascii' || encoding === 'utf-8' || encoding === 'latin1') && !isNotebook(file, look);
    if (!isInRoom) {
      this.lookAside(content, file, facts);
      return undefined;
    }
    const { length } = content as Uint8Array;
    const print = clean?.printOf(content as Uint8Array, file);
    if (print !== undefined && clean!.has(print)) {
      this.take(nothingIn(file), length, print);
      return undefined;
    }
    const one = { begin: this.next, end: this.next + length, encoding, file, facts, print };
    this.inRoom.push(one);
    this.files.push(one);
    this.bytes += length;
    this.next = beginAfter(one.end);
    return undefined;
  }

  /** Looks at a content by itself, in its turn. */
  lookAside(content: Uint8Array | Message, file: string, facts: FileFacts): void {
    const { look, clean } = this.options;
    const print = content instanceof Uint8Array ? clean?.printOf(content, file) : undefined;
    const looked = print !== undefined && clean!.has(print) ? nothingIn(file) : lookInto(content, file, look, facts);
    if ('reason' in looked) this.skipped.push(looked);
    else this.take(looked, (content as Uint8Array).length, print);
  }

  private take(looked: LookedInto, length: number, print: string | undefined): void {
    this.files.push(looked);
    this.bytes += length;
    this.keepClean(looked, print);
  }

  private keepClean({ found }: LookedInto, print: string | undefined): void {
    if (print !== undefined && found.length === 0) this.options.clean?.keep(print);
  }

  /**
   * Reads a whole file to where the next one lies in the room. Three system calls for a small file; the asynchronous functions take ten times as long.
   * @returns what it holds, of a binary file perhaps only the beginning; or why it was not read
   */
  private readIn(path: string | Buffer, maxBytes: number): Uint8Array | Message {
    const { look } = this.options;
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      let { room: buffer, next: begin } = this;
      for (let [size, limit] = [0, maxBytes]; ; ) {
        const free = buffer.length - begin - size;
        const wanted = size === 0 ? Math.min(free, beginning) : free;
        const count = readSync(file, buffer, begin + size, wanted, null);
        size += count;
        const content = buffer.subarray(begin, begin + size);
        if (size === beginning && isBinary(content, this.options)) return content;
        if (size > limit) limit = limitOf(content, maxBytes, this.options);
        if (size > limit) return tooLarge(limit);
        if (count < wanted) return content;
        if (wanted < free) continue;
        limit = limitOf(content, maxBytes, this.options);
        if (fstatSync(file).size > limit) return tooLarge(limit);
        const larger = Math.min(limit + 1, 4 * size);
        if (limit === maxBytes) {
          buffer = roomFor(look, begin + larger);
          this.room = buffer;
        } else {
          buffer = Buffer.concat([content], larger);
          begin = 0;
        }
      }
    } catch (error) {
      return notReadableFor(error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Looks at all that was read, and is empty afterwards. */
  look(): FilesLookedAt {
    const { look, onFile } = this.options;
    const { files, inRoom, skipped, bytes } = this;
    const mayHold = whichMayHold(inRoom, look);
    const looked: LookedInto[] = [];
    let index = 0;
    for (const one of files) {
      const here = 'found' in one ? one : this.lookInRoom(one, mayHold[index++]!);
      if (here.found.length > 0) looked.push(here);
      onFile?.(one.file);
    }
    [this.files, this.inRoom, this.skipped, this.bytes, this.next] = [[], [], [], 0, 0];
    return { looked, skipped, files: files.length, bytes };
  }

  private lookInRoom({ begin, end, encoding, file, facts, print }: InRoom, mayHold: boolean): LookedInto {
    const content = () => decodeBytes(this.room.subarray(begin, end), encoding);
    const looked = mayHold ? lookIntoText(content(), file, this.options.look, facts) : nothingIn(file);
    this.keepClean(looked, print);
    return looked;
  }
}
