/** The longest id, of SHA-256, in words of 32 bits. */
const longest = 8;
/** So many ids lie in one piece: one array of all would have to be copied to a larger one again and again. */
const inPiece = 16 * 1024;

/** Ids of git's objects, in hexadecimal and all of one length, in a quarter of the memory that a set of strings takes: a history has hundreds of thousands. */
export class ObjectIds {
  private count = 0;
  /** How many words of 32 bits each has. */
  private width = 0;
  /** The ids, one behind the other. */
  private readonly pieces: Uint32Array[] = [];
  /** By the hash of an id, which its first word is: its number, from 1 on, there or in one of the next places; 0 where there is none. */
  private slots = new Uint32Array(2048);
  private readonly bytes = Buffer.alloc(4 * longest);
  private readonly asked = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, longest);

  /** Adds an id. Returns whether it was not among them. */
  add(id: string): boolean {
    if (this.count === 0) this.width = Math.ceil(id.length / 8);
    const slot = this.slotOf(id);
    if (this.slots[slot] !== 0) return false;
    if (this.count % inPiece === 0) this.pieces.push(new Uint32Array(inPiece * this.width));
    this.pieces.at(-1)!.set(this.asked.subarray(0, this.width), (this.count % inPiece) * this.width);
    this.slots[slot] = ++this.count;
    if (4 * this.count > 3 * this.slots.length) this.grow();
    return true;
  }

  has(id: string): boolean {
    return this.slots[this.slotOf(id)] !== 0;
  }

  /** The place of an id, or that where it would be put. */
  private slotOf(id: string): number {
    this.bytes.write(id, 'hex');
    let slot = this.asked[0]! % this.slots.length;
    while (this.slots[slot] !== 0 && !this.isAsked(this.slots[slot]! - 1)) slot = (slot + 1) % this.slots.length;
    return slot;
  }

  private isAsked(number: number): boolean {
    for (let word = 0; word < this.width; word++) if (this.wordOf(number, word) !== this.asked[word]) return false;
    return true;
  }

  private wordOf(number: number, word: number): number {
    return this.pieces[Math.floor(number / inPiece)]![(number % inPiece) * this.width + word]!;
  }

  private grow(): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    for (let number = 0; number < this.count; number++) {
      let slot = this.wordOf(number, 0) % this.slots.length;
      while (this.slots[slot] !== 0) slot = (slot + 1) % this.slots.length;
      this.slots[slot] = number + 1;
    }
  }
}
