import { hash } from 'node:crypto';

const printSize = 16;

/**
 * The files in which nothing was found, by hashes of their contents and names: a scan with the same rules need not look at them again. To hash takes half as long
 * as to look. They are kept in memory alone, as a hash could confirm what somebody guesses of a file.
 */
export class CleanFiles {
  private readonly before = new Set<string>();
  private readonly now: string[] = [];

  /** `packed`: what an earlier scan with the same rules gave. */
  constructor(packed: Uint8Array = new Uint8Array()) {
    const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
    for (let at = 0; at < bytes.length; at += printSize) this.before.add(bytes.toString('latin1', at, at + printSize));
  }

  /** What a content under a name is known by. Its name counts too, as some rules go by it. */
  printOf(content: Uint8Array, file: string): string {
    return hash('sha256', `${hash('sha256', content, 'binary')}${file}`, 'binary').slice(0, printSize);
  }

  /** Was nothing found in it? */
  has(print: string): boolean {
    return this.before.has(print);
  }

  /** It is there, and nothing is found in it. */
  keep(print: string): void {
    this.now.push(print);
  }

  /** What this scan found nothing in, for the next one. */
  packed(): Uint8Array {
    return new Uint8Array(Buffer.from(this.now.join(''), 'latin1'));
  }
}
