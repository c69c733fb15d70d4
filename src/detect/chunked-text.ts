/** What may be asked for a part of a text: a string can, and what holds a text in another way. */
export type Sliceable = Pick<string, 'slice'>;

const chunkSize = 16 * 1024;

/** A text in chunks, so that a change of a long one copies a few kilobytes and not all of it. */
export class ChunkedText implements Sliceable {
  private readonly chunks: string[];
  length: number;

  constructor(text: string) {
    this.chunks = chunksOf(text);
    this.length = text.length;
  }

  /** As of a string, for places in the text. */
  slice(from = 0, to = this.length): string {
    let slice = '';
    let start = 0;
    for (const chunk of this.chunks) {
      const end = start + chunk.length;
      if (start >= to) break;
      if (end > from) slice += chunk.slice(Math.max(0, from - start), to - start);
      start = end;
    }
    return slice;
  }

  /** Puts `inserted` in the place of `removed` units from `offset` on. */
  replace(offset: number, removed: number, inserted: string): void {
    const [first, firstStart] = this.chunkAt(offset);
    const [last, lastStart] = this.chunkAt(offset + removed);
    const head = this.chunks[first]!.slice(0, offset - firstStart);
    const tail = this.chunks[last]!.slice(offset + removed - lastStart);
    this.chunks.splice(first, last - first + 1, ...chunksOf(head + inserted + tail));
    this.length += inserted.length - removed;
  }

  /** The index of the chunk that holds a place, or of the last for the text's end, and where that chunk begins. */
  private chunkAt(place: number): [index: number, start: number] {
    let start = 0;
    let index = 0;
    while (index < this.chunks.length - 1 && start + this.chunks[index]!.length <= place) start += this.chunks[index++]!.length;
    return [index, start];
  }
}

/** One chunk, or of a text that is too long for one, chunks of equal size. */
function chunksOf(text: string): string[] {
  if (text.length <= 2 * chunkSize) return [text];
  return Array.from({ length: Math.ceil(text.length / chunkSize) }, (_, i) => text.slice(i * chunkSize, (i + 1) * chunkSize));
}
