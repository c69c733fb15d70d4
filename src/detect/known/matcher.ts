/** A first pass for known secrets. It is told hashes of 16 characters alone, of which the first 16 bits count. */
export interface KnownMatcher {
  /**
   * Where 16 characters of a value begin whose hash has a mark, and that hash, two numbers each, in the order of the text. Escapes (`%2F`, `\/`, `\u002f`) in
   * between are read as what they stand for.
   */
  look(text: string | Uint8Array): readonly number[];
}
