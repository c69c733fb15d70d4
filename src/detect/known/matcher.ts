/** A first pass for known secrets. It is told hashes of 16 characters alone, of which the first 16 bits count. */
export interface KnownMatcher {
  /**
   * Where 16 characters of a value begin whose hash has a mark, and that hash, two numbers each, in the order of the text. Escapes (`%2F`, `\/`, `\u002f`) in
   * between are read as what they stand for. The hash is signed: with a number of more than 31 bits in it V8 makes all of a list floating-point numbers, then every
   * place that comes out of it, and each shape of object that such a place is ever stored in: code that makes objects of the shape as it was gets slower by several
   * times, for good.
   */
  look(text: string | Uint8Array): readonly number[];
}
