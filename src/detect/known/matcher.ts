import type { Symbols } from './codes.ts';
import { kernelMatcher } from './kernel.ts';
import { plainMatcher } from './plain.ts';

/** A first pass for known secrets. It is told hashes of 16 characters alone, of which the first 16 bits count. */
export interface KnownMatcher {
  /**
   * Where 16 characters of a value begin whose hash has a mark, and that hash, two numbers each, in the order of the text. Escapes (`%2F`, `\/`, `\u002f`) in
   * between are read as what they stand for.
   */
  look(text: string | Uint8Array): readonly number[];
}

/** In WebAssembly, or in plain JavaScript where WebAssembly or its SIMD is missing. */
export function knownMatcherOf(hashes: Iterable<number>, symbols: Symbols): KnownMatcher {
  const marks = new Uint8Array(8192);
  for (const hash of hashes) marks[hash >>> 19]! |= 1 << ((hash >>> 16) & 7);
  if (typeof WebAssembly === 'undefined') return plainMatcher(marks, symbols);
  try {
    return kernelMatcher(marks, symbols);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return plainMatcher(marks, symbols);
    throw error;
  }
}
